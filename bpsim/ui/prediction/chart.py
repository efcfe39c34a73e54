"""The prediction as a curve over one input, or as a map over two."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from bpsim.engine.kernels import Array
from bpsim.explain.numbers import format_number
from bpsim.session.aside.evaluate import Evaluator
from bpsim.session.project import Project
from bpsim.ui.controller import Controller
from bpsim.ui.plots.chart import Chart
from bpsim.ui.plots.colours import STRENGTH, Table, class_colours, diverging, indices, mixed
from bpsim.ui.plots.legend import Key, Mark
from bpsim.ui.plots.strokes import Dots, Line, Picture, Strokes, pen_of
from bpsim.ui.plots.thinning import drawable
from bpsim.ui.prediction.grid import (
    WINNER,
    curve_inputs,
    default_choice,
    feature_range,
    map_inputs,
    side_for,
    target_range,
)
from bpsim.ui.theme.theme import theme

MOST_POINTS = 500
_SMALL, _LARGE, _FEW = 8, 11, 24
"""How large points are, and where there are few."""
_NEAR = 9.0
_SHAPES = (("o", Mark.DOT), ("t1", Mark.TRIANGLE), ("d", Mark.DIAMOND), ("s", Mark.SQUARE))
"""Of classes: as pyqtgraph calls them, and in the key."""


class PredictionChart(Chart):
    """Draws what the present parameters predict, with the rows of the data.

    Attributes
    ----------
    choice
        What a person looks at.
    curve, image, points, ring
        What is drawn; `ring` marks the row that is computed now.
    """

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(both=True, parent=parent)
        self._controller = controller
        self.setAccessibleName(self.tr("Prediction"))
        self.curve, self.image, self.ring = Line(soft=True), Picture(), Dots(18)
        self.strokes.parts = [self.image, self.curve]
        self.points, self._above = pg.ScatterPlotItem(), Strokes(self.ring)
        self.addItem(self.points, ignoreBounds=True)
        self.addItem(self._above, ignoreBounds=True)
        self._project = controller.session.project
        self._evaluator = Evaluator(self._project.specification)
        self.choice = default_choice(self._project)

    def take(self, project: Project) -> None:
        """Show this project from now on; keep what was chosen, where the columns are the same."""
        before, self._project = self._project, project
        same = (before.data.features, before.data.targets) == (
            project.data.features,
            project.data.targets,
        )
        self._inputs: tuple[object, Array] = (None, np.empty((0, 0)))
        data, most = project.data, MOST_POINTS
        rows = np.concatenate([data.train, data.test])
        self._means: Array = data.train[:, : len(data.features)].mean(axis=0)
        # Evenly spread over all rows, if there are too many.
        self._shown = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), most)).astype(int))
        self._size = _LARGE if len(rows) <= _FEW else _SMALL
        self._rows = rows
        self._dressed: object = None
        if not same:
            self.choice = default_choice(project)
            self.zoomed = False

    @property
    def flat(self) -> bool:
        """Whether there is one input and so a curve."""
        return self._project.specification.network.inputs == 1

    def _held(self) -> Array:
        """Return what inputs have that are not on the axes."""
        if self.choice.mean:
            return self._means
        return self._rows[self._row(), : len(self._project.data.features)]

    def _row(self) -> int:
        rows = self._controller.session.rows
        return int(rows[min(self._controller.selection.sample, len(rows) - 1)])

    # Drawing

    def draw(self) -> None:
        """Draw curve or map and ring; the points only where another choice was made."""
        tokens = theme().tokens
        columns = self._columns()
        if self._dressed != (self.choice, tokens):
            self._dressed = self.choice, tokens
            self._dress(columns)
        self._draw_curve(columns) if self.flat else self._draw_map()
        place = self._rows[self._row(), columns]
        self.ring.pen = pen_of(tokens.text, 2)
        self.ring.show(place[:1], place[1:])
        self.strokes.update()
        self._above.update()

    def _columns(self) -> list[int]:
        """Return which columns of the data run along the axes."""
        columns = len(self._project.data.features)
        across = columns + max(self.choice.output, 0) if self.flat else self.choice.y
        return [self.choice.x, across]

    def _dress(self, columns: list[int]) -> None:
        tokens, shown, data = theme().tokens, self._shown, self._project.data
        self.curve.shown, self.image.shown = self.flat, not self.flat
        self.curve.pen = pen_of(tokens.accent, 2)
        self.show_grid(self.flat)
        names = (*data.features, *data.targets)
        self.name_axes(*(names[column] for column in columns))
        tests = shown >= len(data.train)
        if self.choice.output == WINNER and not self.flat:
            self._dress_classes(tests)
            return
        colours = self._coloured(self._rows[shown, len(data.features) :], 1.0).tolist()
        self.points.setData(
            pos=drawable(self._rows[shown][:, columns]),
            brush=[pg.mkBrush(tokens.text)] * len(shown) if self.flat else colours,
            symbol=["s" if test else "o" for test in tests],
            pen=pg.mkPen(tokens.panel if self.flat else tokens.text),
            size=self._size,
        )

    def _dress_classes(self, tests: NDArray[np.bool_]) -> None:
        """Tell classes by shape as well as by colour, and test rows by being hollow."""
        tokens, data = theme().tokens, self._project.data
        rows = self._rows[self._shown]
        actual = rows[:, len(data.features) :].argmax(axis=1).tolist()
        colours = class_colours(tokens, len(data.targets))
        fills = [pg.mkBrush(colour) for colour in colours]
        rims = [pg.mkPen(colour, width=2) for colour in colours]
        hollow, rim = pg.mkBrush(tokens.panel), pg.mkPen(tokens.text)
        both = list(zip(actual, tests.tolist(), strict=True))
        self.points.setData(
            pos=drawable(rows[:, self._columns()]),
            brush=[hollow if test else fills[number] for number, test in both],
            symbol=[_SHAPES[number % len(_SHAPES)][0] for number, _ in both],
            pen=[rims[number] if test else rim for number, test in both],
            size=self._size,
        )

    def _draw_curve(self, columns: list[int]) -> None:
        output = max(self.choice.output, 0)
        x = self.ranges()[0] if self.zoomed else feature_range(self._project, 0)
        inputs = curve_inputs(x)
        values = self._predict(inputs)[:, output]
        self.curve.show(inputs[:, 0], values)
        if not self.zoomed:
            targets = self._rows[self._shown, columns[1]]
            both = drawable(np.concatenate([values[np.isfinite(values)], targets]))
            low, high = float(both.min()), float(both.max())
            # Room for the ring about a point at the edge.
            room = 0.14 * (high - low) or 1.0
            self.show_range(x, (low - room, high + room))

    def _draw_map(self) -> None:
        project, choice = self._project, self.choice
        if not self.zoomed:
            self.show_range(feature_range(project, choice.x), feature_range(project, choice.y))
        x, y = self.ranges()
        held = self._held()
        others = tuple(np.delete(held, (choice.x, choice.y)))
        side = side_for(len(self._controller.session.parameters()))
        key = (x, y, choice, others, side)
        if self._inputs[0] != key:
            self._inputs = key, map_inputs(held, choice, x, y, side)
        values = self._predict(self._inputs[1])
        picture = self._coloured(values).reshape(side, side, 4)
        self.image.show(picture, QRectF(x[0], y[0], x[1] - x[0], y[1] - y[0]))

    def _predict(self, inputs: Array) -> Array:
        session = self._controller.session
        # Settings, activations among them, may be others at another time.
        if self._evaluator.specification is not session.project.specification:
            self._evaluator = Evaluator(session.project.specification)
        return self._evaluator.outputs(session.parameters(), inputs)

    def _coloured(self, values: Array, strength: float = STRENGTH) -> Table:
        """Colour outputs: by sign about the middle of the targets, or by the class that wins."""
        tokens, output = theme().tokens, self.choice.output
        if output != WINNER:
            low, high = target_range(self._project, output)
            return diverging(tokens, strength)[indices(values[:, output], low, high)]
        count = values.shape[1]
        shares = np.linspace(0.15, strength, 256)
        tables = [mixed(tokens.panel, c, shares) for c in class_colours(tokens, count)]
        best = np.nan_to_num(values).max(axis=1)
        sure = indices(best, 1.0 / count, 1.0)
        picture: Table = np.stack(tables)[np.nan_to_num(values).argmax(axis=1), sure]
        return picture

    # Saying

    def keys(self) -> tuple[Key, ...]:
        """Name colours and symbols, and what holds the inputs that are not on the axes."""
        tokens, data = theme().tokens, self._project.data
        found = self._colour_keys()
        if len(data.test):
            ink = tokens.text if self.flat else tokens.muted
            hollow = self.choice.output == WINNER and not self.flat
            mark = Mark.RING if hollow else Mark.SQUARE
            found.append(Key(self.tr("test row"), ink, mark=mark))
        if len(data.features) > 2:
            held = self.tr("others at their mean")
            found.append(Key(held if self.choice.mean else self.tr("others as in the row in view")))
        return tuple(found)

    def _colour_keys(self) -> list[Key]:
        tokens, data, output = theme().tokens, self._project.data, self.choice.output
        if self.flat:
            name = data.targets[max(output, 0)]
            curve = Key(self.tr("prediction"), tokens.accent, width=2)
            target = self.tr("target {name}").format(name=name)
            return [curve, Key(target, tokens.text, mark=Mark.DOT)]
        if output == WINNER:
            colours = class_colours(tokens, len(data.targets))
            pairs = enumerate(zip(data.targets, colours, strict=True))
            shapes = [shape for _, shape in _SHAPES]
            return [Key(n, c, mark=shapes[at % len(shapes)]) for at, (n, c) in pairs]
        low, high = (format_number(v, 3) for v in target_range(self._project, output))
        return [
            Key(f"{data.targets[output]} {low}", tokens.negative, mark=Mark.DOT),
            Key(high, tokens.positive, mark=Mark.DOT),
        ]

    def words(self, x: float, y: float) -> str:
        """Say the prediction under the pointer, and the row if one is near."""
        data, inputs = self._project.data, self._held().copy()
        inputs[self.choice.x] = x
        names = [data.features[self.choice.x]]
        if not self.flat:
            inputs[self.choice.y] = y
            names.append(data.features[self.choice.y])
        lines = [f"{n}  {format_number(v, 3)}" for n, v in zip(names, (x, y), strict=False)]
        found = self._predict(inputs[np.newaxis])[0]
        output = int(found.argmax()) if self.choice.output == WINNER else self.choice.output
        lines.append(f"{data.targets[output]}  {format_number(float(found[output]))}")
        return "\n".join([*lines, *self._near(x, y, output)])

    def _near(self, x: float, y: float, output: int) -> list[str]:
        places = self._rows[self._shown][:, self._columns()]
        distances = np.hypot(*((places - (x, y)) / self.box.viewPixelSize()).T)
        nearest = int(distances.argmin())
        if distances[nearest] > _NEAR:
            return []
        row = int(self._shown[nearest])
        trained = len(self._project.data.train)
        words = self.tr("row {row}, target {y}") if row < trained else self.tr("test {row}: {y}")
        target = format_number(float(self._rows[row, len(self._project.data.features) + output]))
        return [words.format(row=row if row < trained else row - trained, y=target)]
