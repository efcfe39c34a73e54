"""``bpsim train``, ``trace`` and ``check``."""

import argparse
import io
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from bpsim.cli.explaining import as_json, explanations, in_words
from bpsim.cli.parsing import BAD_INPUT, OneLineParser, whole
from bpsim.engine.gradient_check import GradientCheck
from bpsim.session.position import Halt
from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.storage.history_export import (
    EXCEL_COLUMNS,
    Form,
    fits_excel,
    history_size,
    is_parquet,
    write_history,
)
from bpsim.storage.history_parquet import NO_PARQUET, can_write_parquet
from bpsim.storage.project_file import ProjectFileError, read_session
from bpsim.storage.project_text import write_session
from bpsim.storage.safe_write import cause_of

FAILED = 1
INTERRUPTED = 130


class _InputError(Exception):
    """Something that the person asked for and that cannot be."""


def parser() -> argparse.ArgumentParser:
    """Describe the commands."""
    top = OneLineParser(prog="bpsim", description="A debugger for backpropagation.")
    commands = top.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train without a window")
    train.add_argument("file", type=Path)
    length = train.add_mutually_exclusive_group(required=True)
    length.add_argument("--steps", type=whole(1), metavar="N")
    length.add_argument("--epochs", type=whole(1), metavar="N")
    train.add_argument(
        "--history",
        type=Path,
        metavar="OUT.csv",
        help="write every parameter (OUT.parquet: as Parquet)",
    )
    train.add_argument("--gradients", action="store_true", help="with the gradients")
    train.add_argument("--tidy", action="store_true", help="one row a value")
    train.add_argument("--every", type=whole(1), metavar="K", help="every K-th step only")
    train.add_argument("--save", type=Path, metavar="OUT.bpsim.json", help="save where it ends")
    train.add_argument("--quiet", action="store_true", help="no progress and no notes")
    trace = commands.add_parser("trace", help="print every operation of one training step")
    trace.add_argument("file", type=Path)
    trace.add_argument("--step", type=whole(1), default=1, metavar="N")
    trace.add_argument("--sample", type=whole(0), metavar="I", help="one row of the batch only")
    trace.add_argument("--json", action="store_true", help="as one JSON object")
    trace.add_argument("--explain", action="store_true", help="explain every number")
    trace.add_argument(
        "--element", action="append", metavar="E", help="explain only this, such as delta1[0]"
    )
    trace.add_argument("--latex", action="store_true", help="write the explanations for LaTeX")
    check = commands.add_parser("check", help="compare every gradient with a numerical one")
    check.add_argument("file", type=Path)
    check.add_argument("--step", type=whole(1), default=1, metavar="N")
    return top


