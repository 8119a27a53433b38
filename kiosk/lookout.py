"""Asks the calamity service, off the screen's thread: twice a second what goes on, and at once what somebody wants.

Where the service is away, what it left on the disk tells of an alarm: no name stands there. It never waits for
anything that the screen needs, and the screen never waits for it.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

from kiosk.calamity.caller import ask, ask_at_once
from kiosk.calamity.errors import ServiceAway
from kiosk.house import Called, Going, Seen
from retention.base.command import Office

log = logging.getLogger("portier.kiosk")

EVERY: Final = 0.4
SLOW_SECONDS: Final = 60.0
"""Printing takes its time."""
SLOW_ACTS: Final = frozenset({"start", "print"})

Bring = Callable[[Callable[[], None]], None]


class Lookout:
    """One thread that looks and a few hands that ask, for the life of the kiosk. `tell` hears what changed."""

    def __init__(self, office: Office, tell: Callable[[Seen], None], bring: Bring) -> None:
        self._office, self._tell, self._bring = office, tell, bring
        self._stop, self._wake = threading.Event(), threading.Event()
        self._hands = ThreadPoolExecutor(max_workers=4, thread_name_prefix="kiosk-asks")
        self._thread: threading.Thread | None = None
        self._seen, self._number = Seen(), 0

    def begin(self) -> None:
        """Begin to look."""
        self._thread = threading.Thread(target=self._look_on, name="kiosk-lookout")
        self._thread.start()

    def close(self) -> None:
        """Look no more, and let what was asked come to an end."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self._hands.shutdown(wait=True, cancel_futures=True)

    def ask(self, question: dict[str, Any], then: Callable[[dict[str, Any]], None], failed: Callable[[], None]) -> None:
        """Put a question in a hand of its own, whatever the others wait for."""
        self._hands.submit(self._ask, question, then, failed)

    def look(self) -> Seen:
        """The house as it is now."""
        with suppress(ServiceAway, KeyError, TypeError, ValueError):
            answer = ask_at_once(self._office.state, {"do": "door", "kiosk": self._office.config.kiosk.title})
            if answer.get("ok"):
                return Seen(self._going(answer.get("calamity")), _called(answer.get("call")))
        # Away, of another version, or in trouble: nothing it says ends an emergency, or ends the looking.
        return Seen(self._on_disk(), None, away=True)

    def _look_on(self) -> None:
        while not self._stop.is_set():
            seen = self.look()
            if seen != self._seen:
                self._seen = seen
                self._bring(lambda seen=seen: self._tell(seen))  # type: ignore[misc]
            self._wake.wait(EVERY)
            self._wake.clear()

    def _ask(
        self, question: dict[str, Any], then: Callable[[dict[str, Any]], None], failed: Callable[[], None]
    ) -> None:
        try:
            if question["do"] in SLOW_ACTS:
                answer = ask(self._office.state, question, SLOW_SECONDS)
            else:
                answer = ask_at_once(self._office.state, question)
        except ServiceAway as error:
            log.warning("%s", error)
            answer = {}
        self._wake.set()
        self._bring((lambda: then(answer)) if answer.get("ok") else failed)

    def _going(self, raw: dict[str, Any] | None) -> Going | None:
        if not raw or raw["ended"]:
            return None
        self._number = int(raw["number"])
        return Going(bool(raw["drill"]))

    def _on_disk(self) -> Going | None:
        """What the service left; where that knows nothing of what was seen before, it goes on as it was."""
        from kiosk.calamity.alarm import is_open, last_on_disk  # noqa: PLC0415 - only where the service is away

        last = last_on_disk(self._office.state)
        if last is None or last.number < self._number:
            return self._seen.calamity
        config = self._office.config
        return Going(last.drill) if is_open(last, self._office.clock.now(), config) else None


def _called(raw: dict[str, Any] | None) -> Called | None:
    return Called(bool(raw["answered"])) if raw else None
