"""500 random networks: what explanations say is worked out from their own text, and is right."""

import re
from itertools import pairwise
from math import prod

import mpmath as mp
import numpy as np
import pytest

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.losses import LOSSES
from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.engine.parameters import Choice
from bpsim.engine.program import Kind
from bpsim.engine.specification import Layer, Network, Specification, Training
from bpsim.explain.explain import explain
from bpsim.session.project import Dataset, Project
from bpsim.session.session import Session
from tests.reference.arithmetic import Arithmetic, half_unit, printed
from tests.reference.exact import slope

NETWORKS, PARTS = 500, 10
OF_UNITS = (Kind.WEIGHTED_SUM, Kind.ACTIVATION, Kind.OUTPUT_ERROR, Kind.HIDDEN_ERROR)
GRADIENTS = (Kind.WEIGHT_GRADIENT, Kind.BIAS_GRADIENT)
HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]
ENDS = {
    "binary_cross_entropy": ["sigmoid", "sigmoid", "softmax"],
    "cross_entropy": ["softmax", "softmax", "sigmoid"],
}
PARAMETERS = {
    "momentum": (0.0, 0.5, 0.9),
    "alpha": (0.9, 0.99),
    "beta1": (0.0, 0.8, 0.9),
    "beta2": (0.9, 0.999),
    "eps": (1e-8, 1e-4),
    "weight_decay": (0.0, 0.01, 0.2),
    "decay_biases": (True, False),
}


def random_project(draws):
    sizes = draws.choice([1, 1, 2, 3, 4, 6], draws.integers(2, 5)).tolist()
    loss = str(draws.choice(list(LOSSES)))
    end = str(draws.choice(ENDS.get(loss, list(ACTIVATIONS))))
    if (loss, end) == ("binary_cross_entropy", "softmax"):
        sizes[-1] = max(sizes[-1], 2)
    scale = draws.choice([0.3, 1.0, 1.0, 2.5])
    layers = []
    for at in range(1, len(sizes)):
        name = end if at == len(sizes) - 1 else str(draws.choice(HIDDEN))
        shape = (sizes[at], sizes[at - 1])
        weights = draws.normal(0, scale, shape)
        weights[draws.random(shape) < 0.05] = 0.0
        frozen = [False, True, tuple(map(tuple, (draws.random(shape) < 0.5).tolist()))]
        layers.append(
            Layer(
                sizes[at],
                name,
                tuple(map(tuple, weights.tolist())),
                tuple(draws.normal(0, scale, sizes[at]).tolist()),
                frozen[draws.choice(3, p=[0.7, 0.1, 0.2])],
                bool(draws.random() < 0.2),
            )
        )
    name = str(draws.choice(list(OPTIMIZERS)))
    own = [p.name for p in OPTIMIZERS[name].parameters if p.name in PARAMETERS]
    values = {p: PARAMETERS[p][draws.integers(len(PARAMETERS[p]))] for p in own}
    l1, l2 = draws.choice([0.0, 0.0, 0.01, 0.3], 2).tolist()
    training = Training(
        Choice(loss, {"delta": float(draws.choice([0.3, 1.0, 2.5]))} if loss == "huber" else {}),
        Choice(name, {"learning_rate": float(draws.choice([0.5, 0.1, 0.01])), **values}),
        l1=l1,
        l2=l2,
        batch_size=int(draws.choice([1, 1, 2, 3, 7, 0])),
        seed=int(draws.integers(1000)),
    )
    rows = int(draws.integers(1, 9))
    y = draws.random((rows, sizes[-1]))
    if draws.random() < 0.4:
        y = np.eye(sizes[-1])[y.argmax(axis=1)] if sizes[-1] > 1 else y.round()
    data = np.concatenate([draws.normal(0, 1, (rows, sizes[0])), y], axis=1)
    features, targets = (
        tuple(f"{c}{i}" for i in range(n)) for c, n in zip("xy", (sizes[0], sizes[-1]), strict=True)
    )
    network = Network(sizes[0], tuple(layers))
    return Project("random", Specification(network, training), Dataset.of(features, targets, data))


