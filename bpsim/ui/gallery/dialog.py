"""Asks what a new project begins with."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QVBoxLayout,
    QWidget,
)

from bpsim.session.project import check
from bpsim.ui.data.forms import primary_button
from bpsim.ui.gallery.cards import CARD, Cards
from bpsim.ui.gallery.own import OwnNetwork
from bpsim.ui.gallery.starts import Start, own_start, read_starts
from bpsim.ui.job import Job
from bpsim.ui.theme.tokens import GRID

COLUMNS = 4
HEIGHT = 644


class GalleryDialog(QDialog):
    """Cards to choose from; for a network of one's own, fields below them.

    Signals
    -------
    chosen
        A `Project`, and whether its rows are still to be filled in.
    filled
        The examples have been read.
    """

    chosen = Signal(object, bool)
    filled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("New project"))
        self.cards, self.own = Cards(self), OwnNetwork(self)
        # The cards stay where they are when the fields go.
        policy = self.own.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.own.setSizePolicy(policy)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.create_button = primary_button(self.tr("Create"), buttons)
        self.create_button.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(*4 * [4 * GRID])
        column.setSpacing(3 * GRID)
        column.addWidget(self.cards, 1)
        column.addWidget(self.own)
        column.addWidget(buttons)
        self.cards.add(own_start())
        self.cards.setCurrentRow(0)
        self.cards.currentRowChanged.connect(self._look)
        self.cards.itemDoubleClicked.connect(self.accept)
        self.own.changed.connect(self._look)
        self.cards.setFocus()
        self.resize(COLUMNS * CARD.width() + 8 * GRID + 14, HEIGHT)
        # The first reading takes half a second, most of it for a library.
        job = Job(read_starts, self)
        job.done.connect(self._fill)
        job.start()

    def _fill(self, starts: list[Start]) -> None:
        for start in starts:
            self.cards.add(start)
        self.filled.emit()

    def _look(self, *_: object) -> None:
        own = self.cards.chosen.project is None
        self.own.setVisible(own)
        self.create_button.setEnabled(not own or self.own.sizes is not None)

    def accept(self) -> None:
        """Begin with what is chosen, unless it cannot be made."""
        if not self.create_button.isEnabled():
            return
        start = self.cards.chosen
        if start.project is not None:
            self.chosen.emit(start.project, False)
            super().accept()
            return
        try:
            project = self.own.project()
            check(project)
        except ValueError as error:
            self.own.problem.setText(str(error))
            self.own.problem.show()
            return
        self.chosen.emit(project, self.own.own_rows)
        super().accept()
