"""Shows a hint: the rule typeset, and lines of numbers whose terms can be pointed at."""

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from bpsim.practice.hints import Hint
from bpsim.ui.explanation.marks import Link, Page
from bpsim.ui.explanation.page import MARGIN, rule_page
from bpsim.ui.explanation.panel import element_of
from bpsim.ui.explanation.sheet import Sheet
from bpsim.ui.selection import Selection


class HintSheet(Sheet):
    """A sheet that points at what its terms stand for.

    Parameters
    ----------
    selection
        Where that is told.
    """

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(self._is_marked, _name, parent)
        self._selection = selection
        self.pointed.connect(self._point_at)
        selection.hover_changed.connect(self.update)

    def show_hint(self, hint: Hint) -> None:
        """Show another hint."""
        self.show_page(lambda width: _page(hint, width))
        self.setAccessibleName("\n".join(map(str, (hint.rule, *hint.lines))))

    def _is_marked(self, link: Link) -> bool:
        hovered = self._selection.hovered
        return hovered is not None and link.kind == "element" and element_of(link.name) == hovered

    def _point_at(self, link: Link | None) -> None:
        self._selection.hover(None if link is None else element_of(link.name))


def _name(link: Link) -> str:
    return link.name


def _page(hint: Hint, width: float) -> Page:
    """Lay it out from edge to edge."""
    inner = rule_page(hint.rule, hint.lines, width + 2.0 * MARGIN)
    spots = [replace(spot, rect=spot.rect.translated(-MARGIN, 0.0)) for spot in inner.spots]
    page = Page(spots=spots, height=inner.height)
    page.place(inner.marks, -MARGIN, 0.0)
    return page
