"""The command line as a person's script sees it, in processes of its own."""

import json
import os
import subprocess
import sys

import pytest

from bpsim.resources import resource

EXAMPLE = str(resource("examples", "1-one-neuron.bpsim.json"))


def bpsim(*words, **environment):
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("DISPLAY", "QT_"))}
    return subprocess.run(
        [sys.executable, "-m", "bpsim", *map(str, words)],
        capture_output=True,
        text=True,
        env=variables | environment,
        check=False,
    )


def test_train_writes_the_history_to_the_last_digit(tmp_path):
    out = tmp_path / "history.csv"
    done = bpsim("train", EXAMPLE, "--steps", 1, "--history", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert float(done.stdout) == pytest.approx(0.059932, abs=5e-7)
    assert out.read_text().splitlines() == [
        "step,epoch,batch,loss,penalty,W1_0_0,b1_0,W2_0_0,b2_0",
        "0,,,,,0.4,0.3,0.7,0.2",
        f"1,1,1,{done.stdout.strip()},0.0,"
        "0.4006445672678901,0.3012891345357802,0.7048779400938787,0.20783656031705777",
    ]


def test_trace_gives_every_operation(tmp_path):
    done = bpsim("trace", EXAMPLE, "--json")
    content = json.loads(done.stdout)
    names = [operation["name"] for operation in content["operations"]]
    expected = "z1 a1 z2 a2 loss delta2 dW2 db2 delta1 dW1 db1 W1 b1 W2 b2"
    assert " ".join(names) == expected
    assert content["operations"][0]["value"] == [[0.5]]
    assert content["operations"][11]["value"] == [[0.4006445672678901]]


def test_check_agrees():
    done = bpsim("check", EXAMPLE, "--step", 3)
    assert done.returncode == 0
    assert "4 of 4" in done.stdout


def test_bad_input_is_one_kind_line(tmp_path):
    path = tmp_path / "x.bpsim.json"
    path.write_text("{}")
    for words in (("train", path, "--steps", 1), ("trace", path), ("check", tmp_path / "no")):
        done = bpsim(*words)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert str(words[1]) in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        ({"WAYLAND_DISPLAY": ""}, "there is no display"),
        ({"WAYLAND_DISPLAY": "", "DISPLAY": ":98765"}, "the display :98765 does not answer"),
        ({"WAYLAND_DISPLAY": "no-such"}, "the display no-such does not answer"),
        ({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":98765"}, "the display :98765 does not answer"),
    ],
)
def test_without_a_display_it_names_the_other_way(environment, problem):
    done = bpsim(**environment)
    assert done.returncode == 2
    assert done.stderr == (
        f"bpsim: the window cannot start: {problem}; "
        "to train without one: bpsim train FILE --steps N\n"
    )


def test_the_lower_rooms_load_no_qt():
    code = (
        "import sys, bpsim.cli.main, bpsim.explain.explain, bpsim.storage.shape;"
        "sys.exit(any(m.split('.')[0] in ('PySide6', 'shiboken6', 'pyqtgraph')"
        " for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("files", [(), (EXAMPLE,)])
def test_screenshot(tmp_path, files):
    out = tmp_path / "window.png"
    done = bpsim(*files, "--screenshot", out, "--size", "1024x700", "--operations", "9")
    assert done.returncode == 0
    assert out.stat().st_size > 20_000


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("no/out.png", "there is no folder"),
        ("", "it is a folder"),
        ("out.xyz", "a picture cannot be written there as .xyz"),
    ],
)
def test_a_picture_that_cannot_be_written_is_told(tmp_path, name, cause):
    done = bpsim("--screenshot", tmp_path / name, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 2
    assert f"bpsim: {tmp_path / name} was not written: {cause}" in done.stderr
