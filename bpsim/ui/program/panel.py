"""The program of one training step: what is done, what ran last, what comes."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QCursor, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from bpsim.engine.program import Operation, Phase
from bpsim.explain.numbers import format_number
from bpsim.session.session import Session
from bpsim.ui.controller import Controller
from bpsim.ui.panel import Panel
from bpsim.ui.program.formula import short_formula
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme

ROW = 23
ENTRY = Qt.ItemDataRole.UserRole + 1
AnyIndex = QModelIndex | QPersistentModelIndex

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
        self.entries: list[Entry] = []

    def set_session(self, session: Session) -> None:
        """List another session's program."""
        self.beginResetModel()
        self._session = session
        self.entries = []
        phase = None
        for operation in session.program.operations:
            if operation.phase is not phase:
                phase = operation.phase
                self.entries.append(Entry(phase, None))
            self.entries.append(Entry(phase, operation))
        self.endResetModel()

    def refresh(self) -> None:
        """Show the present values and marks."""
        if self.entries:
            self.dataChanged.emit(self.index(0), self.index(len(self.entries) - 1))

    def row_of(self, operation: int) -> int:
        """Find an operation's row."""
        return next(
            row
            for row, entry in enumerate(self.entries)
            if entry.operation is not None and entry.operation.index == operation
        )

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
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
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.operation.formula
        if role == Qt.ItemDataRole.AccessibleTextRole:
            done = entry.operation.index < self._session.position.done
            state = self.tr("done") if done else self.tr("not yet")
            return f"{entry.operation.formula}, {state} {self.value_text(entry.operation)}"
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

    def mark(self, operation: Operation) -> str:
        """Tell done, ran last, comes next and not yet apart by a glyph."""
        done = self._session.position.done if self._session else 0
        if operation.index == done - 1:
            return "▸"
        return "✓" if operation.index < done else "·"

    def value_text(self, operation: Operation) -> str:
        """Give a single value, or the shape of several; nothing if it is not computed."""
        if self._session is None or operation.index >= self._session.position.done:
            return ""
        value = self._session.value(operation.name)
        if value is None:
            return ""
        if value.size == 1:
            return format_number(float(value.reshape(())))
        batched = operation.name[0] in "za" or operation.name.startswith("delta")
        shape = value.shape[1:] if batched and value.shape[0] == 1 else value.shape
        return "(" + ", ".join(map(str, shape)) + ")"


class ProgramDelegate(QStyledItemDelegate):
    """Draws the rows of a view."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    # `option` would tell these too, but it takes 10 ms to make QStyle's names known to Python.
    def _focused(self, index: AnyIndex) -> bool:
        return self._view.hasFocus() and self._view.currentIndex() == index

    def _pointed_at(self, index: AnyIndex) -> bool:
        if not self._view.underMouse():
            return False
        place = self._view.viewport().mapFromGlobal(QCursor.pos())
        return self._view.indexAt(place) == index

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
        elif self._pointed_at(index):
            painter.fillRect(rect, QColor(tokens.sunk))
        if self._focused(index):
            painter.setPen(QColor(tokens.accent))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
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


class ProgramPanel(Panel):
    """The list: a click explains an operation, a double click or Enter goes there."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.model = ProgramModel(self)
        self.view = QListView(self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(ProgramDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setBackgroundRole(QPalette.ColorRole.Base)
        self.view.setAccessibleName(self.tr("Program of one training step"))
        self.view.clicked.connect(self._clicked)
        self.view.activated.connect(self._activated)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        controller.replaced.connect(self.reload)
        controller.changed.connect(self.refresh)
        self.reload()

    def reload(self) -> None:
        """Show another session."""
        self.model.set_session(self._controller.session)
        self.view.scrollToTop()
        self.tell_info()

    def tell_info(self) -> None:
        """Say how far the step is."""
        at = self._controller.session.position
        words = self.tr("{done} of {operations}")
        self.info_changed.emit(words.format(done=at.done, operations=at.operations))

    def refresh(self, *_: object) -> None:
        """Show where it stands."""
        self.model.refresh()
        self.tell_info()
        self._keep_in_sight()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the place."""
        super().resizeEvent(event)
        self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        """Show the operation that ran last, and what comes next."""
        at = self._controller.session.position
        row = self.model.row_of(max(at.done - 1, 0))
        ahead = min(row + 2, len(self.model.entries) - 1)
        self.view.scrollTo(self.model.index(ahead))
        self.view.scrollTo(self.model.index(row if at.done else 0))

    def _clicked(self, index: QModelIndex) -> None:
        entry = self.model.entries[index.row()]
        if entry.operation is not None:
            self._controller.operation_chosen.emit(entry.operation.index)

    def _activated(self, index: QModelIndex) -> None:
        entry = self.model.entries[index.row()]
        if entry.operation is not None:
            at = self._controller.session.position
            target = at.executed - at.done + entry.operation.index + 1
            self._controller.do(lambda session: session.jump(target))
