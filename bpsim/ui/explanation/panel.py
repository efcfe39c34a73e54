"""Formula, formula with the numbers, result and reason of the operation at the cursor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from bpsim.engine.program import Operation
from bpsim.session.session import Session
from bpsim.session.values import Element, is_of_a_sample
from bpsim.ui.controller import Controller
from bpsim.ui.explanation.marks import Link, Page
from bpsim.ui.explanation.sheet import Sheet
from bpsim.ui.network.element import meaning, on_picture
from bpsim.ui.panel import Panel
from bpsim.ui.selection import Strand
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import BODY

if TYPE_CHECKING:
    from bpsim.explain.structure import Explanation, Path
    from bpsim.ui.explanation.what_if import WhatIfView

DIGITS = (4, 6, 10)
"""Significant digits of results to choose from."""
_TIGHT = 400
"""Below this height gaps are small."""


def index_of(session: Session, operation: Operation, element: Element) -> tuple[int, ...] | None:
    """Find which element of an operation concerns a chosen one; ``None`` if none does."""
    if not operation.layer:
        return None
    place = on_picture(session, Element(operation.name, element.index))
    return element.index if place == on_picture(session, element) else None


def element_of(ref: str) -> Element:
    """Turn a term's reference into its element: the sample is left out, ``a0`` is ``x``."""
    element = Element.parse(ref)
    name = "x" if element.name == "a0" else element.name
    return Element(name, element.index[-1:] if is_of_a_sample(name) else element.index)


