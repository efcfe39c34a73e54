"""The questions that files give rise to; none of them blocks."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QMessageBox, QWidget

from bpsim.words import translate

Then = Callable[[], object]


def ask(
    window: QWidget, text: str, more: str, answers: dict[str, Then | None], default: int = 0
) -> QMessageBox:
    """Ask a question; the last answer is also what Escape means.

    Parameters
    ----------
    window
        Over which it stands.
    text, more
        The question, and what follows from the answers.
    answers
        The words on the buttons, with what each does.
    default
        Which of them Enter chooses.
    """
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("bpsim")
    box.setText(text)
    box.setInformativeText(more)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    buttons: dict[QAbstractButton, Then | None] = {}
    for index, (words, then) in enumerate(answers.items()):
        button = box.addButton(words, QMessageBox.ButtonRole.ActionRole)
        buttons[button] = then
        if index == default:
            box.setDefaultButton(button)
        if index == len(answers) - 1:
            box.setEscapeButton(button)

    def answered(button: QAbstractButton) -> None:
        then = buttons.get(button)
        if then is not None:
            then()

    box.buttonClicked.connect(answered)
    box.open()
    return box


def ask_file(
    window: QWidget,
    title: str,
    filters: str,
    then: Callable[[Path], object],
    *,
    save_as: str = "",
    ending: str = "",
) -> QFileDialog:
    """Ask for a file to open, or to save to where a name is proposed."""
    dialog = QFileDialog(window, title)
    dialog.setNameFilter(filters)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if save_as:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.selectFile(save_as)
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)

    def chosen(name: str) -> None:
        then(Path(name))

    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog


def projects_filter() -> str:
    """Name the files that hold projects."""
    return translate("Files", "Projects (*.bpsim.json *.json)")
