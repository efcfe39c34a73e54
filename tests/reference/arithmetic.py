"""Reads formulas and numbers as a person reads them off the page, and works them out.

It shares nothing with the program's own writing: one pass over the characters, in mpmath.
"""

import re

import mpmath as mp

PIECE = re.compile(
    r"\s*(?:(?P<more>\((?P<count>[\d,]+) more(?:: (?P<hidden>[−\d.e+-]+))?\))"
    r"|(?P<slope>[a-z_]+′\([^()]*\))"
    r"|(?P<element>(?:dL_da|delta|d?[Wb]|[mv][Wb]|[azyL])\d*(?:\[[\d,]+\])(?:_old)?)"
    r"|(?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)"
    r"|(?P<name>[A-Za-z]\w*)"
    r"|(?P<mark>[-+−×·/()|²³^½,]))"
)
FUNCTIONS = {
    "exp": mp.exp,
    "ln": mp.log,
    "sqrt": mp.sqrt,
    "tanh": mp.tanh,
    "sign": mp.sign,
    "max": lambda *x: max(x),
    "sigmoid": lambda z: 1 / (1 + mp.exp(-z)),
    "Phi": mp.ncdf,
}


class Arithmetic:
    """Works one line out.

    Parameters
    ----------
    text
        What is printed.
    values
        Gives the number that a name stands for.

    Attributes
    ----------
    largest
        The largest number met on the way: what rounding is measured by.
    folded
        How many terms were left out.
    """

    def __init__(self, text, values=None):
        self._values, self._pieces, at = values, [], 0
        self.largest, self.folded = mp.mpf(0), 0
        while at < len(text.rstrip()):
            match = PIECE.match(text, at)
            if match is None:
                raise ValueError(f"{text[at:]!r} cannot be read")
            self._pieces.append(match)
            at = match.end()
        self._at = 0

    def result(self):
        with mp.workdps(40):
            found = self._sum()
        if self._at < len(self._pieces):
            raise ValueError(f"{self._pieces[self._at][0]!r} is too much")
        return found

    def _note(self, x):
        self.largest = max(self.largest, abs(x))
        return x

    def _sees(self, marks):
        if self._at == len(self._pieces):
            return ""
        mark = self._pieces[self._at]["mark"]
        return mark if mark and mark in marks else ""

    def _take(self, marks):
        mark = self._sees(marks)
        if not mark:
            raise ValueError(f"{marks!r} is missing")
        self._at += 1
        return mark

    def _sum(self):
        sign = self._take("−-") if self._sees("−-") else "+"
        total = -self._product() if sign != "+" else self._product()
        while self._sees("+−-"):
            sign = self._take("+−-")
            term = self._product()
            total = self._note(total + term if sign == "+" else total - term)
        return total

    def _product(self):
        product = self._power()
        while self._sees("×·/"):
            sign = self._take("×·/")
            factor = self._power()
            product = self._note(product / factor if sign == "/" else product * factor)
        return product

    def _power(self):
        base = self._atom()
        while self._sees("²³^"):
            mark = self._take("²³^")
            base = self._note(base ** ({"²": 2, "³": 3}.get(mark) or self._atom()))
        return base

    def _atom(self):
        if self._at == len(self._pieces):
            raise ValueError("something is missing")
        piece = self._pieces[self._at]
        if piece["mark"]:
            opening = self._take("(|½")
            if opening == "½":
                return mp.mpf("0.5")
            inside = self._sum()
            self._take(")" if opening == "(" else "|")
            return inside if opening == "(" else abs(inside)
        self._at += 1
        if piece["more"]:
            self.folded += int(piece["count"].replace(",", ""))
            if piece["hidden"] is None:
                return self._note(self._values(piece["more"]))
            return self._note(mp.mpf(piece["hidden"].replace("−", "-")))
        if piece["number"]:
            return self._note(mp.mpf(piece["number"]))
        name = piece["slope"] or piece["element"] or piece["name"]
        if name in FUNCTIONS and self._sees("("):
            self._take("(")
            arguments = [self._sum()]
            while self._sees(","):
                self._take(",")
                arguments.append(self._sum())
            self._take(")")
            return self._note(FUNCTIONS[name](*arguments))
        if name == "pi":
            return +mp.pi
        if self._values is None:
            raise ValueError(f"{name} is no number")
        return self._note(mp.mpf(self._values(name)))


def half_unit(text):
    """Give half a unit of the last digit that is printed."""
    digits, _, exponent = text.strip("−-").partition("e")
    decimals = len(digits.partition(".")[2])
    return mp.mpf(10) ** (int(exponent or 0) - decimals) / 2


def printed(text):
    """Read a number as it is printed."""
    return mp.mpf(text.replace("−", "-"))
