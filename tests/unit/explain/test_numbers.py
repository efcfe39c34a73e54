"""Numbers for people: short, and never wrong about what was rounded."""

from math import inf, nan

import pytest

from bpsim.explain.numbers import format_number, full_number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (0.61, "0.61"),
        (0.609999999, "0.6100"),
        (-0.575, "−0.575"),
        (9.99996, "10.00"),
        (0.00012345678, "0.0001235"),
        (1e-4, "0.0001"),
        (9.9e-5, "9.9e-05"),
        (1.23456e-7, "1.235e-07"),
        (1.23e-7, "1.23e-07"),
        (-1e-300, "−1e-300"),
        (5e-324, "4.941e-324"),
        (123456.7, "123457"),
        (1e6, "1e+06"),
        (1.23456e12, "1.235e+12"),
        (inf, "inf"),
        (-inf, "−inf"),
        (nan, "NaN"),
    ],
)
def test_four_digits(number, text):
    assert format_number(number) == text


def test_sign_and_digits():
    assert format_number(0.42, sign=True) == "+0.42"
    assert format_number(-0.42, sign=True) == "−0.42"
    assert format_number(0.0, sign=True) == "0"
    assert format_number(-0.26527182, 6) == "−0.265272"
    assert format_number(1 / 3, 2) == "0.33"


@pytest.mark.parametrize("number", [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0, -2.5, inf])
def test_all_digits_read_back(number):
    assert float(full_number(number)) == number
    assert full_number(nan) == "NaN"
    assert full_number(inf) == "inf"
