"""Formula, formula with the numbers, result and reason of the operation at the cursor."""

import re
from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from bpsim.engine.program import Operation
from bpsim.explain.explanation import Explanation, explain
from bpsim.ui.controller import Controller
from bpsim.ui.network.canvas import Hit
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme

_GREEK = {"delta": "δ", "ddelta": "dδ"}


def typeset(formula: str) -> str:
    """Write a formula as HTML in serif, with the layers' numbers raised."""
    text = escape(formula).replace("&#x27;", "′")
    text = re.sub(r"(\w+)\.T\b", r"(\1)ᵀ", text)
    text = text.replace("**2", "²").replace(" @ ", " ").replace(" * ", " ⊙ ").replace("*", "·")
    text = text.replace(" - ", " − ").replace(" -= ", " ← … − ")
    text = re.sub(r"outer\(([^,]+), (\w+)\)", r"\1 ⊗ \2", text)

    def variable(match: re.Match[str]) -> str:
        name = _GREEK.get(match[1], match[1])
        return f"<i>{name}</i><sup>{match[2]}</sup>"

    return re.sub(r"\b(d?W|d?b|[zamv]|[mv]W|[mv]b|delta)(\d+)\b", variable, text)


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
        box = f'width="100%" cellpadding="10" style="background:{t.sunk};border:1px solid {t.line}"'
        mono = f"font-family:'{fonts.MONO}';font-size:12px"
        serif = f"font-family:'{fonts.SERIF}';font-size:17px"
        first, *rest, last = e.lines
        lines = [escape(first), *(escape(line) for line in rest)]
        lines.append(f"= <b>{escape(last[2:])}</b>")
        return (
            f'<p><span style="font-size:15px;font-weight:600">{escape(e.title)}</span> '
            f'<span style="color:{t.muted}">{escape(e.subtitle)}</span></p>'
            f"<p {label}>{self.tr('Rule')}</p>"
            f'<table {box}><tr><td style="{serif}">{typeset(e.rule)}</td></tr></table>'
            f"<p {label}>{self.tr('With this network’s numbers')}</p>"
            f'<table {box}><tr><td style="{mono};line-height:150%">{"<br>".join(lines)}'
            f"</td></tr></table>"
            f"<p {label}>{self.tr('Why')}</p><p>{escape(e.why)}</p>"
        )
