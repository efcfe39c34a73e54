"""The table of panels: adding one touches this place.

Each is imported and made when it is first seen, so that the window starts as quickly with many.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from bpsim.ui.controller import Controller
from bpsim.ui.panel import Panel
from bpsim.words import QT_TRANSLATE_NOOP

_LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
_RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea


@dataclass(frozen=True)
class Entry:
    """One panel.

    Attributes
    ----------
    name
        Identifies it in saved layouts.
    title
        For its title bar, tab and menu; translated where it is shown.
    area
        Where it stands at first.
    make
        Makes it.
    under_tab_of
        The panel with which it shares a place at first, if any.
    right_of
        The panel beside which it stands at first, if any.
    at_once
        Whether it is there at the window's first paint; others come right after it.
    hidden
        Whether it stays away until it is asked for.
    """

    name: str
    title: str
    area: Qt.DockWidgetArea
    make: Callable[[Controller, QWidget], Panel]
    under_tab_of: str = ""
    right_of: str = ""
    at_once: bool = False
    hidden: bool = False


def _program(controller: Controller, parent: QWidget) -> Panel:
    from bpsim.ui.program.panel import ProgramPanel

    return ProgramPanel(controller, parent)


def _explanation(controller: Controller, parent: QWidget) -> Panel:
    from bpsim.ui.explanation.panel import ExplanationPanel

    return ExplanationPanel(controller, parent)


def _settings(controller: Controller, parent: QWidget) -> Panel:
    from bpsim.ui.settings.panel import SettingsPanel

    return SettingsPanel(controller, parent)


def _practice(controller: Controller, parent: QWidget) -> Panel:
    from bpsim.ui.practice.panel import PracticePanel

    return PracticePanel(controller, parent)


def _lessons(controller: Controller, parent: QWidget) -> Panel:
    from bpsim.ui.lessons.panel import LessonsPanel

    return LessonsPanel(controller, parent)


def _loss(controller: Controller, parent: QWidget) -> Panel:
    from bpsim.ui.loss.panel import LossPanel

    return LossPanel(controller, parent)


def _data(controller: Controller, parent: QWidget) -> Panel:
    from bpsim.ui.data.panel import DataPanel

    return DataPanel(controller, parent)


def _table(controller: Controller, parent: QWidget) -> Panel:
    from bpsim.ui.table.panel import TablePanel

    return TablePanel(controller, parent)


def _prediction(controller: Controller, parent: QWidget) -> Panel:
    from bpsim.ui.prediction.panel import PredictionPanel

    return PredictionPanel(controller, parent)


def _parameters(controller: Controller, parent: QWidget) -> Panel:
    from bpsim.ui.curves.panel import CurvesPanel

    return CurvesPanel(controller, gradients=False, parent=parent)


def _gradients(controller: Controller, parent: QWidget) -> Panel:
    from bpsim.ui.curves.panel import CurvesPanel

    return CurvesPanel(controller, gradients=True, parent=parent)


def _layers(controller: Controller, parent: QWidget) -> Panel:
    from bpsim.ui.layers.panel import LayersPanel

    return LayersPanel(controller, parent)


def _surface(controller: Controller, parent: QWidget) -> Panel:
    from bpsim.ui.surface.panel import SurfacePanel

    return SurfacePanel(controller, parent)


def _watches(controller: Controller, parent: QWidget) -> Panel:
    from bpsim.ui.watches.panel import WatchesPanel

    return WatchesPanel(controller, parent)


def _breakpoints(controller: Controller, parent: QWidget) -> Panel:
    from bpsim.ui.watches.breakpoints_panel import BreakpointsPanel

    return BreakpointsPanel(controller, parent)


PANELS = (
    Entry("program", QT_TRANSLATE_NOOP("Dock", "Program"), _LEFT, _program, at_once=True),
    Entry("watches", QT_TRANSLATE_NOOP("Dock", "Watches"), _LEFT, _watches),
    Entry(
        "breakpoints",
        QT_TRANSLATE_NOOP("Dock", "Breakpoints"),
        _LEFT,
        _breakpoints,
        under_tab_of="watches",
    ),
    Entry("explanation", QT_TRANSLATE_NOOP("Dock", "Explanation"), _RIGHT, _explanation),
    Entry("settings", QT_TRANSLATE_NOOP("Dock", "Settings"), _RIGHT, _settings, "explanation"),
    Entry(
        "practice",
        QT_TRANSLATE_NOOP("Dock", "Practice"),
        _RIGHT,
        _practice,
        under_tab_of="explanation",
        hidden=True,
    ),
    Entry(
        "lessons",
        QT_TRANSLATE_NOOP("Dock", "Lessons"),
        _RIGHT,
        _lessons,
        under_tab_of="explanation",
        hidden=True,
    ),
    Entry("loss", QT_TRANSLATE_NOOP("Dock", "Loss"), _BOTTOM, _loss),
    Entry(
        "prediction",
        QT_TRANSLATE_NOOP("Dock", "Prediction"),
        _BOTTOM,
        _prediction,
        right_of="loss",
    ),
    Entry(
        "parameters",
        QT_TRANSLATE_NOOP("Dock", "Parameters"),
        _BOTTOM,
        _parameters,
        under_tab_of="loss",
    ),
    Entry(
        "gradients",
        QT_TRANSLATE_NOOP("Dock", "Gradients"),
        _BOTTOM,
        _gradients,
        under_tab_of="loss",
    ),
    Entry("layers", QT_TRANSLATE_NOOP("Dock", "Layers"), _BOTTOM, _layers, under_tab_of="loss"),
    Entry(
        "surface",
        QT_TRANSLATE_NOOP("Dock", "Loss surface"),
        _BOTTOM,
        _surface,
        under_tab_of="loss",
    ),
    Entry("table", QT_TRANSLATE_NOOP("Dock", "Table"), _BOTTOM, _table, under_tab_of="prediction"),
    Entry("data", QT_TRANSLATE_NOOP("Dock", "Data"), _BOTTOM, _data, under_tab_of="loss"),
)
"""All panels; in each area from left to right and from top to bottom."""
