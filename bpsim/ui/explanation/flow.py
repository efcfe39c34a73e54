"""Breaks text into lines: paragraphs between words, sums and products before their signs."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF

from bpsim.explain.numbers import full_number
from bpsim.explain.structure import Line, Span
from bpsim.ui.explanation.marks import Face, Link, Page, Spot, Words, metrics, width_of

_COLOURS = {
    "positive": "positive",
    "negative": "negative",
    "backward": "backward",
    "fold": "accent",
}
_SUMS, _PRODUCTS = ("+", "−"), ("×", "·", "/")


def paragraph(page: Page, text: str, face: Face, colour: str, x: float, width: float) -> None:
    """Write words from the page's height on."""
    measured = metrics(face)
    height = round(measured.height()) + 1.0
    line = ""
    lines: list[str] = []
    for word in text.replace(" %", "\u00a0%").split(" "):
        longer = f"{line} {word}" if line else word
        if line and width_of(face, longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    for written in [*lines, line]:
        page.marks.append(Words(x, page.height + measured.ascent(), written, face, colour))
        page.height += height


def line_of_numbers(
    page: Page, line: Line, face: Face, x: float, lead: float, right: float
) -> None:
    """Write a line with its equals sign ending at `lead`, from the page's height on."""
    _Filler(page, face, x + lead, right).write(line, x)


def lead_width(lines: Sequence[Line], face: Face) -> float:
    """Measure what stands before the lines: the widest equals sign with its name."""
    leads = [line.spans[0].text for line in lines if _has_lead(line)]
    return max((width_of(face, text) for text in leads), default=0.0)


def _has_lead(line: Line) -> bool:
    return line.spans[0].text.endswith("= ")


class _Filler:
    """Places the spans of one line, breaking before the signs that bind least."""

    def __init__(self, page: Page, face: Face, left: float, right: float) -> None:
        self._page, self._face = page, face
        self._left, self._right = left, right
        measured = metrics(face)
        self._ascent = measured.ascent()
        self._height = round(measured.height()) + 3.0
        self._x = left

    def write(self, line: Line, edge: float) -> None:
        spans = list(line.spans)
        if _has_lead(line):
            lead = spans.pop(0)
            at = max(self._left - width_of(self._face, lead.text), edge)
            self._put(lead, at)
        self._fill(spans)
        self._page.height += self._height

    def _fill(self, spans: Sequence[Span]) -> None:
        wide = sum(width_of(self._face, span.text) for span in spans)
        if self._x + wide <= self._right:
            self._place(spans)
            return
        if self._x > self._left and self._left + wide <= self._right:
            self._new_line()
            self._place(spans)
            return
        chunks = _chunks(spans)
        if len(chunks) == 1:
            if self._x > self._left:
                self._new_line()
            self._place(spans)
            return
        for chunk in chunks:
            self._fill(chunk)

    def _new_line(self) -> None:
        self._page.height += self._height
        self._x = self._left

    def _place(self, spans: Sequence[Span]) -> None:
        plain = ""
        for span in spans:
            at_start = self._x == self._left and not plain
            text = span.text.lstrip() if at_start else span.text
            if span.role == "plain" and not span.ref:
                plain += text  # what stands together is drawn at one go
                continue
            self._write(plain, Span(plain))
            plain = ""
            self._write(text, span)
        self._write(plain, Span(plain))

    def _write(self, text: str, span: Span) -> None:
        if text:
            self._put(Span(text, span.role, span.ref, span.value), self._x)
            self._x += width_of(self._face, text)

    def _put(self, span: Span, x: float) -> None:
        face = Face("mono", self._face.size, 700) if span.role == "result" else self._face
        link = Link("fold", "") if span.role == "fold" else None
        if span.ref:
            link = Link("element", span.ref)
        top = self._page.height
        colour = _COLOURS.get(span.role, "text")
        self._page.marks.append(Words(x, top + self._ascent, span.text, face, colour, link))
        if link is not None:
            rect = QRectF(x, top - 1.0, width_of(face, span.text), self._height - 1.0)
            says = "" if span.value is None else f"{span.ref} = {full_number(span.value)}"
            self._page.spots.append(Spot(rect, link, says))


def _chunks(spans: Sequence[Span]) -> list[list[Span]]:
    """Part spans before the signs that bind least: a sum's outermost, then a product's."""
    depth, levels = 0, []
    for span in spans:
        sign = span.text.strip()
        is_sign = span.ref is None and span.text.startswith(" ")
        if is_sign and sign in (*_SUMS, *_PRODUCTS):
            levels.append(2 * depth + (sign in _PRODUCTS))
        else:
            levels.append(-1)
        if span.ref is None and span.role == "plain":
            depth += span.text.count("(") - span.text.count(")")
    least = min((level for level in levels[1:] if level >= 0), default=None)
    if least is None:
        return [list(spans)]
    found: list[list[Span]] = [[]]
    for at, (span, level) in enumerate(zip(spans, levels, strict=True)):
        if at and level == least:
            found.append([])
        found[-1].append(span)
    return found
