"""Watches: any value or expression with its present value, its change and its course."""

from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QListView, QMenu, QVBoxLayout, QWidget

from bpsim.session.conditions.reading import ConditionError, parse
from bpsim.session.label import Label
from bpsim.session.stopping.breakpoints import Marks
from bpsim.session.stopping.marking import changed_watch, with_watch
from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.debugger.expression_field import ExpressionField, words_of
from bpsim.ui.panel import Panel
from bpsim.ui.theme.theme import theme
from bpsim.ui.watches.rows import ROW, SIDE, SPARK, WatchDelegate, WatchModel


class WatchView(QListView):
    """The list; its owner handles keys and clicks."""

    def __init__(self, empty: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._empty = empty
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setMinimumHeight(2 * ROW)

    def asked(self, event: QContextMenuEvent) -> tuple[int, QPoint] | None:
        """Return the row that a menu is asked for, and where it goes; none beside the rows."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        if not index.isValid():
            return None
        place = event.pos() if by_mouse else self.visualRect(index).bottomLeft()
        return index.row(), self.viewport().mapToGlobal(place)

    def choose(self, row: int) -> None:
        """Make a row the current one, or the last if there are fewer."""
        self.setCurrentIndex(self.model().index(min(row, self.model().rowCount() - 1), 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say what will stand here while nothing does."""
        super().paintEvent(event)
        if self.model().rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            room = self.viewport().rect().adjusted(SIDE, 2, -SIDE, -2)
            flags = Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
            painter.drawText(room, flags, self._empty)
            painter.end()


class WatchesPanel(Panel):
    """The list of watches, and a line to add one or change it."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._changing: str | None = None
        self.model = WatchModel(controller, self)
        empty = self.tr("What you type below is watched here.")
        self.view = WatchView(empty, self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(WatchDelegate(self.view))
        self.view.setAccessibleName(self.tr("Watches"))
        self.view.installEventFilter(self)
        self.view.viewport().installEventFilter(self)
        self.view.activated.connect(self._activated)
        self.field = ExpressionField(self._check, self)
        self.field.setPlaceholderText(self.tr("Watch: loss, W1[0,0], norm(dW1) …"))
        self.field.setAccessibleName(self.tr("Expression to watch"))
        # It lies over the list, so that nothing jumps while one types.
        self.problem = QLabel("", self)
        self.problem.setProperty("tone", "problem")
        self.problem.setProperty("box", "sunk")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.field.complained.connect(self._complain)
        self.field.finished.connect(self._finished)
        self.field.left.connect(self._leave)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(4)
        layout.addWidget(self.view, 1)
        row = QVBoxLayout()
        row.setContentsMargins(SIDE, 0, SIDE, 0)
        row.addWidget(self.field)
        layout.addLayout(row)
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self._replaced)
        controller.selection.changed.connect(self.refresh)
        controller.practising_changed.connect(self.refresh)
        theme().changed.connect(self.view.viewport().update)
        self._replaced()

    # What is shown

    def _replaced(self) -> None:
        self.field.set_words(words_of(self._controller.session.program))
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show the present values; the row stays."""
        row = self.view.currentIndex().row()
        if self.model.refresh() and 0 <= row < self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(row))

    def _check(self, text: str) -> ConditionError | None:
        controller = self._controller
        try:
            if not parse(text).reads:
                return ConditionError(self.tr("It reads no value of the network."), 0)
        except ConditionError as error:
            return error
        return controller.watches.read(controller.session, text, 0).problem

    def _complain(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        self._place_problem()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what is wrong above the line."""
        super().resizeEvent(event)
        self._place_problem()

    def _place_problem(self) -> None:
        field, wide = self.field.geometry(), self.field.width()
        high = self.problem.heightForWidth(wide)
        self.problem.setGeometry(field.left(), field.top() - high - 4, wide, high)
        self.problem.raise_()

    # Changing

    def watch(self, element: Element) -> None:
        """Watch one more value."""
        self._controller.mark(*with_watch(self._controller.session.marks, str(element)))

    def _finished(self, text: str) -> None:
        marks = self._controller.session.marks
        if self._changing is None:
            self._controller.mark(*with_watch(marks, text))
        else:
            self._controller.mark(*changed_watch(marks, self._changing, text))
        self._leave()

    def _leave(self) -> None:
        was, self._changing = self._changing, None
        self.field.clear()
        if was is not None:
            self.view.setFocus()

    def change(self, row: int) -> None:
        """Take a watch's expression into the line, to change it."""
        self._changing = self.model.texts[row]
        self.field.setText(self._changing)
        self.field.selectAll()
        self.field.setFocus()

    def remove(self, row: int) -> None:
        """Watch something no longer."""
        marks = self._controller.session.marks
        self._controller.mark(*changed_watch(marks, self.model.texts[row], None))
        self.view.choose(row)

    def toggle_large(self, row: int) -> None:
        """Draw a watch's course large, or small again."""
        self.model.toggle_large(row)
        self.view.scrollTo(self.model.index(row))

    def shift(self, row: int, by: int) -> None:
        """Move a watch up or down."""
        texts, there = list(self.model.texts), row + by
        if 0 <= there < len(texts):
            texts.insert(there, texts.pop(row))
            marks = self._controller.session.marks
            self._controller.mark(Marks(marks.breakpoints, tuple(texts)), Label("watches"))
            self.view.setCurrentIndex(self.model.index(there))

    def _activated(self, index: QModelIndex) -> None:
        self.change(index.row())

    def _select(self, row: int) -> None:
        """Show in the other panels what is watched, where it is one element."""
        try:
            element = Element.parse(self.model.texts[row])
        except ValueError:
            return
        if element.index and self._controller.session.has(element):
            self._controller.selection.choose([element])

    # Keys and clicks

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle what is done with a row."""
        if watched is self.view and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress and self._key(event):
                return True
        elif isinstance(event, QContextMenuEvent):
            self._open_menu(event)
            return True
        elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            self._released(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        row = self.view.currentIndex().row()
        if row < 0:
            return False
        up_down = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if up_down and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.shift(row, up_down)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove(row)
        elif event.key() == Qt.Key.Key_F2:
            self.change(row)
        elif event.key() == Qt.Key.Key_Space:
            self.toggle_large(row)
        else:
            return False
        return True

    def _released(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        index = self.view.indexAt(place)
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        rect = self.view.visualRect(index)
        if place.x() > rect.right() - SIDE - SPARK or place.y() > rect.top() + ROW:
            self.toggle_large(index.row())
        else:
            self._select(index.row())

    def _open_menu(self, event: QContextMenuEvent) -> None:
        asked = self.view.asked(event)
        if asked is None:
            return
        (row, place), menu = asked, QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        large = self.model.texts[row] in self.model.large
        entries = (
            (self.tr("Plot small") if large else self.tr("Plot large"), "Space", "toggle"),
            (self.tr("Change…"), "F2", "change"),
            (self.tr("Move up"), "Ctrl+Up", "up"),
            (self.tr("Move down"), "Ctrl+Down", "down"),
            (self.tr("Remove"), "Del", "remove"),
        )
        slots = {
            "toggle": partial(self.toggle_large, row),
            "change": partial(self.change, row),
            "up": partial(self.shift, row, -1),
            "down": partial(self.shift, row, 1),
            "remove": partial(self.remove, row),
        }
        for words, key, name in entries:
            menu.addAction(f"{words}\t{key}").triggered.connect(slots[name])
        menu.popup(place)
