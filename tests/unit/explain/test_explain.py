"""Every operation is explained by the memory's own numbers, and what is written adds up."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.engine.program import Kind
from bpsim.explain.explain import explain
from bpsim.explain.structure import as_text
from bpsim.session.session import Session
from bpsim.session.values import Element, parse_element
from tests.examples import one_neuron, small, two_two_two

OF_UNITS = (Kind.WEIGHTED_SUM, Kind.ACTIVATION, Kind.OUTPUT_ERROR, Kind.HIDDEN_ERROR)
ENDS = [
    *(("half_squared_error", name) for name in ACTIVATIONS),
    *(
        (loss, name)
        for loss in ("mean_squared_error", "mean_absolute_error", "huber")
        for name in ("identity", "tanh", "softmax")
    ),
    *(
        (loss, name)
        for loss in ("binary_cross_entropy", "cross_entropy")
        for name in ("sigmoid", "softmax")
    ),
]
NAMES = {
    "exp": math.exp,
    "ln": math.log,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "sign": np.sign,
    "max": max,
    "abs": abs,
    "pi": math.pi,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "Phi": lambda z: 0.5 * (1 + math.erf(z / math.sqrt(2))),
}


def calculated(line):
    """Work a line of numbers out, without the program's help."""
    text = str(line).removeprefix("= ").replace("−", "-").replace("×", "*")
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text.replace("²", "**2").replace("½", "0.5"))
    return eval(text, {"__builtins__": {}}, NAMES)


def elements(session, operation):
    shape = session.program.view(operation.name).shape
    return np.ndindex(shape[1:] if operation.kind in OF_UNITS else shape)


def two_three_one(optimizer="sgd", outputs=1, end="sigmoid", hidden="tanh", **rest):
    return small(optimizer, layers=((3, hidden), (outputs, end)), rows=3, batch_size=3, **rest)


def walk(project, steps=2):
    """Run some steps and explain each operation, every element and sample, as it has run."""
    session = Session(project)
    for _ in range(steps * session.operations):
        assert session.step_operation().halt is None
        operation = session.current
        for index in elements(session, operation):
            for sample in range(session.program.rows if operation.kind in OF_UNITS else 1):
                yield session, operation, index, sample


def check(project, steps=2):
    for session, operation, index, sample in walk(project, steps):
        found = explain(session, operation, index, sample)
        exact = explain(session, operation, index, sample, digits=16)
        place = (sample, *index) if operation.kind in OF_UNITS else index
        result = float(session.value(operation.name)[place])
        assert found.result == result
        assert found.why
        assert found.why.endswith(".")
        assert found.rule.tokens
        text = as_text(found)
        assert "None" not in text
        assert "nan" not in text.lower()
        if found.chain:
            assert math.prod(f.value for f in found.chain) == pytest.approx(result, rel=1e-9)
        if "…" in text:
            continue
        assert calculated(exact.numbers[-2]) == pytest.approx(result, rel=1e-8, abs=1e-13), text
        assert calculated(found.numbers[-2]) == pytest.approx(result, rel=5e-3, abs=2e-3), text
        assert calculated(found.numbers[-1]) == pytest.approx(result, rel=5e-6), text


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_every_optimizer(optimizer):
    check(one_neuron(optimizer=optimizer))
    check(two_three_one(optimizer, l1=0.01, l2=0.1))


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize(("loss", "end"), ENDS)
def test_every_end(loss, end, outputs):
    if (loss, end) == ("binary_cross_entropy", "softmax"):
        outputs += 1  # a single share is always 1, and its loss infinite
    check(two_three_one(loss=loss, end=end, outputs=outputs), steps=1)


@pytest.mark.parametrize("name", [n for n, a in ACTIVATIONS.items() if not a.output_only])
def test_every_hidden_activation(name):
    check(two_three_one(hidden=name), steps=1)


def saturated(loss, end, bias):
    project = one_neuron()
    spec = project.specification
    layers = tuple(replace(layer, biases=(bias,)) for layer in spec.network.layers)
    layers = (layers[0], replace(layers[1], activation=end))
    training = replace(spec.training, loss=replace(spec.training.loss, name=loss))
    network = replace(spec.network, layers=layers)
    return replace(project, specification=replace(spec, network=network, training=training))


@pytest.mark.parametrize("bias", [-12.0, 8.0, 15.0, 40.0])
@pytest.mark.parametrize(
    ("loss", "end"),
    [
        ("half_squared_error", "sigmoid"),
        ("half_squared_error", "tanh"),
        ("huber", "identity"),
        ("binary_cross_entropy", "sigmoid"),
    ],
)
def test_saturated_units_keep_their_digits(loss, end, bias):
    for session, operation, index, sample in walk(saturated(loss, end, bias), 1):
        found = explain(session, operation, index, sample)
        if operation.kind is Kind.HIDDEN_ERROR:
            assert calculated(found.numbers[-2]) == pytest.approx(found.result, rel=5e-3)
            assert "saturated" in found.why


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_what_later_operations_overwrote_is_still_known(optimizer):
    project = small(optimizer, layers=((2, "tanh"), (1, "sigmoid")), l2=0.1)
    session, then = Session(project), {}
    for _ in range(session.operations):
        session.step_operation()
        then[session.current.index] = explain(session, session.current)
    session.jump_to_step(5)
    session.jump_to_step(1)
    for operation in session.program.operations:
        assert explain(session, operation) == then[operation.index]


