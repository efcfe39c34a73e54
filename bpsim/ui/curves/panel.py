"""The panels of parameters and of gradients."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from bpsim.ui.controller import Controller
from bpsim.ui.plots.panel import PlotPanel

if TYPE_CHECKING:
    from bpsim.ui.curves.chart import CurvesChart


class CurvesPanel(PlotPanel):
    """The weights and biases that are selected over the steps, or their gradients."""

    chart: "CurvesChart"

    def __init__(
        self, controller: Controller, gradients: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(controller, parent)
        self._gradients = gradients
        parameters = self.tr("Weights and biases will be drawn here over the steps. Press F5.")
        slopes = self.tr("Gradients will be drawn here over the steps. Press F5 to run.")
        self.say_empty(slopes if gradients else parameters)
        self.legend.setToolTip(self.tr("Select weights and biases to see their own curves."))
        controller.selection.changed.connect(self.refresh)

    def make_chart(self) -> "CurvesChart":
        """Make the chart and its buttons."""
        from bpsim.ui.curves.chart import CurvesChart

        tip = self.tr("Sizes on a logarithmic axis")
        self.log = self.add_button(self.tr("log"), tip, self._scale)
        self.log.setCheckable(True)
        chart = CurvesChart(self._controller, self._gradients, self)
        self.add_button("", self.tr("Show all steps (double click, or 0)"), chart.fit, "scan")
        return chart

    def has_content(self) -> bool:
        """Tell whether a step is complete."""
        return self._controller.session.history.steps > 0

    def _scale(self, log: bool) -> None:
        self.chart.log = log
        self.redraw()
