"""The commands, called in this process; `tests/end_to_end` calls them in others."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from bpsim import __main__ as program
from bpsim.cli.main import main
from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.gradient_check import check_gradients
from bpsim.engine.kernels import bind
from bpsim.engine.specification import Layer, Network
from bpsim.session.project import Dataset
from bpsim.session.session import Session
from bpsim.session.values import element_name
from bpsim.storage.project_file import read_session
from bpsim.storage.project_text import project_text
from tests.examples import one_neuron, small, two_two_two
from tests.reference.latex import complaints


@pytest.fixture
def saved(tmp_path):
    def save(project):
        path = tmp_path / "project.bpsim.json"
        path.write_text(project_text(project), encoding="utf-8")
        return str(path)

    return save


def test_the_published_numbers(saved, capsys):
    for frozen, second in ((True, 0.291027774), (False, 0.280471447)):
        path = saved(two_two_two(frozen))
        losses = []
        for steps in ("1", "2"):
            assert main(["train", path, "--steps", steps]) == 0
            losses.append(float(capsys.readouterr().out))
        assert losses == pytest.approx([0.298371109, second], abs=5e-10)


def test_one_neuron_to_the_last_digit(saved, tmp_path, capsys):
    out = tmp_path / "h.csv"
    path = saved(one_neuron())
    assert main(["train", path, "--steps", "1", "--history", str(out)]) == 0
    loss = capsys.readouterr().out.strip()
    assert out.read_text() == (
        "step,epoch,batch,loss,penalty,W1_0_0,b1_0,W2_0_0,b2_0\n"
        "0,,,,,0.4,0.3,0.7,0.2\n"
        f"1,1,1,{loss},0.0,0.4006445672678901,0.3012891345357802,"
        "0.7048779400938787,0.20783656031705777\n"
    )
    assert main(["trace", path, "--json"]) == 0
    trace = json.loads(capsys.readouterr().out)
    values = {entry["name"]: entry["value"] for entry in trace["operations"]}
    assert values["loss"] == float(loss)
    assert values["W1"] == [[0.4006445672678901]]
    assert values["b2"] == [0.20783656031705777]


def test_saving_and_going_on_is_training_in_one_go(saved, tmp_path, capsys):
    path, half, whole = saved(small("adam", shuffle=True)), tmp_path / "half", tmp_path / "whole"
    assert main(["train", path, "--steps", "7", "--save", str(half)]) == 0
    assert main(["train", str(half), "--steps", "8", "--save", str(half)]) == 0
    loss = capsys.readouterr().out.splitlines()[-1]
    out = tmp_path / "h.csv"
    assert main(["train", path, "--steps", "15", "--save", str(whole), "--history", str(out)]) == 0
    assert capsys.readouterr().out.splitlines() == [loss]
    assert half.read_text() == whole.read_text()
    assert main(["train", str(half), "--steps", "1", "--history", str(out)]) == 0
    assert len(out.read_text().splitlines()) == 18
    assert read_session(half).position.updates == 15
    capsys.readouterr()
    assert main(["trace", str(half), "--step", "4", "--json"]) == 0
    saved_trace = capsys.readouterr().out
    assert main(["trace", path, "--step", "4", "--json"]) == 0
    assert capsys.readouterr().out == saved_trace


def test_breakpoints_of_the_project_stop_nothing_and_stay(saved, tmp_path, capsys):
    path = Path(saved(one_neuron()))
    assert main(["train", str(path), "--steps", "5"]) == 0
    without = capsys.readouterr().out
    content = json.loads(path.read_text()) | {"breakpoints": [{"operation": "z1"}]}
    path.write_text(json.dumps(content))
    out = tmp_path / "out.bpsim.json"
    assert main(["train", str(path), "--steps", "5", "--save", str(out)]) == 0
    assert capsys.readouterr().out == without
    again = read_session(out)
    assert again.position.updates == 5
    assert [each.operation for each in again.marks.breakpoints] == ["z1"]


def test_saving_nowhere_is_refused_before_training(saved, capsys):
    path = saved(small())
    assert main(["train", path, "--steps", "1", "--save", "/nowhere/p.bpsim.json"]) == 2
    assert "--save /nowhere/p.bpsim.json: there is no such folder" in capsys.readouterr().err


def test_epochs_count_batches(saved, tmp_path):
    out = tmp_path / "h.csv"
    assert main(["train", saved(small()), "--epochs", "2", "--history", str(out)]) == 0
    assert out.read_text().splitlines()[-1].startswith("6,2,3,")


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "momentum"])
def test_trace_is_the_step_that_the_session_makes(saved, capsys, optimizer):
    project = small(optimizer, l2=0.1, shuffle=True)
    assert main(["trace", saved(project), "--step", "3", "--json"]) == 0
    trace = json.loads(capsys.readouterr().out)
    session = Session(project)
    session.run(2)
    assert [trace[key] for key in ("step", "epoch", "batch")] == [3, 1, 3]
    assert len(trace["operations"]) == session.operations
    for entry in trace["operations"]:
        session.step_operation()
        assert entry["name"] == session.current.name
        value = session.value(entry["name"])
        assert np.array_equal(entry["value"], value)
        assert np.shape(entry["value"]) == value.shape


def test_the_text_of_a_trace_has_every_digit(saved, capsys):
    path = saved(small(batch_size=0))
    assert main(["trace", path]) == 0
    lines = capsys.readouterr().out.splitlines()
    session = Session(small(batch_size=0))
    session.step_operation()
    line = next(line for line in lines if line.strip().startswith("z1 = "))
    numbers = json.loads(line.rpartition(" = ")[2])
    assert np.array_equal(numbers, session.value("z1"))
    assert main(["trace", path, "--sample", "2"]) == 0
    line = next(x for x in capsys.readouterr().out.splitlines() if x.strip().startswith("z1 = "))
    assert json.loads(line.rpartition(" = ")[2]) == [numbers[2]]


def diverging():
    project = small(rate=1e200, layers=((2, "identity"), (1, "identity")))
    return project


def test_divergence_is_said_and_what_was_before_is_kept(saved, tmp_path, capsys):
    out = tmp_path / "h.csv"
    path = saved(diverging())
    assert main(["train", path, "--steps", "50", "--history", str(out)]) == 1
    said = capsys.readouterr()
    assert "Training stopped" in said.err
    rows = out.read_text().splitlines()
    assert 1 < len(rows) < 50
    for words in (["trace", path, "--step", "40"], ["check", path, "--step", "40"]):
        assert main(words) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert "became" in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train", "P", "--steps", "1", "--tidy"], "--tidy needs --history"),
        (["train", "P", "--steps", "1", "--every", "2"], "--every needs --history"),
        (["train", "P", "--steps", "1", "--history", "P"], "would overwrite the project"),
        (["train", "P", "--steps", "1", "--history", "/no/where.csv"], "there is no such folder"),
        (["trace", "P", "--sample", "9"], "the batch has 2 rows"),
        (["trace", "none.bpsim.json"], "none.bpsim.json: cannot be read: No such file"),
    ],
)
def test_bad_requests_are_one_line(saved, capsys, words, message):
    path = saved(small())
    assert main([path if word == "P" else word for word in words]) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


@pytest.mark.parametrize(
    "words",
    [
        ["train", "x"],
        ["train", "x", "--steps", "0"],
        ["train", "x", "--steps", "9" * 5000],
        ["train", "x", "--steps", "1", "--epochs", "1"],
        ["trace", "x", "--sample", "-1"],
    ],
    ids=lambda words: " ".join(words)[:30],
)
def test_bad_options_are_one_line(capsys, words):
    with pytest.raises(SystemExit) as error:
        main(words)
    assert error.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_history_is_written_as_parquet_by_its_name(saved, tmp_path, capsys, monkeypatch):
    io = pytest.importorskip("arro3.io")
    out = tmp_path / "history.parquet"
    words = ["train", saved(one_neuron()), "--steps", "3", "--history", str(out)]
    assert main(words) == 0
    assert io.read_parquet(out).read_all().column("step").to_pylist() == [0, 1, 2, 3]
    out.unlink()
    monkeypatch.setattr("bpsim.cli.main.can_write_parquet", lambda: False)
    assert main(words) == 2
    assert "pip install 'bpsim[parquet]'" in capsys.readouterr().err
    assert not out.exists()


def test_a_history_too_large_for_excel_is_noted(saved, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("bpsim.storage.history_export.EXCEL_ROWS", 5)
    words = ["train", saved(one_neuron()), "--steps", "9", "--history", str(tmp_path / "h.csv")]
    assert main(words) == 0
    assert "11 rows of 9 columns are more than Excel can open" in capsys.readouterr().err
    assert main([*words, "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_interrupting_is_said(saved, monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Session, "jump_to_step", interrupt)
    assert main(["train", saved(one_neuron()), "--steps", "1"]) == 130
    assert capsys.readouterr().err == "bpsim train: interrupted; no file is half written\n"


def test_an_interrupted_export_leaves_what_was_there(saved, tmp_path):
    out, project = tmp_path / "h.csv", saved(small())
    out.write_text("old")
    before = set(tmp_path.iterdir())
    words = ["train", project, "--steps", "200000", "--history", str(out)]
    command = [sys.executable, "-m", "bpsim", *words]
    # A shell lets commands in the background ignore it.
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=heed) as running:
        while running.poll() is None and set(tmp_path.iterdir()) == before:
            pass  # until it has begun to write
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate()
    assert (running.returncode, errors.count("\n"), "interrupted" in errors) == (130, 1, True)
    assert out.read_text() == "old"
    assert set(tmp_path.iterdir()) == before


def run(words, **options):
    return subprocess.run(
        [sys.executable, "-m", "bpsim", *words],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        **options,
    )


def test_a_reader_that_leaves_is_no_error(saved):
    # More than fits a pipe, so that writing must fail.
    path = saved(small(layers=((300, "tanh"), (300, "tanh"), (1, "sigmoid"))))
    reading, writing = os.pipe()
    os.close(reading)
    done = run(["trace", path, "--json"], stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_full_disk_is_one_line(saved):
    with Path("/dev/full").open("w") as full:
        done = run(["trace", saved(one_neuron())], stdout=full)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr == "bpsim: the standard output was not written: the disk is full\n"


@pytest.mark.parametrize("words", [["train", "--steps", "2"], ["trace"], ["check"]])
def test_no_output_at_all_is_no_error(saved, words):
    # As a desktop starts programs, with no standard output.
    script = 'exec "$@" >&-'
    command = [sys.executable, "-m", "bpsim", words[0], saved(one_neuron()), *words[1:]]
    done = subprocess.run(["sh", "-c", script, "sh", *command], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# The gradient check


def check(project):
    session = Session(project)
    return check_gradients(project.specification, session.upcoming_batch(), session.parameters())


@pytest.mark.parametrize("loss", ["half_squared_error", "huber", "binary_cross_entropy"])
@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e3])
def test_right_gradients_agree(loss, scale):
    project = small(loss=loss, l1=0.01, l2=0.1, layers=((3, "tanh"), (1, "sigmoid")))
    rows = np.array(project.data.train)
    rows[:, :2] *= scale
    data = Dataset.of(project.data.features, project.data.targets, rows)
    assert {row.verdict for row in check(replace(project, data=data))} == {"right"}


def test_a_trained_network_agrees(saved, capsys):
    project = two_two_two(False)
    assert main(["check", saved(project), "--step", "3000"]) == 0
    assert "12 of 12 gradients agree" in capsys.readouterr().out


def test_frozen_parameters_are_checked_too():
    assert len(check(two_two_two(True))) == 12


def test_a_kink_is_no_error(saved, capsys):
    layers = (
        Layer(1, "relu", ((0.0,),), (0.0,)),
        Layer(1, "identity", ((1.0,),), (0.0,)),
    )
    project = one_neuron()
    specification = replace(project.specification, network=Network(1, layers))
    project = replace(project, specification=specification)
    verdicts = {row.name: row.verdict for row in check(project)}
    assert verdicts == {
        "dW1[0,0]": "kink",
        "db1[0]": "kink",
        "dW2[0,0]": "right",
        "db2[0]": "right",
    }
    assert main(["check", saved(project)]) == 0
    assert "2 stand at a kink" in capsys.readouterr().out


@pytest.mark.parametrize("error", [1.0001, 1.5, -1.0])
def test_a_wrong_derivative_is_found(saved, capsys, monkeypatch, error):
    right = ACTIVATIONS["tanh"]

    def wrong(z, slope, kept):
        return [*right.derivative(z, slope, kept), bind(np.multiply, slope, error, slope)]

    monkeypatch.setitem(ACTIVATIONS, "tanh", replace(right, derivative=wrong))
    project = small(layers=((2, "tanh"), (1, "sigmoid")))
    assert {r.name: r.verdict for r in check(project)}["dW1[0,0]"] == "wrong"
    assert main(["check", saved(project)]) == 1
    assert "dW1[0,0]: backpropagation" in capsys.readouterr().out


# The window's start, as far as it goes without one


def test_the_version(capsys):
    with pytest.raises(SystemExit) as done:
        program.main(["--version"])
    assert done.value.code == 0
    assert capsys.readouterr().out.startswith("bpsim ")


@pytest.mark.parametrize("words", [["--size", "0x5"], ["--size", "big"], ["--operations", "-1"]])
def test_bad_window_options(capsys, words):
    with pytest.raises(SystemExit) as error:
        program.main(words)
    assert error.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


# Explanations


def test_a_trace_explains_every_number(saved, capsys):
    path = saved(small(layers=((2, "tanh"), (1, "sigmoid"))))
    assert main(["trace", path, "--explain", "--step", "2"]) == 0
    text = capsys.readouterr().out
    session = Session(small(layers=((2, "tanh"), (1, "sigmoid"))))
    session.run(1)
    while session.position.updates < 2:
        session.step_operation()
        value = session.value(session.current.name)
        for index in np.ndindex(value.shape):
            assert f"\n    {element_name(session.current.name, index)} — " in text
            assert f"\n    In memory: {float(value[index])!r}\n" in text


def test_a_trace_explains_what_is_asked_for(saved, capsys):
    path = saved(one_neuron())
    assert main(["trace", path, "--explain", "--element", "dW2[0,0]", "--json"]) == 0
    operations = json.loads(capsys.readouterr().out)["operations"]
    told = {entry["name"]: entry["explanations"] for entry in operations}
    assert [name for name, parts in told.items() if parts] == ["dW2"]
    (part,) = told["dW2"]
    assert part["lines"] == ["delta2[0] · a1[0]", "= −0.078366 × 0.62246", "= −0.04878"]
    assert (part["element"], part["rule"]) == ("dW2[0,0]", "∂L/∂W₂ = δ₂\u2009a₁ᵀ")
    assert part["result"] == -0.048779400938787715


def test_a_trace_for_latex_can_be_set(saved, capsys):
    assert main(["trace", saved(one_neuron()), "--explain", "--latex"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert complaints("\n".join(line for line in lines if not line.startswith("%"))) == []
    assert any(line.startswith("%   z1 = W1 @ a0 + b1") for line in lines)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--latex"], "--latex needs --explain"),
        (["--element", "z1[0]"], "--element needs --explain"),
        (["--explain", "--latex", "--json"], "cannot both be had"),
        (["--explain", "--element", "z9[0]"], "--element z9[0]: the network has no such element"),
        (["--explain", "--element", "?"], "write it like W1[0,2]"),
    ],
)
def test_bad_requests_for_explanations_are_one_line(saved, capsys, words, message):
    assert main(["trace", saved(one_neuron()), *words]) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""
