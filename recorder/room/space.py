"""How much room footage may take: the decisions, pure, and one small door to the disk.

A reserve stays free for others: below it recording pauses, and nothing is erased, so that nobody erases evidence by
filling a disk. Only when footage itself outgrows its quota do its oldest minutes go before their term.
"""

import heapq
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from retention.base.config import RecorderSection
from retention.base.errors import DiskRefused
from retention.base.state import State

SAFE: Final = timedelta(hours=24)  # younger footage is never erased to make room
_MARGIN: Final = 50_000_000  # bytes above the reserve from which on recording goes on: no flapping

Minutes = Mapping[int, int]  # bytes by epoch


@dataclass(frozen=True)
class Room:
    """What there is at one moment: free bytes on the disk, and bytes of footage."""

    free: int
    footage: int

    def lacks(self, limits: RecorderSection, *, paused: bool) -> bool:
        """Whether recording pauses; once it does, a little more than the reserve must be free before it goes on."""
        margin = min(_MARGIN, limits.reserve // 10) if paused else 0
        return self.free < limits.reserve + margin or self.overrun(limits) > 0

    def overrun(self, limits: RecorderSection) -> int:
        """Bytes of footage beyond its quota."""
        return max(0, self.footage - limits.quota) if limits.quota is not None else 0

    def left(self, limits: RecorderSection) -> int:
        """Bytes that footage may still take."""
        by_disk = max(0, self.free - limits.reserve)
        return by_disk if limits.quota is None else max(0, min(by_disk, limits.quota - self.footage))


def free_bytes(folder: Path) -> int:
    """Bytes that this user may still write there; DiskRefused when the disk does not say."""
    try:
        found = os.statvfs(folder)
    except OSError as error:
        raise DiskRefused(f"{folder} does not tell its free space ({error.strerror}): see to the disk") from error
    return found.f_bavail * found.f_frsize


def refuse_export(state: State, limits: RecorderSection) -> None:
    """DiskRefused while the disk has less than its reserve free: an export would take what recording needs."""
    if free_bytes(state.directory) < limits.reserve:
        raise DiskRefused("the disk is full and recording pauses: no export is made until there is room again")


def to_evict(cameras: Mapping[str, Minutes], overrun: int, may_go: Callable[[str, int], bool]) -> list[tuple[str, int]]:
    """Whole minutes as (camera, epoch) that free `overrun` bytes, or all that may go; never one more than is needed.

    Each time the oldest minute that may go, of the camera with the most footage that has one.
    """
    most = [(-sum(minutes.values()), camera) for camera, minutes in cameras.items()]
    heapq.heapify(most)
    waiting = {camera: iter(sorted(minutes)) for camera, minutes in cameras.items()}
    chosen: list[tuple[str, int]] = []
    while overrun > 0 and most:
        taken, camera = heapq.heappop(most)
        epoch = next((epoch for epoch in waiting[camera] if may_go(camera, epoch)), None)
        if epoch is not None:
            size = cameras[camera][epoch]
            chosen.append((camera, epoch))
            overrun -= size
            heapq.heappush(most, (taken + size, camera))
    return chosen


def days_left(minutes: Minutes, now: float, left: int, term: timedelta) -> float:
    """Days until footage has no room, at the rate of its last day, while what reaches its term goes.

    The whole term where that is not within it: then the disk holds all that is ever kept.
    """
    recent = {epoch: size for epoch, size in minutes.items() if epoch > now - 86_400}
    if not recent:
        return term / timedelta(days=1)
    rate = sum(recent.values()) / max(now - min(recent), 60.0)  # bytes a second
    hours, dying = round(term / timedelta(hours=1)), dict[int, int]()
    for epoch, size in minutes.items():
        hour = int((epoch + term.total_seconds() - now) // 3600) + 1
        dying[hour] = dying.get(hour, 0) + size
    for hour in range(1, hours + 1):
        left += dying.get(hour, 0) - round(rate * 3600)
        if left < 0:
            return round((hour - 1) / 24, 2)
    return term / timedelta(days=1)
