"""Trains on other data from here on, and offers to fit the network to it."""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from bpsim.engine.specification import Specification
from bpsim.session.label import Label
from bpsim.session.position import Change
from bpsim.session.preparation import adapt
from bpsim.session.project import Dataset, find_problems
from bpsim.session.session import Session
from bpsim.ui.controller import Controller


def apply_data(
    controller: Controller, data: Dataset, specification: Specification | None = None
) -> bool:
    """Train on other data, with another network if one is given, in one step of undo.

    Returns
    -------
    bool
        Whether it was done; if not, the controller has said why.
    """

    def change(session: Session) -> Change | None:
        project = replace(session.project, data=data)
        if specification is not None:
            project = replace(project, specification=specification)
        return session.replace(project, Label("data"))

    return controller.change(change)


def offer_data(controller: Controller, data: Dataset, parent: QWidget) -> None:
    """Train on other data; where the network does not fit, offer to adapt it first."""
    if not (data.features and data.targets and len(data.train)):
        words = QCoreApplication.translate(
            "AdaptQuestion", "The data needs at least one feature, one target and one row."
        )
        controller.failed.emit(words)
        return
    before = controller.session.project.specification
    after = adapt(before, data)
    if after == before:
        apply_data(controller, data)
    else:
        AdaptQuestion(controller, data, after, parent).open()


class AdaptQuestion(QMessageBox):
    """Says how data and network differ, and adapts the network if asked to."""

    def __init__(
        self, controller: Controller, data: Dataset, after: Specification, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._controller, self._data, self._after = controller, data, after
        project = replace(controller.session.project, data=data)
        before, usable = project.specification, not find_problems(project)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle(self.tr("Adapt the network?"))
        self.setText(
            self.tr("The network's output cannot reach these targets.")
            if usable
            else self.tr("The network does not fit this data.")
        )
        self.setInformativeText(
            self.tr("Adapting it changes:")
            + "\n\n"
            + "\n".join(self._differences(before, self._after))
            + "\n\n"
            + self.tr("Undo takes back network and data together.")
        )
        self.adapt_button = self.addButton(
            self.tr("Adapt network"), QMessageBox.ButtonRole.AcceptRole
        )
        self.keep_button = None
        if usable:
            self.keep_button = self.addButton(
                self.tr("Keep network"), QMessageBox.ButtonRole.DestructiveRole
            )
        self.addButton(QMessageBox.StandardButton.Cancel)
        self.setDefaultButton(self.adapt_button)
        # Qt names it so; without it Escape does nothing where there are three buttons.
        self.setEscapeButton(QMessageBox.StandardButton.Cancel)
        self.buttonClicked.connect(self._answered)

    def _differences(self, before: Specification, after: Specification) -> list[str]:
        old, new = before.network, after.network
        pairs = (
            (self.tr("inputs: {old} → {new}"), old.inputs, new.inputs),
            (self.tr("outputs: {old} → {new}"), old.outputs, new.outputs),
            (
                self.tr("output activation: {old} → {new}"),
                old.layers[-1].activation,
                new.layers[-1].activation,
            ),
            (
                self.tr("loss: {old} → {new}"),
                before.training.loss.name,
                after.training.loss.name,
            ),
        )
        return [words.format(old=a, new=b) for words, a, b in pairs if a != b]

    def _answered(self, button: object) -> None:
        if button is self.adapt_button:
            apply_data(self._controller, self._data, self._after)
        elif button is self.keep_button:
            apply_data(self._controller, self._data)
