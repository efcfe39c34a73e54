"""Names of values and of their elements, as NumPy would write them."""

import re
from dataclasses import dataclass
from typing import Self

from bpsim.words import translate

_ELEMENT = re.compile(r"([A-Za-z]+\d*)(?:\[(\d+(?:,\s*\d+)*)\])?")
_OF_A_SAMPLE = re.compile(r"x|y|(?:a|z|delta)\d+")


def element_name(name: str, index: tuple[int, ...]) -> str:
    """Write an element as NumPy would: ``W1[0,2]``; a single number has no index."""
    return f"{name}[{','.join(map(str, index))}]" if index else name


def column_name(name: str, index: tuple[int, ...]) -> str:
    """Write an element as a column of a CSV: ``W1_0_2``."""
    return "_".join([name, *map(str, index)])


def parse_element(text: str) -> tuple[str, tuple[int, ...]]:
    """Read ``W1[0,2]`` as its name and index.

    Raises
    ------
    ValueError
        If it is not written so.
    """
    match = _ELEMENT.fullmatch(text.strip())
    if match is None:
        words = translate("session", "{text} is not an element; write it like W1[0,2] or b1[0].")
        raise ValueError(words.format(text=repr(text)))
    index = tuple(int(i) for i in match[2].split(",")) if match[2] else ()
    return match[1], index


def is_of_a_sample(name: str) -> bool:
    """Tell whether each sample of a batch has a value of its own: ``a1`` does, ``W1`` doesn't."""
    return _OF_A_SAMPLE.fullmatch(name) is not None


@dataclass(frozen=True, order=True)
class Element:
    """One number of the network, whatever the sample.

    Attributes
    ----------
    name
        The value that it belongs to: ``W1``, ``b2``, ``a1``, ``x``, ``dW1``, ``loss``.
    index
        Its place, without the sample: ``(unit, source)`` of a weight, ``(unit,)`` of a bias or a
        layer's value, ``()`` of a single number.
    """

    name: str
    index: tuple[int, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``W1[0,2]``.

        Raises
        ------
        ValueError
            If it is not written so.
        """
        return cls(*parse_element(text))

    @property
    def layer(self) -> int:
        """The layer that it belongs to; 0 for an input and for what belongs to none."""
        digits = re.sub(r"\D", "", self.name)
        return int(digits) if digits else 0

    @property
    def is_parameter(self) -> bool:
        """Whether it is a weight or a bias."""
        return self.name[0] in "Wb"

    def at(self, sample: int) -> tuple[int, ...]:
        """Return its place in the value of a batch, with the sample where there is one."""
        return (sample, *self.index) if is_of_a_sample(self.name) else self.index

    def __str__(self) -> str:
        """Write it as NumPy would."""
        return element_name(self.name, self.index)
