"""The typefaces that ship with the program.

Each has the others behind it, so that no character depends on the system's fonts, and what is
missing in all of them comes from two small fonts of our own (``resources/fonts/make_symbols.py``).
"""

from collections.abc import Mapping
from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from bpsim.resources import resource
from bpsim.ui.theme.tokens import BODY, HEADING, ROW

SANS, MONO, SERIF = "Inter", "JetBrains Mono", "STIXGeneral"

_FAMILIES: Mapping[str, tuple[str, ...]] = {
    SANS: (SANS, "bpsim Symbols", MONO, SERIF),
    MONO: (MONO, "bpsim Symbols", SANS, SERIF),
    SERIF: (SERIF, "bpsim Serif Symbols", SANS, MONO),
}
# Figures of one width in the sans; no ligatures in code, where -= has to stay two characters.
_FEATURES: Mapping[str, Mapping[str, int]] = {
    SANS: {"tnum": 1},
    MONO: {"calt": 0},
    SERIF: {},
}
_HINTS: Mapping[str, QFont.StyleHint] = {
    SANS: QFont.StyleHint.SansSerif,
    MONO: QFont.StyleHint.Monospace,
    SERIF: QFont.StyleHint.Serif,
}


@cache
def load_fonts() -> tuple[str, ...]:
    """Make the shipped fonts known to Qt, once; return the files that Qt refused."""
    files = sorted(path for path in resource("fonts").iterdir() if path.suffix in (".otf", ".ttf"))
    return tuple(path.name for path in files if QFontDatabase.addApplicationFont(str(path)) < 0)


@cache
def _font(family: str, size: int, weight: int, italic: bool) -> QFont:
    load_fonts()
    font = QFont()
    font.setFamilies(list(_FAMILIES[family]))
    font.setStyleHint(_HINTS[family])
    font.setPixelSize(size)
    font.setWeight(QFont.Weight(weight))
    font.setItalic(italic)
    for tag, value in _FEATURES[family].items():
        font.setFeature(QFont.Tag(tag), value)
    return font


# A copy each time: a font can be changed in place by whoever gets it.
def sans(size: int = BODY, weight: int = 400) -> QFont:
    """Words; weights 400, 500 and 600 ship with the program. `size` is in pixels."""
    return QFont(_font(SANS, size, weight, False))


def mono(size: int = ROW, weight: int = 400) -> QFont:
    """Numbers and code; its figures are all equally wide. Weights 400 and 700 ship."""
    return QFont(_font(MONO, size, weight, False))


def serif(size: int = HEADING, italic: bool = False) -> QFont:
    """Formulas: italic for variables, upright for figures, functions and operators."""
    return QFont(_font(SERIF, size, 400, italic))
