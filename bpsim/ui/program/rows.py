"""The rows of the program: what is done, what ran last, what comes, and where it stops."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QPointF,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from bpsim.engine.program import Operation, Phase
from bpsim.explain.numbers import format_number
from bpsim.session.session import Session
from bpsim.session.stopping.breakpoints import Breakpoint
from bpsim.session.stopping.marking import breakpoints_at
from bpsim.ui.debugger.dot import draw_dot
from bpsim.ui.debugger.words import breakpoint_words
from bpsim.ui.index import NOWHERE, AnyIndex
from bpsim.ui.program.formula import short_formula
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme

ROW = 23
MARGIN = 16
"""A click left of here sets a breakpoint."""
ENTRY = Qt.ItemDataRole.UserRole + 1

GLYPHS = {Phase.FORWARD: "→", Phase.LOSS: "→", Phase.BACKWARD: "←", Phase.UPDATE: "↻"}
TOKENS = {
    Phase.FORWARD: "forward",
    Phase.LOSS: "forward",
    Phase.BACKWARD: "backward",
    Phase.UPDATE: "update",
}


@dataclass(frozen=True)
class Entry:
    """A row of the list: a phase's heading, or an operation."""

    phase: Phase
    operation: Operation | None


class ProgramModel(QAbstractListModel):
    """The rows of the list; it reads everything from the session."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._done = 0
        self.entries: list[Entry] = []
        self._shown: list[tuple[object, ...]] = []

    def set_session(self, session: Session) -> None:
        """List another session's program."""
        self.beginResetModel()
        self._session = session
        self._done = session.position.done
        self.entries, self._shown = [], []
        phase = None
        for operation in session.program.operations:
            if operation.phase is not phase:
                phase = operation.phase
                self.entries.append(Entry(phase, None))
            self.entries.append(Entry(phase, operation))
        self.endResetModel()

    def refresh(self) -> None:
        """Show the present values and marks, in the rows where they are others."""
        self._done = self._session.position.done if self._session else 0
        before, self._shown = self._shown, [self._looks(entry.operation) for entry in self.entries]
        for row, looks in enumerate(self._shown):
            if row >= len(before) or looks != before[row]:
                self.dataChanged.emit(self.index(row), self.index(row))

    def _looks(self, operation: Operation | None) -> tuple[object, ...]:
        if operation is None:
            return ()
        return self.mark(operation), self.value_text(operation), *self.breakpoints(operation)

    def row_of(self, operation: int) -> int:
        """Find an operation's row."""
        return next(
            row
            for row, entry in enumerate(self.entries)
            if entry.operation is not None and entry.operation.index == operation
        )

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Count the rows."""
        return 0 if parent.isValid() else len(self.entries)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        if index.isValid() and self.entries[index.row()].operation is None:
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give the text, the spoken text and the entry of a row."""
        if not index.isValid() or self._session is None:
            return None
        entry = self.entries[index.row()]
        if role == ENTRY:
            return entry
        if entry.operation is None:
            return self.phase_name(entry.phase) if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return short_formula(entry.operation)
        stops = self.breakpoints(entry.operation)
        if role == Qt.ItemDataRole.ToolTipRole:
            words = self.tr("Breakpoint: {words}")
            lines = [words.format(words=breakpoint_words(each)) for each in stops]
            return "\n".join([entry.operation.formula, *lines])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            done = entry.operation.index < self._done
            state = self.tr("done") if done else self.tr("not yet")
            text = f"{entry.operation.formula}, {state} {self.value_text(entry.operation)}"
            mark = self.tr("breakpoint")
            return f"{text}, {mark}" if stops else text
        return None

    def phase_name(self, phase: Phase) -> str:
        """Name a phase in words."""
        names = {
            Phase.FORWARD: self.tr("Forward"),
            Phase.LOSS: self.tr("Loss"),
            Phase.BACKWARD: self.tr("Backward"),
            Phase.UPDATE: self.tr("Update"),
        }
        return names[phase]

    def breakpoints(self, operation: Operation) -> list[Breakpoint]:
        """Give the breakpoints at an operation."""
        return breakpoints_at(self._session.marks, operation) if self._session else []

    def mark(self, operation: Operation) -> str:
        """Tell done, ran last, comes next and not yet apart by a glyph."""
        if operation.index == self._done - 1:
            return "▸"
        return "✓" if operation.index < self._done else "·"

    def value_text(self, operation: Operation) -> str:
        """Give a single value, or the shape of several; nothing if it is not computed."""
        if self._session is None or operation.index >= self._done:
            return ""
        value = self._session.program.view(operation.name)
        if value.size == 1:
            return format_number(float(value.reshape(())))
        batched = operation.name[0] in "za" or operation.name.startswith("delta")
        shape = value.shape[1:] if batched and value.shape[0] == 1 else value.shape
        return "(" + ", ".join(map(str, shape)) + ")"


