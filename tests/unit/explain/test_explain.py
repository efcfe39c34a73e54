"""Every operation is explained by the memory's own numbers, and what is written adds up."""

from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.engine.program import Kind
from bpsim.engine.specification import Layer
from bpsim.explain.explain import explain
from bpsim.explain.expression import Token
from bpsim.explain.structure import as_text
from bpsim.session.session import Session
from bpsim.session.values import Element, parse_element
from tests.examples import one_neuron, small, two_two_two
from tests.reference.arithmetic import Arithmetic

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


def calculated(line):
    """Work a line of numbers out, without the program's help."""
    return float(Arithmetic(str(line).removeprefix("= ")).result())


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
        text = as_text(found)
        assert "None" not in text
        assert "nan" not in text.lower()
        assert calculated(exact.numbers[-2]) == pytest.approx(result, rel=1e-8, abs=1e-13), text
        for line in (-2, -1):
            assert calculated(found.numbers[line]) == pytest.approx(result, rel=6e-4), text


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
            assert calculated(found.numbers[-2]) == pytest.approx(found.result, rel=6e-4)
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
        assert found.chain is None


def test_the_example_in_words():
    session = Session(one_neuron())
    while session.current is None or session.current.kind is not Kind.HIDDEN_ERROR:
        session.step_operation()
    found = explain(session, session.current)
    assert [str(line) for line in found.numbers] == [
        "W2[0,0] · delta2[0] · a1[0] · (1 − a1[0])",
        "= 0.7 × (−0.07837) × 0.6225 × (1 − 0.6225)",
        "= −0.01289",
    ]
    assert (found.title, found.subtitle) == ("delta1[0]", "error signal of unit 0, layer 1")
    assert str(found.rule) == "δ₁ = W₂ᵀ δ₂ ⊙ f′(z₁)".replace(" δ", "\u2009δ")
    (path,) = found.chain.paths
    assert [factor.name for factor in path.factors] == [
        "∂L/∂a2[0]",
        "∂a2[0]/∂z2[0]",
        "∂z2[0]/∂a1[0]",
        "∂a1[0]/∂z1[0]",
    ]
    roles = {span.ref: span.role for span in found.numbers[1].spans if span.ref}
    assert roles == {"W2[0,0]": "positive", "delta2[0]": "backward", "a1[0]": "number"}


def test_refs_are_elements():
    for session, operation, index, sample in walk(two_three_one("adam", l1=0.1), 1):
        for line in explain(session, operation, index, sample).numbers:
            for name, place in (parse_element(span.ref) for span in line.spans if span.ref):
                session.program.view(name)[place]


def test_long_sums_are_folded_and_can_be_unfolded():
    session = Session(small(layers=((9, "tanh"), (1, "identity")), rows=8, batch_size=8))
    session.step_batch()
    for name, left_out in (("z2", 6), ("dW1", 5)):
        operation = next(op for op in session.program.operations if op.name == name)
        folded, whole = (explain(session, operation, unfolded=u) for u in (False, True))
        assert (folded.folded, whole.folded) == (left_out, 0)
        assert f"({left_out} more)" in str(folded.numbers[0])
        assert "more" not in as_text(whole)
        hidden = Arithmetic(str(folded.numbers[1]).removeprefix("= "))
        whole_sum = calculated(whole.numbers[1])
        assert float(hidden.result()) == pytest.approx(whole_sum, rel=1e-3)
        assert hidden.folded == left_out


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


def tokens_of(node):
    """Find all symbols of a formula."""
    if isinstance(node, Token):
        yield node
    elif isinstance(node, tuple):
        for part in node:
            yield from tokens_of(part)
    elif is_dataclass(node):
        for part in fields(node):
            yield from tokens_of(getattr(node, part.name))


def test_layers_are_lowered_and_only_powers_raised():
    rules = {}
    for session, operation, _, _ in walk(two_three_one("adam", l2=0.1), 1):
        rules[operation.name, operation.kind] = explain(session, operation).rule
    found = [token for rule in rules.values() for token in tokens_of(rule.root)]
    assert {token.superscript for token in found} == {""}
    assert {token.subscript for token in found} >= {"1", "2"}
    assert str(rules["loss", Kind.LOSS]) == "L = 1/N Σ (½(a₂ − y)²)"
    assert str(rules["vW1", Kind.STATE]) == "vW₁ ← β₂ vW₁ + (1 − β₂) (∂L/∂W₁)²"


