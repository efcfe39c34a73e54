"""The parameter history holds what the session trained, to the last bit."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from bpsim.engine.parameters import Choice
from bpsim.session.label import Label
from bpsim.session.project import with_training
from bpsim.session.session import Session
from bpsim.session.values import Element, column_name
from bpsim.storage import history_export
from bpsim.storage.history_csv import history_csv
from bpsim.storage.history_export import (
    Form,
    every_for_excel,
    fits_excel,
    history_bytes,
    history_size,
    write_history,
)
from bpsim.storage.progress import CancelledError
from tests.examples import one_neuron, small


def trained(project, steps):
    session = Session(project)
    session.run(steps)
    return session.history.record()


def table(record, **options):
    content = b"".join(history_csv(record, **options)).decode()
    return list(csv.DictReader(io.StringIO(content)))


def current(session, prefix=""):
    return {
        column_name(name, index): float(session.program.view(name)[index])
        for number in range(1, len(session.project.specification.network.layers) + 1)
        for name in (f"{prefix}W{number}", f"{prefix}b{number}")
        for index in np.ndindex(session.program.view(name).shape)
    }


def same(row, values):
    return {name: float(row[name]) for name in values} == values


OPTIONS = [
    {},
    {"optimizer": "adam", "shuffle": True},
    {"optimizer": "momentum", "l1": 0.01, "l2": 0.1},
    {"optimizer": "adamw", "batch_size": 0},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_each_row_is_what_the_session_had(options):
    project = small(**options)
    rows = table(trained(project, 20), gradients=True)
    session = Session(project)
    assert len(rows) == 21
    assert (rows[0]["epoch"], rows[0]["batch"], rows[0]["loss"], rows[0]["penalty"]) == ("",) * 4
    assert rows[0]["dW1_0_0"] == ""
    assert same(rows[0], current(session))
    for number, row in enumerate(rows[1:], 1):
        session.step_batch()
        at = session.position
        assert [row["step"], row["epoch"], row["batch"]] == [
            str(n) for n in (number, at.epoch, at.batch)
        ]
        assert float(row["loss"]) == session.history.losses[-1]
        assert same(row, current(session))
        assert same(row, current(session, "d"))
        if "l2" in options:
            assert float(row["penalty"]) == session.history.penalties[-1]


def test_edits_have_rows_of_their_own():
    session = Session(small("adam", shuffle=True))
    length = session.operations
    expected = []

    def edit(executed, name, index, value):
        session.jump(executed)
        session.edit({Element(name, index): value})
        expected.append(current(session))

    edit(length - 1, "W1", (3, 1), 0.25)
    edit(2 * length, "W2", (0, 0), -1.5)
    edit(2 * length, "b1", (2,), 0.5)
    edit(4 * length + 5, "W1", (0, 0), 0.125)
    edit(5 * length - 3, "W3", (0, 2), 2.0)
    session.jump(8 * length)
    last = current(session)
    rows = table(session.history.record())
    steps = [(row["step"], row["event"]) for row in rows]
    assert steps == [
        ("0", ""),
        ("0", "edit"),
        ("1", ""),
        ("2", ""),
        ("2", "edit"),
        ("2", "edit"),
        ("3", ""),
        ("4", ""),
        ("4", "edit"),
        ("4", "edit"),
        ("5", ""),
        ("6", ""),
        ("7", ""),
        ("8", ""),
    ]
    edited = [row for row in rows if row["event"]]
    assert all(same(row, values) for row, values in zip(edited, expected, strict=True))
    assert same(rows[-1], last)
    losses = [float(row["loss"]) for row in rows if row["loss"] and not row["event"]]
    assert losses == session.history.losses.tolist()


def test_an_edit_after_the_last_step_is_the_last_row():
    session = Session(one_neuron())
    session.jump(3 * session.operations)
    session.edit({Element("W1", (0, 0)): 9.0})
    rows = table(session.history.record())
    assert [(row["step"], row["event"]) for row in rows[-2:]] == [("3", ""), ("3", "edit")]
    assert rows[-1]["W1_0_0"] == "9.0"


def test_every_keeps_the_first_and_the_last():
    rows = table(trained(small(), 10), every=4)
    assert [row["step"] for row in rows] == ["0", "4", "8", "10"]


def test_a_wide_matrix_runs_row_by_row():
    record = trained(small(layers=((2, "tanh"), (1, "sigmoid"))), 1)
    assert next(history_csv(record)) == (
        b"step,epoch,batch,loss,penalty,W1_0_0,W1_0_1,W1_1_0,W1_1_1,b1_0,b1_1,W2_0_0,W2_0_1,b2_0\n"
    )


def test_the_tidy_layout_says_the_same():
    record = trained(small(), 3)
    wide = table(record, gradients=True)
    found = {}
    for row in table(record, gradients=True, tidy=True):
        place = "_".join(part for part in (row["row"], row["column"]) if part)
        found[row["step"], f"{row['parameter']}{row['layer']}_{place}"] = row["value"]
    numbers = {
        (row["step"], name): value
        for row in wide
        for name, value in row.items()
        if value and name.lstrip("d")[0] in "Wb" and name != "batch"
    }
    assert found == numbers


@pytest.mark.parametrize("tidy", [False, True])
@pytest.mark.parametrize("gradients", [False, True])
@pytest.mark.parametrize("every", [1, 4, 5])
def test_the_size_is_known_beforehand(tidy, gradients, every):
    session = Session(small())
    session.jump(10 * session.operations)
    session.edit({Element("b1", (0,)): 1.0})
    record, options = (
        session.history.record(),
        {"tidy": tidy, "gradients": gradients, "every": every},
    )
    lines = b"".join(history_csv(record, **options)).decode().splitlines()
    assert history_size(record, Form(**options)) == (
        len(lines),
        len(lines[0].split(",")),
    )
    assert {line.count(",") for line in lines} == {lines[0].count(",")}


@pytest.mark.parametrize("tidy", [False, True])
@pytest.mark.parametrize("gradients", [False, True])
@pytest.mark.parametrize("steps", [30, 31, 100])
def test_what_excel_cannot_hold_it_holds_with_the_advice(monkeypatch, tidy, gradients, steps):
    record = trained(small(layers=((1, "tanh"), (1, "sigmoid"))), steps)
    whole = Form(gradients, tidy)
    most = history_size(record, whole)[0] // 3
    monkeypatch.setattr(history_export, "EXCEL_ROWS", most)
    every = every_for_excel(record, whole)
    assert not fits_excel(record, whole)
    assert fits_excel(record, replace(whole, every=every))
    assert not fits_excel(record, replace(whole, every=every - 2))
    monkeypatch.setattr(history_export, "EXCEL_ROWS", 10**6)
    assert every_for_excel(record, whole) is None


@pytest.mark.parametrize("tidy", [False, True])
@pytest.mark.parametrize("gradients", [False, True])
def test_the_estimate_of_the_size_is_near(tmp_path, tidy, gradients):
    session = Session(small("adam", layers=((8, "tanh"), (8, "tanh"), (1, "sigmoid"))))
    session.run(300)
    record, form = session.history.record(), Form(gradients, tidy)
    path = tmp_path / "history.csv"
    write_history(path, record, form)
    estimate = history_bytes(record, form, session.parameters())
    assert estimate == pytest.approx(path.stat().st_size, rel=0.15)


def test_cancelling_leaves_nothing(tmp_path):
    out = tmp_path / "out.csv"
    seen = []

    def progress(done, total):
        seen.append((done, total))
        return done < 500

    with pytest.raises(CancelledError):
        write_history(out, trained(small(), 1000), progress=progress)
    assert list(tmp_path.iterdir()) == []
    assert 500 <= seen[-1][0] < 600
    assert seen[-1][1] == 1000


def test_progress_reaches_the_end(tmp_path):
    seen = []
    write_history(
        tmp_path / "o", trained(small(), 10), progress=lambda *at: seen.append(at) is None
    )
    assert seen[-1] == (10, 10)


@pytest.mark.parametrize("extra", [0, 4])
def test_changed_settings_have_rows_of_their_own(extra):
    session = Session(small("momentum"))
    expected = current(session)
    session.jump(session.history.executed_at(3) + extra)
    training = replace(
        session.project.specification.training,
        optimizer=Choice("adam", {"learning_rate": 0.1}),
        batch_size=4,
    )
    session.change_settings(with_training(session.project, training), Label("settings"))
    session.edit({Element("b1", (0,)): 0.5})
    session.jump_to_step(6)
    rows = table(session.history.record())
    assert [(row["step"], row["event"]) for row in rows] == [
        ("0", ""),
        ("1", ""),
        ("2", ""),
        ("3", ""),
        ("3", "edit"),
        ("3", "settings"),
        ("4", ""),
        ("5", ""),
        ("6", ""),
    ]
    assert [row["epoch"] for row in rows] == ["", "1", "1", "1", "1", "1", "2", "2", "3"]
    assert same(rows[0], expected)
    for row in rows:
        # The row of step 3 is before the edit that was made right after it.
        if row["step"] != "3":
            session.jump_to_step(int(row["step"]))
            assert same(row, current(session))
