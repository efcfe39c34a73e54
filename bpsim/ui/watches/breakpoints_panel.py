"""All breakpoints: switched on and off, changed, removed, and found again."""

from functools import partial

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from bpsim.session.stopping.breakpoints import Breakpoint
from bpsim.session.stopping.check_points import problem_of
from bpsim.session.stopping.marking import changed_breakpoint, switched
from bpsim.ui.controller import Controller
from bpsim.ui.debugger.breakpoint_dialog import ask_breakpoint
from bpsim.ui.debugger.dot import draw_dot
from bpsim.ui.debugger.words import breakpoint_words
from bpsim.ui.index import NOWHERE, AnyIndex
from bpsim.ui.panel import Panel
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme
from bpsim.ui.watches.panel import WatchView

ROW, MARGIN, SIDE = 26, 28, 12


class BreakpointModel(QAbstractListModel):
    """The breakpoints, read from the session."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self.breakpoints: tuple[Breakpoint, ...] = ()

    def refresh(self) -> bool:
        """List what there is now; tell whether it is something else."""
        there = self._controller.session.marks.breakpoints
        if there == self.breakpoints:
            return False
        self.beginResetModel()
        self.breakpoints = there
        self.endResetModel()
        return True

    def problem(self, row: int) -> str:
        """Say why one never stops this network, if so."""
        found = problem_of(self.breakpoints[row], self._controller.session.program)
        return "" if found is None else found.message

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Count the breakpoints."""
        return 0 if parent.isValid() else len(self.breakpoints)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give a breakpoint in words."""
        if not index.isValid():
            return None
        each = self.breakpoints[index.row()]
        words = breakpoint_words(each)
        if role == Qt.ItemDataRole.DisplayRole:
            return words
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{words}\n{self.problem(index.row())}".strip()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state = self.tr("on") if each.enabled else self.tr("off")
            return f"{words}, {state}"
        return None


class BreakpointDelegate(QStyledItemDelegate):
    """Draws the rows."""

    def __init__(self, view: WatchView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Ask for a line."""
        return QSize(160, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw the mark and the words, and what is wrong."""
        model, tokens = index.model(), theme().tokens
        assert isinstance(model, BreakpointModel)
        each, whole = model.breakpoints[index.row()], QRectF(option.rect)
        painter.save()
        if self._view.currentIndex() == index:
            painter.fillRect(whole, QColor(tokens.accent_back))
            if self._view.hasFocus():
                painter.setPen(QColor(tokens.accent))
                painter.drawRect(whole.adjusted(0, 0, -1, -1))
        problem = model.problem(index.row())
        middle = QPointF(whole.left() + SIDE + 5, whole.center().y())
        draw_dot(painter, middle, each, tokens.muted if problem else tokens.accent)
        line = whole.adjusted(MARGIN, 0, -SIDE, 0)
        side = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(fonts.mono(12))
        metrics = painter.fontMetrics()
        words = metrics.elidedText(
            breakpoint_words(each), Qt.TextElideMode.ElideRight, int(line.width())
        )
        faded = problem or not each.enabled
        painter.setPen(QColor(tokens.muted if faded else tokens.text))
        painter.drawText(line, side, words)
        line.adjust(metrics.horizontalAdvance(words) + 12, 0, 0, 0)
        if problem and line.width() > MARGIN:
            painter.setFont(fonts.sans(11))
            painter.setPen(QColor(tokens.negative))
            cut = painter.fontMetrics().elidedText(
                problem, Qt.TextElideMode.ElideRight, int(line.width())
            )
            painter.drawText(line, side, cut)
        painter.restore()


class BreakpointsPanel(Panel):
    """The list: a click on a mark switches it, Enter changes it, Delete removes it."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.model = BreakpointModel(controller, self)
        empty = self.tr(
            "Training stops at breakpoints. Click in the margin of the program to set one, or add "
            "one with a condition here."
        )
        self.view = WatchView(empty, self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(BreakpointDelegate(self.view))
        self.view.setAccessibleName(self.tr("Breakpoints"))
        self.view.installEventFilter(self)
        self.view.viewport().installEventFilter(self)
        self.view.activated.connect(self._activated)
        self.add_button = QPushButton(self.tr("Add a condition…"), self)
        self.add_button.clicked.connect(self._add)
        row = QHBoxLayout()
        row.setContentsMargins(SIDE, 0, SIDE, 0)
        row.addWidget(self.add_button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(4)
        layout.addWidget(self.view, 1)
        layout.addLayout(row)
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self.refresh)
        theme().changed.connect(self.view.viewport().update)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """List what there is now; the row stays."""
        row = self.view.currentIndex().row()
        if self.model.refresh() and 0 <= row < self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(row))
        self.tell_info()

    def tell_info(self) -> None:
        """Say how many there are."""
        count = len(self.model.breakpoints)
        self.info_changed.emit(str(count) if count else "")

    # Changing

    def _add(self) -> None:
        ask_breakpoint(self._controller, Breakpoint(), None, self.window())

    def change(self, row: int) -> None:
        """Open the dialog for a breakpoint."""
        each = self.model.breakpoints[row]
        ask_breakpoint(self._controller, each, each, self.window())

    def switch(self, row: int) -> None:
        """Switch a breakpoint on or off."""
        marks = self._controller.session.marks
        self._controller.mark(*switched(marks, self.model.breakpoints[row]))
        self.view.setCurrentIndex(self.model.index(row))

    def remove(self, row: int) -> None:
        """Remove a breakpoint."""
        marks = self._controller.session.marks
        self._controller.mark(*changed_breakpoint(marks, self.model.breakpoints[row], None))
        self.view.choose(row)

    def _activated(self, index: QModelIndex) -> None:
        self.change(index.row())

    # Keys and clicks

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle what is done with a row."""
        if watched is self.view and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress and self._key(event):
                return True
        elif isinstance(event, QContextMenuEvent):
            self._open_menu(event)
            return True
        elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            index = self.view.indexAt(event.position().toPoint())
            left = event.button() == Qt.MouseButton.LeftButton
            if index.isValid() and left and event.position().x() < MARGIN:
                self.switch(index.row())
                return True
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        row = self.view.currentIndex().row()
        does = {
            Qt.Key.Key_Delete: self.remove,
            Qt.Key.Key_Backspace: self.remove,
            Qt.Key.Key_F2: self.change,
            Qt.Key.Key_Space: self.switch,
        }.get(Qt.Key(event.key()))
        if row < 0 or does is None:
            return False
        does(row)
        return True

    def _open_menu(self, event: QContextMenuEvent) -> None:
        asked = self.view.asked(event)
        if asked is None:
            return
        (row, place), menu = asked, QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        on = self.model.breakpoints[row].enabled
        words = self.tr("Switch off") if on else self.tr("Switch on")
        menu.addAction(f"{words}\tSpace").triggered.connect(partial(self.switch, row))
        change = menu.addAction(self.tr("Change…") + "\tF2")
        change.triggered.connect(partial(self.change, row))
        remove = menu.addAction(self.tr("Remove") + "\tDel")
        remove.triggered.connect(partial(self.remove, row))
        menu.popup(place)
