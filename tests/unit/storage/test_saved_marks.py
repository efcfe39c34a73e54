"""A saved project carries its breakpoints and watches, in parts that can be written by hand."""

import json
import re

import pytest

from bpsim.session.label import Label
from bpsim.session.session import Session
from bpsim.session.stopping.breakpoints import Breakpoint, Marks
from bpsim.storage.project_file import ProjectFileError, parse_project, parse_session
from bpsim.storage.project_text import session_text
from tests.examples import one_neuron

MARKS = Marks(
    (
        Breakpoint("delta1"),
        Breakpoint("loss", condition="loss < 0.5", enabled=False),
        Breakpoint("dW1", "penalty gradient"),
        Breakpoint(condition="abs(dW1[0,0]) > 10"),
        Breakpoint("z9", condition="W7[0,0] > 1"),  # of another network
    ),
    ("loss", "W1[0,0] * 2", "nothing_there"),
)


@pytest.mark.parametrize("steps", [0, 7])
def test_what_is_marked_is_there_again(steps):
    session = Session(one_neuron())
    session.mark(MARKS, Label("breakpoints"))
    session.jump(steps)
    again = parse_session(session_text(session), "p")
    assert again.marks == MARKS
    assert again.undo_label is None
    assert session_text(again) == session_text(session)


def test_nothing_is_written_where_there_is_nothing():
    content = json.loads(session_text(Session(one_neuron())))
    assert not content.keys() & {"breakpoints", "watches"}


def test_it_is_short_enough_to_be_written_by_hand():
    session = Session(one_neuron())
    session.mark(MARKS, Label("breakpoints"))
    content = json.loads(session_text(session))
    assert content["breakpoints"][:2] == [
        {"operation": "delta1"},
        {"operation": "loss", "condition": "loss < 0.5", "enabled": False},
    ]
    assert content["watches"][0] == "loss"
    assert parse_project(session_text(session), "p") == session.project


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"breakpoints": [{}]}, "breakpoints[0]: needs an operation, a condition or both"),
        (
            {"breakpoints": [{"operation": "z1"}, {"condition": "loss <"}]},
            "breakpoints[1].condition: column 7",
        ),
        ({"breakpoints": [{"line": 3}]}, "breakpoints[0].line: is not a key"),
        ({"breakpoints": [{"operation": 3}]}, "breakpoints[0].operation: must be text"),
        ({"watches": ["loss", "1 +"]}, "watches[1]: column 4"),
        ({"watches": "loss"}, "watches: must be a list"),
        ({"watches": ["x"] * 1001}, "watches: holds 1001"),
    ],
)
def test_mistakes_are_named_by_their_place(part, words):
    content = json.loads(session_text(Session(one_neuron()))) | part
    with pytest.raises(ProjectFileError, match=re.escape(words)):
        parse_session(json.dumps(content), "p")
