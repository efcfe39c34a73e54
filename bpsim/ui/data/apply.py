"""Trains on other data from here on, and offers to fit the network to it."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from bpsim.engine.specification import Specification
from bpsim.session.label import Label
from bpsim.session.preparation import adapt_ends
from bpsim.session.project import Dataset, Project, find_problems
from bpsim.session.structure import Present, fitted
from bpsim.ui.controller import Controller
from bpsim.words import translate


def offer_data(controller: Controller, data: Dataset, parent: QWidget) -> None:
    """Train on other data; where the network does not fit, offer to adapt it too."""
    if not (data.features and data.targets and len(data.train)):
        words = translate(
            "AdaptQuestion", "The data needs at least one feature, one target and one row."
        )
        controller.failed.emit(words)
    elif fits(controller.session.project.specification, data):
        controller.replace_data(data)
    else:
        AdaptQuestion(controller, data, parent).open()


def fits(specification: Specification, data: Dataset) -> bool:
    """Tell whether a network has the data's inputs and outputs and can reach its targets."""
    shape = (specification.network.inputs, specification.network.outputs)
    same = shape == (len(data.features), len(data.targets))
    return same and adapt_ends(specification, data) == specification


def adapt_to_data(controller: Controller, data: Dataset) -> None:
    """Train on other data with the network adapted to it, in one step of undo."""

    def adapted(project: Project, present: Present) -> Project:
        project = fitted(project, present, data)
        return replace(project, specification=adapt_ends(project.specification, data))

    controller.restructure(adapted, Label("data"))


class AdaptQuestion(QMessageBox):
    """Says how data and network differ, and adapts the network if asked to."""

    def __init__(self, controller: Controller, data: Dataset, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller, self._data = controller, data
        project = replace(controller.session.project, data=data)
        usable = not find_problems(project)
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
            + "\n".join(self._differences(project.specification))
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
        self.setEscapeButton(QMessageBox.StandardButton.Cancel)
        self.buttonClicked.connect(self._answered)

    def _differences(self, before: Specification) -> list[str]:
        after = adapt_ends(before, self._data)
        old, new = before.network, after.network
        pairs = (
            (self.tr("inputs: {old} → {new}"), old.inputs, len(self._data.features)),
            (self.tr("outputs: {old} → {new}"), old.outputs, len(self._data.targets)),
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
            adapt_to_data(self._controller, self._data)
        elif button is self.keep_button:
            self._controller.replace_data(self._data)
