"""A disk whose power can be cut at any moment of its past: a real ext4 on a disk that remembers every write.

    with PowerDisk(folder, megabytes=300) as disk:
        work_on(disk.where)
    disk.cut(at, image, random.Random(1))

What was synced is in the image. Of what was written after the last sync all may have arrived, or none, or some of it
in any order and the last write torn: as a disk with a cache of its own leaves it. That is harsher than a copy of a
mounted image, where every write has arrived.
"""

import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from tests.support.loopfs import format_ext4, mount, unmount

SERVER = Path(__file__).with_name("disk_server.py")
SECTOR = 512
_RECORD_BYTES = 20
Fate = Literal["arrived", "lost", "torn"]


@dataclass(frozen=True)
class Written:
    """One write that reached the disk, or a sync (no data)."""

    at: float
    offset: int
    data: bytes


class PowerDisk:
    """The disk, with an ext4 mounted at `where`."""

    def __init__(self, folder: Path, *, megabytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.where, self._fuse, self._log = folder / "mounted", folder / "fuse", folder / "log"
        self._size = megabytes << 20
        self._disk, self._base = folder / "disk", folder / "base"
        self._fuse.mkdir()
        with self._disk.open("wb") as file:
            file.truncate(self._size)
        words = [sys.executable, str(SERVER), str(self._disk), str(self._log), str(self._fuse)]
        self._server = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._read() == "mounted"
        made = subprocess.run(
            ["losetup", "--find", "--show", str(self._fuse / "disk")], check=True, capture_output=True, text=True
        )
        self.device = Path(made.stdout.strip())
        format_ext4(self.device)
        mount(self.device, self.where)
        self.settle()

    def settle(self) -> None:
        """From now on the past is kept: what stands here already is on the disk for good."""
        os.sync()
        self._do("forget")
        subprocess.run(["cp", "--sparse=always", str(self._disk), str(self._base)], check=True, timeout=120)

    def fail(self) -> None:
        """Every write and sync from now on ends in EIO."""
        self._do("fail")

    def work(self) -> None:
        """As new."""
        self._do("work")

    def slow(self, seconds: float) -> None:
        """Every write and sync takes so long; 0: no longer."""
        self._do(f"slow {seconds}")

    def close(self) -> None:
        """Take it all down; the past stays."""
        self._do("work")
        self._do("slow 0")
        unmount(self.where)
        _let_go(self.device)
        subprocess.run(["umount", "-l", str(self._fuse)], check=True, timeout=30)
        try:
            self._server.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            # Another test's name space was made meanwhile, and keeps the mount for as long as it lives.
            self._server.kill()
            self._server.communicate()

    def cut(self, at: float, image: Path, chance: random.Random, fate: Fate) -> None:
        """What is on the disk when the power goes at `at` (unix time), as an image to mount."""
        past = [one for one in self._past() if one.at <= at]
        synced = max((number for number, one in enumerate(past) if not one.data), default=0)
        subprocess.run(["cp", "--sparse=always", str(self._base), str(image)], check=True, timeout=120)
        descriptor = os.open(image, os.O_RDWR)
        for one in [*past[:synced], *_survivors(past[synced:], chance, fate)]:
            os.pwrite(descriptor, one.data, one.offset)
        os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _past(self) -> list[Written]:
        """Everything written so far, in order; a record being written now is left out."""
        raw, found, at = memoryview(self._log.read_bytes()), list[Written](), 0
        while at + _RECORD_BYTES <= len(raw):
            when, offset = (int.from_bytes(raw[at + place : at + place + 8], "little") for place in (0, 8))
            size = int.from_bytes(raw[at + 16 : at + 20], "little")
            at += _RECORD_BYTES + size
            if at <= len(raw):
                found.append(Written(when / 1e9, offset, bytes(raw[at - size : at])))
        return found

    def _do(self, words: str) -> None:
        assert self._server.stdin
        self._server.stdin.write(words + "\n")
        self._server.stdin.flush()
        assert self._read() == "done"

    def _read(self) -> str:
        assert self._server.stdout
        return self._server.stdout.readline().strip()


def _survivors(unsynced: list[Written], chance: random.Random, fate: Fate) -> list[Written]:
    if fate == "arrived":
        return unsynced
    if fate == "lost" or not unsynced:
        return []
    kept = [one for one in unsynced if chance.random() < 0.5]
    if kept:
        torn = kept.pop()
        sectors = chance.randrange(len(torn.data) // SECTOR + 1)
        kept.append(Written(torn.at, torn.offset, torn.data[: sectors * SECTOR]))
    return kept


def _let_go(device: Path) -> None:
    """The loop device goes when its last user is gone: a process killed a moment ago perhaps."""
    until = time.monotonic() + 20
    while subprocess.run(["losetup", "--detach", str(device)], check=False, capture_output=True).returncode:
        assert time.monotonic() < until, f"{device} is still in use"
        time.sleep(0.1)
