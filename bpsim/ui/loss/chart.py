"""The curves of the loss, and of the accuracy where there are classes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from bpsim.engine.kernels import Array
from bpsim.explain.numbers import format_number
from bpsim.session.aside.scores import Scores
from bpsim.session.classes import classes_of
from bpsim.session.session import Session
from bpsim.ui.controller import Controller
from bpsim.ui.loss.rows import LossRows, epoch_means
from bpsim.ui.plots.chart import Axis, sensible
from bpsim.ui.plots.colours import blended
from bpsim.ui.plots.legend import Key
from bpsim.ui.plots.slices import Amount, Slices
from bpsim.ui.plots.strokes import Dots, Line, pen_of
from bpsim.ui.plots.time_chart import TimeChart
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import Tokens

_FEW = 400
_SCORES = Amount(rest=2000, running=120)
_FAINT = 0.4
_PERCENT = 44

CURVES = ("batch", "epoch", "train", "test", "accuracy")
USUAL = frozenset({"batch", "epoch", "test", "accuracy"})


@dataclass(frozen=True)
class Known:
    """The scores that are known, of training or of test rows."""

    steps: NDArray[np.int64]
    losses: Array
    accuracies: Array

    def at(self, step: float) -> int | None:
        """Find the known step that is nearest."""
        return int(np.abs(self.steps - step).argmin()) if len(self.steps) else None


class PercentAxis(Axis):
    """An axis at the right from 0 to 100 %, whatever the left one shows."""

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Place ticks at the quarters."""
        low, high = sorted((low, high))
        return [(1.0, [low + (high - low) * share for share in self.shares(size)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Write them."""
        return [f"{100 * share:.0f} %" for share in self.shares(self.size().height())]

    @staticmethod
    def shares(size: float) -> list[float]:
        """Choose as many as have room."""
        return [0.0, 0.25, 0.5, 0.75, 1.0] if size > 130 else [0.0, 0.5, 1.0]


class LossChart(TimeChart):
    """Loss and accuracy over the steps.

    Attributes
    ----------
    shown
        Which of `CURVES` a person wants to see.
    log
        Whether the axis is logarithmic.
    rows
        What is drawn of each step, and how much it is smoothed.
    curve, smooth, means, lines
        What is drawn, thinned to what can be seen; `lines` by name: ``train``, ``test``,
        ``train accuracy``, ``test accuracy``.
    slices
        Scores the steps.
    """

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        self.curve, self.smooth, self.means = Line(), Line(), Line()
        names = ("train", "test", "train accuracy", "test accuracy")
        self.lines = {name: Line() for name in names}
        self._dot = Dots(8)
        self.log, self.shown, self.rows = False, USUAL, LossRows()
        self._scores = {"train": Scores(test=False), "test": Scores(test=True)}
        self._known: dict[str, Known] = {}
        self._judged: tuple[object, bool] = (None, False)
        self._percent = PercentAxis("right")
        super().__init__(controller, parent, self._percent)
        self.slices = Slices(controller, self._parts, _SCORES, self)
        self.slices.worked.connect(self.behind)
        self._percent.setWidth(_PERCENT)
        self.setAccessibleName(self.tr("Loss of each step"))
        self.name_axes(self.tr("step"))
        lines = (self.curve, self.means, self.smooth, *self.lines.values())
        self.put(*lines, above=(self._dot,))

    def colour(self) -> None:
        """Take the theme's colours."""
        super().colour()
        for name, curve in self.lines.items():
            curve.pen = pen_of(*_pen(theme().tokens, name))
        self._dot.fill = theme().tokens.accent
        self.colour_axis(self._percent)

    # Which curves there are

    def _has_classes(self) -> bool:
        project = self._controller.session.project
        if project is not self._judged[0]:
            self._judged = project, classes_of(project) is not None
        return self._judged[1]

    def offered(self) -> tuple[str, ...]:
        """Name the curves that this project has."""
        session = self._controller.session
        there = {
            "batch": True,
            "epoch": any(era.batches > 1 for era in session.history.eras),
            "train": True,
            "test": len(session.project.data.test) > 0,
            "accuracy": self._has_classes(),
        }
        return tuple(name for name in CURVES if there[name])

    def _drawn(self) -> frozenset[str]:
        return self.shown.intersection(self.offered()) or frozenset({"batch"})

    def _sets(self) -> list[str]:
        """Name the sets of rows that have to be scored."""
        drawn = self._drawn()
        test = len(self._controller.session.project.data.test) > 0
        both = {"train": True, "test": test} if "accuracy" in drawn else {}
        return [name for name in self._scores if both.get(name) or name in drawn]

    # Drawing

    def draw(self) -> None:
        """Draw the part of the curves that is in sight."""
        session, drawn = self._controller.session, self._drawn()
        self._score(session)
        self.rows.follow(session)
        first, last = self.visible()
        most = 2 * max(int(self.box.width()), 100)
        raw = self.rows.batch(session, first, last, most) if "batch" in drawn else _NOTHING
        smooth = self.rows.smoothed(first, last, _FEW) if "batch" in drawn else _NOTHING
        means = self.rows.epoch(first, last, most) if "epoch" in drawn else _NOTHING
        step = session.position.updates
        here = first <= step <= last and "batch" in drawn
        now = session.history.losses[step - 1 : step] if here else np.empty(0)
        lines = {name: self._scores_line(name, first, last) for name in ("train", "test")}
        every = [raw[1], smooth[1], means[1], now, *(line[1] for line in lines.values())]
        everything = np.concatenate(every)
        # A loss of 0 has no place on a logarithmic axis; it stands with the least that has.
        self._least = float(everything[everything > 0.0].min(initial=1.0)) if self.log else 0.0
        self.left.log = self.log
        tokens = theme().tokens
        pale = self.rows.smooth is not None
        ink = blended(tokens.panel, tokens.accent, _FAINT) if pale else tokens.accent
        self._curve(self.curve, raw, ink, 1)
        self._curve(self.smooth, smooth, tokens.accent, 2)
        self._curve(self.means, means, *_pen(tokens, "epoch"))
        for name, line in lines.items():
            self.lines[name].show(line[0], self._scaled(line[1]))
        self._dot.show([step] if len(now) else [], self._scaled(now))
        self._limits(self._scaled(everything))
        self._draw_accuracies(first, last)

    def _curve(
        self,
        line: Line,
        points: tuple[Array, Array],
        ink: str,
        width: int,
        style: Qt.PenStyle = Qt.PenStyle.SolidLine,
    ) -> None:
        # Wide or soft lines take ten times as long; among many points nobody sees them.
        few = len(points[0]) <= _FEW
        line.pen, line.soft = pen_of(ink, width if few else 1, style), few and width > 1
        line.show(points[0], self._scaled(points[1]))

    def _scaled(self, values: Array) -> Array:
        if not self.log:
            return values
        logarithms: Array = np.log10(np.maximum(values, self._least))
        return logarithms

    def _limits(self, values: Array) -> None:
        finite = values[np.isfinite(values)]
        low, high = float(finite.min(initial=np.inf)), float(finite.max(initial=-np.inf))
        if not len(finite):
            low, high = 0.0, 1.0
        self.show_time((low - 0.05, high + 0.05) if self.log else sensible(low, high))

    def _scores_line(self, name: str, first: int, last: int) -> tuple[Array, Array]:
        if name not in self._drawn() or name not in self._known:
            return _NOTHING
        known = self._known[name]
        # One more on either side, so that the line leaves the picture at its edge.
        begin = max(int(np.searchsorted(known.steps, first)) - 1, 0)
        end = int(np.searchsorted(known.steps, last, side="right")) + 1
        return known.steps[begin:end].astype(float), known.losses[begin:end]

    def _draw_accuracies(self, first: int, last: int) -> None:
        wanted = "accuracy" in self._drawn()
        if wanted != self._percent.isVisible():
            self._percent.setVisible(wanted)
            self.set_right(_PERCENT if wanted else 0)
        low, high = self.ranges()[1]
        for name in ("train", "test"):
            known, line = self._known.get(name), self.lines[f"{name} accuracy"]
            line.shown = wanted and known is not None
            if line.shown and known is not None:
                # Drawn on the left axis's scale, so that there is one view to zoom.
                line.show(known.steps.astype(float), low + (high - low) * known.accuracies)

    # Scoring beside the training

    def _parts(self) -> list[Scores]:
        return [self._scores[name] for name in self._sets()]

    def _score(self, session: Session) -> None:
        self.slices.go_on()
        self._known = {name: Known(*self._scores[name].known(session)) for name in self._sets()}

    def pause(self) -> None:
        """Score nothing that nobody sees."""
        self.slices.pause()

    # Saying

    def keys(self) -> tuple[Key, ...]:
        """Name the curves, and at which steps the scores are worked out."""
        tokens, drawn = theme().tokens, self._drawn()
        names = {
            "batch": self.tr("batch loss"),
            "smooth": self.tr("smoothed {factor}").format(factor=self.rows.factor),
            "epoch": self.tr("epoch mean"),
            "train": self.tr("loss of all training rows"),
            "test": self.tr("test loss"),
            "train accuracy": self.tr("training accuracy"),
            "test accuracy": self.tr("test accuracy"),
        }
        there = drawn & {"batch", "epoch", "train", "test"}
        if "batch" in drawn and self.rows.factor:
            there |= {"smooth"}
        if "accuracy" in drawn:
            there |= {f"{name} accuracy" for name in self._sets()}
        found = [_key(tokens, name, words) for name, words in names.items() if name in there]
        if self.rows.factor and "batch" in drawn:
            found[0] = Key(names["batch"], blended(tokens.panel, tokens.accent, _FAINT))
        every = self._controller.session.history.samples.every
        if every > 1 and self._sets():
            words = self.tr("evaluated every {count} steps")
            found.append(Key(words.format(count=f"{every:,}")))
        return tuple(found)

    def words(self, x: float, y: float) -> str:
        """Say the losses of the step under the pointer, and what was changed there."""
        session, drawn = self._controller.session, self._drawn()
        history = session.history
        if not history.steps:
            return ""  # another session, and not drawn yet
        step = max(1, min(history.steps, round(x)))
        lines = [self.tr("step {step}").format(step=f"{step:,}")]
        if "batch" in drawn:
            lines[0] += f"  {_number(float(history.losses[step - 1]))}"
            smooth = self.rows.smooth_at(step)
            if smooth is not None:
                lines.append(self.tr("smoothed  {value}").format(value=_number(smooth)))
        _, means = epoch_means(history, step, step)
        if len(means) and "epoch" in drawn:
            lines.append(self.tr("epoch mean  {value}").format(value=_number(float(means[0]))))
        for name in self._sets():
            lines += self._scored(name, x, step)
        return "\n".join([*lines, *filter(None, [self.event_text(x)])])

    def _scored(self, name: str, x: float, step: int) -> list[str]:
        known = self._known.get(name)
        at = known.at(x) if known is not None else None
        if known is None or at is None:
            return []
        parts = [_number(float(known.losses[at]))] if name in self._drawn() else []
        if "accuracy" in self._drawn():
            parts.append(f"{100 * float(known.accuracies[at]):.1f} %")
        words = self.tr("test  {values}") if name == "test" else self.tr("training  {values}")
        text = words.format(values="  ".join(parts))
        where = int(known.steps[at])
        if where != step:
            text += "  " + self.tr("(step {step})").format(step=f"{where:,}")
        return [text]


_NOTHING = (np.empty(0), np.empty(0))


def _number(value: float) -> str:
    return format_number(value, 6) if value == value else "–"


def _key(tokens: Tokens, name: str, words: str = "") -> Key:
    """Tell the curves apart by colour, and by width or stroke too."""
    pen = Qt.PenStyle
    colour, style, width = {
        "batch": (tokens.accent, pen.SolidLine, 1),
        "smooth": (tokens.accent, pen.SolidLine, 2),
        "epoch": (tokens.forward, pen.SolidLine, 2),
        "train": (tokens.backward, pen.DashLine, 1),
        "test": (tokens.negative, pen.SolidLine, 2),
        "train accuracy": (tokens.update, pen.DashLine, 1),
        "test accuracy": (tokens.update, pen.DotLine, 2),
    }[name]
    return Key(words, colour, style, width)


def _pen(tokens: Tokens, name: str) -> tuple[str, int, Qt.PenStyle]:
    key = _key(tokens, name)
    return key.colour, key.width, key.style
