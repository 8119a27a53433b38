"""Spans of footage that somebody asked to keep from being erased early, until a case takes them over.

A hold changes no term: at its deadline footage dies, held or not. A file of holds that cannot be read holds everything:
evidence is never erased on doubt.
"""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from recorder.journal import summed, unsummed
from recorder.segments import MINUTE
from recorder.timeline import SPILL
from retention.base.clock import from_microseconds, microseconds
from retention.base.errors import DiskRefused, UsageRefused
from retention.base.files import replace_file
from retention.base.state import State
from retention.rules import FOOTAGE_CEILING

_LOCK_FAILED: Final = "the holds of camera {} cannot be locked ({}): see to the disk"


class HoldsUnreadable(DiskRefused):
    """The file of holds is damaged: everything counts as held, and nothing is placed or released."""


@dataclass(frozen=True)
class Hold:
    """From `start` to `end` footage of a camera is kept from eviction, since `placed`, for a reason of `category`."""

    number: str
    start: datetime
    end: datetime
    category: str
    placed: datetime

    def covers(self, epoch: int) -> bool:
        """Whether the minute `epoch`, or a group of pictures that began in it, touches the span."""
        begin = datetime.fromtimestamp(epoch, UTC)
        return begin < self.end and self.start < begin + timedelta(seconds=MINUTE) + SPILL

    def words(self) -> dict[str, str]:
        """As commands print it."""
        moments = {"start": self.start, "end": self.end, "placed": self.placed}
        return {"hold": self.number, "category": self.category} | {k: at.isoformat() for k, at in moments.items()}


class Holds:
    """The holds of one camera, shared between processes."""

    def __init__(self, state: State, camera: str) -> None:
        self._camera, self.path = camera, state.footage / camera / "holds.json"

    def all(self) -> list[Hold]:
        """Every hold, oldest span first; HoldsUnreadable when the file is damaged."""
        try:
            raw = unsummed(self.path.read_bytes().rstrip(b"\n"))
            if raw is None:
                raise ValueError("the check sum does not fit")
            return sorted((_hold(one) for one in raw["holds"]), key=lambda hold: hold.start)
        except FileNotFoundError:
            return []
        except OSError as error:  # to remove it would be no remedy
            raise HoldsUnreadable(
                f"{self.path} cannot be read ({error.strerror}): nothing of camera {self._camera} is erased early; "
                "see to the disk and its rights"
            ) from error
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise HoldsUnreadable(
                f"{self.path} cannot be read: nothing of camera {self._camera} is erased early; "
                "put it right or remove it, and place the holds again"
            ) from error

    def place(self, start: datetime, end: datetime, category: str, now: datetime) -> Hold:
        """Hold a span from now on; on disk when this returns. `now`: trusted time, for holds past their term go by it.

        By a system clock that somebody set ahead every hold before this one would be let go of.
        """
        if not start < end:
            raise UsageRefused("a hold ends after it starts: give --from a moment before --to")
        hold = Hold(secrets.token_hex(4), start, end, category, now)
        with self._alone():
            living = [one for one in self.all() if one.end > now - FOOTAGE_CEILING - SPILL]
            self._store([*living, hold])
        return hold

    def release(self, number: str) -> Hold:
        """Let a hold go; UsageRefused where there is none by that number."""
        with self._alone():
            holds = self.all()
            found = next((hold for hold in holds if hold.number == number), None)
            if found is None:
                raise UsageRefused(f"camera {self._camera} has no hold {number}: see footage holds")
            self._store([hold for hold in holds if hold is not found])
        return found

    @contextmanager
    def steady(self) -> Iterator[Callable[[int], bool]]:
        """While the block runs no hold is placed; tells of a minute whether it is held."""
        with self._alone():
            holds = self.all()
            yield lambda epoch: any(hold.covers(epoch) for hold in holds)

    def _store(self, holds: list[Hold]) -> None:
        replace_file(self.path, summed({"holds": [_raw(hold) for hold in holds]}), 0o660)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The lock stands on the camera's folder: a full disk has no block for a file of its own."""
        try:
            descriptor = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise UsageRefused(f"there is no footage of camera {self._camera}") from None
        except OSError as error:
            raise DiskRefused(_LOCK_FAILED.format(self._camera, error.strerror)) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _raw(hold: Hold) -> dict[str, Any]:
    moments = {"start": hold.start, "end": hold.end, "placed": hold.placed}
    return {"number": hold.number, "category": hold.category} | {k: microseconds(at) for k, at in moments.items()}


def _hold(raw: dict[str, Any]) -> Hold:
    start, end, placed = (from_microseconds(raw[key]) for key in ("start", "end", "placed"))
    return Hold(str(raw["number"]), start, end, str(raw["category"]), placed)
