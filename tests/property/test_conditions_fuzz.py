"""Any text is an expression or an error at a place in it; any expression means what NumPy means."""

import math
import re
from functools import partial

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bpsim.session.conditions.reading import ConditionError, parse
from bpsim.session.conditions.scope import LiveScope
from bpsim.session.conditions.tree import MOST_CHARACTERS
from bpsim.session.conditions.values import compiled, condition
from bpsim.session.session import Session
from bpsim.session.stopping.breakpoints import Breakpoint
from bpsim.session.stopping.check_points import problem_of
from tests.examples import small

BATCHES = {n: Session(small("adam", batch_size=n)) for n in (1, 3)}
for _session in BATCHES.values():
    _session.step_batch()
WORDS = """
W1 b2 z1 a1 delta2 dW1 mW1 loss penalty x y step foo _ __import__ lambda abs min max sum mean norm
sqrt log exp sign any all finite dead changed_sign previous change and or not [0] [0,1] [1] [9]
[0,0] ( ) ( ) , 0 1 2 0.5 1e308 1e-308 9999999999 < > <= >= == != + - * / ** ** ** - ( ( ) )
"""


def scope(rows, sample=None):
    program = BATCHES[rows].program
    return LiveScope(program, {"step": lambda: 7.0}, sample)


def refused(make):
    """Return what an expression makes, or the error that says why it makes nothing."""
    try:
        return make(), None
    except ConditionError as error:
        return None, error


def try_out(text):
    expression, error = refused(lambda: parse(text))
    errors = [error]
    for rows in BATCHES if error is None else ():
        source, not_compiled = refused(partial(compiled, expression, scope(rows), {}))
        holds, no_condition = refused(partial(condition, expression, scope(rows), {}))
        with np.errstate(all="ignore"):
            assert holds is None or isinstance(holds(), bool)
            assert source is None or not np.iscomplexobj(source.read())
        errors += [not_compiled, no_condition]
    for error in filter(None, errors):
        assert 0 <= error.column <= len(text)
        assert error.message.strip()
    problem_of(Breakpoint(condition=text), BATCHES[1].program)


@given(st.text(max_size=60) | st.text(alphabet="W1[0,2]()*.-e<>=andort abs", max_size=60))
@example("(" * 300)
@example("-" * 300)
@example("not " * 75 + "1")
@example("2**" * 90 + "2")
@example("1+" * 140 + "1 > 0")
@example("9" * 300)
@example("loss > 1e999")
@example("W1[99999999999999999999]")
@example("__import__('os').system('true')")
@example("loss.__class__")
@example("\ud800 > 1")
@example("loss > 1\x00")
def test_any_text_is_an_expression_or_an_error(text):
    try_out(text)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join))
def test_any_words_are_an_expression_or_an_error(text):
    try_out(text)


def test_what_is_too_long_is_refused_at_once():
    with pytest.raises(ConditionError):
        parse("loss + " * 10**6)


# What is typed here means the same to Python and NumPy, which only this test asks.
NUMBERS = st.recursive(
    st.sampled_from(["W1[0,1]", "b1[2]", "loss", "a1[0]", "z2[1]", "dW2[1,3]", "step", "x[0]"])
    | st.floats(0.0, 1e6).map(repr)
    | st.integers(0, 3).map(str),
    lambda part: (
        st.tuples(part, st.sampled_from("+-*/"), part).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        | part.map(lambda t: f"-{t}")
        | st.tuples(part, st.integers(0, 3)).map(lambda t: f"({t[0]} ** {t[1]})")
        | st.tuples(st.sampled_from(["abs", "sqrt", "log", "exp", "sign"]), part).map(
            lambda t: f"{t[0]}({t[1]})"
        )
        | st.lists(part, min_size=2, max_size=3).map(lambda t: f"min({', '.join(t)})")
        | st.sampled_from(["sum(a1)", "mean(W1)", "norm(dW2)", "max(abs(b1))", "min(z1 + a1)"])
    ),
    max_leaves=8,
)
TRUTHS = st.recursive(
    st.tuples(NUMBERS, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), NUMBERS).map(" ".join)
    | st.sampled_from(["any(a1 == 0)", "all(W1 > -1)", "finite(loss)"]),
    lambda part: (
        st.tuples(part, st.sampled_from(["and", "or"]), part).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        )
        | part.map(lambda t: f"(not {t})")
    ),
    max_leaves=3,
)


def fits(text):
    return len(text) <= MOST_CHARACTERS


def by_numpy(text, rows, sample):
    session = BATCHES[rows]
    names = {name: session.value(name) for name in ("W1", "b1", "loss", "dW2")}
    names |= {name: session.value(name)[sample] for name in ("x", "a1", "z1", "z2")}
    names = {name: np.asarray(value, dtype=np.float64) for name, value in names.items()}
    tools = {
        **{name: getattr(np, name) for name in ("abs", "sqrt", "log", "exp", "sign", "sum")},
        **{name: getattr(np, name) for name in ("mean", "any", "all")},
        "norm": np.linalg.norm,
        "finite": np.isfinite,
        "min": lambda *v: np.minimum.reduce([np.float64(x) for x in v]) if v[1:] else np.min(v[0]),
        "max": np.max,
        "f": np.float64,
        "step": np.float64(7.0),
    }
    # Plain numbers as NumPy's, so that a division by zero is no exception.
    text = re.sub(r"(?<![\w\[,.])(\d[\d.]*(?:e[+-]?\d+)?)(?![\d.]*\])", r"f(\1)", text)
    with np.errstate(all="ignore"):
        return eval(text, {"__builtins__": {}}, names | tools)


@settings(max_examples=300, deadline=None)
@given(text=NUMBERS.filter(fits), rows=st.sampled_from([1, 3]), sample=st.integers(0, 2))
def test_numbers_are_what_numpy_makes_of_them(text, rows, sample):
    sample = min(sample, rows - 1)
    expected = float(by_numpy(text, rows, sample))
    with np.errstate(all="ignore"):
        found = compiled(parse(text), scope(rows, sample)).read()
    if not np.isfinite(expected) or abs(expected) > 1e300:
        assert (math.isnan(found), abs(found) > 1e290) == (
            math.isnan(expected),
            abs(expected) > 1e290,
        )
    else:
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-300)


@settings(max_examples=200, deadline=None)
@given(text=TRUTHS.filter(fits), rows=st.sampled_from([1, 3]))
def test_conditions_hold_where_they_hold_for_any_sample(text, rows):
    expected = any(bool(by_numpy(text, rows, k)) for k in range(rows))
    holds, error = refused(lambda: condition(parse(text), scope(rows)))
    if error is not None:
        assert not parse(text).reads
        return
    with np.errstate(all="ignore"):
        assert holds() is expected
