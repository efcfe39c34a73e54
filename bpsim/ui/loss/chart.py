"""The curves of the loss."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from bpsim.engine.kernels import Array
from bpsim.explain.numbers import format_number
from bpsim.session.history import Era, History
from bpsim.ui.controller import Controller
from bpsim.ui.plots.chart import sensible
from bpsim.ui.plots.legend import Key
from bpsim.ui.plots.thinning import outline
from bpsim.ui.plots.time_chart import TimeChart
from bpsim.ui.theme.theme import theme

_FEW = 400


def epoch_means(history: History, first: int, last: int) -> tuple[Array, Array]:
    """Average the loss over the rows of each whole epoch that has a part in a range of steps.

    Returns
    -------
    tuple
        The epochs' last steps and the means; nothing for epochs of one batch.
    """
    ends, means = [np.empty(0)], [np.empty(0)]
    for era, stop in zip(history.eras, [*(e.step for e in history.eras[1:]), None], strict=True):
        count, steps = era.batches, history.steps if stop is None else stop
        # Epochs that end in this era and touch the range.
        low = max(first - 1, era.step) - era.first_step
        high = min(last + count - 1, steps) - era.first_step
        if count > 1 and high // count > low // count:
            begin, end = (era.first_step + edge // count * count for edge in (low, high))
            losses = history.losses[begin:end].reshape(-1, count)
            means.append(losses @ _shares(era))
            ends.append(np.arange(begin + count, end + 1.0, count))
    return np.concatenate(ends), np.concatenate(means)


def _shares(era: Era) -> Array:
    """Return what part of the rows each batch of an epoch has."""
    rows, size = len(era.project.data.train), era.project.specification.training.batch_size
    shares = np.full(era.batches, size / rows)
    shares[-1] = 1.0 - shares[:-1].sum()
    return shares


class LossChart(TimeChart):
    """Batch loss over the steps and its mean over each epoch.

    Attributes
    ----------
    log
        Whether the axis is logarithmic.
    curve, means
        What is drawn, thinned to what can be seen.
    """

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        self.curve, self.means = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._dot = pg.ScatterPlotItem(size=8, pen=None)
        self.log = False
        super().__init__(controller, parent)
        self.setAccessibleName(self.tr("Loss of each step"))
        self.name_axes(self.tr("step"))
        self._dot.setZValue(6)
        for item in (self.curve, self.means, self._dot):
            self.addItem(item)

    def colour(self) -> None:
        """Take the theme's colours."""
        super().colour()
        tokens = theme().tokens
        self.curve.setPen(pg.mkPen(tokens.accent))
        self._dot.setBrush(pg.mkBrush(tokens.accent))

    def draw(self) -> None:
        """Draw the part of the curves that is in sight."""
        session = self._controller.session
        first, last = self.visible()
        losses = session.history.losses[first - 1 : last]
        ends, means = epoch_means(session.history, first, last)
        if self.log:
            # A loss of 0 has no place on this axis; it stands with the least that has.
            least = losses[losses > 0.0].min(initial=1.0)
            losses, means = np.log10(np.maximum(losses, least)), np.log10(np.maximum(means, least))
        self.left.log = self.log
        self.curve.setData(*outline(losses, first))
        places, shown = outline(means, 0)
        # Wide or soft lines take ten times as long; among many points nobody sees them.
        few = len(shown) <= _FEW
        pen = pg.mkPen(theme().tokens.negative, width=2 if few else 1)
        self.means.setData(ends[places.astype(np.intp)], shown, pen=pen, antialias=few)
        step = session.position.updates
        seen = first <= step <= last
        self._dot.setData([step] if seen else [], [losses[step - first]] if seen else [])
        low, high = float(losses.min()), float(losses.max())
        self.show_time((low - 0.05, high + 0.05) if self.log else sensible(low, high))

    def keys(self) -> tuple[Key, ...]:
        """Name the curves."""
        tokens = theme().tokens
        batch = Key(self.tr("batch loss"), tokens.accent)
        mean = Key(self.tr("epoch mean"), tokens.negative, Qt.PenStyle.SolidLine, 2)
        eras = self._controller.session.history.eras
        return (batch, mean) if any(era.batches > 1 for era in eras) else (batch,)

    def words(self, x: float, y: float) -> str:
        """Say the losses of the step under the pointer, and what was changed there."""
        session = self._controller.session
        step = max(1, min(session.history.steps, round(x)))
        number = format_number(float(session.history.losses[step - 1]), 6)
        lines = [self.tr("step {step}  {value}").format(step=f"{step:,}", value=number)]
        _, means = epoch_means(session.history, step, step)
        if len(means):
            mean = format_number(float(means[0]), 6)
            lines.append(self.tr("epoch mean  {value}").format(value=mean))
        return "\n".join([*lines, *filter(None, [self.event_text(x)])])
