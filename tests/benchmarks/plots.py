"""Time of one frame of each plot, in the window, and of the same loss in matplotlib.

Run: ``python -m tests.benchmarks.plots``; ``pip install matplotlib`` brings the peer. Figures to
reach: a prediction map of 100 x 100 cells for a 2-8-8-1 network in 4 ms; the loss of a million
steps in 5 ms, at least 20 times as fast as matplotlib's. A frame is drawing anew what has changed
and painting it; while training runs each plot rests for twelve times as long afterwards.
"""

import os
from collections.abc import Callable
from importlib.util import find_spec

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.app import make_application, make_window
from bpsim.ui.main_window import MainWindow
from tests.benchmarks.timing import fastest
from tests.examples import small

FRAMES = 60
STEPS = 1_000_000
SIZE = (1069, 218)
"""Pixels of the loss plot in a window of 1440 x 900."""


def milliseconds(work: Callable[[], object], rounds: int = FRAMES) -> float:
    work()
    return 1000.0 * fastest([work], rounds)[0]


def shown(window: MainWindow, name: str) -> None:
    window.docks[name].raise_()
    panel = window.panel(name)
    if hasattr(panel, "make"):
        panel.make()
    for _ in range(5):
        make_application().processEvents()


def frame(window: MainWindow, name: str) -> Callable[[], None]:
    """Return what draws a panel anew, as after a step, and paints it."""
    shown(window, name)
    panel = window.panel(name)

    def work() -> None:
        panel.show_now()
        (panel.view if name == "layers" else panel.chart).viewport().repaint()

    return work


def unseen(window: MainWindow) -> Callable[[], None]:
    """Return what tells all panels of a step while none of the plots is in sight."""
    for name in ("loss", "prediction", "parameters", "gradients", "layers", "surface"):
        shown(window, name)
    window.docks["data"].raise_()
    window.docks["table"].raise_()
    make_application().processEvents()
    names = ("loss", "parameters", "gradients", "layers", "surface", "prediction")
    panels = [window.panel(name) for name in names]

    def work() -> None:
        for panel in panels:
            panel.refresh()

    return work


def by_hand(session: Session) -> Callable[[], None]:
    """Return a forward pass of 10,000 rows, written by hand."""
    inputs = np.random.default_rng(0).normal(size=(10_000, 2))
    w1, b1, w2, b2, w3, b3 = (session.value(n) for n in ("W1", "b1", "W2", "b2", "W3", "b3"))

    def work() -> None:
        hidden = np.tanh(np.tanh(inputs @ w1.T + b1) @ w2.T + b2)
        1.0 / (1.0 + np.exp(-(hidden @ w3.T + b3)))

    return work


def matplotlib_s(losses: np.ndarray) -> Callable[[], None]:
    """Return a redraw of the same curve on as many pixels, by its quickest renderer."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100)
    canvas = FigureCanvasAgg(figure)
    (line,) = figure.add_subplot().plot([], linewidth=1)
    steps = np.arange(len(losses))

    def work() -> None:
        line.set_data(steps, losses)
        figure.axes[0].relim()
        figure.axes[0].autoscale_view()
        canvas.draw()

    return work


def long_run(session: Session) -> np.ndarray:
    """Give a session the losses of a million steps."""
    draws = np.random.default_rng(0).normal(size=STEPS)
    losses = np.exp(draws) / np.sqrt(np.arange(1.0, STEPS + 1))
    state = session.machine.compiled.state.copy()
    horizon = session.history.executed_at(STEPS)
    session.history.resume(horizon, losses, np.full(STEPS, np.nan), 0, state)
    return losses


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
    print(f"the quickest of {FRAMES} frames, 2-8-8-1, window of 1440 x 900")
    drawn = milliseconds(frame(window, "prediction"))
    print(f"  prediction map, 100 x 100   {drawn:7.2f} ms, to reach 4 ms", end="")
    print(f" (its forward pass by hand {milliseconds(by_hand(session)):.2f})")
    window.controller.selection.choose([Element("W2", (i, j)) for i in range(3) for j in range(4)])
    print(f"  12 parameters               {milliseconds(frame(window, 'parameters')):7.2f} ms")
    print(f"  12 gradients                {milliseconds(frame(window, 'gradients')):7.2f} ms")
    print(f"  layers                      {milliseconds(frame(window, 'layers')):7.2f} ms")
    print(f"  loss surface, map at rest   {milliseconds(frame(window, 'surface')):7.2f} ms")
    print(f"  loss of 3,000 steps         {milliseconds(frame(window, 'loss')):7.2f} ms")
    losses = long_run(session)
    million = milliseconds(frame(window, "loss"))
    print(f"  loss of 1,000,000 steps     {million:7.2f} ms, to reach 5 ms")
    if find_spec("matplotlib"):
        theirs = milliseconds(matplotlib_s(losses), 5)
        print(f"    matplotlib's              {theirs / million:7.1f} times as long, to reach 20")
    else:
        print("    matplotlib is not installed")
    print(f"  all plots, none in sight    {milliseconds(unseen(window)):7.3f} ms")


if __name__ == "__main__":
    main()
