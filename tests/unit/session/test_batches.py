"""The order of rows: drawn anew for each epoch, the same for the same seed for good."""

from itertools import chain

import numpy as np
import pytest

from bpsim.session.batches import Batches
from tests.examples import replace, small


def batches(seed=0, *, rows=7, shuffle=True, batch_size=3):
    project = small(rows=rows, shuffle=shuffle, batch_size=batch_size)
    training = replace(project.specification.training, seed=seed)
    return Batches(
        replace(project, specification=replace(project.specification, training=training))
    )


def orders(seed, epochs=20, rows=7):
    made = batches(seed, rows=rows)
    return [tuple(made.order(epoch).tolist()) for epoch in range(1, epochs + 1)]


def test_every_epoch_has_each_row_once():
    assert all(sorted(order) == list(range(7)) for order in orders(0))


def test_epochs_and_seeds_have_orders_of_their_own():
    # Of 5,040 orders; that two epochs have the same is possible, that three have is not.
    assert len(set(orders(0))) >= 19
    assert sum(a == b for a, b in zip(orders(0), orders(1), strict=True)) <= 1


def test_an_order_does_not_depend_on_what_was_asked_before():
    made, again = batches(5), batches(5)
    forwards = [made.order(epoch).tolist() for epoch in range(1, 9)]
    backwards = [again.order(epoch).tolist() for epoch in range(8, 0, -1)]
    assert forwards == backwards[::-1]


def test_every_row_comes_first_equally_often():
    first = [order[0] for order in orders(0, epochs=4200)]
    counts = np.bincount(first, minlength=7)
    # 600 each; six standard deviations of a binomial distribution are 136.
    assert np.abs(counts - 600).max() < 136


def test_the_orders_of_seed_0_stay_what_they_are():
    # Saved projects go on with them.
    first = ["".join(map(str, order)) for order in orders(0, epochs=3)]
    assert first == ["3216045", "4610352", "6145302"]


@pytest.mark.parametrize(("size", "sizes"), [(3, (3, 3, 1)), (0, (7,)), (7, (7,)), (99, (7,))])
def test_the_last_batch_may_be_smaller(size, sizes):
    made = batches(batch_size=size)
    assert made.sizes == sizes
    assert made.count == len(sizes)
    rows = [made.indices(2, batch).tolist() for batch in range(1, made.count + 1)]
    assert list(chain(*rows)) == made.order(2).tolist()


def test_without_shuffling_rows_come_as_they_stand():
    made = batches(shuffle=False)
    assert [made.indices(4, batch).tolist() for batch in (1, 2, 3)] == [[0, 1, 2], [3, 4, 5], [6]]
