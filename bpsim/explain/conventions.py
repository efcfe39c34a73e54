"""The conventions in force, which are why calculations by hand disagree."""

from dataclasses import dataclass

from bpsim.engine.losses import LOSSES
from bpsim.engine.specification import Specification
from bpsim.explain.expression import Token
from bpsim.explain.notation import typeset
from bpsim.explain.rules import LOSS_RULES, MEAN_OF_OUTPUTS
from bpsim.explain.structure import Formula
from bpsim.words import translate


@dataclass(frozen=True)
class Convention:
    """One choice among those that textbooks make.

    Attributes
    ----------
    about
        What it is about.
    here
        How it is here.
    formula
        The same in symbols, if that says more.
    elsewhere
        How others do it, and what that changes.
    """

    about: str
    here: str
    formula: Formula | None
    elsewhere: str


def conventions(specification: Specification, rows: int) -> tuple[Convention, ...]:
    """State the conventions for a network, its training and a batch of so many rows."""
    return (
        _layers(),
        _weights(),
        _loss(specification),
        _batch(rows),
        _delta(rows),
        _penalty(specification),
        _update(specification),
    )


_SYMBOLS = {
    **{letter: Token(letter) for letter in "LRNnWwxyzabh"},
    "delta": Token("δ", role="backward"),
    "dW": Token("∂L/∂W", role="backward"),
    "a_below": Token("a", subscript="below"),
    "T": Token("T", "upright"),
    "L_i": Token("L", subscript="i"),
    "l1": Token("λ", subscript="1"),
    "l2": Token("λ", subscript="2"),
    **{word: Token(word, "upright") for word in ("ln", "sign")},
}


def _formula(template: str) -> Formula:
    return typeset(template, _SYMBOLS)


def _layers() -> Convention:
    return Convention(
        translate("conventions", "Counting"),
        translate(
            "conventions",
            "Layers count from 1, with the input as layer 0; units, rows and samples count from 0, "
            "as in NumPy: W1[0,2] is the weight into unit 0 of layer 1 from input 2.",
        ),
        None,
        translate(
            "conventions", "Many books count units from 1, so that this weight is their w₁₃."
        ),
    )


def _weights() -> Convention:
    return Convention(
        translate("conventions", "Shape of W"),
        translate(
            "conventions",
            "W has a row for each unit and a column for each of its inputs, (n_out, n_in).",
        ),
        _formula("z = W * a_below + b"),
        translate(
            "conventions",
            "Keras and some books store the transpose, (n_in, n_out), and write z = x W + b: their "
            "W[2,0] is W[0,2] here, and the way back multiplies by W instead of its transpose.",
        ),
    )


def _loss(specification: Specification) -> Convention:
    name, outputs = specification.training.loss.name, specification.network.outputs
    if name == "half_squared_error":
        here = translate(
            "conventions", "The squared error is halved, and added up over the outputs."
        )
        elsewhere = translate(
            "conventions",
            "The half cancels the 2 of the derivative. Without it (mean_squared_error) all "
            "gradients of a network with one output are twice as large.",
        )
    elif name == "cross_entropy":
        here = translate(
            "conventions",
            "The cross-entropy is added up over the outputs, with the natural logarithm.",
        )
        elsewhere = translate(
            "conventions", "With the logarithm to the base 2 it is in bits, 1.4427 times as large."
        )
    else:
        here, elsewhere = _mean_of_outputs(name, outputs)
    if LOSSES[name].pairings.keys() & {specification.network.layers[-1].activation}:
        here += " " + translate(
            "conventions",
            "It is computed from z, so that it stays exact where an output rounds to 0 or 1.",
        )
    several = outputs > 1 and name in {*MEAN_OF_OUTPUTS, "half_squared_error", "cross_entropy"}
    return Convention(
        translate("conventions", "Loss of one sample"),
        here,
        _formula(f"L = {LOSS_RULES[name][several]}"),
        elsewhere,
    )


def _mean_of_outputs(name: str, outputs: int) -> tuple[str, str]:
    here = translate("conventions", "{loss} is the mean over the outputs, without a half.")
    if outputs > 1:
        elsewhere = translate(
            "conventions",
            "With {outputs} outputs, adding up instead makes all gradients {outputs} times as "
            "large.",
        )
    else:
        elsewhere = translate("conventions", "With one output, mean and sum are the same.")
    if name == "mean_squared_error":
        elsewhere += " " + translate(
            "conventions", "With a half (half_squared_error), the 2 of the derivative goes."
        )
    return here.format(loss=_words(name).capitalize()), elsewhere.format(outputs=outputs)


def _batch(rows: int) -> Convention:
    if rows > 1:
        elsewhere = translate(
            "conventions",
            "A sum instead of the mean makes all gradients {rows} times as large here, as if the "
            "learning rate were {rows} times as large.",
        )
    else:
        elsewhere = translate("conventions", "With one row a batch, mean and sum are the same.")
    return Convention(
        translate("conventions", "Loss of a batch"),
        translate("conventions", "The mean over the samples of the batch."),
        _formula("L = 1 / N * sum(L_i)"),
        elsewhere.format(rows=rows),
    )


def _delta(rows: int) -> Convention:
    return Convention(
        translate("conventions", "Error signal"),
        translate(
            "conventions",
            "δ is the derivative of the loss of one sample by z. The division by N comes where "
            "gradients are formed.",
        ),
        _formula("dW = 1 / N * sum(delta * a_below**T)" if rows > 1 else "dW = delta * a_below**T"),
        translate(
            "conventions", "Some divide δ by N already, or define it with the other sign, as y − a."
        ),
    )


def _penalty(specification: Specification) -> Convention:
    training = specification.training
    if training.l1 or training.l2:
        here = translate(
            "conventions",
            "It goes over all weights and no bias, with a half before the squares, and is not "
            "divided by the batch. The loss that is shown leaves it out; the gradients have it.",
        )
    else:
        here = translate(
            "conventions",
            "None is set now. If it is, it goes over all weights and no bias, with a half before "
            "the squares, and is not divided by the batch. The loss that is shown leaves it out; "
            "the gradients have it.",
        )
    return Convention(
        translate("conventions", "Penalty"),
        here,
        _formula("R = l1 * sum(|w|) + ½ * l2 * sum(w**2)"),
        translate(
            "conventions",
            "Without the half, λ₂ counts twice; some divide by N, and some penalise biases too.",
        ),
    )


def _update(specification: Specification) -> Convention:
    name = specification.training.optimizer.name
    elsewhere = translate(
        "conventions",
        "Some worked examples update the last layer first and then use its new weights on the "
        "way back; that gives other numbers.",
    )
    if name in ("momentum", "nesterov"):
        elsewhere += " " + translate(
            "conventions", "Some put the learning rate into the velocity; here it stays outside."
        )
    if name == "adamw":
        elsewhere += " " + translate(
            "conventions", "Here the decay applies to the parameter at once, as in PyTorch."
        )
    return Convention(
        translate("conventions", "When updates apply"),
        translate(
            "conventions",
            "All gradients of a step are taken at the same, old parameters; then all parameters "
            "are updated, by {optimizer} as PyTorch defines it.",
        ).format(optimizer=name),
        None,
        elsewhere,
    )


def _words(name: str) -> str:
    return name.replace("_", " ")
