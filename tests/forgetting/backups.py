"""Back-ups as offices make them, all without `keys/`: files, an embedded database, a server's dump, a whole disk."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from tests.support.loopfs import mount, unmount
from tests.support.postgres import _binary

KINDS = ("cp", "sqlite", "image", "dump")


def copied(state: Path, to: Path) -> None:
    """`cp -a`, but for the keys and what a restart makes anew."""
    shutil.copytree(state, to, symlinks=True, ignore=shutil.ignore_patterns("keys", "run", ".*.new"))


def with_sqlite_backup(state: Path, to: Path) -> None:
    """The embedded database by its own means, everything else as files."""
    shutil.copytree(state, to, symlinks=True, ignore=shutil.ignore_patterns("keys", "run", "portier.db*", ".*.new"))
    with (
        closing(sqlite3.connect(state / "portier.db")) as source,
        closing(sqlite3.connect(to / "portier.db")) as target,
    ):
        source.backup(target)


def imaged(image: Path, to: Path) -> None:
    """The disk as it is at this moment, while it is in use: as a power cut would leave it."""
    os.sync()
    subprocess.run(["cp", "--sparse=always", str(image), str(to)], check=True)


def from_image(image: Path, at: Path, to: Path) -> None:
    """What stands on such a disk, once it is mounted again."""
    mount(image, at)
    try:
        copied(at / "state", to)
    finally:
        unmount(at)


def dumped(url: str, to: Path) -> None:
    """`pg_dump` of a server's database."""
    subprocess.run([str(_binary("pg_dump")), "--format=custom", f"--file={to}", url], check=True, capture_output=True)


def loaded(dump: Path, url: str) -> None:
    """Such a dump in an empty database."""
    words = [str(_binary("pg_restore")), "--no-owner", f"--dbname={url}", str(dump)]
    subprocess.run(words, check=True, capture_output=True)
