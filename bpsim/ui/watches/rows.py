"""The rows of the watches: expression, value, change and course."""

import numpy as np
from PySide6.QtCore import QAbstractListModel, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from bpsim.explain.numbers import format_number
from bpsim.session.stopping.watches import Reading, Series
from bpsim.ui.controller import Controller
from bpsim.ui.index import NOWHERE, AnyIndex
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme

ROW, LARGE = 26, 104
SPARK, CHANGE, GAP = 46, 60, 8
"""The widths of the columns from the right, and what parts them."""
_WITH_SPARK = 120
SIDE = 12
_MOST_SHOWN = 4


class WatchModel(QAbstractListModel):
    """The watched expressions; everything else is read from the session when it is drawn."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self.texts: tuple[str, ...] = ()
        self.large: set[str] = set()

    def refresh(self) -> bool:
        """Show what is watched now, and what it is; tell whether it is something else."""
        texts = self._controller.session.marks.watches
        if texts != self.texts:
            self.beginResetModel()
            self.texts = texts
            self.endResetModel()
            return True
        if texts:
            self.dataChanged.emit(self.index(0), self.index(len(texts) - 1))
        return False

    def toggle_large(self, row: int) -> None:
        """Draw a row's course large, or small again."""
        self.layoutAboutToBeChanged.emit()
        self.large ^= {self.texts[row]}
        self.layoutChanged.emit()

    @property
    def veiled(self) -> bool:
        """Whether courses stay hidden, because a person is to find out what comes."""
        return self._controller.practising

    def reading(self, row: int) -> Reading:
        """Read a row's value."""
        controller = self._controller
        sample = controller.selection.sample
        return controller.watches.read(controller.session, self.texts[row], sample)

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Count the watches."""
        return 0 if parent.isValid() else len(self.texts)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give a row's expression, or all of it in words."""
        if not index.isValid():
            return None
        text = self.texts[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{text}\n{self._words(index.row())}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{text}: {self.value_text(self.reading(index.row()))}"
        return None

    def value_text(self, reading: Reading) -> str:
        """Write a value short; several as how many, with their range."""
        value = reading.value
        if reading.problem is not None:
            return self.tr("error")
        if value is None:
            return "–"
        if isinstance(value, bool):
            return self.tr("true") if value else self.tr("false")
        if not isinstance(value, np.ndarray):
            return format_number(value)
        if value.size <= _MOST_SHOWN:
            return " ".join(format_number(float(v), 3) for v in value.ravel())
        return " × ".join(map(str, value.shape))

    def series(self, row: int) -> Series:
        """Tell what is known of a row's course."""
        controller = self._controller
        sample = controller.selection.sample
        return controller.watches.series(controller.session, self.texts[row], sample)

    def change(self, reading: Reading, series: Series) -> tuple[float, int] | None:
        """Tell how much a number has changed, and since which step."""
        if reading.number is None or isinstance(reading.value, bool):
            return None
        known = series.before(reading.step)
        return None if known is None else (reading.number - known[1], known[0])

    def _words(self, row: int) -> str:
        reading = self.reading(row)
        if reading.problem is not None:
            return reading.problem.message
        if reading.value is None:
            return self.tr("Not computed yet in this step; F10 goes on.")
        lines, series = [self._whole(reading)], self.series(row)
        change = self.change(reading, series)
        if change is not None:
            since = self.tr("{change} since step {step}")
            text = format_number(change[0], 4, sign=True)
            lines.append(since.format(change=text, step=f"{change[1]:,}"))
        if reading.number is None:
            lines.append(self.tr("Only single numbers have a course: try norm(…) or an element."))
        elif series.kept:
            lines.append(self.tr("The whole training is known."))
        else:
            words = self.tr("Known for {count} steps: what passed by while it was watched.")
            lines.append(words.format(count=f"{len(series.steps):,}"))
        return "\n".join(lines)

    def _whole(self, reading: Reading) -> str:
        value = reading.value
        if not isinstance(value, np.ndarray):
            return self.value_text(reading)
        words = self.tr("{shape} numbers from {least} to {most}")
        least, most = (format_number(float(f(value))) for f in (np.min, np.max))
        shape = " × ".join(map(str, value.shape))
        return words.format(shape=shape, least=least, most=most)


class WatchDelegate(QStyledItemDelegate):
    """Draws the rows."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Ask for more where the course is large."""
        model = index.model()
        assert isinstance(model, WatchModel)
        large = model.texts[index.row()] in model.large
        return QSize(160, ROW + LARGE if large else ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw expression, value, change and course."""
        model = index.model()
        assert isinstance(model, WatchModel)
        whole, tokens = QRectF(option.rect), theme().tokens
        painter.save()
        if self._view.currentIndex() == index:
            painter.fillRect(whole, QColor(tokens.accent_back))
            if self._view.hasFocus():
                painter.setPen(QColor(tokens.accent))
                painter.drawRect(whole.adjusted(0, 0, -1, -1))
        self._draw_row(painter, whole, model, index.row())
        painter.restore()

    def _draw_row(self, painter: QPainter, whole: QRectF, model: WatchModel, row: int) -> None:
        # After the first paint, like all that draws curves.
        from bpsim.ui.watches.spark import draw_course, draw_spark

        tokens, text = theme().tokens, model.texts[row]
        reading, series = model.reading(row), model.series(row)
        line = QRectF(whole.left() + SIDE, whole.top(), whole.width() - 2 * SIDE, ROW)
        right = line.right()
        has_course = reading.problem is None and not isinstance(reading.value, np.ndarray)
        has_course = has_course and not model.veiled
        if has_course and len(series.steps) > 1 and text in model.large:
            below = QRectF(line.left(), line.bottom() + 2, line.width(), LARGE - 10)
            draw_course(painter, below, series, reading.step, tokens)
        elif has_course and len(series.steps) > 1:
            spark = QRectF(right - SPARK, line.top() + 4, SPARK, ROW - 8)
            draw_spark(painter, spark, series, reading.step, tokens)
        if line.width() > _WITH_SPARK:
            right -= SPARK + GAP
        painter.setFont(fonts.mono(12))
        change, value = model.change(reading, series), model.value_text(reading)
        metrics = painter.fontMetrics()
        wanted = metrics.horizontalAdvance(text) + metrics.horizontalAdvance(value) + 2 * GAP
        if line.left() + wanted + CHANGE <= right:
            words = "" if change is None else _signed(change[0])
            _write(painter, line, right, words, tokens.muted)
            right -= CHANGE + GAP
        problem, waiting = reading.problem is not None, reading.value is None
        ink = tokens.negative if problem else tokens.muted if waiting else tokens.text
        right -= _write(painter, line, right, value, ink) + GAP
        room = max(int(right - line.left()), 24)
        painter.setPen(QColor(tokens.text))
        cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, cut)


def _signed(change: float) -> str:
    return format_number(change, 2, sign=True) if change else "±0"


def _write(painter: QPainter, line: QRectF, right: float, words: str, ink: str) -> float:
    """Write up to a place; return the width."""
    wide = float(painter.fontMetrics().horizontalAdvance(words))
    painter.setPen(QColor(ink))
    place = QRectF(right - wide - 1, line.top(), wide + 1, line.height())
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)
    return wide
