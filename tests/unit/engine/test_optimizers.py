"""Every update rule against arbitrary precision, over five updates of a whole network.

The rules are PyTorch's: ``torch.optim.SGD`` (``dampening=0``; ``momentum`` with ``nesterov``
false and true), ``RMSprop`` (``centered=False``), ``Adagrad`` (``lr_decay=0``, its ``eps`` 1e-10),
``Adam`` and ``AdamW`` (``amsgrad=False``). Where PyTorch divides ``sqrt(v)`` by
``sqrt(1-beta2**t)`` before it adds ``eps``, that is ``sqrt(v / (1-beta2**t)) + eps``.
"""

import mpmath
import numpy as np
import pytest

from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Layer, Network, Specification, Training
from bpsim.session.project import Dataset, Project
from bpsim.session.session import Session
from tests.reference import updates

UPDATES = 5
NAMES = [f"{p}{n}" for n in (1, 2) for p in "Wb"]
MASK_W = ((True, False), (False, False), (False, True))
MASK_B = (False, True, False)

CASES = [
    ("sgd", {}),
    ("sgd", {"learning_rate": 0.0}),
    ("momentum", {}),
    ("momentum", {"momentum": 0.5}),
    ("momentum", {"momentum": 0.0}),
    ("nesterov", {}),
    ("nesterov", {"momentum": 0.3}),
    ("rmsprop", {}),
    ("rmsprop", {"alpha": 0.5, "eps": 1e-3}),
    ("adagrad", {}),
    ("adagrad", {"eps": 0.1}),
    ("adam", {}),
    ("adam", {"beta1": 0.5, "beta2": 0.75, "eps": 0.01}),
    ("adam", {"beta1": 0.0, "beta2": 0.0}),
    ("adamw", {}),
    ("adamw", {"weight_decay": 0.5, "beta1": 0.8}),
    ("adamw", {"weight_decay": 0.0}),
]


def project(name, settings, *, frozen_weights=False, frozen_biases=False, l1=0.02, l2=0.05):
    draws = np.random.default_rng(31)

    def drawn(*shape):
        return draws.normal(0, 1, shape)

    def rows(matrix):
        return tuple(map(tuple, matrix.tolist()))

    layers = (
        Layer(3, "tanh", rows(drawn(3, 2)), tuple(drawn(3)), frozen_weights, frozen_biases),
        Layer(1, "identity", rows(drawn(1, 3)), tuple(drawn(1))),
    )
    optimizer = Choice(name, {"learning_rate": 0.1, **settings})
    training = Training(Choice("half_squared_error"), optimizer, l1=l1, l2=l2, batch_size=2)
    data = Dataset.of(("a", "b"), ("y",), drawn(6, 3))
    return Project(name, Specification(Network(2, layers), training), data)


def follow(session):
    """Train, and give what every parameter was at each step and the gradients in between."""
    values = {name: [session.value(name).copy()] for name in NAMES}
    gradients = {name: [] for name in NAMES}
    for _ in range(UPDATES):
        assert session.step_batch().halt is None
        for name in NAMES:
            values[name].append(session.value(name).copy())
            gradients[name].append(session.value(f"d{name}").copy())
    return values, gradients


def assert_follows(name, settings, values, gradients, *, kept=(), spared=()):
    settings = {"learning_rate": 0.1, **settings}
    frozen = dict(kept)
    for tensor in NAMES:
        for index in np.ndindex(values[tensor][0].shape):
            found = [float(v[index]) for v in values[tensor]]
            if np.broadcast_to(frozen.get(tensor, False), values[tensor][0].shape)[index]:
                assert found == [found[0]] * (UPDATES + 1), (tensor, index)
                continue
            g = [float(v[index]) for v in gradients[tensor]]
            path = updates.path(name, found[0], g, settings, decays=tensor not in spared)
            moved = mpmath.mpf(0)
            for t, expected in enumerate(path):
                moved += abs(expected - (path[t - 1] if t else mpmath.mpf(found[0])))
                # A rounding of the parameter in each update; and of each step 1e-16 over
                # 1 - beta2**t, which is 1e-3 where t is 1.
                size = max(abs(found[0]), *(abs(v) for v in found))
                room = 2e-16 * (t + 1) * size + 2e-13 * moved
                assert abs(mpmath.mpf(found[t + 1]) - expected) <= room, (tensor, index, t)


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_five_updates(name, settings):
    values, gradients = follow(Session(project(name, settings)))
    assert_follows(name, settings, values, gradients)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_what_is_frozen_stays_and_the_rest_goes_on(name):
    masks = {"frozen_weights": MASK_W, "frozen_biases": MASK_B}
    values, gradients = follow(Session(project(name, {}, **masks)))
    assert_follows(
        name, {}, values, gradients, kept={"W1": np.array(MASK_W), "b1": np.array(MASK_B)}
    )
    for gradient in gradients["W1"]:
        assert np.all(gradient != 0.0)
    # Running updates all parameters at once, with the same bits.
    ran = Session(project(name, {}, **masks))
    ran.run(UPDATES)
    for tensor in NAMES:
        assert ran.value(tensor).tolist() == values[tensor][-1].tolist()


