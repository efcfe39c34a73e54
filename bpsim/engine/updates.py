"""The operations of the update: tensor by tensor for stepping, all at once for training."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array, Calls, bind, constant
from bpsim.engine.operation import Kind, Operation, Phase, Workspace
from bpsim.engine.optimizers import OPTIMIZERS, Stage, Tensors


def _everything(space: Workspace) -> Tensors:
    """Gather all that the optimizer works on, over all parameters."""
    memory, network = space.memory, space.specification.network
    optimizer = OPTIMIZERS[space.specification.training.optimizer.name]
    values = space.specification.training.optimizer.values(optimizer.parameters)
    trained = _trained(space)
    rate, pull = values["learning_rate"], values.get("weight_decay", 0.0)
    decay: Array = np.where(trained, rate * pull, 0.0)
    if not values.get("decay_biases", True):
        for number in range(1, len(network.layers) + 1):
            slot = space.slots[f"b{number}"]
            decay[slot.start : slot.stop] = 0.0
    return Tensors(
        p=space.flat(memory.parameters),
        g=space.flat(memory.gradients),
        states={name: space.flat(slot) for name, slot in memory.states.items()},
        rate=constant(rate),
        decay=decay,
        trained=None if trained.all() else trained,
        corrections={
            name: space.stored(f"correction_{name}") for name in optimizer.corrected or {}
        },
    )


def _stretch(whole: Tensors, place: slice) -> Tensors:
    """Take what belongs to one stretch of parameters."""
    trained = None if whole.trained is None else whole.trained[place]
    return replace(
        whole,
        p=whole.p[place],
        g=whole.g[place],
        states={name: state[place] for name, state in whole.states.items()},
        decay=whole.decay[place],
        trained=None if trained is None or trained.all() else trained,
    )


def _trained(space: Workspace) -> NDArray[np.bool_]:
    """Tell of each parameter whether it is trained or frozen."""
    trained = np.ones(space.memory.parameters.shape, dtype=bool)
    for number, layer in enumerate(space.specification.network.layers, 1):
        for name, mask in (
            (f"W{number}", layer.frozen_weights),
            (f"b{number}", layer.frozen_biases),
        ):
            if mask is not False:
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
    whole, first = _everything(space), space.memory.parameters.start
    for number in range(1, len(space.specification.network.layers) + 1):
        for tensor in (f"W{number}", f"b{number}"):
            slot = space.slots[tensor]
            stretch = _stretch(whole, slice(slot.start - first, slot.stop - first))
            for stage in optimizer.stages:
                if stage.decays and not stretch.decay.any() and tensor.startswith("b"):
                    continue
                name, formula, reads = _described(stage, tensor, optimizer.states)
                yield Operation(
                    name,
                    _kind(stage),
                    Phase.UPDATE,
                    number,
                    formula,
                    reads,
                    (space.slots[name].span, *counted),
                    [*counting, *stage.build(stretch, values)],
                    stage,
                )
                counting, counted = [], ()


@cache
def _described(
    stage: Stage, tensor: str, states: tuple[str, ...]
) -> tuple[str, str, tuple[str, ...]]:
    """Give the name of a tensor's operation, its formula, and what it reads."""
    named = {"p": tensor, "g": f"d{tensor}", **{state: f"{state}{tensor}" for state in states}}
    formula = re.sub(r"\b[pgmv]\b", lambda m: named.get(m[0], m[0]), stage.formula)
    right = stage.formula.replace(" += ", " = ").replace(" -= ", " = ")
    reads = tuple(name for word, name in named.items() if re.search(rf"\b{word}\b", right))
    return named[stage.writes], formula, reads


def _kind(stage: Stage) -> Kind:
    if stage.decays:
        return Kind.DECAY
    return Kind.UPDATE if stage.writes == "p" else Kind.STATE


def update_all(space: Workspace) -> Calls:
    """Build the same update over all parameters at once."""
    choice = space.specification.training.optimizer
    optimizer = OPTIMIZERS[choice.name]
    values = choice.values(optimizer.parameters)
    everything = _everything(space)
    return [
        *_count_update(space),
        *(call for stage in optimizer.stages for call in stage.build(everything, values)),
    ]
