"""Files that are dropped on the window or named on the command line."""

from pathlib import Path

from PySide6.QtGui import QDropEvent

CSV_ENDINGS = (".csv", ".tsv", ".txt", ".dat")
PROJECT_ENDING = ".json"


def is_csv(path: Path) -> bool:
    """Tell by its name whether a file holds rows."""
    return path.suffix.lower() in CSV_ENDINGS


def dropped_file(event: QDropEvent) -> Path | None:
    """Give the one file that is dropped, if the window can do something with it."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    if len(paths) != 1:
        return None
    known = is_csv(paths[0]) or paths[0].suffix.lower() == PROJECT_ENDING
    return paths[0] if known else None
