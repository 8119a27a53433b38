"""Calls for help from the screens by the door. What calls is a screen, never a person; nothing of it reaches a disk
but a line of the trail.

A call rings at reception, and again every minute, until somebody answers it. It ends when it was answered and the
visitor has gone on, when the visitor takes it back, or when nobody came for a quarter of an hour.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Any, Final

from retention.base.clock import Clock
from retention.base.errors import UsageRefused

REPEATED: Final = 60.0
LAPSES: Final = 900.0
STILL_COMING: Final = 120.0
"""Whoever said "I am coming" is coming: a call from that screen within this time rings nobody anew."""
ONE_CALL: Final = 30.0
"""Tapping, taking back and tapping again is one call."""
LISTENING: Final = 5.0
"""A desk that asked for calls so lately has them before its eyes."""
_MOST_KIOSKS: Final = 16
_LONGEST_NAME: Final = 40

Note = Callable[[str, str, str], None]


@dataclass(frozen=True)
class Call:
    """One call from one screen; moments without a date are of the monotonic clock."""

    kiosk: str
    since: datetime
    began: float
    answered: float | None = None
    open: bool = True

    def told(self, now: float) -> dict[str, Any]:
        """As JSON; `ring` grows each time it is to be heard."""
        rings = 1 + int((now - self.began) // REPEATED)
        return {
            "kiosk": self.kiosk,
            "since": self.since.isoformat(),
            "answered": self.answered is not None,
            "ring": rings,
        }


class Calls:
    """The calls of one building; safe to use from several threads. `note` writes (act, by whom, which screen)."""

    def __init__(self, clock: Clock, note: Note) -> None:
        self._clock, self._note = clock, note
        self._lock = Lock()
        self._calls: dict[str, Call] = {}
        self._listened = float("-inf")

    def call(self, kiosk: object, by: str) -> dict[str, Any]:
        """Call reception. `heard` says whether a desk is open on which it rings."""
        name, now = _named(kiosk), self._clock.monotonic()
        with self._lock:
            before = self._calls.get(name)
            if before is not None and _goes_on(before, now):
                made = self._calls[name] = replace(before, open=True)
            else:
                self._forget(now)
                if before is None and len(self._calls) >= _MOST_KIOSKS:
                    raise UsageRefused("more screens call than a building has")
                made = self._calls[name] = Call(name, self._clock.now(), now)
                before = None
            heard = now - self._listened <= LISTENING
        if before is None:
            self._note("help.call", by, name)
        return made.told(now) | {"heard": heard}

    def answer(self, kiosk: str, by: str) -> bool:
        """Somebody comes. A second answer, or one to a call that has ended, changes nothing."""
        now = self._clock.monotonic()
        with self._lock:
            call = self._calls.get(_clean(kiosk))
            if call is None or not call.open or call.answered is not None:
                return False
            self._calls[call.kiosk] = replace(call, answered=now)
        self._note("help.answer", by, call.kiosk)
        return True

    def hang_up(self, kiosk: str, by: str, *, withdrawn: bool = False) -> bool:
        """The visitor goes on: an answered call ends. Withdrawn, any call ends."""
        with self._lock:
            call = self._calls.get(_clean(kiosk))
            if call is None or not call.open or (call.answered is None and not withdrawn):
                return False
            self._calls[call.kiosk] = replace(call, open=False)
        if withdrawn:
            self._note("help.withdraw", by, call.kiosk)
        return True

    def of(self, kiosk: str) -> dict[str, Any] | None:
        """The call of one screen, if there is one."""
        now = self._clock.monotonic()
        with self._lock:
            call = self._calls.get(_clean(kiosk))
        return call.told(now) if call is not None and call.open else None

    def listen(self) -> list[dict[str, Any]]:
        """Every open call, the oldest first; for a desk that shows them."""
        with self._lock:
            now = self._listened = self._clock.monotonic()
            calls = sorted((call for call in self._calls.values() if call.open), key=lambda call: call.began)
        return [call.told(now) for call in calls]

    def step(self) -> None:
        """Let calls end that nobody answered, or whose visitor walked away after the answer."""
        now = self._clock.monotonic()
        with self._lock:
            over = [call for call in self._calls.values() if call.open and _is_over(call, now)]
            for call in over:
                self._calls[call.kiosk] = replace(call, open=False)
            self._forget(now)
        for call in over:
            if call.answered is None:
                self._note("help.lapse", "system", call.kiosk)

    def _forget(self, now: float) -> None:
        """Drop what has ended and would not go on: a screen that got another name takes up no place for ever."""
        self._calls = {name: call for name, call in self._calls.items() if call.open or _goes_on(call, now)}


def _goes_on(call: Call, now: float) -> bool:
    """Whether another tap is the same call: it stands, somebody is under way, or it was taken back just now."""
    if call.answered is not None:
        return now - call.answered < STILL_COMING
    return call.open or now - call.began < ONE_CALL


def _is_over(call: Call, now: float) -> bool:
    return now - call.began >= LAPSES if call.answered is None else now - call.answered >= STILL_COMING


def _named(kiosk: object) -> str:
    """The name of a screen that calls."""
    if not isinstance(kiosk, str) or not (name := _clean(kiosk)):
        raise UsageRefused('name the screen: {"do": "call", "kiosk": "Ingang"}')
    return name


def _clean(kiosk: str) -> str:
    """The name of a screen, as it may stand on a page and in the trail; every question about its call goes by that."""
    return "".join(filter(str.isprintable, kiosk)).strip()[:_LONGEST_NAME]
