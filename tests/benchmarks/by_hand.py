"""Training loops in NumPy as one would write them by hand: for the best speed, and plainly.

``python -m tests.benchmarks.by_hand 2-8-8-1 tanh`` prints the quick loop for that network. It is
straight code: preallocated arrays, ``out=``, constants without a dimension, the biases as one more
row of the weights, all parameters and all gradients in one array each, the batch mean and the
learning rate in one factor, no Python number within the loop. It uses the plain sigmoid, which
loses digits where a unit saturates, and checks nothing. The plain loop is what most people would
write: arrays in lists, biases broadcast, but preallocated and with ``out=`` too.
"""

import sys
from collections.abc import Callable
from itertools import cycle, islice, pairwise

import numpy as np

Train = Callable[[int], object]

FORWARD = {
    "sigmoid": (
        "negative({a}, {a})",
        "exp({a}, {a})",
        "add({a}, one, {a})",
        "reciprocal({a}, {a})",
    ),
    "tanh": ("tanh({a}, {a})",),
}
SLOPE = {
    "sigmoid": ("subtract(one, {a}, {s})", "multiply({s}, {a}, {s})"),
    "tanh": ("multiply({a}, {a}, {s})", "subtract(one, {s}, {s})"),
}


def quick_source(layers: int, hidden: str) -> str:
    """Write the loop for so many layers, the last of sigmoid units."""
    kinds = [hidden] * (layers - 1) + ["sigmoid"]
    names = [{"a": f"a{n}", "s": f"slope{n}"} for n in range(1, layers + 1)]
    inputs = ["x", *(f"a{n}_and_one" for n in range(1, layers))]
    lines = []
    for n, (kind, name) in enumerate(zip(kinds, names, strict=True), 1):
        lines += [f"dot(w{n}_turned, {inputs[n - 1]}, a{n})"]
        lines += [line.format(**name) for line in FORWARD[kind]]
    lines += [f"subtract(a{layers}, y, residual)", "losses[step] = dot(flat, flat)"]
    for n in range(layers, 0, -1):
        if n < layers:
            lines.append(f"dot(w{n + 1}_only, delta{n + 1}, delta{n})")
        lines += [line.format(**names[n - 1]) for line in SLOPE[kinds[n - 1]]]
        error = "residual" if n == layers else f"delta{n}"
        lines.append(f"multiply(slope{n}, {error}, delta{n})")
        lines.append(f"dot({inputs[n - 1]}, delta{n}_turned, dw{n})")
    lines += [
        "multiply(gradients, rate, gradients)",
        "subtract(parameters, gradients, parameters)",
    ]
    body = "".join(f"        {line}\n" for line in lines)
    return (
        "def train(steps):\n"
        "    losses = empty(steps)\n"
        "    for step, (x, y) in enumerate(islice(cycle(batches), steps)):\n"
        f"{body}"
        "    losses *= half_over_rows\n"
        "    return losses\n"
    )


def _with_locals(source: str, values: dict[str, object]) -> Train:
    """Make the function, with all that it uses as local as a closure is."""
    space: dict[str, Callable[..., Train]] = {}
    inner = "".join(f"    {line}\n" for line in source.splitlines())
    exec(f"def make({', '.join(values)}):\n{inner}    return train\n", space)
    return space["make"](**values)


