"""The words for how a layer fares."""

from dataclasses import dataclass

from bpsim.explain.numbers import format_number
from bpsim.session.aside.health import BINS, EXPLODING, FAST, VANISHING, Layer, Trouble
from bpsim.words import QT_TRANSLATE_NOOP, translate

CONTEXT = "layers"


@dataclass(frozen=True)
class Look:
    """How a trouble is shown.

    Attributes
    ----------
    icon, token
        Its glyph and colour.
    words
        In the table; ``{dead}``, ``{units}`` and ``{share}`` stand for the layer's numbers.
    why
        What it means and what helps.
    """

    icon: str
    token: str
    words: str
    why: str


LOOKS = {
    Trouble.EXPLODING: Look(
        "chevron-up",
        "negative",
        QT_TRANSLATE_NOOP("layers", "exploding"),
        QT_TRANSLATE_NOOP(
            "layers", "The gradient is very long. Try a smaller learning rate or smaller weights."
        ),
    ),
    Trouble.DEAD: Look(
        "x",
        "negative",
        QT_TRANSLATE_NOOP("layers", "{dead} of {units} dead"),
        QT_TRANSLATE_NOOP(
            "layers",
            "These units put out 0 for every row, so no gradient reaches their weights. "
            "Try leaky_relu, other weights or a smaller learning rate.",
        ),
    ),
    Trouble.VANISHING: Look(
        "chevron-down",
        "backward",
        QT_TRANSLATE_NOOP("layers", "vanishing"),
        QT_TRANSLATE_NOOP(
            "layers",
            "Hardly any of the gradient of other layers reaches this one. Try another "
            "activation, fewer layers or other weights to start from.",
        ),
    ),
    Trouble.SATURATED: Look(
        "minus",
        "backward",
        QT_TRANSLATE_NOOP("layers", "{share} % saturated"),
        QT_TRANSLATE_NOOP(
            "layers",
            "Most outputs stand where the activation is flat, so little gradient passes. "
            "Try smaller weights or inputs of mean 0.",
        ),
    ),
    Trouble.FAST: Look(
        "chevrons-right",
        "backward",
        QT_TRANSLATE_NOOP("layers", "large updates"),
        QT_TRANSLATE_NOOP(
            "layers", "The next update changes the weights by more than a tenth of their size."
        ),
    ),
}
FINE = Look("check", "update", QT_TRANSLATE_NOOP("layers", "fine"), "")


def look_of(layer: Layer) -> Look:
    """Return how the gravest trouble of a layer is shown."""
    return LOOKS[layer.troubles[0]] if layer.troubles else FINE


def words_of(layer: Layer) -> str:
    """Say how a layer fares: ``2 of 8 dead, large updates``."""
    looks = [LOOKS[trouble] for trouble in layer.troubles] or [FINE]
    share = f"{100 * layer.saturated:.0f}"
    parts = [translate("layers", look.words) for look in looks]
    return ", ".join(p.format(dead=layer.dead, units=layer.units, share=share) for p in parts)


def why_of(layer: Layer) -> str:
    """Say what its troubles mean, and by which measure."""
    if layer.troubles:
        return "\n".join(translate("layers", LOOKS[trouble].why) for trouble in layer.troubles)
    words = translate(
        "layers",
        "No gradient above {long}, none below {part} of the largest layer's, no unit dead, "
        "few outputs saturated, updates below {fast} of the weights.",
    )
    return words.format(long=f"{EXPLODING:g}", part=f"{VANISHING:g}", fast=f"{FAST:g}")


def number(value: float) -> str:
    """Write a number, or a dash where there is none."""
    return format_number(value, 3) if value == value else "–"


def outputs_of(layer: Layer) -> str:
    """Say in words what the histogram shows."""
    low, high = layer.ends
    fullest = int(layer.counts.argmax())
    width = (high - low) / BINS
    words = translate("layers", "{count} outputs from {low} to {high}, most of them near {most}")
    return words.format(
        count=f"{int(layer.counts.sum()):,}",
        low=number(low),
        high=number(high),
        most=number(low + (fullest + 0.5) * width),
    )
