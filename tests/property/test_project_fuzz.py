"""Whatever is done to a project file, it is refused in words or it can be trained."""

import json
from copy import deepcopy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.storage.project_file import ProjectFileError, parse_session
from bpsim.storage.project_text import session_text
from tests.examples import one_neuron, small, two_two_two

ODD = [None, True, 0, -1, 0.5, 3, 1e308, -1e308, 5e-324, 2**63, 10**18, 10**400]
ODD += ["", "x", "sigmoid", "adam", "xor", "\0", "\ud83d", "=1", [], [[]], [0], [[0.5]], {}]
ODD += [{"name": "x"}, {"name": "adam", "learning_rate": 0}]
NAMES = ["zz", "name", "units", "frozen", "csv", "builtin", "state", "low", "momentum", "weights"]


def texts():
    for project in (one_neuron(), two_two_two(True), small("adamw", shuffle=True, l2=0.1)):
        session = Session(project)
        yield session_text(session)
        session.run(4)
        session.edit({Element("W1", (0, 0)): 0.25})
        session.step_operation()
        yield session_text(session)


WHOLE = [json.loads(text) for text in texts()]


def places(content, path=()):
    """Every place in a file; of long lists only the first few."""
    if path:
        yield path
    if isinstance(content, dict):
        for key, value in content.items():
            yield from places(value, (*path, key))
    elif isinstance(content, list):
        for index, value in enumerate(content[:3]):
            yield from places(value, (*path, index))


def spoil(content, draw):
    path = draw.choice(list(places(content)))
    around = content
    for key in path[:-1]:
        around = around[key]
    odd, way = deepcopy(draw.choice(ODD)), draw.choice("RRRDA")
    if way == "R":
        around[path[-1]] = odd
    elif way == "D":
        del around[path[-1]]
    elif isinstance(around, dict):
        around[draw.choice(NAMES)] = odd
    else:
        around.insert(path[-1], odd)


def refused_or_read(text):
    try:
        return [], parse_session(text, "p")
    except ProjectFileError as error:
        return str(error).splitlines(), None


@given(st.randoms(use_true_random=False))
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_a_spoiled_file_is_refused_or_can_be_trained(draw):
    content = deepcopy(draw.choice(WHOLE))
    for _ in range(draw.randint(1, 3)):
        spoil(content, draw)
    said, session = refused_or_read(json.dumps(content))
    assert all(line.startswith("p: ") for line in said)
    if session is None:
        return
    sizes = session.project.specification.network.sizes
    if max(sizes) < 1000:
        session.run(2)
        session.step_operation()
        session.back_batch()
        text = session_text(session)
        assert session_text(parse_session(text, "p")) == text
