"""The loss as a curve over one parameter, or as bands of colour over two."""

from dataclasses import replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtWidgets import QWidget

from bpsim.engine.kernels import Array
from bpsim.explain.numbers import format_number
from bpsim.session.aside.ahead import Ahead
from bpsim.session.aside.evaluate import Objective
from bpsim.session.aside.landscape import Rows, all_rows
from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.plots.chart import Chart, sensible
from bpsim.ui.plots.colours import blended, mixed
from bpsim.ui.plots.legend import Key, Mark
from bpsim.ui.plots.strokes import Arrow, Dots, Line, Picture, pen_of
from bpsim.ui.plots.thinning import drawable
from bpsim.ui.surface.survey import Picture as Surveyed
from bpsim.ui.surface.survey import Range, Survey, View, bands, contours, is_flat, levels, smooth
from bpsim.ui.theme.theme import theme

BANDS = 14
_PAUSE_MS, _SLICE_S = 10, 0.008
_PAUSE_RUNNING_MS, _SLICE_RUNNING_S = 60, 0.003
_ARROW = 40.0
_NEAR = 12.0
_FEW = 400


class SurfaceChart(Chart):
    """Draws the loss about the present point, with the path travelled.

    Attributes
    ----------
    only_batch
        Whether it is the loss of the batch in view instead of that of all rows.
    elements
        The one or two parameters that run along the axes.
    curve, tangent, image, contours, path, ahead, point, arrow, leap, target
        What is drawn; `leap` leads to `target`, where the next update goes.
    """

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        self.curve, self.tangent, self.path = (Line(soft=True) for _ in range(3))
        self.ahead, self.leap, self.image = Line(), Line(soft=True), Picture()
        self.contours = Line(soft=True, pairs=True)
        self._mapped: tuple[object, object] = (None, None)
        self.point, self.target, self.arrow = Dots(10), Dots(10), Arrow(_ARROW)
        super().__init__(both=True, parent=parent)
        self._controller = controller
        self.setAccessibleName(self.tr("Loss surface"))
        self.only_batch, self._remarked = False, ""
        self.elements: tuple[Element, ...] = ()
        self._survey = Survey()
        self._ahead = Ahead()
        self._objective: tuple[object, Rows, Objective] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._work)
        self._maps = (self.image, self.contours, self.ahead, self.path, self.arrow, self.leap)
        self._curves = (self.curve, self.tangent)
        self.strokes.parts = [*self._maps, *self._curves, self.target, self.point]
        self.clicked.connect(self._go)
        controller.running_changed.connect(self._ran)

    def colour(self) -> None:
        """Take the theme's colours."""
        super().colour()
        tokens = theme().tokens
        self.curve.pen = pen_of(tokens.accent, 2)
        self.tangent.pen = pen_of(tokens.backward, 2)
        self.path.pen = pen_of(tokens.update, 2)
        self.contours.pen = pen_of(blended(tokens.panel, tokens.accent, 0.55))
        self.ahead.pen = pen_of(tokens.muted)
        self.arrow.pen, self.arrow.fill = pen_of(tokens.panel), tokens.backward
        self.leap.pen = pen_of(tokens.text, 2, Qt.PenStyle.DotLine)
        self.target.pen, self.target.fill = pen_of(tokens.text, 2), tokens.panel
        self.point.pen, self.point.fill = pen_of(tokens.panel, 2), tokens.text

    # What is shown

    def choose(self) -> bool:
        """Take the parameters that are selected; without any, keep what there was.

        Returns
        -------
        bool
            Whether that changed the choice.
        """
        session, before = self._controller.session, self.elements
        selected = [e for e in self._controller.selection.elements if e.is_parameter]
        if selected:
            self.elements = tuple(selected[-2:])
        if not self.elements or not all(session.has(element) for element in self.elements):
            last = len(session.project.specification.network.layers)
            self.elements = (Element(f"W{last}", (0, 0)), Element(f"b{last}", (0,)))
        if self.elements != before:
            self.zoomed = False
        return self.elements != before

    def rows(self) -> Rows:
        """Return the rows whose loss is drawn."""
        session = self._controller.session
        if self.only_batch:
            batch = tuple(int(row) for row in session.rows)
            return Rows(batch, len(batch))
        return all_rows(session.project, len(session.parameters()))

    @property
    def places(self) -> tuple[int, ...]:
        """Where the chosen parameters stand among all."""
        return tuple(self._controller.session.place(element) for element in self.elements)

    def _loss(self) -> Objective:
        project, rows = self._controller.session.project, self.rows()
        key = (project.specification, rows)
        if self._objective is None or self._objective[:2] != key:
            objective = Objective(project.specification, project.data.train[list(rows.indices)])
            self._objective = (*key, objective)
        return self._objective[2]

    def _walked(self) -> tuple[NDArray[np.int64], Array]:
        """Return the steps that are kept and where the chosen parameters stood then."""
        samples = self._controller.session.history.samples
        return samples.steps, samples.parameters[:, self.places]

    # Drawing

    def draw(self) -> None:
        """Draw point, gradient, next step and path; begin to compute the rest."""
        self.choose()
        session, flat = self._controller.session, len(self.elements) == 1
        for part in self._maps:
            part.shown = not flat
        for part in self._curves:
            part.shown = flat
        self.show_grid(flat)
        names = [str(element) for element in self.elements]
        self.name_axes(names[0], self.tr("loss") if flat else names[1])
        parameters, objective = session.parameters(), self._loss()
        now, gradient = parameters[list(self.places)], objective.gradient(parameters)
        slope, leap = gradient[list(self.places)], self._ahead.look(session)
        after = None if leap is None else leap.after
        ranges = self._ranges(now)
        if flat:
            self._draw_tangent(parameters, float(slope[0]), ranges[0], after)
        else:
            self.show_range(*ranges)
            self.point.show(now[:1], now[1:])
            self.arrow.start = (float(now[0]), float(now[1]))
            self.arrow.way = (-float(slope[0]), -float(slope[1]))
            self._draw_path(now)
            there = now if after is None else after[list(self.places)]
            self.leap.show(*np.array([now, there]).T)
            self.target.show(there[:1], there[1:])
            self.target.shown = after is not None
        self._survey.want(View(objective, parameters, self.places, ranges))
        if not self._controller.running:
            self._survey.refine()
        self._draw_picture()
        if self._survey.busy:
            self._timer.start()

    def _draw_tangent(
        self, parameters: Array, slope: float, ends: Range, after: Array | None
    ) -> None:
        """Draw the point, the tangent there, and where the next update leads along the curve."""
        (place,), objective = self.places, self._loss()
        loss, now = objective.value(parameters), float(parameters[place])
        self.point.show([now], [loss])
        x = np.array(ends)
        self.tangent.show(x, loss + slope * (x - now))
        self.target.shown = after is not None
        if after is not None:
            parameters = parameters.copy()
            parameters[place] = after[place]
            self.target.show([after[place]], [objective.value(parameters)])

    def _ranges(self, now: Array) -> tuple[Range, ...]:
        if self.zoomed:
            return self.ranges()[: len(now)]
        _, walked = self._walked()
        both = drawable(np.vstack([walked, now]))
        middle = (both.min(axis=0) + both.max(axis=0)) / 2.0
        half = np.maximum(0.7 * (both.max(axis=0) - both.min(axis=0)), 1.0)
        return tuple(zip((middle - half).tolist(), (middle + half).tolist(), strict=True))

    def _draw_path(self, now: Array) -> None:
        steps, walked = self._walked()
        gone = steps <= self._controller.session.position.updates
        past, later = np.vstack([walked[gone], now]), np.vstack([now, walked[~gone]])
        self.path.show(*self._thinned(past))
        self.ahead.show(*self._thinned(later))

    def _thinned(self, places: Array) -> tuple[Array, Array]:
        """Leave out of a long path what would be drawn on the same pixels again."""
        if len(places) > _FEW:
            pixels = np.rint(places / self.box.viewPixelSize())
            moved = (np.diff(pixels, axis=0) != 0).any(axis=1)
            places = places[np.concatenate([[True], moved[:-1], [True]])]
        return places[:, 0], places[:, 1]

    def _draw_picture(self) -> None:
        picture = self._survey.picture
        if picture is None or picture.view.places != self.places:
            self.image.clear()
            self.contours.show(np.empty(0), np.empty(0))
            self._mapped = None, None
            self.curve.show(np.empty(0), np.empty(0))
        elif len(self.places) == 1:
            self._draw_curve(picture)
        else:
            self._draw_map(picture)
        self.strokes.update()

    def _draw_map(self, picture: Surveyed) -> None:
        tokens = theme().tokens
        if (picture, tokens) == self._mapped:
            return
        self._mapped = picture, tokens
        (x0, x1), (y0, y1) = picture.view.ranges
        values = np.nan_to_num(picture.values, nan=np.inf, posinf=np.inf)
        highest = values[np.isfinite(values)].max(initial=0.0)
        values = np.minimum(values, highest)
        table = mixed(tokens.panel, tokens.accent, np.linspace(0, 0.8, BANDS))
        large = bands(smooth(values, 6), BANDS)
        self.image.show(table[large], QRectF(x0, y0, x1 - x0, y1 - y0))
        rows, columns = contours(values, levels(values, BANDS))
        height, width = (n - 1 for n in values.shape)
        self.contours.show(x0 + columns * ((x1 - x0) / width), y0 + rows * ((y1 - y0) / height))

    def _draw_curve(self, picture: Surveyed) -> None:
        finite = np.isfinite(picture.values)
        values = picture.values[finite]
        self.curve.show(picture.axes[0][finite], values)
        if not self.zoomed and len(values):
            self.show_range(
                picture.view.ranges[0], sensible(float(values.min()), float(values.max()))
            )

    def _work(self) -> None:
        start, running = perf_counter(), self._controller.running
        share = _SLICE_RUNNING_S if running else _SLICE_S
        self._timer.setInterval(_PAUSE_RUNNING_MS if running else _PAUSE_MS)
        new = self._survey.work(lambda: perf_counter() - start > share, refine=not running)
        if new:
            self._draw_picture()
            if self._remark() != self._remarked:
                self.behind.emit()
        if not self._survey.busy:
            self._timer.stop()

    def _ran(self, running: bool) -> None:
        if not running:
            self.behind.emit()  # there is time now for a fine picture

    def pause(self) -> None:
        """Compute nothing that nobody sees."""
        self._timer.stop()

    # Saying

    def keys(self) -> tuple[Key, ...]:
        """Name what is drawn, and whose loss it is."""
        tokens = theme().tokens
        now = Key(self.tr("now"), tokens.text, mark=Mark.DOT)
        self._remarked = self._remark()
        note = Key(self._note() + self._remarked)
        solid = Qt.PenStyle.SolidLine
        after = Key(self.tr("next update"), tokens.text, Qt.PenStyle.DotLine, 2)
        if len(self.elements) == 1:
            tangent = Key(self.tr("tangent: the gradient"), tokens.backward, solid, 2)
            return note, now, tangent, replace(after, mark=Mark.RING)
        found = [note, now, Key(self.tr("against the gradient"), tokens.backward, solid, 2), after]
        at = self._controller.session.position.updates
        if at:
            found.append(Key(self.tr("path so far"), tokens.update, solid, 2))
        if self._walked()[0][-1] > at:
            found.append(Key(self.tr("later"), tokens.muted))
        return tuple(found)

    def _remark(self) -> str:
        """Say why nothing is to be seen, where that is so."""
        picture, words = self._survey.picture, ""
        if picture is not None and picture.view.places == self.places:
            if not np.isfinite(picture.values).any():
                words = self.tr(": too large to be drawn")
            elif is_flat(picture.values):
                words = self.tr(": the same everywhere here")
        return words

    def _note(self) -> str:
        session, rows = self._controller.session, self.rows()
        training = session.project.specification.training
        name = self.tr("loss + penalty") if training.l1 or training.l2 else self.tr("loss")
        words: str = self.tr("{loss} of all {count} training rows")
        if self.only_batch:
            words = self.tr("{loss} of the batch of step {step}")
        elif rows.total == 1:
            words = self.tr("{loss} of the only training row")
        elif len(rows.indices) < rows.total:
            words = self.tr("{loss} of {count} of {total} training rows")
        numbers = {"count": len(rows.indices), "total": rows.total, "step": session.position.step}
        return words.format(loss=name, **{key: f"{n:,}" for key, n in numbers.items()})

    def words(self, x: float, y: float) -> str:
        """Say the loss under the pointer, and the step if the path is near."""
        places = dict(zip(self.elements, (x, y), strict=False))
        parameters = self._controller.session.parameters()
        for element, value in places.items():
            parameters[self._controller.session.place(element)] = value
        lines = [f"{element}  {format_number(value, 3)}" for element, value in places.items()]
        lines.append(
            self.tr("loss  {value}").format(value=format_number(self._loss().value(parameters)))
        )
        step = self._near(x, y)
        if step is not None:
            lines.append(self.tr("step {step}").format(step=f"{step:,}"))
        return "\n".join(lines)

    def _near(self, x: float, y: float) -> int | None:
        """Find the step of the path that is nearest on the screen, if any is near."""
        if len(self.elements) == 1:
            return None
        steps, walked = self._walked()
        distances = np.hypot(*((walked - (x, y)) / self.box.viewPixelSize()).T)
        nearest = int(distances.argmin())
        return int(steps[nearest]) if distances[nearest] <= _NEAR else None

    def _go(self, x: float, y: float) -> None:
        step = self._near(x, y)
        if step is not None:
            self._controller.do(lambda session: session.jump_to_step(step))
