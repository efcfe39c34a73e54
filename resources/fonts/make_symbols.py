"""Builds the two fonts that fill the gaps of the shipped typefaces.

No shipped typeface has ᵀ, and each lacks some arrows, superscripts or indices. Their outlines
are derived from the fonts beside this file, under the same licence and another name.

Run with ``python make_symbols.py`` after ``pip install fonttools``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.misc.transform import Transform
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

HERE = Path(__file__).parent
UNITS = 1000
LICENCE = "This Font Software is licensed under the SIL Open Font License, Version 1.1."


@dataclass(frozen=True)
class Cut:
    """A character taken from a font: scaled, perhaps turned upside down, moved up or down.

    Where neither `bottom` nor `top` says its new place, it keeps its distance from the baseline;
    where `width` is given, it is centred in that advance.
    """

    character: str
    font: TTFont
    scale: float = 1.0
    flip: bool = False
    bottom: float | None = None
    top: float | None = None
    width: int | None = None


@dataclass(frozen=True)
class Made:
    """A finished glyph with its advance and its left side bearing."""

    glyph: Glyph
    advance: int
    left: int


def outline(cut: Cut, stroke: float = 0.0) -> Made:
    """Copy a glyph; with `stroke`, leave only a rim of that width."""
    glyphs = cut.font.getGlyphSet()
    source = glyphs[cut.font.getBestCmap()[ord(cut.character)]]
    recording, bounds = DecomposingRecordingPen(glyphs), BoundsPen(glyphs)
    source.draw(recording)
    source.draw(bounds)
    scale = cut.scale * UNITS / cut.font["head"].unitsPerEm
    left, low, right, high = (edge * scale for edge in bounds.bounds)
    up = 0.0
    if cut.bottom is not None:
        up = cut.bottom - low
    elif cut.top is not None:
        up = cut.top - high
    advance = cut.width or round(source.width * scale)
    aside = (advance - left - right) / 2 if cut.width else 0.0
    tall, up = (-scale, up + low + high) if cut.flip else (scale, up)
    glyph = TTGlyphPen(None)
    place = (scale, 0, 0, tall, aside, up)
    recording.replay(TransformPen(Cu2QuPen(glyph, 0.6), place))
    if stroke:
        inner = 1 - 2 * stroke / (right - left)
        middle = ((left + right) / 2, (low + high) / 2)
        hole = (
            Transform(*place)
            .translate(*(centre / scale * (1 - inner) for centre in middle))
            .scale(inner)
        )
        recording.replay(TransformPen(Cu2QuPen(glyph, 0.6, reverse_direction=True), hole))
    return Made(glyph.glyph(), advance, round(left + aside))


def build(family: str, file: str, made: Mapping[str, Made], like: TTFont, owners: str) -> None:
    """Write one font."""
    names = {character: f"uni{ord(character):04X}" for character in made}
    empty = TTGlyphPen(None).glyph()
    builder = FontBuilder(UNITS, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap({ord(character): name for character, name in names.items()})
    builder.setupGlyf({".notdef": empty} | {names[c]: one.glyph for c, one in made.items()})
    builder.setupHorizontalMetrics(
        {".notdef": (600, 0)} | {names[c]: (one.advance, one.left) for c, one in made.items()}
    )
    factor = UNITS / like["head"].unitsPerEm
    ascent = round(like["hhea"].ascent * factor)
    descent = round(like["hhea"].descent * factor)
    builder.setupHorizontalHeader(ascent=ascent, descent=descent)
    builder.setupNameTable(
        {
            "copyright": owners,
            "familyName": family,
            "styleName": "Regular",
            "uniqueFontIdentifier": f"{family} 1",
            "fullName": family,
            "psName": family.replace(" ", ""),
            "version": "Version 1.0",
            "licenseDescription": LICENCE,
            "licenseInfoURL": "https://openfontlicense.org",
        }
    )
    builder.setupOS2(
        sTypoAscender=ascent, sTypoDescender=descent, usWinAscent=ascent, usWinDescent=-descent
    )
    builder.setupPost()
    builder.setupHead(unitsPerEm=UNITS, created=0, modified=0)
    builder.font.recalcTimestamp = False
    builder.save(HERE / file)


def main() -> None:
    """Build both fonts beside this file."""
    sans = TTFont(HERE / "Inter-Regular.otf")
    mono = TTFont(HERE / "JetBrainsMono-Regular.ttf")
    bold = TTFont(HERE / "JetBrainsMono-Bold.ttf")
    serif = TTFont(HERE / "STIXGeneral-Regular.otf")
    wide = 600
    small = {
        "ᵀ": Cut("T", bold, 0.6, top=765, width=wide),
        "ˡ": Cut("l", bold, 0.6, top=765, width=wide),
        "ᵢ": Cut("i", bold, 0.6, bottom=-120, width=wide),
        "ⱼ": Cut("j", bold, 0.6, top=340, width=wide),
        "ₖ": Cut("k", bold, 0.6, bottom=-120, width=wide),
        "⁻": Cut("−", bold, 0.6, bottom=520, width=wide),
        "∇": Cut("Δ", mono, flip=True, width=wide),
        "‖": Cut("∥", mono, width=wide),
        "↻": Cut("↻", sans, 0.72, bottom=60, width=wide),
        "↺": Cut("↺", sans, 0.72, bottom=60, width=wide),
    }
    made = {c: outline(cut) for c, cut in small.items()}
    made["○"] = outline(Cut("●", mono, width=wide), stroke=72)
    build(
        "bpsim Symbols",
        "bpsimSymbols-Regular.ttf",
        made,
        mono,
        "Derived from JetBrains Mono, copyright 2020 The JetBrains Mono Project Authors, "
        "and Inter, copyright 2020 The Inter Project Authors",
    )
    raised = dict(zip("⁰⁴⁵⁶⁷⁸⁹", "0456789", strict=True))
    lowered = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢₖ", "0123456789ik", strict=True))
    cuts = {up: Cut(plain, serif, 0.62, bottom=270) for up, plain in raised.items()}
    cuts |= {down: Cut(plain, serif, 0.62, bottom=-150) for down, plain in lowered.items()}
    cuts |= {"ᵀ": Cut("T", serif, 0.62, top=676), "ⱼ": Cut("j", serif, 0.62, top=270)}
    cuts |= {"⁺": Cut("+", serif, 0.62, bottom=330), "⁻": Cut("−", serif, 0.62, bottom=470)}
    # The italic has no operators; without these they would come from a sans.
    cuts |= {c: Cut(c, serif) for c in "⊙⊗⊤√∑∏∇′→←↻↺≤≥≈≠∞∈‖⟨⟩∘"}
    build(
        "bpsim Serif Symbols",
        "bpsimSerifSymbols-Regular.ttf",
        {c: outline(cut) for c, cut in cuts.items()},
        serif,
        "Derived from STIX, copyright 2001-2011 the STI Pub Companies",
    )


if __name__ == "__main__":
    main()
