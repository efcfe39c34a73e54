"""Reads and writes project files (``*.bpsim.json``), strictly."""

import json
from math import inf
from pathlib import Path
from typing import Any

from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Layer, Problem, SpecificationError
from bpsim.session.project import Project, check
from bpsim.storage.safe_write import write_safely

MOST_BYTES = 64 * 2**20
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
    """Read a project file.

    Raises
    ------
    ProjectFileError
        If it cannot be read or anything in it is wrong.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            problem = Problem("", f"is larger than {MOST_BYTES >> 20} MiB")
            raise ProjectFileError(str(path), [problem])
        text = content.decode("utf-8-sig")
    except OSError as error:
        cause = [Problem("", f"cannot be read: {error.strerror or error}")]
        raise ProjectFileError(str(path), cause) from error
    except UnicodeDecodeError as error:
        cause = [Problem("", f"is not UTF-8 text (byte {error.start})")]
        raise ProjectFileError(str(path), cause) from error
    return parse_project(text, str(path), path.parent)


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
        project = shape_of(content, folder)
        check(project)
    except SpecificationError as error:
        raise ProjectFileError(source, list(error.problems)) from error
    return project


def write_project(path: Path, project: Project) -> None:
    """Write a project file.

    Raises
    ------
    OSError
        If it cannot be written; what was there is whole then.
    """
    write_safely(path, [project_text(project).encode()])


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
    network, training = project.specification.network, project.specification.training
    content = {
        "format": "bpsim-project",
        "version": 1,
        "name": project.name,
        "network": {
            "inputs": network.inputs,
            "layers": [_layer(layer) for layer in network.layers],
            "initializer": _choice(network.initializer),
        },
        "training": {
            "loss": _choice(training.loss),
            "optimizer": _choice(training.optimizer),
            "l1": training.l1,
            "l2": training.l2,
            "batch_size": training.batch_size,
            "shuffle": training.shuffle,
            "seed": training.seed,
        },
        "data": {
            "features": list(project.data.features),
            "targets": list(project.data.targets),
            "train": project.data.train.tolist(),
            "test": project.data.test.tolist(),
        },
    }
    return _pretty(content, "") + "\n"


def _choice(choice: Choice) -> dict[str, Any]:
    return {"name": choice.name, **choice.parameters}


def _layer(layer: Layer) -> dict[str, Any]:
    written: dict[str, Any] = {"units": layer.units, "activation": layer.activation}
    if layer.weights is not None:
        written["weights"] = layer.weights
    if layer.biases is not None:
        written["biases"] = layer.biases
    frozen = (layer.frozen_weights, layer.frozen_biases)
    if frozen == (True, True):
        written["frozen"] = "all"
    elif frozen == (True, False):
        written["frozen"] = "weights"
    elif frozen == (False, True):
        written["frozen"] = "biases"
    elif frozen != (False, False):
        masks = {"weights": frozen[0], "biases": frozen[1]}
        written["frozen"] = {name: mask for name, mask in masks.items() if mask is not False}
    return written


def _pretty(value: object, indent: str) -> str:
    """Write JSON with each row of numbers on a line of its own."""
    inner = indent + "  "
    if isinstance(value, dict):
        lines = [f"{inner}{json.dumps(k)}: {_pretty(v, inner)}" for k, v in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}" if lines else "{}"
    if isinstance(value, list | tuple) and any(isinstance(v, list | tuple | dict) for v in value):
        return "[\n" + ",\n".join(inner + _pretty(v, inner) for v in value) + f"\n{indent}]"
    return json.dumps(value, allow_nan=False, ensure_ascii=False)
