"""The rows of the data as a table: nothing is copied, whatever their number."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from bpsim.engine.kernels import Array
from bpsim.explain.numbers import format_number, full_number
from bpsim.session.batches import Rows
from bpsim.session.project import Dataset
from bpsim.ui.index import NOWHERE, AnyIndex
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import ROW, ROW_HEIGHT, SMALL

FIXED = 2
"""Columns before those of the data: the row's number and its set."""
PADDING = 8
MOST_COPIED = 200_000
SCROLL_BAR = 16


@dataclass(frozen=True)
class RowState:
    """What is drawn of a row besides its numbers.

    Attributes
    ----------
    test
        Whether it is kept for testing.
    in_batch
        Whether the step in view takes it.
    current
        Whether it is the sample in view.
    """

    test: bool
    in_batch: bool
    current: bool


class DataModel(QAbstractTableModel):
    """Training rows, then test rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = Dataset.of((), (), [])
        self._in_batch = np.zeros(0, dtype=bool)
        self._batch: Rows = np.zeros(0, dtype=np.intp)
        self._current = -1

    @property
    def dataset(self) -> Dataset:
        """What is shown."""
        return self._data

    @property
    def current(self) -> int:
        """The row of the sample in view, or -1."""
        return self._current

    def set_dataset(self, data: Dataset) -> None:
        """Show other data."""
        self.beginResetModel()
        self._data = data
        self._in_batch = np.zeros(len(data.train), dtype=bool)
        self._batch, self._current = np.zeros(0, dtype=np.intp), -1
        self.endResetModel()

    def mark(self, batch: Rows, current: int) -> None:
        """Mark the rows that the step in view takes, and the one that is looked at."""
        self._in_batch[self._batch] = False
        self._batch, self._current = batch, current
        self._in_batch[batch] = True

    def place_in_batch(self, row: int) -> int | None:
        """Tell which sample of the batch a row is, if it is one."""
        places = np.flatnonzero(self._batch == row)
        return int(places[0]) if len(places) else None

    def state(self, row: int) -> RowState:
        """Tell what is special about a row."""
        test = row >= len(self._data.train)
        return RowState(test, not test and bool(self._in_batch[row]), row == self._current)

    def number(self, row: int, column: int) -> float:
        """Give a number; columns count without the fixed ones."""
        train = self._data.train
        rows, at = (train, row) if row < len(train) else (self._data.test, row - len(train))
        return float(rows[at, column])

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Count training and test rows."""
        return 0 if parent.isValid() else len(self._data.train) + len(self._data.test)

    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Count the fixed columns, features and targets."""
        data = self._data
        return 0 if parent.isValid() else FIXED + len(data.features) + len(data.targets)

    def text(self, row: int, column: int) -> str:
        """Give the text of a cell."""
        if column == 0:
            train = len(self._data.train)
            return str(row if row < train else row - train)
        if column == 1:
            return self.tr("test") if row >= len(self._data.train) else self.tr("train")
        return format_number(self.number(row, column - FIXED))

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give text, full number and spoken text of a cell."""
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole and column >= FIXED:
            return self._full(row, column - FIXED)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state = self.state(row)
            words = [
                str(self.headerData(column, Qt.Orientation.Horizontal)),
                self.text(row, column),
            ]
            if state.current:
                words.append(self.tr("being computed"))
            return " ".join(words)
        return None

    def _full(self, row: int, column: int) -> str:
        value = self.number(row, column)
        scaling = self._data.scaling
        if scaling is None or column not in scaling.columns:
            return full_number(value)
        plain = value * scaling.deviations[column] + scaling.means[column]
        return self.tr("{value}, which stands for {plain}").format(
            value=full_number(value), plain=format_number(plain, 10)
        )

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name the columns by element and name, with how they were standardised."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if section < FIXED else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return fonts.sans(SMALL)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if section < FIXED:
            return (self.tr("row"), self.tr("set"))[section]
        column = section - FIXED
        title = self._title(column)
        scaling = self._data.scaling
        if scaling is None or column not in scaling.columns:
            return title
        mean, deviation = scaling.means[column], scaling.deviations[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            words = self.tr("{title}, standardised: (value - {mean}) / {deviation}")
            return words.format(
                title=title, mean=full_number(mean), deviation=full_number(deviation)
            )
        sign = "−" if mean >= 0 else "+"
        return f"{title}\n(v {sign} {format_number(abs(mean))}) / {format_number(deviation)}"

    def _title(self, column: int) -> str:
        features = self._data.features
        if column < len(features):
            return f"x[{column}] {features[column]}"
        target = column - len(features)
        return f"y[{target}] {self._data.targets[target]}"


class DataTable(QTableView):
    """The table; Ctrl+C copies the selected rows with their header."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = DataModel(self)
        self.setModel(self.rows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(self.tr("Rows of the data"))
        # One height for all: a hundred thousand rows need no measuring.
        vertical, horizontal = self.verticalHeader(), self.horizontalHeader()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(ROW_HEIGHT)
        vertical.setDefaultSectionSize(ROW_HEIGHT)
        vertical.hide()
        horizontal.setHighlightSections(False)

    def set_dataset(self, data: Dataset) -> None:
        """Show other data, each column as wide as its title and numbers need."""
        self.rows.set_dataset(data)
        # The style sheet gives titles this size, whatever the model says.
        title, number = QFontMetrics(fonts.sans(ROW)), QFontMetrics(fonts.mono(ROW))
        most = number.horizontalAdvance("−0.0000e−00") + 16
        for column in range(self.rows.columnCount()):
            words = str(self.rows.headerData(column, Qt.Orientation.Horizontal))
            wide = max(title.horizontalAdvance(line) for line in words.split("\n")) + 24
            self.setColumnWidth(column, min(max(wide, 64 if column < FIXED else most), 240))

    def needed_width(self) -> int:
        """Tell how wide all columns and a scroll bar are."""
        return self.horizontalHeader().length() + SCROLL_BAR

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows in sight in one go: a delegate would be called for each cell."""
        painter = QPainter(self.viewport())
        tokens = theme().tokens
        shown = range(max(self.rowAt(0), 0), self._last_row() + 1)
        area = self.viewport().rect()
        height, wide = ROW_HEIGHT, self.horizontalHeader().length()
        right = min(wide - self.horizontalOffset(), area.width())
        states = [self.rows.state(row) for row in shown]
        tops = [self.rowViewportPosition(row) for row in shown]
        chosen, current = self.selectionModel(), self.currentIndex()
        rows = list(zip(shown, tops, states, strict=True))
        for row, top, state in rows:
            band = QRect(0, top, right, height)
            if state.in_batch:
                painter.fillRect(band, QColor(tokens.accent_back))
            elif state.test:
                painter.fillRect(band, QColor(tokens.sunk))
            if chosen.isRowSelected(row):
                painter.setPen(QColor(tokens.accent))
                painter.drawLine(band.topLeft(), band.topRight())
                painter.drawLine(band.bottomLeft(), band.bottomRight())
        mono = fonts.mono(ROW)
        digits = QFontMetrics(mono)
        base = (height + digits.ascent() - digits.descent()) // 2
        for column in range(self.rows.columnCount()):
            left, width = self.columnViewportPosition(column), self.columnWidth(column)
            if left + width < 0 or left > area.width():
                continue
            if column < FIXED:
                self._paint_fixed(
                    painter, column, left, list(zip(shown, tops, states, strict=True))
                )
                continue
            painter.setFont(mono)
            painter.setPen(QColor(tokens.text))
            for row, top, _ in rows:
                words = self.rows.text(row, column)
                end = left + width - PADDING - digits.horizontalAdvance(words)
                painter.drawText(end, top + base, words)
        if self.hasFocus() and current.isValid():
            painter.setPen(QColor(tokens.accent))
            painter.drawRect(self.visualRect(current).adjusted(0, 0, -1, -1))
        painter.end()

    def _last_row(self) -> int:
        last = self.rowAt(self.viewport().height() - 1)
        return self.rows.rowCount() - 1 if last < 0 else last

    def _paint_fixed(
        self, painter: QPainter, column: int, left: int, rows: list[tuple[int, int, RowState]]
    ) -> None:
        """Draw the number of each row and the mark of the one in view, or its set."""
        tokens = theme().tokens
        font = fonts.mono(SMALL) if column == 0 else fonts.sans(SMALL)
        metrics = QFontMetrics(font)
        base = (ROW_HEIGHT + metrics.ascent() - metrics.descent()) // 2
        painter.setFont(font)
        for row, top, state in rows:
            words = self.rows.text(row, column)
            if column == 0 and state.current:
                painter.fillRect(QRect(left, top, 3, ROW_HEIGHT), QColor(tokens.accent))
                painter.setPen(QColor(tokens.accent))
                painter.drawText(left + PADDING, top + base, "▸")
            colour = tokens.text if column == 0 and state.current else tokens.muted
            if column == 1 and state.test:
                colour = tokens.negative
            painter.setPen(QColor(colour))
            painter.drawText(left + PADDING + (16 if column == 0 else 0), top + base, words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy on Ctrl+C."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the selected rows on the clipboard, as spreadsheets take them."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        data = self.rows.dataset
        width = len(data.features) + len(data.targets)
        lines = ["\t".join((*data.features, *data.targets))]
        for row in rows[: MOST_COPIED // max(width, 1)]:
            lines.append("\t".join(full_number(self.rows.number(row, c)) for c in range(width)))
        if rows:
            QGuiApplication.clipboard().setText("\n".join(lines) + "\n")


def all_rows(data: Dataset) -> Array:
    """Join training and test rows."""
    return np.concatenate([data.train, data.test])
