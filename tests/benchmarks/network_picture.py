"""Time of a redraw of the network's picture, and of a bare drawing of as many lines.

Run: ``python -m tests.benchmarks.network_picture``. Figures to reach: 64-64-64 in 33 ms with all
8,192 weights and in 10 ms with the 2,000 largest; 256-256-256, as maps of cells, in 33 ms.
"""

import os
from collections.abc import Callable
from statistics import median
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from bpsim.engine.parameters import Choice
from bpsim.engine.program import Kind
from bpsim.engine.specification import Layer, Network, Specification, Training
from bpsim.session.project import Dataset, Project
from bpsim.session.session import Session
from bpsim.ui.app import make_application
from bpsim.ui.controller import Controller
from bpsim.ui.network.canvas import NetworkView

SIZE = (790, 510)
"""The place that the picture has in a window of 1440 x 900."""
FRAMES = 40


def milliseconds(work: Callable[[], object]) -> float:
    work()
    taken = []
    for _ in range(FRAMES):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return 1000.0 * median(taken)


def view_of(*sizes: int) -> NetworkView:
    layers = tuple(Layer(units, "tanh") for units in sizes[1:])
    names = tuple(f"x{k}" for k in range(sizes[0])), tuple(f"y{k}" for k in range(sizes[-1]))
    data = Dataset.of(*names, np.random.default_rng(0).random((4, sizes[0] + sizes[-1])))
    training = Training(Choice("half_squared_error"), Choice("sgd", {"learning_rate": 0.1}))
    session = Session(Project("speed", Specification(Network(sizes[0], layers), training), data))
    session.step_phase()
    view = NetworkView(Controller(session))
    view.resize(*SIZE)
    return view


def redraw(view: NetworkView) -> float:
    """Give the time of a paint after every value has changed."""
    image = QImage(view.size(), QImage.Format.Format_ARGB32_Premultiplied)
    program = view.session.program
    weights = [program.view(op.name) for op in program.operations if op.kind == Kind.UPDATE]

    def work() -> None:
        for each in weights:
            np.negative(each, out=each)
        view.refresh()
        view.render(image)

    return milliseconds(work)


def bare(count: int) -> float:
    """Give the time in which Qt draws so many lines of one pixel and one colour."""
    image = QImage(*SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    places = np.random.default_rng(0).random((count, 4)) * (*SIZE, *SIZE)
    lines = [QLineF(*ends) for ends in places.tolist()]

    def work() -> None:
        painter = QPainter(image)
        painter.setClipRect(image.rect())
        painter.setPen(QPen(QColor("navy"), 1))
        painter.drawLines(lines)
        painter.end()

    return milliseconds(work)


def figures() -> list[tuple[str, float, float, float]]:
    """List for each picture its name, its milliseconds, those to reach and those of bare Qt."""
    make_application()
    found = []
    view = view_of(64, 64, 64)
    for layer in range(3):
        view.toggle_fold(layer)
    found.append(("64-64-64, the 2,000 largest", redraw(view), 10.0, bare(2000)))
    view.show_all_weights(True)
    found.append(("64-64-64, all 8,192 weights", redraw(view), 33.0, bare(8192)))
    view = view_of(256, 256, 256)
    for layer in range(3):
        view.toggle_fold(layer)
    found.append(("256-256-256 as maps", redraw(view), 33.0, 0.0))
    found.append(("784-128-10, folded", redraw(view_of(784, 128, 10)), 33.0, bare(119)))
    found.append(("2-3-1", redraw(view_of(2, 3, 1)), 33.0, bare(9)))
    return found


def main() -> None:
    for name, taken, to_reach, plain in figures():
        print(f"{name:30} {taken:6.1f} ms, to reach {to_reach:4.0f}; bare lines {plain:5.1f}")


if __name__ == "__main__":
    main()
