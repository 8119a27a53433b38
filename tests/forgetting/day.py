"""A day of canaries on a disk of its own: they come, are captured, printed, corrected; processes die; the day ends."""

import os
import random
import shutil
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.calamity.post import CalamityPost
from kiosk.handouts import card
from kiosk.invitation import Invitation, Invited
from kiosk.labels.daymark import DayMark
from kiosk.labels.printing import LabelPrinter
from kiosk.labels.sticker import Sticker
from kiosk.passes import all_passes
from kiosk.reception import Reception
from kiosk.register import Register
from kiosk.visits import Details
from recorder.casefootage import cases_of
from recorder.segments import Segments
from recorder.video.parts import Cutter
from retention.asked.register import Requests
from retention.asked.request import Content
from retention.base.command import Office
from retention.base.config import load
from retention.base.database import open_database
from retention.base.labels import Label
from retention.base.readerkey import private_half, public_half
from retention.base.slots import SlotFile, streams
from retention.base.state import VISITS, State
from retention.chores import Chores
from retention.rules import footage_deadline
from retention.service import Retention
from retention.texts import Texts
from tests.desk.site import _packets
from tests.end_to_end.evidence import Secret, secrets
from tests.forgetting import canaries
from tests.forgetting.shift import Shift, worked
from tests.support.clock import ManualClock
from tests.support.cups import PrintServer
from tests.support.loopfs import mount, unmount
from tests.support.state import write_config

CAMERA = "entree"
MORNING = datetime(2027, 3, 2, 4, 30, tzinfo=UTC)
PART = 10  # frames


@dataclass
class Left:
    """What was on the disk at its fullest, and what it holds in the end."""

    visitors: int = 0
    listed: int = 0
    kept: int = 0
    kills: int = 0
    secrets: list[Secret] = field(default_factory=list)
    live: int = -1
    raw: bytes = b""
    elsewhere: bytes = b""


