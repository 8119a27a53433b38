"""Data files on their way out: unlinked, their folders synced; what would not go is remembered and tried again."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Final

from retention.base.files import sync_folder

AT_ONCE: Final = 1_000  # tried again in one step, so that a disk full of what will not go holds up no erasure
TOLD: Final = 20


class Removals:
    """What one process has to unlink. Forgetting it costs nothing: whatever has no live key is found again."""

    def __init__(self) -> None:
        self._left: dict[Path, str] = {}  # a file, or a folder to sync, and why it would not go
        self._unsynced: dict[Path, str] = {}

    def take(self, paths: Iterable[Path]) -> int:
        """Unlink, and sync the folders; how many went."""
        paths = list(paths)
        gone = sum(self._unlink(path) for path in paths)
        for folder in {path.parent for path in paths if path not in self._left}:
            self._sync(folder)
        return gone

    def again(self) -> int:
        """Try anew what would not go; how many went."""
        for folder in list(self._unsynced):
            self._sync(folder)
        return self.take(list(islice(self._left, AT_ONCE)))

    def failures(self) -> list[str]:
        """Sentences on what stays behind; past the first few, their number."""
        told = [
            f"{path} stays behind, unreadable ({why}): see to the disk and its rights; tried again"
            for path, why in islice(self._left.items(), TOLD)
        ]
        if len(self._left) > TOLD:
            told.append(f"so do {len(self._left) - TOLD} more files")
        return told + [f"{folder} cannot be synced ({why}): see to the disk" for folder, why in self._unsynced.items()]

    def _unlink(self, path: Path) -> bool:
        self._left.pop(path, None)  # what fails again goes to the end of the line
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            self._left[path] = str(error.strerror)
            return False
        return True

    def _sync(self, folder: Path) -> None:
        self._unsynced.pop(folder, None)
        try:
            sync_folder(folder)
        except FileNotFoundError:  # it went with all that stood in it
            pass
        except OSError as error:
            self._unsynced[folder] = str(error.strerror)