def main(arguments: list[str]) -> int:
    """Carry out a command and return the exit status."""
    options = parser().parse_args(arguments)
    if sys.stdout is None:
        sys.stdout = io.StringIO()  # whoever started this wants no output
    commands = {"train": _train, "trace": _trace, "check": _check}
    try:
        status = commands[options.command](options)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        print(f"bpsim {options.command}: interrupted; no file is half written", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever reads has read enough.
        _drop_output()
        return 0
    except ProjectFileError as error:
        print(error, file=sys.stderr)
    except MemoryError:
        print("bpsim: there is not enough memory for this", file=sys.stderr)
    except _InputError as error:
        print(f"bpsim {options.command}: {error}", file=sys.stderr)
    except OSError as error:
        _drop_output()
        # Files say which they are; without a name it is the standard output.
        print(f"bpsim: {_output_error(error) if error.errno else error}", file=sys.stderr)
    return BAD_INPUT


def _output_error(error: OSError) -> str:
    return f"the standard output was not written: {cause_of(error)}"


def _drop_output() -> None:
    """Let the interpreter not fail once more over what could not be printed."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _train(options: argparse.Namespace) -> int:
    _check_output(options)
    session = read_session(options.file)
    steps = options.steps or options.epochs * session.batches.count
    start = session.position.updates
    showing = sys.stderr.isatty() and not options.quiet
    bar = _Bar() if showing else None
    halt = None
    try:
        while halt is None and (left := start + steps - session.position.updates) > 0:
            # Not a run: that would stop at the project's breakpoints.
            halt = session.jump_to_step(session.position.updates + min(1000, left)).halt
            if bar:
                bar("training", session.position.updates - start, steps)
        if options.history is not None:
            _write_history(options, session, bar)
        if options.save is not None:
            write_session(options.save, session)
    finally:
        if bar:
            print(file=sys.stderr)
    done = session.position.updates
    if done:
        print(repr(float(session.history.losses[done - 1])))
    return _diverged(halt) if halt is not None else 0


def _check_output(options: argparse.Namespace) -> None:
    """Refuse before the training what would fail after it."""
    given = {"--gradients": options.gradients, "--tidy": options.tidy, "--every": options.every}
    if options.history is None:
        for name, value in given.items():
            if value:
                raise _InputError(f"{name} needs --history OUT.csv, which it is about")
    else:
        if is_parquet(options.history) and not can_write_parquet():
            raise _InputError(f"--history {options.history}: {NO_PARQUET}")
        with suppress(FileNotFoundError):
            if options.history.samefile(options.file):
                raise _InputError(f"--history {options.history} would overwrite the project")
    for name, path in (("--history", options.history), ("--save", options.save)):
        if path is not None and not path.resolve().parent.is_dir():
            raise _InputError(f"{name} {path}: there is no such folder")
    if None not in (options.save, options.history) and (
        options.save.resolve() == options.history.resolve()
    ):
        raise _InputError(f"--save and --history both name {options.save}")


def _write_history(options: argparse.Namespace, session: Session, bar: "_Bar | None") -> None:
    def progress(at: int, total: int) -> bool:
        if bar:
            bar("history", at, total)
        return True

    record = session.history.record()
    form = Form(options.gradients, options.tidy, options.every or 1, is_parquet(options.history))
    if not (options.quiet or fits_excel(record, form)):
        rows, columns = history_size(record, form)
        advice = "--every K makes fewer rows" if columns <= EXCEL_COLUMNS else "--tidy makes 8"
        print(
            f"note: {rows:,} rows of {columns:,} columns are more than Excel can open; {advice}",
            file=sys.stderr,
        )
    write_history(options.history, record, form, progress)


class _Bar:
    """A progress bar on a terminal, redrawn only where it changes."""

    def __init__(self) -> None:
        self._shown = ("", -1)

    def __call__(self, what: str, done: int, total: int) -> None:
        percent = 100 * done // max(total, 1)
        if (what, percent) == self._shown:
            return
        self._shown = (what, percent)
        full = percent * 3 // 10
        bar = "#" * full + "." * (30 - full)
        print(f"\r{what} [{bar}] {done}/{total}", end="\x1b[K", file=sys.stderr, flush=True)


def _diverged(halt: Halt) -> int:
    print(halt.message, file=sys.stderr)
    return FAILED


def _session_at(options: argparse.Namespace) -> tuple[Session, Halt | None]:
    """Train up to right before the step that is asked for."""
    session = read_session(options.file)
    return session, session.jump_to_step(options.step - 1).halt


def _trace(options: argparse.Namespace) -> int:
    session, halt = _session_at(options)
    if halt is not None:
        return _diverged(halt)
    rows = session.upcoming_batch().shape[1]
    if options.sample is not None and options.sample >= rows:
        raise _InputError(
            f"--sample {options.sample}: the batch has {rows} row{'s' * (rows > 1)}, from 0"
        )
    wanted = _wanted(options, session)
    found: list[dict[str, Any]] = []
    while session.position.updates < options.step:
        halt = session.step_operation().halt
        operation = session.current
        if halt is not None or operation is None:
            break
        value = session.program.view(operation.name)
        if options.sample is not None and operation.name.startswith(("z", "a", "delta")):
            value = value[options.sample : options.sample + 1]
        found.append(
            {
                "name": operation.name,
                "phase": str(operation.phase),
                "formula": operation.formula,
                "value": value.tolist(),
            }
        )
        if options.explain:
            told = explanations(session, operation, options.sample, wanted)
            found[-1]["explanations"] = (
                [as_json(part) for part in told]
                if options.json
                else [in_words(part, options.latex) for part in told]
            )
    epoch, batch = session.history.place_of(options.step)
    content = {"step": options.step, "epoch": epoch, "batch": batch, "operations": found}
    _print_trace(content, options)
    return _diverged(halt) if halt is not None else 0


def _wanted(options: argparse.Namespace, session: Session) -> list[Element]:
    """Read the elements that are to be explained."""
    for name, given in (("--latex", options.latex), ("--element", options.element)):
        if given and not options.explain:
            raise _InputError(f"{name} needs --explain, which it is about")
    if options.latex and options.json:
        raise _InputError("--latex and --json cannot both be had")
    found = []
    for text in options.element or ():
        try:
            element = Element.parse(text)
        except ValueError as error:
            raise _InputError(f"--element: {error}") from None
        if not session.has(element):
            raise _InputError(f"--element {text}: the network has no such element")
        found.append(element)
    return found


def _print_trace(content: dict[str, Any], options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps(content, allow_nan=False))
        return
    # In LaTeX what is no explanation is a comment.
    mark = "% " if options.latex else ""
    print(f"{mark}step {content['step']}, epoch {content['epoch']}, batch {content['batch']}")
    phase = ""
    for entry in content["operations"]:
        if entry["phase"] != phase:
            phase = entry["phase"]
            print(f"\n{mark}{phase}")
        print(f"{mark}  {entry['formula']} = {_shown(entry['value'])}")
        for words in entry.get("explanations", ()):
            print(f"\n{words}\n")


def _shown(value: object) -> str:
    """Write a value on one line, every digit of it."""
    written = np.array2string(
        np.array(value),
        separator=", ",
        threshold=sys.maxsize,
        max_line_width=sys.maxsize,
        formatter={"float_kind": lambda number: repr(float(number))},
    )
    return " ".join(written.split())


def _check(options: argparse.Namespace) -> int:
    session, halt = _session_at(options)
    if halt is not None:
        return _diverged(halt)
    check = GradientCheck(
        session.project.specification, session.upcoming_batch(), session.parameters()
    )
    bar, rows = (_Bar() if sys.stderr.isatty() else None), []
    for place in check.places:
        rows.append(check.compare(place))
        if bar:
            bar("checking", len(rows), len(check.places))
    if bar:
        print(file=sys.stderr)
    wrong = [row for row in rows if row.verdict == "wrong"]
    kinks = [row for row in rows if row.verdict == "kink"]
    for row in wrong:
        print(f"{row.name}: backpropagation {row.gradient!r}, numerical {row.numerical!r}")
    right = len(rows) - len(wrong) - len(kinks)
    worst = max(rows, key=lambda row: row.difference if row.verdict != "kink" else -1.0)
    print(
        f"{right} of {len(rows)} gradients agree; the worst, {worst.name}, "
        f"is off by {worst.difference:.1e} of the largest gradient"
        + (f"; {len(kinks)} stand at a kink, where no derivative exists" if kinks else "")
    )
    return FAILED if wrong else 0
