"""Losses of sigmoid and softmax outputs, computed from ``z``.

An output that has rounded to 0 or 1 no longer tells how far off it is; its weighted sum does.
"""

import numpy as np

from bpsim.engine.activations import sigmoid
from bpsim.engine.ends import Ends, Values, mean, outputs, total
from bpsim.engine.kernels import Array, Calls, bind, constant, sum_of_others


def logistic(ends: Ends, values: Values) -> Calls:
    """Build the binary cross-entropy of sigmoid(z)."""
    # (1 - y) z + log(1 + exp(-z)) for z > 0 and -y z + log(1 + exp(z)) else: nothing cancels.
    terms, product = ends.terms(), np.empty_like(ends.z)
    return [
        bind(np.heaviside, ends.z, constant(0.0), terms),
        bind(np.subtract, terms, ends.y, terms),
        bind(np.multiply, terms, ends.z, terms),
        *_softplus_of_minus_size(ends, product),
        bind(np.add, terms, product, terms),
        *mean(terms, ends),
    ]


def logistic_delta(ends: Ends, out: Array, values: Values) -> Calls:
    """Build its derivative by z, ``(a - y) / n``."""
    # a - y as a (1 - y) - (1 - a) y, where 1 - a = sigmoid(-z) keeps its digits.
    one, rest, product = constant(1.0), np.empty_like(out), np.empty_like(out)
    return [
        bind(np.subtract, one, ends.y, rest),
        bind(np.multiply, ends.a, rest, out),
        *_mirrored(ends, product),
        bind(np.multiply, product, ends.y, product),
        bind(np.subtract, out, product, out),
        bind(np.divide, out, constant(outputs(ends)), out),
    ]


def _softplus_of_minus_size(ends: Ends, out: Array) -> Calls:
    """Build log(1 + exp(-|z|))."""
    return [
        bind(np.copysign, ends.z, constant(-1.0), out),
        bind(np.exp, out, out),
        bind(np.log1p, out, out),
    ]


def _mirrored(ends: Ends, out: Array) -> Calls:
    """Build sigmoid(-z)."""
    z, e, d = (np.empty_like(out) for _ in range(3))
    return [bind(np.negative, ends.z, z), *sigmoid(z, out, (e, d))]


def log_sigmoid(ends: Ends, values: Values) -> Calls:
    """Build the cross-entropy of sigmoid(z), ``y * (max(-z, 0) + log(1 + exp(-|z|)))``."""
    terms, product = ends.terms(), np.empty_like(ends.z)
    return [
        bind(np.negative, ends.z, terms),
        bind(np.fmax, terms, constant(0.0), terms),
        *_softplus_of_minus_size(ends, product),
        bind(np.add, terms, product, terms),
        bind(np.multiply, terms, ends.y, terms),
        *total(terms, ends),
    ]


def log_sigmoid_delta(ends: Ends, out: Array, values: Values) -> Calls:
    """Build its derivative by z, ``-y * (1 - a)``."""
    return [
        *_mirrored(ends, out),
        bind(np.multiply, out, ends.y, out),
        bind(np.negative, out, out),
    ]


def log_softmax(ends: Ends, values: Values) -> Calls:
    """Build the cross-entropy of softmax(z)."""
    # log(sum(exp(z))) - z, shifted by the largest z: log1p(the others' sum) - shifted z, and half
    # of that, since a distance may be larger than any number where its target is small.
    half, _ = ends.kept
    terms = np.empty_like(ends.z)

    def apply() -> None:
        np.subtract(0.5 * np.log1p(_others(half)[0]), half, out=terms)
        np.multiply(terms, ends.y, out=terms)

    return [apply, *total(terms, ends, 2.0)]


