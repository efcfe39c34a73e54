"""Writes project files (``*.bpsim.json``) from a snapshot, in pieces that any thread can write."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from bpsim.engine.kernels import Array
from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Layer, Training
from bpsim.session.project import Project
from bpsim.session.resume import standing_of
from bpsim.session.scaling import Scaling
from bpsim.session.session import Session
from bpsim.session.standing import Moment, Standing
from bpsim.session.stopping.breakpoints import NO_MARKS, Breakpoint, Marks
from bpsim.storage.safe_write import write_safely
from bpsim.storage.stamp import Stamp, Stamper

MOST_LOSSES = 1_000_000
"""A file keeps the losses of no more steps than these; they can be worked out anew."""
_MOST_AT_ONCE = 16_384
"""Numbers that are written in one go, so that other threads wait for a millisecond at most."""
_CHUNK_BYTES = 2**16


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All of a session that a project file holds; what is done to the session later is not in it.

    Attributes
    ----------
    project
        What was trained at the start.
    standing
        Where training stands, if it has begun.
    marks
        Breakpoints and watches.
    """

    project: Project
    standing: Standing | None
    marks: Marks = NO_MARKS


def snapshot_of(session: Session) -> Snapshot:
    """Copy what is to be saved; writing it can be left to another thread."""
    begun = session.history.horizon > 0
    standing = standing_of(session) if begun else None
    return Snapshot(session.initial_project, standing, session.marks)


def write_session(path: Path, session: Session) -> Stamp:
    """Write a project file with where training stands.

    Raises
    ------
    OSError
        If it cannot be written; what was there is whole then.
    """
    return write_snapshot(path, snapshot_of(session))


def write_snapshot(path: Path, snapshot: Snapshot) -> Stamp:
    """Write a project file and tell what was written.

    Raises
    ------
    OSError
        If it cannot be written; what was there is whole then.
    """
    stamper = Stamper()

    def chunks() -> Iterator[bytes]:
        for chunk in _chunks(snapshot):
            stamper.add(chunk)
            yield chunk

    write_safely(path, chunks())
    return stamper.stamp()


def _chunks(snapshot: Snapshot) -> Iterator[bytes]:
    pieces: list[str] = []
    size = 0
    for piece in (*_pretty(_content(snapshot), ""), "\n"):
        pieces.append(piece)
        size += len(piece)
        if size >= _CHUNK_BYTES:
            yield "".join(pieces).encode()
            pieces, size = [], 0
    yield "".join(pieces).encode()


def project_text(project: Project) -> str:
    """Write a project as the text of a file; reading it gives the same project."""
    return "".join(_pretty(_content(Snapshot(project, None)), "")) + "\n"


def session_text(session: Session) -> str:
    """Write a project with where its training stands, if it has begun."""
    return "".join(_pretty(_content(snapshot_of(session)), "")) + "\n"


def _content(snapshot: Snapshot) -> dict[str, Any]:
    content = _project(snapshot.project)
    if snapshot.standing is not None:
        content["state"] = _state(snapshot.standing)
    return content | _marks(snapshot.marks)


def _project(project: Project) -> dict[str, Any]:
    network = project.specification.network
    return {
        "format": "bpsim-project",
        "version": 1,
        "name": project.name,
        "network": {
            "inputs": network.inputs,
            "layers": [_layer(layer) for layer in network.layers],
            "initializer": _choice(network.initializer),
        },
        "training": _training(project.specification.training),
        "data": {
            "features": list(project.data.features),
            "targets": list(project.data.targets),
            "train": project.data.train,
            "test": project.data.test,
            **_scaling(project.data.scaling),
        },
    }


def _training(training: Training) -> dict[str, Any]:
    return {
        "loss": _choice(training.loss),
        "optimizer": _choice(training.optimizer),
        "l1": training.l1,
        "l2": training.l2,
        "batch_size": training.batch_size,
        "shuffle": training.shuffle,
        "seed": training.seed,
    }


def _state(standing: Standing) -> dict[str, Any]:
    content: dict[str, Any] = {
        "step": standing.moment.step,
        "epoch": standing.epoch,
        "batch": standing.batch,
        "operation": standing.moment.operation,
        "furthest": _moment(standing.furthest),
        "now": standing.state,
        "before": standing.before,
    }
    for name, values in (("losses", standing.losses), ("penalties", standing.penalties)):
        if len(values) <= MOST_LOSSES and not np.isnan(values).all():
            content[name] = values
    if standing.edits:
        content["edits"] = [
            {
                **_moment(edit.moment),
                "element": str(edit.element),
                "before": edit.before,
                "after": edit.after,
            }
            for edit in standing.edits
        ]
    if standing.settings:
        content["settings"] = [
            {
                "step": settings.step,
                "training": _training(settings.project.specification.training),
                "layers": [
                    {"activation": layer.activation, **_frozen(layer)}
                    for layer in settings.project.specification.network.layers
                ],
            }
            for settings in standing.settings
        ]
    return content


