"""How many bytes of footage each camera has on disk, minute by minute: counted once, then by what changed.

A finished file never changes, so a folder is listed again only when its own time says that files came or went, and
only minutes that are young or have another number of files are measured again.
"""

import os
from collections import Counter
from pathlib import Path
from typing import Final

from recorder.footprints import epoch_in
from recorder.segments import MINUTE
from retention.base.state import State

YOUNG: Final = 5 * MINUTE  # files of minutes younger than this may still grow


class Tally:
    """The bytes of all cameras, as of the last look."""

    def __init__(self, state: State) -> None:
        self.cameras: dict[str, dict[int, int]] = {}
        self._state = state
        self._listed: dict[Path, tuple[int, Counter[int]]] = {}

    @property
    def total(self) -> int:
        """Bytes of all footage."""
        return sum(sum(minutes.values()) for minutes in self.cameras.values())

    def look(self, now: float) -> None:
        """Follow what is on disk at `now`, in unix seconds."""
        names = self._state.cameras()
        self.cameras = {name: self.cameras.get(name, {}) for name in names}
        there = {folder: name for name in names for folder in _days(self._state.footage / name)}
        for folder in self._listed.keys() - there.keys():
            self._forget_folder(folder)
        for folder, name in there.items():
            self._look_into(folder, self.cameras[name], now - YOUNG)

    def forget(self, camera: str, epoch: int) -> None:
        """That minute has just been erased."""
        self.cameras.get(camera, {}).pop(epoch, None)

    def _look_into(self, folder: Path, minutes: dict[int, int], young: float) -> None:
        try:
            changed = folder.stat().st_mtime_ns
            before, counted = self._listed.get(folder, (0, Counter[int]()))
            if changed == before and max(counted, default=0) < young:
                return
            found = Counter(epoch for name in os.listdir(folder) if (epoch := epoch_in(name)) >= 0)  # noqa: PTH208 - names alone
        except OSError:
            return  # it went meanwhile: the next look sees that
        for epoch in counted.keys() - found.keys():
            minutes.pop(epoch, None)
        fresh = {epoch for epoch, files in found.items() if epoch >= young or files != counted[epoch]}
        if fresh:
            minutes.update(_measure(folder, fresh))
        self._listed[folder] = changed, found

    def _forget_folder(self, folder: Path) -> None:
        _, counted = self._listed.pop(folder)
        for epoch in counted:
            self.forget(folder.parent.name, epoch)


def _days(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*") if path.is_dir() and not path.name.startswith(".")]


def _measure(folder: Path, epochs: set[int]) -> dict[int, int]:
    """What the files of some minutes take on the disk."""
    sizes = Counter(dict.fromkeys(epochs, 0))
    with os.scandir(folder) as entries:
        for entry in entries:
            if (epoch := epoch_in(entry.name)) in epochs:
                try:
                    sizes[epoch] += entry.stat(follow_symlinks=False).st_blocks * 512
                except OSError:
                    continue
    return dict(sizes)
