"""The program of one training step: what is done, what ran last, what comes."""

from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QListView, QMenu, QVBoxLayout, QWidget

from bpsim.engine.program import Operation
from bpsim.session.stopping.marking import toggled
from bpsim.ui.controller import Controller
from bpsim.ui.panel import Panel
from bpsim.ui.program.rows import MARGIN, ProgramDelegate, ProgramModel


class ProgramView(QListView):
    """The list with a margin for breakpoints.

    Signals
    -------
    margin_clicked
        A row's margin was clicked.
    menu_wanted
        A row, and where on the screen its menu belongs.
    """

    margin_clicked = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = ProgramDelegate(self)
        self.setItemDelegate(self.rows)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setBackgroundRole(QPalette.ColorRole.Base)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a click in the margin for the margin's own."""
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and event.position().x() < MARGIN:
            if index.isValid():
                self.margin_clicked.emit(index)
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two quick clicks in the margin are two clicks."""
        if event.position().x() < MARGIN:
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Offer a breakpoint where the pointer is in the margin."""
        row = self.indexAt(event.position().toPoint()).row()
        self._point(row, event.position().x() < MARGIN)
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Offer nothing any more."""
        self._point(-1, False)
        super().leaveEvent(event)

    def _point(self, row: int, in_margin: bool) -> None:
        if (row, in_margin) != (self.rows.pointed, self.rows.in_margin):
            self.rows.pointed, self.rows.in_margin = row, in_margin
            self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with a row, by the mouse or by the menu key."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        place = event.pos() if by_mouse else self.visualRect(index).bottomLeft()
        if index.isValid():
            self.menu_wanted.emit(index, self.viewport().mapToGlobal(place))


class ProgramPanel(Panel):
    """The list: a click explains an operation, a double click or Enter goes there."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.model = ProgramModel(self)
        self.view = ProgramView(self)
        self.view.setModel(self.model)
        self.view.setAccessibleName(self.tr("Program of one training step"))
        self.view.clicked.connect(self._clicked)
        self.view.activated.connect(self._activated)
        self.view.margin_clicked.connect(self._margin_clicked)
        self.view.menu_wanted.connect(self._open_menu)
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
        """Show the operation that ran last, with what came before and what comes next."""
        at = self._controller.session.position
        row = self.model.row_of(max(at.done - 1, 0))
        ahead = min(row + 2, len(self.model.entries) - 1)
        for wanted in (ahead, max(row - 2, 0), row) if at.done else (0,):
            self.view.scrollTo(self.model.index(wanted))

    # What can be done with an operation

    @property
    def chosen(self) -> Operation:
        """The operation in the row with the focus, else the one that ran last, else the first."""
        session = self._controller.session
        row = self.view.currentIndex().row()
        if self.view.hasFocus() and row >= 0:
            operation = self.model.entries[row].operation
            if operation is not None:
                return operation
        return session.current or session.program.operations[0]

    def toggle_breakpoint(self, operation: Operation) -> None:
        """Set a breakpoint at an operation, or remove what is there."""
        session = self._controller.session
        self._controller.mark(*toggled(session.marks, operation, session.program.operations))

    def ask_condition(self, operation: Operation) -> None:
        """Ask on which condition to stop at an operation."""
        # When it is first needed, like all dialogs.
        from bpsim.ui.debugger.breakpoint_dialog import ask_condition

        ask_condition(self._controller, operation, self.window())

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

    def _margin_clicked(self, index: QModelIndex) -> None:
        operation = self.model.entries[index.row()].operation
        if operation is not None:
            self.toggle_breakpoint(operation)

    def _open_menu(self, index: QModelIndex, place: QPoint) -> None:
        operation = self.model.entries[index.row()].operation
        if operation is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        stops = self.model.breakpoints(operation)
        words = self.tr("Remove breakpoint") if stops else self.tr("Set breakpoint")
        # The keys are those of the menu bar; here they are only shown.
        toggle = menu.addAction(words + "\tCtrl+B")
        toggle.triggered.connect(partial(self.toggle_breakpoint, operation))
        condition = menu.addAction(self.tr("Stop on a condition…") + "\tCtrl+Shift+B")
        condition.triggered.connect(partial(self.ask_condition, operation))
        menu.addSeparator()
        here = menu.addAction(self.tr("Run to here") + "\tF4")
        here.triggered.connect(partial(self._controller.run_to, operation.index, 1))
        back = menu.addAction(self.tr("Back to here") + "\tShift+F4")
        back.triggered.connect(partial(self._controller.run_to, operation.index, -1))
        menu.popup(place)