class ProgramDelegate(QStyledItemDelegate):
    """Draws the rows of a view.

    Attributes
    ----------
    pointed
        The row that the pointer is on, -1 for none.
    in_margin
        Whether it is in the margin, where a click would set a breakpoint.
    """

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self.pointed, self.in_margin = -1, False

    # `option` would tell this too, but it takes 10 ms to make QStyle's names known to Python.
    def _focused(self, index: AnyIndex) -> bool:
        return self._view.hasFocus() and self._view.currentIndex() == index

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Every row is as high as another."""
        return QSize(120, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw a heading, or mark, formula and value."""
        model = index.model()
        entry = index.data(ENTRY)
        if not isinstance(model, ProgramModel) or not isinstance(entry, Entry):
            return
        tokens, rect = theme().tokens, option.rect
        painter.save()
        hue = QColor(getattr(tokens, TOKENS[entry.phase]))
        if entry.operation is None:
            painter.setPen(hue)
            painter.setFont(fonts.sans(11, 600))
            text = f"{GLYPHS[entry.phase]} {model.phase_name(entry.phase)}"
            painter.drawText(rect.adjusted(12, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, text)
            painter.restore()
            return
        mark = model.mark(entry.operation)
        if mark == "▸":
            painter.fillRect(rect, QColor(tokens.accent_back))
            painter.fillRect(
                QRect(rect.left(), rect.top(), 3, rect.height()), QColor(tokens.accent)
            )
        elif index.row() == self.pointed:
            painter.fillRect(rect, QColor(tokens.sunk))
        if self._focused(index):
            painter.setPen(QColor(tokens.accent))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        self._draw_margin(painter, rect, model.breakpoints(entry.operation), hue, index.row())
        waiting = mark == "·"
        painter.setPen(QColor(tokens.muted if waiting else tokens.text))
        painter.setFont(fonts.mono(12))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(17, 0, 0, 0), middle, mark)
        formula, value = short_formula(entry.operation), model.value_text(entry.operation)
        metrics, room = painter.fontMetrics(), rect.width() - 34
        beside = metrics.horizontalAdvance(f"{formula}  {value}") + 12 <= room
        if value.startswith("(") and not beside:
            value = ""  # of the two, the formula says more than a shape
        space = metrics.horizontalAdvance(f"  {value}") if value else 0
        formula = metrics.elidedText(formula, Qt.TextElideMode.ElideRight, room - 8 - space)
        painter.drawText(rect.adjusted(34, 0, 0, 0), middle, formula)
        painter.setPen(QColor(tokens.muted))
        painter.drawText(rect.adjusted(0, 0, -12, 0), middle | Qt.AlignmentFlag.AlignRight, value)
        painter.restore()

    def _draw_margin(
        self, painter: QPainter, rect: QRect, stops: list[Breakpoint], hue: QColor, row: int
    ) -> None:
        middle = QPointF(rect.left() + 9.0, rect.center().y() + 0.5)
        if stops:
            shown = next((each for each in stops if each.enabled), stops[0])
            draw_dot(painter, middle, shown, hue.name())
        elif row == self.pointed and self.in_margin:
            draw_dot(painter, middle, Breakpoint(enabled=False), theme().tokens.faint)
