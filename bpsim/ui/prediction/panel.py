"""The panel of the prediction, with the choice of what runs along the axes."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from bpsim.ui.controller import Controller
from bpsim.ui.plots.panel import PlotPanel
from bpsim.ui.prediction.grid import WINNER, default_choice

if TYPE_CHECKING:
    from bpsim.ui.prediction.chart import PredictionChart


class PredictionPanel(PlotPanel):
    """What the network predicts now: a curve over one input, or a map over two."""

    chart: "PredictionChart"

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(controller, parent)
        self.say_empty(self.tr("What the network predicts will be drawn here."))
        controller.selection.changed.connect(self.refresh)

    def make_chart(self) -> "PredictionChart":
        """Make the chart and its buttons."""
        from bpsim.ui.prediction.chart import PredictionChart

        chart = PredictionChart(self._controller, self)
        self.button = self.add_button("", self.tr("Choose features and output"), image="settings")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.button)
        self._choices: tuple[object, ...] = ()
        self.button.setMenu(self.menu)
        self.add_button("", self.tr("Show all rows (double click, or 0)"), chart.fit, "scan")
        return chart

    def take(self) -> None:
        """Offer what this project has to choose from."""
        project = self._controller.session.project
        self.chart.take(project)
        data, winner = project.data, default_choice(project).output == WINNER
        choices = (data.features, data.targets, winner)
        if choices == self._choices:
            return
        self._choices = choices
        self.menu.clear()
        self._actions: dict[tuple[str, int], QAction] = {}
        features, outputs = [*enumerate(data.features)], [*enumerate(data.targets)]
        if winner:
            outputs.insert(0, (WINNER, self.tr("winning class")))
        if len(features) > 2:
            self._offer(self.tr("From left to right"), "x", features)
            self._offer(self.tr("From bottom to top"), "y", features)
        if len(outputs) > 1:
            self._offer(self.tr("Output"), "output", outputs)
        self.button.setVisible(not self.menu.isEmpty())

    def _offer(self, title: str, field: str, entries: list[tuple[int, str]]) -> None:
        submenu = self.menu.addMenu(title)
        group = QActionGroup(submenu)
        for number, text in entries:
            action = submenu.addAction(text)
            action.setCheckable(True)
            action.setChecked(number == getattr(self.chart.choice, field))
            action.setData((field, number))
            group.addAction(action)
            self._actions[field, number] = action
        group.triggered.connect(self._choose)

    def _choose(self, action: QAction) -> None:
        field, number = action.data()
        before = self.chart.choice
        after = replace(before, **{field: number})
        if after.x == after.y:
            after = replace(after, x=before.y, y=before.x)
        self.chart.choice = after
        for other in ("x", "y", "output"):
            if (other, getattr(after, other)) in self._actions:
                self._actions[other, getattr(after, other)].setChecked(True)
        self.chart.zoomed = False
        self.redraw()
