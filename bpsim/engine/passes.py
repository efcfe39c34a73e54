"""The operations before the update: forward pass, loss, and the way back."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

import numpy as np

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.ends import Ends, outputs, residuals, squares
from bpsim.engine.kernels import Array, Call, Calls, bind, constant, mean_parts, sum_of_others
from bpsim.engine.losses import LOSSES
from bpsim.engine.operation import Kind, Operation, Phase, Workspace


def passes(space: Workspace) -> Iterator[Operation]:
    """Give what is computed at the parameters as they are, from ``z1`` to the last gradient."""
    layers = space.specification.network.layers
    for number in range(1, len(layers) + 1):
        yield from _forward(space, number)
    ends = _ends(space)
    yield _loss(space, ends)
    training = space.specification.training
    if training.l1 or training.l2:
        yield _penalty(space)
    for number in range(len(layers), 0, -1):
        last = number == len(layers)
        yield _output_error(space, ends) if last else _hidden_error(space, number)
        yield _weight_gradient(space, number)
        if training.l1 or training.l2:
            yield _penalty_gradient(space, number)
        yield _bias_gradient(space, number)


def _forward(space: Workspace, number: int) -> Iterator[Operation]:
    name = space.specification.network.layers[number - 1].activation
    entry = ACTIVATIONS[name]
    below, z, a = f"a{number - 1}", space.stored(f"z{number}"), space.stored(f"a{number}")
    product = bind(space.stored(f"Wb{number}").T.dot, space.stored(f"{below}+1"), z)
    yield Operation(
        f"z{number}",
        Kind.WEIGHTED_SUM,
        Phase.FORWARD,
        number,
        f"z{number} = W{number} @ {below} + b{number}",
        (f"W{number}", below, f"b{number}"),
        (space.slots[f"z{number}"].span,),
        [product],
    )
    kept = _kept(space, number)
    forward = entry.forward(z, a, kept)
    right = f"z{number}" if name == "identity" else f"{name}(z{number})"
    yield Operation(
        f"a{number}",
        Kind.ACTIVATION,
        Phase.FORWARD,
        number,
        f"a{number} = {right}",
        (f"z{number}",),
        tuple(space.slots[name].span for name in (f"a{number}", *_kept_names(space, number))),
        [*forward, *entry.mend(z, a, kept)],
        whole=forward,
    )


def _kept_names(space: Workspace, number: int) -> list[str]:
    name = space.specification.network.layers[number - 1].activation
    return [f"kept{number}_{k}" for k in range(ACTIVATIONS[name].keeps)]


def _kept(space: Workspace, number: int) -> tuple[Array, ...]:
    return tuple(space.stored(name) for name in _kept_names(space, number))


def _ends(space: Workspace) -> Ends:
    last = len(space.specification.network.layers)
    return Ends(
        z=space.stored(f"z{last}"),
        a=space.stored(f"a{last}"),
        y=space.stored("y"),
        kept=_kept(space, last),
        residual=space.stored("residual"),
        losses=space.stored("losses"),
    )


def _loss(space: Workspace, ends: Ends) -> Operation:
    choice = space.specification.training.loss
    entry, last = LOSSES[choice.name], len(space.specification.network.layers)
    name = space.specification.network.layers[-1].activation
    way = entry.pairings.get(name) or entry.detours.get(name) or entry
    each, loss = way.value(ends, choice.values(entry.parameters)), space.stored("loss")
    calls, whole = each, None
    if space.rows > 1:
        (part, rest), total = mean_parts(space.rows), np.empty_like(loss)
        calls = [
            *each,
            bind(ends.losses.dot, np.full((space.rows, 1), part), total),
            bind(np.divide, total, constant(rest), loss),
        ]
    if entry.squares_over is not None:
        divisor = entry.squares_over(outputs(ends)) * space.rows
        whole = [*residuals(ends), *squares(ends, loss, divisor, calls)]
        calls = [*each, *whole] if space.rows > 1 else whole
    return Operation(
        "loss",
        Kind.LOSS,
        Phase.LOSS,
        0,
        f"loss = mean over the batch of {choice.name}(a{last}, y)"
        if space.rows > 1
        else f"loss = {choice.name}(a{last}, y)",
        (f"a{last}", "y"),
        tuple(space.slots[name].span for name in ("residual", "losses", "loss")),
        calls,
        whole=whole,
    )


def _penalty(space: Workspace) -> Operation:
    training, p = space.specification.training, space.flat(space.memory.parameters)
    on_weights = np.zeros_like(p)
    numbers = range(1, len(space.specification.network.layers) + 1)
    for number in numbers:
        slot = space.slots[f"W{number}"]
        start = space.memory.parameters.start
        on_weights[slot.start - start : slot.stop - start] = 1.0
    # The same loads for sum(abs(W)) and sum(W**2), 0 for biases; products make the sums. A load
    # comes before the square: squared alone, a bias or a large weight may overflow.
    first, second = on_weights * training.l1, on_weights * (0.5 * training.l2)
    term, part = np.empty_like(p), np.empty((1,))
    penalty = space.stored("penalty")

    def total() -> None:
        np.absolute(p, out=term)
        penalty[0] = first @ term
        np.multiply(second, p, out=term)
        part[0] = term @ p
        np.add(penalty, part, out=penalty)

    terms = [
        *(["l1 * sum(abs(W))"] if training.l1 else []),
        *(["0.5 * l2 * sum(W**2)"] if training.l2 else []),
    ]
    return Operation(
        "penalty",
        Kind.PENALTY,
        Phase.LOSS,
        0,
        f"penalty = {' + '.join(terms)}",
        tuple(f"W{number}" for number in numbers),
        (space.slots["penalty"].span,),
        [total],
    )


def _output_error(space: Workspace, ends: Ends) -> Operation:
    network, choice = space.specification.network, space.specification.training.loss
    number, name = len(network.layers), network.layers[-1].activation
    entry, activation = LOSSES[choice.name], ACTIVATIONS[name]
    values = choice.values(entry.parameters)
    delta, slope = space.stored(f"delta{number}"), space.stored(f"slope{number}")
    pull = space.stored("pull")
    pairing, detour = entry.pairings.get(name), entry.detours.get(name)
    slopes = _slopes(space, number - (pairing is not None))
    pulling = (detour or entry).slope(ends, pull, values)
    exact = detour.delta(ends, delta, values) if detour else []
    if pairing is not None:
        calls, right = [*slopes, *pairing.delta(ends, delta, values)], pairing.formula
    elif activation.derivative is None:
        calls = [*slopes, *pulling, *(exact or [_through_softmax(ends, pull, delta)])]
        right = "a * (dL_da - sum(a * dL_da))"
    elif name == "identity":
        calls = [*slopes, *pulling, bind(np.copyto, delta, pull)]
        right = entry.slope_formula
    else:
        calls = [*slopes, *pulling, *(exact or [bind(np.multiply, pull, slope, delta)])]
        right = f"({entry.slope_formula}) * {name}'(z)"
    return Operation(
        f"delta{number}",
        Kind.OUTPUT_ERROR,
        Phase.BACKWARD,
        number,
        f"delta{number} = {_numbered(right, number)}",
        (f"a{number}", "y", f"z{number}"),
        (
            (space.slots["slope1"].start, space.slots[f"slope{number}"].stop),
            *(space.slots[name].span for name in (f"delta{number}", "pull")),
        ),
        calls,
    )


def _slopes(space: Workspace, last: int) -> Calls:
    """Build the derivatives of the activations, of neighbouring layers of one kind at once.

    They need no more than the forward pass, and one call for several layers costs hardly more
    than one for each, so the output error makes them all.
    """
    layers, calls = space.specification.network.layers, []
    for name, group in groupby(range(1, last + 1), lambda n: layers[n - 1].activation):
        entry, numbers = ACTIVATIONS[name], list(group)
        if entry.derivative is not None and name != "identity":
            kept = tuple(space.across(f"kept{{}}_{k}", numbers) for k in range(entry.keeps))
            z, slope = (space.across(kind, numbers) for kind in ("z{}", "slope{}"))
            calls += entry.derivative(z, slope, kept)
    return calls


def _numbered(text: str, number: int) -> str:
    """Give ``a`` and ``z`` in a formula their layer's number."""
    return re.sub(r"\b[az]\b", rf"\g<0>{number}", text)


