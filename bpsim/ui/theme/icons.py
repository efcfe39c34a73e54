"""Icons drawn from SVG in the theme's colours."""

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from bpsim.resources import resource

_SIZES = (18, 24, 36, 54)


def icon(name: str, colour: str, disabled: str) -> QIcon:
    """Draw an icon in one colour, and in another where it is disabled.

    Pixmaps rather than an icon engine: Qt deletes engines that Python still holds, so a copied
    icon crashed. When the theme changes, icons are drawn anew.

    Parameters
    ----------
    name
        A file in ``resources/icons``, without its ending.
    colour, disabled
        As ``"#RRGGBB"``.

    Raises
    ------
    FileNotFoundError
        If there is no such icon.
    """
    svg = resource("icons", f"{name}.svg").read_text("utf-8")
    made = QIcon()
    for mode, paint in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, disabled)):
        drawing = QByteArray(svg.replace("currentColor", paint).encode())
        for size in _SIZES:
            pixmap = QPixmap(size, size)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            QSvgRenderer(drawing).render(painter)
            painter.end()
            made.addPixmap(pixmap, mode)
    return made
