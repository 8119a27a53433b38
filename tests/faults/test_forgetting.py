"""The retention service as the command it is, on a disk without a free block, beside a database nobody lets go of."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from retention.base.clock import SystemClock
from retention.base.command import Office
from retention.base.config import load
from retention.base.database import open_database
from retention.base.readerkey import public_half
from retention.base.slots import SlotFile
from retention.rules import LEAD
from tests.faults.site import until
from tests.support.bars import Bars
from tests.support.loopfs import made, mounted
from tests.support.processes import kill_tree
from tests.support.state import write_config

CAMERA = "camera-entree"


@contextmanager
def full(where: Path) -> Iterator[None]:
    """Not one block is left."""
    hog, size, piece = os.open(where / "somebody-elses", os.O_WRONLY | os.O_CREAT), 0, 1 << 24
    while piece >= 512:
        try:
            os.posix_fallocate(hog, size, piece)
            size += piece
        except OSError:
            piece //= 2
    os.close(hog)
    yield


@contextmanager
def running(file: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "portier", "--config", str(file), "retention", "run"])
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            kill_tree(process.pid)
        process.wait(timeout=30)


def minute(office: Office, number: int, deadline_in: timedelta) -> tuple[int, Path]:
    """A minute of footage with an early end, of a camera that nobody configured."""
    now = office.clock.now()
    epoch = int(now.timestamp()) // 60 * 60 - number * 60
    SlotFile(office.state, CAMERA).claim(epoch, now + deadline_in, public_half(office.state))
    path = office.state.segments("entree", epoch) / f"{epoch}-{number:032x}.seg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"sealed")
    return epoch, path


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("disks")
def test_what_ends_is_destroyed_on_a_full_disk_beside_a_locked_database(tmp_path: Path, bars: Bars) -> None:
    with mounted(made(tmp_path / "disk", megabytes=150), tmp_path / "volume") as volume:
        file = write_config(tmp_path / "portier.toml", {"state": {"directory": volume / "state"}})
        config = load(file)
        office = Office(config, config.where(), SystemClock())
        office.state.prepare()
        open_database(config).close()
        minutes = [minute(office, number, LEAD + timedelta(seconds=20 + 8 * number)) for number in range(5)]
        slots, ends = SlotFile(office.state, CAMERA), dict[int, float]()
        deadlines = {slot.epoch: slot.deadline for slot in slots.live()}
        with closing(sqlite3.connect(office.state.database_file, isolation_level=None)) as somebody:
            somebody.execute("BEGIN EXCLUSIVE")
            with full(volume), running(file):
                for epoch, path in minutes:
                    until(lambda epoch=epoch: slots.find(epoch) is None, "a key was destroyed", 120)  # type: ignore[misc]
                    until(lambda path=path: not path.exists(), "its footage went", 5)  # type: ignore[misc]
                    ends[epoch] = (deadlines[epoch] - office.clock.now()).total_seconds()
        slots.close()
    bars.at_least("full disk, locked database: destroyed before the end", min(ends.values()), 0, "s")
    bars.at_most("full disk, locked database: and by at most", max(ends.values()), 75, "s")
