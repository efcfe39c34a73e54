"""Rectangles of numbers as text between tabs, as spreadsheets copy and paste them."""

from bpsim.engine.kernels import Array
from bpsim.explain.typed import parse_number
from bpsim.session.values import Element
from bpsim.ui.table.content import element_at
from bpsim.words import translate


class PasteError(ValueError):
    """What was copied does not fit; the message says where and what would be right."""


def as_text(block: Array | None, shape: tuple[int, int]) -> str:
    """Write numbers with all their digits, a row a line; cells without a number are empty."""
    if block is None:
        return "\n".join("\t" * (shape[1] - 1) for _ in range(shape[0]))
    return "\n".join("\t".join(map(repr, row)) for row in block.tolist()).replace("nan", "NaN")


def read_block(
    text: str, name: str, top: int, left: int, shape: tuple[int, int]
) -> dict[Element, float]:
    """Read what was copied as new values of a parameter, from one cell on.

    Parameters
    ----------
    text
        Lines of numbers between tabs; decimal point or comma.
    name
        The parameter, ``W1``.
    top, left
        The cell where the first number goes.
    shape
        Rows and columns of the parameter's table.

    Raises
    ------
    PasteError
        If a cell is no number, or the block does not fit.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    block = [line.split("\t") for line in lines]
    start, width = element_at(name, top, left), len(block[0])
    for number, row in enumerate(block):
        if len(row) != width:
            words = translate(
                "Table", "Row {row} has another number of cells than row 1. Nothing is pasted."
            )
            raise PasteError(words.format(row=number + 1))
    if top + len(block) > shape[0] or left + width > shape[1]:
        words = translate(
            "Table",
            "What was copied has {rows} × {columns} cells; from {start} on there is room for "
            "{high} × {wide}. Nothing is pasted.",
        )
        room = {"high": shape[0] - top, "wide": shape[1] - left}
        raise PasteError(words.format(rows=len(block), columns=width, start=start, **room))
    values = {}
    for down, row in enumerate(block):
        for right, cell in enumerate(row):
            element = element_at(name, top + down, left + right)
            value = parse_number(cell)
            if value is None:
                words = translate(
                    "Table", "{name}: “{text}” is not a finite number. Nothing is pasted."
                )
                raise PasteError(words.format(name=element, text=cell))
            values[element] = value
    return values
