"""Project files: read strictly, written exactly."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bpsim.resources import resource
from bpsim.session.project import Dataset
from bpsim.session.session import Session
from bpsim.storage.project_file import MOST_BYTES, ProjectFileError, parse_project, read_project
from bpsim.storage.project_text import project_text, write_session
from bpsim.storage.safe_write import write_safely
from tests.examples import one_neuron, small, two_two_two

EXAMPLES = sorted(resource("examples").glob("*.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.name)
def test_examples_round_trip(path):
    project = read_project(path)
    assert parse_project(project_text(project), "again") == project


def test_a_network_without_weights_round_trips():
    project = small("adamw", l1=0.1, shuffle=True, batch_size=0)
    assert parse_project(project_text(project), "again") == project


def changed(*keys_and_value):
    *keys, value = keys_and_value
    content = json.loads(project_text(one_neuron()))
    part = content
    for key in keys[:-1]:
        part = part[key]
    part[keys[-1]] = value
    return json.dumps(content)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            changed("network", "layers", 1, "weights", [[1.0], [2.0], [3.0]]),
            "network.layers[1].weights: 3 rows, but the layer has 1 unit",
        ),
        (changed("network", "layers", 0, "units", 1.5), "network.layers[0].units: must be a whole"),
        (
            changed("network", "layers", 0, "units", True),
            "network.layers[0].units: must be a whole",
        ),
        (changed("network", "layers", 0, "activation", "sigmod"), "activation: 'sigmod' is not"),
        (changed("network", "inputs", 0), "network.inputs: is 0"),
        (changed("network", "inputz", 0), "network.inputz: is not a key that belongs here"),
        (changed("training", "l1", -1), "training.l1: is -1.0, but must be"),
        (changed("training", "optimizer", {"name": "sgd"}), "optimizer.learning_rate: is missing"),
        (
            changed("training", "optimizer", {"name": "sgd", "learning_rate": 0.1, "beta1": 0.5}),
            "training.optimizer.beta1: is not known",
        ),
        (changed("training", "batch_size", -1), "training.batch_size: is -1"),
        (changed("data", "train", [[0.5]]), "data.train[0]: 1 number, but there are 2"),
        (changed("data", "train", []), "data.train: is empty"),
        (changed("version", 2), "version: is newer"),
        (changed("format", "other"), "format: "),
        ('{"a": 1, "a": 2}', "the key 'a' stands twice"),
        ('{"a": NaN}', "NaN is not allowed"),
        (
            project_text(one_neuron()).replace("0.3", "1e999"),
            "network.layers[0].biases[0]: is too large for a float64",
        ),
        (
            project_text(one_neuron()).replace("0.3", "9" * 5000),
            "network.layers[0].biases[0]: is too large for a float64",
        ),
        (changed("network", "my key", 1), 'network["my key"]: is not a key that belongs here'),
        (changed("name", "\ud800"), "name: holds half a character"),
        (changed("training", "optimizer", "learning_rate", "x"), "learning_rate: must be a number"),
        (
            changed("network", "layers", 0, "frozen", "none"),
            "network.layers[0].frozen: must be 'weights', 'biases' or 'all'",
        ),
        (
            changed("network", "layers", 0, "frozen", {"weights": [[1]]}),
            "network.layers[0].frozen.weights[0][0]: must be true or false",
        ),
        (
            changed("network", "layers", 0, "frozen", {"biases": [True, False]}),
            "network.layers[0].frozen.biases: 2 values, but the layer has 1 unit",
        ),
        (project_text(one_neuron()) + "{}", "not JSON: Extra data"),
        ("[]", "must be a JSON object"),
        ("{", "line 1, column 2: not JSON"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_mistakes_are_named_by_their_place(text, message):
    with pytest.raises(ProjectFileError) as error:
        parse_project(text, "file.bpsim.json")
    assert str(error.value).startswith("file.bpsim.json: ")
    assert message in str(error.value)


def test_all_mistakes_at_once():
    content = json.loads(project_text(one_neuron()))
    content["network"]["inputs"] = "one"
    content["training"]["seed"] = None
    with pytest.raises(ProjectFileError) as error:
        parse_project(json.dumps(content), "f")
    assert {p.path for p in error.value.problems} == {"network.inputs", "training.seed"}


def test_mistakes_in_data_and_network_come_together():
    content = json.loads(project_text(one_neuron()))
    content["network"]["inputs"] = 0
    content["data"]["train"] = [[1.0]]
    with pytest.raises(ProjectFileError) as error:
        parse_project(json.dumps(content), "f")
    assert {"network.inputs", "data.train[0]"} <= {p.path for p in error.value.problems}
    assert error.value.path == "f"


@pytest.mark.parametrize(
    ("weights", "biases"),
    [
        (True, True),
        (True, False),
        (False, True),
        (((True, False), (False, False)), False),
        (((True, False), (False, False)), (False, True)),
        (True, (False, True)),
    ],
    ids=str,
)
def test_what_is_frozen_round_trips(weights, biases):
    project = two_two_two(False)
    network = project.specification.network
    layers = (replace(network.layers[0], frozen_weights=weights, frozen_biases=biases),)
    network = replace(network, layers=layers + network.layers[1:])
    project = replace(project, specification=replace(project.specification, network=network))
    assert parse_project(project_text(project), "again") == project


def test_numbers_keep_every_bit():
    numbers = [5e-324, 1.7976931348623157e308, 0.1 + 0.2, -0.0, 1e16, 1 / 3]
    project = small(layers=((1, "tanh"),), loss="half_squared_error")
    rows = np.resize(numbers, (4, 3))
    project = replace(project, data=Dataset.of(("a", "b"), ("c",), rows))
    again = parse_project(project_text(project), "again")
    assert again.data.train.tobytes() == rows.tobytes()


def test_the_first_example_is_the_documented_one():
    project = read_project(resource("examples", "1-one-neuron.bpsim.json"))
    assert project == one_neuron()
    assert project_text(project) == resource("examples", "1-one-neuron.bpsim.json").read_text()


def test_xor_is_learned():
    session = Session(read_project(resource("examples", "3-xor.bpsim.json")))
    session.run(500)
    assert session.history.losses[-1] < 0.05


def test_a_written_file_reads_back(tmp_path):
    path = tmp_path / "grüße.bpsim.json"
    write_session(path, Session(replace(one_neuron(), name="Größe 重")))
    assert read_project(path).name == "Größe 重"
    assert path.read_bytes().endswith(b"}\n")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_project(path).name == "Größe 重"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff{}", "is not UTF-8 text (byte 0)"),
        (project_text(one_neuron()).encode("utf-16"), "is not UTF-8 text"),
        (b" " * (MOST_BYTES + 1), "is larger than 256 MiB"),
        (b"", "line 1, column 1: not JSON"),
    ],
    ids=["latin", "utf-16", "large", "empty"],
)
def test_files_that_are_no_text_are_refused(tmp_path, content, message):
    path = tmp_path / "p.bpsim.json"
    path.write_bytes(content)
    with pytest.raises(ProjectFileError) as error:
        read_project(path)
    assert str(error.value).startswith(f"{path}: ")
    assert message in str(error.value)


def test_an_endless_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(ProjectFileError, match="is larger"):
        read_project(Path("/dev/zero"))
    with pytest.raises(ProjectFileError, match="cannot be read: Is a directory"):
        read_project(tmp_path)


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")

    def chunks():
        yield b"new"
        raise OSError("the cable came out")

    with pytest.raises(OSError, match="the cable came out"):
        write_safely(path, chunks())
    assert path.read_text() == "old"
    assert list(Path(tmp_path).iterdir()) == [path]
