"""The disk whose power can be cut keeps what a real one would: all that was synced, and nothing is sure of the rest."""

import os
import random
import time
from pathlib import Path

import pytest

from tests.support.loopfs import mounted, why_not
from tests.support.powerdisk import Fate, PowerDisk

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")


def write(path: Path, content: bytes, *, sync: bool) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        os.write(descriptor, content)
        if sync:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def after(disk: PowerDisk, at: float, fate: Fate, folder: Path) -> dict[str, int]:
    """Names and sizes after a cut."""
    disk.cut(at, folder / "image", random.Random(1), fate)
    with mounted(folder / "image", folder / "after") as where:
        return {path.name: path.stat().st_size for path in where.glob("file-*")}


def test_what_was_synced_survives_every_cut_and_what_came_later_none(tmp_path: Path) -> None:
    with PowerDisk(tmp_path / "disk", megabytes=20) as disk:
        write(disk.where / "file-1", b"x" * 5_000, sync=True)
        first = time.time()
        write(disk.where / "file-2", b"x" * 5_000, sync=True)

    fates: tuple[Fate, ...] = ("arrived", "lost", "torn")
    assert [after(disk, first, fate, tmp_path) for fate in fates] == [{"file-1": 5_000}] * 3
    assert after(disk, time.time(), "lost", tmp_path)["file-2"] == 5_000


def test_what_was_not_synced_is_not_there(tmp_path: Path) -> None:
    with PowerDisk(tmp_path / "disk", megabytes=20) as disk:
        write(disk.where / "file-1", b"x" * 5_000, sync=False)
        at = time.time()

    assert after(disk, at, "lost", tmp_path) == {}


def test_a_disk_told_to_fail_fails_and_one_told_to_work_works(tmp_path: Path) -> None:
    with PowerDisk(tmp_path / "disk", megabytes=20) as disk:
        write(disk.where / "file-1", b"x" * 5_000, sync=True)
        disk.fail()
        with pytest.raises(OSError, match=r"Input/output|Read-only"):
            write(disk.where / "file-1", b"y" * 5_000, sync=True)
        disk.work()
