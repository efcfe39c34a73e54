"""A translation that ships is taken where the system's language is its own."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from bpsim.ui.translation import places

ROOT = Path(__file__).parents[2]
TEXTS = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context><name>commands</name>
<message><source>Rename…</source><translation>Umbenennen…</translation></message>
</context>
<context><name>count</name>
<message><source>{count} rows</source><translation>{count} Zeilen</translation></message>
<message><source>{count} units</source><translation>{zahl} Einheiten</translation></message>
</context>
</TS>
"""
SHOW = """
from pathlib import Path
from PySide6.QtWidgets import QDialogButtonBox
import bpsim.ui.language as language
from bpsim.ui.app import make_application, make_window
from bpsim.words import count

folder = {folder!r}
language.resource = lambda name: Path(folder, name)
application = make_application()
window = make_window()
box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
cancel = box.buttons()[0].text().replace("&", "")
print(window.menus.actions["rename"].text(), count(3, "row"), count(3, "unit"), cancel, sep="|")
"""


@pytest.fixture
def folder(tmp_path):
    tool = shutil.which("pyside6-lrelease", path=sysconfig.get_path("scripts"))
    if tool is None:
        pytest.skip("pyside6-lrelease is not installed")
    (tmp_path / "translations").mkdir()
    source = tmp_path / "bpsim_de.ts"
    source.write_text(TEXTS, encoding="utf-8")
    made = tmp_path / "translations" / "bpsim_de.qm"
    subprocess.run([tool, str(source), "-qm", str(made)], check=True, capture_output=True)
    return tmp_path


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        # The last has another place: it stays English rather than fail when it is filled in.
        ("de_AT", "Umbenennen…|3 Zeilen|3 units|Abbrechen"),
        ("en_GB", "Rename…|3 rows|3 units|Cancel"),
        ("fr", "Rename…|3 rows|3 units|Cancel"),
        ("en_US:de", "Rename…|3 rows|3 units|Cancel"),
        ("fr:de", "Umbenennen…|3 Zeilen|3 units|Abbrechen"),
    ],
)
def test_the_language_is_the_systems(folder, language, shown):
    first = language.partition(":")[0]
    spoken = {"LC_ALL": f"{first}.UTF-8", "LANG": f"{first}.UTF-8", "LANGUAGE": language}
    done = subprocess.run(
        [sys.executable, "-c", SHOW.format(folder=str(folder))],
        cwd=ROOT,
        env={**os.environ, **spoken, "PYTHONUTF8": "1"},
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().strip() == shown


def test_places_are_what_is_filled_in():
    assert places("{b} of {a}") == places("von {a} {b}") == ["{a}", "{b}"]
    assert places("{a}") != places("{b}")
