"""Says whether an answer is right, and if not, what may have happened."""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite, log

from bpsim.engine.program import Kind
from bpsim.explain.numbers import format_number
from bpsim.practice.answer import LEAST_DIGITS, Answer, read_answer
from bpsim.practice.backward import BACKWARD
from bpsim.practice.forward import FORWARD, Found
from bpsim.practice.mistake import Mistake
from bpsim.practice.question import Question
from bpsim.practice.update import UPDATE
from bpsim.words import QT_TRANSLATE_NOOP, translate

_CHANCE = 0.1
"""A mistake is named only if a number at random would less often fit one."""
_SPREAD = 2.0 * log(100.0)
"""Where numbers at random lie: of either sign, within a factor of ten around the answer."""


class Verdict(StrEnum):
    """What an answer is."""

    RIGHT = "right"
    NEAR = "near"
    COARSE = "coarse"
    WRONG = "wrong"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Grade:
    """What is said to an answer.

    Attributes
    ----------
    verdict
        ``near`` counts as right.
    words
        For the person.
    mistakes
        What would give this answer, if anything is known to.
    """

    verdict: Verdict
    words: str
    mistakes: tuple[Mistake, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether one may go on."""
        return self.verdict in (Verdict.RIGHT, Verdict.NEAR)

    @property
    def counts(self) -> bool:
        """Whether it counts as a try."""
        return self.verdict is Verdict.WRONG


def _opposite(q: Question) -> Found:
    yield -q.right


def _slipped(q: Question) -> Found:
    yield 10.0 * q.right
    yield 0.1 * q.right


_ALL = tuple(Kind)
_STEPS = (Kind.UPDATE, Kind.DECAY)
_CHANGES = (*_STEPS, Kind.PENALTY_GRADIENT)
_SHOWS = 1e-5
"""Changes that six digits show."""

MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "wrong sign"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The sign is wrong: the difference is a − y, output minus target."
        ),
        (Kind.OUTPUT_ERROR,),
        _opposite,
    ),
    *FORWARD,
    *BACKWARD,
    *UPDATE,
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "wrong sign"),
        QT_TRANSLATE_NOOP("mistakes", "The sign is wrong; the size is right."),
        tuple(kind for kind in _ALL if kind not in (Kind.OUTPUT_ERROR, *_STEPS)),
        _opposite,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "decimal point"),
        QT_TRANSLATE_NOOP("mistakes", "The decimal point has slipped by one place."),
        _ALL,
        _slipped,
    ),
)
"""All usual mistakes, in the order in which they are named where two come to the same."""


def grade(question: Question, text: str) -> Grade:
    """Say what is to be said to an answer."""
    answer = read_answer(text)
    if answer is None:
        words = translate(
            "practice", "This is not a number. Type it like 0.65, 0,65, 13/20 or 1e-3."
        )
        return Grade(Verdict.UNREADABLE, words)
    right = question.right
    near = answer.fits(right) or answer.is_near(right)
    if near and _is_old_value(question, answer):
        words = translate(
            "practice",
            "True as far as it goes, but the old value rounds to it too. Give more digits.",
        )
        return Grade(Verdict.COARSE, words)
    if answer.fits(right):
        if answer.digits >= LEAST_DIGITS or answer.is_exactly(right):
            return Grade(Verdict.RIGHT, translate("practice", "Right."))
        words = translate(
            "practice",
            "True as far as it goes. Give at least two digits that are not leading zeros.",
        )
        return Grade(Verdict.COARSE, words)
    if near:
        words = translate("practice", "Right up to rounding; with more digits it is {number}.")
        return Grade(Verdict.NEAR, words.format(number=format_number(right, 6)))
    found = recognise(question, answer)
    if found:
        sentence = translate("mistakes", found[0].sentence)
        words = translate("practice", "Not yet. {mistake}").format(mistake=sentence)
    elif answer.digits < LEAST_DIGITS and answer.value:
        words = translate("practice", "Not yet. With one digit more I may see what has happened.")
    else:
        words = translate("practice", "Not yet. Try again, or take a hint.")
    return Grade(Verdict.WRONG, words, found)


def _is_old_value(question: Question, answer: Answer) -> bool:
    """Tell whether an update is lost in rounding, though six digits would show it."""
    if question.kind not in _CHANGES or answer.is_exactly(question.right):
        return False
    old, right = question.old(), question.right
    return answer.fits(old) and abs(right - old) > _SHOWS * abs(right)


def recognise(question: Question, answer: Answer) -> tuple[Mistake, ...]:
    """Find the mistakes that give an answer, if it fits them better than chance."""
    candidates = [
        (mistake, value)
        for mistake in MISTAKES
        if question.kind in mistake.kinds
        for value in mistake.values(question)
        if isfinite(value) and not answer.fits(question.right)
    ]
    right = question.right
    # What comes out right in spite of the mistake cannot be recognised.
    wrong = [(m, value) for m, value in candidates if abs(value - right) > 1e-9 * abs(right)]
    chance = len({value for _, value in wrong}) * answer.sharpness / _SPREAD
    found = [
        mistake
        for mistake, value in wrong
        if answer.is_exactly(value) or (chance <= _CHANCE and answer.fits(value))
    ]
    return tuple(dict.fromkeys(found))
