"""2,000 random networks: every gradient against complex-step derivatives."""

import numpy as np

from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Layer, Network, Specification, Training
from bpsim.session.project import Dataset, Project
from bpsim.session.session import Session
from tests import reference

HIDDEN = [name for name in reference.ACTIVATIONS if name != "softmax"]
BOUNDED = {"binary_cross_entropy": ("sigmoid",), "cross_entropy": ("softmax", "sigmoid")}
KINKED = {"relu", "leaky_relu"}


def random_case(draws):
    loss = draws.choice([*reference.LOSSES, *BOUNDED])
    sizes = draws.integers(1, 5, draws.integers(2, 5)).tolist()
    names = [str(draws.choice(HIDDEN)) for _ in sizes[2:]]
    names.append(str(draws.choice(BOUNDED.get(loss, list(reference.ACTIVATIONS)))))
    layers = [
        (draws.normal(0, 1, (o, i)), draws.normal(0, 1, o), name)
        for i, o, name in zip(sizes[:-1], sizes[1:], names, strict=True)
    ]
    batch = int(draws.integers(1, 6))
    x = draws.normal(0, 1, (batch, sizes[0]))
    y = draws.random((batch, sizes[-1]))
    l1, l2 = draws.choice([0.0, 0.03], 2).tolist()
    return layers, str(loss), x, y, l1, l2


def near_a_kink(layers, loss, x, y):
    a = x
    for w, b, name in layers:
        z = a @ w.T + b
        if name in KINKED and np.abs(z).min() < 1e-6:
            return True
        a = reference.ACTIVATIONS[name](z.astype(complex)).real
    residual = np.abs(a - y)
    return (
        loss in ("mean_absolute_error", "huber")
        and min(residual.min(), np.abs(residual - 1).min()) < 1e-6
    )


def engine_gradients(layers, loss, x, y, l1, l2):
    network = Network(
        x.shape[1],
        tuple(
            Layer(len(b), name, tuple(map(tuple, w.tolist())), tuple(b.tolist()))
            for w, b, name in layers
        ),
    )
    training = Training(
        Choice(loss), Choice("sgd", {"learning_rate": 0.1}), l1=l1, l2=l2, batch_size=0
    )
    data = Dataset.of(
        tuple(f"x{i}" for i in range(x.shape[1])),
        tuple(f"y{i}" for i in range(y.shape[1])),
        np.hstack([x, y]),
    )
    session = Session(Project("case", Specification(network, training), data))
    session.step_batch()
    return [session.value(f"d{p}{n}") for n in range(1, len(layers) + 1) for p in "Wb"]


def test_gradients_agree_with_complex_steps():
    draws = np.random.default_rng(2026)
    checked = 0
    while checked < 2000:
        case = random_case(draws)
        if near_a_kink(*case[:4]):
            continue
        expected = reference.gradients(*case)
        found = engine_gradients(*case)
        largest = max(np.abs(g).max() for g in expected)
        for e, f in zip(expected, found, strict=True):
            assert np.abs(e - f).max() <= 1e-12 * max(largest, 1e-3), (checked, case)
        checked += 1
