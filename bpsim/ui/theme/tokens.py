"""The colours of the two themes; nothing else in the program names a colour."""

from dataclasses import dataclass

GRID = 4  # pixels; distances are multiples of it
CONTROL_HEIGHT = 32
ROW_HEIGHT = 24
RADIUS = 6
FONT_SIZES = SMALL, ROW, BODY, HEADING = 11, 12, 13, 15


@dataclass(frozen=True)
class Tokens:
    """The colours of one theme, each for one purpose.

    The text colours (see `TEXT`) have a contrast of at least 4.5 against `panel`; `panel` is also
    the colour of words on `accent`. `line`, `faint` and `zero` are never used for text.

    Attributes
    ----------
    bg, panel, sunk
        Window, panels, boxes in panels.
    line, faint
        Hairlines; idle outlines.
    text, muted
        Text; secondary text and what is not computed yet.
    accent, accent_back, accent_hover
        What is current or has the focus; the ground of the current row; a filled button under
        the pointer.
    forward, backward, update
        The three phases.
    positive, negative, zero
        The sign of a number; the middle of the colour map.
    halo, halo_line
        Ground and rim of what is written now.
    """

    bg: str
    panel: str
    sunk: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_back: str
    accent_hover: str
    forward: str
    backward: str
    update: str
    positive: str
    negative: str
    zero: str
    halo: str
    halo_line: str


TEXT = ("text", "muted", "accent", "forward", "backward", "update", "positive", "negative")

LIGHT = Tokens(
    bg="#F4F3EF",
    panel="#FFFFFF",
    sunk="#FAF9F6",
    line="#DDD9D0",
    text="#1E2226",
    muted="#666B72",
    faint="#A3A6AB",
    accent="#3B4CCA",
    accent_back="#ECEEFB",
    accent_hover="#2F3EB0",
    forward="#0B7A75",
    backward="#A8327D",
    update="#5A7A12",
    positive="#2468B4",
    negative="#B9500A",
    zero="#C9C7C1",
    halo="#FFF3C4",
    halo_line="#E0B000",
)
DARK = Tokens(
    bg="#16181C",
    panel="#1E2126",
    sunk="#191C20",
    line="#33373E",
    text="#E6E6E3",
    muted="#9DA2A9",
    faint="#646970",
    accent="#8C9BFF",
    accent_back="#2A2F4A",
    accent_hover="#A3AFFF",
    forward="#3CC2B8",
    backward="#E27DBB",
    update="#A9CC52",
    positive="#6FB1F5",
    negative="#F59A4B",
    zero="#4A4E55",
    halo="#3F3714",
    halo_line="#D8B431",
)
