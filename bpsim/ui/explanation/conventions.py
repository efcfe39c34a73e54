"""Shows the conventions in force."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from bpsim.explain.conventions import Convention, conventions
from bpsim.ui.controller import Controller
from bpsim.ui.explanation.flow import paragraph
from bpsim.ui.explanation.marks import Face, Page, Words, metrics
from bpsim.ui.explanation.sheet import Sheet
from bpsim.ui.explanation.typeset import formula_rows, stacked
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import BODY, GRID, ROW

_MARGIN = 4 * GRID


class ConventionsDialog(QDialog):
    """States what holds for the network in view, and follows it while it is open."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.setWindowTitle(self.tr("Conventions"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.sheet = Sheet(lambda link: False, lambda link: "", self)
        self.sheet.setAccessibleName(self.tr("Conventions"))
        view = QScrollArea(self)
        view.setWidget(self.sheet)
        view.setWidgetResizable(True)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 12)
        rows.setSpacing(12)
        rows.addWidget(view)
        rows.addWidget(buttons)
        buttons.setContentsMargins(0, 0, 16, 0)
        self._stated: tuple[Convention, ...] = ()
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self.refresh)
        theme().changed.connect(self.sheet.update)
        self.refresh()

    def sizeHint(self) -> QSize:
        """Ask for a page that reads well."""
        return QSize(560, 640)

    def refresh(self, *_: object) -> None:
        """State them anew where they have changed."""
        program = self._controller.session.program
        stated = conventions(program.specification, program.rows)
        if stated != self._stated:
            self._stated = stated
            self.sheet.show_page(self._page)
            self.sheet.setAccessibleDescription(self.text())

    def text(self) -> str:
        """Return all of it as plain text."""
        parts = ((c.about, c.here, str(c.formula or ""), c.elsewhere) for c in self._stated)
        return "\n\n".join("\n".join(filter(None, lines)) for lines in parts)

    def _page(self, width: float) -> Page:
        page, room = Page(height=_MARGIN), width - 2 * _MARGIN
        head, body, small = Face("sans", BODY, 600), Face("sans", BODY), Face("sans", ROW)
        for stated in self._stated:
            baseline = page.height + metrics(head).ascent()
            page.marks.append(Words(_MARGIN, baseline, stated.about, head))
            page.height += metrics(head).height() + GRID / 2
            paragraph(page, stated.here, body, "text", _MARGIN, room)
            if stated.formula is not None:
                whole = stacked(formula_rows(stated.formula, room - _MARGIN))
                page.height += 1.5 * GRID
                page.place(whole.marks, 2 * _MARGIN, page.height + whole.ascent)
                page.height += whole.ascent + whole.descent + 1.5 * GRID
            paragraph(page, stated.elsewhere, small, "muted", _MARGIN, room)
            page.height += 4 * GRID
        return page
