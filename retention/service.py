"""The retention service: advances trusted time, lets the reaper destroy, lets rows follow, and says how it is.

The reaper's jobs and those that need a database run in two threads: a database that hangs delays no erasure.
"""

import logging
import tempfile
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from retention.asked.reminders import Reminding
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.errors import DiskRefused
from retention.base.health import Problem, Report, lasting, publish
from retention.base.machine import Machine
from retention.base.remnants import Site, Trace, look, mark
from retention.base.service import Life
from retention.base.translations import N_
from retention.base.trusted import TrustedTime
from retention.chores import Chores
from retention.evidence.keeper import Keeper
from retention.reaper import Reaper, Swept
from retention.review.signing import Reviews
from retention.rules import TRAIL
from retention.timekeeping.timekeeper import Timekeeper
from retention.wakes import Wakes

log = logging.getLogger("portier.retention")
REAP_EVERY = 15  # seconds: well within rules.LEAD
EVIDENCE_EVERY = 60


class Retention:
    """One per site. `name` and `run` are the service's; the jobs are methods that a test calls by hand."""

    name = "retention"

    def __init__(self, office: Office, *, rows: bool = True, machine: Machine | None = None) -> None:
        """Without `rows` another service does what is to be done in the database."""
        self._site = Site(machine or Machine(), office.state.directory, Path(tempfile.gettempdir()))
        self._remnants: dict[str, Trace] = {}
        self._office = office
        self._trusted = TrustedTime(office.state, office.clock)
        self._time = Timekeeper(office, self._trusted)
        self._reaper = Reaper(office.state)
        self._keeper = Keeper(office.state, office.clock)
        self._chores = Chores(office) if rows else None
        self._erased = self._unlinked = 0
        self._failures: dict[str, list[str]] = {}
        self.wakes = Wakes(
            office.clock,
            {"time": (60, self._time.wake), "reap": (REAP_EVERY, self.reap), "leftovers": (600, self.sweep)},
        )
        self._asked = Reminding(office)
        self._unsigned: list[Problem] = []
        slow = {
            "trail": (3_600, self.trail),
            "evidence": (EVIDENCE_EVERY, self.evidence),
            "requests": (60, self.requests),
            "reviews": (3_600, self.look_at_reviews),
            "remnants": (3_600, self.look_for_remnants),
        }
        self._slow_wakes = [Wakes(office.clock, slow)]
        if self._chores is not None:
            self._slow_wakes.append(self._chores.wakes)

    def run(self, life: Life) -> None:
        """Reap once before READY: nothing is served that has expired meanwhile."""
        with suppress(DiskRefused):  # told by the jobs; erasing needs no new file
            self._office.state.prepare()
        self.wakes.run("time", "reap")
        life.ready()
        self.wakes.run("leftovers")
        slow = threading.Thread(target=self._run_slow, args=(life,), name="rows")
        slow.start()
        post = threading.Thread(target=self._chores.post.run, args=(life,), name="mail") if self._chores else None
        if post is not None:
            post.start()
        while not life.stop.is_set():
            self.wakes.run_pending()
            if "reap" not in self.wakes.failed:
                life.alive()
            life.stop.wait(1)
        slow.join(timeout=10)
        if post is not None:
            post.join(timeout=10)

    def reap(self) -> None:
        """One pass of the reaper, then the report."""
        self._failures["time"] = []
        self._tell("slots", self._reaper.step(self._time_to_destroy()))
        self._tell("quarantine", self._reaper.sweep_quarantine(self._time_to_destroy()))
        try:
            publish(self._office.state, self.report())
        except DiskRefused as error:
            # It destroys all the same; the old report grows stale, which the desk shows.
            log.warning("%s", error)

    def _time_to_destroy(self) -> datetime:
        """Trusted time. That it could not be read is told also when it can be again by the time of the report."""
        moment = self._trusted.for_destroying()
        if self._trusted.reckoned and self._trusted.known():
            self._failures["time"] = [N_("for a moment trusted time could not be read: what is due waits")]
        return moment

    def sweep(self) -> None:
        """What a crash or a failed unlink left behind, and copies of slots that were damaged."""
        self._tell("files", self._reaper.sweep_leftovers())
        self._failures["clamp"] = self._time.clamp()
        self.reap()  # on a busy machine looking at every file takes a while, and a term waits for nobody
        self._failures["copies"] = self._reaper.mend(self._trusted.latest())
        self.reap()  # which tells of what could not be unlinked, and tries it again at every pass

    def trail(self) -> None:
        """The trail's own term."""
        Trail(self._office.state, self._office.clock).forget_before((self._trusted.for_destroying() - TRAIL).date())

    def evidence(self) -> None:
        """What was made is noted, and each day that is over signed."""
        self._keeper.turn(self._trusted.for_destroying(), self._trusted.latest(), self._trusted.doubt())

    def look_at_reviews(self) -> None:
        """Which months of the trail wait too long for their signature."""
        self._unsigned = Reviews(self._office.state, self._office.config, self._office.clock).problems()

    def look_for_remnants(self) -> None:
        """Places where what was erased could still stand; what is new is told in the log too."""
        with suppress(OSError):  # a full disk: the look at back-ups tells what that costs
            mark(self._office.state)
        found = look(self._site)
        for what, trace in found.items():
            if trace.state != "well" and self._remnants.get(what) != trace:
                log.log(logging.WARNING if trace.state == "problem" else logging.INFO, "%s: %s", what, trace.said)
        self._remnants = found

    def requests(self) -> None:
        """What people asked: near its last day, or answered and to end sooner."""
        self._asked.look()

    def report(self) -> Report:
        """What is in danger, and the figures behind it."""
        now = self._office.clock.now()
        oldest = self._reaper.oldest_deadline()
        overdue = max(timedelta(0), self._trusted.latest() - oldest) if oldest else timedelta(0)
        figures = {
            "erased_epochs_total": float(self._erased),
            "unlinked_files_total": float(self._unlinked),
            "receipts_waiting": float(self._reaper.receipts.waiting),
            "overdue_seconds": overdue.total_seconds(),
            "clock_doubt_seconds": self._trusted.doubt().total_seconds(),
        }
        return Report(self.name, now, tuple(self._problems(overdue)), figures)

    def _problems(self, overdue: timedelta) -> list[Problem]:
        problems = [Problem("P2", sentence) for sentences in self._failures.values() for sentence in sentences[:3]]
        problems += [*self._keeper.problems, *(self._chores.post.problems() if self._chores else ()), *self._unsigned]
        failed = {name: error for wakes in (self.wakes, *self._slow_wakes) for name, error in wakes.failed.items()}
        problems += [
            Problem("P2", N_("the job %(job)s fails (%(error)s): see the log"), {"job": name, "error": str(error)})
            for name, error in failed.items()
        ]
        problems += self._time.problems()
        if overdue > timedelta(minutes=1) and not self._trusted.doubt():
            problems.append(
                Problem("P2", N_("an erasure is %(late)s late: `portier retention due`"), {"late": lasting(overdue)})
            )
        problems += self._asked.problems
        if self._office.refused:
            problems.append(
                Problem("P7", N_("the configuration is refused; the last valid one is in force: put it right"))
            )
        places = [trace for trace in self._remnants.values() if trace.state == "problem"]
        return problems + [Problem("P2", trace.sentence, trace.values) for trace in places]

    def _tell(self, what: str, swept: Swept) -> None:
        self._erased += len(swept.erased)
        self._unlinked += swept.unlinked
        self._failures[what] = swept.failures

    def _run_slow(self, life: Life) -> None:
        for wakes in self._slow_wakes:
            wakes.run_all()
        while not life.stop.wait(1):
            for wakes in self._slow_wakes:
                wakes.run_pending()
        if self._chores is not None:
            self._chores.close()
