"""An office over some days in our hand: visitors, two cameras, an alarm; its disk, and its keys on another."""

import random
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from kiosk.calamity.post import CalamityPost
from kiosk.reception import Reception
from kiosk.register import Register
from kiosk.visits import Details
from retention.base.command import Office
from retention.base.config import Config
from retention.base.database import open_database
from retention.base.readerkey import private_half
from retention.base.state import State
from retention.chores import Chores
from retention.rules import footage_deadline, visits_deadline
from retention.service import Retention
from tests.retention.conftest import Store
from tests.support.clock import ManualClock
from tests.support.state import make_config

CAMERAS = ("entree", "achter")


@dataclass
class Held:
    """What an office holds at a moment: minutes of footage, and visitors by their site day."""

    minutes: set[tuple[str, int]] = field(default_factory=set)
    visitors: dict[str, date] = field(default_factory=dict)

    def copy(self) -> "Held":
        return Held(set(self.minutes), dict(self.visitors))


class Lived:
    """One office, driven in steps of some hours; `held` is everything that ever was."""

    def __init__(self, disk: Path, keys: Path, database: str | None, seed: int) -> None:
        self.clock = ManualClock(datetime(2027, 3, 2, 5, 0, tzinfo=UTC))
        self.state = State(disk / "state")
        self.state.directory.mkdir()
        keys.mkdir()
        self.state.keys.symlink_to(keys)
        self.state.prepare()
        self.config = make_config(self.state.directory, database={"url": database})
        self.held = Held()
        self._chance, self._numbers = random.Random(seed), 0
        self._retain()

    def step(self, hours: int) -> None:
        """Time passes; somebody comes, somebody goes, a minute of each camera is kept; retention does its work."""
        self.clock.advance(hours=hours, minutes=self._chance.randrange(20))
        self._retain()
        office = self.office()
        for camera in CAMERAS:
            path = Store(office).minute(self.clock.now(), camera)
            self.held.minutes.add((camera, int(path.name.partition("-")[0])))
        with ExitStack() as until_here:
            database = until_here.enter_context(closing(open_database(office.config)))
            reception = until_here.enter_context(closing(Reception(office, database)))
            for _ in range(self._chance.randrange(1, 4)):
                name = f"Bezoeker {self._numbers:04d} Zandloper"
                self._numbers += 1
                given = reception.sign_in(Details(name, None))
                self.held.visitors[name] = reception.today()
                if self._chance.random() < 0.5:
                    reception.sign_out(given.pass_)

    def office(self, config: Config | None = None, clock: ManualClock | None = None) -> Office:
        chosen = config or self.config
        return Office(chosen, chosen.where(), clock or self.clock)

    def is_live(self, camera_minute: tuple[str, int]) -> bool:
        return self.clock.now() < footage_deadline(camera_minute[1], self.config.retention) - timedelta(minutes=1)

    def day_is_live(self, day: date) -> bool:
        return self.clock.now() < visits_deadline(day, self.config.site, self.config.visits) - timedelta(minutes=1)

    def _retain(self) -> None:
        office = self.office()
        Retention(office, rows=False).wakes.run_all()
        with closing(Chores(office)) as chores:
            chores.rows()


def names_told(office: Office) -> str:
    """Everything that readers say of visitors: the desk's list and the responders'."""
    reader = private_half(office.state)
    with ExitStack() as until_here:
        database = until_here.enter_context(closing(open_database(office.config)))
        reception = until_here.enter_context(closing(Reception(office, database)))
        register = Register(office, database, reader, reception)
        desk = [str(seen.name) for seen in register.visits()]
    the_list = CalamityPost(office).the_list()
    paper = [str(line.entry.name) for line in the_list.lines] + [str(entry.name) for entry in the_list.departed]
    return "\n".join(desk + paper)
