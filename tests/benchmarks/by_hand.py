"""Training loops in NumPy as one would write them by hand for the best speed.

Straight code for networks of two and of three layers of sigmoid units and half the squared
error: preallocated arrays, ``out=``, constants of full shape, the biases as one more row of the
weights, all parameters and all gradients in one array each, no Python number within the loop.
They use the plain sigmoid, which loses digits where a unit saturates, and check nothing.
"""

from collections.abc import Callable
from itertools import cycle, islice, pairwise

import numpy as np

Train = Callable[[int], object]


def by_hand(sizes: tuple[int, ...], batch: int, data: np.ndarray, rate: float) -> Train:
    """Return a function that trains for some steps and returns their losses."""
    write = {3: _two_layers, 4: _three_layers}[len(sizes)]
    inputs, ones = data[:, : sizes[0]].T, np.ones((1, len(data)))
    whole = np.concatenate([inputs, ones]), data[:, sizes[0] :].T
    size = min(batch, len(data))
    batches = [
        tuple(np.ascontiguousarray(part[:, at : at + size]) for part in whole)
        for at in range(0, len(data) - size + 1, size)
    ]
    return write(sizes, size, batches, rate)


def _tensors(sizes: tuple[int, ...]) -> tuple[np.ndarray, list[np.ndarray]]:
    shapes = [(i + 1, o) for i, o in pairwise(sizes)]
    flat, at, views = np.empty(sum(i * o for i, o in shapes)), 0, []
    for i, o in shapes:
        views.append(flat[at : at + i * o].reshape(i, o))
        at += i * o
    return flat, views


def _arrays(sizes: tuple[int, ...], size: int) -> tuple[list[np.ndarray], ...]:
    with_ones = [np.ones((n + 1, size)) for n in sizes[1:]]
    activations = [a[:-1] for a in with_ones]
    ones, slopes, deltas = ([np.ones((n, size)) for n in sizes[1:]] for _ in range(3))
    return with_ones, activations, ones, slopes, deltas


def _two_layers(sizes, size, batches, rate) -> Train:
    (p, (w1, w2)), (g, (g1, g2)) = _tensors(sizes), _tensors(sizes)
    p[:] = np.random.default_rng(0).normal(size=p.size)
    (a1_one, _), (a1, a2), (one1, one2), (s1, s2), (d1, d2) = _arrays(sizes, size)
    w1t, w2t, w2_only, d1t, d2t = w1.T, w2.T, w2[:-1], d1.T, d2.T
    residual = np.empty_like(a2)
    flat, rates = residual.reshape(-1), np.full_like(p, rate / size)
    dot, negative, exp, add, reciprocal = np.dot, np.negative, np.exp, np.add, np.reciprocal
    subtract, multiply = np.subtract, np.multiply

    def train(steps: int) -> np.ndarray:
        losses = np.empty(steps)
        for step, (x, y) in enumerate(islice(cycle(batches), steps)):
            dot(w1t, x, a1)
            negative(a1, a1)
            exp(a1, a1)
            add(a1, one1, a1)
            reciprocal(a1, a1)
            dot(w2t, a1_one, a2)
            negative(a2, a2)
            exp(a2, a2)
            add(a2, one2, a2)
            reciprocal(a2, a2)
            subtract(a2, y, residual)
            losses[step] = dot(flat, flat)
            subtract(one2, a2, s2)
            multiply(s2, a2, s2)
            multiply(s2, residual, d2)
            dot(a1_one, d2t, g2)
            dot(w2_only, d2, d1)
            subtract(one1, a1, s1)
            multiply(s1, a1, s1)
            multiply(s1, d1, d1)
            dot(x, d1t, g1)
            multiply(g, rates, g)
            subtract(p, g, p)
        losses *= 0.5 / size
        return losses

    return train


def _three_layers(sizes, size, batches, rate) -> Train:
    (p, (w1, w2, w3)), (g, (g1, g2, g3)) = _tensors(sizes), _tensors(sizes)
    p[:] = np.random.default_rng(0).normal(size=p.size)
    (a1_one, a2_one, _), (a1, a2, a3), (one1, one2, one3), (s1, s2, s3), (d1, d2, d3) = _arrays(
        sizes, size
    )
    w1t, w2t, w3t, w2_only, w3_only = w1.T, w2.T, w3.T, w2[:-1], w3[:-1]
    d1t, d2t, d3t = d1.T, d2.T, d3.T
    residual = np.empty_like(a3)
    flat, rates = residual.reshape(-1), np.full_like(p, rate / size)
    dot, negative, exp, add, reciprocal = np.dot, np.negative, np.exp, np.add, np.reciprocal
    subtract, multiply = np.subtract, np.multiply

    def train(steps: int) -> np.ndarray:
        losses = np.empty(steps)
        for step, (x, y) in enumerate(islice(cycle(batches), steps)):
            dot(w1t, x, a1)
            negative(a1, a1)
            exp(a1, a1)
            add(a1, one1, a1)
            reciprocal(a1, a1)
            dot(w2t, a1_one, a2)
            negative(a2, a2)
            exp(a2, a2)
            add(a2, one2, a2)
            reciprocal(a2, a2)
            dot(w3t, a2_one, a3)
            negative(a3, a3)
            exp(a3, a3)
            add(a3, one3, a3)
            reciprocal(a3, a3)
            subtract(a3, y, residual)
            losses[step] = dot(flat, flat)
            subtract(one3, a3, s3)
            multiply(s3, a3, s3)
            multiply(s3, residual, d3)
            dot(a2_one, d3t, g3)
            dot(w3_only, d3, d2)
            subtract(one2, a2, s2)
            multiply(s2, a2, s2)
            multiply(s2, d2, d2)
            dot(a1_one, d2t, g2)
            dot(w2_only, d2, d1)
            subtract(one1, a1, s1)
            multiply(s1, a1, s1)
            multiply(s1, d1, d1)
            dot(x, d1t, g1)
            multiply(g, rates, g)
            subtract(p, g, p)
        losses *= 0.5 / size
        return losses

    return train
