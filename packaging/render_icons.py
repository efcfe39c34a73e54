"""Render the program's mark as PNG files: ``render_icons.py FOLDER``."""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SOURCE = Path(__file__).parents[1] / "resources" / "icons" / "bpsim.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def render(renderer: QSvgRenderer, size: int) -> QImage:
    """Draw the mark on a transparent square of ``size`` pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def main(folder: Path) -> int:
    """Write ``bpsim-SIZE.png`` for every size, and return the exit status."""
    application = QGuiApplication([])
    renderer = QSvgRenderer(str(SOURCE))
    if not renderer.isValid():
        print(f"{SOURCE} is not a readable picture", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    failed = [
        size for size in SIZES if not render(renderer, size).save(str(folder / f"bpsim-{size}.png"))
    ]
    if failed:
        print(f"could not write sizes {failed} in {folder}", file=sys.stderr)
    application.quit()
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: render_icons.py FOLDER")
    sys.exit(main(Path(sys.argv[1])))
