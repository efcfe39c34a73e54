"""The panels of parameters and of gradients."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.curves.series import wanted
from bpsim.ui.plots.choices import recall, remember
from bpsim.ui.plots.menu import add_choice
from bpsim.ui.plots.panel import TimePanel, menu_of

if TYPE_CHECKING:
    from bpsim.ui.curves.chart import CurvesChart


@dataclass(frozen=True)
class Kind:
    """What may be drawn.

    Attributes
    ----------
    short, words
        On the button, and in its menu.
    tip
        What is drawn, exactly.
    log
        Whether a logarithmic axis suits it, unless a person chose otherwise.
    """

    short: str
    words: str
    tip: str
    log: bool = False


class CurvesPanel(TimePanel):
    """The weights and biases that are selected or pinned over the steps, or their gradients.

    Instead of them a curve of each layer: its norm, or how far its updates move it.
    """

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
        self._kinds = self._gradient_kinds() if gradients else self._parameter_kinds()
        controller.selection.changed.connect(self.refresh)

    def _chosen(self) -> Kind:
        return Kind(
            self.tr("selected"),
            self.tr("What is selected or pinned"),
            self.tr("Select weights, biases or units to see their own curves."),
        )

    def _parameter_kinds(self) -> dict[str, Kind]:
        norms = Kind(
            self.tr("norms"),
            self.tr("Norm of each layer"),
            self.tr("The length of all weights and biases of a layer together."),
        )
        return {"chosen": self._chosen(), "norms": norms}

    def _gradient_kinds(self) -> dict[str, Kind]:
        norms = Kind(
            self.tr("norms"),
            self.tr("Gradient norm of each layer"),
            self.tr("The length of the gradient by all weights and biases of a layer together."),
            log=True,
        )
        ratios = Kind(
            self.tr("updates"),
            self.tr("Update-to-weight ratio of each layer"),
            self.tr(
                "How far an update moved the weights and biases of a layer, beside how large they "
                "were: the length of the change over their length before it. Around 0.001 is "
                "usual. It is exact, worked out beside the training for some of the steps; what "
                "is changed by hand is no part of it."
            ),
            log=True,
        )
        return {"chosen": self._chosen(), "norms": norms, "ratios": ratios}

    def make_chart(self) -> "CurvesChart":
        """Make the chart and its buttons."""
        from bpsim.ui.curves.chart import CurvesChart

        chart = CurvesChart(self._controller, self._gradients, self)
        kind = recall(f"{self._key}_kind", "chosen", tuple(self._kinds))
        self.kind = self.add_button("", self.tr("Choose curves"), image="chevron-down")
        self.kind.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        entries = [(name, each.words) for name, each in self._kinds.items()]
        self.kinds = add_choice(menu_of(self.kind), entries, kind, self._choose)
        self.pin = self.add_button(self.tr("pin"), self.tr("Keep the curves of what is selected"))
        self.pin.setCheckable(True)
        self.pin.clicked.connect(self._pin)
        self._controller.selection.changed.connect(self._show_pin)
        self.log = self.add_button(self.tr("log"), self.tr("Sizes on a logarithmic axis"))
        self.log.setCheckable(True)
        self.log.clicked.connect(self._scale)
        menu = self.add_menu(self.tr("Unpin curves, choose the range"))
        self.unpin = menu.addAction(self.tr("Unpin all"), self._unpin)
        self.add_range(menu, chart, self._key)
        self.add_button("", self.tr("Show all of it (double click, or 0)"), chart.fit, "scan")
        self._show_kind(chart, kind)
        self._show_pin()
        return chart

    def has_content(self) -> bool:
        """Tell whether a step is complete."""
        return self._controller.session.history.steps > 0

    def _choose(self, name: str) -> None:
        remember(f"{self._key}_kind", name)
        self._show_kind(self.chart, name)
        self._show_pin()
        self.redraw()

    def _show_kind(self, chart: "CurvesChart", name: str) -> None:
        kind = self._kinds[name]
        chart.pause()
        chart.kind, chart.tall = name, False
        usual = "on" if kind.log else "off"
        chart.log = recall(self._log_key(name), usual, ("on", "off")) == "on"
        self.log.setChecked(chart.log)
        self.legend.setToolTip(kind.tip)

    def show_now(self) -> float:
        """Draw the curves; say on the button what they are."""
        took = super().show_now()
        if self._made:
            words = self._kinds[self.chart.kind].short
            if self.chart.kind == "chosen" and self.chart.series:
                if self.chart.series[0].element is None:
                    words = self._kinds["norms"].short
                elif not self._selected() and not self._controller.selection.pinned:
                    words = self.tr("all")
            if words != self.kind.text():
                self.kind.setText(words)
                self.kind.setAccessibleName(f"{self.kind.toolTip()}: {words}")
        return took

    def _log_key(self, name: str) -> str:
        return f"{self._key}_log" if name == "chosen" else f"{self._key}_{name}_log"

    def _scale(self, log: bool) -> None:
        self.chart.log = log
        remember(self._log_key(self.chart.kind), "on" if log else "off")
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
