"""At which operations of a step a condition is looked at."""

from bpsim.engine.operation import Operation, Phase
from bpsim.engine.program import Program
from bpsim.session.conditions.reading import ConditionError, Expression, parse
from bpsim.session.conditions.scope import COUNTERS, LiveScope
from bpsim.session.conditions.tree import Name
from bpsim.session.conditions.values import condition
from bpsim.session.stopping.breakpoints import Breakpoint
from bpsim.words import translate

_FROM_THE_START = ("x", "y", *COUNTERS)


def check_points(breakpoint_: Breakpoint, program: Program) -> list[int]:
    """Name the operations of a step at which a breakpoint counts.

    With an operation of its own it is that one. A condition alone is looked at after each
    operation that writes something that it reads, once this step has computed all of it; the
    update, which changes one parameter after the other, counts when all that it reads is new.

    Raises
    ------
    ConditionError
        If the condition can never be looked at there.
    """
    operations = program.operations
    if not breakpoint_.operation:
        return _anywhere(parse(breakpoint_.condition), program)
    places = [op.index for op in operations if breakpoint_.is_at(op)]
    if breakpoint_.condition and places:
        _check_computed(parse(breakpoint_.condition), operations[places[0]], program)
    return places


def problem_of(breakpoint_: Breakpoint, program: Program) -> ConditionError | None:
    """Say why a breakpoint never stops this program, if that is so."""
    try:
        places = check_points(breakpoint_, program)
        if breakpoint_.condition:
            scope = LiveScope(program, dict.fromkeys(COUNTERS, float))
            condition(parse(breakpoint_.condition), scope, {})
    except ConditionError as error:
        return error
    if places:
        return None
    words = translate("conditions", "This network has no operation {name}.")
    return ConditionError(words.format(name=breakpoint_.operation), 0)


def _computed(program: Program) -> dict[str, int]:
    """Tell when a step first computes each value that it computes before the update."""
    found = dict.fromkeys(_FROM_THE_START, 0)
    for operation in program.operations:
        if operation.phase is not Phase.UPDATE:
            found.setdefault(operation.name, operation.index)
    return found


def _anywhere(expression: Expression, program: Program) -> list[int]:
    reads, computed = expression.reads, _computed(program)
    ready = max((computed[name] for name in reads if name in computed), default=0)
    places = {computed[name] for name in reads if name in _FROM_THE_START}
    updated = [-1]
    for operation in program.operations:
        if operation.name not in reads:
            continue
        if operation.phase is Phase.UPDATE:
            updated.append(operation.index)
        else:
            places.add(operation.index)
    if max(updated) >= 0:
        places.add(max(updated))
    return sorted({max(place, ready) for place in places})


def _check_computed(expression: Expression, operation: Operation, program: Program) -> None:
    computed = _computed(program)
    for node in expression.nodes():
        if isinstance(node, Name) and computed.get(node.name, 0) > operation.index:
            first = program.operations[computed[node.name]].name
            words = translate(
                "conditions",
                "{name} is not computed yet at {operation}: choose {first} or an operation after "
                "it.",
            )
            message = words.format(name=node.name, operation=operation.name, first=first)
            raise ConditionError(message, node.start)
