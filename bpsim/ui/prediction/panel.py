"""The panel of the prediction, with the choice of what runs along the axes."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from bpsim.session.classes import classes_of
from bpsim.ui.controller import Controller
from bpsim.ui.plots.choices import recall, remember
from bpsim.ui.plots.panel import PlotPanel
from bpsim.ui.prediction.grid import WINNER, default_choice

if TYPE_CHECKING:
    from bpsim.ui.plots.chart import Chart

MOST_AT_ONCE = 100
"""Of more entries a menu is filled when it is opened."""
_FIELDS = ("x", "y", "output", "mean")


class PredictionPanel(PlotPanel):
    """What the network predicts now: a curve over one input, or a map over two.

    Beside that, how it compares with what is right: a confusion matrix, or points by a diagonal.

    Attributes
    ----------
    chart
        The one of the two that is shown.
    map, judged
        Curve or map; matrix or points.
    """

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(controller, parent)
        self.say_empty(self.tr("What the network predicts will be drawn here."))
        controller.selection.changed.connect(self.refresh)

    def make_chart(self) -> "Chart":
        """Make the charts and their buttons."""
        from bpsim.ui.prediction.chart import PredictionChart
        from bpsim.ui.prediction.judged import JudgedChart

        self.map: PredictionChart = PredictionChart(self._controller, self)
        self.judged: JudgedChart = JudgedChart(self._controller, self)
        self.judged.hide()
        self.add_chart(self.judged)
        self.compare = self.add_button("", "", self._compare)
        self.compare.setCheckable(True)
        self.compare.setChecked(recall("prediction_compare", "off", ("on", "off")) == "on")
        self.menu = self.add_menu(self.tr("Choose features, output and rows"))
        self.add_button("", self.tr("Show all rows (double click, or 0)"), self._fit, "scan")
        return self.map

    def take(self) -> None:
        """Offer what this project has to choose from."""
        project = self._controller.session.project
        self.map.take(project)
        self.judged.take(project)
        self.judged.choice = self.map.choice
        self.menu.clear()
        self._actions: dict[tuple[str, int], QAction] = {}
        features, outputs = [*enumerate(project.data.features)], [*enumerate(project.data.targets)]
        if default_choice(project).output == WINNER:
            outputs.insert(0, (WINNER, self.tr("winning class")))
        if len(features) > 2:
            self._offer(self.tr("From left to right"), "x", features)
            self._offer(self.tr("From bottom to top"), "y", features)
            held = [(0, self.tr("as in the row in view")), (1, self.tr("at their mean"))]
            self._offer(self.tr("Other features"), "mean", held)
        if len(outputs) > 1:
            self._offer(self.tr("Output"), "output", outputs)
        classes = classes_of(project) is not None
        if classes and len(project.data.test):
            self._offer_rows()
        self.menu_button.setVisible(not self.menu.isEmpty())
        words = self.tr("matrix") if classes else self.tr("actual")
        tip = self.tr("Predicted against actual values")
        self.compare.setText(words)
        self.compare.setToolTip(self.tr("Confusion matrix") if classes else tip)
        self.compare.setAccessibleName(self.compare.toolTip())
        self._show_one()

    def _offer(self, title: str, field: str, entries: list[tuple[int, str]]) -> None:
        submenu = self.menu.addMenu(title)
        fill = partial(self._fill, submenu, QActionGroup(submenu), field, entries)
        if len(entries) > MOST_AT_ONCE:
            submenu.aboutToShow.connect(fill)
        else:
            fill()

    def _fill(
        self, submenu: QMenu, group: QActionGroup, field: str, entries: list[tuple[int, str]]
    ) -> None:
        if not submenu.isEmpty():
            return
        for number, text in entries:
            action = submenu.addAction(text)
            action.setCheckable(True)
            action.setChecked(number == getattr(self.map.choice, field))
            action.setData((field, number))
            group.addAction(action)
            self._actions[field, number] = action
        group.triggered.connect(self._choose)

    def _offer_rows(self) -> None:
        action = self.menu.addAction(self.tr("Matrix of the test rows"))
        action.setCheckable(True)
        action.setChecked(self.judged.test)
        action.toggled.connect(self._count_test)
        self.count_test = action

    def _choose(self, action: QAction) -> None:
        field, number = action.data()
        before = self.map.choice
        after = replace(before, **{field: bool(number) if field == "mean" else number})
        if after.x == after.y:
            after = replace(after, x=before.y, y=before.x)
        self.map.choice = self.judged.choice = after
        for other in _FIELDS:
            if (other, getattr(after, other)) in self._actions:
                self._actions[other, getattr(after, other)].setChecked(True)
        self.map.zoomed = self.judged.zoomed = False
        self.redraw()

    def _count_test(self, test: bool) -> None:
        self.judged.test = test
        self.redraw()

    def _compare(self, on: bool) -> None:
        remember("prediction_compare", "on" if on else "off")
        self._show_one()
        self.redraw()

    def _show_one(self) -> None:
        on = self.compare.isChecked()
        self.chart = self.judged if on else self.map
        self.map.setVisible(not on)
        self.judged.setVisible(on)

    def _fit(self) -> None:
        self.chart.fit()