def test_all_paths_add_up():
    """Every path, walked by brute force, is among the shown ones or in the rest."""
    project = small(layers=((3, "tanh"), (4, "sigmoid"), (2, "identity")), batch_size=1)
    session = Session(project)
    session.step_batch()
    session.back_phase()
    value = session.program.view
    operation = next(op for op in session.program.operations if op.name == "dW1")
    found = explain(session, operation, (1, 0)).chain
    products = sorted(
        (
            value("delta3")[0, k]
            * value("W3")[k, j]
            * (s := value("a2")[0, j])
            * (1 - s)
            * value("W2")[j, 1]
            * (1 - value("a1")[0, 1] ** 2)
            * value("x")[0, 0]
            for k in range(2)
            for j in range(4)
        ),
        key=abs,
        reverse=True,
    )
    assert (found.target, found.count, found.others) == ("W1[1,0]", 8, 4)
    assert [path.value for path in found.paths] == pytest.approx(products[:4], rel=1e-12)
    assert found.rest == pytest.approx(sum(products[4:]), rel=1e-9)
    assert found.total == pytest.approx(sum(products), rel=1e-12)
    assert found.paths[0].weights[1].startswith("W2[")


def test_millions_of_paths_are_not_walked():
    layers = ((40, "tanh"), (40, "tanh"), (40, "tanh"), (40, "tanh"), (3, "softmax"))
    session = Session(small(layers=layers, loss="cross_entropy", batch_size=1))
    session.step_batch()
    operation = next(op for op in session.program.operations if op.name == "db1")
    found = explain(session, operation, (7,))
    assert found.chain.count == 40**3 * 3
    assert found.chain.total == pytest.approx(found.result, rel=1e-12)
    strongest = [abs(path.value) for path in found.chain.paths]
    assert strongest == sorted(strongest, reverse=True)


def test_what_kills_a_gradient_is_pointed_at():
    project = small(layers=((2, "relu"), (1, "sigmoid")), batch_size=1)
    layer = Layer(2, "relu", ((-1.0, -1.0), (1.0, 1.0)), (-1.0, 0.5))
    network = replace(
        project.specification.network, layers=(layer, Layer(1, "sigmoid", None, (9.0,)))
    )
    session = Session(
        replace(project, specification=replace(project.specification, network=network))
    )
    session.step_batch()
    operation = next(op for op in session.program.operations if op.name == "dW1")
    notes = [
        f.note for path in explain(session, operation, (0, 0)).chain.paths for f in path.factors
    ]
    assert "a1[0] is off: its slope is 0, so nothing passes." in notes
    assert any(note.startswith("a2[0] is saturated: its slope is ") for note in notes)


@pytest.mark.parametrize(
    ("loss", "end", "words", "last"),
    [
        ("binary_cross_entropy", "sigmoid", "a (1 − a) cancels", "= a₂ − y"),
        ("cross_entropy", "softmax", "a[j] cancels", "δ₂[k] = a₂[k] − y[k]"),
        ("half_squared_error", "identity", "A slope of 1", "δ₂ = ∂L/∂a₂"),
        ("half_squared_error", "sigmoid", "With binary cross-entropy it would cancel", "f′(z₂)"),
        ("huber", "tanh", "Nothing cancels", "f′(z₂)"),
        ("mean_squared_error", "softmax", "nothing cancels", "∂L/∂a₂[j])"),
    ],
)
def test_where_the_rule_of_the_error_signal_comes_from(loss, end, words, last):
    outputs = 3 if end == "softmax" else 1
    session = Session(small(layers=((2, "tanh"), (outputs, end)), loss=loss, batch_size=1))
    while session.current is None or session.current.kind is not Kind.OUTPUT_ERROR:
        session.step_operation()
    steps = explain(session, session.current).derivation
    assert any(words in step.words for step in steps)
    assert str(steps[-1].formula).endswith(last)
    for step in steps:
        for line in step.numbers[:1]:
            shown = str(step.numbers[-1]).removeprefix("= ")
            assert calculated(line) == pytest.approx(float(shown.replace("−", "-")), rel=1e-3)


def test_of_hundreds_of_terms_some_stay_folded():
    session = Session(small(layers=((300, "tanh"), (1, "identity")), batch_size=1))
    session.step_batch()
    operation = next(op for op in session.program.operations if op.name == "z2")
    whole = explain(session, operation, unfolded=True)
    line = Arithmetic(str(whole.numbers[1]).removeprefix("= "))
    assert float(line.result()) == pytest.approx(whole.result, rel=1e-3)
    assert whole.folded == line.folded > 0
    assert str(whole.numbers[0]).count("·") + line.folded == 300