class Numbers:
    """Looks the names in a text up, by NumPy's indexing of what training really has."""

    def __init__(self, session, operation, before):
        self.session, self.operation, self.before = session, operation, before
        self.program = session.program
        self.training = self.program.specification.training
        self.layers = self.program.specification.network.layers

    def __call__(self, name):
        found = re.fullmatch(r"([a-z_]+)′\((z(\d+)\[[\d,]+\])\)", name)
        if found:
            assert found[1] == self.layers[int(found[3]) - 1].activation
            return float(slope(found[1], self(found[2])))
        found = re.fullmatch(r"(\w+?)(\[[\d,]+\])(_old)?", name)
        if found is None:
            return self.constant(name)
        label, index = found[1], tuple(map(int, found[2][1:-1].split(",")))
        label = {"L": "losses"}.get(label, "pull" if label.startswith("dL_da") else label)
        array = self.before[label] if found[3] else self.program.view(label)
        per_sample = re.fullmatch(r"[azy]\d*|delta\d+|pull", label)
        if label == "losses":
            index = (*index, 0)
        elif per_sample and self.program.rows == 1:
            index = (0, *index)
        assert len(index) == array.ndim, name
        return float(array[index])

    def constant(self, name):
        if name == "N":
            return self.program.rows
        if name == "n":
            return self.layers[-1].units
        if name == "t":
            return self.session.position.updates + (
                self.session.position.done < self.session.operations
            )
        if name in ("l1", "l2"):
            return getattr(self.training, name)
        if name == "delta":
            return self.training.loss.parameters["delta"]
        optimizer = OPTIMIZERS[self.training.optimizer.name]
        if name == "lr":
            return 0.0 if self.is_frozen() else self.training.optimizer.parameters["learning_rate"]
        return self.training.optimizer.values(optimizer.parameters)[name]

    index = ()

    def is_frozen(self):
        layer = self.layers[self.operation.layer - 1]
        weights = re.search(r"W\d+$", self.operation.name)
        mask = np.asarray(layer.frozen_weights if weights else layer.frozen_biases)
        return bool(mask if mask.ndim == 0 else mask[self.index])


def groups(lines):
    """Part lines into formulas, each with what is said to equal it."""
    found = []
    for line in lines:
        if line.startswith("= "):
            found[-1].append(line.removeprefix("= "))
        else:
            found.append([line])
    return found


def near(value, shown, largest):
    """Tell whether a number is what is printed, but for the last bits of calculating."""
    return abs(value - printed(shown)) <= half_unit(shown) * (
        1 + mp.mpf("1e-9")
    ) + largest * mp.mpf("1e-14")


def check_numbers(lines, numbers):
    for formula, *rows in groups(lines):
        *steps, stated = rows
        assert steps, lines
        for step in steps:
            line = Arithmetic(step, numbers if "more)" in step else None)
            assert near(line.result(), stated, line.largest), (step, stated)
        if "more)" not in formula:
            _, _, right = (
                formula.rpartition(" = ")
                if re.match(r"L\[\d+\] = ", formula)
                else ("", "", formula)
            )
            line = Arithmetic(right, numbers)
            assert near(line.result(), stated, line.largest), (formula, stated)


def check_chain(found, session, operation, index, sample):
    chain = found.chain
    if operation.kind not in (*OF_UNITS[2:], *GRADIENTS) or chain is None:
        return
    numbers = Numbers(session, operation, {})
    rows = session.program.rows

    def of_unit(name, unit):
        return numbers(f"{name}[{unit}]" if rows == 1 else f"{name}[{sample},{unit}]")

    for path in chain.paths:
        assert path.value == pytest.approx(prod(f.value for f in path.factors), rel=1e-12)
        for factor in path.factors:
            top, bottom = (half.removeprefix("∂") for half in factor.name.split("/"))
            expected = derivative(top, bottom, numbers, of_unit)
            assert factor.value == pytest.approx(expected, rel=1e-9, abs=1e-300), factor
        # Each factor begins where the last one ended.
        halves = [factor.name.split("/") for factor in path.factors]
        assert halves[0][0] == "∂L"
        for (_, above), (below, _) in pairwise(halves):
            assert above == below
        assert halves[-1][1] == f"∂{chain.target}"
    total = sum(path.value for path in chain.paths) + chain.rest
    assert total == pytest.approx(
        chain.total, rel=1e-9, abs=1e-12 * max(map(abs, (p.value for p in chain.paths)))
    )
    if operation.kind not in GRADIENTS:
        assert chain.total == pytest.approx(found.result, rel=1e-9, abs=1e-300)
        return
    parts = [explain(session, operation, index, row).chain.total for row in range(rows)]
    size = max(map(abs, parts))
    assert sum(parts) / rows == pytest.approx(found.result, rel=1e-9, abs=1e-14 * size)


