"""Calls for help from the screens by the door, as reception has them before its eyes: asked of the calamity service.

No log-in and no database stand between a call and whoever hears it. A service that hangs costs a page half a second,
and then nothing for a while; what it last said stands for some seconds, so that no call goes from under a finger.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Final

from kiosk.calamity.caller import ask_at_once
from kiosk.calamity.errors import ServiceAway
from retention.base.command import Office

_log = logging.getLogger(__name__)
FRESH_SECONDS: Final = 0.2
SILENT_SECONDS: Final = 0.5
AWAY_SECONDS: Final = 2.0
KEPT_SECONDS: Final = 10.0


@dataclass(frozen=True)
class HelpCall:
    """Somebody at this screen wants help since then; `ring` grows each time it is to be heard."""

    kiosk: str
    since: datetime
    answered: bool
    ring: int

    @property
    def key(self) -> str:
        """What tells one ringing from another."""
        return f"{self.since.timestamp():.0f}-{self.ring}"


class Bells:
    """The calls of one office; safe to use from several threads."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._lock = Lock()
        self._calls: tuple[HelpCall, ...] = ()
        self._ask_at = self._heard = float("-inf")

    def calls(self) -> tuple[HelpCall, ...]:
        """Who calls now; nobody where the service is away (then the screens tell the telephone number)."""
        with self._lock:
            now = self._office.clock.monotonic()
            if now >= self._ask_at:
                try:
                    answer = ask_at_once(self._office.state, {"do": "calls"}, SILENT_SECONDS)
                    self._calls = tuple(map(_call, answer.get("calls", ())))
                    self._ask_at, self._heard = now + FRESH_SECONDS, now
                except (ServiceAway, KeyError, TypeError, ValueError):
                    now = self._office.clock.monotonic()
                    self._ask_at = now + AWAY_SECONDS
                    self._calls = self._calls if now - self._heard < KEPT_SECONDS else ()
            return self._calls

    def answer(self, kiosk: str, by: str) -> bool:
        """Say at the screen that somebody comes; False where that did not get through."""
        try:
            heard = bool(ask_at_once(self._office.state, {"do": "answer", "kiosk": kiosk, "by": by}).get("ok"))
        except ServiceAway as error:
            _log.warning("%s", error)
            heard = False
        with self._lock:
            self._ask_at = float("-inf")
        return heard


def _call(raw: dict[str, Any]) -> HelpCall:
    since = datetime.fromisoformat(raw["since"])
    return HelpCall(str(raw["kiosk"]), since, bool(raw["answered"]), int(raw["ring"]))
