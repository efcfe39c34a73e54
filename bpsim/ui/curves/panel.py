"""The panels of parameters and of gradients."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.curves.series import wanted
from bpsim.ui.plots.choices import recall, remember
from bpsim.ui.plots.menu import add_choice
from bpsim.ui.plots.panel import TimePanel

if TYPE_CHECKING:
    from bpsim.ui.curves.chart import CurvesChart


class CurvesPanel(TimePanel):
    """The weights and biases that are selected or pinned over the steps, or their gradients."""

    chart: "CurvesChart"

    def __init__(
        self, controller: Controller, gradients: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(controller, parent)
        self._gradients = gradients
        self._key = "gradients" if gradients else "parameters"
        parameters = self.tr("Weights and biases will be drawn here over the steps. Press F5.")
        slopes = self.tr("Gradients will be drawn here over the steps. Press F5 to run.")
        self.say_empty(slopes if gradients else parameters)
        self.legend.setToolTip(self.tr("Select weights, biases or units to see their own curves."))
        controller.selection.changed.connect(self.refresh)

    def make_chart(self) -> "CurvesChart":
        """Make the chart and its buttons."""
        from bpsim.ui.curves.chart import CurvesChart

        chart = CurvesChart(self._controller, self._gradients, self)
        self.pin = self.add_button(self.tr("pin"), self.tr("Keep the curves of what is selected"))
        self.pin.setCheckable(True)
        self.pin.clicked.connect(self._pin)
        self._controller.selection.changed.connect(self._show_pin)
        self.log = self.add_button(self.tr("log"), self.tr("Sizes on a logarithmic axis"))
        self.log.setCheckable(True)
        chart.log = recall(f"{self._key}_log", "off", ("on", "off")) == "on"
        self.log.setChecked(chart.log)
        self.log.toggled.connect(self._scale)
        menu = self.add_menu(self.tr("Choose curves and range"))
        kinds = {
            "chosen": self.tr("what is selected or pinned"),
            "norms": self.tr("the norm of each layer"),
        }
        kind = recall(f"{self._key}_kind", "chosen", tuple(kinds))
        chart.norms = kind == "norms"
        self.kinds = add_choice(menu, self.tr("Curves"), kinds.items(), kind, self._choose)
        self.unpin = menu.addAction(self.tr("Unpin all"), self._unpin)
        self.add_range(menu, chart, self._key)
        self.add_button("", self.tr("Show all of it (double click, or 0)"), chart.fit, "scan")
        self._show_pin()
        return chart

    def has_content(self) -> bool:
        """Tell whether a step is complete."""
        return self._controller.session.history.steps > 0

    def _choose(self, kind: str) -> None:
        self.chart.norms = kind == "norms"
        remember(f"{self._key}_kind", kind)
        self.redraw()

    def _scale(self, log: bool) -> None:
        self.chart.log = log
        remember(f"{self._key}_log", "on" if log else "off")
        self.redraw()

    # Pinning

    def _selected(self) -> list[Element]:
        return wanted(self._controller.session, self._controller.selection.elements)

    def _show_pin(self) -> None:
        selected, pinned = self._selected(), self._controller.selection.pinned
        self.pin.setEnabled(bool(selected))
        self.pin.setChecked(bool(selected) and set(selected) <= set(pinned))
        self.unpin.setEnabled(bool(pinned))

    def _pin(self, on: bool) -> None:
        selected, selection = self._selected(), self._controller.selection
        kept = [element for element in selection.pinned if element not in selected]
        selection.pin([*kept, *selected] if on else kept)

    def _unpin(self) -> None:
        self._controller.selection.pin(())
