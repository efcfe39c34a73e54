"""A panel with a plot: made late, redrawn seldom enough, empty until there is something."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bpsim.ui.controller import Controller
from bpsim.ui.plots.choices import recall, remember
from bpsim.ui.plots.legend import Legend
from bpsim.ui.plots.live import LivePanel
from bpsim.ui.plots.menu import add_choice
from bpsim.ui.theme.icons import icon

if TYPE_CHECKING:
    from bpsim.ui.plots.chart import Chart
    from bpsim.ui.plots.time_chart import TimeChart

LATER_MS = 100


class PlotPanel(LivePanel):
    """Shows one line of words while it is empty, then a legend, controls and a chart.

    Attributes
    ----------
    legend
        Names what is drawn.
    chart
        What is drawn; there is none until `make`.
    """

    chart: "Chart"

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(controller, parent)
        self._made = self._painted = False
        self._nothing_yet = ""
        self._empty = QLabel("", self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setProperty("tone", "muted")
        self._body = QWidget(self)
        self.legend = Legend(self._body)
        self._head = QHBoxLayout()
        self._head.setContentsMargins(12, 0, 8, 0)
        self._head.setSpacing(4)
        self._head.addWidget(self.legend, 1)
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 4, 0, 4)
        self._column.setSpacing(0)
        self._column.addLayout(self._head)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._body)

    def sizeHint(self) -> QSize:
        """Ask for a low, wide place."""
        return QSize(700, 240)

    # For each kind of plot

    def make_chart(self) -> "Chart":
        """Make the chart; its library is imported here, after the first paint."""
        raise NotImplementedError

    def has_content(self) -> bool:
        """Tell whether there is anything to draw."""
        return True

    def take(self) -> None:
        """Prepare chart and choices for the session in hand; called once there is a chart."""

    # For all

    def say_empty(self, words: str) -> None:
        """Say in one line what will be here and how to get it."""
        self._nothing_yet = words
        self._empty.setText(words)

    def make(self) -> None:
        """Make the chart, once."""
        if not self._made:
            self.chart = self.make_chart()
            self._made = True
            self.add_chart(self.chart)
            self.take()
            self.redraw()

    def hurry(self) -> None:
        """Make the chart now."""
        self._painted = True
        self.make()

    def add_chart(self, chart: "Chart") -> None:
        """Put a chart under the legend."""
        chart.range_changed.connect(self.redraw)
        chart.behind.connect(self.refresh)
        self._column.addWidget(chart, 1)

    def add_button(
        self, words: str, tip: str, slot: Callable[..., object] | None = None, image: str = ""
    ) -> QToolButton:
        """Put a small button at the right of the legend."""
        button = QToolButton(self._body)
        button.setProperty("small", True)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        if image:
            button.setIcon(icon(image, "muted"))
            button.setIconSize(QSize(14, 14))
        else:
            button.setText(words)
        if slot is not None:
            button.clicked.connect(slot)
        self._head.addWidget(button)
        return button

    def add_menu(self, tip: str) -> QMenu:
        """Put a button there that opens a menu."""
        self.menu_button = self.add_button("", tip, image="settings")
        return menu_of(self.menu_button)

    def show_now(self) -> float:
        """Draw the chart, or say that there is nothing yet."""
        full = self.has_content()
        if full and self._painted:
            self.make()
        # While the chart is still being made the words would be wrong.
        self._empty.setText("" if full else self._nothing_yet)
        self._stack.setCurrentIndex(1 if full and self._made else 0)
        if not (full and self._made):
            return 0.0
        self.chart.draw()
        self.chart.say_again()
        self.legend.show_keys(self.chart.keys())
        if self.chart.accessibleDescription() != self.legend.accessibleName():
            self.chart.setAccessibleDescription(self.legend.accessibleName())
        return self.chart.painting_s

    def set_in_sight(self, seen: bool) -> None:
        """Rest behind a tab."""
        super().set_in_sight(seen)
        if self._made and not seen:
            self.chart.pause()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Make the chart soon after the panel was first painted without it."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(LATER_MS, self, self.make)

    def _replaced(self) -> None:
        if self._made:
            self.take()
        self.redraw_soon()


def menu_of(button: QToolButton) -> QMenu:
    """Let a button open a menu."""
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(button)
    button.setMenu(menu)
    return menu


class TimePanel(PlotPanel):
    """A plot over the steps, with a choice of which of them are shown."""

    def add_range(self, menu: QMenu, chart: "TimeChart", name: str) -> None:
        """Let all steps be shown, or the last ones."""
        key, ranges = f"{name}_range", ("0", "100", "1000", "10000")
        chart.last_steps = int(recall(key, "0", ranges))

        def choose(count: str) -> None:
            chart.last_steps = int(count)
            remember(key, count)
            chart.fit()

        last = self.tr("the last {count}")
        words = [self.tr("all"), *(last.format(count=f"{int(n):,}") for n in ranges[1:])]
        entries = zip(ranges, words, strict=True)
        submenu = menu.addMenu(self.tr("Steps"))
        self.ranges = add_choice(submenu, entries, str(chart.last_steps), choose)
