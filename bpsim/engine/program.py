"""Compiles a specification into the ordered operations of one training step.

Stepping and training run the same calls on the same memory. They differ in one thing only: the
update rules, which work element by element, run tensor by tensor in steps and over all
parameters at once in training, with the same bits (see `bpsim.engine.optimizers`). A weight
gradient and its layer's bias gradient are one matrix product; it is made with the first of the
two, and the second only shows its part.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.kernels import Array, Call, Calls, bind, full_like
from bpsim.engine.losses import LOSSES, Ends
from bpsim.engine.memory import Memory, Slot
from bpsim.engine.optimizers import OPTIMIZERS, Stage, Tensors
from bpsim.engine.specification import Specification


class Phase(StrEnum):
    """The parts of a training step, in their order."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


class Kind(StrEnum):
    """What sort of operation it is; explanations and pictures go by this."""

    WEIGHTED_SUM = "weighted sum"
    ACTIVATION = "activation"
    LOSS = "loss"
    PENALTY = "penalty"
    OUTPUT_ERROR = "output error"
    HIDDEN_ERROR = "hidden error"
    WEIGHT_GRADIENT = "weight gradient"
    BIAS_GRADIENT = "bias gradient"
    PENALTY_GRADIENT = "penalty gradient"
    STATE = "optimizer state"
    DECAY = "weight decay"
    UPDATE = "update"


@dataclass(frozen=True, eq=False)
class Operation:
    """One named operation of a training step.

    Attributes
    ----------
    index
        Its place in the step, from 0.
    name
        The value that it computes.
    kind, phase
        What it is and where it belongs.
    layer
        The layer's number, 0 where it belongs to none.
    formula
        As plain text in NumPy's notation.
    reads
        Names of the values that it uses.
    spans
        All stretches of memory that it may overwrite.
    calls
        What it does.
    stage
        The optimizer's stage, where it is one.
    """

    index: int
    name: str
    kind: Kind
    phase: Phase
    layer: int
    formula: str
    reads: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    calls: tuple[Call, ...]
    stage: Stage | None = None


class Program:
    """The operations of one training step on a batch of a given number of rows.

    Attributes
    ----------
    specification, memory, rows
        What it was compiled from.
    operations
        In their order.
    calls
        All calls of a whole step, ready for training.
    forward_calls
        The calls up to the last activation.
    batch
        Where a batch goes: inputs, a row of ones, targets; shape ``(inputs+1+outputs, rows)``.
    """

    def __init__(self, specification: Specification, memory: Memory, rows: int) -> None:
        self.specification, self.memory, self.rows = specification, memory, rows
        self.slots: Mapping[str, Slot] = {**memory.slots, **memory.work[rows]}
        compiled = [*_before_update(self), *_updates(self)]
        self.operations = tuple(_number(compiled))
        self.batch = self.stored("batch")
        whole = [c for op in self.operations if op.phase is not Phase.UPDATE for c in op.calls]
        self.calls: tuple[Call, ...] = (*whole, *_update_all(self))
        self.forward_calls = tuple(
            c for op in self.operations if op.phase is Phase.FORWARD for c in op.calls
        )

    def stored(self, name: str) -> Array:
        """Return a value as it is stored, ``(units, batch)``."""
        return self.memory.stored(self.slots[name])

    def view(self, name: str) -> Array:
        """Return a live view of a value in its public shape.

        Parameters
        ----------
        name
            ``W1`` (n_out, n_in), ``b1`` (n_out,), ``z1``, ``a1``, ``delta1``, ``x`` or ``a0``,
            ``y`` (batch, units), ``dW1``, ``db1`` and states like ``mW1`` as their parameters,
            ``loss`` and ``penalty`` of shape ().

        Raises
        ------
        KeyError
            If there is no such value.
        """
        if name in ("loss", "penalty"):
            return self.stored(name).reshape(())
        return self.stored("a0" if name == "x" else name).T


@dataclass(frozen=True)
class _Draft:
    """An operation before it has a number."""

    name: str
    kind: Kind
    phase: Phase
    layer: int
    formula: str
    reads: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    calls: Calls
    stage: Stage | None = None


def _number(drafts: list[_Draft]) -> Iterator[Operation]:
    for index, d in enumerate(drafts):
        yield Operation(
            index,
            d.name,
            d.kind,
            d.phase,
            d.layer,
            d.formula,
            d.reads,
            d.spans,
            tuple(d.calls),
            d.stage,
        )


