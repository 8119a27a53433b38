"""How far a check came and what it found, so that one that was interrupted goes on where it was.

Kept in `run/check.json` while a check is under way, and forgotten when it is through or a day old.
"""

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

from recorder.damage import Damage
from recorder.timeline import Span
from retention.base.clock import Clock, from_microseconds, microseconds
from retention.base.errors import DiskRefused
from retention.base.files import replace_file
from retention.base.state import State

_OLD = timedelta(days=1)
_EVERY = 5.0


class Checkpoint:
    """Files are looked at in the order of camera and name; all up to the one noted last were."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._path, self._clock = state.run / "check.json", clock
        self._at: tuple[str, str] = ("", "")
        self._found: list[tuple[str, str, list[Span], str]] = []
        self._saved = clock.monotonic()
        self._under_way = False
        with suppress(OSError, ValueError, KeyError, TypeError, OverflowError):
            self._load(json.loads(self._path.read_text()))

    def passed(self, camera: str, name: str) -> bool:
        """Whether a file was looked at before the interruption."""
        return (camera, name) <= self._at

    def note(self, camera: str, name: str, missing: list[Span], said: str | None) -> None:
        """A file was looked at; `said` is what was wrong with it."""
        if said is not None:
            self._found.append((camera, name, missing, said))
        self._at, self._under_way = (camera, name), True
        if self._clock.monotonic() - self._saved > _EVERY:
            self.save()

    def said(self, camera: str) -> list[str]:
        """What was wrong with the files of a camera."""
        return [said for whose, _, _, said in self._found if whose == camera]

    def damage(self, camera: str) -> Damage:
        """What cannot be shown of the files of a camera."""
        return {name: missing for whose, name, missing, _ in self._found if whose == camera and missing}

    def save(self) -> None:
        """Keep how far it came; a disk that takes nothing only costs the resuming."""
        if not self._under_way:
            return
        self._saved = self._clock.monotonic()
        found = [(camera, name, list(map(_times, missing)), said) for camera, name, missing, said in self._found]
        told = {"written": microseconds(self._clock.now()), "at": self._at, "found": found}
        with suppress(DiskRefused):
            replace_file(self._path, json.dumps(told).encode(), 0o640)

    def done(self) -> None:
        """The check is through: the next one begins at the beginning."""
        self._under_way = False
        with suppress(OSError):
            self._path.unlink()

    def _load(self, told: dict[str, Any]) -> None:
        if abs(self._clock.now() - from_microseconds(told["written"])) > _OLD:
            return
        found = [
            (camera, name, [(from_microseconds(begin), from_microseconds(end)) for begin, end in missing], said)
            for camera, name, missing, said in told["found"]
        ]
        camera, name = told["at"]
        self._at, self._found, self._under_way = (camera, name), found, True


def _times(span: Span) -> tuple[int, int]:
    return microseconds(span[0]), microseconds(span[1])
