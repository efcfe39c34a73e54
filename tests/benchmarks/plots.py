"""Time of one frame of each plot, in the window.

Run: ``python -m tests.benchmarks.plots``. Figures to reach: a prediction map of 100 x 100 cells
for a 2-8-8-1 network in 4 ms; the loss of a million steps in 5 ms, at least 20 times as fast as
matplotlib's where that is installed.
"""

import os
from collections.abc import Callable
from importlib.util import find_spec
from statistics import median
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.app import make_application, make_window
from bpsim.ui.main_window import MainWindow
from tests.examples import small

FRAMES = 60
STEPS = 1_000_000


def milliseconds(work: Callable[[], object], times: int = FRAMES) -> float:
    work()
    taken = []
    for _ in range(times):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return 1000.0 * median(taken)


def frame(window: MainWindow, name: str) -> float:
    """Give the time to draw a panel anew and to paint it."""
    window.docks[name].raise_()
    panel = window.panel(name)
    panel.make()
    for _ in range(5):
        make_application().processEvents()

    def work() -> None:
        panel.chart.draw()
        panel.chart.viewport().repaint()

    return milliseconds(work)


def by_hand(session: Session) -> float:
    """Give the time of a forward pass of 10,000 rows, written by hand."""
    inputs = np.random.default_rng(0).normal(size=(10_000, 2))
    w1, b1, w2, b2, w3, b3 = (session.value(n) for n in ("W1", "b1", "W2", "b2", "W3", "b3"))

    def work() -> None:
        hidden = np.tanh(np.tanh(inputs @ w1.T + b1) @ w2.T + b2)
        1.0 / (1.0 + np.exp(-(hidden @ w3.T + b3)))

    return milliseconds(work)


def matplotlib_s(losses: np.ndarray) -> float:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10.6, 2.0), dpi=100)
    canvas = FigureCanvasAgg(figure)
    (line,) = figure.add_subplot().plot([])

    def work() -> None:
        line.set_data(np.arange(len(losses)), losses)
        figure.axes[0].relim()
        figure.axes[0].autoscale_view()
        canvas.draw()

    return milliseconds(work, 5)


def main() -> None:
    make_application()
    window = make_window()
    window.resize(1440, 900)
    window.show()
    window.proportion()
    layers = ((8, "tanh"), (8, "tanh"), (1, "sigmoid"))
    session = Session(small(layers=layers, rows=200, batch_size=10))
    window.controller.open(session)
    session.run(3000)
    plain, drawn = by_hand(session), frame(window, "prediction")
    print(
        f"prediction map     {drawn:7.2f} ms, to reach 4 ms; its forward pass by hand {plain:.2f}"
    )
    window.controller.selection.choose([Element("W2", (i, j)) for i in range(3) for j in range(4)])
    print(f"12 parameters      {frame(window, 'parameters'):7.2f} ms, 12 curves")
    print(f"12 gradients       {frame(window, 'gradients'):7.2f} ms, 12 curves")
    print(f"loss surface       {frame(window, 'surface'):7.2f} ms, without the map")
    losses = np.exp(np.random.default_rng(0).normal(size=STEPS)) / np.sqrt(
        np.arange(1.0, STEPS + 1)
    )
    state = session.machine.compiled.state.copy()
    horizon = session.history.executed_at(STEPS)
    session.history.resume(horizon, losses, np.full(STEPS, np.nan), 0, state)
    million = frame(window, "loss")
    print(f"loss, 10**6 steps  {million:7.2f} ms, to reach 5 ms")
    if find_spec("matplotlib"):
        print(
            f"  matplotlib's     {matplotlib_s(losses) / million:7.1f} times as long, to reach 20"
        )


if __name__ == "__main__":
    main()
