"""What is wrong with a specification is said with its place, plainly, and all at once."""

from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest

from bpsim.engine.initializers import initial_parameters
from bpsim.engine.parameters import Choice
from bpsim.engine.specification import (
    Layer,
    Network,
    Problem,
    Specification,
    SpecificationError,
    Training,
    check,
    find_problems,
)

LAYERS = (
    Layer(2, "tanh", ((0.1, 0.2, 0.3), (0.4, 0.5, 0.6)), (0.1, 0.2)),
    Layer(1, "sigmoid", ((0.7, 0.8),), (0.3,)),
)
TRAINING = Training(Choice("half_squared_error"), Choice("sgd", {"learning_rate": 0.1}))
RIGHT = Specification(Network(3, LAYERS), TRAINING)


def with_network(**changes):
    return replace(RIGHT, network=replace(RIGHT.network, **changes))


def with_layer(number, **changes):
    layers = list(LAYERS)
    layers[number] = replace(layers[number], **changes)
    return with_network(layers=tuple(layers))


def with_training(**changes):
    return replace(RIGHT, training=replace(TRAINING, **changes))


def with_optimizer(name, **parameters):
    return with_training(optimizer=Choice(name, {"learning_rate": 0.1, **parameters}))


def with_training_of(loss, *layers):
    return replace(with_network(layers=layers), training=replace(TRAINING, loss=Choice(loss)))


ABOVE_1, BELOW_1 = 1.0 + 2.0**-52, 1.0 - 2.0**-53
WIDE = (Layer(300, "tanh"), Layer(50, "tanh"))
RIGHT_ONES = {
    "as it is": RIGHT,
    "no parameters given": with_network(layers=(Layer(5, "gelu"), Layer(3, "softmax"))),
    "the smallest": with_network(inputs=1, layers=(Layer(1, "tanh"),)),
    "one layer": with_network(layers=(Layer(1, "identity"),)),
    "frozen": with_layer(0, frozen_weights=True, frozen_biases=True),
    "masks": with_layer(0, frozen_weights=((True, False, True),) * 2, frozen_biases=(True, False)),
    "all rows": with_training(batch_size=0),
    "penalties": with_training(l1=0.0, l2=1e300),
    "rate of 0": with_optimizer("sgd", learning_rate=0.0),
    "whole numbers": with_optimizer("sgd", learning_rate=1),
    "first seed": with_training(seed=0),
    "last seed": with_training(seed=2**63 - 1),
    "huber": with_training(loss=Choice("huber", {"delta": 1e-9})),
    "no spread": with_network(initializer=Choice("normal", {"mean": 0.5, "std": 0.0})),
    "momentum 0": with_optimizer("momentum", momentum=0.0),
    "momentum 1": with_optimizer("nesterov", momentum=1.0),
    "alpha 0": with_optimizer("rmsprop", alpha=0.0, eps=0.0),
    "alpha 1": with_optimizer("rmsprop", alpha=1.0),
    "lowest betas": with_optimizer("adam", beta1=0.0, beta2=0.0, eps=0.0),
    "highest betas": with_optimizer("adamw", beta1=BELOW_1, beta2=BELOW_1),
    "spared biases": with_optimizer("adamw", decay_biases=False, weight_decay=0.0),
    "initializer": with_network(initializer=Choice("uniform", {"low": -1.0, "high": -1.0})),
    "widest uniform": with_network(
        initializer=Choice("uniform", {"low": -0.8e308, "high": 0.9e308}), layers=WIDE
    ),
    "widest normal": with_network(
        initializer=Choice("normal", {"mean": 1e308, "std": 6e306}), layers=WIDE
    ),
    "shares": with_training_of("binary_cross_entropy", Layer(2, "softmax")),
    "a sole share": with_training_of("cross_entropy", Layer(1, "softmax")),
    "extremes": with_layer(1, weights=((1e308, -5e-324),), biases=(-0.0,)),
}