def _before_update(program: Program) -> Iterator[_Draft]:
    layers = program.specification.network.layers
    for number in range(1, len(layers) + 1):
        yield from _forward(program, number)
    ends = _ends(program)
    yield _loss(program, ends)
    training = program.specification.training
    if training.l1 or training.l2:
        yield _penalty(program)
    for number in range(len(layers), 0, -1):
        last = number == len(layers)
        yield _output_error(program, ends) if last else _hidden_error(program, number)
        yield _weight_gradient(program, number)
        if training.l1 or training.l2:
            yield _penalty_gradient(program, number)
        yield _bias_gradient(program, number)


def _forward(program: Program, number: int) -> Iterator[_Draft]:
    name = program.specification.network.layers[number - 1].activation
    entry = ACTIVATIONS[name]
    below, z, a = f"a{number - 1}", program.stored(f"z{number}"), program.stored(f"a{number}")
    product = bind(np.dot, program.stored(f"Wb{number}").T, program.stored(f"{below}+1"), z)
    yield _Draft(
        f"z{number}",
        Kind.WEIGHTED_SUM,
        Phase.FORWARD,
        number,
        f"z{number} = W{number} @ {below} + b{number}",
        (f"W{number}", below, f"b{number}"),
        (program.slots[f"z{number}"].span,),
        [product],
    )
    right = f"z{number}" if name == "identity" else f"{name}(z{number})"
    yield _Draft(
        f"a{number}",
        Kind.ACTIVATION,
        Phase.FORWARD,
        number,
        f"a{number} = {right}",
        (f"z{number}",),
        (program.slots[f"activation{number}"].span,),
        entry.forward(z, a, _kept(program, number)),
    )


def _kept(program: Program, number: int) -> tuple[Array, ...]:
    name = program.specification.network.layers[number - 1].activation
    return tuple(program.stored(f"kept{number}_{k}") for k in range(ACTIVATIONS[name].keeps))


def _ends(program: Program) -> Ends:
    last = len(program.specification.network.layers)
    return Ends(
        z=program.stored(f"z{last}"),
        a=program.stored(f"a{last}"),
        y=program.stored("y"),
        kept=_kept(program, last),
        residual=program.stored("residual"),
        losses=program.stored("losses"),
    )


def _loss(program: Program, ends: Ends) -> _Draft:
    choice = program.specification.training.loss
    entry, last = LOSSES[choice.name], len(program.specification.network.layers)
    pairing = entry.pairings.get(program.specification.network.layers[-1].activation)
    calls = (pairing or entry).value(ends, choice.values(entry.parameters))
    loss = program.stored("loss")
    if program.rows == 1:
        calls.append(bind(np.copyto, loss, ends.losses))
    else:
        calls += [
            bind(np.dot, ends.losses, np.ones((program.rows, 1)), loss),
            bind(np.divide, loss, full_like(loss, program.rows), loss),
        ]
    return _Draft(
        "loss",
        Kind.LOSS,
        Phase.LOSS,
        0,
        f"loss = mean over the batch of {choice.name}(a{last}, y)"
        if program.rows > 1
        else f"loss = {choice.name}(a{last}, y)",
        (f"a{last}", "y"),
        (program.slots["loss_parts"].span, program.slots["loss"].span),
        calls,
    )


def _penalty(program: Program) -> _Draft:
    training, p = program.specification.training, _flat(program, program.memory.parameters)
    on_weights = np.zeros_like(p)
    numbers = range(1, len(program.specification.network.layers) + 1)
    for number in numbers:
        slot = program.slots[f"W{number}"]
        start = program.memory.parameters.start
        on_weights[slot.start - start : slot.stop - start] = 1.0
    # The same loads for sum(abs(W)) and sum(W**2), 0 for biases; products make the sums.
    first, second = on_weights * training.l1, on_weights * (0.5 * training.l2)
    term, part = np.empty_like(p), np.empty((1,))
    penalty = program.stored("penalty")

    def total() -> None:
        np.absolute(p, out=term)
        penalty[0] = first @ term
        np.multiply(p, p, out=term)
        part[0] = second @ term
        np.add(penalty, part, out=penalty)

    terms = [
        *(["l1 * sum(abs(W))"] if training.l1 else []),
        *(["0.5 * l2 * sum(W**2)"] if training.l2 else []),
    ]
    return _Draft(
        "penalty",
        Kind.PENALTY,
        Phase.LOSS,
        0,
        f"penalty = {' + '.join(terms)}",
        tuple(f"W{number}" for number in numbers),
        (program.slots["penalty"].span,),
        [total],
    )


