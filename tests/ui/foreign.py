"""A made-up language that marks what is translated, and what reads all that a window shows."""

import re
import shutil
import subprocess
import sysconfig
import xml.etree.ElementTree as ET

from PySide6.QtCore import QAbstractListModel, QEvent, QObject, Qt, QTranslator
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QFileDialog,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.initializers import INITIALIZERS
from bpsim.engine.losses import LOSSES
from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.session.conditions.functions import FUNCTIONS

LEFT, RIGHT = "⟦", "⟧"
MOST_ROWS = 40
_PLACE = re.compile(r"(\{[^}]*\}|%\d|%L?n)")
_INNERMOST = re.compile(rf"{LEFT}[^{LEFT}{RIGHT}]*{RIGHT}")
_LETTERS = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}(?:_[a-z]{2,})*")

TABLES = (ACTIVATIONS, LOSSES, OPTIMIZERS, INITIALIZERS)
# Names that are the same in every language: of entries and parameters, in formulas and in
# conditions, of tensors, of formats, and of keys where they are typed.
FORMATS = {name for table in TABLES for name in table}
FORMATS |= {name.replace("_", " ") for name in FORMATS}
FORMATS |= {
    parameter.name
    for table in (LOSSES, OPTIMIZERS, INITIALIZERS)
    for entry in table.values()
    for parameter in entry.parameters
}
FORMATS |= {name for name in FUNCTIONS if name.isidentifier()}
FORMATS |= {"ln", "clip", "if", "lr", "beta", "below", "old", "loss", "penalty", "step"}
FORMATS |= {"delta", "dW", "db", "mW", "mb", "vW", "vb", "dL", "da", "dz", "softmax′", "epoch"}
FORMATS |= {"MSE", "MAE", "BCE", "CE", "NaN", "nan", "inf", "bytes", "kB", "MB"}
FORMATS |= {"bpsim", "json", "csv", "CSV", "JSON", "Parquet", "parquet", "LaTeX", "UTF"}


