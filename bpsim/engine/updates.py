"""The operations of the update: tensor by tensor for stepping, all at once for training."""

import re
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array, Calls, bind
from bpsim.engine.memory import Slot
from bpsim.engine.operation import Kind, Operation, Phase, Workspace
from bpsim.engine.optimizers import OPTIMIZERS, Stage, Tensors


def _tensors(space: Workspace, span: tuple[int, int]) -> Tensors:
    """Everything that belongs to one stretch of parameters, given by its place in memory."""
    memory, network = space.memory, space.specification.network
    optimizer = OPTIMIZERS[space.specification.training.optimizer.name]
    values = space.specification.training.optimizer.values(optimizer.parameters)
    start, stop = (at - memory.parameters.start for at in span)
    trained = _trained(space)
    rate = np.full(trained.shape, values["learning_rate"])
    decay: Array = np.where(trained, rate * values.get("weight_decay", 0.0), 0.0)
    if not values.get("decay_biases", True):
        for number in range(1, len(network.layers) + 1):
            slot = space.slots[f"b{number}"]
            decay[slot.start : slot.stop] = 0.0

    here = trained[start:stop]

    def part(slot: Slot) -> Array:
        return space.flat(slot)[start:stop]

    return Tensors(
        p=part(memory.parameters),
        g=part(memory.gradients),
        states={name: part(slot) for name, slot in memory.states.items()},
        rate=rate[start:stop],
        decay=decay[start:stop],
        trained=None if here.all() else here,
        corrections={
            name: space.stored(f"correction_{name}") for name in optimizer.corrected or {}
        },
    )


def _trained(space: Workspace) -> NDArray[np.bool_]:
    """Tell of each parameter whether it is trained or frozen."""
    trained = np.ones(space.memory.parameters.shape, dtype=bool)
    for number, layer in enumerate(space.specification.network.layers, 1):
        for name, mask in (
            (f"W{number}", layer.frozen_weights),
            (f"b{number}", layer.frozen_biases),
        ):
            slot = space.slots[name]
            frozen = np.broadcast_to(np.asarray(mask, dtype=bool), slot.shape[::-1])
            trained[slot.start : slot.stop] = ~frozen.T.ravel()
    return trained


def _count_update(space: Workspace) -> Calls:
    """Count the update and prepare the corrections by ``1 - beta**t``."""
    choice = space.specification.training.optimizer
    optimizer = OPTIMIZERS[choice.name]
    if not optimizer.corrected:
        return []
    values, t, one = choice.values(optimizer.parameters), space.stored("t"), np.ones(1)
    calls: Calls = [bind(np.add, t, one, t)]
    for name, beta in optimizer.corrected.items():
        correction = space.stored(f"correction_{name}")
        calls += [
            bind(np.power, np.full(1, values[beta]), t, correction),
            bind(np.subtract, one, correction, correction),
        ]
    return calls


def updates(space: Workspace) -> Iterator[Operation]:
    """Give the optimizer's stages for each tensor in turn; the first also counts the update."""
    choice = space.specification.training.optimizer
    optimizer = OPTIMIZERS[choice.name]
    values = choice.values(optimizer.parameters)
    counting = _count_update(space)
    counted = tuple(
        slot.span for name, slot in space.slots.items() if name == "t" or "correction_" in name
    )
    for number in range(1, len(space.specification.network.layers) + 1):
        for tensor in (f"W{number}", f"b{number}"):
            slot = space.slots[tensor]
            stretch = _tensors(space, slot.span)
            for stage in optimizer.stages:
                if stage.decays and not stretch.decay.any() and tensor.startswith("b"):
                    continue
                name = tensor if stage.writes == "p" else f"{stage.writes}{tensor}"
                named = {"p": tensor, "g": f"d{tensor}"}
                named |= {state: f"{state}{tensor}" for state in optimizer.states}
                used = _words(stage.formula, named)
                yield Operation(
                    name,
                    _kind(stage),
                    Phase.UPDATE,
                    number,
                    _renamed(stage.formula, named),
                    tuple(named[word] for word in used),
                    (space.slots[name].span, *counted),
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


def update_all(space: Workspace) -> Calls:
    """Build the same update over all parameters at once."""
    choice = space.specification.training.optimizer
    optimizer = OPTIMIZERS[choice.name]
    values = choice.values(optimizer.parameters)
    everything = _tensors(space, space.memory.parameters.span)
    return [
        *_count_update(space),
        *(call for stage in optimizer.stages for call in stage.build(everything, values)),
    ]
