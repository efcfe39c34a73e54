"""Time of one frame of the prediction map of a 2-8-8-1 network, 100 x 100 cells.

Run: ``python -m tests.benchmarks.prediction_map``. The figure to reach is 4 ms a frame; the ratio
is to a forward pass of the same cells written by hand.
"""

import os
from statistics import median
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from bpsim.session.session import Session
from bpsim.ui.app import make_application, make_window
from tests.examples import small

FRAMES = 100
TARGET_MS = 4.0


def milliseconds(work) -> float:
    taken = []
    for _ in range(FRAMES):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return 1000.0 * median(taken)


def main() -> None:
    application = make_application()
    window = make_window()
    window.resize(1440, 900)
    window.show()
    window.proportion()
    layers = ((8, "tanh"), (8, "tanh"), (1, "sigmoid"))
    session = Session(small(layers=layers, rows=200))
    window.controller.open(session)
    panel = window.panel("prediction")
    panel.make()
    application.processEvents()
    chart = panel.chart
    inputs, tensors = chart._inputs[1], [session.value(n) for n in ("W1", "b1", "W2", "b2")]
    last, bias = session.value("W3"), session.value("b3")

    def by_hand() -> None:
        w1, b1, w2, b2 = tensors
        hidden = np.tanh(np.tanh(inputs @ w1.T + b1) @ w2.T + b2)
        1.0 / (1.0 + np.exp(-(hidden @ last.T + bias)))

    def frame() -> None:
        chart.draw()
        chart.viewport().repaint()

    plain, drawn, painted = milliseconds(by_hand), milliseconds(chart.draw), milliseconds(frame)
    print(f"forward pass by hand  {plain:6.2f} ms")
    print(f"map made              {drawn:6.2f} ms, {drawn / plain:.1f} times that")
    print(f"map made and painted  {painted:6.2f} ms, to reach {TARGET_MS} ms")


if __name__ == "__main__":
    main()