def log_softmax_delta(ends: Ends, out: Array, values: Values) -> Calls:
    """Build its derivative by z, ``a * sum(y) - y``."""
    # a sum(y) - y as a (sum(y) - y) - (1 - a) y, with 1 - a free of cancellation.
    _, complement = ends.kept

    def apply() -> None:
        np.subtract(ends.a * sum_of_others(ends.y), complement * ends.y, out=out)

    return [apply]


def binary_softmax(ends: Ends, values: Values) -> Calls:
    """Build the binary cross-entropy of softmax(z)."""
    half, _ = ends.kept
    terms, columns = np.empty_like(ends.z), np.arange(ends.z.shape[1])

    def apply() -> None:
        # Half of every term, as in `log_softmax`.
        others, largest = _others(half)
        np.subtract(0.5 * np.log1p(others), half, out=terms)
        np.multiply(terms, ends.y, out=terms)
        # -log(1 - a): of the largest share, 1 - a is what the second largest and the rest have.
        unwanted = -0.5 * np.log1p(-ends.a)
        second, beyond, _ = _without_largest(half)
        unwanted[largest, columns] = np.where(
            others < 1.0,
            0.5 * (np.log1p(others) - np.log1p(beyond)) - second,
            0.5 * np.log1p(1.0 / others),
        )
        np.add(terms, (1.0 - ends.y) * unwanted, out=terms)

    return [apply, *mean(terms, ends, 2.0)]


def binary_softmax_slope(ends: Ends, out: Array, values: Values) -> Calls:
    """Build its derivative by a, at most the largest number where a share rounds to 0."""
    _, complement = ends.kept
    most = float(np.finfo(np.float64).max)

    def apply() -> None:
        wanted, unwanted = (
            np.divide(t, share, out=np.zeros_like(share), where=t != 0.0)
            for t, share in ((ends.y, ends.a), (1.0 - ends.y, complement))
        )
        np.clip((unwanted - wanted) / outputs(ends), -most, most, out=out)

    return [apply]


def binary_softmax_delta(ends: Ends, out: Array, values: Values) -> Calls:
    """Build its derivative by z."""
    # a (p - sum(a p)) with p = ((1 - y) / (1 - a) - y / a) / n, multiplied out so that no share
    # stands below: a[j] / (1 - a[k]) is the share that j has without k.
    half, complement = ends.kept
    columns = np.arange(ends.z.shape[1])

    def apply() -> None:
        a, y = ends.a, ends.y
        _, largest = _others(half)
        _, beyond, shares = _without_largest(half)
        weight = (1.0 - y) * a
        np.subtract(weight, complement * y, out=out)
        np.add(out, a * sum_of_others(y), out=out)
        np.subtract(out, weight[largest, columns] * shares / (1.0 + beyond), out=out)
        weight[largest, columns] = 0.0
        # Where the weight isn't 0 the share is at most a half.
        np.subtract(out, a * sum_of_others(weight / np.maximum(complement, 0.5)), out=out)
        np.divide(out, outputs(ends), out=out)

    return [apply]


def _others(half: Array) -> tuple[Array, Array]:
    """Give the sum of exp(z - largest z) over the others, and which is the largest."""
    exponentials = np.exp(half + half)
    largest = half.argmax(axis=0)
    exponentials[largest, np.arange(half.shape[1])] = 0.0
    return exponentials.sum(axis=0), largest


def _without_largest(half: Array) -> tuple[Array, Array, Array]:
    """Give the same of all but the largest.

    Half the second largest distance, the sum of exp(z - second largest z) over those below it,
    and all of them, with 1 for the second largest and 0 for the largest itself.
    """
    columns = np.arange(half.shape[1])
    below = half.copy()
    below[half.argmax(axis=0), columns] = -np.inf
    second = below.argmax(axis=0)
    top = below[second, columns]
    below -= top
    exponentials = np.exp(below + below)
    exponentials[second, columns] = 0.0
    beyond = exponentials.sum(axis=0)
    exponentials[second, columns] = 1.0
    return top, beyond, exponentials
