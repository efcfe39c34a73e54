"""Texts are written so that Qt's tools can read them."""

import ast
import re
from pathlib import Path

import pytest

from bpsim import words
from bpsim.words import count, translate

ROOT = Path(__file__).parents[2]
MARKS = ("translate", "QT_TRANSLATE_NOOP")
FILES = sorted((ROOT / "bpsim").rglob("*.py"))


@pytest.fixture
def shouted():
    before = words._translator
    words.use(lambda context, text: f"{context}: {text.upper()}")
    yield
    words.use(before)


def test_a_text_is_english_until_another_language_is_lent(shouted):
    assert translate("explain", "some text") == "explain: SOME TEXT"
    words.use(words._as_it_is)
    assert translate("explain", "some text") == "some text"
    assert [count(number, "row") for number in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]


def calls_in(tree):
    """Give calls of what Qt's tool looks for; a method `translate` of a text is none."""
    inside = {id(n) for f in ast.walk(tree) if isinstance(f, ast.JoinedStr) for n in ast.walk(f)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(name) if name in (*MARKS, "tr"):
                    yield name, node, id(node) in inside
                case ast.Attribute(ast.Name("self"), "tr"):
                    yield "tr", node, id(node) in inside


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def wrong_with(name, call, in_text):
    *contexts, text = call.args
    if in_text:
        return "is not found inside of an f-string"
    if name == "tr" and isinstance(call.func, ast.Name):
        return "has no context outside of a class"
    if call.keywords or len(call.args) != (2 if name in MARKS else 1):
        return "is not found with other arguments"
    if isinstance(text, ast.JoinedStr | ast.BinOp | ast.IfExp):
        return "must be one literal with places, filled in afterwards"
    if is_text(text) and not all(map(is_text, contexts)):
        return "needs a literal context"
    if is_text(text) and re.search(r"\{\}|\{\d", text.value):
        return "needs places with names, which may stand in another order"
    return ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_text_is_a_literal_in_a_literal_context(path):
    found = calls_in(ast.parse(path.read_text()))
    wrong = {f"line {call[1].lineno}": wrong_with(*call) for call in found}
    assert {where: what for where, what in wrong.items() if what} == {}


MISSED = (
    'tr("outside of a class")',
    'translate(CONTEXT, "text")',
    'translate("context", "one" if few else "many")',
    'translate("context", "text {a}", a=1)',
    'translate("context", "text" + more)',
    'self.tr(f"text {a}")',
    'self.tr("text {}")',
    """f"a {translate('context', 'text')}\"""",
)


@pytest.mark.parametrize("code", MISSED)
def test_what_the_tool_would_miss_is_refused(code):
    (call,) = calls_in(ast.parse(code))
    assert wrong_with(*call)


SAID = {"Problem": 1, "ConditionError": 0, "Grade": 1, "LookupError": 0, "Convention": 0}
"""Where what is made of words takes them."""
BELOW = [path for path in FILES if path.parts[len(ROOT.parts) + 1] not in ("ui", "cli")]


@pytest.mark.parametrize("path", BELOW, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_said_is_no_literal(path):
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in SAID]
    said = [(call.lineno, call.args[SAID[call.func.id]]) for call in named]
    assert [line for line, text in said if is_text(text) or isinstance(text, ast.JoinedStr)] == []
