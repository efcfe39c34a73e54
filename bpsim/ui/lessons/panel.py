"""Leads through a lesson: a few sentences, and the moment of training that they are about."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.storage.lessons import Lesson, Page, lesson_files, lesson_title, read_lesson
from bpsim.ui.controller import Controller
from bpsim.ui.explanation.panel import element_of
from bpsim.ui.lessons.text import rich_text, with_numbers
from bpsim.ui.panel import Panel
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import BODY

_FILE = Qt.ItemDataRole.UserRole


class LessonsPanel(Panel):
    """The list of lessons, and the page of the one that is open.

    Attributes
    ----------
    lesson, at
        Which lesson is open, if any, and at which of its pages.
    """

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.lesson: Lesson | None = None
        self.at = 0
        self._session: Session | None = None
        self._paragraphs: tuple[str, ...] = ()
        self.list = self._make_list()
        self.title, self.text = self._label(), self._label()
        self.title.setProperty("tone", "heading")
        self.text.setFont(fonts.sans(BODY))
        links = Qt.TextInteractionFlag.LinksAccessibleByMouse
        self.text.setTextInteractionFlags(links | Qt.TextInteractionFlag.TextSelectableByMouse)
        self.back = QPushButton(self.tr("Back"), self)
        self.next = QPushButton(self.tr("Next"), self)
        self.next.setProperty("primary", True)
        self.all = QPushButton(self.tr("All lessons"), self)
        for button in (self.back, self.next, self.all):
            button.setAutoDefault(True)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.list)
        self.pages.addWidget(self._make_page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)
        self.back.clicked.connect(self._go_back)
        self.next.clicked.connect(self._go_on)
        self.all.clicked.connect(self._show_list)
        self.text.linkHovered.connect(self._pointed)
        self.text.linkActivated.connect(self._clicked)
        theme().changed.connect(self._write)

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        return label

    def _make_list(self) -> QListWidget:
        made = QListWidget(self)
        made.setAccessibleName(self.tr("Lessons"))
        made.setWordWrap(True)
        for path in lesson_files():
            item = QListWidgetItem(lesson_title(path), made)
            item.setData(_FILE, str(path))
        made.setCurrentRow(0)
        made.itemActivated.connect(self._chosen)
        made.itemClicked.connect(self._chosen)
        return made

    def _make_page(self) -> QScrollArea:
        page = QWidget(self)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        buttons.addStretch(1)
        buttons.addWidget(self.all)
        rows = QVBoxLayout(page)
        rows.setContentsMargins(12, 8, 12, 12)
        rows.setSpacing(8)
        rows.addWidget(self.title)
        rows.addWidget(self.text)
        rows.addLayout(buttons)
        rows.addStretch(1)
        area = QScrollArea(self)
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def sizeHint(self) -> QSize:
        """Ask for the width of the explanation."""
        return QSize(340, 400)

    def tell_info(self) -> None:
        """Say which page it is."""
        words = self.tr("{page} of {pages}")
        pages = () if self.lesson is None else self.lesson.pages
        told = words.format(page=self.at + 1, pages=len(pages)) if pages else ""
        self.info_changed.emit(told)

    def take_focus(self) -> None:
        """Put the keys where they are wanted."""
        (self.list if self.lesson is None else self.next).setFocus()

    # Opening and leaving

    def _chosen(self, item: QListWidgetItem) -> None:
        lesson = read_lesson(Path(item.data(_FILE)))

        def begin() -> None:
            self.lesson, self._session = lesson, self._controller.session
            self.pages.setCurrentIndex(1)
            self.turn_to(0)
            self.next.setFocus()

        self._controller.begin_asked.emit(lesson.project, begin)

    def _show_list(self) -> None:
        self.lesson = self._session = None
        self.pages.setCurrentIndex(0)
        self.tell_info()
        self.list.setFocus()

    # Pages

    def _go_back(self) -> None:
        self.turn_to(self.at - 1)

    def _go_on(self) -> None:
        if self.lesson is not None and self.at + 1 < len(self.lesson.pages):
            self.turn_to(self.at + 1)
        else:
            self._show_list()

    def turn_to(self, at: int) -> None:
        """Go to a page and to its moment; in another project the lesson begins anew."""
        lesson = self.lesson
        if lesson is None:
            return
        if self._controller.session is not self._session:
            item = self.list.currentItem()
            if item is not None:
                self._chosen(item)
            return
        self.at = at
        page = lesson.pages[at]
        self._controller.do(lambda session: session.jump(moment(session, page)))
        self._controller.selection.choose(Element.parse(name) for name in page.select)
        if page.panel:
            self._controller.panel_asked.emit(page.panel)
        session = self._controller.session
        self._paragraphs = tuple(with_numbers(text, session) for text in page.text)
        self._write()
        last = at + 1 == len(lesson.pages)
        self.back.setEnabled(at > 0)
        self.next.setText(self.tr("Done") if last else self.tr("Next"))
        self.tell_info()

    def _write(self) -> None:
        if self.lesson is None:
            return
        count = self.tr("{page} of {pages}")
        told = count.format(page=self.at + 1, pages=len(self.lesson.pages))
        small = f'<span style="color:{theme().tokens.muted};font-weight:400"> {told}</span>'
        self.title.setText(f"{self.lesson.title}{small}")
        self.text.setText(rich_text(self._paragraphs, theme().tokens))
        self.text.setAccessibleName(plain(self._paragraphs))

    # Pointing

    def _pointed(self, name: str) -> None:
        self._controller.selection.hover(element_of(name) if name else None)

    def _clicked(self, name: str) -> None:
        self._controller.selection.choose([element_of(name)])


def moment(session: Session, page: Page) -> int:
    """Say how many operations have run at a page's moment."""
    history = session.history
    if not page.operation:
        return history.executed_at(page.step)
    names = [operation.name for operation in session.program.operations]
    return history.executed_at(page.step - 1) + names.index(page.operation) + 1


def plain(paragraphs: Sequence[str]) -> str:
    """Write paragraphs without their marks."""
    return " ".join(paragraphs).replace("`", "").replace("**", "")
