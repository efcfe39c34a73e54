"""Where expressions find values: in the memory of a program, or in the history's samples."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from math import prod
from typing import Any, Protocol

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.engine.program import Program
from bpsim.session.history import History
from bpsim.session.values import element_name, is_of_a_sample
from bpsim.words import translate

COUNTERS = ("step", "epoch", "batch")
_PUBLIC = re.compile(r"(?:[abz]|W|delta|d[Wb]|[mv][Wb])\d+|x|y|loss|penalty")


@dataclass(frozen=True)
class Source:
    """Something that can be read, as often as wanted.

    Attributes
    ----------
    shape
        Of its elements; ``()`` is one number.
    sampled
        Whether each sample has its own.
    read
        Gives a plain float where there is one number, else an array of the shape, with the
        samples as one more axis at the end where it is sampled.
    truth
        Whether it is true or false instead of a number.
    """

    shape: tuple[int, ...]
    sampled: bool
    read: Callable[[], Any]
    truth: bool = False

    @property
    def single(self) -> bool:
        """Whether it is one number, whatever the sample."""
        return self.shape == () and not self.sampled


class Scope(Protocol):
    """What names mean."""

    def names(self) -> Iterable[str]:
        """Give all names that there are."""

    def source(self, name: str, index: tuple[int, ...]) -> Source:
        """Find a value or an element of one.

        Raises
        ------
        LookupError
            If there is none, in words.
        """


def public_names(program: Program) -> list[str]:
    """Name the values that a program has, in the order of the literature."""
    return [name for name in ("x", *program.slots) if _PUBLIC.fullmatch(name) and name != "a0"]


def unknown(name: str, names: Iterable[str]) -> LookupError:
    """Say that there is no such value, and which might be meant."""
    close = get_close_matches(name, list(names), 1)
    if close:
        words = translate("conditions", "This network has no {name}. Do you mean {close}?")
        return LookupError(words.format(name=name, close=close[0]))
    words = translate(
        "conditions",
        "This network has no {name}. There are loss, W1, b1, z1, a1, delta1, dW1 …",
    )
    return LookupError(words.format(name=name))


def shape_words(name: str, shape: tuple[int, ...]) -> str:
    """Say how many elements a value has."""
    if not shape:
        return translate("conditions", "{name} is one number").format(name=name)
    words = translate("conditions", "{name} is {shape} numbers")
    return words.format(name=name, shape=" × ".join(map(str, shape)))


def checked_index(name: str, index: tuple[int, ...], shape: tuple[int, ...]) -> None:
    """Raise `LookupError`, in words, unless a value has such an element."""
    if index and not (
        len(index) == len(shape) and all(i < size for i, size in zip(index, shape, strict=True))
    ):
        first, last = (0,) * len(shape), tuple(size - 1 for size in shape)
        if any(last):
            words = translate("conditions", "{shape}: write {first} to {last}.")
        else:
            words = translate("conditions", "{shape}: write {first}.")
        raise LookupError(
            words.format(
                shape=shape_words(name, shape),
                first=element_name(name, first),
                last=element_name(name, last),
            )
        )


class LiveScope:
    """The values of a program, as they are when they are read.

    Parameters
    ----------
    program
        Whose memory.
    counters
        Give ``step``, ``epoch`` and ``batch``.
    sample
        The only sample that counts; all of the batch where it is left out.
    """

    def __init__(
        self,
        program: Program,
        counters: Mapping[str, Callable[[], float]],
        sample: int | None = None,
    ) -> None:
        self._program, self._counters, self._sample = program, counters, sample
        # Twice as quick to read a number from as the array is.
        self._numbers = program.memory.array.data

    def names(self) -> list[str]:
        """Give all names that there are."""
        return [*public_names(self._program), *self._counters]

    def source(self, name: str, index: tuple[int, ...]) -> Source:
        """Find a value or an element of one.

        Raises
        ------
        LookupError
            If there is none, in words.
        """
        if name in self._counters:
            checked_index(name, index, ())
            return Source((), False, self._counters[name])
        stored_name = "a0" if name == "x" else name
        slot = self._program.slots.get(stored_name)
        if slot is None or not _PUBLIC.fullmatch(name):
            raise unknown(name, self.names())
        if is_of_a_sample(stored_name):
            return self._of_samples(name, index, self._program.stored(stored_name), slot.start)
        view = self._program.view(name)
        checked_index(name, index, view.shape)
        if index or not view.shape:
            place = np.ravel_multi_index(index[::-1], slot.shape) if index else 0
            return self._number(slot.start + int(place))
        return Source(view.shape, False, lambda: view)

    def _of_samples(self, name: str, index: tuple[int, ...], stored: Array, start: int) -> Source:
        units, rows = stored.shape
        if len(index) == 2:
            # As NumPy counts: the sample first.
            checked_index(name, index, (rows, units))
            return self._number(start + index[1] * rows + index[0])
        checked_index(name, index, (units,))
        sample = 0 if rows == 1 else self._sample
        if index and sample is not None:
            return self._number(start + index[0] * rows + sample)
        if sample is not None:
            column = stored[:, sample]
            return Source((units,), False, lambda: column)
        part = stored[index[0]] if index else stored
        return Source(part.shape[:-1], True, lambda: part)

    def _number(self, place: int) -> Source:
        return Source((), False, partial(self._numbers.__getitem__, place))


class SampledScope:
    """Parameters, gradients and losses over the steps that the history keeps.

    The steps take the place of the samples.

    Parameters
    ----------
    program
        Gives names and shapes.
    history
        Where the numbers are.
    """

    def __init__(self, program: Program, history: History) -> None:
        self._program, self._history = program, history
        self.steps = history.samples.steps.copy()
        self._sources: dict[str, Array] = {}

    def names(self) -> list[str]:
        """Give all names that there are."""
        names = [n for n in public_names(self._program) if re.fullmatch(r"d?[Wb]\d+|loss", n)]
        return [*names, "step"]

    def source(self, name: str, index: tuple[int, ...]) -> Source:
        """Find a value or an element of one, at all kept steps.

        Raises
        ------
        LookupError
            If the history does not keep it, in words.
        """
        if name not in self.names():
            words = translate("conditions", "The history does not keep {name}.")
            raise LookupError(words.format(name=name))
        array = self._array(name)
        checked_index(name, index, array.shape[:-1])
        part = array[index] if index else array
        return Source(part.shape[:-1], True, lambda: part)

    def _array(self, name: str) -> Array:
        if name == "step":
            return self.steps.astype(float)
        if name == "loss":
            losses = np.concatenate(([np.nan], self._history.losses))
            return losses[np.minimum(self.steps, len(losses) - 1)]
        samples = self._history.samples
        table = samples.gradients if name.startswith("d") else samples.parameters
        slot = self._program.slots[name.removeprefix("d")]
        rows = table[: len(self.steps), slot.start : slot.stop]
        assert rows.shape[1] == prod(slot.shape)
        return rows.T.reshape(*slot.shape, len(rows)).swapaxes(0, -2)
