"""Reads the lessons that ship with the program: one file each, found by its place."""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from bpsim.resources import resource
from bpsim.session.project import Project
from bpsim.storage.project_file import parse_project, read_project

FORMAT, VERSION = "bpsim-lesson", 1


@dataclass(frozen=True)
class Page:
    """A few sentences about one moment of training.

    Attributes
    ----------
    text
        Paragraphs. ```W1[0,0]``` names an element, ``{W1[0,0]}`` stands for its value at that
        moment, ``**F10**`` is emphasised.
    step, operation
        The moment: after an operation of a step, counted from 1, or after the whole step; 0 is
        the very start.
    select
        Elements to select.
    panel
        The panel to bring to the front, if any.
    """

    text: tuple[str, ...]
    step: int = 0
    operation: str = ""
    select: tuple[str, ...] = ()
    panel: str = ""


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Attributes
    ----------
    name
        Its file's, which gives the order too.
    title
        In a few words.
    project
        What it is about.
    pages
        In their order.
    """

    name: str
    title: str
    project: Project
    pages: tuple[Page, ...]


def lesson_files() -> tuple[Path, ...]:
    """Find all lessons, in their order."""
    return tuple(sorted(resource("lessons").glob("*.json")))


def lesson_title(path: Path) -> str:
    """Read no more than the title."""
    return str(_read(path)["title"])


def read_lesson(path: Path) -> Lesson:
    """Read a lesson.

    Raises
    ------
    ValueError
        If it is no lesson that this program knows.
    """
    content = _read(path)
    named = content["project"]
    if isinstance(named, str):
        project = read_project(resource("examples", f"{named}.bpsim.json"))
    else:
        project = parse_project(json.dumps(named), str(path))
    pages = tuple(_page(entry, path) for entry in content["pages"])
    return Lesson(path.stem, content["title"], project, pages)


def _read(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_text(encoding="utf-8"))
    if (content.get("format"), content.get("version")) != (FORMAT, VERSION):
        raise ValueError(f"{path} is no lesson of version {VERSION}")
    return dict(content)


def _page(entry: dict[str, Any], path: Path) -> Page:
    unknown = set(entry) - {field.name for field in fields(Page)}
    if unknown:
        raise ValueError(f"{path}: a page has no {', '.join(sorted(unknown))}")
    lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
    return Page(**{**entry, **lists})
