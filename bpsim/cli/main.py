"""``bpsim train``, ``trace`` and ``check``."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bpsim.engine.gradient_check import check_gradients
from bpsim.session.session import Session
from bpsim.storage.history_csv import history_csv
from bpsim.storage.project_file import ProjectFileError, read_project
from bpsim.storage.safe_write import write_safely

BAD_INPUT = 2
FAILED = 1


def _whole(low: int) -> Callable[[str], int]:
    def whole(word: str) -> int:
        if not (word.isascii() and word.isdigit() and int(word) >= low):
            raise argparse.ArgumentTypeError(f"{word!r} must be a whole number, {low} or more")
        return int(word)

    return whole


def parser() -> argparse.ArgumentParser:
    """Describe the commands."""
    top = argparse.ArgumentParser(prog="bpsim", description="A debugger for backpropagation.")
    commands = top.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train without a window")
    train.add_argument("file", type=Path)
    length = train.add_mutually_exclusive_group(required=True)
    length.add_argument("--steps", type=_whole(1), metavar="N")
    length.add_argument("--epochs", type=_whole(1), metavar="N")
    train.add_argument("--history", type=Path, metavar="OUT.csv", help="write every parameter")
    train.add_argument("--gradients", action="store_true", help="with the gradients")
    train.add_argument("--tidy", action="store_true", help="one row a value")
    train.add_argument("--every", type=_whole(1), default=1, metavar="K")
    train.add_argument("--quiet", action="store_true", help="no progress")
    trace = commands.add_parser("trace", help="print every operation of one training step")
    trace.add_argument("file", type=Path)
    trace.add_argument("--step", type=_whole(1), default=1, metavar="N")
    trace.add_argument("--sample", type=_whole(0), metavar="I", help="one row of the batch only")
    trace.add_argument("--json", action="store_true", help="as one JSON object")
    check = commands.add_parser("check", help="compare every gradient with a numerical one")
    check.add_argument("file", type=Path)
    check.add_argument("--step", type=_whole(1), default=1, metavar="N")
    return top


def main(arguments: list[str]) -> int:
    """Carry out a command and return the exit status."""
    options = parser().parse_args(arguments)
    commands = {"train": _train, "trace": _trace, "check": _check}
    try:
        return commands[options.command](options)
    except ProjectFileError as error:
        print(error, file=sys.stderr)
    except (OSError, MemoryError) as error:
        print(f"bpsim: {error}", file=sys.stderr)
    return BAD_INPUT


def _train(options: argparse.Namespace) -> int:
    session = Session(read_project(options.file))
    steps = options.steps or options.epochs * session.batches.count
    showing = sys.stderr.isatty() and not options.quiet
    halt = None
    while session.position.updates < steps and halt is None:
        halt = session.run(min(1000, steps - session.position.updates)).halt
        if showing:
            _bar("training", session.position.updates, steps)
    done = session.position.updates
    if options.history is not None:

        def progress(at: int, total: int) -> bool:
            if showing:
                _bar("history", at, total)
            return True

        chunks = history_csv(
            session.project,
            (),
            done,
            gradients=options.gradients,
            tidy=options.tidy,
            every=options.every,
            progress=progress,
        )
        write_safely(options.history, chunks)
    if showing:
        print(file=sys.stderr)
    if done:
        print(repr(float(session.history.losses[-1])))
    if halt is not None:
        print(halt.message, file=sys.stderr)
        return FAILED
    return 0


def _bar(what: str, done: int, total: int) -> None:
    full = 30 * done // total
    bar = "#" * full + "." * (30 - full)
    print(f"\r{what} [{bar}] {done}/{total}", end="", file=sys.stderr, flush=True)


def _trace(options: argparse.Namespace) -> int:
    session = Session(read_project(options.file))
    halt = session.run(options.step - 1).halt if options.step > 1 else None
    rows = session.program.rows
    if options.sample is not None and options.sample >= rows:
        print(f"bpsim: --sample {options.sample}: the batch has {rows} rows", file=sys.stderr)
        return BAD_INPUT
    found = []
    for _ in range(session.operations if halt is None else 0):
        halt = session.step_operation().halt
        operation = session.current
        if halt is not None or operation is None:
            break
        value = session.value(operation.name)
        batched = operation.name[0] in "za" or operation.name.startswith("delta")
        if value is not None and batched and options.sample is not None:
            value = value[options.sample : options.sample + 1]
        found.append(
            {
                "name": operation.name,
                "phase": str(operation.phase),
                "formula": operation.formula,
                "value": value.tolist() if value is not None else None,
            }
        )
    at = session.position
    if options.json:
        content = {"step": at.step, "epoch": at.epoch, "batch": at.batch, "operations": found}
        print(json.dumps(content))
    else:
        print(f"step {at.step}, epoch {at.epoch}, batch {at.batch}")
        for entry in found:
            print(f"\n{entry['formula']}")
            print(np.array2string(np.array(entry["value"]), floatmode="unique", prefix="  "))
    if halt is not None:
        print(halt.message, file=sys.stderr)
        return FAILED
    return 0


def _check(options: argparse.Namespace) -> int:
    session = Session(read_project(options.file))
    if options.step > 1:
        session.run(options.step - 1)
    rows = check_gradients(
        session.project.specification, session.upcoming_batch(), session.parameters()
    )
    wrong = [row for row in rows if row.verdict == "wrong"]
    kinks = sum(row.verdict == "kink" for row in rows)
    for row in wrong:
        print(f"{row.name}: backpropagation {row.gradient!r}, numerical {row.numerical!r}")
    largest = max((row.difference for row in rows if row.verdict == "right"), default=0.0)
    print(
        f"{len(rows) - len(wrong)} of {len(rows)} gradients agree; largest difference {largest:.1e}"
        + (f"; {kinks} at a kink, where no derivative exists" if kinks else "")
    )
    return FAILED if wrong else 0
