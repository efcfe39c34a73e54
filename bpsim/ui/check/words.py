"""What a gradient check has found, in sentences."""

from collections.abc import Sequence

from bpsim.engine.gradient_check import Comparison
from bpsim.explain.numbers import format_number
from bpsim.words import QT_TRANSLATE_NOOP, translate

_ABOUT = {
    "right": QT_TRANSLATE_NOOP(
        "check",
        "Moving {parameter} by {step} to both sides changes the loss at a rate of {numerical}. "
        "Backpropagation says {gradient}: they agree.",
    ),
    "wrong": QT_TRANSLATE_NOOP(
        "check",
        "Moving {parameter} by {step} to both sides changes the loss at a rate of {numerical}, "
        "but backpropagation says {gradient}. One of them is wrong; most often it is a derivative.",
    ),
    "kink": QT_TRANSLATE_NOOP(
        "check",
        "The loss has a kink here, as relu or abs make it at 0: its slope is {left} to the left "
        "of {parameter} and {right} to the right. No derivative exists, and backpropagation takes "
        "{gradient}. Nothing is wrong.",
    ),
}


def about(row: Comparison) -> str:
    """Say what was compared, and what that means."""
    left, right = row.sides or (0.0, 0.0)
    return translate("check", _ABOUT[row.verdict]).format(
        parameter=row.name.removeprefix("d"),
        step=f"{row.step:.0e}".replace("e-0", "e-"),
        numerical=format_number(row.numerical, 6),
        gradient=format_number(row.gradient, 6),
        left=format_number(left),
        right=format_number(right),
    )


def summary(rows: Sequence[Comparison], wanted: int) -> str:
    """Say how it went altogether."""
    if not rows:
        return translate("check", "Nothing is checked yet.")
    wrong = sum(row.verdict == "wrong" for row in rows)
    kinks = sum(row.verdict == "kink" for row in rows)
    right, words = len(rows) - wrong - kinks, []
    if len(rows) < wanted:
        first = translate("check", "Stopped after {count} of {wanted}.")
        words.append(first.format(count=f"{len(rows):,}", wanted=f"{wanted:,}"))
    if right == len(rows) == 1:
        words.append(translate("check", "The two agree."))
    elif right == len(rows):
        words.append(translate("check", "All {count} agree.").format(count=f"{right:,}"))
    else:
        some = translate("check", "{right} of {count} agree.")
        words.append(some.format(right=f"{right:,}", count=f"{len(rows):,}"))
    if wrong:
        words.append(translate("check", "{wrong} differ.").format(wrong=f"{wrong:,}"))
    if kinks:
        stand = translate("check", "{kinks} stand at a kink, where no derivative exists.")
        words.append(stand.format(kinks=f"{kinks:,}"))
    smooth = [row for row in rows if row.verdict != "kink"]
    if smooth:
        worst = max(smooth, key=lambda row: row.difference)
        last = translate(
            "check", "The largest difference, at {name}, is {part} of the largest gradient."
        )
        part = format_number(worst.difference, 2)
        words.append(last.format(name=worst.name, part=part))
    return " ".join(words)
