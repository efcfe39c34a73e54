"""What a new project can begin with: the examples that ship, each with a line about it."""

from dataclasses import dataclass

from bpsim.resources import resource
from bpsim.session.project import Project
from bpsim.words import QT_TRANSLATE_NOOP, translate

ENDING = ".bpsim.json"

ABOUT = {
    "1-one-neuron": QT_TRANSLATE_NOOP("gallery", "The smallest network: every number fits a page"),
    "2-house-prices": QT_TRANSLATE_NOOP("gallery", "A price from size and age, by regression"),
    "3-xor": QT_TRANSLATE_NOOP("gallery", "The problem that needs a hidden layer"),
    "4-two-two-two": QT_TRANSLATE_NOOP("gallery", "The worked example, with its biases kept"),
    "5-two-two-two-biases": QT_TRANSLATE_NOOP("gallery", "The same, with its biases trained"),
    "6-sine": QT_TRANSLATE_NOOP("gallery", "A curve through noisy points"),
    "7-spirals": QT_TRANSLATE_NOOP("gallery", "Two arms around each other; two hidden layers"),
    "8-iris": QT_TRANSLATE_NOOP("gallery", "Three kinds of flowers, by softmax"),
    "9-digits": QT_TRANSLATE_NOOP("gallery", "Ten digits from pictures of 8×8 pixels"),
}


@dataclass(frozen=True)
class Start:
    """One entry of the gallery.

    Attributes
    ----------
    name, about
        What it is called, and one line.
    project
        What it begins with; none for a network of one's own.
    """

    name: str
    about: str
    project: Project | None = None


def own_start() -> Start:
    """Return the entry for a network of one's own."""
    return Start(
        translate("gallery", "Your own network"),
        translate("gallery", "Choose inputs, layers, outputs and data"),
    )


def read_starts() -> list[Start]:
    """Read the examples that ship with the program; this may take half a second."""
    # In the thread that reads: the library behind it is slow to import.
    from bpsim.storage.project_file import read_project

    found = []
    for path in sorted(resource("examples").glob(f"*{ENDING}")):
        project = read_project(path)
        about = ABOUT.get(path.name.removesuffix(ENDING))
        sizes = "-".join(map(str, project.specification.network.sizes))
        words = translate("gallery", about) if about else sizes
        found.append(Start(project.name, words, project))
    return found
