"""The loss of each step, live."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from bpsim.ui.controller import Controller
from bpsim.ui.plots.panel import PlotPanel

if TYPE_CHECKING:
    from bpsim.ui.loss.chart import LossChart


class LossPanel(PlotPanel):
    """Batch loss and epoch means over the steps; a click goes to a step."""

    chart: "LossChart"

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(controller, parent)
        self.say_empty(self.tr("The loss of each step will be drawn here. Press F5 to run."))

    def make_chart(self) -> "LossChart":
        """Make the chart and its buttons."""
        from bpsim.ui.loss.chart import LossChart

        self.log = self.add_button(self.tr("log"), self.tr("Logarithmic axis"), self._scale)
        self.log.setCheckable(True)
        chart = LossChart(self._controller, self)
        self.add_button("", self.tr("Show all steps (double click, or 0)"), chart.fit, "scan")
        return chart

    def has_content(self) -> bool:
        """Tell whether a step is complete."""
        return self._controller.session.history.steps > 0

    def _scale(self, log: bool) -> None:
        self.chart.log = log
        self.redraw()
