"""The responders' post: makes the list, prints it, begins and ends a calamity. Service, commands and desk all use it.

Printing never waits for, or fails because of, the trail, the disk or the clock: what could not be noted is noted
later, and said in `problems`.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from kiosk.calamity.alarm import Alarm
from kiosk.calamity.calls import Calls
from kiosk.calamity.copies import Copies
from kiosk.calamity.errors import PaperRefused
from kiosk.calamity.printers import Printed, Printers
from kiosk.calamity.record import Act, RollRecord
from kiosk.calamity.roll import assemble
from kiosk.calamity.text import text
from kiosk.calamity.thelist import Calamity, CalamityList, Doubt, Remark, compose
from kiosk.calamity.unsigned import Unsigned
from kiosk.calamity.watch import Watch
from kiosk.flood import flood, flooded
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.errors import DiskRefused, PortierError, StateRefused, TryAgain
from retention.base.health import Problem
from retention.base.readerkey import private_half_whatever, public_half
from retention.base.siteday import day_number
from retention.base.slots import SlotFile
from retention.base.state import VISITS
from retention.base.translations import N_
from retention.rules import visits_deadline

log = logging.getLogger("portier.calamity")
AHEAD: Final = 15


@dataclass(frozen=True)
class _Note:
    act: str
    actor: str
    about: str


class CalamityPost:
    """One for each process; safe to use from several threads. Making one needs the private reader key."""

    def __init__(self, office: Office) -> None:
        self._office = office
        reader = private_half_whatever(office.state, SlotFile(office.state, VISITS).opens)
        self._watch, self._alarm, self._public = Watch(office, reader), Alarm(office, reader), reader.public_key()
        self._unsigned = Unsigned(office.state)
        self._printers = Printers(office.config.calamity.printers, self._printed)
        self.copies = Copies(office.state)
        self._trail = Trail(office.state, office.clock)
        self._notes: list[_Note] = []
        self.calls = Calls(office.clock, self._note)
        self._mark: object = None
        self._look_again = 0.0
        self._on_paper: frozenset[int] = frozenset()
        self._wiped = 0
        self._failed: dict[str, Problem] = {}
        self._lock, self._at_the_printer = threading.RLock(), threading.Lock()

    def the_list(self) -> CalamityList:
        """Who is inside, from the roll alone; during a calamity, who was inside at the alarm."""
        with self._lock:
            seen = self._watch.look()
            calamity = self._alarm.open(seen.at)
            kept, lost = self._alarm.kept(calamity, seen.at) if calamity else ([], 0)
            remarks = [*seen.remarks]
            day, left_over = self._unsigned.before(seen.today)
            if left_over and not self._watch.is_live(day):
                remarks.append(Remark(Doubt.NOT_SIGNED_OUT, left_over))
            return compose(
                assemble((*_but_deletions(seen.records, kept), *kept), seen.unreadable + lost),
                organisation=self._office.config.organisation.name,
                site=self._office.config.site,
                as_of=seen.at,
                calamity=calamity,
                remarks=remarks,
            )

    def frozen_list(self) -> CalamityList | None:
        """The list of the last real calamity, also after its end, until it is destroyed."""
        with self._lock:
            now, calamity = self._watch.time.latest(), self._alarm.latest()
            kept, lost = self._alarm.kept(calamity, now) if calamity else ([], 0)
            if not kept:
                return None
            config = self._office.config
            return compose(
                assemble(kept, lost),
                organisation=config.organisation.name,
                site=config.site,
                as_of=now,
                calamity=calamity,
            )

    def calamity(self) -> Calamity | None:
        """The calamity that is going on."""
        with self._lock:
            return self._alarm.open(self._watch.time.latest())

    def pdf(self) -> bytes:
        """The list as PDF; PaperRefused when there is none to be had."""
        return make_pdf(self.the_list())

    def print(self, by: str) -> Printed:
        """Print the list as it is now. NothingPrints when no printer takes it."""
        # One sheet after the other: two lists in one tray at once are worse than one that comes a little later.
        with self._at_the_printer:
            printed = print_list(self._printers, self.the_list())
        self._note("calamity.print", by, printed.form)
        return printed

    def start(self, *, drill: bool, by: str) -> Calamity:
        """The alarm: freeze the roll. A second call changes nothing, but a real alarm ends a drill.

        It does not print: call `print` next, whatever became of this.
        """
        with self._lock:
            now = self._watch.time.latest()
            before = self._alarm.open(now)
            if before is not None and (before.drill == drill or not before.drill):
                if drill and not before.drill:
                    raise TryAgain("a real calamity is open: end it before a drill")
                return before
            # In memory first: whatever fails from here on, the alarm stands.
            calamity = self._alarm.start(now, drill=drill, by=by)
            self._keep_frozen()
            # The trail may be slow: paper first.
            self._notes.append(_Note("calamity.start", by, "drill" if drill else "alarm"))
        return calamity

    def end(self, *, by: str, cancelled: bool = False) -> Calamity | None:
        """The end, or the withdrawal of a mistaken alarm; None where nothing was going on."""
        with self._lock:
            now = self._watch.time.latest()
            ended = self._alarm.end(now, cancelled=cancelled)
            self._keep_frozen()
        if ended is not None:
            self._note("calamity.cancel" if cancelled else "calamity.end", by, "drill" if ended.drill else "alarm")
        return ended

    def written(self, path: Path) -> datetime:
        """Note that the list stands in a file; when it is destroyed there."""
        ends = self._day_ends()
        self.copies.sweep(self._watch.time.for_destroying())  # also what the service cannot see from where it is
        self.copies.written(path, ends)
        return ends

    def looked(self, by: str, how: str) -> None:
        """Note that somebody looked at the list without printing it."""
        self._note("calamity.list", by, how)

    def forget(self) -> None:
        """Keep nothing in memory of days and alarms that are over; for a process that only looks now and then."""
        with self._lock:
            self._watch.forget()
            self._trying("forgotten", lambda: self._alarm.forget(self._watch.time.latest()))

    def step(self) -> None:
        """What the service does every second: follow the roll, keep the frozen one up to date, catch up on notes."""
        with self._lock:
            mark, now = self._watch.mark(), self._office.clock.monotonic()
            # A file system's clock is coarse: what an unchanged mark hides is found within ten seconds.
            if mark != self._mark or now >= self._look_again or self._failed:
                self._mark, self._look_again = mark, now + 10.0
                self._keep_frozen()
                self._trying("count", self._count)
                self._trying("wipe", self._wipe)
        self.calls.step()
        self.catch_up()

    def prepare_days(self) -> None:
        """Make the slots of the days to come, so that expected visits can be sealed under their own day.

        The file for alarms too: one that comes needs neither room nor a lock for it.
        """
        with self._lock:
            self._trying("slots", self._prepare_days)
            self._trying("alarms", self._alarm.prepare)

    def try_paper(self) -> None:
        """Make a PDF that nobody prints, of today's people alone: health says so when only text would come out."""
        with self._lock:
            forget_paper()
            self._trying("paper", self.pdf)

    def catch_up(self) -> int:
        """Write the notes that the trail would not take before; how many are still waiting."""
        with self._lock:
            waiting, self._notes = self._notes, []
            for note in waiting:
                self._note(note.act, note.actor, note.about)
            return len(self._notes)

    def problems(self, the_list: CalamityList | None = None) -> tuple[Problem, ...]:
        """What endangers a promise, printers left out: those are looked at in their own time."""
        with self._lock:
            found = list(self._failed.values())
            the_list = the_list or self.the_list()
        found += [_PROBLEMS[remark.doubt] for remark in the_list.remarks if remark.doubt in _PROBLEMS]
        if many := flood((line.entry.arrived for line in the_list.waiting), the_list.as_of):
            found.append(flooded(many))
        if self._notes:
            found.append(
                Problem(
                    "P6",
                    N_("%(count)s notes wait for the audit trail: make room on its disk"),
                    {"count": str(len(self._notes))},
                )
            )
        if self._office.refused:
            found.append(
                Problem("P7", N_("the configuration is refused; the last valid one is in force: put it right"))
            )
        return tuple(found)

    @property
    def printers(self) -> Printers:
        """The printers of this site."""
        return self._printers

    def _printed(self, job: str) -> None:
        self.copies.printed(job, self._day_ends())

    def _day_ends(self) -> datetime:
        config = self._office.config
        return visits_deadline(self._watch.today(), config.site, config.visits)

    def _keep_frozen(self) -> None:
        calamity = self._alarm.open(self._watch.time.latest())
        self._trying("calamity", self._alarm.save)
        self._trying("ended", self._alarm.shorten)
        self._trying("forgotten", lambda: self._alarm.forget(self._watch.time.latest()))
        if calamity is not None:
            self._trying("frozen", lambda: self._alarm.keep(calamity, self._watch.look().records))

    def _count(self) -> None:
        """Only the day that is over last counts; who is carried over to the next is not left over."""
        today, seen = self._watch.today(), assemble(self._watch.look().records)
        carried = self._watch.visits_of(today + timedelta(days=1))
        # From the roll and not from the list: in a calamity that one keeps who has signed out since.
        inside = (*seen.on_site, *seen.probably_left)
        self._unsigned.note(today, len([entry for entry in inside if entry.visit not in carried]))

    def _wipe(self) -> None:
        """A name that is gone goes from what was laid out too; kept until then, a list is quick to lay out again."""
        held, wiped = self._watch.days | self._alarm.epochs, self._watch.wiped
        if self._on_paper - held or wiped != self._wiped:
            forget_paper()
        self._on_paper, self._wiped = held, wiped
        self._watch.wipe()

    def _prepare_days(self) -> None:
        config, today = self._office.config, self._watch.today()
        for day in (today + timedelta(days=ahead) for ahead in range(AHEAD + 1)):
            deadline = visits_deadline(day, config.site, config.visits)
            self._watch.slots.claim(day_number(day), deadline, self._public)
        if public_half(self._office.state) != self._public:
            raise StateRefused(f"{self._office.state.keys / 'reader.pub'} is another key: delete it, it is made anew")

    def _trying(self, what: str, act: Callable[[], object]) -> None:
        """Do what may fail without stopping the list; health says so until it succeeds."""
        try:
            act()
        except PortierError as error:
            if what not in self._failed:
                log.warning("%s", error)
            self._failed[what] = Problem("P1", str(error))
        else:
            self._failed.pop(what, None)

    def _note(self, act: str, by: str, about: str) -> None:
        try:
            self._trail.note(act, actor=by, about=about)
        except DiskRefused as error:
            log.warning("%s", error)
            self._notes.append(_Note(act, by, about))


