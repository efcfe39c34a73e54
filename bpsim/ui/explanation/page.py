"""Lays an explanation out as a page: title, rule, numbers, reason, paths, derivation."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from PySide6.QtCore import QRectF

from bpsim.explain.expression import Token
from bpsim.explain.numbers import format_number
from bpsim.explain.structure import Chain, Explanation, Factor, Formula, Line, Path, Step, heading
from bpsim.ui.explanation.flow import lead_width, line_of_numbers, paragraph
from bpsim.ui.explanation.marks import (
    Face,
    Frame,
    Link,
    Page,
    Spot,
    Stroke,
    Words,
    metrics,
    width_of,
)
from bpsim.ui.explanation.typeset import Box, formula_rows, fraction_of, stacked, token_box
from bpsim.ui.theme.tokens import BODY, GRID, HEADING, RADIUS, ROW, SMALL
from bpsim.words import translate

MARGIN = 3 * GRID
_PAD = 2 * GRID
_TITLE, _TEXT = Face("sans", HEADING, 600), Face("sans", BODY)
_SECTION, _NUMBERS = Face("sans", SMALL, 600), Face("mono", ROW)
_SMALL, _SMALL_BOLD = Face("mono", SMALL), Face("mono", SMALL, 700)
_DIGITS = 4
_TIMES = "×"
_BETWEEN = 11.0
_PATH_ROW = 20.0


@dataclass(frozen=True)
class View:
    """What of an explanation is shown.

    Attributes
    ----------
    width
        The room there is.
    path
        Which path's factors are shown.
    opened
        Sections that are open.
    tight
        Whether there is little room, so that gaps are small.
    asks
        Whether there is a parameter that can be moved.
    """

    width: float
    path: int = 0
    opened: frozenset[str] = frozenset()
    tight: bool = False
    asks: bool = False


def page_of(shown: Explanation, view: View, unfolded: bool) -> Page:
    """Lay an explanation out."""
    page, right = Page(height=MARGIN if not view.tight else 2.0 * GRID), view.width - MARGIN
    _title(page, shown, right)
    _heading(page, translate("ExplanationPanel", "Rule"), view)
    _formula(page, (shown.rule,), right)
    _heading(page, translate("ExplanationPanel", "With this network’s numbers"), view)
    if shown.folded or unfolded:
        words = (
            translate("ExplanationPanel", "fold")
            if unfolded
            else translate("ExplanationPanel", "show more terms")
        )
        _link_at_right(page, words, Link("fold", ""), right)
    _numbers(page, shown.numbers, right)
    _heading(page, translate("ExplanationPanel", "Why"), view)
    paragraph(page, shown.why, _TEXT, "text", MARGIN, right - MARGIN)
    if shown.chain is not None:
        _heading(page, heading(shown.chain), view)
        _chain(page, shown.chain, view, right)
    if shown.derivation:
        opened = "derivation" in view.opened
        _heading(
            page,
            translate("ExplanationPanel", "Where this rule comes from"),
            view,
            Link("section", "derivation"),
            opened,
        )
        if opened:
            _derivation(page, shown.derivation, right)
    if view.asks:
        link, opened = Link("section", "what_if"), "what_if" in view.opened
        _heading(
            page, translate("ExplanationPanel", "What if it were different?"), view, link, opened
        )
    page.height += GRID if view.asks else MARGIN
    return page


def rule_page(rule: Formula, lines: Sequence[Line], width: float) -> Page:
    """Lay out no more than a rule and some lines of numbers."""
    page, right = Page(), width - MARGIN
    _formula(page, (rule,), right)
    page.height += 2.0 * GRID
    _numbers(page, lines, right)
    return page


def _title(page: Page, shown: Explanation, right: float) -> None:
    measured = metrics(_TITLE)
    baseline = page.height + measured.ascent()
    page.marks.append(Words(MARGIN, baseline, shown.title, _TITLE))
    x = MARGIN + width_of(_TITLE, shown.title) + 6.0
    if x + width_of(_TEXT, shown.subtitle) <= right:
        page.marks.append(Words(x, baseline, shown.subtitle, _TEXT, "muted"))
        page.height += measured.height()
        return
    page.height += measured.height()
    paragraph(page, shown.subtitle, _TEXT, "muted", MARGIN, right - MARGIN)


def _heading(
    page: Page, words: str, view: View, link: Link | None = None, opened: bool = False
) -> None:
    page.height += GRID if view.tight else 2.5 * GRID
    measured, x = metrics(_SECTION), float(MARGIN)
    baseline = page.height + measured.ascent()
    if link is not None:
        _disclosure(page, x, baseline - 4.0, opened)
        x += 12.0
    page.marks.append(Words(x, baseline, words, _SECTION, "muted", link))
    wide = width_of(_SECTION, words)
    height = measured.height()
    if link is not None:
        state = (
            translate("ExplanationPanel", "open")
            if opened
            else translate("ExplanationPanel", "closed")
        )
        rect = QRectF(MARGIN - 2.0, page.height - 1.0, x - MARGIN + wide + 4.0, height + 2.0)
        page.spots.append(Spot(rect, link, f"{words}, {state}"))
    page.height += height + (GRID / 2 if view.tight else GRID)


def _disclosure(page: Page, x: float, y: float, opened: bool) -> None:
    """Draw a chevron, right or down."""
    points = ((0, -1.5), (3, 1.5), (6, -1.5)) if opened else ((1.5, -3), (4.5, 0), (1.5, 3))
    for (x0, y0), (x1, y1) in pairwise(points):
        page.marks.append(Stroke(x + x0, y + y0, x + x1, y + y1, "muted"))


def _link_at_right(page: Page, words: str, link: Link, right: float) -> None:
    """Put a link into the line of the heading that was written last."""
    face = Face("sans", SMALL)
    measured = metrics(face)
    heading = next(m for m in reversed(page.marks) if isinstance(m, Words))
    x = right - width_of(face, words)
    page.marks.append(Words(x, heading.y, words, face, "accent", link))
    rect = QRectF(
        x - 2.0, heading.y - measured.ascent() - 2.0, right - x + 4.0, measured.height() + 4.0
    )
    page.spots.append(Spot(rect, link, words))


def _boxed(page: Page, top: float, right: float) -> None:
    frame = Frame(MARGIN, top, right - MARGIN, page.height - top, radius=RADIUS)
    page.marks.insert(0, frame)


def _formula(page: Page, formulas: Sequence[Formula], right: float) -> None:
    top = page.height
    rows = [r for f in formulas for r in formula_rows(f, right - MARGIN - 3 * _PAD)]
    whole = stacked(rows)
    page.height += _PAD
    page.place(whole.marks, MARGIN + 1.5 * _PAD, page.height + whole.ascent)
    page.height += whole.ascent + whole.descent + _PAD
    _boxed(page, top, right)


def _numbers(page: Page, lines: Sequence[Line], right: float) -> None:
    top = page.height
    page.height += _PAD - 2.0
    lead = lead_width(lines, _NUMBERS)
    for line in lines:
        line_of_numbers(page, line, _NUMBERS, MARGIN + _PAD, lead, right - _PAD)
    page.height += _PAD - 5.0
    _boxed(page, top, right)


def _derivation(page: Page, steps: Sequence[Step], right: float) -> None:
    for step in steps:
        page.height += GRID / 2
        paragraph(page, step.words, Face("sans", ROW), "muted", MARGIN, right - MARGIN)
        rows = formula_rows(step.formula, right - MARGIN - 2 * _PAD)
        whole = stacked(rows)
        page.height += GRID
        page.place(whole.marks, MARGIN + 1.5 * _PAD, page.height + whole.ascent)
        page.height += whole.ascent + whole.descent + GRID
        lead = lead_width(step.numbers, _NUMBERS)
        for line in step.numbers:
            line_of_numbers(page, line, _NUMBERS, MARGIN + 1.5 * _PAD, lead, right)


# Paths


def _chain(page: Page, chain: Chain, view: View, right: float) -> None:
    at = min(view.path, len(chain.paths) - 1)
    path = chain.paths[at]
    alone = chain.count == 1
    _factors(page, path, right)
    notes = list(dict.fromkeys(factor.note for factor in path.factors if factor.note))
    for note in notes:
        page.height += GRID
        paragraph(page, note, Face("sans", ROW), "negative", MARGIN, right - MARGIN)
    if not alone:
        page.height += GRID
        _paths(page, chain, at, right)


def _factors(page: Page, path: Path, right: float) -> None:
    """Draw each factor as its name over its value, and the product behind the last."""
    boxes = [_Factor(factor) for factor in path.factors]
    height = max(box.height for box in boxes)
    x, top = float(MARGIN), page.height
    middle = metrics(_SMALL).capHeight() / 2
    product = f"= {format_number(path.value, _DIGITS)}"
    for at, box in enumerate(boxes):
        if at and x + box.width > right:
            x, top = MARGIN + _BETWEEN, top + height + GRID
        if at:
            where = x - _BETWEEN + (_BETWEEN - width_of(_SMALL, _TIMES)) / 2
            page.marks.append(Words(where, top + height / 2 + middle, _TIMES, _SMALL, "muted"))
        box.draw(page, x, top, height)
        x += box.width + _BETWEEN
    if len(boxes) > 1:
        x -= _BETWEEN - GRID
        if x + width_of(_SMALL_BOLD, product) > right:
            x, top = float(MARGIN), top + height + GRID / 2
            height = metrics(_SMALL).height()
        page.marks.append(Words(x, top + height / 2 + middle, product, _SMALL_BOLD))
    page.height = top + height


class _Factor:
    """One factor, measured."""

    def __init__(self, factor: Factor) -> None:
        self._factor = factor
        self._name: Box = _quotient(factor.top, factor.bottom)
        self._value = format_number(factor.value, 3)
        inside = max(self._name.width, width_of(_SMALL, self._value))
        self.width = inside + 2 * GRID - 1.0
        self.height = self._name.ascent + self._name.descent + metrics(_SMALL).height() + 2.5 * GRID

    def draw(self, page: Page, x: float, top: float, height: float) -> None:
        dead, name = bool(self._factor.note), self._name
        page.marks.append(
            Frame(x, top, self.width, height, edge="negative" if dead else "line", radius=RADIUS)
        )
        middle = x + self.width / 2
        page.place(name.marks, middle - name.width / 2, top + GRID + name.ascent)
        y = top + height - GRID - metrics(_SMALL).descent()
        colour = "negative" if dead else "text"
        link = Link("element", self._factor.ref) if self._factor.ref else None
        value = Words(
            middle - width_of(_SMALL, self._value) / 2, y, self._value, _SMALL, colour, link
        )
        page.marks.append(value)
        if link is not None:
            says = f"{self._factor.name} = {self._value}. {self._factor.note}".strip()
            page.spots.append(Spot(QRectF(x, top, self.width, height), link, says))


@lru_cache(512)
def _quotient(top: Token, bottom: Token) -> Box:
    """Typeset a factor's name as a fraction."""
    return fraction_of(token_box(top, SMALL), token_box(bottom, SMALL), SMALL)


