"""Which cases are open, so that their end can go into the trail: with a case's key its record is gone, too."""

import json
from pathlib import Path

from retention.base.files import replace_file
from retention.cases.shelf import LEDGER


class Ledger:
    """Numbers of open cases, and whether each was decided on. Whoever changes it holds the shelf's turn."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LEDGER

    def all(self) -> dict[str, bool]:
        """Open cases by number; none where the ledger is lost: then some ends are missing from the trail, no more."""
        try:
            told = json.loads(self._path.read_bytes())
            return {str(number): bool(decided) for number, decided in told.items()}
        except (OSError, ValueError, AttributeError):
            return {}

    def put(self, number: str, *, decided: bool) -> None:
        """Open a case, or say that it is decided on. DiskRefused where the disk does not take it."""
        self._store(self.all() | {number: decided})

    def close(self, number: str) -> None:
        """A case's end is in the trail; a second call changes nothing."""
        left = self.all()
        if left.pop(number, None) is not None:
            self._store(left)

    def _store(self, told: dict[str, bool]) -> None:
        replace_file(self._path, json.dumps(told).encode(), 0o660)
