"""The signed digests on disk, the links that are left of old ones, and what was open where the receipts begin."""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

from retention.base.files import replace_file, sync_folder
from retention.base.state import State
from retention.evidence.digest import Digest, parse

DIGEST: Final = ".digest"
OPEN: Final = ".open"


class Archive:
    """The folder `evidence`, as far as it holds no receipts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.links = folder / "links.jsonl"
        self.first = folder / "first.pub"

    @staticmethod
    def of(state: State) -> "Archive":
        return Archive(state.evidence)

    def days(self, suffix: str = DIGEST) -> list[date]:
        """The days of which there is such a file, oldest first."""
        found = []
        for path in self.folder.glob(f"????-??-??{suffix}"):
            with suppress(ValueError):
                found.append(date.fromisoformat(path.name.removesuffix(suffix)))
        return sorted(found)

    def path(self, day: date, suffix: str = DIGEST) -> Path:
        return self.folder / f"{day.isoformat()}{suffix}"

    def digest(self, day: date) -> Digest | None:
        """The digest of a day; None where there is none, or it was changed."""
        try:
            found = parse(self.path(day).read_bytes())
        except FileNotFoundError:
            return None
        return found if found is not None and found.day == day else None

    def newest(self) -> Digest | None:
        """The last digest that was made, or what is left of it; by its number, whatever its file is called."""
        days = self.days()
        found = self.digest(days[-1]) if days else None
        return found or max((one for _, one in self.all() if one), key=lambda one: one.number, default=None)

    def all(self) -> Iterator[tuple[str, Digest | None]]:
        """Every link and digest with the place where it stands, oldest first; None for what was changed."""
        with suppress(FileNotFoundError):
            for number, line in enumerate(self.links.read_bytes().splitlines(keepends=True), 1):
                found = parse(line)
                yield f"{self.links.name} line {number}", found if found and found.body is None else None
        for day in self.days():
            found = self.digest(day)
            yield self.path(day).name, found if found and found.body is not None else None

    def keep(self, digest: Digest) -> None:
        """Put a digest in its place, whole or not at all. Raises DiskRefused."""
        replace_file(self.path(digest.day), digest.image(), 0o660)

    def reduce(self, day: date) -> None:
        """Leave of a digest, whose term is over, only what the chain of keys needs; a second call changes nothing."""
        digest = self.digest(day)
        if digest is None or digest.body is None:
            return  # one that was changed stays, for verify to tell
        lines = [line for line in self._links() if line != digest.image(link=True)]
        replace_file(self.links, b"".join([*lines, digest.image(link=True)]), 0o660)
        self.path(day).unlink(missing_ok=True)

    def opened(self) -> tuple[date, bytes] | None:
        """The day up to which the receipts are gone, and what was open then; None where none are gone yet."""
        days = self.days(OPEN)
        return (days[-1], self.path(days[-1], OPEN).read_bytes()) if days else None

    def keep_open(self, day: date, listing: bytes) -> None:
        """Note what is open at the end of a day, before its receipts go; older notes go too."""
        replace_file(self.path(day, OPEN), listing, 0o660)
        for old in self.days(OPEN):
            if old < day:
                self.path(old, OPEN).unlink(missing_ok=True)
        sync_folder(self.folder)

    def first_keys(self) -> list[str]:
        """The public key of the first digest, and of each one that began anew, as noted on this machine."""
        try:
            return [line.split()[0] for line in self.first.read_text().splitlines() if line.strip()]
        except (FileNotFoundError, UnicodeDecodeError):
            return []

    def note_first(self, key: str, number: int) -> None:
        """Note a key that no other has signed for."""
        if key in self.first_keys():
            return
        descriptor = os.open(self.first, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            os.write(descriptor, f"{key} {number}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _links(self) -> list[bytes]:
        try:
            return self.links.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return []
