"""Breakpoints and watches in a project file."""

from collections.abc import Iterator

from bpsim.engine.specification import Problem, SpecificationError
from bpsim.session.conditions.reading import ConditionError, parse
from bpsim.session.stopping.breakpoints import Breakpoint, Marks
from bpsim.storage.shape_parts import Part, Text
from bpsim.words import translate

MOST = 1000


class BreakpointShape(Part):
    """One breakpoint: an operation, a condition, or both."""

    operation: Text = ""
    kind: Text = ""
    condition: Text = ""
    enabled: bool = True


def marks_of(breakpoints: list[BreakpointShape], watches: list[str]) -> Marks:
    """Turn what a file holds into marks.

    Raises
    ------
    SpecificationError
        With all that can never be looked at in any network.
    """
    problems = [*_problems(breakpoints, watches)]
    if problems:
        raise SpecificationError(problems)
    found = (Breakpoint(b.operation, b.kind, b.condition, b.enabled) for b in breakpoints)
    return Marks(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(watches)))


def _problems(breakpoints: list[BreakpointShape], watches: list[str]) -> Iterator[Problem]:
    for name, length in (("breakpoints", len(breakpoints)), ("watches", len(watches))):
        if length > MOST:
            words = translate("project", "holds {count}, but {most} are the most")
            yield Problem(name, words.format(count=length, most=MOST))
            return
    for k, each in enumerate(breakpoints):
        if not each.operation and not each.condition:
            words = translate("project", "needs an operation, a condition or both")
            yield Problem(f"breakpoints[{k}]", words)
        if each.condition:
            yield from _unreadable(f"breakpoints[{k}].condition", each.condition)
    for k, text in enumerate(watches):
        yield from _unreadable(f"watches[{k}]", text)


def _unreadable(path: str, text: str) -> Iterator[Problem]:
    try:
        parse(text)
    except ConditionError as error:
        words = translate("project", "column {column}: {message}")
        yield Problem(path, words.format(column=error.column + 1, message=error.message))
