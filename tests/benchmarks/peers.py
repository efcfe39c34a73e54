"""The same training in other libraries, where they are installed: for the benchmarks only.

``pip install torch==2.13.0 scikit-learn jax`` brings all of them. Each takes the same batches of
float64 in the same order, on one thread.
"""

import os
from collections.abc import Callable
from importlib.util import find_spec
from itertools import cycle, islice, pairwise

import numpy as np

Train = Callable[[int], object]

os.environ.setdefault("JAX_ENABLE_X64", "1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")


def _batches(data: np.ndarray, inputs: int, batch: int) -> list[tuple[np.ndarray, np.ndarray]]:
    size = min(batch, len(data))
    parts = [data[at : at + size] for at in range(0, len(data) - size + 1, size)]
    return [(part[:, :inputs].copy(), part[:, inputs:].copy()) for part in parts]


def pytorch(
    sizes: tuple[int, ...], hidden: str, batch: int, data: np.ndarray, rate: float
) -> Train | None:
    """PyTorch's eager mode, the loop that its tutorials show."""
    if not find_spec("torch"):
        return None
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    kind = {"sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh}[hidden]
    layers = [m for i, o in pairwise(sizes) for m in (torch.nn.Linear(i, o), kind())]
    model = torch.nn.Sequential(*layers[:-1], torch.nn.Sigmoid())
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    batches = [tuple(map(torch.tensor, pair)) for pair in _batches(data, sizes[0], batch)]

    def train(steps: int) -> None:
        for x, y in islice(cycle(batches), steps):
            optimizer.zero_grad()
            loss = 0.5 * ((model(x) - y) ** 2).sum(dim=1).mean()
            loss.backward()
            optimizer.step()
            loss.item()

    return train


def scikit_learn(
    sizes: tuple[int, ...], hidden: str, batch: int, data: np.ndarray, rate: float
) -> Train | None:
    """scikit-learn's partial_fit, one call a batch; its output unit is linear."""
    if not find_spec("sklearn"):
        return None
    from sklearn.neural_network import MLPRegressor

    batches = _batches(data, sizes[0], batch)
    if sizes[-1] == 1:
        batches = [(x, y.ravel()) for x, y in batches]
    model = MLPRegressor(
        hidden_layer_sizes=sizes[1:-1],
        activation={"sigmoid": "logistic", "tanh": "tanh"}[hidden],
        solver="sgd",
        alpha=0.0,
        batch_size=len(batches[0][0]),
        learning_rate_init=rate,
        momentum=0.0,
        shuffle=False,
    )

    def train(steps: int) -> None:
        for x, y in islice(cycle(batches), steps):
            model.partial_fit(x, y)

    return train


def jax(
    sizes: tuple[int, ...], hidden: str, batch: int, data: np.ndarray, rate: float
) -> Train | None:
    """JAX with the whole loop over the steps compiled."""
    if not find_spec("jax"):
        return None
    from jax import grad, jit, nn
    from jax import numpy as jnp
    from jax.lax import fori_loop

    draws = np.random.default_rng(0)
    start = [(draws.normal(size=(i, o)), np.zeros(o)) for i, o in pairwise(sizes)]
    pairs = _batches(data, sizes[0], batch)
    xs, ys = (jnp.asarray(np.stack(part)) for part in zip(*pairs, strict=True))

    def loss(weights, x, y):
        a = x
        for w, b in weights[:-1]:
            a = (jnp.tanh if hidden == "tanh" else nn.sigmoid)(a @ w + b)
        a = nn.sigmoid(a @ weights[-1][0] + weights[-1][1])
        return 0.5 * ((a - y) ** 2).sum(axis=1).mean()

    def step(number, weights):
        at = number % len(pairs)
        slopes = grad(loss)(weights, xs[at], ys[at])
        return [
            (w - rate * dw, b - rate * db) for (w, b), (dw, db) in zip(weights, slopes, strict=True)
        ]

    whole = jit(lambda steps, weights: fori_loop(0, steps, step, weights))
    weights = [(jnp.asarray(w), jnp.asarray(b)) for w, b in start]
    kept = [weights]

    def train(steps: int) -> None:
        kept[0] = whole(steps, kept[0])
        kept[0][0][0].block_until_ready()

    return train


PEERS = {"PyTorch": pytorch, "scikit-learn": scikit_learn, "JAX, compiled": jax}