def derivative(top, bottom, numbers, of_unit):
    """Work a factor out from its name."""
    layer, unit = map(int, re.match(r"[azbW](\d+)\[(\d+)", bottom).groups())
    activation = numbers.layers[layer - 1].activation
    if top == "L":
        whole = bottom[0] == "z" or activation == "identity"
        return of_unit(f"delta{layer}" if whole else "dL_da", unit)
    above, of = re.fullmatch(r"([az]\d+)\[(\d+)\]", top).groups()
    if bottom[0] == "z":
        assert (above, of) == (f"a{layer}", str(unit))
        return float(slope(activation, of_unit(f"z{layer}", unit)))
    assert above[0] == "z"
    if bottom[0] == "a":
        assert int(above[1:]) == layer + 1
        return numbers(f"W{layer + 1}[{of},{unit}]")
    assert int(above[1:]) == layer
    into, *source = map(int, re.fullmatch(r"[Wb]\d+\[([\d,]+)\]", bottom)[1].split(","))
    assert into == int(of)
    return of_unit(f"a{layer - 1}", source[0]) if source else 1.0


def check_words(found, session, operation, sample):
    """What the reason says of units and numbers is so."""
    view, n = session.program.view, operation.layer
    most = re.search(r"Most comes from (input|unit) (\d+): (\S+?)\.(?= |$)", found.why)
    if most:
        assert (most[1] == "input") == (n == 1)
        parts = view(f"W{n}")[found_unit(found)] * view(f"a{n - 1}")[sample]
        assert abs(parts[int(most[2])]) == abs(parts).max()
        assert near(mp.mpf(parts[int(most[2])]), most[3], 1)
    most = re.search(
        r"comes from (?:unit (\d+) of layer (\d+)|output (\d+)|the output) with weight (\S+);",
        found.why,
    )
    if most:
        k = int(most[1] or most[3] or 0)
        assert int(most[2] or len(session.program.specification.network.layers)) == n + 1
        parts = view(f"W{n + 1}")[:, found_unit(found)] * view(f"delta{n + 1}")[sample]
        assert abs(parts[k]) == abs(parts).max()
        assert near(mp.mpf(float(view(f"W{n + 1}")[k, found_unit(found)])), most[4], 1)
    off = re.search(r"(?:The output|Output (\d+)) is (\S+) too (low|high)", found.why)
    if off and "row" not in found.why:
        last, unit = len(session.program.specification.network.layers), int(off[1] or 0)
        gap = view(f"a{last}")[sample, unit] - view("y")[sample, unit]
        assert (gap < 0) == (off[3] == "low")
        assert near(mp.mpf(abs(gap)), off[2], 1)
    named = re.search(r"of unit (\d+), layer (\d+)", found.subtitle)
    if named:
        assert (int(named[1]), int(named[2])) == (found_unit(found), n)


def found_unit(found):
    return int(re.search(r"(\d+)\]$", found.title)[1])


def walk(project, draws, skip):
    """Step through one training step; give each operation and one element of it at random."""
    session = Session(project)
    if session.jump_to_step(skip).halt is not None:
        return
    for _ in range(session.operations):
        program = session.program
        names = [name for name in program.slots if not name.startswith(("ones", "kept", "error"))]
        before = {name: program.view(name).copy() for name in names if "+" not in name}
        if session.step_operation().halt is not None:
            return
        operation = session.current
        shape = session.program.view(operation.name).shape
        place = tuple(int(draws.integers(n)) for n in shape)
        sample = place[0] if operation.kind in OF_UNITS else int(draws.integers(program.rows))
        index = place[1:] if operation.kind in OF_UNITS else place
        yield session, operation, index, sample, before


def projects(part):
    for network in range(NETWORKS // PARTS):
        yield random_project(np.random.default_rng([part, network]))


@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_said_is_so(part):
    draws = np.random.default_rng(900 + part)
    for project in projects(part):
        skip = int(draws.integers(4))
        for session, operation, index, sample, before in walk(project, draws, skip):
            numbers = Numbers(session, operation, before)
            numbers.index = index
            found = explain(session, operation, index, sample)
            whole = explain(session, operation, index, sample, unfolded=True)
            for written in {found.numbers, whole.numbers}:
                lines = [str(line) for line in written]
                assert near(mp.mpf(found.result), lines[-1].removeprefix("= "), abs(found.result))
                check_numbers(lines, numbers)
            check_chain(found, session, operation, index, sample)
            check_words(found, session, operation, sample)


def test_the_networks_cover_everything():
    found = [project.specification for part in range(PARTS) for project in projects(part)]
    training = [specification.training for specification in found]
    layers = [specification.network.layers for specification in found]
    assert {t.loss.name for t in training} == set(LOSSES)
    assert {t.optimizer.name for t in training} == set(OPTIMIZERS)
    assert {layer.activation for each in layers for layer in each[:-1]} == set(HIDDEN)
    assert {each[-1].activation for each in layers} == set(ACTIVATIONS)
    assert len({(bool(t.l1), bool(t.l2)) for t in training}) == 4
    assert {t.batch_size for t in training} == {0, 1, 2, 3, 7}
    assert {type(layer.frozen_weights) for each in layers for layer in each} == {bool, tuple}
