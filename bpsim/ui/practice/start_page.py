"""Asks how much is to be practised."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from bpsim.practice.practice import Scope
from bpsim.words import QT_TRANSLATE_NOOP, translate

CONTEXT = "practice"

SCOPES = {
    Scope.STEP: (
        QT_TRANSLATE_NOOP("practice", "This whole step"),
        QT_TRANSLATE_NOOP("practice", "Every operation from here to the end of the update."),
    ),
    Scope.PHASE: (
        QT_TRANSLATE_NOOP("practice", "This phase"),
        QT_TRANSLATE_NOOP("practice", "Forward, loss, backward or update, whichever comes."),
    ),
    Scope.BACKWARD: (
        QT_TRANSLATE_NOOP("practice", "The way back"),
        QT_TRANSLATE_NOOP("practice", "Error signals and gradients; the rest is filled in."),
    ),
    Scope.GRADIENTS: (
        QT_TRANSLATE_NOOP("practice", "Gradients only"),
        QT_TRANSLATE_NOOP("practice", "dW and db; error signals are filled in as well."),
    ),
}


class StartPage(QWidget):
    """The ways to practise, and a button to begin.

    Signals
    -------
    started
        The `Scope` that was chosen.
    """

    started = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        about = QLabel(
            self.tr(
                "Find out the next values yourself. They are hidden everywhere until you have "
                "them; your training stays as it is."
            ),
            self,
        )
        about.setWordWrap(True)
        self.told = QLabel("", self)
        self.told.setProperty("tone", "problem")
        self.told.setWordWrap(True)
        self.told.hide()
        self._group = QButtonGroup(self)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 4, 12, 12)
        rows.setSpacing(4)
        rows.addWidget(about)
        rows.addSpacing(8)
        self.choices: dict[Scope, QRadioButton] = {}
        for scope, (words, meaning) in SCOPES.items():
            choice = QRadioButton(translate(CONTEXT, words), self)
            means = QLabel(translate(CONTEXT, meaning), self)
            means.setProperty("tone", "muted")
            means.setWordWrap(True)
            means.setContentsMargins(24, 0, 0, 4)
            choice.setAccessibleDescription(means.text())
            self._group.addButton(choice)
            self.choices[scope] = choice
            rows.addWidget(choice)
            rows.addWidget(means)
        self.choices[Scope.STEP].setChecked(True)
        self.button = QPushButton(self.tr("Begin"), self)
        self.button.setProperty("primary", True)
        self.button.setAutoDefault(True)
        self.button.clicked.connect(self._begin)
        line = QHBoxLayout()
        line.addWidget(self.button)
        line.addStretch(1)
        rows.addSpacing(4)
        rows.addWidget(self.told)
        rows.addLayout(line)
        rows.addStretch(1)
        self.setFocusProxy(self.button)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def scope(self) -> Scope:
        """What is chosen."""
        return next(scope for scope, choice in self.choices.items() if choice.isChecked())

    def tell(self, words: str) -> None:
        """Say why it cannot begin; nothing if it can."""
        self.told.setText(words)
        self.told.setVisible(bool(words))

    def _begin(self) -> None:
        self.started.emit(self.scope)
