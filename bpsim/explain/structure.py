"""An explanation as structure, for the window to typeset and for a terminal to print."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from bpsim.explain.expression import Node, Token, plain
from bpsim.explain.numbers import format_number, full_number
from bpsim.words import translate

__all__ = ["Chain", "Explanation", "Factor", "Formula", "Line", "Path", "Role", "Span", "Step"]

Role = Literal["plain", "number", "positive", "negative", "backward", "result", "variable", "fold"]


_NO_TOKEN = Token("")


@dataclass(frozen=True)
class Span:
    """A stretch of text in a line of numbers.

    Attributes
    ----------
    text
        What is written.
    role
        What it is, for its colour; ``fold`` stands for the terms of a sum that are left out.
    ref
        The element that it stands for, in NumPy's notation (``"W2[0,1]"``), if any.
    value
        The number in full, where `text` is one.
    """

    text: str
    role: Role = "plain"
    ref: str | None = None
    value: float | None = None


@dataclass(frozen=True)
class Line:
    """One line of the numbers.

    Attributes
    ----------
    spans
        What is written, in its order.
    in_latex
        Writes the same for LaTeX; few ask for it.
    """

    spans: tuple[Span, ...]
    in_latex: Callable[[], str] = field(default=str, compare=False, repr=False)

    @property
    def latex(self) -> str:
        """The same for LaTeX."""
        return self.in_latex()

    def __str__(self) -> str:
        """Write it as plain text."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Formula:
    """A rule in symbols, to be typeset."""

    root: Node

    def __str__(self) -> str:
        """Write it as plain text, with Unicode's raised and lowered digits."""
        return plain(self.root)


@dataclass(frozen=True)
class Factor:
    """One factor on a path from the loss to an element.

    Attributes
    ----------
    name
        As plain text: ``∂z2[0]/∂a1[1]``.
    value
        Its number.
    ref
        The element that stands for it on the picture.
    top, bottom
        The two halves of the name, to be typeset.
    note
        Where it kills the gradient, or nearly: why.
    """

    name: str
    value: float
    ref: str = ""
    top: Token = _NO_TOKEN
    bottom: Token = _NO_TOKEN
    note: str = ""


@dataclass(frozen=True)
class Path:
    """One path from the loss down to an element.

    Attributes
    ----------
    factors
        From the loss downwards; their product is `value`.
    value
        What comes along this path.
    units
        The units that it passes, from the output downwards.
    weights
        The weights that it passes, likewise.
    """

    factors: tuple[Factor, ...]
    value: float
    units: tuple[str, ...]
    weights: tuple[str, ...]


@dataclass(frozen=True)
class Chain:
    """All paths from the loss down to an element, for one sample.

    Attributes
    ----------
    target
        What the loss is differentiated by, ``W1[0,1]`` or ``z1[0]``.
    paths
        The strongest, strongest first.
    others, rest
        How many there are besides, and what comes along them altogether.
    total
        The sum over all paths: what this sample contributes to the gradient.
    row
        Which sample of the batch that is; ``None`` where there is only one.
    """

    target: str
    paths: tuple[Path, ...]
    others: int
    rest: float
    total: float
    row: int | None = None

    @property
    def count(self) -> int:
        """How many paths there are."""
        return len(self.paths) + self.others


@dataclass(frozen=True)
class Step:
    """One step of a derivation.

    Attributes
    ----------
    words
        What it does.
    formula
        What comes out of it.
    numbers
        The same with this network's numbers, where that says more.
    """

    words: str
    formula: Formula
    numbers: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """What there is to say about one element of one operation.

    Attributes
    ----------
    title, subtitle
        The element in NumPy's notation, and what it is.
    rule
        The operation's rule, for all elements.
    numbers
        The rule for this element, the same with its numbers, and what comes out.
    result
        The value in memory; ``None`` where this operation's value is not there.
    why
        One or two plain sentences.
    chain
        The paths from the loss to here, where there are any.
    derivation
        Where the rule comes from, if that is not plain.
    folded
        How many terms of sums are left out of the numbers.
    """

    title: str
    subtitle: str
    rule: Formula
    numbers: tuple[Line, ...]
    result: float | None
    why: str
    chain: Chain | None = None
    derivation: tuple[Step, ...] = ()
    folded: int = 0


def as_text(explanation: Explanation) -> str:
    """Write an explanation as plain text."""
    lines = [
        f"{explanation.title} — {explanation.subtitle}",
        str(explanation.rule),
        *map(str, explanation.numbers),
    ]
    if explanation.result is not None:
        words = translate("explain", "In memory: {number}")
        lines.append(words.format(number=full_number(explanation.result)))
    lines.append(explanation.why)
    for step in explanation.derivation:
        lines += [f"{step.words}: {step.formula}", *map(str, step.numbers)]
    if explanation.chain is not None:
        lines += chain_lines(explanation.chain)
    return "\n".join(lines)


def chain_lines(chain: Chain, digits: int = 4) -> list[str]:
    """Write a chain as plain text, a line for each path."""
    lines = [f"{heading(chain)}:"]
    for path in chain.paths:
        names = " × ".join(f.name for f in path.factors)
        numbers = " × ".join(wrapped(f.value, digits) for f in path.factors)
        lines.append(f"{names} = {numbers} = {format_number(path.value, digits)}")
        lines += [f.note for f in path.factors if f.note]
    if chain.others:
        lines.append(f"{others_words(chain.others)}: {format_number(chain.rest, digits)}")
    if chain.count > 1:
        words = translate("explain", "Sum of {count} paths: {total}")
        total = format_number(chain.total, digits)
        lines.append(words.format(count=f"{chain.count:,}", total=total))
    return lines


def heading(chain: Chain) -> str:
    """Say what the paths are."""
    if chain.row is None:
        return translate("explain", "From the loss to here")
    return translate("explain", "From the loss to here, for row {row}").format(row=chain.row)


def others_words(count: int) -> str:
    """Name the paths that are not shown one by one."""
    if count == 1:
        return translate("explain", "1 other path")
    return translate("explain", "{count} other paths").format(count=f"{count:,}")


def wrapped(x: float, digits: int) -> str:
    """Write a factor, a negative one in parentheses."""
    text = format_number(x, digits)
    return f"({text})" if x < 0 else text
