"""Every text colour can be read in both themes."""

import pytest
from PySide6.QtGui import QFontDatabase

from bpsim.resources import resource
from bpsim.ui.theme import fonts
from bpsim.ui.theme.icons import icon
from bpsim.ui.theme.tokens import DARK, LIGHT

TEXTS = ("text", "muted", "accent", "forward", "backward", "update", "positive", "negative")


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
@pytest.mark.parametrize("name", TEXTS)
def test_text_has_contrast(tokens, name):
    light, dark = sorted((luminance(getattr(tokens, name)), luminance(tokens.panel)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_fonts_ship(qapp):
    fonts.load_fonts()
    assert {fonts.SANS, fonts.MONO, fonts.SERIF} <= set(QFontDatabase.families())


def test_icons_take_their_colour(qapp):
    for path in resource("icons").glob("*.svg"):
        image = icon(path.stem, "#FF0000", "#00FF00").pixmap(24, 24).toImage()
        drawn = [
            image.pixelColor(x, y)
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() > 200
        ]
        assert drawn, path
        if path.stem != "bpsim":
            assert all(c.red() > 200 and c.green() < 60 for c in drawn), path
