"""Where cases stand on disk: one record and the sealed files of each, all named by the epoch of its key slot.

So the reaper takes them with the key, and needs to know nothing of cases.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from retention.base.errors import SealBroken
from retention.base.files import locked, replace_file, sync_folder
from retention.base.state import State
from retention.cases.case import Case, read, written

RECORD, FILM, LEDGER = ".case", ".seg", "open.json"


class Shelf:
    """The records of one site, shared between processes."""

    def __init__(self, state: State) -> None:
        self.folder = state.cases

    def all(self) -> list[Case]:
        """Every case that can be read, the newest first; of two records of one case the later one counts."""
        found: dict[str, Case] = {}
        for path in self.records():
            case = self._read(path)
            if case is not None and (case.number not in found or found[case.number].epoch < case.epoch):
                found[case.number] = case
        return sorted(found.values(), key=lambda case: case.placed.at, reverse=True)

    def find(self, number: str) -> Case | None:
        """The case of a number."""
        return next((case for case in self.all() if case.number == number), None)

    def records(self) -> list[Path]:
        """The files of records, read or not."""
        return sorted(self.folder.glob(f"*-*{RECORD}"))

    def recorded(self) -> list[tuple[int, str]]:
        """Epoch and number of every record, by its name."""
        parts = (path.stem.split("-", 1) for path in self.records())
        return [(int(epoch), number) for epoch, number in parts if epoch.isdecimal()]

    def damaged(self) -> list[Path]:
        """Records that nobody can read any more; their footage dies on its day all the same."""
        return [path for path in self.records() if path.exists() and self._read(path) is None]

    def store(self, case: Case) -> None:
        """Write a record, whole or not at all. DiskRefused where the disk does not take it."""
        self.folder.mkdir(mode=0o770, parents=True, exist_ok=True)
        replace_file(self.record_of(case.epoch, case.number), written(case), 0o660)

    def record_of(self, epoch: int, number: str) -> Path:
        return self.folder / f"{epoch}-{number}{RECORD}"

    def films(self, epoch: int) -> list[Path]:
        """The sealed files of an epoch."""
        return sorted(self.folder.glob(f"{epoch}-*{FILM}"))

    def hand_over(self, before: int, after: int) -> None:
        """Name sealed files by another epoch, whose slot holds the same key; a second call goes on."""
        for path in self.films(before):
            path.rename(path.with_name(f"{after}-{path.name.partition('-')[2]}"))
        sync_folder(self.folder)

    def drop_record(self, epoch: int, number: str) -> None:
        """Take a record away that a later one has replaced."""
        self.record_of(epoch, number).unlink(missing_ok=True)
        sync_folder(self.folder)

    @contextmanager
    def turn(self, of: str = "turn") -> Iterator[None]:
        """One process at a time: `turn` for records and slots (short), `hand` for sealing footage (long)."""
        self.folder.mkdir(mode=0o770, parents=True, exist_ok=True)
        path = self.folder / f".{of}"
        with suppress(OSError):  # there already, or it cannot be made: then locking says so
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o660)
            os.fchmod(descriptor, 0o660)  # whoever comes first, as root by a command: the desk must be able to lock it
            os.close(descriptor)
        with locked(path):
            yield

    def _read(self, path: Path) -> Case | None:
        try:
            case = read(path.read_bytes())
        except (OSError, SealBroken):
            return None
        return case if path == self.record_of(case.epoch, case.number) else None