def _output_error(program: Program, ends: Ends) -> _Draft:
    network, choice = program.specification.network, program.specification.training.loss
    number, name = len(network.layers), network.layers[-1].activation
    entry, activation = LOSSES[choice.name], ACTIVATIONS[name]
    values = choice.values(entry.parameters)
    delta, slope = program.stored(f"delta{number}"), program.stored(f"slope{number}")
    pull = program.stored("pull")
    pairing = entry.pairings.get(name)
    if pairing is not None:
        calls, right = pairing.delta(ends, delta, values), pairing.formula
    elif activation.derivative is None:
        calls = [*entry.slope(ends, pull, values), _through_softmax(ends.a, pull, delta)]
        right = "a * (dL_da - sum(a * dL_da))"
    elif name == "identity":
        calls = [*entry.slope(ends, pull, values), bind(np.copyto, delta, pull)]
        right = entry.slope_formula
    else:
        calls = [
            *entry.slope(ends, pull, values),
            *activation.derivative(ends.z, slope, ends.kept),
            bind(np.multiply, pull, slope, delta),
        ]
        right = f"({entry.slope_formula}) * {name}'(z)"
    return _Draft(
        f"delta{number}",
        Kind.OUTPUT_ERROR,
        Phase.BACKWARD,
        number,
        f"delta{number} = {_numbered(right, number)}",
        (f"a{number}", "y", f"z{number}"),
        (program.slots[f"error{number}"].span, program.slots["pull"].span),
        calls,
    )


def _numbered(text: str, number: int) -> str:
    """Give ``a`` and ``z`` in a formula their layer's number."""
    return re.sub(r"\b[az]\b", rf"\g<0>{number}", text)


def _through_softmax(a: Array, pull: Array, delta: Array) -> Call:
    def apply() -> None:
        np.subtract(pull, (a * pull).sum(axis=0), out=delta)
        np.multiply(a, delta, out=delta)

    return apply


def _hidden_error(program: Program, number: int) -> _Draft:
    name = program.specification.network.layers[number - 1].activation
    activation, above = ACTIVATIONS[name], number + 1
    delta, slope = program.stored(f"delta{number}"), program.stored(f"slope{number}")
    calls: Calls = [
        bind(np.dot, program.stored(f"W{above}"), program.stored(f"delta{above}"), delta)
    ]
    right = f"W{above}.T @ delta{above}"
    if name != "identity" and activation.derivative is not None:
        calls += [
            *activation.derivative(program.stored(f"z{number}"), slope, _kept(program, number)),
            bind(np.multiply, delta, slope, delta),
        ]
        right = f"({right}) * {name}'(z{number})"
    return _Draft(
        f"delta{number}",
        Kind.HIDDEN_ERROR,
        Phase.BACKWARD,
        number,
        f"delta{number} = {right}",
        (f"W{above}", f"delta{above}", f"z{number}"),
        (program.slots[f"error{number}"].span,),
        calls,
    )


def _weight_gradient(program: Program, number: int) -> _Draft:
    gradient = program.stored(f"dWb{number}")
    below, delta = program.stored(f"a{number - 1}+1"), program.stored(f"delta{number}")
    calls: Calls = [bind(np.dot, below, delta.T, gradient)]
    right = f"outer(delta{number}, a{number - 1})"
    if program.rows > 1:
        calls.append(bind(np.divide, gradient, full_like(gradient, program.rows), gradient))
        right = f"mean over the batch of {right}"
    return _Draft(
        f"dW{number}",
        Kind.WEIGHT_GRADIENT,
        Phase.BACKWARD,
        number,
        f"dW{number} = {right}",
        (f"delta{number}", f"a{number - 1}"),
        (program.slots[f"dWb{number}"].span,),
        calls,
    )


def _bias_gradient(program: Program, number: int) -> _Draft:
    mean = "mean over the batch of " if program.rows > 1 else ""
    return _Draft(
        f"db{number}",
        Kind.BIAS_GRADIENT,
        Phase.BACKWARD,
        number,
        f"db{number} = {mean}delta{number}",
        (f"delta{number}",),
        (),
        [],
    )


def _penalty_gradient(program: Program, number: int) -> _Draft:
    training = program.specification.training
    w, g = program.stored(f"W{number}"), program.stored(f"dW{number}")
    term, terms = np.empty_like(w), []
    calls: Calls = []
    if training.l1:
        calls += [bind(np.sign, w, term), bind(np.multiply, term, full_like(w, training.l1), term)]
        calls += [bind(np.add, g, term, g)]
        terms.append(f"l1 * sign(W{number})")
    if training.l2:
        calls += [bind(np.multiply, w, full_like(w, training.l2), term), bind(np.add, g, term, g)]
        terms.append(f"l2 * W{number}")
    return _Draft(
        f"dW{number}",
        Kind.PENALTY_GRADIENT,
        Phase.BACKWARD,
        number,
        f"dW{number} += {' + '.join(terms)}",
        (f"W{number}", f"dW{number}"),
        (program.slots[f"dW{number}"].span,),
        calls,
    )


