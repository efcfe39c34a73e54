"""Means over epochs and smoothed losses, worked out once and carried on as training goes on."""

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.session.history import Era, History
from bpsim.session.session import Session
from bpsim.ui.plots.growing import Extremes, Row, Smooth


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


class LossRows:
    """The rows of numbers from which the loss is drawn; all follow from the history.

    Attributes
    ----------
    ends, means
        The last steps of the whole epochs, and their means.
    factor
        How much smoothing; 0 for none.
    smooth
        The smoothed losses, if there is any smoothing.
    start
        How many steps at the start have no known loss.
    """

    def __init__(self) -> None:
        self.factor = 0.0
        self._of: tuple[object, object, float] = (None, None, 0.0)
        self._steps = 0
        self._begin(0)

    def _begin(self, start: int) -> None:
        self.ends, self.means, self.start = Row(), Row(), start
        self.smooth = Smooth(self.factor) if self.factor else None
        self._extremes = {name: Extremes() for name in ("batch", "epoch", "smooth")}

    def follow(self, session: Session) -> None:
        """Take in the steps that are new; all of them after a change by hand."""
        history, now = session.history, (session.history, session.version, self.factor)
        same = all(a is b for a, b in zip(now[:2], self._of[:2], strict=True))
        if not same or self.factor != self._of[2] or history.steps < self._steps:
            known = np.isfinite(history.losses)
            self._begin(int(known.argmax()) if known.any() else history.steps)
        self._of, self._steps = now, history.steps
        last = int(self.ends.values[-1]) if len(self.ends.values) else 0
        ends, means = epoch_means(history, last + 1, history.steps)
        self.ends.add(ends[ends > last])
        self.means.add(means[ends > last])
        if self.smooth is not None:
            self.smooth.extend(history.losses[self.start :])

    def batch(self, session: Session, first: int, last: int, most: int) -> tuple[Array, Array]:
        """Thin the loss of each step from `first` to `last`, both counted from 1."""
        losses = session.history.losses
        places, kept = self._extremes["batch"].outline(losses, first - 1, last, most)
        return places + 1.0, kept

    def epoch(self, first: int, last: int, most: int) -> tuple[Array, Array]:
        """Thin the means of the epochs that have a part in a range of steps."""
        begin = int(np.searchsorted(self.ends.values, first))
        end = min(int(np.searchsorted(self.ends.values, last)) + 1, len(self.ends.values))
        places, kept = self._extremes["epoch"].outline(self.means.values, begin, end, most)
        return self.ends.values[places.astype(np.intp)], kept

    def smoothed(self, first: int, last: int, most: int) -> tuple[Array, Array]:
        """Thin the smoothed losses."""
        if self.smooth is None:
            return np.empty(0), np.empty(0)
        begin, end = max(first - 1 - self.start, 0), max(last - self.start, 0)
        values = self.smooth.row.values
        places, kept = self._extremes["smooth"].outline(values, begin, end, most)
        return places + (1.0 + self.start), kept

    def smooth_at(self, step: int) -> float | None:
        """Return the smoothed loss of a step."""
        if self.smooth is None or step <= self.start:
            return None
        return float(self.smooth.row.values[step - 1 - self.start])
