"""Lists every key, menu by menu, and says what the program is."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from bpsim import __version__
from bpsim.ui.theme import fonts
from bpsim.ui.theme.tokens import GRID, ROW

SIZE = (640, 560)
COLUMNS = 2

Section = tuple[str, list[tuple[str, str]]]


class KeysDialog(QDialog):
    """All keys that the menus know, with a field to find one.

    Parameters
    ----------
    bar
        The menu bar whose actions are listed.
    """

    def __init__(self, bar: QMenuBar, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keys and about"))
        self._sections = list(_sections(bar))
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Find a key or what it does"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._show)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        about = self.tr("bpsim {version}, a debugger for backpropagation. MIT licence.")
        words = QLabel(about.format(version=__version__), self)
        words.setProperty("tone", "muted")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(words, 1)
        foot.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(*4 * [4 * GRID])
        column.setSpacing(3 * GRID)
        column.addWidget(self.search)
        column.addWidget(self._area, 1)
        column.addLayout(foot)
        self._show("")
        self.resize(*SIZE)

    def _show(self, wanted: str) -> None:
        """List the keys whose name or words hold what was typed."""
        page = QWidget(self._area)
        columns = QHBoxLayout(page)
        columns.setContentsMargins(3 * GRID, 2 * GRID, 4 * GRID, 0)
        columns.setSpacing(8 * GRID)
        sides = [QVBoxLayout() for _ in range(COLUMNS)]
        for side in sides:
            columns.addLayout(side, 1)
        heights = [0] * COLUMNS
        for title, keys in self._sections:
            found = [k for k in keys if wanted.casefold() in " ".join((title, *k)).casefold()]
            if found:
                shortest = heights.index(min(heights))
                sides[shortest].addWidget(_card(title, found, page))
                heights[shortest] += len(found) + 2
        if not any(heights):
            nothing = QLabel(self.tr("No key has to do with this."), page)
            nothing.setProperty("tone", "muted")
            sides[0].addWidget(nothing)
        for side in sides:
            side.addStretch(1)
        self._area.setWidget(page)


def _card(title: str, keys: list[tuple[str, str]], parent: QWidget) -> QWidget:
    card = QWidget(parent)
    grid = QGridLayout(card)
    grid.setContentsMargins(0, 0, 0, 2 * GRID)
    grid.setHorizontalSpacing(3 * GRID)
    grid.setVerticalSpacing(GRID)
    grid.setColumnStretch(0, 1)
    heading = QLabel(title, card)
    heading.setProperty("tone", "section")
    grid.addWidget(heading, 0, 0, 1, 2)
    for row, (words, key) in enumerate(keys, 1):
        grid.addWidget(QLabel(words, card), row, 0)
        label = QLabel(key, card)
        label.setFont(fonts.mono(ROW))
        label.setProperty("tone", "muted")
        grid.addWidget(label, row, 1, Qt.AlignmentFlag.AlignRight)
    return card


def _sections(bar: QMenuBar) -> Iterator[Section]:
    for action in bar.actions():
        menu = action.menu()
        if isinstance(menu, QMenu):
            keys = list(_keys(menu))
            if keys:
                yield _plain(action), keys


def _keys(menu: QMenu) -> Iterator[tuple[str, str]]:
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _keys(inner)
        elif not action.shortcut().isEmpty():
            form = QKeySequence.SequenceFormat.NativeText
            yield _plain(action), action.shortcut().toString(form)


def _plain(action: QAction) -> str:
    return action.text().replace("&", "").rstrip("…")
