"""The recorder: one process a camera, watched. A camera that hangs or crashes is started anew and hurts no other.

The recorder itself opens no camera and loads no codec. It reads its children's signs of life, keeps the rows up with
the files on a thread of its own (the database may be away for as long as it likes), and says how every camera is.
"""

import logging
import threading
from datetime import datetime

from recorder.causes import Cause
from recorder.child import Child
from recorder.eyes.watcher import Watcher
from recorder.footprints import latest_end
from recorder.index import Index
from recorder.journal import Journal, read, take_over
from recorder.lock import CameraLock
from recorder.nursery import Nursery
from recorder.room.keeper import Keeper
from recorder.room.quarantine import Quarantine, Tidied, quarantine_problems
from retention.base.command import Office
from retention.base.database import Database, open_database
from retention.base.errors import DatabaseUnavailable, DiskRefused, PortierError, StateRefused, TryAgain
from retention.base.health import Problem, Report, publish
from retention.base.readerkey import public_half
from retention.base.service import Life, loop
from retention.base.translations import N_
from retention.base.trusted import TrustedTime

log = logging.getLogger("portier.recorder")

TICK = 1.0
_REPORT = 5.0
_ROWS = 15.0
_ENDING = 8.0
_KILLING = 2.0
_TOO_LONG = 10.0  # seconds without footage: a promise is in danger

ROWS_ENDED = N_("footage is kept, its rows no longer: restart the recorder")
KEEPER_ENDED = N_("room for footage is no longer watched: restart the recorder")


