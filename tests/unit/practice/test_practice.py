"""One round: what is asked, what counts, and how it follows the session."""

import pytest

from bpsim.practice.given import given
from bpsim.practice.hints import hint
from bpsim.practice.practice import MOST, SPREAD, Practice, Scope
from bpsim.session.session import Session
from bpsim.session.values import Element
from tests.examples import one_neuron, small


def solve(session, practice):
    """Answer everything rightly, and move the session as its holder would; list the names."""
    names = []
    goal = practice.goal
    while goal is not None:
        if session.position.executed != goal:
            session.jump(goal)
            goal = practice.follow()
            continue
        while practice.item is not None:
            names.append(str(practice.item.element))
            assert practice.answer(repr(practice.question.right)).accepted
        assert practice.complete
        session.step_operation()
        goal = practice.follow()
    return names


def test_a_whole_step_of_the_example():
    session = Session(one_neuron())
    practice = Practice(session, Scope.STEP)
    names = solve(session, practice)
    assert names == [
        *("z1[0]", "a1[0]", "z2[0]", "a2[0]", "loss"),
        *("delta2[0]", "dW2[0,0]", "db2[0]", "delta1[0]", "dW1[0,0]", "db1[0]"),
        *("W1[0,0]", "b1[0]", "W2[0,0]", "b2[0]"),
    ]
    assert session.position.updates == 1
    assert practice.score.first == practice.score.asked == 15
    assert practice.places == (15, 15)
    assert session.value("W1").item() == 0.4006445672678901


@pytest.mark.parametrize(
    ("scope", "start", "asked"),
    [
        (Scope.PHASE, 0, ["z1", "a1", "z2", "a2"]),
        (Scope.PHASE, 2, ["z2", "a2"]),
        (Scope.PHASE, 5, ["delta2", "dW2", "db2", "delta1", "dW1", "db1"]),
        (Scope.BACKWARD, 1, ["delta2", "dW2", "db2", "delta1", "dW1", "db1"]),
        (Scope.GRADIENTS, 7, ["db2", "dW1", "db1"]),
        (Scope.STEP, 13, ["W2", "b2"]),
    ],
)
def test_how_much_is_asked(scope, start, asked):
    session = Session(one_neuron())
    session.jump(start)
    names = solve(session, Practice(session, scope))
    assert [Element.parse(name).name for name in names] == asked


def test_nothing_is_left_after_the_way_back():
    session = Session(one_neuron())
    session.jump(12)
    with pytest.raises(ValueError, match="left"):
        Practice(session, Scope.GRADIENTS)


def test_what_overflows_is_not_asked():
    session = Session(one_neuron())
    session.edit({Element("W1", (0, 0)): 1e308, Element("b1", (0,)): 1.7e308})
    with pytest.raises(ValueError, match="became"):
        Practice(session, Scope.STEP)


def test_a_round_ends_before_what_overflows():
    session = Session(small(layers=((1, "tanh"), (1, "identity"))))
    session.edit({Element("W2", (0, 0)): 1e200})
    practice = Practice(session, Scope.STEP)
    assert solve(session, practice)[-1] == "a2[0]"
    assert practice.goal is None
    assert practice.score.first == practice.score.asked == 4
    with pytest.raises(ValueError, match="loss became inf"):
        Practice(session, Scope.GRADIENTS)


def test_nothing_is_computed_before_it_is_found():
    session = Session(small(batch_size=2))
    practice = Practice(session, Scope.STEP, sample=1)
    before = session.memory.array.tobytes()
    assert practice.sample == 1
    assert session.value("z1") is None
    for _ in range(2):
        practice.answer("1e6")
        practice.hint()
    assert session.memory.array.tobytes() == before
    assert session.position.executed == 0


def test_many_elements_are_asked_by_some():
    session = Session(small(layers=((12, "tanh"), (2, "sigmoid"))))
    practice = Practice(session, Scope.STEP)
    assert [item.element.index for item in practice.items] == [(0,), (3,), (7,), (11,)]
    assert len(practice.items) == SPREAD < MOST


