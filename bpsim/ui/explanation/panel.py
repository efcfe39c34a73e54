"""Formula, formula with the numbers, result and reason of the operation at the cursor."""

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from bpsim.engine.program import Operation
from bpsim.explain.explain import explain
from bpsim.explain.numbers import format_number
from bpsim.explain.structure import Explanation, Formula, Line
from bpsim.ui.controller import Controller
from bpsim.ui.network.canvas import Hit
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme

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


class ExplanationPanel(QWidget):
    """Explains the current operation, or the element that was clicked."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._operation: Operation | None = None
        self._index: tuple[int, ...] | None = None
        self.view = QTextBrowser(self)
        self.view.setAccessibleName(self.tr("Explanation"))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.document().setDocumentMargin(14)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self.refresh)
        theme().changed.connect(self.show_again)
        self.refresh()

    def sizeHint(self) -> QSize:
        """Ask for the width that look and window size give."""
        return QSize(340, 400)

    def refresh(self, *_: object) -> None:
        """Explain the operation at the cursor."""
        current = self._controller.session.current
        if current is None or self._operation is None or current.name != self._operation.name:
            self._index = None
        self._operation = current
        self.show_again()

    def show_operation(self, index: int) -> None:
        """Explain another operation of this step, if it has run."""
        if index < self._controller.session.position.done:
            self._operation = self._controller.session.program.operations[index]
            self._index = None
            self.show_again()

    def show_element(self, hit: Hit) -> None:
        """Explain the last operation that wrote this element, or its gradient."""
        session = self._controller.session
        done = session.program.operations[: session.position.done]
        names = (hit.name,) if hit.name[0] == "a" else (hit.name, f"d{hit.name}")
        found = [op for op in done if op.name in names]
        if found:
            self._operation, self._index = found[-1], hit.index
            self.show_again()

    def show_again(self) -> None:
        """Write the text in the theme's colours."""
        if self._operation is None:
            self.view.setHtml(self._empty())
            return
        self.view.setHtml(
            self._html(explain(self._controller.session, self._operation, self._index))
        )

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
