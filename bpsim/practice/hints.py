"""Hints by degrees: the rule, the rule with some numbers in it, with all of them, the value."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bpsim.explain.explain import explain
from bpsim.explain.numbers import format_number
from bpsim.explain.structure import Explanation, Formula, Line, Span
from bpsim.practice.question import Question

DEGREES = 4
_DIGITS = 6


@dataclass(frozen=True)
class Hint:
    """What is told about a value.

    Attributes
    ----------
    degree
        From 1, the rule, to `DEGREES`, the value itself.
    rule
        For all elements.
    lines
        For this one.
    """

    degree: int
    rule: Formula
    lines: tuple[Line, ...]


def explanation_of(question: Question) -> Explanation:
    """Explain the value that is asked for, result and all."""
    return explain(
        question.ahead,
        question.operation,
        question.element.index,
        question.sample,
        digits=_DIGITS,
    )


def hint(question: Question, degree: int) -> Hint:
    """Give a hint of a degree, with all that came before it."""
    told = explanation_of(question)
    lines = tuple(_at_degree(told.numbers, degree))
    if degree >= DEGREES:
        value = Span(format_number(question.right, _DIGITS), "result")
        lines = (*lines, Line((Span("= "), value)))
    return Hint(min(degree, DEGREES), told.rule, lines)


def _at_degree(lines: Sequence[Line], degree: int) -> Iterator[Line]:
    for line in lines:
        if not _goes_on(line):
            yield line
        elif _is_result(line):
            continue
        elif degree == 2 and any(span.ref for span in line.spans):
            yield _half_filled(line)
        elif degree > 2:
            yield line


def _goes_on(line: Line) -> bool:
    return bool(line.spans) and line.spans[0].text.startswith("= ")


def _is_result(line: Line) -> bool:
    return any(span.role == "result" for span in line.spans)


def _half_filled(line: Line) -> Line:
    """Put the first half of the numbers in their places, and leave the names of the others."""
    spans = line.spans
    numbers = [k for k, span in enumerate(spans) if span.ref is not None]
    left = set(numbers[(len(numbers) + 1) // 2 :]) or set(numbers)
    # A name needs no parentheses where a negative number does.
    bare = {
        k + by
        for k in left
        for by in (-1, 1)
        if 0 < k < len(spans) - 1 and (spans[k - 1].text, spans[k + 1].text) == ("(", ")")
    }
    return Line(
        tuple(
            replace(span, text=str(span.ref), role="variable") if k in left else span
            for k, span in enumerate(spans)
            if k not in bare
        )
    )
