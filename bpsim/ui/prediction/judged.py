"""What the network predicts beside what is right: a confusion matrix, or points by a diagonal."""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QWidget

from bpsim.engine.kernels import Array
from bpsim.explain.numbers import format_number
from bpsim.session.aside.evaluate import Evaluator
from bpsim.session.aside.landscape import spread
from bpsim.session.classes import Classes, classes_of
from bpsim.session.project import Project
from bpsim.ui.controller import Controller
from bpsim.ui.plots.chart import Chart
from bpsim.ui.plots.colours import mixed
from bpsim.ui.plots.legend import Key, Mark
from bpsim.ui.plots.strokes import Dots, Line, Picture, Texts, pen_of
from bpsim.ui.prediction.grid import Choice
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme

_MOST_DRAWN = 500
_NEAR = 9.0
_STRENGTH = 0.5
"""How far a cell goes to its full colour: the number on it stays readable."""


@dataclass(frozen=True)
class Judged:
    """Some rows with what the network makes of them.

    Attributes
    ----------
    rows
        Their places among the training rows, or among the test rows.
    total
        Of how many.
    outputs, targets
        Shape ``(rows, outputs)``.
    """

    rows: NDArray[np.intp]
    total: int
    outputs: Array
    targets: Array


def confusion(classes: Classes, judged: Judged) -> NDArray[np.intp]:
    """Count the rows of each class (from row to row) by the class that is predicted."""
    count = len(classes.names)
    both = count * classes.of(judged.targets) + classes.of(judged.outputs)
    return np.bincount(both, minlength=count * count).reshape(count, count)