class Recorder:
    """The service: supervises the camera processes."""

    name = "recorder"

    def __init__(self, office: Office) -> None:
        self._office, self._state, self._clock = office, office.state, office.clock
        self._trusted = TrustedTime(office.state, office.clock)
        self.children = [Child(camera) for camera in office.config.cameras if camera.enabled]
        self._nursery = Nursery()
        self.watcher = Watcher(office.config, office.state.directory)
        self._reported = -_REPORT
        self._began = self._trusted.latest()
        self._rows_problem: str | None = None
        self._tidied = Tidied()
        self._refused: StateRefused | None = None
        self._keeper = Keeper(office)
        self._helpers: dict[threading.Thread, str] = {}  # each with what it means that it has ended

    def run(self, life: Life) -> None:
        """Keep every camera capturing until told to stop; StateRefused when the database is another version's."""
        self._state.prepare()
        public_half(self._state)
        self._note_disabled()
        rows = threading.Thread(target=self._follow, args=(life,), name="rows")
        keeper = threading.Thread(target=self._keeper.run, args=(life,), name="room", daemon=True)
        rows.start()
        keeper.start()
        self._helpers = {rows: ROWS_ENDED, keeper: KEEPER_ENDED}
        try:
            life.ready()
            loop(life, self.step, TICK)
        finally:
            self._helpers = {}
            life.stop.set()
            self._end()
            rows.join(timeout=30)
            keeper.join(timeout=10)  # left behind where the disk holds it

    def step(self) -> None:
        """Hear every camera, start what is not there, end what hangs, report."""
        if self._refused is not None:
            raise self._refused
        now = self._clock.monotonic()
        for child in self.children:
            now = self._clock.monotonic()  # starting the one before may have taken a while
            child.pause(self._keeper.paused)
            self._hear(child, now)
            self._see_to(child, now)
        if self.watcher.step(now) or now - self._reported >= _REPORT:
            self._reported = now
            self._report()

    def _see_to(self, child: Child, now: float) -> None:
        if child.due(now):
            self._start(child, now)
        elif child.ended() is not None:
            log.error("%s: its process ended (%s) and is started again", child.title, child.ended())
            if child.killed and child.cause is None and child.until is not None:
                self._note(child.camera.name, child.until, Cause.STALLED)
            child.let_go(now)
        elif child.hangs(now):
            log.error("%s: its process hangs; it is ended and started again", child.title)
            child.kill()  # one that the disk holds ends when the disk lets it go

    def _start(self, child: Child, now: float) -> None:
        try:
            child.start(
                self._nursery, self._office.config, self._state.directory, now, self.watcher.door(child.camera.name)
            )
        except OSError as error:
            log.error("%s: its process cannot be started (%s)", child.title, error.strerror or "no answer")
            child.let_go(now)

    def _hear(self, child: Child, now: float) -> None:
        before = child.message
        capturing = child.cause is None
        for _ in child.hear(now):
            if child.cause is None and not capturing:
                log.info("%s: capturing", child.title)
            elif child.cause is not None and child.message and child.message != before:
                log.warning("%s: %s", child.title, child.message)
            before, capturing = child.message, child.cause is None

    def _report(self) -> None:
        now = self._trusted.latest()
        problems, figures = self.watcher.problems(), self.watcher.figures()
        for child in self.children:
            age = max(0.0, (now - (child.until or self._began)).total_seconds())
            told = {"last_frame_age_seconds": round(age, 1), "capturing": float(child.cause is None), **child.figures()}
            told["gap_seconds"] = 0.0 if child.cause is None else round(age, 1)
            figures |= {f"{child.camera.name}.{name}": figure for name, figure in told.items()}
            if age > _TOO_LONG:
                problems.append(_no_footage(child, self._began))
        figures |= self._keeper.figures
        problems += self._keeper.problems
        problems += quarantine_problems(self._state, self._tidied)
        if self._rows_problem:
            problems.append(Problem("P7", f"footage is kept, its rows are late: {self._rows_problem}"))
        problems += [Problem("P7", meaning) for thread, meaning in self._helpers.items() if not thread.is_alive()]
        try:
            publish(self._state, Report(self.name, now, tuple(problems), figures))
        except DiskRefused as error:
            log.error("health cannot be told: %s", error)

    def _follow(self, life: Life) -> None:
        """The thread that keeps the rows up with the files, whenever the database answers."""
        index = Index(self._office.config, self._state, self._clock)
        quarantine = Quarantine(self._state, self._clock)
        database: Database | None = None
        while not life.stop.is_set() and self._refused is None:
            self._tidied = quarantine.step() or self._tidied
            database = self._rows_pass(index, database)
            life.stop.wait(_ROWS)
        if database is not None:
            self._rows_pass(index, database)
            database.close()

    def _rows_pass(self, index: Index, database: Database | None) -> Database | None:
        try:
            database = database or open_database(self._office.config)
            index.step(database)
            self._rows_problem = None
        except (DatabaseUnavailable, TryAgain, DiskRefused) as error:
            self._rows_problem = str(error)
        except StateRefused as error:  # no later try will help: the service ends with this sentence
            self._refused = error
        except PortierError as error:
            log.error("rows of footage: %s", error)
            self._rows_problem = str(error)
        return database

    def _note_disabled(self) -> None:
        """Cameras that are switched off, or no longer set up, say so in their timeline."""
        at_work = {child.camera.name for child in self.children}
        for camera in self._state.cameras():
            entries = read(self._state.gaps(camera))
            if camera not in at_work and entries and entries[-1].cause is not Cause.DISABLED:
                self._note(camera, self._trusted.latest(), Cause.DISABLED)

    def _end(self) -> None:
        """Let every camera store what it holds, then end."""
        for child in self.children:
            child.tell_to_stop()
        until = self._clock.monotonic() + _ENDING
        for child in self.children:
            if not child.stopped_within(until - self._clock.monotonic()):
                child.kill()
                child.stopped_within(_KILLING)
                at = child.until if child.cause is None and child.until else self._trusted.latest()
                self._note(child.camera.name, at, Cause.STOPPED)
            self._hear(child, self._clock.monotonic())
            child.close()
        self.watcher.end(_KILLING)
        self._report()
        self._nursery.close()

    def _note(self, camera: str, at: datetime, cause: Cause) -> None:
        """Say for a process that is gone what it could not; nothing where another recorder captures the camera."""
        with CameraLock(self._state, camera) as lock:
            try:
                if lock.take():
                    journal = Journal(self._state.gaps(camera), self._clock)
                    take_over(journal, latest_end(self._state, camera, at), self._clock.boot_id())
                    journal.note(at, cause)
            except DiskRefused as error:
                log.error("camera %s: %s", camera, error)


def _no_footage(child: Child, began: datetime) -> Problem:
    why = child.message or child.cause or (N_("its disk is slow") if child.buffer_bytes else N_("it says nothing"))
    values = {"camera": child.title, "since": (child.until or began).isoformat(), "why": why}
    return Problem("P5", N_("%(camera)s: no footage since %(since)s: %(why)s"), values)