def _paths(page: Page, chain: Chain, chosen: int, right: float) -> None:
    """List the paths with what each carries, then their sum."""
    values = [format_number(p.value, _DIGITS, sign=True) for p in chain.paths]
    total = format_number(chain.total, _DIGITS, sign=True)
    rest = format_number(chain.rest, _DIGITS, sign=True)
    numbers = [*values, total, *([rest] if chain.others else [])]
    wide = max(width_of(_SMALL, text) for text in numbers)
    largest = max((abs(p.value) for p in chain.paths), default=0.0) or 1.0
    column = right - _PAD - wide
    for at, (path, text) in enumerate(zip(chain.paths, values, strict=True)):
        row = QRectF(MARGIN, page.height, right - MARGIN, _PATH_ROW)
        if at == chosen:
            page.marks.append(
                Frame(
                    row.x(),
                    row.y(),
                    row.width(),
                    row.height(),
                    "accent_back",
                    "accent_back",
                    radius=4,
                )
            )
        _bar(page, row, path.value / largest, column)
        _path_row(page, row, _via(path, column - MARGIN - _PAD), text, "text")
        link = Link("path", str(at))
        says = translate("ExplanationPanel", "path {via}: {value}").format(
            via=", ".join(path.units), value=text
        )
        page.spots.append(Spot(row, link, says))
        page.height += _PATH_ROW
    if chain.others:
        words = translate("ExplanationPanel", "{count} other paths").format(
            count=f"{chain.others:,}"
        )
        row = QRectF(MARGIN, page.height, right - MARGIN, _PATH_ROW)
        _path_row(page, row, words, rest, "muted")
        page.height += _PATH_ROW
    page.marks.append(Stroke(MARGIN, page.height + 1.0, right, page.height + 1.0, "line"))
    row = QRectF(MARGIN, page.height + 1.0, right - MARGIN, _PATH_ROW)
    words = translate("ExplanationPanel", "all {count} paths").format(count=f"{chain.count:,}")
    _path_row(page, row, words, total, "text", _SMALL_BOLD)
    page.height += _PATH_ROW + 1.0


