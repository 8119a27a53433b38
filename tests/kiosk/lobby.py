"""A lobby for tests of visits: one office, its database, its writing and its reading side."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from kiosk.calamity.roll import Roll, replay
from kiosk.day import Days
from kiosk.reception import Reception
from kiosk.register import Register, SeenVisit
from kiosk.visits import Details, Help
from retention.base.command import Office
from retention.base.config import Config
from retention.base.database import Database, open_database
from retention.base.readerkey import private_half
from tests.support.clock import ManualClock
from tests.support.databases import lay_out

ANN = Details("Ann de Vries", "Bo Bakker", frozenset({Help.STAIRS}))
ZOE = Details("Zoë Öztürk")


@dataclass
class Lobby:
    """What a test needs at hand. `database` may be taken away by giving None."""

    office: Office
    clock: ManualClock
    database: Database | None
    reception: Reception
    register: Register

    def seen(self) -> dict[str, SeenVisit]:
        """Today's visits as staff see them, by id."""
        return {seen.visit: seen for seen in self.register.visits()}

    def states(self) -> list[str]:
        return [str(seen.state) for seen in self.register.visits()]

    def roll(self) -> Roll:
        """Today's roll alone."""
        days = Days(self.office)
        now = days.now()
        day = days.today(now)
        return replay(self.office.state, day, days.private(day, private_half(self.office.state), now))


@contextmanager
def make_lobby(config: Config, clock: ManualClock, *, away: bool = False, kiosk: str = "kiosk") -> Iterator[Lobby]:
    office = Office(config, config.where(), clock)
    if not away:
        lay_out(config)
    database = None if away else open_database(config)
    reception = Reception(office, database, kiosk=kiosk)
    yield Lobby(office, clock, database, reception, Register(office, database, private_half(office.state), reception))
    reception.close()
    if database is not None:
        database.close()


@contextmanager
def refusing(database: Database | None, error: Exception) -> Iterator[None]:
    """A database whose every transaction fails with `error`: the fake at that door."""
    assert database is not None

    def refuse(_: Any) -> None:
        raise error

    event.listen(database.engine, "begin", refuse)
    yield
    event.remove(database.engine, "begin", refuse)
