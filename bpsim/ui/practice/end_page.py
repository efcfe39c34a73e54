"""Says how a round of practice went."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bpsim.practice.practice import Score
from bpsim.words import translate


class EndPage(QWidget):
    """The score, what to look at again, and how to go on.

    Signals
    -------
    next_wanted, other_wanted
        The same once more from here; something else.
    """

    next_wanted = Signal()
    other_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.score, self.look = QLabel(self), QLabel(self), QLabel(self)
        self.title.setProperty("tone", "heading")
        for label in (self.score, self.look):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.again = QPushButton(self.tr("Go on practising"), self)
        self.again.setProperty("primary", True)
        self.other = QPushButton(self.tr("Done"), self)
        frame = QFrame(self)
        frame.setProperty("box", "sunk")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(12, 8, 12, 8)
        inside.addWidget(self.score)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.again)
        line.addWidget(self.other)
        line.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 4, 12, 12)
        rows.setSpacing(12)
        for part in (self.title, frame, self.look):
            rows.addWidget(part)
        rows.addLayout(line)
        rows.addStretch(1)
        for button, signal in ((self.again, self.next_wanted), (self.other, self.other_wanted)):
            button.setAutoDefault(True)
            button.clicked.connect(signal)
        self.setFocusProxy(self.again)

    def show_score(self, score: Score, finished: bool) -> None:
        """Say how it went, at the end or where it was left."""
        words = self.tr("{first} of {asked} at the first try")
        self.title.setText(words.format(first=score.first, asked=score.asked))
        if not score.asked:
            self.title.setText(self.tr("Nothing answered yet"))
        counts = (
            (self.tr("{count} after another try"), score.later),
            (self.tr("{count} with a hint"), score.helped),
            (self.tr("{count} shown"), score.shown),
        )
        lines = [line.format(count=count) for line, count in counts if count]
        if not lines:
            lines = [self.tr("Without any help.") if score.asked else self.tr("Nothing is lost.")]
        self.score.setText("\n".join(lines))
        named = [(translate("mistakes", name), n) for name, n in score.mistakes.items()]
        often = sorted(named, key=lambda pair: -pair[1])
        told = ", ".join(f"{name} ({count})" if count > 1 else name for name, count in often)
        self.look.setText(self.tr("Worth another look: {mistakes}.").format(mistakes=told))
        self.look.setVisible(bool(often))
        self.again.setVisible(finished)
        self.setFocusProxy(self.again if finished else self.other)
