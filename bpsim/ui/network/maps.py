"""What each unit of a two-input network puts out over both inputs, as a map inside the unit."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from bpsim.engine.kernels import Array
from bpsim.session.aside.evaluate import Evaluator
from bpsim.session.session import Session
from bpsim.ui.plots.colours import diverging, indices
from bpsim.ui.prediction.grid import Range, centres, feature_range
from bpsim.ui.theme.tokens import Tokens

SIDE = 32
LEAST = 7.0
"""The radius below which nobody would see a map."""
_MIDDLE = {"sigmoid": 0.5, "softmax": 0.5}
_REACH = {"sigmoid": 0.5, "softmax": 0.5, "tanh": 1.0}

Images = Mapping[tuple[int, int], QImage]


class UnitMaps:
    """Makes the maps; the first input runs from left to right, the second from bottom to top."""

    def __init__(self) -> None:
        self._evaluator: Evaluator | None = None
        self._data: object = None
        self._ranges: tuple[Range, Range] = ((0.0, 1.0), (0.0, 1.0))

    @staticmethod
    def fits(session: Session) -> bool:
        """Tell whether there are two inputs."""
        return session.project.specification.network.inputs == 2

    def values(self, session: Session) -> list[Array]:
        """Return the outputs of each layer, inputs first, shape ``(SIDE * SIDE, units)``."""
        project = session.project
        if self._evaluator is None or self._evaluator.specification is not project.specification:
            self._evaluator = Evaluator(project.specification)
        if self._data is not project.data:
            self._data = project.data
            self._ranges = feature_range(project, 0), feature_range(project, 1)
        x, y = self._ranges
        inputs = np.empty((SIDE * SIDE, 2))
        # From above, as pictures are stored.
        inputs[:, 0] = np.tile(centres(x, SIDE), SIDE)
        inputs[:, 1] = np.repeat(centres(y, SIDE)[::-1], SIDE)
        return [inputs, *self._evaluator.activations(session.parameters(), inputs)]

    def images(self, session: Session, tokens: Tokens) -> Images:
        """Paint the maps of all units: by sign about the middle of what the activation gives."""
        layers, table = session.project.specification.network.layers, diverging(tokens)
        names = ["", *(layer.activation for layer in layers)]
        found = {}
        for number, (name, values) in enumerate(zip(names, self.values(session), strict=True)):
            for unit in range(values.shape[1]):
                column = values[:, unit]
                middle = _MIDDLE.get(name, 0.0)
                if not number:
                    middle = float(column.mean())
                reach = _REACH.get(name) or float(np.abs(column - middle).max()) or 1.0
                colours = table[indices(column, middle - reach, middle + reach)]
                form = QImage.Format.Format_RGBX8888
                found[number, unit] = QImage(colours.tobytes(), SIDE, SIDE, 4 * SIDE, form)
        return found

    def spot(self, session: Session, sample: int) -> tuple[float, float]:
        """Return where a sample stands on a map, from left and from above, as parts of it."""
        values = session.program.view("x")[sample]
        (x0, x1), (y0, y1) = self._ranges
        return float((values[0] - x0) / (x1 - x0)), float((y1 - values[1]) / (y1 - y0))


def draw_map(
    painter: QPainter,
    image: QImage,
    middle: QPointF,
    radius: float,
    spot: tuple[float, float],
    ink: str,
) -> None:
    """Draw a map into a circle, with a dot where the sample in view stands."""
    box = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
    circle = QPainterPath()
    circle.addEllipse(box)
    painter.save()
    painter.setClipPath(circle)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(box, image)
    if radius > 2 * LEAST:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink))
        painter.drawEllipse(
            QPointF(box.left() + spot[0] * box.width(), box.top() + spot[1] * box.height()), 2, 2
        )
    painter.restore()