CASES = [
    (with_network(inputs=0), "network.inputs", "1"),
    (with_network(inputs=-1), "network.inputs", "-1"),
    (with_network(inputs=10**9, layers=(Layer(1, "tanh"),)), "network.inputs", "100,000"),
    (with_network(layers=()), "network.layers", "at least one layer"),
    (with_layer(1, units=0, weights=(), biases=()), "network.layers[1].units", "0"),
    (with_layer(1, units=-4, weights=None, biases=None), "network.layers[1].units", "-4"),
    (with_layer(0, activation="sigmoyd"), "network.layers[0].activation", "'sigmoyd'"),
    (with_layer(0, activation=""), "network.layers[0].activation", "sigmoid"),
    (with_layer(0, activation="softmax"), "network.layers[0].activation", "last layer"),
    (with_layer(0, weights=((0.1, 0.2, 0.3),)), "network.layers[0].weights", "2 units"),
    (with_layer(1, weights=((0.7, 0.8),) * 2), "network.layers[1].weights", "1 unit"),
    (with_layer(1, weights=((0.7,),)), "network.layers[1].weights[0]", "2 inputs"),
    (
        with_layer(0, weights=((0.1, 0.2, 0.3), (0.1, 0.2, 0.3, 0.4))),
        "network.layers[0].weights[1]",
        "3 inputs",
    ),
    (with_layer(1, weights=((0.7, nan),)), "network.layers[1].weights[0][1]", "finite"),
    (with_layer(1, weights=((-inf, 0.8),)), "network.layers[1].weights[0][0]", "finite"),
    (with_layer(0, biases=(0.1,)), "network.layers[0].biases", "2 units"),
    (with_layer(0, biases=(0.1, inf)), "network.layers[0].biases[1]", "finite"),
    (with_layer(0, frozen_weights=((True,) * 3,)), "network.layers[0].frozen.weights", "2 units"),
    (
        with_layer(0, frozen_weights=((True,) * 3, (True,))),
        "network.layers[0].frozen.weights[1]",
        "3 inputs",
    ),
    (with_layer(0, frozen_biases=(True,) * 3), "network.layers[0].frozen.biases", "2 units"),
    (with_network(initializer=Choice("xavier")), "network.initializer.name", "glorot_uniform"),
    (with_network(initializer=Choice("zeros", {"low": 0.0})), "network.initializer.low", "zeros"),
    (
        with_network(initializer=Choice("uniform", {"low": 2.0, "high": 1.0})),
        "network.initializer.low",
        "high",
    ),
    (with_network(initializer=Choice("uniform", {"low": 2.0})), "network.initializer.low", "high"),
    (
        with_network(initializer=Choice("uniform", {"high": nan})),
        "network.initializer.high",
        "number",
    ),
    (
        with_network(initializer=Choice("normal", {"std": -1.0})),
        "network.initializer.std",
        "at least 0",
    ),
    (
        with_network(initializer=Choice("uniform", {"low": -1e308, "high": 1.7e308}), layers=WIDE),
        "network.initializer.high",
        "distance",
    ),
    (
        with_network(initializer=Choice("normal", {"std": 1e308}), layers=WIDE),
        "network.initializer.std",
        "too large",
    ),
    (
        with_network(initializer=Choice("normal", {"mean": -1.7e308, "std": 1e307}), layers=WIDE),
        "network.initializer.std",
        "1.8e+308",
    ),
    (
        with_training_of("binary_cross_entropy", Layer(2, "tanh"), Layer(1, "softmax")),
        "network.layers[1].activation",
        "sigmoid would be right",
    ),
    (with_training(loss=Choice("mse")), "training.loss.name", "mean_squared_error"),
    (with_training(loss=Choice("huber", {"delta": 0.0})), "training.loss.delta", "above 0"),
    (with_training(loss=Choice("huber", {"delta": inf})), "training.loss.delta", "above 0"),
    (with_training(loss=Choice("huber", {"width": 1.0})), "training.loss.width", "delta"),
    (
        with_training(loss=Choice("half_squared_error", {"delta": 1.0})),
        "training.loss.delta",
        "half_squared_error",
    ),
    (with_training(optimizer=Choice("SGD")), "training.optimizer.name", "sgd"),
    (with_training(optimizer=Choice("adam")), "training.optimizer.learning_rate", "missing"),
    (with_optimizer("sgd", learning_rate=-0.1), "training.optimizer.learning_rate", "at least 0"),
    (with_optimizer("sgd", learning_rate=nan), "training.optimizer.learning_rate", "number"),
    (with_optimizer("sgd", learning_rate=inf), "training.optimizer.learning_rate", "number"),
    (with_optimizer("sgd", learning_rate=True), "training.optimizer.learning_rate", "number"),
    (with_optimizer("sgd", momentum=0.9), "training.optimizer.momentum", "learning_rate"),
    (with_optimizer("momentum", momentum=ABOVE_1), "training.optimizer.momentum", "at most 1"),
    (with_optimizer("nesterov", momentum=-0.1), "training.optimizer.momentum", "at least 0"),
    (with_optimizer("rmsprop", alpha=ABOVE_1), "training.optimizer.alpha", "at most 1"),
    (with_optimizer("adagrad", eps=-1e-9), "training.optimizer.eps", "at least 0"),
    (with_optimizer("adam", beta1=1.0), "training.optimizer.beta1", "below 1"),
    (with_optimizer("adam", beta2=-5e-324), "training.optimizer.beta2", "at least 0"),
    (with_optimizer("adam", beta2=1.0), "training.optimizer.beta2", "below 1"),
    (with_optimizer("adamw", beta1=-5e-324), "training.optimizer.beta1", "at least 0"),
    (with_optimizer("rmsprop", alpha=-5e-324), "training.optimizer.alpha", "at least 0"),
    (with_optimizer("adamw", weight_decay=-1.0), "training.optimizer.weight_decay", "at least 0"),
    (with_optimizer("adamw", decay_biases=1.0), "training.optimizer.decay_biases", "true or false"),
    (with_training(l1=-0.1), "training.l1", "at least 0"),
    (with_training(l1=inf), "training.l1", "at least 0"),
    (with_training(l2=nan), "training.l2", "at least 0"),
    (with_training(batch_size=-1), "training.batch_size", "0 for all rows"),
    (with_training(seed=-1), "training.seed", "2**63"),
    (with_training(seed=2**63), "training.seed", "2**63"),
]


