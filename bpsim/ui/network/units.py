"""Draws the units of each layer with their values, biases, errors and captions."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from bpsim.engine.kernels import Array
from bpsim.session.session import Session
from bpsim.session.settings import is_frozen
from bpsim.session.values import Element
from bpsim.ui.network.element import largest, number_text, row_of, shown_value
from bpsim.ui.network.ink import Ink, fitting_number, mixed
from bpsim.ui.network.maps import LEAST, Images, UnitMaps, draw_map
from bpsim.ui.network.picture import HALO, LINE, WITH_TEXT, WITH_VALUE, Box, Column, Picture
from bpsim.ui.network.touch import Touch
from bpsim.ui.theme import fonts
from bpsim.ui.theme.tokens import Tokens
from bpsim.words import translate

SPECK = 6.0
"""Units of a smaller radius are drawn all at once."""
SHADES = 6


class Units:
    """The circles, or a map of cells where a layer is shown so.

    Attributes
    ----------
    missing
        Whether a layer has been drawn whose values are not computed yet.
    """

    def __init__(
        self,
        painter: QPainter,
        session: Session,
        picture: Picture,
        touch: Touch,
        tokens: Tokens,
        sample: int,
        maps: UnitMaps | None = None,
    ) -> None:
        self._painter, self._session, self._picture = painter, session, picture
        self._images: Images = {}
        self._spot = (0.0, 0.0)
        if maps is not None and maps.fits(session) and picture.radius >= LEAST:
            self._images = maps.images(session, tokens)
            self._spot = maps.spot(session, sample)
        self._touch, self._tokens, self._sample = touch, tokens, sample
        self._network = session.project.specification.network
        self._ink = Ink(painter, tokens, picture.width)
        self.missing = False

    def layer(self, layer: int) -> None:
        """Draw one layer."""
        column = self._picture.columns[layer]
        name, values = shown_value(self._session, layer, self._sample)
        self.missing |= values is None
        if column.heat is not None:
            self._map(layer, column, column.heat, values)
            return
        if self._picture.radius < SPECK:
            self._specks(layer, column, values)
            self._ellipsis(layer, column)
            return
        delta = row_of(self._session, f"delta{layer}", self._sample) if layer else None
        self._circles(layer, column, values)
        for unit, y in zip(column.units, column.ys, strict=True):
            value = None if values is None else float(values[unit])
            slope = None if delta is None else float(delta[unit])
            if self._picture.radius >= WITH_TEXT:
                self._full_unit(layer, unit, y, f"{name}[{unit}]", value, slope)
            elif self._picture.radius >= WITH_VALUE:
                self._small_unit(column.x, y, value, slope if self._shows_error(layer) else None)
        self._ellipsis(layer, column)

    def _ellipsis(self, layer: int, column: Column) -> None:
        if column.gap_y is not None:
            hidden = self._network.sizes[layer] - len(column.units)
            words = translate("NetworkView", "⋮ {count} more")
            text = words.format(count=f"{hidden:,}")
            self._ink.patch(column.x, column.gap_y, text, fonts.sans(11), self._tokens.muted)

    def _specks(self, layer: int, column: Column, values: Array | None) -> None:
        """Draw units that are too small for outlines of their own, by shade; dots if not yet."""
        t, wide = self._tokens, 2 * self._picture.radius
        middles = [QPointF(column.x, y) for y in column.ys]
        if layer and self._touch.written == layer:
            self._dots(middles, wide + 4.0, QColor(t.halo_line))
        if values is None:
            self._dots(middles, wide / 2, QColor(t.faint))
            return
        lit = self._touch.everything or layer in self._touch.units
        self._dots(middles, wide + 1.0, QColor(t.text if lit else t.faint))
        chosen = values[list(column.units)]
        shares = np.rint(SHADES * chosen / largest(values))
        for share in sorted(set(shares.tolist())):
            shade = mixed(t.panel, t.positive if share > 0 else t.negative, abs(share) / SHADES)
            alike = [middles[at] for at in np.flatnonzero(shares == share)]
            self._dots(alike, wide - 1.0, shade)

    def _dots(self, middles: list[QPointF], width: float, colour: QColor) -> None:
        pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        self._painter.setPen(pen)
        self._painter.drawPoints(middles)

    def _circles(self, layer: int, column: Column, values: Array | None) -> None:
        t, radius = self._tokens, self._picture.radius
        if layer and self._touch.written == layer:
            self._painter.setPen(QPen(QColor(t.halo_line), 1.5))
            self._painter.setBrush(QColor(t.halo))
            reach = radius + (HALO if radius >= WITH_VALUE else 3.0)
            for y in column.ys:
                self._painter.drawEllipse(QPointF(column.x, y), reach, reach)
        lit = self._touch.everything or layer in self._touch.units
        # What is not computed is dashed, never blank like a zero.
        style = Qt.PenStyle.SolidLine if values is not None else Qt.PenStyle.DashLine
        pen = QPen(QColor(t.text if lit else t.faint), 1.6 if lit else 1.2, style)
        self._painter.setPen(pen)
        for unit, y, fill in zip(column.units, column.ys, self._fills(column, values), strict=True):
            middle, image = QPointF(column.x, y), self._images.get((layer, unit))
            self._painter.setBrush(fill)
            if image is not None:
                draw_map(self._painter, image, middle, radius, self._spot, t.text)
                self._painter.setBrush(Qt.BrushStyle.NoBrush)
            self._painter.drawEllipse(middle, radius, radius)

    def _fills(self, column: Column, values: Array | None) -> list[QColor]:
        """Tell values by shade where there is no room to write them into the units."""
        t = self._tokens
        if values is None or self._picture.radius >= WITH_TEXT:
            return [QColor(t.panel)] * len(column.units)
        scale = largest(values)
        parts = [0.75 * value / scale for value in values[list(column.units)].tolist()]
        return [mixed(t.panel, t.positive if p >= 0 else t.negative, abs(p)) for p in parts]

    def _shows_error(self, layer: int) -> bool:
        return self._touch.phase == "backward" and layer in self._touch.units

    def _full_unit(
        self, layer: int, unit: int, y: float, name: str, value: float | None, slope: float | None
    ) -> None:
        t, x, radius = self._tokens, self._picture.columns[layer].x, self._picture.radius
        large, inner = radius >= 30.0, 2 * radius - 4
        ink = t.muted if value is None else t.text
        font = fonts.mono(13 if large else 12, 500)
        if self._images:
            # The map is what is inside; the value keeps a corner of it.
            self._ink.patch(x, y + radius - 10, number_text(value), self._ink.small, ink)
        else:
            text, wide = fitting_number(value, font, inner)
            self._ink.text(x, y - 6, text, font, ink, inner, wide)
            self._ink.text(x, y + 10, name, self._ink.small, t.muted, inner)
        above, below = y - radius - HALO - LINE / 2 - 1, y + radius + HALO + LINE / 2 + 1
        if slope is not None:
            text = f"delta{layer}[{unit}] {number_text(slope, True)}"
            self._ink.patch(x, above, text, self._ink.small, t.backward)
        if layer == 0:
            feature = self._session.project.data.features[unit]
            self._ink.patch(x, below, feature, fonts.sans(11), t.muted)
            return
        self._bias(layer, unit, x, below)
        if layer == len(self._picture.columns) - 1:
            target = row_of(self._session, "y", self._sample)
            words = translate("NetworkView", "target {value}")
            text = words.format(value=number_text(None if target is None else float(target[unit])))
            self._ink.patch(x, below + LINE, text, self._ink.small, t.text)

    def _bias(self, layer: int, unit: int, x: float, y: float) -> None:
        t, role = self._tokens, self._touch.biases.get(layer)
        bias = float(self._session.program.view(f"b{layer}")[unit])
        text, ink = f"b {number_text(bias, True)}", t.muted
        frozen = is_frozen(self._session.project, Element(f"b{layer}", (unit,)))
        if role == "gradient":
            gradient = self._session.value(f"db{layer}")
            slope = None if gradient is None else float(gradient[unit])
            text, ink = f"db {number_text(slope, True)}", t.backward
        elif role is not None:
            ink = t.update if role == "update" and not frozen else t.text
        lit = role == "gradient" or (role == "update" and not frozen)
        self._ink.patch(x, y, text, self._ink.small, ink, lit)
        if frozen:
            wide = QFontMetricsF(self._ink.small).horizontalAdvance(text)
            self._ink.lock(x + wide / 2 + 1, y)

    def _small_unit(self, x: float, y: float, value: float | None, slope: float | None) -> None:
        text = number_text(value) if slope is None else f"δ {number_text(slope, True)}"
        ink = self._tokens.muted if slope is None else self._tokens.backward
        self._ink.patch(x, y + self._picture.radius + HALO + LINE / 2, text, self._ink.small, ink)

    def _map(self, layer: int, column: Column, box: Box, values: Array | None) -> None:
        """Draw a layer as a map of cells, row by row."""
        t, rows, columns = self._tokens, column.rows, column.cells
        rect = QRectF(0, 0, box.width, box.height)
        rect.moveCenter(QPointF(box.x, box.y))
        if values is not None:
            self._painter.drawImage(rect, heat_image(values, rows, columns, t))
        lit = self._touch.everything or layer in self._touch.units
        written = layer and self._touch.written == layer
        edge = t.halo_line if written else t.text if lit else t.faint
        style = Qt.PenStyle.SolidLine if values is not None else Qt.PenStyle.DashLine
        self._painter.setPen(QPen(QColor(edge), 2.5 if written else 1.2, style))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(rect)

    def caption_texts(self) -> tuple[tuple[str, str], ...]:
        """Say what stands below each layer: what it is, and its units."""
        texts = [(translate("NetworkView", "Input"), f"{self._network.inputs:,}")]
        for number, layer in enumerate(self._network.layers, 1):
            head = translate("NetworkView", "Layer {number}").format(number=number)
            texts.append((head, f"{layer.units:,}, {layer.activation}"))
        return tuple(texts)

    def captions(self, painter: QPainter) -> None:
        """Name each layer at the bottom."""
        font, texts = fonts.sans(11), self.caption_texts()
        ink = Ink(painter, self._tokens, self._picture.width)
        one = [f"{head} · {rest}" for head, rest in texts]
        metrics, bottom = QFontMetricsF(font), self._picture.height
        step, muted = self._picture.step, self._tokens.muted
        fits = max(map(metrics.horizontalAdvance, one)) + 12 <= step
        # Where columns stand close, captions take two lines.
        for column, line, (head, rest) in zip(self._picture.columns, one, texts, strict=True):
            if fits:
                x = ink.inside(column.x, metrics.horizontalAdvance(line))
                ink.text(x, bottom - 14, line, font, muted, 240)
            else:
                ink.text(column.x, bottom - 23, head, font, muted, step - 6)
                ink.text(column.x, bottom - 9, rest, font, muted, step - 6)


def heat_image(values: Array, rows: int, columns: int, tokens: Tokens) -> QImage:
    """Paint numbers as cells: sign by hue, size by strength; cells that are left over are empty."""
    scale = largest(values)
    grid = np.zeros(rows * columns)
    grid[: len(values)] = values / scale
    ends = [
        np.array([QColor(name).red(), QColor(name).green(), QColor(name).blue()], dtype=float)
        for name in (tokens.panel, tokens.positive, tokens.negative)
    ]
    part = np.abs(grid)[:, None]
    shade = np.where(grid[:, None] >= 0.0, ends[1], ends[2])
    pixels = np.full((rows * columns, 4), 255, dtype=np.uint8)
    pixels[:, :3] = np.rint((1 - part) * ends[0] + part * shade)
    pixels[len(values) :, 3] = 0
    image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    return image.copy()
