"""Prints stickers in a thread of its own: a printer that fails, hangs or is missing keeps nobody waiting.

A sticker that does not come out soon is taken back: later it would be given to somebody else. Its document holds no
name, and goes from the spool as soon as it is printed or taken back.
"""

import logging
import queue
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from kiosk.calamity import cups
from kiosk.calamity.cups import Condition, Refused, Silent
from kiosk.labels.sticker import Sticker
from retention.base.clock import Clock
from retention.base.errors import TypesettingRefused
from retention.base.health import Problem
from retention.base.labels import Label
from retention.base.translations import N_

log = logging.getLogger("portier.labels")

PATIENCE: Final = 20.0
"""Seconds until a sticker must be out: longer than any label printer takes, shorter than a visitor waits."""
GLANCE: Final = 0.25
MOST: Final = 64
"""So many may wait: a group that is signed in at the desk; what comes later comes too late."""
LATE: Final = 180.0
"""A sticker that waited so many seconds is not printed: its visitor has gone, and the next one would take it."""
_UNMADE: Final = (TypesettingRefused, ImportError, OSError)
"""Also an installation that lacks a part: it costs the stickers, and never the thread that says so."""
ATTEMPTS: Final = 4
CLOSING: Final = 2.0

UNKNOWN = N_(
    "the label printer %(printer)s is not known to the print service: see `lpstat -e`, and [kiosk] label_printer"
)
SILENT = N_("the print service does not answer: no stickers come out; see that CUPS is running")
STUCK = N_("the label printer %(printer)s printed no sticker (%(reason)s): look at its paper and its cable")
REFUSED = N_("the label printer %(printer)s takes no sticker: compare [kiosk] label with the roll in it")
UNMADE = N_("a sticker could not be laid out: install Portier and its fonts anew")


@dataclass(frozen=True)
class Given:
    """A sticker, and since when it waits by the monotonic clock; or the sign to stop."""

    sticker: Sticker | None
    at: float = 0.0


class LabelPrinter:
    """The label printer of one kiosk; `give` never waits, and never raises."""

    def __init__(self, name: str, label: Label, clock: Clock, *, colour: bool = False) -> None:
        self.name, self._label, self._clock, self._colour = name, label, clock, colour
        self._given: queue.Queue[Given] = queue.Queue(MOST)
        self._stop = threading.Event()
        self._problem: Problem | None = None
        # A daemon: a print service that hangs must not keep the kiosk from ending.
        self._thread = threading.Thread(target=self._print_all, name="kiosk-labels", daemon=True)
        self._thread.start()

    def give(self, sticker: Sticker) -> None:
        """Print this one when the printer is free."""
        try:
            self._given.put_nowait(Given(sticker, self._clock.monotonic()))
        except queue.Full:
            self._fail(STUCK, reason=N_("too many wait"))

    @property
    def problem(self) -> Problem | None:
        """What is wrong with the last sticker, until one comes out."""
        return self._problem

    def close(self) -> None:
        """Stop after the sticker that is being printed, or at once where it hangs."""
        self._stop.set()
        with suppress(queue.Full):  # then the thread sees the event before the next one
            self._given.put_nowait(Given(None))
        self._thread.join(CLOSING)

    def _print_all(self) -> None:
        with suppress(*_UNMADE):  # told with the first sticker
            from kiosk.labels import drawing  # noqa: PLC0415 - Typst takes a second to load, which is spent here

            drawing.warm_up()
        while not self._stop.is_set():
            given = self._given.get()
            if given.sticker is None or self._stop.is_set():
                continue
            if self._clock.monotonic() - given.at > LATE:
                self._fail(STUCK, reason=N_("it was too late for some"))
            else:
                self._print(given.sticker)

    def _print(self, sticker: Sticker) -> None:
        try:
            from kiosk.labels.drawing import pdf  # noqa: PLC0415

            self._through_cups(pdf(sticker, self._label, self._clock.now(), colour=self._colour))
        except _UNMADE:
            self._fail(UNMADE)
        except Silent:
            self._fail(SILENT)
        except Refused:
            self._fail(REFUSED)

    def _through_cups(self, document: bytes) -> None:
        state = cups.state_of(self.name)
        if state.condition is Condition.SILENT:
            self._fail(SILENT)
        elif state.condition is Condition.ABSENT:
            self._fail(UNKNOWN)
        elif state.condition is Condition.STOPPED:
            # CUPS would take it all the same, and print it once somebody enables the queue.
            self._fail(STUCK, reason=state.message or N_("it is stopped"))
        else:
            self._see_it_out(cups.send(self.name, document, media=self._media()))

    def _see_it_out(self, job: str) -> None:
        for _ in range(int(PATIENCE / GLANCE)):
            if not cups.waiting(self.name, job):
                self._purge(job)
                self._came_out()
                return
            if self._stop.wait(GLANCE) or not self._may_come_out():
                break
        state = cups.state_of(self.name)
        self._purge(job)
        self._fail(STUCK, reason=state.message or N_("it does not answer"))

    def _purge(self, job: str) -> None:
        """Destroy job and document: a print service keeps them for a day unless told otherwise."""
        for _ in range(ATTEMPTS):
            if cups.purge(job):
                return
            self._stop.wait(GLANCE)
        log.warning("print job %s may still stand in the spool of CUPS: see docs/install.md, Paper", job)

    def _may_come_out(self) -> bool:
        return cups.state_of(self.name).condition in (Condition.READY, Condition.SILENT)

    def _media(self) -> str:
        return f"Custom.{self._label.width}x{self._label.height}mm"

    def _came_out(self) -> None:
        if self._problem is not None:
            log.warning("the label printer %s prints again", self.name)
        self._problem = None

    def _fail(self, sentence: str, **values: str) -> None:
        problem = Problem("P4", sentence, {"printer": self.name, **values})
        if problem != self._problem or problem.values != self._problem.values:
            log.warning("%s", problem.message)
        self._problem = problem
