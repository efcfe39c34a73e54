"""Project files: read strictly, written exactly."""

import json
from pathlib import Path

import pytest

from bpsim.resources import resource
from bpsim.session.example import one_neuron_a_layer
from bpsim.storage.project_file import ProjectFileError, parse_project, project_text, read_project
from bpsim.storage.safe_write import write_safely
from tests.examples import one_neuron, small

EXAMPLES = sorted(resource("examples").glob("*.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.name)
def test_examples_round_trip(path):
    project = read_project(path)
    assert parse_project(project_text(project), "again") == project


def test_the_program_starts_with_the_first_example():
    assert read_project(EXAMPLES[0]) == one_neuron_a_layer()


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
        (changed("data", "train", [[0.5]]), "data.train[0]: 1 numbers, but there are 2"),
        (changed("data", "train", []), "data.train: is empty"),
        (changed("version", 2), "version: is newer"),
        (changed("format", "other"), "format: "),
        ('{"a": 1, "a": 2}', "the key 'a' stands twice"),
        ('{"a": NaN}', "NaN is not allowed"),
        ('{"a": 1e999}', "1e999 is too large"),
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
