"""The panel of the loss surface."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from bpsim.ui.controller import Controller
from bpsim.ui.plots.panel import PlotPanel

if TYPE_CHECKING:
    from bpsim.ui.surface.chart import SurfaceChart


class SurfacePanel(PlotPanel):
    """The loss over the parameters that are selected: one as a curve, two as a map."""

    chart: "SurfaceChart"

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(controller, parent)
        self.say_empty(
            self.tr("The loss over one or two parameters will be drawn here; select them.")
        )
        controller.selection.changed.connect(self.refresh)

    def make_chart(self) -> "SurfaceChart":
        """Make the chart and its buttons."""
        from bpsim.ui.surface.chart import SurfaceChart

        tip = self.tr("Loss of the batch in view instead of all training rows")
        self.batch = self.add_button(self.tr("batch"), tip, self._only_batch)
        self.batch.setCheckable(True)
        chart = SurfaceChart(self._controller, self)
        self.legend.setToolTip(
            self.tr("Select one or two weights or biases to see the loss over them.")
        )
        self.add_button("", self.tr("Show the path (double click, or 0)"), chart.fit, "scan")
        return chart

    def take(self) -> None:
        """Leave parameters that another network does not have."""
        self.chart.pause()
        self.chart.choose()

    def _only_batch(self, only: bool) -> None:
        self.chart.only_batch = only
        self.redraw()
