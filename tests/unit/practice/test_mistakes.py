"""Mistakes are recognised, and right answers are never called wrong."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpsim.engine.parameters import Choice
from bpsim.engine.program import Kind
from bpsim.engine.specification import Layer, Network, Specification, Training
from bpsim.practice.grading import MISTAKES, Verdict, grade
from bpsim.practice.question import Question
from bpsim.session.project import Dataset, Project
from bpsim.session.session import Session
from bpsim.session.values import Element, is_of_a_sample
from tests.examples import small
from tests.reference import mistakes as reference

NETWORKS = 100


def project_of(textbook):
    layers = tuple(
        Layer(len(b), name, tuple(map(tuple, w.tolist())), tuple(b.tolist()))
        for w, b, name in zip(
            textbook.weights[1:], textbook.biases[1:], textbook.names[1:], strict=True
        )
    )
    training = Training(
        Choice("half_squared_error"),
        Choice("sgd", {"learning_rate": textbook.rate}),
        batch_size=0,
    )
    inputs, outputs = textbook.x.shape[1], textbook.y.shape[1]
    data = Dataset.of(
        tuple(f"x{i}" for i in range(inputs)),
        tuple(f"y{i}" for i in range(outputs)),
        np.hstack([textbook.x, textbook.y]),
    )
    return Project("textbook", Specification(Network(inputs, layers), training), data)


def questions(session, names=None):
    """Run a step, and ask for every element of its operations."""
    for operation in session.program.operations:
        session.step_operation()
        if names is not None and operation.name not in names:
            continue
        shape = session.program.view(operation.name).shape
        for index in np.ndindex(shape):
            sample, rest = (index[0], index[1:]) if is_of_a_sample(operation.name) else (0, index)
            yield (
                operation,
                index,
                Question(session, operation, Element(operation.name, rest), sample),
            )


@pytest.mark.parametrize("name", sorted(reference.MISTAKES))
def test_mistakes_are_recognised(name):
    """Whatever can be told from the right value by six digits is, on a hundred networks."""
    draws, networks, tried = np.random.default_rng(11), 0, 0
    while networks < NETWORKS:
        textbook = reference.random_textbook(draws)
        wrong = reference.MISTAKES[name](textbook)
        before = tried
        for operation, index, question in questions(Session(project_of(textbook)), wrong):
            value = float(np.asarray(wrong[operation.name])[index])
            told_apart = abs(value - question.right) > 1e-4 * abs(question.right)
            if not np.isfinite(value) or not told_apart or abs(value) < 1e-12:
                continue
            tried += 1
            found = grade(question, f"{value:.6e}")
            assert found.verdict is Verdict.WRONG, (operation.name, index)
            assert name in [mistake.name for mistake in found.mistakes], (operation.name, index)
            assert found.words.startswith("Not yet. ")
        networks += tried > before
    assert tried >= NETWORKS


def test_the_reference_and_the_program_agree_on_what_is_right():
    draws = np.random.default_rng(12)
    for _ in range(20):
        textbook = reference.random_textbook(draws)
        for operation, index, question in questions(Session(project_of(textbook))):
            letter, layer = operation.name.rstrip("0123456789"), operation.layer
            kept = {"z": textbook.z, "a": textbook.a, "delta": textbook.delta, "dW": textbook.dw}
            if letter in kept:
                assert question.right == pytest.approx(kept[letter][layer][index], abs=1e-12)


OUTPUTS = st.sampled_from(
    [
        ("half_squared_error", "sigmoid"),
        ("half_squared_error", "identity"),
        ("mean_squared_error", "tanh"),
        ("mean_absolute_error", "softmax"),
        ("huber", "softplus"),
        ("binary_cross_entropy", "sigmoid"),
        ("cross_entropy", "softmax"),
        ("cross_entropy", "sigmoid"),
    ]
)
OPTIMIZERS = st.sampled_from(["sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adam", "adamw"])
HIDDEN = st.sampled_from(["sigmoid", "tanh", "relu", "leaky_relu", "gelu", "identity", "elu"])


def written(value, digits, form):
    """Write a right answer the way some person does."""
    if form == "fraction":
        over = Fraction(value).limit_denominator(10**5)
        near = abs(float(over) - value) <= 4e-4 * abs(value)
        return f"{over.numerator}/{over.denominator}" if near else repr(value)
    text = f"{value:.{digits}e}" if form != "fixed" else f"{value:.{digits}f}"
    return text.replace(".", ",") if form == "comma" else text


@settings(max_examples=60)
@given(
    OUTPUTS,
    HIDDEN,
    OPTIMIZERS,
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(0, 2**16),
    st.booleans(),
)
def test_a_right_answer_is_never_called_wrong(ends, hidden, optimizer, units, batch, seed, costs):
    loss, output = ends
    project = small(
        optimizer,
        layers=((units, hidden), (2, output)),
        loss=loss,
        batch_size=batch,
        seed=seed,
        l1=0.01 * costs,
        l2=0.02 * costs,
    )
    session, draws = Session(project), np.random.default_rng(seed)
    session.run(int(draws.integers(0, 3)))
    for _, _, question in questions(session):
        for form in ("scientific", "comma", "fixed", "fraction"):
            digits = int(draws.integers(0, 17))
            text = written(question.right, digits, form)
            verdict = grade(question, text).verdict
            assert verdict in (Verdict.RIGHT, Verdict.COARSE), (text, question.right)
            changes = question.kind in (Kind.UPDATE, Kind.DECAY, Kind.PENALTY_GRADIENT)
            if form in ("scientific", "comma") and digits >= (5 if changes else 1):
                assert verdict is Verdict.RIGHT, (text, question.right)


@settings(max_examples=40)
@given(OUTPUTS, OPTIMIZERS, st.integers(0, 2**16))
def test_every_mistake_can_be_worked_out_everywhere(ends, optimizer, seed):
    loss, output = ends
    project = small(
        optimizer, layers=((2, "tanh"), (2, output)), loss=loss, l1=0.1, l2=0.1, seed=seed
    )
    session, other = Session(project), Session(project)
    for _, _, question in questions(session):
        for mistake in MISTAKES:
            if question.kind in mistake.kinds:
                assert all(isinstance(value, float) for value in mistake.values(question))
    other.jump(other.operations)
    assert session.memory.array.tobytes() == other.memory.array.tobytes()


def question_of(name, index=(), session=None):
    session = session or Session(small(layers=((2, "sigmoid"), (1, "sigmoid"))))
    for operation, at, question in questions(session):
        if operation.name == name and at == index:
            return question
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("{:.1f}", Verdict.COARSE),
        ("{:.2f}", Verdict.RIGHT),
        ("{:.9f}", Verdict.RIGHT),
        ("about a half", Verdict.UNREADABLE),
        ("", Verdict.UNREADABLE),
        ("1/0", Verdict.UNREADABLE),
        ("17.25", Verdict.WRONG),
    ],
)
def test_answers_go_by_their_digits(text, verdict):
    question = question_of("a1", (0, 0))
    assert 0.1 < question.right < 1
    assert grade(question, text.format(question.right)).verdict is verdict


def test_the_old_value_is_no_answer_to_an_update():
    question = question_of("W1", (0, 0))
    old, right = question.old(), question.right
    assert 1e-5 < abs(old - right) / abs(right) < 5e-3
    assert grade(question, f"{right:.2g}").verdict is Verdict.COARSE
    assert "old value" in grade(question, f"{right:.2g}").words
    assert grade(question, f"{right:.7g}").verdict is Verdict.RIGHT
    assert "before the update" in grade(question, f"{old:.7g}").words


def test_rounding_on_the_way_is_forgiven_and_told():
    question = question_of("a1", (0, 0))
    near = round(question.right, 4) + 0.0001
    found = grade(question, f"{near:.4f}")
    assert found.verdict is Verdict.NEAR
    assert found.accepted
    assert "rounding" in found.words
    assert grade(question, f"{near + 0.001:.4f}").verdict is Verdict.WRONG


def test_chance_is_no_recognition():
    """Of numbers at random, hardly any is taken for a mistake."""
    draws, question, named = np.random.default_rng(5), question_of("delta1", (0, 1)), 0
    for value in draws.normal(0, abs(question.right) * 3, 1000):
        named += bool(grade(question, f"{value:.1e}").mistakes)
    assert named < 100
    assert not grade(question, f"{2.7 * question.right:.0e}").mistakes


def test_a_mistake_that_comes_out_right_is_right():
    """One unit a layer: W and its transpose are the same."""
    session = Session(small(layers=((1, "sigmoid"), (1, "sigmoid"))))
    question = question_of("delta1", (0, 0), session)
    assert grade(question, repr(question.right)).verdict is Verdict.RIGHT
