"""The two themes as Qt's palettes, and which of them a palette is."""

from PySide6.QtGui import QColor, QPalette

from bpsim.ui.theme.tokens import DARK, LIGHT, Tokens

_Role = QPalette.ColorRole

# Which token paints which of Qt's roles.
_ROLES = {
    # Most of the window is panels; what shows `bg` says so in the style sheet.
    _Role.Window: "panel",
    _Role.Base: "panel",
    _Role.AlternateBase: "sunk",
    _Role.Button: "panel",
    _Role.ToolTipBase: "panel",
    _Role.WindowText: "text",
    _Role.Text: "text",
    _Role.ButtonText: "text",
    _Role.BrightText: "panel",
    _Role.ToolTipText: "text",
    _Role.PlaceholderText: "muted",
    _Role.Highlight: "accent",
    _Role.HighlightedText: "panel",
    _Role.Accent: "accent",
    _Role.Link: "accent",
    _Role.LinkVisited: "accent",
    _Role.Light: "panel",
    _Role.Midlight: "sunk",
    _Role.Mid: "line",
    _Role.Dark: "faint",
    _Role.Shadow: "line",
}
_DISABLED = {
    _Role.WindowText: "faint",
    _Role.Text: "faint",
    _Role.ButtonText: "faint",
    _Role.PlaceholderText: "faint",
    _Role.Link: "faint",
    _Role.Highlight: "line",
    _Role.HighlightedText: "muted",
    _Role.Accent: "line",
}


def make_palette(tokens: Tokens) -> QPalette:
    """Return the palette of a theme, every role and the disabled group."""
    palette = QPalette()
    for role, token in _ROLES.items():
        palette.setColor(role, QColor(getattr(tokens, token)))
    for role, token in _DISABLED.items():
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(getattr(tokens, token)))
    return palette


def is_dark(palette: QPalette) -> bool:
    """Return whether text is lighter than what it stands on."""
    text, ground = palette.color(_Role.WindowText), palette.color(_Role.Window)
    return text.lightness() > ground.lightness()


def tokens_of(palette: QPalette) -> Tokens:
    """Return the theme that fits a palette."""
    return DARK if is_dark(palette) else LIGHT
