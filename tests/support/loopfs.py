"""Small real file systems in files, mounted through the loop device, for faults that only a disk of one's own can have.

    with mounted(made(tmp_path / "small.img", megabytes=100), tmp_path / "small") as folder:
        ...

`why_not()` says why this machine cannot do so, if it cannot: then a test skips with that reason.
"""

import fcntl
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

_SHUTDOWN, _NO_LOG_FLUSH = 0x8004587D, 2  # ext4's ioctl, EXT4_IOC_SHUTDOWN
MEMORY: Final = Path("/dev/shm")


@cache
def why_not() -> str:
    """Why no file system can be mounted here; empty where it can."""
    if os.geteuid() != 0:
        return "only root mounts a file system"
    with TemporaryDirectory() as name:
        folder = Path(name)
        try:
            with mounted(made(folder / "trial", megabytes=8), folder / "on"):
                return ""
        except (OSError, subprocess.CalledProcessError) as error:
            return f"this machine mounts no file system in a file ({error})"


def made(image: Path, *, megabytes: int) -> Path:
    """An empty ext4 in a sparse file."""
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    format_ext4(image)
    return image


@contextmanager
def in_memory(*, megabytes: int) -> Iterator[Path | None]:
    """A folder in memory for an image, where syncs do not wait for platters; None where there is no room for it."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < 2 * megabytes << 20:
        yield None
        return
    with TemporaryDirectory(dir=MEMORY) as name:
        yield Path(name)


def format_ext4(device: Path) -> None:
    """As Debian's installer makes it, all at once: no thread of the kernel goes on with it later."""
    _run("mke2fs", "-q", "-F", "-t", "ext4", "-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard", str(device))


@contextmanager
def mounted(image: Path, where: Path, *options: str) -> Iterator[Path]:
    """The file system in `image`, at `where`, until the end of the block."""
    mount(image, where, *options)
    try:
        yield where
    finally:
        unmount(where)


def mount(image: Path, where: Path, *options: str) -> None:
    """Mount a file or a block device."""
    where.mkdir(parents=True, exist_ok=True)
    loop = [] if image.is_block_device() else ["loop"]
    words = ["-o", ",".join([*loop, *options])] if loop or options else []
    _run("mount", "-t", "ext4", *words, str(image), str(where))


def unmount(where: Path) -> None:
    """Lazily: whoever still has a file open there keeps it until they close it."""
    _run("umount", "-l", str(where))


def die(where: Path) -> None:
    """The disk fails for good: nothing on it can be read or written any more, by whoever holds it open either."""
    folder = os.open(where, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.ioctl(folder, _SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
    finally:
        os.close(folder)


def write_protect(where: Path) -> None:
    """The kernel finds the file system damaged and, mounted with `errors=remount-ro`, lets nobody write any more."""
    mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    device = next(device for device, place, *_ in mounts if place == str(where))
    Path(f"/sys/fs/ext4/{Path(device).name}/trigger_fs_error").write_text("1")


def repair(image: Path, where: Path) -> None:
    """What a person does with a file system that took offence: unmount it, check it, and mount it anew."""
    unmount(where)
    subprocess.run(["e2fsck", "-f", "-y", str(image)], check=False, capture_output=True, timeout=60)
    # A loop device of its own: the old one lives as long as somebody has a file open on it.
    made = subprocess.run(["losetup", "--find", "--show", str(image)], check=True, capture_output=True, text=True)
    device = Path(made.stdout.strip())
    mount(device, where)
    _run("losetup", "--detach", str(device))  # goes with its mount


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, timeout=60)


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small disk of the test's own, mounted; where the kernel finds it damaged, it lets nobody write there."""
    if reason := why_not():
        pytest.skip(reason)
    with in_memory(megabytes=64) as folder:
        if folder is None:
            pytest.skip("there is no room in memory for a disk")
        with mounted(made(folder / "image", megabytes=64), folder / "disk", "errors=remount-ro") as where:
            yield where