def _but_deletions(records: Iterable[RollRecord], kept: Iterable[RollRecord]) -> list[RollRecord]:
    """Without those that would take a name off a list that was frozen before."""
    frozen = {record.visit for record in kept if record.name is not None}
    return [record for record in records if record.act != Act.DELETE or record.visit not in frozen]


_PROBLEMS: Final = {
    Doubt.UNREADABLE: Problem("P1", N_("part of the roll is unreadable: compare the list with who is really inside")),
    Doubt.NO_ROLL: Problem("P1", N_("today's roll cannot be opened: see `portier retention check`")),
    Doubt.CLOCK: Problem("P7", N_("the clock is uncertain: see `portier clock status`")),
}


def make_pdf(the_list: CalamityList) -> bytes:
    """The list as PDF; PaperRefused also where Typst itself cannot be loaded."""
    try:
        from kiosk.calamity.paper import paper  # noqa: PLC0415 - a broken Typst must not take the text along
    except ImportError as error:
        raise PaperRefused("typst cannot be loaded: install Portier anew") from error
    return paper().pdf(the_list)


def forget_paper() -> None:
    """Let go of what was laid out; where Typst cannot be loaded, nothing was."""
    with suppress(ImportError):
        from kiosk.calamity.paper import paper  # noqa: PLC0415 - as above

        paper().forget()


def print_list(printers: Printers, the_list: CalamityList) -> Printed:
    """One list onto paper: PDF where that can be made, else plain text."""

    def pdf() -> bytes | None:
        try:
            return make_pdf(the_list)
        except PaperRefused as error:
            log.warning("%s", error)
            return None

    return printers.print(pdf, lambda: text(the_list))
