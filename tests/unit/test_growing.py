"""Long rows that grow: their extremes and running means, against plain ways to find them."""

import numpy as np
import pytest

from bpsim.ui.plots.growing import Extremes, Row, Smooth


def plain_means(values, factor):
    found = []
    for end in range(1, len(values) + 1):
        weights = factor ** np.arange(end - 1, -1, -1.0)
        found.append(values[:end] @ weights / weights.sum())
    return found


@pytest.mark.parametrize("factor", [0.6, 0.9, 0.99, 0.999])
@pytest.mark.parametrize("parts", [[700], [1] * 30 + [33, 400, 237], [499, 0, 201]])
def test_smoothing_is_the_weighted_mean_of_all_before(factor, parts):
    values = np.random.default_rng(0).exponential(size=sum(parts))
    smooth, end = Smooth(factor), 0
    for part in parts:
        end += part
        smooth.extend(values[:end])
    assert smooth.row.values == pytest.approx(plain_means(values, factor), rel=1e-9)


def test_a_growing_row_is_thinned_to_its_extremes():
    values = np.random.default_rng(1).normal(size=200_000)
    values[[123_456, 150_000, 199_990]] = 50.0, -60.0, 70.0
    extremes = Extremes()
    for end in (40_000, 40_001, 120_000, 200_000):
        for first in (0, 3, 12_345):
            places, kept = extremes.outline(values[:end], first, end, 2000)
            shown = values[first:end]
            assert len(kept) <= 3000
            assert (np.diff(places) >= 0).all()
            assert first <= places[0] <= places[-1] < end
            np.testing.assert_array_equal(values[places.astype(int)], kept)
            assert (kept.min(), kept.max()) == (shown.min(), shown.max())


def test_a_row_grows():
    row = Row()
    for part in (np.arange(3.0), np.empty(0), np.arange(3.0, 5000.0)):
        row.add(part)
    assert row.values.tolist() == list(range(5000))