class JudgedChart(Chart):
    """Draws a confusion matrix where there are classes, else predictions over targets.

    Attributes
    ----------
    choice
        Which output is looked at, where they are numbers.
    test
        Whether a matrix counts the test rows.
    cells, numbers, diagonal, train_dots, test_dots
        What is drawn.
    counts
        The confusion matrix; the class that is right goes from row to row.
    """

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        self.cells, self.numbers, self.diagonal = Picture(smooth=False), Texts(), Line()
        self.train_dots, self.test_dots = Dots(7), Dots(7, square=True)
        super().__init__(both=True, parent=parent)
        self._controller = controller
        self.choice, self.test = Choice(), True
        self.counts: NDArray[np.intp] = np.empty((0, 0), dtype=np.intp)
        self._evaluator = Evaluator(controller.session.project.specification)
        self._found: dict[str, Judged] = {}
        dots = (self.diagonal, self.train_dots, self.test_dots)
        self.strokes.parts = [self.cells, self.numbers, *dots]
        self.take(controller.session.project)

    def take(self, project: Project) -> None:
        """Show this project from now on."""
        self._project, self.classes = project, classes_of(project)
        names = () if self.classes is None else self.classes.names
        # The first class stands at the top, as in a table.
        self.bottom.names, self.left.names = names, names[::-1]
        self.zoomed = False
        words = self.tr("Confusion matrix") if names else self.tr("Predicted against actual")
        self.setAccessibleName(words)

    def colour(self) -> None:
        """Take the theme's colours."""
        super().colour()
        tokens = theme().tokens
        self.diagonal.pen = pen_of(tokens.muted, 1, Qt.PenStyle.DashLine)
        for dots, colour in ((self.train_dots, tokens.positive), (self.test_dots, tokens.negative)):
            dots.pen, dots.fill = pen_of(tokens.panel), colour

    def _judge(self) -> None:
        """Work out the outputs of the rows; of some, where all would take long."""
        session = self._controller.session
        if self._evaluator.specification is not session.project.specification:
            self._evaluator = Evaluator(session.project.specification)
        data, parameters = session.project.data, session.parameters()
        inputs = len(data.features)
        self._found = {}
        for name, rows in (("train", data.train), ("test", data.test)):
            if len(rows):
                kept = spread(len(rows), len(parameters))
                part = rows[kept]
                outputs = self._evaluator.outputs(parameters, part[:, :inputs])
                self._found[name] = Judged(kept, len(rows), outputs, part[:, inputs:])

    def _counted(self) -> str:
        return "test" if self.test and "test" in self._found else "train"

    # Drawing

    def draw(self) -> None:
        """Draw what is known of the rows now."""
        self._judge()
        matrix = self.classes is not None
        for part in self.strokes.parts:
            part.shown = (part in (self.cells, self.numbers)) == matrix
        self.show_grid(False)
        if self.classes is not None:
            self._draw_matrix(self.classes)
        else:
            self._draw_points()
        self.strokes.update()

    def _draw_matrix(self, classes: Classes) -> None:
        self.name_axes(self.tr("predicted"), self.tr("actual"))
        self.counts = confusion(classes, self._found[self._counted()])
        count, tokens = len(self.counts), theme().tokens
        if not self.zoomed:
            self.show_range((-0.5, count - 0.5), (-0.5, count - 0.5))
        # Each row by itself, so that rare classes are seen as well.
        shares = self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1)
        right = mixed(tokens.panel, tokens.positive, _STRENGTH * shares.ravel())
        wrong = mixed(tokens.panel, tokens.negative, _STRENGTH * shares.ravel())
        diagonal = np.eye(count, dtype=bool).ravel()[:, np.newaxis]
        colours = np.where(diagonal, right, wrong).reshape(count, count, 4)
        self.cells.show(colours[::-1], QRectF(-0.5, -0.5, count, count))
        self.numbers.font, self.numbers.ink = fonts.mono(11), tokens.text
        width, height = self.box.viewPixelSize()
        # Where cells are too small, the pointer says the number.
        roomy = width > 0.0 and 1.0 / width > 26 and 1.0 / height > 13
        self.numbers.show(
            [
                (float(column), float(count - 1 - row), f"{self.counts[row, column]:,}")
                for row in range(count)
                for column in range(count)
            ]
            if roomy
            else []
        )

    def _draw_points(self) -> None:
        output = max(self.choice.output, 0)
        self.name_axes(self.tr("actual"), self.tr("predicted"))
        places = []
        for name, dots in (("train", self.train_dots), ("test", self.test_dots)):
            judged = self._found.get(name)
            dots.shown = judged is not None
            if judged is None:
                continue
            x, y = judged.targets[:, output], judged.outputs[:, output]
            kept = np.linspace(0, len(x) - 1, min(len(x), _MOST_DRAWN)).astype(np.intp)
            dots.show(x[kept], np.nan_to_num(y[kept]))
            places += [dots.x, dots.y]
        both = np.concatenate(places)
        low, high = float(both.min()), float(both.max())
        room = 0.06 * (high - low) or 1.0
        ends = low - room, high + room
        if not self.zoomed:
            self.show_range(ends, ends)
        line = np.array(ends)
        self.diagonal.show(line, line)

    # Saying

    def keys(self) -> tuple[Key, ...]:
        """Say how well the rows are predicted."""
        if self.classes is not None:
            judged, right = self._found[self._counted()], int(np.trace(self.counts))
            count = int(self.counts.sum())
            words = self.tr("{right} of {count} test rows right, {share} %")
            if self._counted() == "train":
                words = self.tr("{right} of {count} training rows right, {share} %")
            numbers = {"right": f"{right:,}", "count": f"{count:,}"}
            found = [Key(words.format(share=f"{100 * right / count:.1f}", **numbers))]
            return (*found, *self._some(judged))
        tokens, found = theme().tokens, []
        for name, colour, mark, words in (
            ("train", tokens.positive, Mark.DOT, self.tr("training, R² {value}")),
            ("test", tokens.negative, Mark.SQUARE, self.tr("test, R² {value}")),
        ):
            if name in self._found:
                value = self._explained(self._found[name])
                found.append(Key(words.format(value=value), colour, mark=mark))
        diagonal = Key(self.tr("exact"), tokens.muted, Qt.PenStyle.DashLine)
        return (*found, diagonal, *self._some(self._found["train"]))

    def _some(self, judged: Judged) -> tuple[Key, ...]:
        if len(judged.rows) == judged.total:
            return ()
        words = self.tr("of {count} of {total} rows")
        numbers = {"count": f"{len(judged.rows):,}", "total": f"{judged.total:,}"}
        return (Key(words.format(**numbers)),)

    def _explained(self, judged: Judged) -> str:
        """Write which share of the targets' variance is explained; there may be none."""
        output = max(self.choice.output, 0)
        targets = judged.targets[:, output]
        with np.errstate(all="ignore"):
            around = float(np.square(targets - targets.mean()).sum())
            rest = float(np.square(targets - judged.outputs[:, output]).sum())
        return format_number(1.0 - rest / around, 3) if 0.0 < around < inf else "–"

    def words(self, x: float, y: float) -> str:
        """Say what the cell counts, or which row the point is."""
        if self.classes is not None:
            column, row = round(x), len(self.counts) - 1 - round(y)
            if not (0 <= row < len(self.counts) and 0 <= column < len(self.counts)):
                return ""
            names = self.classes.names
            words: str = self.tr(
                "{count} of {total} rows of {actual}\nare predicted as {predicted}"
            )
            return words.format(
                count=f"{self.counts[row, column]:,}",
                total=f"{self.counts[row].sum():,}",
                actual=names[row],
                predicted=names[column],
            )
        return self._nearest(x, y)

    def _nearest(self, x: float, y: float) -> str:
        output, scale = max(self.choice.output, 0), self.box.viewPixelSize()
        best, text = _NEAR, ""
        for name, judged in self._found.items():
            both = np.stack([judged.targets[:, output], judged.outputs[:, output]], axis=1)
            distances = np.hypot(*((both - (x, y)) / scale).T)
            at = int(np.nan_to_num(distances, nan=np.inf).argmin())
            if distances[at] <= best:
                best = float(distances[at])
                words = self.tr("test {row}") if name == "test" else self.tr("row {row}")
                actual, predicted = (format_number(float(v), 5) for v in both[at])
                lines = self.tr("actual  {actual}\npredicted  {predicted}")
                text = words.format(row=int(judged.rows[at])) + "\n"
                text += lines.format(actual=actual, predicted=predicted)
        return text
