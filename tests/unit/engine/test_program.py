"""The operations of a step: what they are called, what they read, and all that they write."""

import numpy as np
import pytest

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.kernels import run
from bpsim.engine.losses import LOSSES
from bpsim.engine.memory import Memory
from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.engine.parameters import Choice
from bpsim.engine.program import Program
from bpsim.engine.specification import Layer, Network, Specification, Training


def program_of(layers, *, loss="half_squared_error", optimizer="sgd", rows=2, l1=0.0, l2=0.0):
    training = Training(Choice(loss), Choice(optimizer, {"learning_rate": 0.1}), l1, l2)
    specification = Specification(Network(2, layers), training)
    memory = Memory(specification, [rows])
    program, draws = Program(specification, memory, rows), np.random.default_rng(51)
    parameters = memory.parameters
    memory.array[: parameters.stop] = draws.normal(0, 1, parameters.stop)
    program.view("x")[:] = draws.normal(0, 1, (rows, 2))
    program.view("y")[:] = draws.random(program.view("y").shape)
    return program


def described(program):
    return [
        f"{op.phase} {op.layer} {op.kind}: {op.formula} <- {' '.join(op.reads)}"
        for op in program.operations
    ]


LAYERS = (Layer(3, "tanh"), Layer(2, "identity"))


def test_the_operations_of_one_row():
    assert described(program_of(LAYERS, rows=1)) == [
        "forward 1 weighted sum: z1 = W1 @ a0 + b1 <- W1 a0 b1",
        "forward 1 activation: a1 = tanh(z1) <- z1",
        "forward 2 weighted sum: z2 = W2 @ a1 + b2 <- W2 a1 b2",
        "forward 2 activation: a2 = z2 <- z2",
        "loss 0 loss: loss = half_squared_error(a2, y) <- a2 y",
        "backward 2 output error: delta2 = a2 - y <- a2 y z2",
        "backward 2 weight gradient: dW2 = outer(delta2, a1) <- delta2 a1",
        "backward 2 bias gradient: db2 = delta2 <- delta2",
        "backward 1 hidden error: delta1 = (W2.T @ delta2) * tanh'(z1) <- W2 delta2 z1",
        "backward 1 weight gradient: dW1 = outer(delta1, a0) <- delta1 a0",
        "backward 1 bias gradient: db1 = delta1 <- delta1",
        "update 1 update: W1 -= lr * dW1 <- W1 dW1",
        "update 1 update: b1 -= lr * db1 <- b1 db1",
        "update 2 update: W2 -= lr * dW2 <- W2 dW2",
        "update 2 update: b2 -= lr * db2 <- b2 db2",
    ]


def test_the_operations_of_a_batch_with_penalties_and_states():
    layers = (Layer(3, "sigmoid"),)
    program = program_of(layers, loss="binary_cross_entropy", optimizer="momentum", l1=0.1, l2=0.2)
    assert described(program) == [
        "forward 1 weighted sum: z1 = W1 @ a0 + b1 <- W1 a0 b1",
        "forward 1 activation: a1 = sigmoid(z1) <- z1",
        "loss 0 loss: loss = mean over the batch of binary_cross_entropy(a1, y) <- a1 y",
        "loss 0 penalty: penalty = l1 * sum(abs(W)) + 0.5 * l2 * sum(W**2) <- W1",
        "backward 1 output error: delta1 = (a1 - y) / n <- a1 y z1",
        "backward 1 weight gradient: dW1 = mean over the batch of outer(delta1, a0) <- delta1 a0",
        "backward 1 penalty gradient: dW1 += l1 * sign(W1) + l2 * W1 <- W1 dW1",
        "backward 1 bias gradient: db1 = mean over the batch of delta1 <- delta1",
        "update 1 optimizer state: vW1 = momentum*vW1 + dW1 <- dW1 vW1",
        "update 1 update: W1 -= lr * vW1 <- W1 vW1",
        "update 1 optimizer state: vb1 = momentum*vb1 + db1 <- db1 vb1",
        "update 1 update: b1 -= lr * vb1 <- b1 vb1",
    ]
    assert [op.index for op in program.operations] == list(range(12))


def assert_spans_hold_all_that_is_written(program):
    """Going back restores an operation's spans and nothing else."""
    array = program.memory.array
    for operation in program.operations:
        before = array.copy()
        run(operation.calls)
        changed = before.view(np.int64) != array.view(np.int64)
        for start, stop in operation.spans:
            changed[start:stop] = False
        assert not changed.any(), operation.name


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_nothing_is_written_outside_the_spans_of_an_update(optimizer):
    assert_spans_hold_all_that_is_written(program_of(LAYERS, optimizer=optimizer, l1=0.1))


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("loss", list(LOSSES))
def test_nothing_is_written_outside_the_spans_of_a_pass(loss, activation):
    hidden = "tanh" if ACTIVATIONS[activation].output_only else activation
    layers = (Layer(3, hidden), Layer(2, activation))
    assert_spans_hold_all_that_is_written(program_of(layers, loss=loss, l2=0.1))
