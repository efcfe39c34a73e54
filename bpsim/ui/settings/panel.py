"""Activations, loss, optimizer and all other settings, each where it acts."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from bpsim.engine.parameters import Choice
from bpsim.session.label import Label
from bpsim.session.project import Project, find_problems
from bpsim.session.structure import Present, reinitialise
from bpsim.ui.controller import Controller
from bpsim.ui.panel import Panel
from bpsim.ui.settings.rows import GAP, ROWS, Row
from bpsim.ui.settings.setting import Section, Setting, Value
from bpsim.ui.settings.table import settings
from bpsim.ui.theme import fonts


class SettingsPanel(Panel):
    """Shows the settings that the next operation goes by; a change acts from there on.

    The settings of the start only act when new weights are drawn: until then they are a draft.
    """

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._project: Project | None = None
        self._draft = controller.session.project
        self._rows: dict[tuple[Section, str], Row] = {}
        self._body = QWidget(self)
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(GAP, 8, GAP, GAP)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._scroll = QScrollArea(self)
        self._scroll.setWidget(self._body)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)
        self._heads = {
            Section.TRAINING: self._head(
                self.tr("Training"), self.tr("Acts from the step in view on; can be undone.")
            ),
            Section.LAYERS: self._head(
                self.tr("Layers"),
                self.tr("What is frozen keeps its value; its gradient is still computed."),
            ),
            Section.START: self._head(
                self.tr("Start"), self.tr("Acts when new weights are drawn.")
            ),
        }
        self.draw = QPushButton(self.tr("Draw new weights"), self._body)
        self.draw.setToolTip(self.tr("Training begins anew; biases become 0. Undo takes it back."))
        self.draw.clicked.connect(self._draw)
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self.refresh)
        self.refresh()

    def _head(self, title: str, note: str) -> tuple[QLabel, QLabel]:
        head, below = QLabel(title, self._body), QLabel(note, self._body)
        head.setProperty("tone", "section")
        below.setProperty("tone", "muted")
        below.setFont(fonts.sans(12))
        below.setWordWrap(True)
        return head, below

    def sizeHint(self) -> QSize:
        """Ask for a column."""
        return QSize(320, 480)

    def minimumSizeHint(self) -> QSize:
        """Give fields the width that they need: nothing is scrolled sideways."""
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        return QSize(self._body.minimumSizeHint().width() + bar, 120)

    def row(self, path: str, section: Section | None = None) -> Row:
        """Return the row of a setting; the first one of this path unless a section is given."""
        return next(
            row
            for (where, name), row in self._rows.items()
            if name == path and section in (None, where)
        )

    # Showing

    def refresh(self, *_: object) -> None:
        """Show other settings, if they are others."""
        project = self._controller.session.project
        if project is not self._project:
            self._follow(project)
            self._project = project
            self._show()

    def _follow(self, project: Project) -> None:
        """Keep what is drafted for the start, unless the project has other settings of it now."""
        kept = project if self._project is None else self._project
        source = self._draft if _start_of(kept) == _start_of(project) else project
        self._draft = reinitialise(project, *_start_of(source))

    def _show(self) -> None:
        project = self._controller.session.project
        wanted = {(s.section, s.path): s for s in settings(project, self._draft)}
        if list(wanted) != list(self._rows):
            self._place(wanted)
        for key, setting in wanted.items():
            source = self._draft if setting.section is Section.START else project
            self._rows[key].show_value(setting, setting.get(source))

    def _place(self, wanted: dict[tuple[Section, str], Setting]) -> None:
        """Make and take away rows, and put all in their places and in the order of Tab."""
        before, self._rows = self._rows, {}
        while self._grid.count():
            self._grid.takeAt(0)
        at, previous, section = 0, None, None
        for key, setting in wanted.items():
            if setting.section is not section:
                section = setting.section
                at = self._place_head(section, at)
            row = before.pop(key, None) or self._make(setting)
            at = row.place(self._grid, at)
            if previous is not None:
                QWidget.setTabOrder(previous.field, row.field)
            self._rows[key] = previous = row
        self.setFocusProxy(next(iter(self._rows.values())).field)
        self._grid.addWidget(self.draw, at, 0, 1, 2)
        if previous is not None:
            QWidget.setTabOrder(previous.field, self.draw)
        for line in range(at + 1, self._grid.rowCount()):
            self._grid.setRowMinimumHeight(line, 0)
            self._grid.setRowStretch(line, 0)
        self._grid.setRowStretch(at + 1, 1)
        for row in before.values():
            row.remove()

    def _place_head(self, section: Section, at: int) -> int:
        if at:
            self._grid.setRowMinimumHeight(at, GAP)
        for offset, label in enumerate(self._heads[section], 1):
            self._grid.addWidget(label, at + offset, 0, 1, 2)
        self._grid.setRowMinimumHeight(at + 3, 4)
        return at + 4

    def _make(self, setting: Setting) -> Row:
        row = ROWS[setting.kind](setting, self._complaint, self._body)
        row.chosen.connect(self._chosen)
        return row

    # Changing

    def _complaint(self, setting: Setting, value: Value) -> str:
        start = setting.section is Section.START
        project = self._draft if start else self._controller.session.project
        candidate = setting.put(project, value)
        # Without the weights that are given: they are as before, and take long to check.
        problems = find_problems(reinitialise(candidate, *_start_of(candidate)))
        if not problems:
            return ""
        first = next((p for p in problems if p.path == setting.path), problems[0])
        if first.path == setting.path:
            return self.tr("This {message}.").format(message=first.message)
        return f"{first.path} {first.message}."

    def _chosen(self, setting: Setting, value: Value) -> None:
        if setting.section is Section.START:
            self._draft = setting.put(self._draft, value)
        else:
            self._controller.change_settings(
                lambda project: setting.put(project, value), setting.label(value)
            )
        # Also where nothing has changed, as a person may be asked first.
        self._show()

    def _draw(self) -> None:
        start = _start_of(self._draft)

        def drawn(project: Project, present: Present) -> Project:
            return reinitialise(project, *start)

        self._controller.restructure(drawn, Label("reinitialise"))


def _start_of(project: Project) -> tuple[Choice, int]:
    specification = project.specification
    return specification.network.initializer, specification.training.seed
