"""The options of data sets, and those that all of them share."""

from dataclasses import dataclass

from bpsim.engine.parameters import Parameter
from bpsim.session.preparation import MOST_SEED
from bpsim.words import QT_TRANSLATE_NOOP, translate


@dataclass(frozen=True)
class Option(Parameter):
    """A number or switch of a built-in set; ``{most}`` in its meaning stands for `high`.

    Attributes
    ----------
    whole
        Whether it must be a whole number.
    """

    whole: bool = False

    def complaint(self, value: float | bool) -> str | None:
        """Say what is wrong with a value, or nothing."""
        found = super().complaint(value)
        if found is None and self.whole and value != int(value):
            words = translate("datasets", "is {value}, but must be a whole number")
            return words.format(value=repr(value))
        return found


SEED = Option(
    QT_TRANSLATE_NOOP("datasets", "seed"),
    0,
    QT_TRANSLATE_NOOP("datasets", "The same seed draws the same rows."),
    0,
    MOST_SEED,
    whole=True,
)
TEST = Option(
    QT_TRANSLATE_NOOP("datasets", "test"),
    0.0,
    QT_TRANSLATE_NOOP("datasets", "What part is kept for testing."),
    0.0,
    1.0,
    open_high=True,
)