def test_tries_hints_and_what_is_shown_count():
    session = Session(one_neuron())
    practice = Practice(session, Scope.STEP)

    def right():
        practice.answer(repr(practice.question.right))
        session.step_operation()
        practice.follow()

    right()
    practice.answer(repr(practice.question.right + 0.3))
    right()
    practice.hint()
    right()
    practice.show()
    session.step_operation()
    practice.follow()
    for _ in range(4):
        told = practice.hint()
    assert told.degree == 4
    right()
    practice.answer("nonsense")
    practice.answer(repr(-practice.question.right))
    score = practice.score
    assert (score.asked, score.first, score.later, score.helped, score.shown) == (5, 1, 1, 1, 2)
    right()
    assert practice.score.mistakes == {"wrong sign": 1}


def test_moves_by_hand_are_followed():
    session = Session(one_neuron())
    practice = Practice(session, Scope.STEP)
    practice.answer(repr(practice.question.right))
    session.step_operation()
    assert practice.follow() == 1
    # Stepping on shows what was asked; going back asks it once more.
    session.step_phase()
    assert practice.follow() == 4
    assert practice.score.shown == 3
    session.jump(2)
    assert practice.follow() == 2
    assert str(practice.item.element) == "z2[0]"
    assert practice.score.asked == 2
    session.edit({Element("W2", (0, 0)): 0.1})
    assert practice.follow(changed=True) == 2
    assert practice.question.right == pytest.approx(0.1 * session.value("a1").item() + 0.2)
    session.step_batch()
    assert practice.follow() is None


def test_going_back_over_what_is_not_asked_goes_to_the_question_before():
    session = Session(one_neuron())
    practice = Practice(session, Scope.GRADIENTS)
    session.jump(practice.goal)
    practice.follow()
    for _ in range(2):
        practice.answer(repr(practice.question.right))
        session.step_operation()
        goal = practice.follow()
    assert goal == 9  # delta1 runs by itself
    session.jump(9)
    practice.follow()
    session.back_operation()
    assert practice.follow() == 7


def test_the_future_of_the_history_does_not_matter():
    """Even where a weight was changed by hand right after the operation that is asked for."""
    session = Session(one_neuron())
    session.jump(session.operations)
    session.edit({Element("b2", (0,)): 5.0})
    session.run(3)
    session.jump(session.operations - 1)
    practice = Practice(session, Scope.STEP)
    assert str(practice.item.element) == "b2[0]"
    assert practice.question.right == 0.20783656031705777


def test_hints_tell_more_and_more():
    session = Session(small(layers=((2, "sigmoid"), (1, "sigmoid")), batch_size=1))
    session.jump(8)
    practice = Practice(session, Scope.STEP)
    practice.follow()
    question = practice.question
    assert question.operation.name == "delta1"
    texts = ["\n".join(map(str, hint(question, degree).lines)) for degree in (1, 2, 3, 4)]
    weight = f"{session.value('W2')[0, 0]:.6g}".replace("-", "−")
    assert "W2[0,0]" in texts[0]
    assert "=" not in texts[0]
    assert weight in texts[1]
    assert "a1[0]" in texts[1].splitlines()[-1]
    assert "a1[0]" not in texts[2].splitlines()[-1]
    shown = f"{question.right:.3g}".replace("-", "−")
    assert shown not in "".join(texts[:3])
    assert shown in texts[3]


def test_what_is_given_is_what_the_operation_reads():
    session = Session(small("adam", batch_size=2))
    listed = {}
    for operation in session.program.operations:
        practice = Practice(session, Scope.STEP)
        practice.follow()
        listed[operation.name] = [value.name for value in given(practice.question)]
        session.step_operation()
    assert listed["z1"] == ["W1", "x[0]", "b1"]
    assert listed["delta1"] == ["W2", "delta2[0]", "z1[0]"]
    assert listed["dW2"] == ["delta2", "a1"]
    assert listed["mW1"] == ["dW1", "mW1", "beta1"]
    assert set(listed["W1"]) >= {"W1", "mW1", "vW1", "lr", "beta1", "beta2", "eps", "t"}
