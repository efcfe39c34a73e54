"""The grid: keys, copying and pasting, and what is said at a cell."""

from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QMenu, QTableView, QWidget

from bpsim.session.stopping.marking import with_watch
from bpsim.ui.controller import Controller
from bpsim.ui.job import Job
from bpsim.ui.table.content import matrix_of
from bpsim.ui.table.copying import PasteError, as_text, read_block
from bpsim.ui.table.delegate import CellDelegate, cell_width, places_before
from bpsim.ui.table.model import TableModel
from bpsim.ui.theme import fonts
from bpsim.ui.theme.tokens import ROW, ROW_HEIGHT

MOST_AT_ONCE = 20_000
"""Cells that are written as text while a person waits."""
_AROUND = 16  # what the box around a message takes at each side
_Edit = QAbstractItemView.EditTrigger


class Header(QHeaderView):
    """A header that measures its outermost words: Qt would ask for those of a thousand sections."""

    def sizeHint(self) -> QSize:
        """Make room for the first and the last section."""
        ends = [self.sectionSizeFromContents(at) for at in {0, max(self.count() - 1, 0)}]
        return QSize(max(size.width() for size in ends), max(size.height() for size in ends))


class TableView(QTableView):
    """Shows a `TableModel`.

    Signals
    -------
    chosen
        A person has selected other cells.
    left
        The pointer is on no cell any more; `entered` tells of the others.
    """

    chosen = Signal()
    left = Signal()

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.table = TableModel(controller, self)
        self.cells = CellDelegate(self)
        self.setModel(self.table)
        self.setItemDelegate(self.cells)
        self.setEditTriggers(_Edit.DoubleClicked | _Edit.EditKeyPressed | _Edit.AnyKeyPressed)
        self.setMouseTracking(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        down, across = (
            Header(Qt.Orientation.Vertical, self),
            Header(Qt.Orientation.Horizontal, self),
        )
        self.setVerticalHeader(down)
        self.setHorizontalHeader(across)
        for header in (down, across):
            header.setFont(fonts.sans(ROW))
            header.setHighlightSections(False)
            header.setTextElideMode(Qt.TextElideMode.ElideRight)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(ROW_HEIGHT)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        down.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.problem = QLabel("", self.viewport())
        self.problem.setProperty("tone", "problem")
        self.problem.setProperty("box", "sunk")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.table.refused.connect(self.tell)
        self.horizontalScrollBar().valueChanged.connect(self.problem.hide)
        self.verticalScrollBar().valueChanged.connect(self.problem.hide)
        self.table.modelReset.connect(self._fit)
        self.table.dataChanged.connect(self._grow)
        self.selectionModel().selectionChanged.connect(self.chosen)
        self.selectionModel().currentChanged.connect(self.problem.hide)
        self._fit()

    def _fit(self) -> None:
        """Give the columns the width that the numbers need."""
        self.cells.before = places_before(self.table.largest)
        self.horizontalHeader().setDefaultSectionSize(cell_width(self.cells.before))

    def _grow(self) -> None:
        """Widen them where numbers have grown; they never get narrower while one looks."""
        if places_before(self.table.largest) > self.cells.before:
            self._fit()

    def tell(self, index: QModelIndex, words: str) -> None:
        """Say something at a cell, until the next key or move."""
        area, cell = self.viewport().rect(), self.visualRect(index)
        self.problem.setText(words)
        line = self.problem.fontMetrics().horizontalAdvance(words) + 2 * _AROUND
        width = min(line, area.width())
        box = QRect(cell.bottomLeft(), QSize(width, self.problem.heightForWidth(width)))
        if box.bottom() > area.bottom():
            box.moveBottom(cell.top())
        box.moveLeft(max(min(box.left(), area.right() - box.width()), 0))
        box.moveTop(max(box.top(), 0))
        self.problem.setGeometry(box)
        self.problem.show()
        self.problem.raise_()

    def rectangle(self) -> QRect:
        """Return the smallest rectangle of cells around the selection; empty if there is none."""
        found = QRect()
        for part in self.selectionModel().selection().toList():
            found |= QRect(part.left(), part.top(), part.width(), part.height())
        return found

    def copy(self) -> None:
        """Copy the selected rectangle with all digits; a large one a moment later."""
        r = self.rectangle()
        if r.isEmpty():
            return
        matrix = matrix_of(self.table.session, self.table.name)
        rows, columns = slice(r.top(), r.bottom() + 1), slice(r.left(), r.right() + 1)
        block = None if matrix is None else matrix[rows, columns].copy()
        write = partial(as_text, block, (r.height(), r.width()))
        if r.width() * r.height() <= MOST_AT_ONCE:
            self._copied(write())
            return
        job = Job(write, self)
        job.done.connect(self._copied)
        job.start()

    def _copied(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    def paste(self) -> None:
        """Take numbers from the clipboard, all or none."""
        index = self.currentIndex()
        if not self.table.editable or not index.isValid():
            return
        r = self.rectangle()
        top, left = (index.row(), index.column()) if r.isEmpty() else (r.top(), r.left())
        text = QGuiApplication.clipboard().text()
        shape = (self.table.rowCount(), self.table.columnCount())
        try:
            values = read_block(text, self.table.name, top, left, shape)
        except PasteError as error:
            self.tell(self.table.index(top, left), str(error))
            return
        self._controller.edit_many(values)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, paste, edit with Enter, and select nothing with Escape."""
        self.problem.hide()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # The key that ends an edit comes here too.
            editing = self.state() == QAbstractItemView.State.EditingState
            if self.table.editable and self.currentIndex().isValid() and not editing:
                self.edit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Notice the pointer leaving the cells."""
        if event.type() == QEvent.Type.Leave:
            self.left.emit()
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer copying, pasting and editing."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        editable = self.table.editable and self.currentIndex().isValid()
        for words, slot, possible in (
            (self.tr("Copy"), self.copy, not self.rectangle().isEmpty()),
            (self.tr("Paste"), self.paste, editable),
            (self.tr("Change the value"), self._edit_current, editable),
            (self.tr("Watch"), self._watch_current, self.currentIndex().isValid()),
        ):
            action = QAction(words, menu)
            action.triggered.connect(slot)
            action.setEnabled(possible)
            menu.addAction(action)
        menu.popup(event.globalPos())

    def _edit_current(self) -> None:
        self.edit(self.currentIndex())

    def _watch_current(self) -> None:
        element, marks = self.table.element(self.currentIndex()), self._controller.session.marks
        self._controller.mark(*with_watch(marks, str(element)))
