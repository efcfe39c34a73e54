"""CSV files that a project names and that stand beside it."""

from pathlib import Path

from bpsim.engine.specification import Problem, SpecificationError
from bpsim.session.project import Dataset
from bpsim.storage.csv_choices import Choices, CsvError
from bpsim.storage.csv_import import read_csv
from bpsim.words import translate


def csv_beside(folder: Path | None, name: str, choices: Choices) -> Dataset:
    """Read a CSV file that stands beside a project.

    Raises
    ------
    SpecificationError
        With everything that is wrong, cells named by their line and column.
    """
    if folder is None:
        problem = translate(
            "project",
            "can be read only for a project that is a file; give the rows as train instead",
        )
        raise SpecificationError([Problem("data.csv", problem)])
    if Path(name).name != name or "\\" in name or name in ("", ".", ".."):
        words = translate("project", "{name} must be the plain name of a file beside the project")
        raise SpecificationError([Problem("data.csv", words.format(name=repr(name)))])
    try:
        return read_csv(folder / name, name, choices)
    except CsvError as error:
        problems = [Problem(f"data.{p.path or 'csv'}", p.message) for p in error.problems]
        raise SpecificationError(problems) from error
