"""Icons drawn from SVG in the colours of the theme in force."""

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from shiboken6 import isValid

from bpsim.resources import resource
from bpsim.ui.theme.palette import tokens_of

_clones: list["_Engine"] = []


def icon(name: str, colour: str = "text", disabled: str = "faint") -> QIcon:
    """Return an icon that keeps to the theme: it need not be made anew when colours change.

    Parameters
    ----------
    name
        A file in ``resources/icons``, without its ending.
    colour, disabled
        Names of tokens, such as ``"accent"``, or fixed colours as ``"#RRGGBB"``.

    Raises
    ------
    FileNotFoundError
        If there is no such icon.
    """
    _source(name)  # a wrong name shows here, not while painting
    return QIcon(_Engine(name, colour, disabled))


class _Engine(QIconEngine):
    """Draws one SVG at whatever size is asked for."""

    def __init__(self, name: str, colour: str, disabled: str) -> None:
        super().__init__()
        self._name, self._colour, self._disabled = name, colour, disabled

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        painter.drawImage(rect, self._image(rect.size() * ratio, mode))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        # Qt asks in device pixels and sets the ratio itself.
        return QPixmap.fromImage(self._image(size, mode))

    def clone(self) -> QIconEngine:
        # Qt owns the copy but Python doesn't know: without a reference it would be gone at once.
        copy = _Engine(self._name, self._colour, self._disabled)
        _clones[:] = [*filter(isValid, _clones), copy]
        return copy

    def key(self) -> str:
        return "bpsim"

    def iconName(self) -> str:
        return self._name

    def _image(self, size: QSize, mode: QIcon.Mode) -> QImage:
        colour = self._disabled if mode == QIcon.Mode.Disabled else self._colour
        if not colour.startswith("#"):
            colour = getattr(tokens_of(QGuiApplication.palette()), colour)
        return _draw(self._name, colour, size.width(), size.height())


@cache
def _source(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text("utf-8")


@lru_cache(maxsize=512)
def _draw(name: str, colour: str, width: int, height: int) -> QImage:
    image = QImage(max(width, 1), max(height, 1), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image