class CanaryDay:
    """One installation on one loop-mounted disk, driven by a clock in our hand."""

    def __init__(
        self, folder: Path, image: Path, film: Path, *, names: int, frames: int, shift: int, seed: int
    ) -> None:
        self._folder, self._image, self._film = folder, image, film
        self._names, self._frames, self._shift = canaries.names(names), frames, shift
        self._chance = random.Random(seed)
        self._disk = folder / "disk"
        self.clock = ManualClock(MORNING)
        self.left = Left()
        self._inside: list[str] = []  # the passes of who came to a shift that was killed

    def live(self) -> Left:
        """The day, its end, and four days more."""
        mount(self._image, self._disk)
        try:
            with PrintServer(self._folder / "paper") as printer:
                self._config = write_config(self._folder / "portier.toml", self._sections())
                self._be_open(printer)
                self._end_the_day()
                self.left.elsewhere = self._elsewhere(printer)
        finally:
            os.sync()
            unmount(self._disk)
        self.left.raw = canaries.written(self._image)
        return self.left

    @property
    def state(self) -> State:
        return State(self._disk / "state")

    @property
    def _office(self) -> Office:
        return Office(load(self._config), self.state, self.clock)

    def _sections(self) -> dict[str, object]:
        visits = {"invitations": True, "confirm": True}
        return {"state": {"directory": self.state.directory}, "calamity": {"printers": ["paper"]}, "visits": visits}

    def _be_open(self, printer: PrintServer) -> None:
        self.state.prepare()
        self._retain()
        for start in range(0, len(self._names), self._shift):
            self._work(self._names[start : start + self._shift])
            if start == 0:
                self._print(printer)
            self.clock.advance(minutes=31)
            self._retain()
        self._capture()
        self._read()
        self._keep()
        self.left.secrets = [
            # With it anybody who found a hash and a tear-off could tell that they belong together.
            Secret("a public half of a site day", slot.public.public_bytes_raw())
            for slot in SlotFile(self.state, VISITS).live()
            if slot.deadline <= self.clock.now() + timedelta(days=1)
        ]
        self.left.secrets += secrets(self.state, self.clock.now(), self.clock.now() + timedelta(days=75), [])

    def _work(self, names: list[str]) -> None:
        """One shift; it is killed now and then, and another goes on with who had no pass yet and who has not left."""
        stay = max(1, len(names) // 10)
        while names:
            now, inside = (self.clock.at, self.clock.uptime), self._inside
            shift = Shift(self._config, *now, leaving=inside, names=names, stay=min(stay, len(names)))
            done = worked(shift, self._chance.randrange(1, 2 * shift.steps))  # beyond the last step: it ends by itself
            self._inside = [pass_ for pass_ in [*inside, *done.came] if pass_ not in done.left] if done.killed else []
            self.left.kills += done.killed
            self.left.visitors += len(done.came)
            names = names[len(done.came) :]

    def _print(self, printer: PrintServer) -> None:
        """By a process that goes by our clock: under libfaketime `lp` sends no longer document."""
        before = os.environ.get("CUPS_SERVER")
        os.environ["CUPS_SERVER"] = printer.server
        try:
            CalamityPost(self._office).print("os:test")
            printer.wait_for_paper()
            self._print_sticker(printer)
        finally:
            del os.environ["CUPS_SERVER"]
            if before is not None:
                os.environ["CUPS_SERVER"] = before

    def _print_sticker(self, printer: PrintServer) -> None:
        stickers = LabelPrinter("paper", Label(62, 100), self.clock)
        stickers.give(Sticker(all_passes()[0], "nl", DayMark.of(self.clock.now().date()), canaries.code(0)))
        printer.wait_for_paper(2)
        stickers.close()

    def _capture(self) -> None:
        """Footage whose pictures carry marks, as the recorder seals it."""
        office = self._office
        segments = Segments(
            self.state,
            CAMERA,
            public_half(self.state),
            lambda epoch: footage_deadline(epoch, office.config.retention),
        )
        cutter, number, at = Cutter(), 0, self.clock.now()
        while number < self._frames:
            for packet in _packets(self._film, 1):
                part = cutter.take(canaries.marked(packet, number))
                number += 1
                if part is not None:
                    segments.store(part, at, at + timedelta(seconds=2), next_is_key=True)
                    at += timedelta(seconds=20)
            if (part := cutter.flush()) is not None:
                segments.store(part, at, at + timedelta(seconds=2), next_is_key=True)
                at += timedelta(seconds=20)
        segments.close()

    def _read(self) -> None:
        """Readers at work: the desk's list, a correction, an alarm and the paper's PDF."""
        office = self._office
        with ExitStack() as open_until_here:
            database = open_until_here.enter_context(closing(open_database(office.config)))
            reception = open_until_here.enter_context(closing(Reception(office, database)))
            register = Register(office, database, private_half(self.state), reception)
            self._receive(reception, register)
            seen = register.visits()
            self.left.listed = len(seen)
            register.correct(seen[0].visit, {"name": canaries.names(1)[0]}, by="os:test")
            post = CalamityPost(office)
            post.start(drill=False, by="os:test")
            (self._folder / "outside.pdf").write_bytes(post.pdf())
            post.end(by="os:test")

    def _receive(self, reception: Reception, register: Register) -> None:
        """Who is expected today, and who on a day to come; a pair, somebody sent away, two visits that are one."""
        names, today = canaries.names(6), reception.today()
        invitation = Invitation.new(today)
        reception.expect(Details(names[0]), today, by="os:test", invitation=invitation)
        reception.expect(Details(names[1]), today + timedelta(days=2), by="os:test", invitation=Invitation.new(today))
        (self._folder / "outside.png").write_bytes(card.png(invitation, self._office.config))
        one, two = reception.come([Invited(invitation), Details(names[2])])
        reception.confirm(one.visit, by="os:test")
        reception.refuse(two.visit, by="os:test")
        awaited = reception.expect(Details(names[3], names[4]), today, by="os:test")
        register.join(awaited, reception.sign_in(Details(names[3])).visit, by="os:test")
        for given in [reception.sign_in(Details(name, together="a" * 32), by="os:test") for name in names]:
            reception.sign_out(given.pass_)

    def _keep(self) -> None:
        """What lives longer than a day: a free text, somebody's request, footage of an incident."""
        office, name = self._office, canaries.names(1)[0]
        Texts(self.state, self.clock).write(f"{name} was hier")
        asked = Content(name=name, reach=f"{name} 1, Utrecht", words=f"{name} vraagt inzage")
        Requests(self.state, self.clock, office.config.site.zone).register("access", asked, by="staff:jan")
        cases, start = cases_of(office, private_half(self.state)), self.clock.now()
        span = start, start + timedelta(minutes=1)
        self.clock.advance(minutes=40)
        placed = cases.propose([CAMERA], *span, category="incident", reason=f"{name} viel", by="staff:jan")
        cases.secure(placed.number)
        cases.confirm(placed.number, by="staff:fatima")
        self.left.kept = len(list(self.state.cases.glob("*.seg")))

    def _end_the_day(self) -> None:
        """The site day's end, then that of the footage, of the text and the case, and of the request."""
        for hours in (24, 24, 24, 24, 1, 24 * 26, 24 * 43):
            self.clock.advance(hours=hours)
            self._retain()
        live = [slot for stream in streams(self.state) for slot in SlotFile(self.state, stream).live()]
        self.left.live = sum(slot.deadline <= self.clock.now() for slot in live)

    def _retain(self) -> None:
        office = self._office
        Retention(office, rows=False).wakes.run_all()
        chores = Chores(office)
        chores.rows()
        chores.close()

    def _elsewhere(self, printer: PrintServer) -> bytes:
        """The spool and the logs of the printer, and everything under the state directory as files."""
        places = [printer.spool, *printer.spool.parent.glob("*_log"), self.state.directory]
        files = [path for place in places for path in (place.rglob("*") if place.is_dir() else [place])]
        (self._folder / "outside.pdf").unlink()
        (self._folder / "outside.png").unlink()
        shutil.rmtree(self._folder / "paper")
        return b"".join(path.read_bytes() for path in files if path.is_file())
