"""Formula, formula with the numbers, result and reason of the operation at the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from bpsim.engine.program import Operation
from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.explanation.chain import ChainView
from bpsim.ui.explanation.text import element_of, heading, numbers, typeset
from bpsim.ui.network.element import on_picture
from bpsim.ui.panel import Panel
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import BODY, HEADING, ROW

if TYPE_CHECKING:
    from bpsim.explain.structure import Explanation


def index_of(session: Session, operation: Operation, element: Element) -> tuple[int, ...] | None:
    """Find which element of an operation concerns a chosen one; ``None`` if none does."""
    if not operation.layer:
        return None
    place = on_picture(session, Element(operation.name, element.index))
    return element.index if place == on_picture(session, element) else None


class Terms(QLabel):
    """Lines of which each term is a link to its element.

    Signals
    -------
    left
        The pointer has gone.
    """

    left = Signal()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell it: new text under the pointer makes Qt forget the link that it was on."""
        self.left.emit()
        super().leaveEvent(event)


class ExplanationPanel(Panel):
    """Explains the current operation, at the element that is selected if it concerns that."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._operation: Operation | None = None
        self._shown: Explanation | None = None
        self.empty = self._label(BODY, "muted")
        self.empty.setText(
            self.tr(
                "Press F10 to run the first operation. Its formula, the formula with the numbers "
                "in it, and the reason will stand here."
            )
        )
        self.title, self.why = self._label(BODY), self._label(BODY)
        self.rule, self.terms = self._label(HEADING), Terms(self)
        self.rule.setFont(fonts.serif(HEADING))
        self.terms.setFont(fonts.mono(ROW))
        self.terms.setWordWrap(True)
        links = Qt.TextInteractionFlag.LinksAccessibleByMouse
        text = Qt.TextInteractionFlag.TextSelectableByMouse
        self.terms.setTextInteractionFlags(links | text)
        self.chain = ChainView(self)
        self._chain_head = self._section(self.tr("From the loss to here"))
        self._body = QWidget(self)
        rows = QVBoxLayout(self._body)
        rows.setContentsMargins(12, 0, 12, 4)
        rows.setSpacing(4)
        rows.addWidget(self.empty)
        self._parts: list[QWidget] = []
        for head, part in (
            (None, self.title),
            (self._section(self.tr("Rule")), self._boxed(self.rule)),
            (self._section(self.tr("With this network’s numbers")), self._boxed(self.terms)),
            (self._section(self.tr("Why")), self.why),
            (self._chain_head, self.chain),
        ):
            if head is not None:
                rows.addSpacing(4)
                rows.addWidget(head)
                self._parts.append(head)
            rows.addWidget(part)
            self._parts.append(part)
        rows.addStretch(1)
        self.view = QScrollArea(self)
        self.view.setWidget(self._body)
        self.view.setWidgetResizable(True)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view.setAccessibleName(self.tr("Explanation"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.terms.linkHovered.connect(self._pointed)
        self.terms.linkActivated.connect(self._clicked)
        self.terms.left.connect(self._left)
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self.refresh)
        controller.selection.changed.connect(self._selected)
        controller.selection.hover_changed.connect(self._fill_terms)
        controller.operation_chosen.connect(self.show_operation)
        theme().changed.connect(self.show_again)
        self.refresh()

    def _label(self, size: int, tone: str = "") -> QLabel:
        label = QLabel(self)
        label.setFont(fonts.sans(size))
        label.setWordWrap(True)
        label.setProperty("tone", tone)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _boxed(self, label: QLabel) -> QFrame:
        # A frame of its own: a label reckons its height wrongly with a style sheet's padding.
        frame = QFrame(self)
        frame.setProperty("box", "sunk")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(12, 4, 12, 4)
        inside.addWidget(label)
        return frame

    def _section(self, words: str) -> QLabel:
        label = QLabel(words, self)
        label.setProperty("tone", "section")
        return label

    def sizeHint(self) -> QSize:
        """Ask for the width that look and window size give."""
        return QSize(340, 400)

    # What is explained

    def refresh(self, *_: object) -> None:
        """Explain the operation at the cursor."""
        self._operation = self._controller.session.current
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
            self._operation = self._controller.session.program.operations[index]
            self.show_again()

    def _selected(self) -> None:
        """Explain the operation that computed what was chosen, or the last that concerns it."""
        chosen, session = self._controller.selection.current, self._controller.session
        if chosen is not None:
            done = session.program.operations[: session.position.done]
            concerned = [op for op in done if index_of(session, op, chosen) is not None]
            exact = [op for op in concerned if op.name == chosen.name]
            on_show = on_picture(session, chosen) == chosen
            if exact and not on_show:
                self._operation = exact[-1]
            elif concerned and self._operation not in concerned:
                self._operation = concerned[-1]
        self.show_again()

    # Showing it

    def show_again(self) -> None:
        """Fill in the text in the theme's colours."""
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
            self._shown = explain(session, operation, index, self._sample)
        shown = self._shown
        self.empty.setVisible(shown is None)
        for part in self._parts:
            part.setVisible(shown is not None)
        if shown is None:
            return
        self.title.setText(heading(shown.title, shown.subtitle, theme().tokens))
        self.rule.setText(typeset(shown.rule))
        self._fill_terms()
        self.why.setText(shown.why.replace(" %", "\u00a0%"))
        self._chain_head.setVisible(bool(shown.chain))
        self.chain.setVisible(bool(shown.chain))
        self.chain.show_factors(shown.chain)

    def text(self) -> str:
        """Return what is shown as plain text."""
        from bpsim.explain.structure import as_text

        return self.empty.text() if self._shown is None else as_text(self._shown)

    def _fill_terms(self) -> None:
        if self._shown is not None:
            text = numbers(self._shown.numbers, theme().tokens, self._is_pointed_at)
            if text != self.terms.text():
                self.terms.setText(text)

    def _is_pointed_at(self, element: Element) -> bool:
        hovered, session = self._controller.selection.hovered, self._controller.session
        return hovered is not None and hovered in (element, on_picture(session, element))

    # Pointing

    def _pointed(self, ref: str) -> None:
        self._controller.selection.hover(element_of(ref) if ref else None)

    def _left(self) -> None:
        self._controller.selection.hover(None)

    def _clicked(self, ref: str) -> None:
        self._controller.selection.choose([element_of(ref)])
