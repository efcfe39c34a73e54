"""Curves of parameters or gradients over the steps."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from bpsim.engine.kernels import Array
from bpsim.explain.numbers import format_number
from bpsim.ui.controller import Controller
from bpsim.ui.curves.series import MOST, Series, choose, table, values, wanted
from bpsim.ui.plots.chart import sensible
from bpsim.ui.plots.colours import stroke
from bpsim.ui.plots.legend import Key
from bpsim.ui.plots.strokes import Line, pen_of
from bpsim.ui.plots.thinning import outline
from bpsim.ui.plots.time_chart import TimeChart
from bpsim.ui.theme.theme import theme

_POINTS = 1000
_LINES = 5
"""Curves that the box beside the pointer names."""


class CurvesChart(TimeChart):
    """Draws what is selected: weights and biases, or their gradients.

    Attributes
    ----------
    gradients
        Which of the two.
    norms
        Whether the layers' norms are drawn instead.
    log
        Whether sizes are drawn on a logarithmic axis.
    series, curves
        What is drawn.
    """

    def __init__(self, controller: Controller, gradients: bool, parent: QWidget) -> None:
        self.gradients, self.log, self.norms = gradients, False, False
        self.series: tuple[Series, ...] = ()
        self.curves = [Line() for _ in range(MOST)]
        self._steps: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._values: list[Array] = []
        super().__init__(controller, parent)
        self.setAccessibleName(self.tr("Gradients") if gradients else self.tr("Parameters"))
        self.name_axes(self.tr("step"))
        self.put(*self.curves)

    def colour(self) -> None:
        """Take the theme's colours."""
        super().colour()
        for number, curve in enumerate(self.curves):
            drawn = stroke(theme().tokens, number)
            curve.pen = pen_of(drawn.colour, 1, drawn.style)

    def draw(self) -> None:
        """Draw the part of the curves that is in sight."""
        session = self._controller.session
        chosen = self._controller.selection
        self.series = choose(
            session, chosen.elements, chosen.pinned, self.gradients, norms=self.norms
        )
        self._steps, rows = table(session, self.gradients)
        first, last = self.visible()
        inside = slice(
            max(int(np.searchsorted(self._steps, first)) - 1, 0),
            int(np.searchsorted(self._steps, last, side="right")) + 1,
        )
        self.left.log = self.log
        self._values = [values(session, series, rows) for series in self.series]
        lows, highs = [], []
        for curve, all_values in zip(self.curves, self._values, strict=False):
            shown = self._scaled(all_values[inside])
            finite = shown[np.isfinite(shown)]
            if len(finite):
                lows.append(float(finite.min()))
                highs.append(float(finite.max()))
            places, kept = outline(shown, 0, _POINTS)
            curve.show(self._steps[inside][places.astype(np.intp)].astype(float), kept)
        for number, curve in enumerate(self.curves):
            curve.shown = number < len(self.series)
        low, high = min(lows, default=0.0), max(highs, default=0.0)
        self.show_time((low - 0.1, high + 0.1) if self.log else sensible(low, high))

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
        if self.norms or not self.series or self.series[0].element is None:
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
        if self.gradients:
            words = self.tr("norm of dW{layer} and db{layer}")
        return words.format(layer=series.layer)

    def words(self, x: float, y: float) -> str:
        """Say the values at the kept step that is nearest, those nearest to the pointer first."""
        at = int(np.abs(self._steps - x).argmin())
        lines = [self.tr("step {step}").format(step=f"{self._steps[at]:,}")]
        here = np.array([each[at] for each in self._values])
        distances = np.nan_to_num(np.abs(self._scaled(here) - y), nan=np.inf)
        for number in distances.argsort(kind="stable")[:_LINES]:
            value = "–" if np.isnan(here[number]) else format_number(float(here[number]), 5)
            lines.append(f"{self._name(self.series[number])}  {value}")
        return "\n".join([*lines, *filter(None, [self.event_text(x)])])
