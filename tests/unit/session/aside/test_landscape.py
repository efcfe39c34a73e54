"""The loss over one or two parameters, against the reference network."""

import numpy as np
import pytest

from bpsim.session.aside.evaluate import Objective
from bpsim.session.aside.landscape import Landscape, all_rows
from bpsim.session.session import Session
from bpsim.session.values import Element
from tests.examples import small
from tests.reference import network as reference


def reference_loss(project, session, changes):
    layers = []
    for number, layer in enumerate(project.specification.network.layers, 1):
        tensors = {name: session.value(name).copy() for name in (f"W{number}", f"b{number}")}
        for element, value in changes.items():
            if element.name in tensors:
                tensors[element.name][element.index] = value
        layers.append(reference.Layer(*tensors.values(), layer.activation))
    data, training = project.data.train, project.specification.training
    x, y = data[:, :2], data[:, 2:]
    wanted = reference.Objective(training.loss.name, {}, training.l1, training.l2)
    return (reference.data_loss(layers, wanted, x, y) + reference.penalty(layers, wanted)).real


@pytest.mark.parametrize("chosen", [("W1[2,1]",), ("W3[0,1]", "b1[3]")])
def test_every_value_is_the_reference_s(chosen):
    project = small(l2=0.1)
    session = Session(project)
    session.run(2)
    elements = [Element.parse(name) for name in chosen]
    places = tuple(session.place(element) for element in elements)
    axes = (np.linspace(-1, 2, 7), np.linspace(0, 1, 5))[: len(places)]
    objective = Objective(project.specification, project.data.train)
    landscape = Landscape(objective, session.parameters(), places, axes)
    assert np.isnan(landscape.values).all()
    turns = 0
    while not landscape.done:
        landscape.advance(lambda: True)
        turns += 1
    assert turns == -(-landscape.values.size // 8)
    for index in np.ndindex(landscape.values.shape):
        at = index[::-1]
        changes = {e: axis[i] for e, axis, i in zip(elements, axes, at, strict=True)}
        expected = reference_loss(project, session, changes)
        assert landscape.values[index] == pytest.approx(expected, rel=1e-12)


def test_too_many_rows_are_thinned_evenly():
    project = small(rows=100)
    assert all_rows(project, 10).indices == tuple(range(100))
    few = all_rows(project, 500_000)
    assert len(few.indices) == 10
    assert (few.indices[0], few.indices[-1], few.total) == (0, 99, 100)
