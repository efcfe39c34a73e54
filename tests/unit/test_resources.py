"""Shipped files are found, and a missing one is named."""

import pytest

from bpsim import resources


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Stand in for an installed package: an empty folder named bpsim."""
    package = tmp_path / "bpsim"
    package.mkdir()
    monkeypatch.setattr(resources, "_HERE", package)
    return package


def write(path, text):
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


def test_a_shipped_file_is_found_in_the_checkout():
    assert resources.resource("icons", "bpsim.svg").is_file()


def test_the_packages_own_files_come_first(installed):
    write(installed / "_resources" / "icons" / "x.svg", "installed")
    write(installed.parent / "resources" / "icons" / "x.svg", "checkout")
    assert resources.resource("icons", "x.svg").read_text(encoding="utf-8") == "installed"


def test_a_missing_file_is_named(installed):
    with pytest.raises(FileNotFoundError, match=r"icons/none\.svg is missing"):
        resources.resource("icons", "none.svg")


@pytest.mark.parametrize(
    "parts",
    [
        ("fonts", "LICENSE-Inter.txt"),
        ("fonts", "LICENSE-JetBrainsMono.txt"),
        ("fonts", "LICENSE-STIX.txt"),
        ("fonts", "LICENSE-bpsimSymbols.txt"),
        ("icons", "LICENSE-lucide"),
    ],
)
def test_licences_ship_beside_what_they_cover(parts):
    assert resources.resource(*parts).is_file()


def test_fonts_stay_small():
    assert sum(file.stat().st_size for file in resources.resource("fonts").iterdir()) < 3_000_000
