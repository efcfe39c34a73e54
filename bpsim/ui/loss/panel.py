"""The loss of each step, live."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from bpsim.ui.controller import Controller
from bpsim.ui.plots.choices import recall, recall_set, remember, remember_set
from bpsim.ui.plots.menu import add_choice, add_switches
from bpsim.ui.plots.panel import TimePanel

if TYPE_CHECKING:
    from bpsim.ui.loss.chart import LossChart

_FACTORS = ("0", "0.6", "0.9", "0.97", "0.99", "0.999")


class LossPanel(TimePanel):
    """Loss and accuracy over the steps; a click goes to a step."""

    chart: "LossChart"

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(controller, parent)
        self.say_empty(self.tr("The loss of each step will be drawn here. Press F5 to run."))
        self.legend.setToolTip(
            self.tr(
                "Batch losses are those that training used, before each update. Test loss and "
                "accuracy are worked out beside it, from the parameters after a step."
            )
        )

    def make_chart(self) -> "LossChart":
        """Make the chart and its buttons."""
        from bpsim.ui.loss.chart import CURVES, USUAL, LossChart

        self.log = self.add_button(self.tr("log"), self.tr("Logarithmic axis"))
        self.log.setCheckable(True)
        self.log.setChecked(recall("loss_log", "off", ("on", "off")) == "on")
        self.log.toggled.connect(self._scale)
        chart = LossChart(self._controller, self)
        chart.log = self.log.isChecked()
        chart.shown = recall_set("loss_curves", USUAL, CURVES)
        chart.rows.factor = float(recall("loss_smoothing", "0", _FACTORS))
        menu = self.add_menu(self.tr("Choose curves, smoothing and range"))
        words = {
            "batch": self.tr("Batch loss, of each step"),
            "epoch": self.tr("Epoch mean of the batch loss"),
            "train": self.tr("Loss of all training rows"),
            "test": self.tr("Test loss"),
            "accuracy": self.tr("Accuracy"),
        }
        self.curves = add_switches(menu, words.items(), chart.shown, self._show)
        menu.addSeparator()
        smoothing = [(f, f if f != "0" else self.tr("none")) for f in _FACTORS]
        now = f"{chart.rows.factor:g}"
        submenu = menu.addMenu(self.tr("Smoothing"))
        self.smoothing = add_choice(submenu, smoothing, now, self._smooth)
        self.add_range(menu, chart, "loss")
        self.add_button("", self.tr("Show all of it (double click, or 0)"), chart.fit, "scan")
        menu.aboutToShow.connect(self._offer)
        return chart

    def has_content(self) -> bool:
        """Tell whether a step is complete."""
        return self._controller.session.history.steps > 0

    def _offer(self) -> None:
        offered = self.chart.offered()
        for name, action in self.curves.items():
            action.setEnabled(name in offered)

    def _show(self, name: str, shown: bool) -> None:
        self.chart.shown = self.chart.shown | {name} if shown else self.chart.shown - {name}
        remember_set("loss_curves", self.chart.shown)
        self.redraw()

    def _smooth(self, factor: str) -> None:
        self.chart.rows.factor = float(factor)
        remember("loss_smoothing", factor)
        self.redraw()

    def _scale(self, log: bool) -> None:
        self.chart.log = log
        remember("loss_log", "on" if log else "off")
        self.redraw()
