"""Curves of parameters or gradients over the steps."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from bpsim.engine.kernels import Array
from bpsim.explain.numbers import format_number
from bpsim.session.aside.ratios import Ratios
from bpsim.ui.controller import Controller
from bpsim.ui.curves.series import MOST, Series, choose, table, values, wanted
from bpsim.ui.plots.chart import sensible
from bpsim.ui.plots.colours import stroke
from bpsim.ui.plots.legend import Key
from bpsim.ui.plots.slices import Amount, Slices
from bpsim.ui.plots.strokes import Dots, Line, pen_of
from bpsim.ui.plots.thinning import outline
from bpsim.ui.plots.time_chart import TimeChart
from bpsim.ui.theme.theme import theme

KINDS = ("chosen", "norms", "ratios")
"""What is selected or pinned; the norm of each layer; how far its updates move it."""

_POINTS = 1000
_LINES = 5
"""Curves that the box beside the pointer names."""
_RATIOS = Amount(rest=500, running=60)


class CurvesChart(TimeChart):
    """Draws what is selected, weights and biases or their gradients, or a curve of each layer.

    Attributes
    ----------
    gradients
        Which of the two.
    kind
        One of `KINDS`.
    log
        Whether sizes are drawn on a logarithmic axis.
    series, curves, dots
        What is drawn; the dots stand where the cursor is.
    slices
        Works out the ratios.
    """

    def __init__(self, controller: Controller, gradients: bool, parent: QWidget) -> None:
        self.gradients, self.log, self.kind = gradients, False, KINDS[0]
        self.series: tuple[Series, ...] = ()
        self.curves = [Line() for _ in range(MOST)]
        self.dots = [Dots(6) for _ in range(MOST)]
        self._steps: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._values: list[Array] = []
        self._ratios = Ratios()
        super().__init__(controller, parent)
        self.slices = Slices(controller, lambda: [self._ratios], _RATIOS, self)
        self.slices.worked.connect(self.behind)
        self.setAccessibleName(self.tr("Gradients") if gradients else self.tr("Parameters"))
        self.name_axes(self.tr("step"))
        self.put(*self.curves, above=tuple(self.dots))

    def colour(self) -> None:
        """Take the theme's colours."""
        super().colour()
        for number, (curve, dot) in enumerate(zip(self.curves, self.dots, strict=True)):
            drawn = stroke(theme().tokens, number)
            curve.pen, dot.fill = pen_of(drawn.colour, 1, drawn.style), drawn.colour

    def draw(self) -> None:
        """Draw the part of the curves that is in sight."""
        session = self._controller.session
        chosen, layers = self._controller.selection, self.kind != "chosen"
        self.series = choose(session, chosen.elements, chosen.pinned, self.gradients, layers=layers)
        self._steps, self._values = self._ratio_curves() if self.kind == "ratios" else self._table()
        first, last = self.visible()
        inside = slice(
            max(int(np.searchsorted(self._steps, first)) - 1, 0),
            int(np.searchsorted(self._steps, last, side="right")) + 1,
        )
        self.left.log = self.log
        here = self._steps == session.position.updates
        lows, highs = [], []
        for curve, dot, numbers in zip(self.curves, self.dots, self._values, strict=False):
            heights = self._scaled(numbers)
            shown = heights[inside]
            finite = shown[np.isfinite(shown)]
            if len(finite):
                lows.append(float(finite.min()))
                highs.append(float(finite.max()))
            places, kept = outline(shown, 0, _POINTS)
            curve.show(self._steps[inside][places.astype(np.intp)].astype(float), kept)
            now = here & np.isfinite(heights)
            dot.show(self._steps[now], heights[now])
        for number, parts in enumerate(zip(self.curves, self.dots, strict=True)):
            for part in parts:
                part.shown = number < len(self.series)
        low, high = min(lows, default=0.0), max(highs, default=0.0)
        self.show_time((low - 0.1, high + 0.1) if self.log else sensible(low, high))

    def _table(self) -> tuple[NDArray[np.int64], list[Array]]:
        session = self._controller.session
        known = table(session, self.gradients)
        return known.steps, [values(session, series, known) for series in self.series]

    def _ratio_curves(self) -> tuple[NDArray[np.int64], list[Array]]:
        self.slices.go_on()
        steps, ratios = self._ratios.known(self._controller.session)
        return steps, [ratios[:, series.layer - 1] for series in self.series]

    def pause(self) -> None:
        """Work out nothing that nobody sees."""
        self.slices.pause()

    def _scaled(self, numbers: Array) -> Array:
        if not self.log:
            return numbers
        sizes = np.abs(numbers)
        sizes[sizes == 0.0] = np.nan  # a zero has no place on this axis
        logarithms: Array = np.log10(sizes)
        return logarithms

    # Saying

    def keys(self) -> tuple[Key, ...]:
        """Name the curves."""
        tokens, found = theme().tokens, []
        for number, series in enumerate(self.series):
            drawn = stroke(tokens, number)
            found.append(Key(self._name(series), drawn.colour, drawn.style))
        session, chosen = self._controller.session, self._controller.selection
        if self.kind == "ratios":
            return (Key(self.tr("update / weights")), *found)
        if self.kind == "norms" or not self.series or self.series[0].element is None:
            return tuple(found)
        total = len(wanted(session, chosen.elements, chosen.pinned))
        if total > MOST:
            words = self.tr("the first {count} of {total} selected")
            found.append(Key(words.format(count=MOST, total=total)))
        return tuple(found)

    def _name(self, series: Series) -> str:
        if series.element is not None:
            return str(series.element)
        words: str = self.tr("norm of W{layer} and b{layer}")
        if self.kind == "ratios":
            words = self.tr("layer {layer}")
        elif self.gradients:
            words = self.tr("norm of dW{layer} and db{layer}")
        return words.format(layer=series.layer)

    def words(self, x: float, y: float) -> str:
        """Say the values at the known step that is nearest, those nearest to the pointer first."""
        if not len(self._steps):
            return self.event_text(x)
        at = int(np.abs(self._steps - x).argmin())
        lines = [self.tr("step {step}").format(step=f"{self._steps[at]:,}")]
        here = np.array([each[at] for each in self._values])
        distances = np.nan_to_num(np.abs(self._scaled(here) - y), nan=np.inf)
        for number in distances.argsort(kind="stable")[:_LINES]:
            value = "–" if np.isnan(here[number]) else format_number(float(here[number]), 5)
            lines.append(f"{self._name(self.series[number])}  {value}")
        return "\n".join([*lines, *filter(None, [self.event_text(x)])])