class ExplanationPanel(Panel):
    """Explains the current operation, at the element that is selected if it concerns that."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._operation: Operation | None = None
        self._shown: Explanation | None = None
        self._unfolded = False
        self._path, self._digits = 0, DIGITS[0]
        self._opened: frozenset[str] = frozenset()
        self._seen, self._stale = True, False
        self._what_if: WhatIfView | None = None
        self.empty = QLabel(self)
        self.empty.setFont(fonts.sans(BODY))
        self.empty.setWordWrap(True)
        self.empty.setProperty("tone", "muted")
        self.empty.setContentsMargins(12, 12, 12, 12)
        self.empty.setText(
            self.tr(
                "Press F10 to run the first operation. Its formula, the formula with the numbers "
                "in it, and the reason will stand here."
            )
        )
        self.sheet = Sheet(self._is_marked, self._spot_words, self)
        self.sheet.setAccessibleName(self.tr("Explanation"))
        body = QWidget(self)
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.empty)
        rows.addWidget(self.sheet)
        self._rows = rows
        rows.addStretch(1)
        self.view = QScrollArea(self)
        self.view.setWidget(body)
        self.view.setWidgetResizable(True)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self._make_menu()
        self.sheet.pointed.connect(self._pointed)
        self.sheet.followed.connect(self._followed)
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self.refresh)
        controller.selection.changed.connect(self._selected)
        controller.selection.hover_changed.connect(self.sheet.update)
        controller.running_changed.connect(self._show_what_if)
        controller.practising_changed.connect(self._show_what_if)
        controller.operation_chosen.connect(self.show_operation)
        theme().changed.connect(self.sheet.update)
        self.refresh()

    def _make_menu(self) -> None:
        """Offer on the sheet what concerns it, by the other mouse button or the menu key."""
        for words, slot in (
            (self.tr("Copy explanation"), self.copy_text),
            (self.tr("Copy as LaTeX"), self.copy_latex),
        ):
            action = QAction(words, self.sheet)
            action.triggered.connect(slot)
            self.sheet.addAction(action)
        self.fold_action = QAction(self.tr("Show more terms"), self.sheet)
        self.fold_action.setCheckable(True)
        self.fold_action.triggered.connect(self._fold)
        self.sheet.addAction(self.fold_action)
        digits = QActionGroup(self)
        for count in DIGITS:
            action = digits.addAction(self.tr("{count} digits").format(count=count))
            action.setCheckable(True)
            action.setChecked(count == self._digits)
            action.setData(count)
        digits.triggered.connect(self._choose_digits)
        line = QAction(self.sheet)
        line.setSeparator(True)
        self.sheet.addActions([line, *digits.actions()])
        self.sheet.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def sizeHint(self) -> QSize:
        """Ask for the width that look and window size give."""
        return QSize(340, 400)

    # What is explained

    def refresh(self, *_: object) -> None:
        """Explain the operation at the cursor, once somebody sees it."""
        self._stale = not self._seen
        if self._seen:
            self._explain_operation(self._controller.session.current)

    def set_in_sight(self, seen: bool) -> None:
        """Catch up where it is seen again; paths are drawn only while it is."""
        self._seen = seen
        if not seen:
            self._controller.selection.trace(())
        elif self._stale:
            self.refresh()
        else:
            self._trace(None)

    def _explain_operation(self, operation: Operation | None) -> None:
        before = self._operation
        if before is None or operation is None or before.name != operation.name:
            self._unfolded, self._path = False, 0
        self._operation = operation
        self.show_again()

    @property
    def _sample(self) -> int:
        rows = self._controller.session.program.rows
        return min(self._controller.selection.sample, rows - 1)

    def tell_info(self) -> None:
        """Say which sample of the batch the numbers belong to."""
        rows = self._controller.session.program.rows
        self.info_changed.emit(self.tr("sample {a} of {b}").format(a=self._sample + 1, b=rows))

    def show_operation(self, index: int) -> None:
        """Explain another operation of this step, if it has run."""
        if index < self._controller.session.position.done:
            self._explain_operation(self._controller.session.program.operations[index])

    def _selected(self) -> None:
        """Explain the operation that computed what was chosen, or the last that concerns it."""
        chosen, session = self._controller.selection.current, self._controller.session
        operation = session.current if self._stale else self._operation
        self._stale = False
        if chosen is not None:
            done = session.program.operations[: session.position.done]
            concerned = [op for op in done if index_of(session, op, chosen) is not None]
            exact = [op for op in concerned if op.name == chosen.name]
            on_show = on_picture(session, chosen) == chosen
            if exact and not on_show:
                operation = exact[-1]
            elif concerned and operation not in concerned:
                operation = concerned[-1]
        self._path = 0
        self._explain_operation(operation)

    # Showing it

    def show_again(self) -> None:
        """Write the explanation anew."""
        self.tell_info()
        session, chosen = self._controller.session, self._controller.selection.current
        if self._operation not in session.program.operations:
            self._operation = session.current  # a changed network has operations of its own
        operation = self._operation
        self._shown = None
        if operation is not None:
            # After the first paint, which has nothing to explain yet.
            from bpsim.explain.explain import explain

            index = None if chosen is None else index_of(session, operation, chosen)
            self._shown = explain(
                session,
                operation,
                index,
                self._sample,
                digits=self._digits,
                unfolded=self._unfolded,
            )
        self.empty.setVisible(self._shown is None)
        self.sheet.setVisible(self._shown is not None)
        self.fold_action.setChecked(self._unfolded)
        self._trace(None)
        if self._shown is None:
            self._show_what_if()
            return
        self.fold_action.setEnabled(bool(self._shown.folded or self._unfolded))
        self.sheet.show_page(self._page)
        self.sheet.setAccessibleDescription(self.text())
        self._show_what_if()

    @property
    def parameter(self) -> Element | None:
        """The weight or bias that is explained, by its gradient, its update or itself."""
        place = None if self._shown is None else re.search(r"[Wb]\d+\[[\d,]+\]$", self._shown.title)
        return None if place is None else Element.parse(place[0])

    def _show_what_if(self, *_: object) -> None:
        """Ask about the parameter that is explained, while that section is open."""
        element = self.parameter if "what_if" in self._opened else None
        # While a person practises it would give values away.
        rests = not (self._controller.running or self._controller.practising)
        wanted = element is not None and rests
        if wanted and self._what_if is None:
            # Only for those who ask.
            from bpsim.ui.explanation.what_if import WhatIfView

            self._what_if = WhatIfView(self)
            self._rows.insertWidget(2, self._what_if)
        if self._what_if is not None:
            self._what_if.setVisible(wanted)
            if wanted and element is not None:
                self._what_if.ask(self._controller.session, element)

    def _page(self, width: float) -> Page:
        from bpsim.ui.explanation.page import View, page_of

        assert self._shown is not None
        tight, asks = self.view.height() < _TIGHT, self.parameter is not None
        view = View(width, self._path, self._opened, tight, asks)
        return page_of(self._shown, view, self._unfolded)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew where there is more or less room."""
        super().resizeEvent(event)
        if self._shown is not None:
            self.sheet.show_page(self._page)

    # As text

    def text(self) -> str:
        """Return what is shown as plain text."""
        from bpsim.explain.structure import as_text

        self._catch_up()
        return self.empty.text() if self._shown is None else as_text(self._shown)

    def _catch_up(self) -> None:
        if self._stale:
            self._stale = False
            self._explain_operation(self._controller.session.current)

    def copy_text(self) -> None:
        """Put what is shown on the clipboard."""
        QGuiApplication.clipboard().setText(self.text())

    def copy_latex(self) -> None:
        """Put it there for LaTeX."""
        from bpsim.explain.document import as_latex

        self._catch_up()
        if self._shown is not None:
            QGuiApplication.clipboard().setText(as_latex(self._shown))

    # Pointing

    def _is_marked(self, link: Link) -> bool:
        hovered, session = self._controller.selection.hovered, self._controller.session
        if link.kind != "element" or hovered is None:
            return False
        here = self.sheet.hovered
        if here is not None and here.kind == "element":
            return here == link  # and not the same unit's values in other rows of the batch
        element = element_of(link.name)
        return hovered in (element, on_picture(session, element))

    def _spot_words(self, link: Link) -> str:
        """Say what a term is."""
        if link.kind != "element":
            return ""
        element, session = element_of(link.name), self._controller.session
        known = element.index and session.has(element)
        return meaning(session, element) if known else ""

    def _pointed(self, link: Link | None) -> None:
        element = None
        if link is not None and link.kind == "element":
            element = element_of(link.name)
        self._controller.selection.hover(element)
        self._trace(link)
        where = self.sheet.focus_rect
        if where is not None and self.sheet.hasFocus():
            middle = where.center().toPoint()
            self.view.ensureVisible(middle.x(), middle.y(), 20, 40)

    def _trace(self, link: Link | None) -> None:
        """Draw the path pointed at, or all that are shown to a weight or bias that is chosen."""
        chain = None if self._shown is None else self._shown.chain
        chosen = self._controller.selection.current
        paths: tuple[Path, ...] = ()
        if chain is not None and self._seen:
            if link is not None and link.kind == "path":
                paths = (chain.paths[int(link.name)],)
            elif chosen is not None and str(chosen).removeprefix("d") == chain.target:
                paths = chain.paths
        largest = max((abs(path.value) for path in paths), default=0.0) or 1.0
        self._controller.selection.trace(
            Strand(tuple(map(Element.parse, path.weights)), abs(path.value) / largest)
            for path in paths
        )

    def _followed(self, link: Link) -> None:
        if link.kind == "element":
            element = element_of(link.name)
            if element.index:
                self._controller.selection.choose([element])
        elif link.kind == "fold":
            self._fold()
        elif link.kind == "path":
            self._path = int(link.name)
            self.sheet.show_page(self._page)
        else:
            self._opened ^= {link.name}
            self.sheet.show_page(self._page)
            self._show_what_if()
            self._bring_into_sight()

    def _choose_digits(self, action: QAction) -> None:
        self._digits = int(action.data())
        self.show_again()

    def _bring_into_sight(self) -> None:
        """Scroll to what has been opened, which goes on below."""
        QTimer.singleShot(0, self, self._scroll_down)

    def _scroll_down(self) -> None:
        bar = self.view.verticalScrollBar()
        if self._opened:
            bar.setValue(bar.maximum())

    def _fold(self) -> None:
        self._unfolded = not self._unfolded
        self.show_again()