def _marks(marks: Marks) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if marks.breakpoints:
        content["breakpoints"] = [_breakpoint(each) for each in marks.breakpoints]
    if marks.watches:
        content["watches"] = list(marks.watches)
    return content


def _breakpoint(each: Breakpoint) -> dict[str, Any]:
    words = {"operation": each.operation, "kind": each.kind, "condition": each.condition}
    written: dict[str, Any] = {name: word for name, word in words.items() if word}
    return written if each.enabled else {**written, "enabled": False}


def _moment(moment: Moment) -> dict[str, Any]:
    return {"step": moment.step, "operation": moment.operation}


def _scaling(scaling: Scaling | None) -> dict[str, Any]:
    return {} if scaling is None else {"scaling": asdict(scaling)}


def _choice(choice: Choice) -> dict[str, Any]:
    return {"name": choice.name, **choice.parameters}


def _layer(layer: Layer) -> dict[str, Any]:
    written: dict[str, Any] = {"units": layer.units, "activation": layer.activation}
    if layer.weights is not None:
        written["weights"] = np.array(layer.weights)
    if layer.biases is not None:
        written["biases"] = np.array(layer.biases)
    return written | _frozen(layer)


def _frozen(layer: Layer) -> dict[str, Any]:
    frozen = (layer.frozen_weights, layer.frozen_biases)
    words = {(True, True): "all", (True, False): "weights", (False, True): "biases"}
    if frozen == (False, False):
        return {}
    if all(isinstance(part, bool) for part in frozen):
        return {"frozen": words[bool(frozen[0]), bool(frozen[1])]}
    masks = {"weights": frozen[0], "biases": frozen[1]}
    return {"frozen": {name: mask for name, mask in masks.items() if mask is not False}}


def _pretty(value: object, indent: str) -> Iterator[str]:
    """Write JSON with each row of numbers on a line of its own."""
    inner = indent + "  "
    if isinstance(value, np.ndarray):
        yield from _array(value, indent)
    elif isinstance(value, Mapping):
        yield "{"
        for index, (key, part) in enumerate(value.items()):
            yield f"{',' if index else ''}\n{inner}{json.dumps(key, ensure_ascii=False)}: "
            yield from _pretty(part, inner)
        yield f"\n{indent}}}" if value else "}"
    elif isinstance(value, list | tuple) and any(
        isinstance(v, list | tuple | Mapping) for v in value
    ):
        yield "["
        for index, part in enumerate(value):
            yield f"{',' if index else ''}\n{inner}"
            yield from _pretty(part, inner)
        yield f"\n{indent}]"
    else:
        yield json.dumps(value, allow_nan=False, ensure_ascii=False)


def _array(values: Array, indent: str) -> Iterator[str]:
    """Write numbers of up to two dimensions a part at a time, each row on a line of its own."""
    inner = indent + "  "
    if values.ndim == 0:
        yield _numbers(values.reshape(1))[1:-1]
    elif values.ndim == 1 or not len(values):
        yield from _row(values.ravel())
    else:
        together = max(_MOST_AT_ONCE // max(values.shape[1], 1), 1)
        for start in range(0, len(values), together):
            yield f"{',' if start else '['}\n{inner}"
            if together == 1:
                yield from _row(values[start])
            else:
                part = _numbers(values[start : start + together])
                yield part[1:-1].replace("], [", f"],\n{inner}[")
        yield f"\n{indent}]"


def _row(values: Array) -> Iterator[str]:
    """Write a row of numbers."""
    yield "["
    for start in range(0, len(values), _MOST_AT_ONCE):
        yield ", " * (start > 0) + _numbers(values[start : start + _MOST_AT_ONCE])[1:-1]
    yield "]"


def _numbers(values: Array) -> str:
    """Write numbers so that they read back as the same float64; NaN becomes null."""
    text = orjson.dumps(np.ascontiguousarray(values), option=orjson.OPT_SERIALIZE_NUMPY)
    return text.decode().replace(",", ", ")
