"""The whole day, then its end: nothing of its visitors is left in a file or in memory; the count alone stays."""

import gc
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.calamity.copies import Copies
from kiosk.calamity.dayend import DayEnd
from kiosk.calamity.post import CalamityPost
from kiosk.calamity.unsigned import Unsigned
from kiosk.closing import closing
from kiosk.commands import _of_the_day
from kiosk.visits import Details
from retention.base.database import Database
from retention.chores import Chores
from retention.rules import visits_deadline
from retention.service import Retention
from tests.kiosk.lobby import Lobby
from tests.kiosk.test_delete import files_with, sealed_of
from tests.support.clock import ManualClock


def live_a_day(lobby: Lobby) -> tuple[list[bytes], list[str]]:
    """Sign-ins, a correction, somebody expected, a deletion, a drill, sign-outs; the sealed bytes, and the ids."""
    reception, register = lobby.reception, lobby.register
    expected = reception.expect(Details("Karin Kanarie"), reception.today(), by="desk:bo")
    given = [reception.sign_in(Details(f"Kanarie {number}", "Bo Bakker")) for number in range(12)]
    register.arrive(expected, by="desk:bo")
    register.correct(given[0].visit, {"name": "Kanarie Nul"}, by="desk:bo")
    post = CalamityPost(lobby.office)
    post.start(drill=True, by="desk:bo")
    parts = [part for one in given for part in sealed_of(lobby, one.visit)] + sealed_of(lobby, expected)
    register.delete(given[1].visit, by="desk:bo")
    for one in given[2:6]:
        reception.sign_out(one.pass_)
    reception.expect(Details("Wie nooit kwam"), reception.today(), by="desk:bo")
    post.step()
    return parts, [*(one.visit for one in given), expected]


def end_the_day(lobby: Lobby) -> None:
    """What the services do in the quarter of a minute after the reaper may."""
    config = lobby.office.config
    ends = visits_deadline(lobby.reception.today(), config.site, config.visits)
    lobby.clock.advance(ends - timedelta(seconds=44) - lobby.clock.now())
    Retention(lobby.office, rows=False).wakes.run_all()
    chores = Chores(lobby.office)
    chores.rows()
    chores.close()
    DayEnd(lobby.office, Copies(lobby.office.state)).step()
    lobby.reception.turn_the_day()
    lobby.register.add_missing_rows()


def kept_open(folder: Path) -> list[str]:
    """Files of this folder that were unlinked and are still open somewhere in this process."""
    links = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # closed between listing and reading
            links.append(str(descriptor.readlink()))
    return [link for link in links if link.startswith(str(folder)) and link.endswith("(deleted)")]


def test_at_the_end_of_the_day_nothing_of_it_is_left(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUPS_SERVER", "/nowhere")
    parts, visits = live_a_day(lobby)
    assert len(files_with(lobby, parts)) > 0
    end_the_day(lobby)
    state = lobby.office.state
    assert files_with(lobby, parts) == []
    assert list(state.roll.glob("*.roll")) == []
    assert kept_open(state.roll) == []
    assert not any(visit in state.passes.read_text() for visit in visits)
    assert lobby.register.visits() == []
    assert [one for reader in lobby.register._rolls.values() for one in reader._opened] == []
    # Nine of thirteen did not sign out, one of them deleted on request; the drill that nobody ended changes nothing.
    assert Unsigned(state).before(lobby.reception.today())[1] == 9
    assert CalamityPost(lobby.office).frozen_list() is None


def test_who_stays_over_lives_on_and_nobody_else(lobby: Lobby) -> None:
    _, visits = live_a_day(lobby)
    lobby.register.stay(visits[0], by="desk:bo")
    end_the_day(lobby)
    assert [(seen.visit, seen.name) for seen in lobby.register.visits()] == [(visits[0], "Kanarie Nul")]


def test_the_list_of_visits_tells_who_is_not_signed_out_and_how_many_were_not(lobby: Lobby, clock: ManualClock) -> None:
    lobby.reception.sign_in(Details("Kanarie"))
    lobby.clock.advance(hours=8)
    (line,) = _of_the_day(closing(lobby.office, lobby.register.visits(), clock.now()))
    assert line.startswith("1 not signed out")
    CalamityPost(lobby.office).step()
    end_the_day(lobby)
    lobby.clock.advance(hours=6)
    (line,) = _of_the_day(closing(lobby.office, lobby.register.visits(), clock.now()))
    assert line == "1 of 2027-03-02 were not signed out, their names are destroyed"


@pytest.mark.parametrize("database_url", [None])
def test_rows_that_somebody_still_reads_are_scrubbed_the_next_time(lobby: Lobby, database_url: None) -> None:
    database = lobby.database
    assert database is not None
    reader = Database(lobby.office.config.database_url())
    lobby.reception.sign_in(Details("Kanarie"))
    parts = [part for seen in lobby.register.visits() for part in sealed_of(lobby, seen.visit)]
    chores = Chores(lobby.office)
    chores.rows()
    assert chores._database is not None
    with chores._database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=1")
    with reader.read() as session:
        session.connection().exec_driver_sql("SELECT count(*) FROM visit")
        lobby.clock.advance(days=1)
        Retention(lobby.office, rows=False).wakes.run_all()
        chores.rows()
        assert files_with(lobby, parts)
    chores.rows()
    assert files_with(lobby, parts) == []
    chores.close()
    reader.close()
    gc.collect()