@pytest.mark.parametrize("name", list(RIGHT_ONES))
def test_what_is_right_passes(name):
    assert find_problems(RIGHT_ONES[name]) == []
    check(RIGHT_ONES[name])


@pytest.mark.parametrize(
    ("specification", "path", "part"), CASES, ids=[f"{p} {t}" for _, p, t in CASES]
)
def test_each_mistake_is_said_with_its_place(specification, path, part):
    problems = find_problems(specification)
    assert path in [problem.path for problem in problems]
    (message,) = [problem.message for problem in problems if problem.path == path]
    assert part in message
    assert message[0] != message[0].upper() or message[0] in "'0123456789"
    assert not message.endswith(".")
    assert "Error" not in message
    assert "<" not in message  # no representation of an object
    # A wrong number of inputs or units makes the weights wrong too.
    assert len(problems) == 1 or path.endswith(("inputs", "units"))


def test_what_is_left_out():
    loss, optimizer = TRAINING.loss, TRAINING.optimizer
    assert Training(loss, optimizer, 0.0, 0.0, 1, False, 0) == TRAINING
    assert Layer(1, "tanh") == Layer(1, "tanh", None, None, False, False)
    assert RIGHT.network.initializer == Choice("glorot_uniform")


def test_everything_is_said_at_once():
    wrong = Specification(
        Network(
            0,
            (
                Layer(1, "softmax", ((nan,),), (0.0, 1.0)),
                Layer(-1, "tanj"),
                Layer(1, "tanh", frozen_biases=(True, True)),
            ),
            Choice("normal", {"std": -1.0, "deviation": 2.0}),
        ),
        Training(
            Choice("huber", {"delta": -1.0}),
            Choice("adam", {"beta1": 2.0}),
            -1.0,
            nan,
            -5,
            True,
            -1,
        ),
    )
    found = {problem.path for problem in find_problems(wrong)}
    assert found >= {
        "network.inputs",
        "network.layers[0].activation",
        "network.layers[0].weights[0][0]",
        "network.layers[0].biases",
        "network.layers[1].units",
        "network.layers[1].activation",
        "network.layers[2].frozen.biases",
        "network.initializer.std",
        "network.initializer.deviation",
        "training.loss.delta",
        "training.optimizer.beta1",
        "training.optimizer.learning_rate",
        "training.l1",
        "training.l2",
        "training.batch_size",
        "training.seed",
    }


def test_the_error_has_one_line_a_problem():
    wrong = replace(with_network(inputs=0, layers=(Layer(1, "tanj"),)), training=TRAINING)
    with pytest.raises(SpecificationError) as caught:
        check(wrong)
    problems = find_problems(wrong)
    assert len(problems) == 2
    assert caught.value.problems == tuple(problems)
    assert str(caught.value).splitlines() == [f"{p.path}: {p.message}" for p in problems]
    assert isinstance(caught.value, ValueError)
    assert str(Problem("", "is not JSON")) == "is not JSON"


def test_a_network_too_large_for_memory_is_refused_without_being_built():
    huge = with_network(inputs=100_000, layers=(Layer(100_000, "relu"),))
    assert [problem.path for problem in find_problems(huge)] == ["network.layers"]


def test_the_widest_draws_that_pass_are_finite():
    for name in ("widest uniform", "widest normal"):
        for weights, _ in initial_parameters(RIGHT_ONES[name]):
            assert np.isfinite(weights).all()
            assert np.abs(weights).max() > 1e306
