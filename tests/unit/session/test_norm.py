"""Lengths of vectors, beside the standard library's."""

import math

import numpy as np
import pytest

from bpsim.session.norm import norm


@pytest.mark.parametrize("scale", [1.0, 1e-170, 1e-307, 1e170, 1e307])
def test_no_square_overflows_or_vanishes(scale):
    vectors = np.random.default_rng(5).normal(size=(7, 3)) * scale
    with np.errstate(over="ignore"):
        one_by_one = [norm(vector) for vector in vectors.T]
        together = norm(vectors)
    expected = [math.hypot(*vector) for vector in vectors.T.tolist()]
    np.testing.assert_allclose(one_by_one, expected, rtol=1e-15, atol=0.0)
    np.testing.assert_allclose(together, expected, rtol=1e-15, atol=0.0)


def test_what_is_not_finite_stays_so():
    assert norm(np.array([1.0, math.inf])) == math.inf
    assert math.isnan(norm(np.array([1.0, math.nan])))
    assert norm(np.zeros(3)) == 0.0