def texts_found(root, folder):
    """Let Qt's tool look for texts as the README says; None where there is no such tool."""
    tool = shutil.which("pyside6-lupdate", path=sysconfig.get_path("scripts"))
    if tool is None:
        return None
    path = folder / "bpsim_xx.ts"
    command = [tool, "-extensions", "py", "bpsim", "-ts", str(path)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    return {
        (context.findtext("name"), message.findtext("source"))
        for context in ET.parse(path).getroot().iter("context")
        for message in context.iter("message")
    }


def foreign(text):
    """Put a text in brackets, but what is filled in later outside of them."""
    return "".join(
        part if _PLACE.fullmatch(part) or not _LETTERS.search(part) else f"{LEFT}{part}{RIGHT}"
        for part in _PLACE.split(text)
    )


class Foreign(QTranslator):
    """Translates what Qt's tool has found, and what is Qt's own."""

    def __init__(self, found, parent):
        super().__init__(parent)
        self._found, self._ours = found, {context for context, _ in found}

    def translate(self, context, text, disambiguation=None, n=-1):
        qts = context.startswith("Q") and context not in self._ours
        # An empty text would be a translation, too.
        return foreign(text) if qts or (context, text) in self._found else None

    def isEmpty(self):
        return False


class Painted(QObject):
    """Notes what is painted in words, outside of brackets that may go over several lines."""

    def __init__(self, monkeypatch, parent):
        super().__init__(parent)
        self.texts, self._inside = set(), False
        draw = QPainter.drawText

        def noted(painter, *given):
            self._note(next(each for each in reversed(given) if isinstance(each, str)))
            return draw(painter, *given)

        monkeypatch.setattr(QPainter, "drawText", noted)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self._inside = False
        return False

    def _note(self, text):
        rest = without(text)
        if RIGHT in rest:
            rest, self._inside = rest.rpartition(RIGHT)[2], False
        if not self._inside:
            before, begun, _ = rest.partition(LEFT)
            self._inside = bool(begun) and not rest.endswith("…")
            self.texts.add(before)


class Reader:
    """Reads all that is seen, and keeps what is in no language but English.

    Attributes
    ----------
    bare
        The words that are not translated, by the text in which they stand.
    """

    def __init__(self, qtbot, window, painted):
        self.qtbot, self.window, self._painted = qtbot, window, painted
        self.bare, self._fine = {}, set()

    def look(self, *known):
        """Read what is seen now; words in `known` are those of the person."""
        QApplication.processEvents()
        for top in QApplication.topLevelWidgets():
            if top.isVisible():
                top.grab()
        for text in {*shown_texts(), *self._painted.texts}:
            self.read(text, *known)
        self._painted.texts.clear()

    def read(self, text, *known):
        # Most have none, and what is known need not be put together for them.
        if text not in self._fine and not bare_words(text, FORMATS):
            self._fine.add(text)
        if text not in self._fine:
            words = bare_words(text, {*FORMATS, *known, *names_of(self.window.controller.session)})
            if words:
                self.bare[text] = words

    def do(self, name):
        self.window.menus.actions[name].trigger()
        QApplication.processEvents()

    def panel(self, name):
        dock = self.window.docks[name]
        dock.show()
        dock.raise_()
        QApplication.processEvents()
        return self.window.panel(name)

    def dialog(self, kind):
        return next(d for d in self.window.findChildren(kind) if d.isVisible())

    def close(self):
        for dialog in self.window.findChildren(QDialog):
            if dialog.isVisible():
                dialog.reject()
        QApplication.processEvents()


def names_of(session):
    """Name what a person has named, and the program's lines."""
    project = session.project
    yield from (project.name, *project.data.features, *project.data.targets)
    for operation in session.program.operations:
        yield from (operation.name, operation.formula)


def bare_words(text, known):
    """List the words of a text that are neither in brackets nor known."""
    rest = re.sub(r"<[^>]*>|&\w+;", " ", without(text)).replace("&", "")
    if all(word in known for word in _WORD.findall(rest)):
        return []
    names = [each for each in known if each and not each.isidentifier()]
    for name in sorted(names, key=len, reverse=True):
        rest = rest.replace(name, " ")
    return [word for word in _WORD.findall(rest) if word not in known]


def without(text):
    """Take away what is in brackets."""
    while (rest := _INNERMOST.sub(" ", text)) != text:
        text = rest
    return text


def shown_texts():
    """Give every text of the widgets that are seen."""
    for window in QApplication.topLevelWidgets():
        # What files there are is no matter of translation.
        if window.isVisible() and not isinstance(window, QFileDialog):
            for widget in (window, *window.findChildren(QWidget)):
                if widget.isVisible() and not isinstance(widget.window(), QFileDialog):
                    yield from filter(None, _of_widget(widget))


def _of_widget(widget):
    if widget.isWindow() or isinstance(widget, QDockWidget):
        yield widget.windowTitle()
    yield from (widget.toolTip(), widget.statusTip(), widget.whatsThis())
    yield from (widget.accessibleName(), widget.accessibleDescription())
    for action in widget.actions():
        yield from _of_action(action)
    match widget:
        case QMessageBox():
            yield from (widget.text(), widget.informativeText(), widget.detailedText())
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QLineEdit() | QPlainTextEdit():
            yield widget.placeholderText()
        case QGroupBox():
            yield widget.title()
        case QTabBar():
            for tab in range(widget.count()):
                yield from (widget.tabText(tab), widget.tabToolTip(tab))
        case QComboBox():
            for row in range(min(widget.count(), MOST_ROWS)):
                yield from (widget.itemText(row), widget.itemData(row, Qt.ItemDataRole.ToolTipRole))
        case QHeaderView() if widget.model() is not None:
            for section in range(min(widget.count(), MOST_ROWS)):
                for role in _ROLES:
                    yield _text(widget.model().headerData(section, widget.orientation(), role))
        case QAbstractItemView() if widget.model() is not None:
            yield from _of_model(widget.model(), widget.rootIndex())


def _of_model(model, root):
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(root)
    for row in range(min(model.rowCount(root), MOST_ROWS)):
        for column in range(min(columns, MOST_ROWS)):
            index = model.index(row, column, root)
            yield from (_text(index.data(role)) for role in _ROLES)


_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)


def _text(value):
    return value if isinstance(value, str) else ""


def _of_action(action):
    yield from (action.text(), action.toolTip(), action.statusTip())
    menu = action.menu()
    if menu is not None:
        yield menu.title()
        for each in menu.actions():
            yield from _of_action(each)
