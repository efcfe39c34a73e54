"""Colours can be read, icons take them on, the shipped fonts have every character we print."""

import gc
from dataclasses import asdict

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF, QIcon, QImage, QPalette, QRawFont
from PySide6.QtWidgets import QApplication, QPushButton

from bpsim.resources import resource
from bpsim.ui.theme import fonts, icons
from bpsim.ui.theme.icons import icon
from bpsim.ui.theme.palette import is_dark, make_palette, tokens_of
from bpsim.ui.theme.style import style_sheet
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import DARK, LIGHT, TEXT

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
MATHEMATICS = "αβδεηθλσ∂∇⊙⊗ᵀ⊤⁺⁻⁰¹²³⁴½√∑′−·×→←↻✓●○▸₀₁₂₃ᵢⱼₖ≤≥≈‖"
SHIPPED = [icon.stem for icon in sorted(resource("icons").glob("*.svg")) if icon.stem != "bpsim"]


@pytest.fixture
def painted(qapp):
    current = theme()
    yield current
    current.choose("system")


def luminance(colour):
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def colours(image: QImage):
    """Every colour of the pixels that are not see-through."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name().upper() for pixel in pixels if pixel.alpha() == 255}


def test_contrast_is_computed_right():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=1e-3)


@BOTH
@pytest.mark.parametrize("token", TEXT)
def test_text_can_be_read(tokens, token):
    for ground in (tokens.panel, tokens.sunk):
        assert contrast(getattr(tokens, token), ground) >= 4.5


@BOTH
def test_words_on_coloured_grounds_can_be_read(tokens):
    assert contrast(tokens.panel, tokens.accent) >= 4.5
    assert contrast(tokens.panel, tokens.accent_hover) >= 4.5
    assert contrast(tokens.text, tokens.accent_back) >= 4.5
    assert contrast(tokens.text, tokens.halo) >= 4.5
    assert contrast(tokens.text, tokens.bg) >= 4.5


@BOTH
def test_focus_stands_out(tokens):
    assert contrast(tokens.accent, tokens.panel) >= 3
    assert contrast(tokens.accent, tokens.bg) >= 3


@BOTH
def test_every_token_is_a_colour(tokens):
    assert all(QColor(colour).isValid() and len(colour) == 7 for colour in asdict(tokens).values())


@BOTH
def test_palette_tells_its_theme(qapp, tokens):
    palette = make_palette(tokens)
    assert is_dark(palette) == (tokens is DARK)
    assert tokens_of(palette) is tokens
    disabled = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert disabled.name().upper() == tokens.faint


@BOTH
def test_style_sheet_is_filled_in(tokens):
    sheet = style_sheet(tokens)
    assert "$" not in sheet
    assert tokens.accent in sheet


@BOTH
def test_drawn_parts_have_the_colours_of_the_theme(tokens):
    folder = resource("icons", "dark" if tokens is DARK else "light")
    for drawing in folder.iterdir():
        colour = tokens.panel if drawing.stem == "check" else tokens.muted
        plain = resource("icons", drawing.name).read_text("utf-8")
        assert drawing.read_text("utf-8") == plain.replace("currentColor", colour)


@pytest.mark.parametrize(("choice", "tokens"), [("light", LIGHT), ("dark", DARK)])
def test_choosing_paints_the_application(painted, qtbot, choice, tokens):
    with qtbot.waitSignal(painted.changed):
        painted.choose(choice)
    assert painted.tokens is tokens
    assert painted.dark == (choice == "dark")
    assert tokens_of(QApplication.palette()) is tokens
    assert tokens.accent in QApplication.instance().styleSheet()


def test_there_is_one_theme(painted):
    assert theme() is painted


def test_unknown_choice_is_refused(painted):
    with pytest.raises(ValueError, match="pink"):
        painted.choose("pink")
    assert painted.choice == "system"


@pytest.mark.parametrize("dark", [False, True])
def test_system_palette_decides_where_the_system_is_silent(painted, monkeypatch, dark):
    monkeypatch.setattr(painted, "_dark_before", dark)
    painted.choose("system")
    assert QApplication.styleHints().colorScheme() == Qt.ColorScheme.Unknown
    assert painted.dark == dark


def test_each_choice_is_told_once(painted):
    seen = []
    painted.changed.connect(lambda: seen.append(painted.tokens))
    painted.choose("dark")
    painted.choose("light")
    assert seen == [DARK, LIGHT]


@pytest.mark.parametrize("name", SHIPPED)
def test_icons_are_tinted(painted, name):
    painted.choose("light")
    drawn = icon(name).pixmap(QSize(64, 64)).toImage()
    assert LIGHT.text in colours(drawn)


def test_icon_follows_the_theme(painted):
    kept = icon("rotate-ccw")
    painted.choose("light")
    assert LIGHT.text in colours(kept.pixmap(QSize(64, 64)).toImage())
    painted.choose("dark")
    assert DARK.text in colours(kept.pixmap(QSize(64, 64)).toImage())


def test_icon_takes_a_token_or_a_colour(painted):
    painted.choose("light")
    assert LIGHT.accent in colours(icon("rotate-ccw", "accent").pixmap(QSize(64, 64)).toImage())
    assert "#123456" in colours(icon("rotate-ccw", "#123456").pixmap(QSize(64, 64)).toImage())


def test_disabled_icon_is_faint(painted):
    painted.choose("light")
    drawn = icon("rotate-ccw").pixmap(QSize(64, 64), QIcon.Mode.Disabled).toImage()
    assert LIGHT.faint in colours(drawn)
    assert LIGHT.text not in colours(drawn)


def test_icon_is_sharp_on_dense_screens(painted):
    drawn = icon("rotate-ccw").pixmap(QSize(16, 16), 2.0)
    assert drawn.size() == QSize(32, 32)
    assert drawn.devicePixelRatio() == 2.0


def test_copied_icon_outlives_the_first(painted):
    painted.choose("light")
    first = icon("rotate-ccw")
    second = QIcon(first)
    second.setIsMask(True)  # makes Qt clone the engine
    del first
    gc.collect()
    assert LIGHT.text in colours(second.pixmap(QSize(64, 64)).toImage())


def test_copied_icons_are_let_go(painted):
    for _ in range(20):
        first = icon("rotate-ccw")
        second = QIcon(first)
        second.setIsMask(True)
        assert 1 <= len(icons._clones) <= 3


def test_icon_on_a_button_is_drawn(painted, qtbot):
    painted.choose("light")
    button = QPushButton(icon("rotate-ccw", "negative"), "")
    qtbot.addWidget(button)
    button.setIconSize(QSize(48, 48))
    assert LIGHT.negative in colours(button.grab().toImage())


def test_missing_icon_is_an_error_at_once(painted):
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


def test_all_shipped_fonts_load(qapp):
    assert fonts.load_fonts() == ()


@pytest.mark.parametrize("weight", [400, 500, 600])
def test_sans_has_its_weights(qapp, weight):
    info = QFontInfo(fonts.sans(13, weight))
    assert (info.family(), info.weight(), info.pixelSize()) == ("Inter", weight, 13)


def test_mono_and_serif_are_the_shipped_ones(qapp):
    assert QFontInfo(fonts.mono(12)).family() == fonts.MONO
    assert QFontInfo(fonts.mono(12, 700)).weight() == 700
    assert QFontInfo(fonts.serif(15)).family() == fonts.SERIF
    assert QFontInfo(fonts.serif(15, italic=True)).italic()


@pytest.mark.parametrize("family", [fonts.SANS, fonts.MONO, fonts.SERIF])
def test_every_character_comes_from_a_shipped_font(qapp, family):
    files = {QRawFont(str(path), 12) for path in resource("fonts").glob("*-Regular.?tf")}
    chain = fonts._FAMILIES[family]
    behind = [raw for raw in files if raw.familyName() in chain]
    assert len(behind) == len(chain)
    missing = {c for c in MATHEMATICS if not any(raw.supportsCharacter(ord(c)) for raw in behind)}
    assert missing == set()


def test_code_stays_in_columns(qapp):
    metrics = QFontMetricsF(fonts.mono(12))
    width = metrics.horizontalAdvance("0")
    for text in ("W2ᵀ", "−1.5", "½ ²", "-=→", "↻○●", "⊙⊗▸"):
        assert metrics.horizontalAdvance(text) == pytest.approx(width * len(text))


def test_figures_of_the_sans_are_equally_wide(qapp):
    metrics = QFontMetricsF(fonts.sans(13))
    assert metrics.horizontalAdvance("1111") == pytest.approx(metrics.horizontalAdvance("0000"))


def test_a_changed_font_changes_no_other(qapp):
    fonts.mono(12).setBold(True)
    assert not fonts.mono(12).bold()
