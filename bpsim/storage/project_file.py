"""Reads and writes project files (``*.bpsim.json``), strictly."""

import json
from dataclasses import asdict
from math import inf, isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Layer, Problem, SpecificationError, Training
from bpsim.session.project import Project
from bpsim.session.resume import resume, standing_of
from bpsim.session.scaling import Scaling
from bpsim.session.session import Session
from bpsim.session.standing import Moment
from bpsim.storage.safe_write import write_safely

if TYPE_CHECKING:
    from bpsim.storage.shape import Content

MOST_BYTES = 256 * 2**20
MOST_LOSSES = 1_000_000
"""A file keeps the losses of no more steps than these; they can be worked out anew."""
_MOST_DIGITS = 309


class ProjectFileError(ValueError):
    """A project file that cannot be used.

    Attributes
    ----------
    path
        The file, as messages name it.
    problems
        Everything that is wrong with it.
    """

    def __init__(self, path: str, problems: list[Problem]) -> None:
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))
        self.path = path
        self.problems = tuple(problems)


def read_project(path: Path) -> Project:
    """Read a project file, whatever it says of where training stands.

    Raises
    ------
    ProjectFileError
        If it cannot be read or anything in it is wrong.
    """
    return parse_project(_read(path), str(path), path.parent)


def read_session(path: Path) -> Session:
    """Read a project file and go on where training stands.

    Raises
    ------
    ProjectFileError
        If it cannot be read or anything in it is wrong.
    """
    return parse_session(_read(path), str(path), path.parent)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            problem = Problem("", f"is larger than {MOST_BYTES >> 20} MiB")
            raise ProjectFileError(str(path), [problem])
        return content.decode("utf-8-sig")
    except OSError as error:
        cause = [Problem("", f"cannot be read: {error.strerror or error}")]
        raise ProjectFileError(str(path), cause) from error
    except UnicodeDecodeError as error:
        cause = [Problem("", f"is not UTF-8 text (byte {error.start})")]
        raise ProjectFileError(str(path), cause) from error


def parse_project(text: str, source: str, folder: Path | None = None) -> Project:
    """Read a project from the text of a file.

    Parameters
    ----------
    text
        JSON.
    source
        The file's name in messages.
    folder
        Where a CSV that the project names may stand; without one there is none.

    Raises
    ------
    ProjectFileError
        If anything in it is wrong.
    """
    return _parse(text, source, folder).project


def parse_session(text: str, source: str, folder: Path | None = None) -> Session:
    """Read a project from the text of a file and go on where training stands.

    Parameters
    ----------
    text, source, folder
        As for `parse_project`.

    Raises
    ------
    ProjectFileError
        If anything in it is wrong.
    """
    content = _parse(text, source, folder)
    if content.standing is None:
        return Session(content.project)
    try:
        return resume(content.project, content.standing)
    except SpecificationError as error:
        raise ProjectFileError(source, list(error.problems)) from error


def _parse(text: str, source: str, folder: Path | None) -> "Content":
    from bpsim.storage.shape import shape_of

    try:
        content = json.loads(
            text,
            object_pairs_hook=_no_duplicates,
            parse_constant=_no_constant,
            parse_int=_whole,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ProjectFileError(source, [Problem("", f"{where}: not JSON: {error.msg}")]) from error
    except RecursionError as error:
        raise ProjectFileError(source, [Problem("", "is nested too deeply")]) from error
    except ValueError as error:
        raise ProjectFileError(source, [Problem("", str(error))]) from error
    try:
        return shape_of(content, folder)
    except SpecificationError as error:
        raise ProjectFileError(source, list(error.problems)) from error


def write_session(path: Path, session: Session) -> None:
    """Write a project file with where training stands.

    Raises
    ------
    OSError
        If it cannot be written; what was there is whole then.
    """
    write_safely(path, [session_text(session).encode()])


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is not allowed; every number must be finite")


def _whole(text: str) -> int | float:
    """Read a whole number; one beyond every float64 is infinite, which its place forbids."""
    return int(text) if len(text) <= _MOST_DIGITS else inf


def project_text(project: Project) -> str:
    """Write a project as the text of a file; reading it gives the same project."""
    return _pretty(_project(project), "") + "\n"


def session_text(session: Session) -> str:
    """Write a project with where its training stands, if it has begun."""
    content = _project(session.initial_project)
    if session.history.horizon:
        content["state"] = _state(session)
    return _pretty(content, "") + "\n"


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
            "train": project.data.train.tolist(),
            "test": project.data.test.tolist(),
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


def _state(session: Session) -> dict[str, Any]:
    standing, at = standing_of(session), session.position
    content: dict[str, Any] = {
        "step": standing.moment.step,
        "epoch": at.epoch,
        "batch": at.batch,
        "operation": standing.moment.operation,
        "furthest": _moment(standing.furthest),
        "now": {name: value.tolist() for name, value in standing.state.items()},
        "before": {name: value.tolist() for name, value in standing.before.items()},
    }
    for name, values in (("losses", standing.losses), ("penalties", standing.penalties)):
        if len(values) <= MOST_LOSSES and not np.isnan(values).all():
            content[name] = [None if isnan(v) else v for v in values.tolist()]
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


def _moment(moment: Moment) -> dict[str, Any]:
    return {"step": moment.step, "operation": moment.operation}


def _scaling(scaling: Scaling | None) -> dict[str, Any]:
    return {} if scaling is None else {"scaling": asdict(scaling)}


def _choice(choice: Choice) -> dict[str, Any]:
    return {"name": choice.name, **choice.parameters}


def _layer(layer: Layer) -> dict[str, Any]:
    written: dict[str, Any] = {"units": layer.units, "activation": layer.activation}
    if layer.weights is not None:
        written["weights"] = layer.weights
    if layer.biases is not None:
        written["biases"] = layer.biases
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


def _pretty(value: object, indent: str) -> str:
    """Write JSON with each row of numbers on a line of its own."""
    inner = indent + "  "
    if isinstance(value, dict):
        lines = [f"{inner}{json.dumps(k)}: {_pretty(v, inner)}" for k, v in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}" if lines else "{}"
    if isinstance(value, list | tuple) and any(isinstance(v, list | tuple | dict) for v in value):
        return "[\n" + ",\n".join(inner + _pretty(v, inner) for v in value) + f"\n{indent}]"
    return json.dumps(value, allow_nan=False, ensure_ascii=False)
