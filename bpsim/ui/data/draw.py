"""Drawing rows as points, with a brush for the class or value."""

from math import floor, log10

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from bpsim.ui.data.draft import Draft
from bpsim.ui.data.forms import inset
from bpsim.ui.data.plane import PlaneView, hue
from bpsim.ui.theme.theme import theme

SPACING = 14
ERASER = 12
"""How far apart a drag sets points, and how near a point is to be erased; in pixels."""


class DrawPage(QWidget):
    """The plane of a draft with its brushes.

    Signals
    -------
    edited
        Points were set or erased.
    restarted
        A person wants an empty plane of two features and a class.
    """

    edited = Signal()
    restarted = Signal()

    def __init__(self, draft: Draft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.draft = draft
        self._last: tuple[float, float] | None = None
        self.plane = PlaneView(self)
        self.plane.drawing = True
        self.plane.stroke.connect(self.stroke)
        self.zero = QRadioButton(self.tr("class 0"), self)
        self.one = QRadioButton(self.tr("class 1"), self)
        self.other = QRadioButton(self.tr("value"), self)
        self.point = QRadioButton(self.tr("Draw"), self)
        self.eraser = QRadioButton(self.tr("Erase"), self)
        self.value = QDoubleSpinBox(self)
        self.value.setRange(-1e6, 1e6)
        self.value.setValue(0.5)
        self.value.setSingleStep(0.1)
        self.value.setAccessibleName(self.tr("Value of the brush"))
        inset(self.value)
        self._group = QButtonGroup(self)
        bar = QHBoxLayout()
        bar.setSpacing(12)
        for button in (self.point, self.zero, self.one, self.other, self.eraser):
            self._group.addButton(button)
            bar.addWidget(button)
            if button is self.other:
                bar.addWidget(self.value)
        self.zero.setChecked(True)
        bar.addStretch(1)
        self.count = QLabel("", self)
        self.count.setProperty("tone", "muted")
        bar.addWidget(self.count)
        canvas = QWidget(self)
        column = QVBoxLayout(canvas)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addLayout(bar)
        column.addWidget(self.plane, 1)
        other = QWidget(self)
        words = QLabel(self.tr("Drawing needs one target, and one or two features."), other)
        words.setProperty("tone", "muted")
        start = QPushButton(self.tr("Start an empty plane"), other)
        start.setAutoDefault(False)
        start.clicked.connect(self.restarted)
        around = QVBoxLayout(other)
        around.addStretch(1)
        for widget in (words, start):
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(widget)
            row.addStretch(1)
            around.addLayout(row)
        around.addStretch(1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(canvas)
        self._stack.addWidget(other)

    @property
    def fits(self) -> bool:
        """Whether rows of the draft are points."""
        return len(self.draft.features) in (1, 2) and len(self.draft.targets) == 1

    def refresh(self, fit: bool = False) -> None:
        """Show the draft; while a hand draws, the axes stay where they are."""
        self._stack.setCurrentIndex(0 if self.fits else 1)
        if not self.fits:
            return
        flat = len(self.draft.features) == 1
        for widget in (self.zero, self.one, self.other, self.value):
            widget.setVisible(not flat)
        self.point.setVisible(flat)
        if flat != self.point.isChecked() and not self.eraser.isChecked():
            (self.point if flat else self.zero).setChecked(True)
        for button, share, shape in ((self.zero, -1.0, "o"), (self.one, 1.0, "s")):
            button.setIcon(_brush_icon(share, shape))
        self.plane.make()
        self.plane.show_dataset(self.draft.plain(), fit)
        self.count.setText(self.tr("{count} points").format(count=f"{len(self.draft.rows):,}"))

    def brush(self) -> float:
        """Give the target that a new point gets."""
        if self.other.isChecked():
            return self.value.value()
        return 1.0 if self.one.isChecked() else 0.0

    def stroke(self, x: float, y: float, begins: bool) -> None:
        """Set or erase a point; a drag sets them some way apart."""
        wide, high = self.plane.size_of_pixel()
        if self.eraser.isChecked():
            row = self.draft.nearest(x, y, ERASER * wide, ERASER * high)
            if row is None:
                return
            self.draft.remove([row])
        else:
            if not begins and self._last is not None:
                across, up = (x - self._last[0]) / wide, (y - self._last[1]) / high
                if across**2 + up**2 < SPACING**2:
                    return
            self._last = (x, y)
            place = (_rounded(x, wide), _rounded(y, high))
            self.draft.add(1, place if len(self.draft.features) == 1 else (*place, self.brush()))
        self.edited.emit()


def _brush_icon(share: float, shape: str) -> QIcon:
    image = QPixmap(12, 12)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(hue(theme().tokens, share))
    draw = painter.drawEllipse if shape == "o" else painter.drawRect
    draw(2, 2, 8, 8)
    painter.end()
    return QIcon(image)


def _rounded(value: float, pixel: float) -> float:
    """Drop digits that a hand cannot mean."""
    return round(value, max(0, 1 - floor(log10(pixel))))