def _through_softmax(ends: Ends, pull: Array, delta: Array) -> Call:
    # a (p - sum(a p)) as a ((1 - a) p - the others' a p): where a is nearly 1 nothing cancels.
    a, (_, complement) = ends.a, ends.kept

    def apply() -> None:
        np.subtract(complement * pull, sum_of_others(a * pull), out=delta)
        np.multiply(a, delta, out=delta)

    return apply


def _hidden_error(space: Workspace, number: int) -> Operation:
    name = space.specification.network.layers[number - 1].activation
    activation, above = ACTIVATIONS[name], number + 1
    delta, slope = space.stored(f"delta{number}"), space.stored(f"slope{number}")
    w, error = space.stored(f"W{above}"), space.stored(f"delta{above}")
    calls: Calls = [bind(w.dot, error, delta)]
    right = f"W{above}.T @ delta{above}"
    if name != "identity" and activation.derivative is not None:
        back = np.empty_like(delta)
        calls = [bind(w.dot, error, back), bind(np.multiply, back, slope, delta)]
        right = f"({right}) * {name}'(z{number})"
    return Operation(
        f"delta{number}",
        Kind.HIDDEN_ERROR,
        Phase.BACKWARD,
        number,
        f"delta{number} = {right}",
        (f"W{above}", f"delta{above}", f"z{number}"),
        (space.slots[f"delta{number}"].span,),
        calls,
    )


