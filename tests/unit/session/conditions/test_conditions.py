"""What is wrong with a condition is said at its place, with what would be right."""

import pytest

from bpsim.session.conditions.reading import parse
from bpsim.session.session import Session
from bpsim.session.stopping.breakpoints import Breakpoint
from bpsim.session.stopping.check_points import check_points, problem_of
from tests.examples import small

PROGRAM = Session(small("adam", l2=0.01)).program


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 0, "Write something like"),
        ("loss <", 6, "missing at the end"),
        ("loss < 0,5", 8, "decimals with a point"),
        ("loss = 1", 5, "=="),
        ("loss > 2x", 8, "2 * x"),
        ("0 < loss < 1", 9, "0 < x and x < 1"),
        ("(loss > 1", 9, "column 1 is not closed"),
        ("loss", 4, "Compare it with something"),
        ("loss and x[0] > 1", 0, "needs a condition"),
        ("abs(loss > 1) > 0", 4, "needs a number"),
        ("1 > 0", 0, "reads no value"),
        ("dleta1[0] > 1", 0, "Do you mean delta1?"),
        ("W1[0] > 1", 0, "write W1[0,0] to W1[3,1]"),
        ("a1[-1] > 1", 3, "count from 0"),
        ("nrom(dW1) > 1", 0, "Do you mean norm?"),
        ("W1 + a1 > 0", 5, "do not go together"),
        ("dead(a1[2], 0.5)", 12, "whole number from 1"),
        ("loss > 1e999", 7, "too large"),
        ("kept1_0 > 1", 0, "no kept1_0"),
        ("negative(loss) > 1", 0, "no function negative"),
        ("𝟙 > loss", 0, "no meaning here"),
    ],
)
def test_mistakes(text, column, words):
    problem = problem_of(Breakpoint(condition=text), PROGRAM)
    assert problem is not None
    assert words in problem.message
    assert problem.column == column


def names(condition, operation=""):
    places = check_points(Breakpoint(operation, condition=condition), PROGRAM)
    return [PROGRAM.operations[place].name for place in places]


@pytest.mark.parametrize(
    ("condition", "operations"),
    [
        ("loss < 1", ["loss"]),
        ("W1[0,0] > 1", ["W1"]),
        ("W1[0,0] > loss", ["loss", "W1"]),
        ("dW1[0,0] > 1", ["dW1", "dW1"]),  # the loss's part, then the penalty's
        ("a1[0] > 0 and loss > 1", ["loss"]),  # only there are both of this step
        ("W1[0,0] > W2[0,0]", ["W2"]),  # not while one is new and the other old
        ("mW1[0,0] > 0", ["mW1"]),
        ("x[0] > 1", ["z1"]),
        ("step == 7", ["z1"]),
        ("dead(a1[2], 5)", ["a1"]),
    ],
)
def test_a_condition_is_looked_at_where_what_it_reads_is_written(condition, operations):
    assert names(condition) == operations


def test_with_an_operation_it_is_looked_at_there_only():
    assert names("loss > 1", "delta1") == ["delta1"]
    problem = problem_of(Breakpoint("z1", condition="loss > 1"), PROGRAM)
    assert "choose loss or an operation after it" in problem.message


def test_an_operation_that_is_not_there():
    assert "no operation z9" in problem_of(Breakpoint("z9"), PROGRAM).message
    assert problem_of(Breakpoint("z1"), PROGRAM) is None


def test_signs_may_be_written_as_on_the_screen():
    assert parse("W1[0,0] > −2 × 3").reads == ("W1",)
