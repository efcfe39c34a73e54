"""Formula, formula with the numbers, result and reason of the operation at the cursor."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from bpsim.engine.program import Kind, Operation
from bpsim.explain.numbers import format_number
from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.panel import Panel
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme

if TYPE_CHECKING:
    from bpsim.explain.structure import Explanation, Formula, Line

ROLES = {
    "positive": "positive",
    "negative": "negative",
    "backward": "backward",
    "result": "text",
    "plain": "text",
    "number": "text",
    "variable": "text",
}


def typeset(formula: Formula) -> str:
    """Write a rule as HTML: variables in italics, layers raised."""
    parts = []
    for token in formula.tokens:
        text = escape(token.text)
        if token.style == "variable":
            text = f"<i>{text}</i>"
        if token.subscript:
            text += f"<sub>{escape(token.subscript)}</sub>"
        if token.superscript:
            text += f"<sup>{escape(token.superscript)}</sup>"
        parts.append(text)
    return "".join(parts)


def coloured(line: Line) -> str:
    """Write a line of numbers as HTML, each part in the colour of what it is."""
    tokens = theme().tokens
    parts = []
    for span in line.spans:
        text = escape(span.text)
        if span.role == "result":
            text = f"<b>{text}</b>"
        parts.append(f'<span style="color:{getattr(tokens, ROLES[span.role])}">{text}</span>')
    return "".join(parts)


_OF_UNITS = (Kind.WEIGHTED_SUM, Kind.ACTIVATION, Kind.OUTPUT_ERROR, Kind.HIDDEN_ERROR)


def index_of(operation: Operation, element: Element) -> tuple[int, ...] | None:
    """Find which element of an operation concerns a chosen one; ``None`` if none does."""
    if element.layer != operation.layer or not operation.layer:
        return None
    if not element.is_parameter:
        return element.index if operation.kind in _OF_UNITS else None
    return element.index if operation.name.endswith(element.name) else None


class ExplanationPanel(Panel):
    """Explains the current operation, at the element that is selected if it concerns that."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._operation: Operation | None = None
        self.view = QTextBrowser(self)
        self.view.setAccessibleName(self.tr("Explanation"))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.document().setDocumentMargin(14)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self.refresh)
        controller.selection.changed.connect(self._selected)
        controller.operation_chosen.connect(self.show_operation)
        theme().changed.connect(self.show_again)
        self.refresh()

    def sizeHint(self) -> QSize:
        """Ask for the width that look and window size give."""
        return QSize(340, 400)

    def refresh(self, *_: object) -> None:
        """Explain the operation at the cursor."""
        self._operation = self._controller.session.current
        self.show_again()

    def tell_info(self) -> None:
        """Say which sample of the batch the numbers belong to."""
        rows = self._controller.session.program.rows
        sample = min(self._controller.selection.sample, rows - 1) + 1
        self.info_changed.emit(self.tr("sample {a} of {b}").format(a=sample, b=rows))

    def show_operation(self, index: int) -> None:
        """Explain another operation of this step, if it has run."""
        if index < self._controller.session.position.done:
            self._operation = self._controller.session.program.operations[index]
            self.show_again()

    def _selected(self) -> None:
        """Explain the last operation that computed what was chosen, or its gradient."""
        chosen, session = self._controller.selection.current, self._controller.session
        if chosen is not None and (
            self._operation is None or index_of(self._operation, chosen) is None
        ):
            done = session.program.operations[: session.position.done]
            found = [op for op in done if index_of(op, chosen) is not None]
            if found:
                self._operation = found[-1]
        self.show_again()

    def show_again(self) -> None:
        """Write the text in the theme's colours."""
        session, chosen = self._controller.session, self._controller.selection
        self.tell_info()
        if self._operation is None:
            self.view.setHtml(self._empty())
            return
        # After the first paint, which has nothing to explain yet.
        from bpsim.explain.explain import explain

        element = chosen.current
        index = None if element is None else index_of(self._operation, element)
        sample = min(chosen.sample, session.program.rows - 1)
        self.view.setHtml(self._html(explain(session, self._operation, index, sample)))

    def _empty(self) -> str:
        words = self.tr(
            "Press F10 to run the first operation. Its formula, the formula with the numbers "
            "in it, and the reason will stand here."
        )
        return f'<p style="color:{theme().tokens.muted}">{words}</p>'

    def _html(self, e: Explanation) -> str:
        t = theme().tokens
        label = f'style="color:{t.muted};font-size:11px;font-weight:600"'
        box = (
            f'width="100%" cellpadding="10" style="background:{t.sunk};'
            f'border:1px solid {t.line};border-collapse:collapse"'
        )
        mono = f"font-family:'{fonts.MONO}';font-size:12px"
        serif = f"font-family:'{fonts.SERIF}';font-size:17px"
        lines = [coloured(line) for line in e.numbers]
        return (
            f'<p><span style="font-size:15px;font-weight:600">{escape(e.title)}</span> '
            f'<span style="color:{t.muted}">{escape(e.subtitle)}</span></p>'
            f"<p {label}>{self.tr('Rule')}</p>"
            f'<table {box}><tr><td style="{serif}">{typeset(e.rule)}</td></tr></table>'
            f"<p {label}>{self.tr('With this network’s numbers')}</p>"
            f'<table {box}><tr><td style="{mono};line-height:150%">{"<br>".join(lines)}'
            f"</td></tr></table>"
            f"<p {label}>{self.tr('Why')}</p><p>{escape(e.why)}</p>{self._chain(e, label)}"
        )

    def _chain(self, e: Explanation, label: str) -> str:
        if not e.chain:
            return ""
        t = theme().tokens
        name = f"font-family:'{fonts.SERIF}';font-size:15px"
        value = f"font-family:'{fonts.MONO}';font-size:11px"
        cells = [
            f'<td align="center" style="background:{t.sunk};border:1px solid {t.line};padding:6px">'
            f'<span style="{name}">{escape(f.name)}</span><br>'
            f'<span style="{value}">{format_number(f.value, 3)}</span></td>'
            for f in e.chain
        ]
        times = f'<td style="color:{t.muted};padding:2px" valign="middle">×</td>'
        row = times.join(cells)
        return f"<p {label}>{self.tr('From the loss to here')}</p><table><tr>{row}</tr></table>"