def test_a_whole_layer_can_be_frozen():
    whole = {"frozen_weights": True, "frozen_biases": True}
    values, gradients = follow(Session(project("adamw", {}, **whole)))
    assert_follows("adamw", {}, values, gradients, kept={"W1": True, "b1": True})


def test_biases_can_be_spared_from_decay():
    settings = {"weight_decay": 0.5, "decay_biases": False}
    values, gradients = follow(Session(project("adamw", settings)))
    settings.pop("decay_biases")
    assert_follows("adamw", settings, values, gradients, spared=("b1", "b2"))


def test_biases_decay_unless_spared():
    pulled, _ = follow(Session(project("adamw", {"weight_decay": 0.5})))
    spared, _ = follow(Session(project("adamw", {"weight_decay": 0.5, "decay_biases": False})))
    assert not np.any(pulled["b1"][1] == spared["b1"][1])
    assert np.array_equal(pulled["W1"][1], spared["W1"][1])


@pytest.mark.parametrize("way", ["run", "step"])
@pytest.mark.parametrize("name", ["adam", "adamw", "rmsprop", "adagrad"])
def test_what_is_frozen_stays_even_where_its_update_is_undefined(name, way):
    # A unit that is switched off has no gradient; without eps its update is 0/0.
    layers = (
        Layer(1, "relu", ((1.0,),), (-0.0,), frozen_weights=True, frozen_biases=True),
        Layer(1, "identity", ((0.5,),), (0.25,), frozen_weights=True),
    )
    optimizer = Choice(name, {"learning_rate": 0.1, "eps": 0.0})
    training = Training(Choice("half_squared_error"), optimizer)
    data = Dataset.of(("x",), ("y",), [[-1.0, 1.0]])
    session = Session(Project("off", Specification(Network(1, layers), training), data))
    change = session.run(3) if way == "run" else session.step_epoch()
    assert change.halt is None
    assert session.value("W1").tolist() == [[1.0]]
    assert str(session.value("b1").tolist()) == "[-0.0]"
    assert session.value("W2").tolist() == [[0.5]]
    assert session.value("b2").item() != 0.25


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_a_zero_gradient_moves_nothing(name):
    layers = (Layer(1, "identity", ((2.0,),), (1.0,)),)
    settings = {"learning_rate": 0.1} | ({"weight_decay": 0.0} if name == "adamw" else {})
    training = Training(Choice("half_squared_error"), Choice(name, settings))
    data = Dataset.of(("x",), ("y",), [[3.0, 7.0]])
    session = Session(Project("there", Specification(Network(1, layers), training), data))
    for _ in range(3):
        session.step_batch()
    assert session.value("W1").tolist() == [[2.0]]
    assert session.value("b1").tolist() == [1.0]


@pytest.mark.parametrize(
    ("name", "first"),
    # One weight 1, gradient 1: what each rule's first update subtracts at rate 0.1.
    [
        ("sgd", 0.1),
        ("momentum", 0.1),
        ("nesterov", 0.1 * 1.9),
        ("rmsprop", 0.1 / (0.1 + 1e-8)),
        ("adagrad", 0.1 / (1 + 1e-10)),
        ("adam", 0.1 / (1 + 1e-8)),
        ("adamw", 0.1 / (1 + 1e-8) + 0.001),
    ],
)
def test_the_first_update_by_hand(name, first):
    layers = (Layer(1, "identity", ((1.0,),), (0.0,), frozen_biases=True),)
    training = Training(Choice("half_squared_error"), Choice(name, {"learning_rate": 0.1}))
    data = Dataset.of(("x",), ("y",), [[1.0, 0.0]])
    session = Session(Project("one", Specification(Network(1, layers), training), data))
    session.step_batch()
    assert session.value("dW1").item() == 1.0
    assert session.value("W1").item() == pytest.approx(1 - first, rel=0, abs=1e-15)


def test_the_table_has_the_published_defaults():
    for name, entry in OPTIMIZERS.items():
        own = {p.name: p.default for p in entry.parameters}
        assert own.pop("learning_rate") is None
        assert own.pop("decay_biases", True) is True
        assert own == updates.DEFAULTS[name]
    assert set(OPTIMIZERS) == set(updates.DEFAULTS)
    assert "decay_biases" in {p.name for p in OPTIMIZERS["adamw"].parameters}
