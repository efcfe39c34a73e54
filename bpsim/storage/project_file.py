"""Reads project files (``*.bpsim.json``), strictly."""

from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpsim.engine.specification import Problem, SpecificationError
from bpsim.session.project import Project
from bpsim.session.session import Session
from bpsim.storage.stamp import Stamp, stamp_of_bytes
from bpsim.words import translate

if TYPE_CHECKING:
    from bpsim.storage.shape import Content

MOST_BYTES = 256 * 2**20
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
    return parse_project(_decoded(_read(path), path), str(path), path.parent)


def read_session(path: Path) -> Session:
    """Read a project file and go on where training stands.

    Raises
    ------
    ProjectFileError
        If it cannot be read or anything in it is wrong.
    """
    return read_stamped_session(path)[0]


def read_stamped_session(path: Path) -> tuple[Session, Stamp]:
    """Read a project file as `read_session` does, and tell what it was that was read.

    Raises
    ------
    ProjectFileError
        If it cannot be read or anything in it is wrong.
    """
    content = _read(path)
    session = parse_session(_decoded(content, path), str(path), path.parent)
    return session, stamp_of_bytes(content)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        words = translate("project", "cannot be read: {cause}")
        cause = [Problem("", words.format(cause=error.strerror or error))]
        raise ProjectFileError(str(path), cause) from error
    if len(content) > MOST_BYTES:
        words = translate("project", "is larger than {most} MiB")
        problem = Problem("", words.format(most=MOST_BYTES >> 20))
        raise ProjectFileError(str(path), [problem])
    return content


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        words = translate("project", "is not UTF-8 text (byte {byte})")
        cause = [Problem("", words.format(byte=error.start))]
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
    session = _session(content, source)
    session.restore_marks(content.marks)
    return session


def _session(content: "Content", source: str) -> Session:
    if content.standing is None:
        return Session(content.project)
    from bpsim.session.resume import resume

    try:
        return resume(content.project, content.standing)
    except SpecificationError as error:
        raise ProjectFileError(source, list(error.problems)) from error


def _parse(text: str, source: str, folder: Path | None) -> "Content":
    import json

    from bpsim.storage.shape import shape_of

    try:
        content = json.loads(
            text,
            object_pairs_hook=_no_duplicates,
            parse_constant=_no_constant,
            parse_int=_whole,
        )
    except json.JSONDecodeError as error:
        words = translate("project", "line {line}, column {column}: not JSON: {cause}")
        message = words.format(line=error.lineno, column=error.colno, cause=error.msg)
        raise ProjectFileError(source, [Problem("", message)]) from error
    except RecursionError as error:
        message = translate("project", "is nested too deeply")
        raise ProjectFileError(source, [Problem("", message)]) from error
    except ValueError as error:
        raise ProjectFileError(source, [Problem("", str(error))]) from error
    try:
        return shape_of(content, folder)
    except SpecificationError as error:
        raise ProjectFileError(source, list(error.problems)) from error


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        words = translate("project", "the key {key} stands twice in one object")
        raise ValueError(words.format(key=repr(twice)))
    return found


def _no_constant(text: str) -> float:
    words = translate("project", "{text} is not allowed; every number must be finite")
    raise ValueError(words.format(text=text))


def _whole(text: str) -> int | float:
    """Read a whole number; one beyond every float64 is infinite, which its place forbids."""
    return int(text) if len(text) <= _MOST_DIGITS else inf
