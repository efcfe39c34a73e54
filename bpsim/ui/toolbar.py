"""The step controller: back on the left, on to the right, run, speed and where we are."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolBar, QToolButton, QWidget

from bpsim.ui.click_slider import ClickSlider
from bpsim.ui.controller import FULL_SPEED, Controller, operations_a_second
from bpsim.ui.readout import Readout

_ICON_ONLY = Qt.ToolButtonStyle.ToolButtonIconOnly
_WITH_WORDS = Qt.ToolButtonStyle.ToolButtonTextBesideIcon

RUN_WIDTH = 94
"""What "Pause" takes, so that nothing beside it moves when training runs."""


class StepBar(QToolBar):
    """The toolbar.

    Parameters
    ----------
    controller
        What it drives.
    back, forward
        The actions, from coarse to fine and from fine to coarse.
    run
        Runs and pauses.
    """

    def __init__(
        self,
        controller: Controller,
        back: list[QAction],
        forward: list[QAction],
        run: QAction,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self.setWindowTitle(self.tr("Steps"))
        self.setObjectName("steps")
        self.setMovable(False)
        self.setIconSize(QSize(18, 18))
        self.setToolButtonStyle(_WITH_WORDS)
        restart, *finer = back
        for group in ([restart], finer, forward, [run]):
            self.addActions(group)
            self.addSeparator()
        for action in back[:-1]:
            self._button(action).setToolButtonStyle(_ICON_ONLY)
        # The first one's words would only say again what the arrow says.
        self._worded = [self._button(action) for action in (back[-1], *forward, run)]
        self._run = self._button(run)
        self._run.setProperty("primary", True)
        self._make_speed()
        space = QWidget(self)
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)
        self.readout = Readout(controller, self)
        self.addWidget(self.readout)

    def _button(self, action: QAction) -> QToolButton:
        button = self.widgetForAction(action)
        assert isinstance(button, QToolButton)
        return button

    def _make_speed(self) -> None:
        self._speed_label = QLabel(self.tr("Speed"), self)
        self._speed_label.setContentsMargins(4, 0, 6, 0)
        self._label_action = self.addWidget(self._speed_label)
        self.speed = ClickSlider(self)
        self.speed.setRange(0, FULL_SPEED)
        self.speed.setValue(self._controller.speed)
        self.speed.setFixedWidth(110)
        self.speed.setAccessibleName(self.tr("Speed"))
        self.speed.setToolTip(self.tr("From one operation a second to full speed"))
        self.addWidget(self.speed)
        self._speed_text = QLabel("", self)
        self._speed_text.setFixedWidth(62)
        self._speed_text.setContentsMargins(6, 0, 0, 0)
        self.addWidget(self._speed_text)
        self.speed.valueChanged.connect(self._show_speed)
        self._show_speed(self._controller.speed)

    def _show_speed(self, speed: int) -> None:
        self._controller.speed = speed
        if speed >= FULL_SPEED:
            self._speed_text.setText(self.tr("full"))
        else:
            self._speed_text.setText(f"{operations_a_second(speed):.0f}/s")

    def narrow(self, narrow: bool) -> None:
        """Drop the buttons' words, or show them again."""
        for button in self._worded:
            button.setToolButtonStyle(_ICON_ONLY if narrow else _WITH_WORDS)
        self._run.setMinimumWidth(0 if narrow else RUN_WIDTH)
        self._label_action.setVisible(not narrow)