def _weight_gradient(space: Workspace, number: int) -> Operation:
    gradient = space.stored(f"dWb{number}")
    below, delta = space.stored(f"a{number - 1}+1"), space.stored(f"delta{number}")
    calls: Calls = [bind(below.dot, delta.T, gradient)]
    whole, right = None, f"outer(delta{number}, a{number - 1})"
    if space.rows > 1:
        whole = calls if _takes_mean_at_once(space) else None
        calls = [*calls, _mean(space, gradient)]
        right = f"mean over the batch of {right}"
    return Operation(
        f"dW{number}",
        Kind.WEIGHT_GRADIENT,
        Phase.BACKWARD,
        number,
        f"dW{number} = {right}",
        (f"delta{number}", f"a{number - 1}"),
        (space.slots[f"dWb{number}"].span,),
        calls,
        whole=whole,
    )


def _mean(space: Workspace, gradient: Array) -> Call:
    return bind(np.divide, gradient, constant(space.rows), gradient)


def _takes_mean_at_once(space: Workspace) -> bool:
    # A division is rounded correctly, element by element: it has the same bits for all gradients
    # at once, unless penalties are added to one after the other.
    training = space.specification.training
    return space.rows > 1 and not training.l1 and not training.l2


def whole_passes(space: Workspace, operations: Iterable[Operation]) -> Calls:
    """Give the calls of the same operations for training, with the same bits."""
    calls = [c for op in operations for c in (op.calls if op.whole is None else op.whole)]
    if _takes_mean_at_once(space):
        calls.append(_mean(space, space.flat(space.memory.gradients)))
    return calls


def _bias_gradient(space: Workspace, number: int) -> Operation:
    mean = "mean over the batch of " if space.rows > 1 else ""
    return Operation(
        f"db{number}",
        Kind.BIAS_GRADIENT,
        Phase.BACKWARD,
        number,
        f"db{number} = {mean}delta{number}",
        (f"delta{number}",),
        (),
        [],
    )


def _penalty_gradient(space: Workspace, number: int) -> Operation:
    training = space.specification.training
    w, g = space.stored(f"W{number}"), space.stored(f"dW{number}")
    term, terms = np.empty_like(w), []
    calls: Calls = []
    if training.l1:
        calls += [bind(np.sign, w, term), bind(np.multiply, term, constant(training.l1), term)]
        calls += [bind(np.add, g, term, g)]
        terms.append(f"l1 * sign(W{number})")
    if training.l2:
        calls += [bind(np.multiply, w, constant(training.l2), term), bind(np.add, g, term, g)]
        terms.append(f"l2 * W{number}")
    return Operation(
        f"dW{number}",
        Kind.PENALTY_GRADIENT,
        Phase.BACKWARD,
        number,
        f"dW{number} += {' + '.join(terms)}",
        (f"W{number}", f"dW{number}"),
        (space.slots[f"dW{number}"].span,),
        calls,
    )