def _path_row(
    page: Page, row: QRectF, words: str, number: str, colour: str, face: Face = _SMALL
) -> None:
    y = row.center().y() + metrics(_SMALL).capHeight() / 2
    page.marks.append(
        Words(row.x() + _PAD, y, words, _SMALL, "muted" if colour == "muted" else "text")
    )
    x = row.right() - _PAD - width_of(face, number)
    page.marks.append(Words(x, y, number, face, colour))


def _bar(page: Page, row: QRectF, part: float, column: float) -> None:
    """Show a path's strength by a thin bar under its row."""
    colour = "negative" if part < 0 else "positive"
    length = (column - row.x() - 2 * _PAD) * abs(part)
    if length >= 1.0:
        y = row.bottom() - 3.0
        page.marks.append(Frame(row.x() + _PAD, y, length, 2.0, colour, colour, 0.55, 1.0))


def _via(path: Path, room: float) -> str:
    """Name the units of a path, the middle left out where there is no room."""
    units = list(path.units)
    text = " ← ".join(reversed(units))
    while width_of(_SMALL, text) > room and len(units) > 2:
        units.pop(len(units) // 2)
        half = (len(units) + 1) // 2
        shown = [*units[:half], "…", *units[half:]]
        text = " ← ".join(reversed(shown))
    return text