def test_what_is_known_no_longer_is_not_shown_as_if_it_were_read(monkeypatch):
    monkeypatch.setattr("bpsim.session.machine._UNDO_BYTES", 1)
    session = Session(small(layers=((2, "tanh"), (1, "sigmoid"))))
    session.step_batch()
    first = explain(session, session.program.operations[0])
    assert "W1[0,0]_old" in str(first.numbers[1])
    assert "step back" in first.why


def test_an_edit_before_the_updates_begins_the_step_again():
    session = Session(one_neuron())
    session.step_phase()
    session.edit({Element("W1", (0, 0)): 5.0})
    assert session.current.name == "a2"
    assert explain(session, session.program.operations[0]).result == 5.0 * 0.5 + 0.3


def test_an_edit_among_the_updates_does_not_change_what_has_been_read():
    session = Session(one_neuron())
    session.step_batch()
    session.back_operation()
    before = [explain(session, operation) for operation in session.program.operations]
    session.edit({Element("W1", (0, 0)): 5.0})
    assert [explain(session, operation) for operation in session.program.operations] == before
    session.step_operation()
    assert explain(session, session.program.operations[0]) == before[0]
    assert session.value("W1").item() == 5.0


def test_what_has_not_run_has_no_numbers():
    session = Session(one_neuron())
    for operation in session.program.operations:
        found = explain(session, operation)
        assert found.result is None
        assert len(found.numbers) == 1
        assert found.chain == ()


def test_the_example_in_words():
    session = Session(one_neuron())
    while session.current is None or session.current.kind is not Kind.HIDDEN_ERROR:
        session.step_operation()
    found = explain(session, session.current)
    assert [str(line) for line in found.numbers] == [
        "W2[0,0] · delta2[0] · a1[0] · (1 − a1[0])",
        "= 0.7 × (−0.07837) × 0.6225 × (1 − 0.6225)",
        "= −0.0128913",
    ]
    assert (found.title, found.subtitle) == ("delta1[0]", "error signal of unit 0, layer 1")
    assert str(found.rule) == "δ₁ = W₂ᵀ δ₂ ⊙ f′(z₁)".replace(" δ", "\u2009δ")
    assert [factor.name for factor in found.chain] == ["∂L/∂a₂", "∂a₂/∂z₂", "∂z₂/∂a₁", "∂a₁/∂z₁"]
    roles = {span.ref: span.role for span in found.numbers[1].spans if span.ref}
    assert roles == {"W2[0,0]": "positive", "delta2[0]": "backward", "a1[0]": "number"}


def test_refs_are_elements():
    for session, operation, index, sample in walk(two_three_one("adam", l1=0.1), 1):
        for line in explain(session, operation, index, sample).numbers:
            for name, place in (parse_element(span.ref) for span in line.spans if span.ref):
                session.program.view(name)[place]


def test_long_sums_are_folded():
    session = Session(small(layers=((9, "tanh"), (1, "identity")), rows=8, batch_size=8))
    session.step_batch()
    for name in ("z2", "dW1"):
        operation = next(op for op in session.program.operations if op.name == name)
        assert str(explain(session, operation).numbers[0]).count("…") == 1


def test_frozen_parameters_say_so():
    session = Session(two_two_two(True))
    session.step_batch()
    operation = session.current
    found = explain(session, operation, (1,))
    assert operation.name == "b2"
    assert "frozen" in found.why
    assert str(found.numbers[1]).startswith("= 0.6 − 0 × ")


def test_wrong_places_are_refused():
    session = Session(one_neuron())
    first = session.program.operations[0]
    with pytest.raises(IndexError):
        explain(session, first, (1,))
    with pytest.raises(IndexError):
        explain(session, first, (0,), 1)
    assert explain(session, first, (0, 0)) == explain(session, first, (0,))


def test_layers_are_lowered_and_only_powers_raised():
    rules = {}
    for session, operation, _, _ in walk(two_three_one("adam", l2=0.1), 1):
        rules[operation.name, operation.kind] = explain(session, operation).rule
    raised = {token.superscript for rule in rules.values() for token in rule.tokens}
    assert raised == {"", "2", "T", "t"}
    assert str(rules["loss", Kind.LOSS]).endswith("½(a₂ − y)²)")
    assert str(rules["vW1", Kind.STATE]) == "vW₁ ← β₂\u2009vW₁ + (1 − β₂)(∂L/∂W₁)²"
