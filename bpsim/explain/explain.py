"""Explains one element of an operation: rule, the same with numbers, result, reason, chain."""

from collections.abc import Callable, Mapping

from bpsim.engine.program import Kind, Operation
from bpsim.explain import backward, forward, update
from bpsim.explain.case import Case, Parts
from bpsim.explain.chain import chain
from bpsim.explain.notation import write
from bpsim.explain.numbers import format_number
from bpsim.explain.structure import Explanation, Line, Span
from bpsim.session.session import Session
from bpsim.session.values import element_name

_DIGITS_OF_RESULT = 6
_OF_UNITS = (Kind.WEIGHTED_SUM, Kind.ACTIVATION, Kind.OUTPUT_ERROR, Kind.HIDDEN_ERROR)

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
        Significant digits of the numbers; the result has at least 6.

    Raises
    ------
    IndexError
        If there is no such element or sample.
    """
    shape = session.program.view(operation.name).shape
    of_units = operation.kind in _OF_UNITS
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
    return _explained(Case(session, operation, index, sample, digits), of_units)


def _explained(case: Case, of_units: bool) -> Explanation:
    parts = _KINDS[case.operation.kind](case)
    name, index = case.operation.name, case.index
    title = case.of_unit(name, index[0]).symbol if of_units else element_name(name, index)
    result = case.number(name, *((case.sample, *index) if of_units else index))
    formula, numbers = write(parts.template, parts.values)
    lines: tuple[Line, ...] = (*parts.lead, formula)
    if case.ran():
        lines = (*lines, numbers)
    if result is not None:
        shown = format_number(result, max(case.digits, _DIGITS_OF_RESULT))
        lines = (*lines, Line((Span("= "), Span(shown, "result", title))))
    why = parts.why if case.ran() else "This has not run yet in this step."
    if case.ran() and (result is None or any(v.number is None for v in parts.values.values())):
        why += " Some values have been overwritten since; step back to see them."
    return Explanation(title, parts.subtitle, parts.rule, lines, result, why, chain(case, result))
