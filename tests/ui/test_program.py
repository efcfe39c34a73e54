"""The list's formulas are short, and all of them are in full elsewhere."""

import pytest
from PySide6.QtCore import Qt

from bpsim.engine.losses import LOSSES
from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.session.session import Session
from bpsim.ui.program.formula import LONGEST, short_formula
from bpsim.ui.program.rows import ProgramModel
from tests.examples import small


def formulas(**project):
    operations = Session(small(**project)).program.operations
    return {op.formula: short_formula(op) for op in operations}


@pytest.mark.parametrize(
    ("optimizer", "short"),
    [
        ("sgd", ["W1 -= lr · dW1"]),
        ("momentum", ["vW1 = μv + dW1", "W1 -= lr · v"]),
        ("nesterov", ["vW1 = μv + dW1", "W1 -= lr · (dW1 + μv)"]),
        ("rmsprop", ["vW1 = αv + (1−α)dW1²", "W1 -= lr · dW1/(√v + ε)"]),
        ("adagrad", ["vW1 += dW1²", "W1 -= lr · dW1/(√v + ε)"]),
        (
            "adam",
            ["mW1 = β₁m + (1−β₁)dW1", "vW1 = β₂v + (1−β₂)dW1²", "W1 -= lr · m̂/(√v̂ + ε)"],
        ),
        (
            "adamw",
            [
                "W1 -= lr · λ · W1",
                "mW1 = β₁m + (1−β₁)dW1",
                "vW1 = β₂v + (1−β₂)dW1²",
                "W1 -= lr · m̂/(√v̂ + ε)",
            ],
        ),
    ],
)
def test_updates_read_like_a_textbook(optimizer, short):
    operations = Session(small(optimizer)).program.operations
    found = [short_formula(op) for op in operations if op.stage and op.name.endswith("W1")]
    assert found == short


def test_every_optimizer_is_tried():
    assert set(OPTIMIZERS) == {
        "sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adam", "adamw"
    }  # fmt: skip


@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("end", ["identity", "sigmoid", "softmax"])
@pytest.mark.parametrize("batch_size", [1, 2])
def test_nothing_is_longer_than_the_list_is_wide(loss, end, batch_size):
    layers = ((4, "tanh"), (2, end))
    made = formulas(layers=layers, loss=loss, batch_size=batch_size, l1=0.1, l2=0.1)
    assert max(map(len, made.values())) <= LONGEST, made


def test_errors_of_unwieldy_losses_are_named():
    huber = formulas(layers=((4, "tanh"), (2, "sigmoid")), loss="huber")
    assert "delta2 = ∂L/∂a2 ⊙ f′" in huber.values()
    softmax = formulas(layers=((4, "tanh"), (2, "softmax")), loss="half_squared_error")
    assert "delta2 = softmax′ · ∂L/∂a2" in softmax.values()
    assert "delta1 = W2ᵀ delta2 ⊙ f′" in softmax.values()


def test_the_tooltip_has_the_whole_formula(qapp):
    model = ProgramModel()
    model.set_session(Session(small("adam")))
    row = next(k for k, e in enumerate(model.entries) if e.operation and e.operation.name == "W1")
    index = model.index(row)
    assert index.data(Qt.ItemDataRole.DisplayRole) == "W1 -= lr · m̂/(√v̂ + ε)"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == model.entries[row].operation.formula


def test_what_came_before_and_what_comes_next_stay_in_sight(window):
    window.controller.open(Session(small("adam")))
    panel = window.panel("program")
    seen = panel.view.viewport().rect()
    last = len(panel.model.entries) - 1
    for operations in (1, 6, 30, 12, 3):
        window.controller.do(lambda session, to=operations: session.jump(to))
        row = panel.model.row_of(window.controller.session.position.done - 1)
        for near in range(max(row - 2, 0), min(row + 2, last) + 1):
            assert seen.contains(panel.view.visualRect(panel.model.index(near)).center())
