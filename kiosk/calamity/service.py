"""The calamity service: keeps the list current, watches printers, answers triggers, freezes the roll at the alarm.

It starts and goes on whatever else has failed: without a disk to write to it still makes and prints the list.
"""

import logging
import threading
from typing import Final

from kiosk.calamity.cups import Condition, PrinterState
from kiosk.calamity.dayend import DayEnd
from kiosk.calamity.post import CalamityPost
from kiosk.calamity.thelist import counts
from kiosk.calamity.triggers import Triggers
from retention.base.command import Office
from retention.base.errors import DiskRefused
from retention.base.health import Problem, Report, publish
from retention.base.service import Life, loop
from retention.base.translations import N_

log = logging.getLogger("portier.calamity")
_STEP_SECONDS: Final = 1.0
_HEALTH_SECONDS: Final = 10.0
_PRINTERS_SECONDS: Final = 60.0
_COPIES_SECONDS: Final = 5.0
_DAYS_SECONDS: Final = 3_600.0


class CalamityService:
    """One of the five services."""

    name = "calamity"

    def __init__(self, office: Office) -> None:
        self._office = office
        self._post: CalamityPost | None = None
        self._ear: Triggers | None = None
        self._deaf: Problem | None = None  # why no trigger is heard
        self._printers: tuple[PrinterState, ...] | None = None
        self._left_over: list[Problem] = []
        self._due = {"days": 0.0, "health": 0.0, "printers": 0.0}

    def run(self, life: Life) -> None:
        """Serve until told to stop."""
        try:
            self._office.state.prepare()
        except DiskRefused as error:
            log.warning("%s", error)
        self._post = post = CalamityPost(self._office)
        self._listen(post)
        watcher = self._begin_to_watch(life, post)

        def go_on() -> None:
            nonlocal watcher
            if not watcher.is_alive():  # a fault ended it: it is in the log, and no reason to watch no more
                watcher = self._begin_to_watch(life, post)
            self.step(post)

        try:
            post.try_paper()  # loads Typst and its fonts now, not at the alarm
            life.ready()
            loop(life, go_on, _STEP_SECONDS)
        finally:
            life.stop.set()
            watcher.join()
            if self._ear is not None:
                self._ear.close()

    def step(self, post: CalamityPost) -> None:
        """Follow the roll; now and then make the days to come, and tell how things stand."""
        post.step()
        if self._ear is None:
            self._listen(post)
        if self._is_due("days", _DAYS_SECONDS):
            post.prepare_days()
            post.try_paper()
        if self._is_due("health", _HEALTH_SECONDS):
            self._publish(post)

    def _listen(self, post: CalamityPost) -> None:
        try:
            self._ear, self._deaf = Triggers(self._office.state, post), None
        except DiskRefused as error:
            self._deaf = Problem("P1", N_("no trigger can be heard: %(error)s"), {"error": str(error)})

    def _begin_to_watch(self, life: Life, post: CalamityPost) -> threading.Thread:
        """In a thread of its own: a print service that hangs must not hold up the roll."""
        watcher = threading.Thread(target=self._watch_paper, args=(life, post), name="calamity-paper")
        watcher.start()
        return watcher

    def _watch_paper(self, life: Life, post: CalamityPost) -> None:
        """Printers, and what there is of the list outside the roll."""
        day_end = DayEnd(self._office, post.copies)
        while not life.stop.is_set():
            self._left_over = day_end.step()
            if self._is_due("printers", _PRINTERS_SECONDS):
                self._printers = tuple(post.printers.look())
            life.stop.wait(_COPIES_SECONDS)

    def _is_due(self, what: str, every: float) -> bool:
        now = self._office.clock.monotonic()
        if now < self._due[what]:
            return False
        self._due[what] = now + every
        return True

    def _publish(self, post: CalamityPost) -> None:
        the_list = post.the_list()  # once: making it is most of what this service does
        problems = [
            *post.problems(the_list),
            *self._left_over,
            *printer_problems(self._printers),
            *([self._deaf] if self._deaf else []),
        ]
        figures = {key: float(value) for key, value in counts(the_list).items()}
        if self._printers is not None:
            figures["printers_ready"] = float(len(_ready(self._printers)))
        try:
            publish(self._office.state, Report(self.name, self._office.clock.now(), tuple(problems), figures))
        except DiskRefused as error:
            log.warning("%s", error)


def printer_problems(states: tuple[PrinterState, ...] | None) -> list[Problem]:
    """No printer at all endangers the list; one of several that is away wants looking at. None: not looked yet."""
    if states is None:
        return []
    ready = _ready(states)
    if not states:
        return [Problem("P1", N_("no printer is set up: name one under [calamity] printers, or add one to CUPS"))]
    away = [f"{state.name} is {state.condition.value}" for state in states if state not in ready]
    if not ready:
        return [
            Problem(
                "P1",
                N_("no printer would print the list: %(printers)s; see to the printer"),
                {"printers": ", ".join(away)},
            )
        ]
    return [Problem("P7", N_("printer %(printer)s: see to it"), {"printer": said}) for said in away]


def _ready(states: tuple[PrinterState, ...]) -> list[PrinterState]:
    return [state for state in states if state.condition is Condition.READY]