def quick(sizes: tuple[int, ...], hidden: str, batch: int, data: np.ndarray, rate: float) -> Train:
    """Return a function that trains for some steps, at the best speed."""
    layers, shapes = len(sizes) - 1, [(i + 1, o) for i, o in pairwise(sizes)]
    turned, size = np.concatenate([data[:, : sizes[0]], np.ones((len(data), 1))], axis=1).T, batch
    batches = [
        tuple(
            np.ascontiguousarray(part[:, at : at + size])
            for part in (turned, data[:, sizes[0] :].T)
        )
        for at in range(0, len(data) - size + 1, size)
    ]
    count = sum(i * o for i, o in shapes)
    parameters, gradients = np.random.default_rng(0).normal(size=count), np.empty(count)
    residual = np.empty((sizes[-1], size))
    values: dict[str, object] = {
        "parameters": parameters,
        "gradients": gradients,
        "rate": np.array(rate / size),
        "one": np.array(1.0),
        "residual": residual,
        "flat": residual.reshape(-1),
        "half_over_rows": 0.5 / size,
        "batches": batches,
        "islice": islice,
        "cycle": cycle,
    }
    ufuncs = "dot negative exp add reciprocal tanh subtract multiply empty"
    values |= {name: getattr(np, name) for name in ufuncs.split()}
    at = 0
    for n, (i, o) in enumerate(shapes, 1):
        w, dw = (flat[at : at + i * o].reshape(i, o) for flat in (parameters, gradients))
        a_and_one, delta = np.ones((o + 1, size)), np.empty((o, size))
        values |= {f"w{n}_turned": w.T, f"w{n}_only": w[:-1], f"dw{n}": dw}
        values |= {f"a{n}": a_and_one[:-1], f"a{n}_and_one": a_and_one}
        values |= {f"delta{n}": delta, f"delta{n}_turned": delta.T}
        values[f"slope{n}"] = np.empty((o, size))
        at += i * o
    return _with_locals(quick_source(layers, hidden), values)


def plain(sizes: tuple[int, ...], hidden: str, batch: int, data: np.ndarray, rate: float) -> Train:
    """Return a function that does the same, written as one usually would."""
    draws, pairs = np.random.default_rng(0), list(pairwise(sizes))
    w, b = [draws.normal(size=pair) for pair in pairs], [np.zeros(o) for _, o in pairs]
    a = [np.empty((batch, n)) for n in sizes]
    delta, slope = ([np.empty((batch, o)) for _, o in pairs] for _ in range(2))
    dw, db = [np.empty_like(x) for x in w], [np.empty_like(x) for x in b]
    square = np.empty((batch, sizes[-1]))
    x, y = np.ascontiguousarray(data[:, : sizes[0]]), np.ascontiguousarray(data[:, sizes[0] :])
    last = len(w) - 1

    def train(steps: int) -> np.ndarray:
        losses, at = np.empty(steps), 0
        for step in range(steps):
            a[0] = x[at : at + batch]
            for n in range(last + 1):
                out = a[n + 1]
                np.dot(a[n], w[n], out=out)
                np.add(out, b[n], out=out)
                if n < last and hidden == "tanh":
                    np.tanh(out, out=out)
                else:
                    np.negative(out, out=out)
                    np.exp(out, out=out)
                    np.add(out, 1.0, out=out)
                    np.reciprocal(out, out=out)
            for n in range(last, -1, -1):
                if n == last:
                    np.subtract(a[-1], y[at : at + batch], out=delta[n])
                    np.multiply(delta[n], delta[n], out=square)
                    losses[step] = 0.5 * square.sum() / batch
                else:
                    np.dot(delta[n + 1], w[n + 1].T, out=delta[n])
                if n < last and hidden == "tanh":
                    np.multiply(a[n + 1], a[n + 1], out=slope[n])
                    np.subtract(1.0, slope[n], out=slope[n])
                else:
                    np.subtract(1.0, a[n + 1], out=slope[n])
                    np.multiply(slope[n], a[n + 1], out=slope[n])
                np.multiply(delta[n], slope[n], out=delta[n])
                np.dot(a[n].T, delta[n], out=dw[n])
                np.sum(delta[n], axis=0, out=db[n])
            for p, g in zip((*w, *b), (*dw, *db), strict=True):
                np.multiply(g, rate / batch, out=g)
                np.subtract(p, g, out=p)
            at = (at + batch) % (len(x) - batch + 1)
        return losses

    return train


if __name__ == "__main__":
    print(quick_source(sys.argv[1].count("-"), sys.argv[2]), end="")