def _flat(program: Program, slot: Slot) -> Array:
    return program.memory.array[slot.start : slot.stop]


def _tensors(program: Program, span: tuple[int, int]) -> Tensors:
    """Everything that belongs to one stretch of parameters, given by its place in memory."""
    memory, network = program.memory, program.specification.network
    optimizer = OPTIMIZERS[program.specification.training.optimizer.name]
    values = program.specification.training.optimizer.values(optimizer.parameters)
    start, stop = (at - memory.parameters.start for at in span)
    rate = _trained(program) * values["learning_rate"]
    decay = rate * values.get("weight_decay", 0.0)
    if not values.get("decay_biases", True):
        for number in range(1, len(network.layers) + 1):
            slot = program.slots[f"b{number}"]
            decay[slot.start : slot.stop] = 0.0

    def part(slot: Slot) -> Array:
        return _flat(program, slot)[start:stop]

    return Tensors(
        p=part(memory.parameters),
        g=part(memory.gradients),
        states={name: part(slot) for name, slot in memory.states.items()},
        rate=rate[start:stop],
        decay=decay[start:stop],
        corrections={
            name: program.stored(f"correction_{name}") for name in optimizer.corrected or {}
        },
    )


def _trained(program: Program) -> Array:
    """1 for each parameter that is trained, 0 for each that is frozen."""
    trained = np.ones(program.memory.parameters.shape)
    for number, layer in enumerate(program.specification.network.layers, 1):
        for name, mask in (
            (f"W{number}", layer.frozen_weights),
            (f"b{number}", layer.frozen_biases),
        ):
            slot = program.slots[name]
            frozen = np.broadcast_to(np.asarray(mask, dtype=bool), slot.shape[::-1])
            trained[slot.start : slot.stop] = ~frozen.T.ravel()
    return trained


def _count_update(program: Program) -> Calls:
    """Count the update and prepare the corrections by ``1 - beta**t``."""
    choice = program.specification.training.optimizer
    optimizer = OPTIMIZERS[choice.name]
    if not optimizer.corrected:
        return []
    values, t, one = choice.values(optimizer.parameters), program.stored("t"), np.ones(1)
    calls: Calls = [bind(np.add, t, one, t)]
    for name, beta in optimizer.corrected.items():
        correction = program.stored(f"correction_{name}")
        calls += [
            bind(np.power, np.full(1, values[beta]), t, correction),
            bind(np.subtract, one, correction, correction),
        ]
    return calls


def _updates(program: Program) -> Iterator[_Draft]:
    choice = program.specification.training.optimizer
    optimizer = OPTIMIZERS[choice.name]
    values = choice.values(optimizer.parameters)
    counting = _count_update(program)
    counted = tuple(
        slot.span for name, slot in program.slots.items() if name == "t" or "correction_" in name
    )
    for number in range(1, len(program.specification.network.layers) + 1):
        for tensor in (f"W{number}", f"b{number}"):
            slot = program.slots[tensor]
            stretch = _tensors(program, slot.span)
            for stage in optimizer.stages:
                if stage.decays and not stretch.decay.any() and tensor.startswith("b"):
                    continue
                name = tensor if stage.writes == "p" else f"{stage.writes}{tensor}"
                named = {"p": tensor, "g": f"d{tensor}"}
                named |= {state: f"{state}{tensor}" for state in optimizer.states}
                used = _words(stage.formula, named)
                yield _Draft(
                    name,
                    _kind(stage),
                    Phase.UPDATE,
                    number,
                    _renamed(stage.formula, named),
                    tuple(named[word] for word in used),
                    (program.slots[name].span, *counted),
                    [*counting, *stage.build(stretch, values)],
                    stage,
                )
                counting, counted = [], ()


def _renamed(formula: str, named: Mapping[str, str]) -> str:
    return re.sub(r"\b[pgmv]\b", lambda m: named.get(m[0], m[0]), formula)


def _words(formula: str, named: Mapping[str, str]) -> list[str]:
    right = formula.replace(" += ", " = ").replace(" -= ", " = ")
    return [word for word in named if re.search(rf"\b{word}\b", right)]


def _kind(stage: Stage) -> Kind:
    if stage.decays:
        return Kind.DECAY
    return Kind.UPDATE if stage.writes == "p" else Kind.STATE


def _update_all(program: Program) -> Calls:
    choice = program.specification.training.optimizer
    optimizer = OPTIMIZERS[choice.name]
    values = choice.values(optimizer.parameters)
    everything = _tensors(program, program.memory.parameters.span)
    return [
        *_count_update(program),
        *(call for stage in optimizer.stages for call in stage.build(everything, values)),
    ]
