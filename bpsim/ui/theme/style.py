"""The one style sheet: what Fusion and the palette don't already draw right.

Widgets ask for a variant by a dynamic property:

- ``primary = true`` on a button: filled with the accent;
- ``tone = "muted" | "heading" | "section" | "problem"`` on a label;
- ``box = "sunk"`` on a frame: the ground for formulas and numbers.
"""

from dataclasses import asdict
from string import Template

from bpsim.resources import resource
from bpsim.ui.theme.tokens import (
    BODY,
    CONTROL_HEIGHT,
    DARK,
    HEADING,
    RADIUS,
    ROW,
    ROW_HEIGHT,
    SMALL,
    Tokens,
)

# A style sheet's min-height leaves out border and padding: hence `control` with a border of 1
# and `focused` with one of 2.
_SIZES = {
    "control": CONTROL_HEIGHT - 2,
    "focused": CONTROL_HEIGHT - 4,
    "row": ROW_HEIGHT,
    "radius": RADIUS,
    "small": SMALL,
    "list": ROW,
    "body": BODY,
    "heading": HEADING,
}

_STYLE = Template("""
QDialog { background: $bg; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }

QMenuBar { background: $bg; padding: 2px 4px; }
QMenuBar::item { padding: 5px 9px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $accent_back; }
QMenu { background: $panel; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 8px; border-radius: 4px; }
QMenu::icon { padding-left: 6px; }
QMenu::item:selected { background: $accent_back; color: $text; }
QMenu::item:disabled { color: $faint; background: transparent; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }

QToolBar { background: $panel; border: 0; border-bottom: 1px solid $line; padding: 6px 8px;
  spacing: 4px; }
QToolBar::separator { border-left: 1px solid $line; width: 1px; margin: 6px 4px 6px 6px; }
QToolButton { border: 1px solid transparent; border-radius: ${radius}px; padding: 0 8px;
  min-height: ${control}px; max-height: ${control}px; background: transparent; color: $text;
  font-weight: 500; }
QToolButton:hover { background: $accent_back; }
QToolButton:pressed, QToolButton:checked { background: $accent_back; }
QToolButton:focus { border: 2px solid $accent; padding: 0 7px; min-height: ${focused}px;
  max-height: ${focused}px; }
QToolButton:disabled { color: $faint; }
QToolButton::menu-indicator { image: none; }

QPushButton { border: 1px solid $line; border-radius: ${radius}px; padding: 0 14px;
  min-height: ${control}px; background: $panel; color: $text; font-weight: 500; }
QPushButton:hover { border-color: $faint; }
QPushButton:pressed, QPushButton:checked { background: $accent_back; }
QPushButton:focus { border: 2px solid $accent; padding: 0 13px; min-height: ${focused}px; }
QPushButton:disabled { color: $faint; background: $sunk; }
QPushButton[primary="true"], QPushButton:default, QToolButton[primary="true"] {
  background: $accent; border-color: $accent; color: $panel; }
QToolButton[primary="true"] { padding: 0 12px 0 10px; }
QPushButton[primary="true"]:hover, QPushButton:default:hover,
QToolButton[primary="true"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[primary="true"]:focus, QPushButton:default:focus,
QToolButton[primary="true"]:focus { border-color: $text; }
QToolButton[primary="true"]:focus { padding: 0 11px 0 9px; }
QPushButton[primary="true"]:disabled, QPushButton:default:disabled,
QToolButton[primary="true"]:disabled { background: $line; border-color: $line; color: $muted; }

QLineEdit, QAbstractSpinBox, QComboBox { background: $panel; border: 1px solid $line;
  border-radius: ${radius}px; min-height: ${control}px; padding: 0 8px; color: $text;
  selection-background-color: $accent; selection-color: $panel; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: $faint; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border: 2px solid $accent;
  padding: 0 7px; min-height: ${focused}px; }
QLineEdit[wrong="true"], QLineEdit[wrong="true"]:focus { border-color: $negative; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: $faint;
  background: $sunk; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { border: 0; padding: 0; min-height: 0;
  background: transparent; }
QAbstractItemView QLineEdit { border-radius: 0; min-height: 0; padding: 0 2px; }
QAbstractSpinBox { padding: 0; max-height: ${control}px; }
QAbstractSpinBox:focus { padding: 0; max-height: ${focused}px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: border;
  width: 22px; border: 0; }
QAbstractSpinBox::up-button { subcontrol-position: top right; margin-top: 3px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin-bottom: 3px; }
QAbstractSpinBox::up-arrow { image: url("$icons/chevron-up.svg"); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: url("$icons/chevron-down.svg"); width: 12px;
  height: 12px; }
QComboBox::drop-down { border: 0; width: 24px; }
QComboBox::down-arrow { image: url("$icons/chevron-down.svg"); width: 14px; height: 14px; }
QComboBox QAbstractItemView, QComboBox QAbstractItemView:focus { border: 1px solid $line;
  padding: 4px; }

QCheckBox, QRadioButton { spacing: 8px; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px;
  border: 1px solid $muted; border-radius: 4px; background: $panel; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent;
  image: url("$icons/check.svg"); }
QCheckBox::indicator:indeterminate { border-color: $accent; background: qlineargradient(
  x1: 0, y1: 0, x2: 0, y2: 1, stop: 0.4 $panel, stop: 0.41 $accent, stop: 0.6 $accent,
  stop: 0.61 $panel); }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 6px; height: 6px; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $accent; }
QTableView::indicator { width: 14px; height: 14px; border: 1px solid $muted; border-radius: 4px;
  background: $panel; }
QTableView::indicator:checked { background: $accent; border-color: $accent;
  image: url("$icons/check.svg"); }
QTableView::indicator:disabled { border-color: $line; background: $panel; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; }
QCheckBox::indicator:checked:disabled { background: $faint; }
QCheckBox:disabled, QRadioButton:disabled { color: $faint; }

QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QToolButton[small="true"] { min-height: 22px; max-height: 22px; padding: 0 3px; border: 0;
  border-radius: 4px; font-size: ${small}px; color: $muted; }
QToolButton[small="true"]:checked { color: $accent; background: $accent_back; }
QToolButton[small="true"]:focus { border: 2px solid $accent; min-height: 18px; max-height: 18px;
  padding: 0 1px; }

QDockWidget > QWidget, QStackedWidget, QTabWidget { background: $panel; }

QTabWidget::pane { border: 0; background: $panel; }
QTabBar { background: $panel; qproperty-drawBase: 0; }
QTabBar::tab { background: $panel; color: $muted; padding: 7px 12px; border: 0;
  border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; font-weight: 600; border-bottom-color: $accent; }
QTabBar::tab:selected:focus { background: $accent_back; }
QTabBar::tab:disabled { color: $faint; }

QAbstractItemView { background: $panel; border: 0; border-top: 1px solid $panel; outline: 0;
  selection-background-color: $accent_back; selection-color: $text; }
QAbstractItemView:focus { border-top-color: $accent; }
QListView::item, QTreeView::item { min-height: ${row}px; padding: 0 8px; }
QTableView::item { padding: 0 8px; }
QAbstractItemView::item:hover { background: $sunk; }
QAbstractItemView::item:selected { background: $accent_back; color: $text; }
QTableView { gridline-color: $line; }
QTableView::item:focus { border: 1px solid $accent; padding: 0 7px; }
QHeaderView { background: $panel; border: 0; }
QHeaderView::section { background: $panel; color: $muted; border: 0;
  border-bottom: 1px solid $line; padding: 4px 8px; font-size: ${list}px; }
QHeaderView::section:vertical { border-bottom: 0; padding: 0 8px 0 12px; }
QTableCornerButton::section { background: $panel; border: 0; border-bottom: 1px solid $line; }
QTreeView::branch:closed:has-children { image: url("$icons/chevron-right.svg"); }
QTreeView::branch:open:has-children { image: url("$icons/chevron-down.svg"); }
QScrollArea { background: $panel; border: 0; }
QTextEdit, QPlainTextEdit { background: $panel; border: 0; border-top: 1px solid $panel;
  selection-background-color: $accent; selection-color: $panel; }
QTextEdit:focus, QPlainTextEdit:focus { border-top-color: $accent; }

QSlider { min-height: 20px; }
QSlider:vertical { min-width: 20px; }
QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::groove:vertical { width: 4px; background: $line; border-radius: 2px; }
QSlider::sub-page:horizontal, QSlider::add-page:vertical { background: $accent;
  border-radius: 2px; }
QSlider::handle { background: $panel; border: 2px solid $accent; border-radius: 8px; }
QSlider::handle:horizontal { width: 12px; margin: -6px 0; }
QSlider::handle:vertical { height: 12px; margin: 0 -6px; }
QSlider::handle:hover { background: $accent_back; }
QSlider::handle:focus { background: $accent; border-color: $text; }
QSlider::sub-page:disabled { background: $faint; }
QSlider::handle:disabled { border-color: $faint; }
QProgressBar { background: $line; border: 0; border-radius: 2px; max-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }

QScrollBar { background: transparent; border: 0; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $line; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: $panel; }

QStatusBar { background: $panel; border-top: 1px solid $line; }
QStatusBar::item { border: 0; }
QToolTip { background: $panel; color: $text; border: 1px solid $line; padding: 4px 6px; }
QGroupBox { border: 0; margin-top: 20px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; subcontrol-position: top left; color: $muted; }

QLabel[tone="muted"] { color: $muted; }
QLabel[tone="heading"] { font-size: ${heading}px; font-weight: 600; }
QLabel[tone="section"] { color: $muted; font-size: ${small}px; font-weight: 600; }
QLabel[tone="problem"] { color: $negative; }
QFrame[box="sunk"] { background: $sunk; border: 1px solid $line;
  border-radius: ${radius}px; }
QLabel[box="sunk"] { padding: 8px 12px; }
""")


def style_sheet(tokens: Tokens) -> str:
    """Return the style sheet in the colours of `tokens`."""
    icons = resource("icons", "dark" if tokens == DARK else "light")
    return _STYLE.substitute(asdict(tokens), icons=icons.as_posix(), **_SIZES)
