"""The ways in which bpsim writes files, each of a size that a fault can hit.

As a program, ``python -m tests.faults.writers NAME PATH FAULT`` brings a fault on itself and
prints what the writer says of it.
"""

import os
import resource
import signal
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from bpsim.session.project import Dataset, Project
from bpsim.session.session import Session
from bpsim.storage.history_export import write_history
from bpsim.storage.history_parquet import can_write_parquet, write_parquet
from bpsim.storage.progress import go_on
from bpsim.storage.project_text import write_session
from bpsim.storage.safe_write import write_safely
from tests.examples import small

ROOM = 100_000


def chunks(path: Path) -> None:
    write_safely(path, (b"x" * 1000 for _ in range(300)))


def history(path: Path) -> None:
    session = Session(small())
    session.run(1500)
    write_history(path, session.history.record())


def project(path: Path) -> None:
    session = Session(large())
    session.run(1)
    write_session(path, session)


def large() -> Project:
    data = small().data
    rows = np.random.RandomState(0).uniform(size=(4000, data.train.shape[1]))
    return replace(small(), data=Dataset.of(data.features, data.targets, rows))


def parquet(path: Path) -> None:
    session = Session(small())
    session.run(2500)
    options = {"gradients": True, "tidy": False, "every": 1, "progress": go_on}
    write_parquet(path, session.history.record(), **options)


WRITERS = {"chunks": chunks, "history": history, "project": project}
if can_write_parquet():
    WRITERS["parquet"] = parquet


def refuse_more_than_there_is_room() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))


def die_where_the_room_ends() -> None:
    refuse_more_than_there_is_room()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


def wait_before_the_end() -> None:
    def stopped(descriptor: int) -> None:
        print("all is written, nothing replaced", flush=True)
        sys.stdin.read()

    os.fsync = stopped


FAULTS = {
    "none": lambda: None,
    "refuse": refuse_more_than_there_is_room,
    "die": die_where_the_room_ends,
    "wait": wait_before_the_end,
}


if __name__ == "__main__":
    name, path, fault = sys.argv[1:]
    FAULTS[fault]()
    try:
        WRITERS[name](Path(path))
    except OSError as error:
        print(error)
