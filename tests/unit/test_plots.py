"""Ticks and thinned curves, without a window."""

import numpy as np
import pytest

from bpsim.ui.plots.thinning import MOST_POINTS, outline
from bpsim.ui.plots.ticks import linear_ticks, log_texts, log_ticks, tick_text


@pytest.mark.parametrize("count", [4001, 12_345, 1_000_003])
def test_thinning_keeps_every_stretch_s_extremes(count):
    values = np.random.default_rng(count).normal(size=count)
    values[[count // 3, count - 5, count - 2]] = 50.0, -60.0, 70.0
    places, kept = outline(values)
    assert len(kept) <= MOST_POINTS + 4
    assert {50.0, -60.0, 70.0} <= set(kept)
    assert (np.diff(places) >= 0).all()
    np.testing.assert_array_equal(values[places.astype(int) - 1], kept)
    assert places[-1] == count


def test_what_is_no_number_hides_no_peak():
    values = np.random.default_rng(0).normal(size=10_000)
    values[::7] = np.nan
    values[[4001, 9999]] = 50.0, -60.0
    kept = outline(values)[1]
    assert {50.0, -60.0} <= set(kept)
    assert np.isfinite(kept).all()


def test_short_curves_stay_as_they_are():
    places, kept = outline(np.array([3.0, 1.0, 2.0]), first=7)
    assert places.tolist() == [7, 8, 9]
    assert kept.tolist() == [3, 1, 2]


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0, 300, 7, [0, 50, 100, 150, 200, 250, 300]),
        (0, 0.36, 4, [0, 0.1, 0.2, 0.3]),
        (-1.2, 1.2, 5, [-1, -0.5, 0, 0.5, 1]),
        (0.5, 1.9, 2, [0.5, 1, 1.5]),
        (1e6, 1e6 + 3, 3, [1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3]),
    ],
)
def test_ticks_are_round(low, high, most, expected):
    assert linear_ticks(low, high, most)[1] == pytest.approx(expected)


@pytest.mark.parametrize("high", [1, 2, 3, 17, 10**9])
def test_steps_have_whole_ticks(high):
    places = linear_ticks(0, high, 12, whole=True)[1]
    assert places
    assert all(place == round(place) for place in places)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.02, 0.7, [0.02, 0.05, 0.1, 0.2, 0.5]),
        (1e-7, 1.0, [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]),
        (0.31, 0.34, [0.31, 0.315, 0.32, 0.325, 0.33, 0.335, 0.34]),
    ],
)
def test_logarithmic_ticks_are_round_numbers(low, high, expected):
    places = log_ticks(np.log10(low) - 1e-12, np.log10(high) + 1e-12, 8)
    assert [10**place for place in places] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (0.3, 0.1, "0.3"),
        (0.30000000000000004, 0.05, "0.30"),
        (-1.5, 0.5, "−1.5"),
        (-1e-17, 0.1, "0"),
        (25000.0, 5000.0, "25,000"),
        (3e-7, 1e-7, "3e-7"),
        (2e7, 1e7, "2e7"),
        (1.5e140, 5e139, "1.5e140"),
    ],
)
def test_ticks_are_written_with_the_digits_they_need(value, step, text):
    assert tick_text(value, step) == text


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((0.25, 0.3, 0.35), ["0.25", "0.30", "0.35"]),
        ((0.02, 0.1, 0.5, 1), ["0.02", "0.1", "0.5", "1"]),
        ((1e-10, 1e-5, 1, 1e5, 1e12), ["1e-10", "1e-5", "1", "1e5", "1e12"]),
        ((100, 200, 500), ["100", "200", "500"]),
        ((2e-5, 5e-5), ["2e-5", "5e-5"]),
        ((1e-305, 1, 1e305), ["1e-305", "1", "1e305"]),
        ((), []),
    ],
)
def test_logarithmic_ticks_are_written_shortly(values, texts):
    assert log_texts([float(np.log10(value)) for value in values]) == texts


@pytest.mark.parametrize(
    ("low", "high"), [(-1e150, 1e150), (-500, 500), (307.2, 307.9), (-400, -1)]
)
def test_logarithmic_axes_survive_any_range(low, high):
    places = log_ticks(low, high, 8)
    assert len(places) <= 12
    assert len(log_texts(places)) == len(places)
