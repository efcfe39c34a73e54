"""A lesson's page as rich text, with the numbers of the moment that it is about."""

import re
from collections.abc import Sequence
from html import escape

from bpsim.explain.numbers import format_number
from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.theme.fonts import MONO
from bpsim.ui.theme.tokens import ROW, Tokens

NOT_YET = "–"
_PLACE = re.compile(r"\{([^{}]+)\}")
_NAME = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")
_DIGITS = 4


def with_numbers(text: str, session: Session, sample: int = 0) -> str:
    """Put the present values in their places; what is not computed is a dash."""

    def number(match: re.Match[str]) -> str:
        element = Element.parse(match[1])
        value = session.number(element, sample) if session.has(element) else None
        return NOT_YET if value is None else format_number(value, _DIGITS)

    return _PLACE.sub(number, text)


def rich_text(paragraphs: Sequence[str], tokens: Tokens) -> str:
    """Write paragraphs in which every named element is a link."""
    style = f"color:{tokens.accent};text-decoration:none;font-family:'{MONO}';font-size:{ROW}px"
    written = []
    for paragraph in paragraphs:
        text = _STRONG.sub(r"<b>\1</b>", escape(paragraph, quote=False))
        text = _NAME.sub(rf'<a href="\1" style="{style}">\1</a>', text)
        written.append(f'<p style="margin-top:0;margin-bottom:8px">{text}</p>')
    return "".join(written)
