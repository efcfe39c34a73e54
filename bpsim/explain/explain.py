"""Explains one element of an operation: rule, the same with numbers, result, reason, chain."""

from collections.abc import Callable, Mapping
from functools import partial

from bpsim.engine.program import Kind, Operation
from bpsim.explain import backward, forward, update
from bpsim.explain.case import Case, Parts, Written
from bpsim.explain.chain import chain
from bpsim.explain.latex import plain_latex
from bpsim.explain.notation import MOST_DIGITS, MOST_TERMS, fitting_digits, write
from bpsim.explain.numbers import format_number
from bpsim.explain.structure import Explanation, Line, Role, Span
from bpsim.session.session import Session
from bpsim.session.values import element_name
from bpsim.words import translate

MOST_UNFOLDED = 200
"""Of longer sums some terms stay folded: nobody reads hundreds, and they would take too long."""
OF_UNITS = (Kind.WEIGHTED_SUM, Kind.ACTIVATION, Kind.OUTPUT_ERROR, Kind.HIDDEN_ERROR)
"""Operations whose values each sample has of its own."""

_KINDS: Mapping[Kind, Callable[[Case], Parts]] = {
    Kind.WEIGHTED_SUM: forward.weighted_sum,
    Kind.ACTIVATION: forward.activation,
    Kind.LOSS: forward.loss,
    Kind.PENALTY: forward.penalty,
    Kind.OUTPUT_ERROR: backward.output_error,
    Kind.HIDDEN_ERROR: backward.hidden_error,
    Kind.WEIGHT_GRADIENT: backward.gradient,
    Kind.BIAS_GRADIENT: backward.gradient,
    Kind.PENALTY_GRADIENT: backward.penalty_gradient,
    Kind.STATE: update.update,
    Kind.DECAY: update.update,
    Kind.UPDATE: update.update,
}


def explain(
    session: Session,
    operation: Operation,
    index: tuple[int, ...] | None = None,
    sample: int = 0,
    *,
    digits: int = 4,
    unfolded: bool = False,
) -> Explanation:
    """Explain one element of an operation, with the numbers in the session's memory.

    Parameters
    ----------
    session
        Where the numbers are.
    operation
        One of ``session.program.operations``.
    index
        The element; the first if left out. For a layer's values ``(unit,)``, or
        ``(sample, unit)`` as NumPy counts; otherwise as NumPy counts.
    sample
        The row of the batch, for what belongs to one sample.
    digits
        Significant digits of the result; the numbers have as many as it takes to get it.
    unfolded
        Whether long sums are written in full, up to `MOST_UNFOLDED` terms.

    Raises
    ------
    IndexError
        If there is no such element or sample.
    """
    shape = session.program.view(operation.name).shape
    of_units = operation.kind in OF_UNITS
    if of_units and index is not None and len(index) == 2:
        sample, index = index[0], index[1:]
    if of_units:
        shape = shape[1:]
    index = (0,) * len(shape) if index is None else index
    inside = len(index) == len(shape) and all(0 <= i < n for i, n in zip(index, shape, strict=True))
    if not inside:
        raise IndexError(f"{operation.name} has no element {list(index)}")
    if not 0 <= sample < session.program.rows:
        raise IndexError(f"the batch has no sample {sample}")
    terms = MOST_UNFOLDED if unfolded else MOST_TERMS
    return _explained(Case(session, operation, index, sample, digits, terms), of_units)


def _explained(case: Case, of_units: bool) -> Explanation:
    parts = _KINDS[case.operation.kind](case)
    name, index = case.operation.name, case.index
    title = case.of_unit(name, index[0]).symbol if of_units else element_name(name, index)
    result = case.number(name, *((case.sample, *index) if of_units else index))
    digits = max(case.digits, parts.digits)
    main = Written(parts.template, parts.values, result=result)
    lines: list[Line] = []
    for lead in parts.lead:
        lines += _lines(case, lead, lead.result, digits)
        if lead.result is not None:
            lines.append(_result(lead.result, digits))
    lines += _lines(case, main, result, digits)
    for between in parts.between:
        lines += _lines(case, between, result, digits)
    if result is not None:
        lines.append(_result(result, digits, title))
    why = parts.why
    if not case.ran():
        why = translate("explain", "This has not run yet in this step.")
    elif result is None or any(v.number is None for v in parts.values.values()):
        why += " " + translate(
            "explain", "Some values have been overwritten since; step back to see them."
        )
    return Explanation(
        title,
        parts.subtitle,
        parts.rule,
        tuple(lines),
        result,
        why,
        chain(case),
        parts.derivation if case.ran() else (),
        sum(value.folds for value in parts.values.values()),
    )


def _lines(case: Case, written: Written, result: float | None, digits: int) -> list[Line]:
    """Write a formula and its numbers, with the digits that it takes to get the result."""
    more = 0
    if result is not None:
        more = fitting_digits(written.template, written.values, result, digits)
    symbols, numbers = write(written.template, written.values, min(more, MOST_DIGITS))
    lines = []
    if written.symbols:
        name = f"{written.name} = " if written.name else ""
        lead = (Span(name),) if name else ()
        lines.append(Line((*lead, *symbols.spans), partial(_named, name, symbols)))
    return [*lines, numbers] if case.ran() else lines


def _result(result: float, digits: int, ref: str | None = None) -> Line:
    shown = format_number(result, digits)
    role: Role = "result" if ref else "number"
    return Line((Span("= "), Span(shown, role, ref, result)), partial(_equals, shown))


def _named(name: str, line: Line) -> str:
    return name + line.latex


def _equals(number: str) -> str:
    return f"= {plain_latex(number)}"
