"""The loss as a curve over one parameter, or as bands of colour over two."""

from math import atan2, degrees, hypot
from time import perf_counter

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtWidgets import QWidget

from bpsim.engine.kernels import Array
from bpsim.explain.numbers import format_number
from bpsim.session.evaluate import Objective
from bpsim.session.landscape import Rows, all_rows
from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.plots.chart import Chart, sensible
from bpsim.ui.plots.colours import mixed
from bpsim.ui.plots.legend import Key
from bpsim.ui.surface.survey import Picture, Range, Survey, View, bands, smooth
from bpsim.ui.theme.theme import theme

BANDS = 14
_PAUSE_MS, _SLICE_S = 10, 0.008
_ARROW = 40.0
_NEAR = 12.0


class SurfaceChart(Chart):
    """Draws the loss about the present point, with the path travelled.

    Attributes
    ----------
    only_batch
        Whether it is the loss of the batch in view instead of that of all rows.
    elements
        The one or two parameters that run along the axes.
    curve, tangent, image, path, ahead, point, arrow
        What is drawn.
    """

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        self.curve, self.tangent = (pg.PlotCurveItem(antialias=True) for _ in range(2))
        self.path, self.ahead = pg.PlotCurveItem(antialias=True), pg.PlotCurveItem()
        self.image = pg.ImageItem(axisOrder="row-major")
        self.point = pg.ScatterPlotItem(size=10)
        self.arrow = pg.ArrowItem(headLen=10, tailLen=_ARROW - 10, tailWidth=2, tipAngle=40)
        super().__init__(both=True, parent=parent)
        self._controller = controller
        self.setAccessibleName(self.tr("Loss surface"))
        self.only_batch = False
        self.elements: tuple[Element, ...] = ()
        self._survey = Survey()
        self._now = self._slope = np.empty(0)
        self._objective: tuple[object, Rows, Objective] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._work)
        items = (self.image, self.ahead, self.path, self.curve, self.tangent, self.arrow)
        for item in (*items, self.point):
            self.addItem(item)
        self.clicked.connect(self._go)
        self.box.sigResized.connect(self._point)

    def colour(self) -> None:
        """Take the theme's colours."""
        super().colour()
        tokens = theme().tokens
        self.curve.setPen(pg.mkPen(tokens.accent, width=2))
        self.tangent.setPen(pg.mkPen(tokens.backward, width=2))
        self.path.setPen(pg.mkPen(tokens.update, width=2))
        self.ahead.setPen(pg.mkPen(tokens.muted))
        self.arrow.setStyle(pen=pg.mkPen(tokens.panel), brush=pg.mkBrush(tokens.backward))
        self.point.setBrush(pg.mkBrush(tokens.text))
        self.point.setPen(pg.mkPen(tokens.panel, width=2))

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
        """Draw point, gradient and path; begin to compute the rest."""
        self.choose()
        session, flat = self._controller.session, len(self.elements) == 1
        for item in (self.image, self.path, self.ahead, self.arrow):
            item.setVisible(not flat)
        for item in (self.curve, self.tangent):
            item.setVisible(flat)
        self.show_grid(flat)
        names = [str(element) for element in self.elements]
        self.name_axes(names[0], self.tr("loss") if flat else names[1])
        parameters, objective = session.parameters(), self._loss()
        now, gradient = parameters[list(self.places)], objective.gradient(parameters)
        slope = gradient[list(self.places)]
        ranges = self._ranges(now)
        if flat:
            loss = objective.value(parameters)
            self.point.setData([now[0]], [loss])
            ends = np.array(ranges[0])
            self.tangent.setData(ends, loss + slope[0] * (ends - now[0]))
        else:
            self.show_range(*ranges)
            self.point.setData([now[0]], [now[1]])
            self._now, self._slope = now, slope
            self._point()
            self._draw_path(now)
        self._survey.want(View(objective, parameters, self.places, ranges))
        self._draw_picture()
        if self._survey.busy:
            self._timer.start()

    def _ranges(self, now: Array) -> tuple[Range, ...]:
        if self.zoomed:
            return self.ranges()[: len(now)]
        _, walked = self._walked()
        both = np.vstack([walked, now])
        middle = (both.min(axis=0) + both.max(axis=0)) / 2.0
        half = np.maximum(0.7 * (both.max(axis=0) - both.min(axis=0)), 1.0)
        return tuple(zip((middle - half).tolist(), (middle + half).tolist(), strict=True))

    def _draw_path(self, now: Array) -> None:
        steps, walked = self._walked()
        gone = steps <= self._controller.session.position.updates
        past, later = np.vstack([walked[gone], now]), np.vstack([now, walked[~gone]])
        self.path.setData(past[:, 0], past[:, 1])
        self.ahead.setData(later[:, 0], later[:, 1])

    def _point(self, *_: object) -> None:
        """Point against the gradient, with an arrow that is always as long on the screen."""
        now, slope = self._now, self._slope
        if len(now) < 2 or len(self.elements) < 2:
            return
        width, height = self.box.viewPixelSize()
        right, up = -slope[0] / width, -slope[1] / height
        length = hypot(right, up)
        self.arrow.setVisible(0.0 < length < np.inf)
        if self.arrow.isVisible():
            tip = now + _ARROW * np.array([right * width, up * height]) / length
            self.arrow.setPos(tip[0], tip[1])
            # At 0 the arrow points to the left, and angles run clockwise.
            self.arrow.setStyle(angle=degrees(atan2(up, -right)))

    def _draw_picture(self) -> None:
        picture = self._survey.picture
        if picture is None or picture.view.places != self.places:
            self.image.clear()
            self.curve.setData([], [])
        elif len(self.places) == 1:
            self._draw_curve(picture)
        else:
            table = mixed(theme().tokens.panel, theme().tokens.accent, np.linspace(0, 0.8, BANDS))
            (x0, x1), (y0, y1) = picture.view.ranges
            values = np.nan_to_num(picture.values, nan=np.inf, posinf=np.inf)
            highest = values[np.isfinite(values)].max(initial=0.0)
            large = smooth(np.minimum(values, highest), 6)
            self.image.setImage(table[bands(large, BANDS)], autoLevels=False, levels=None)
            self.image.setRect(QRectF(x0, y0, x1 - x0, y1 - y0))

    def _draw_curve(self, picture: Picture) -> None:
        finite = np.isfinite(picture.values)
        values = picture.values[finite]
        self.curve.setData(picture.axes[0][finite], values)
        if not self.zoomed and len(values):
            self.show_range(
                picture.view.ranges[0], sensible(float(values.min()), float(values.max()))
            )

    def _work(self) -> None:
        start = perf_counter()
        new = self._survey.work(
            lambda: perf_counter() - start > _SLICE_S, refine=not self._controller.running
        )
        if new:
            self._draw_picture()
        if not self._survey.busy:
            self._timer.stop()

    def pause(self) -> None:
        """Compute nothing that nobody sees."""
        self._timer.stop()

    # Saying

    def keys(self) -> tuple[Key, ...]:
        """Name what is drawn, and whose loss it is."""
        tokens = theme().tokens
        now = Key(self.tr("now"), tokens.text, Qt.PenStyle.NoPen)
        note = Key(self._note())
        solid = Qt.PenStyle.SolidLine
        if len(self.elements) == 1:
            return note, now, Key(self.tr("tangent: the gradient"), tokens.backward, solid, 2)
        return (
            note,
            now,
            Key(self.tr("against the gradient"), tokens.backward, solid, 2),
            Key(self.tr("path so far"), tokens.update, solid, 2),
            Key(self.tr("later"), tokens.muted),
        )

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
