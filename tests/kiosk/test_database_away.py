"""With the database away, busy or full everybody signs in and out all the same; the rows follow from the roll."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from kiosk.calamity.record import Act, RollRecord, Whereabouts
from kiosk.calamity.roll import RollWriter
from kiosk.day import Days
from kiosk.passes import all_passes
from kiosk.tables import Visit
from retention.base.config import Config
from retention.base.database import Database
from retention.base.errors import DatabaseUnavailable, DiskRefused, TryAgain
from tests.kiosk.lobby import ANN, ZOE, Lobby, make_lobby, refusing
from tests.support.clock import ManualClock

GONE = [DatabaseUnavailable("it does not answer"), TryAgain("it is busy"), DiskRefused("its disk is full")]


@pytest.fixture
def database_url() -> None:
    """SQLite alone: the fake is at the door of either; test_server_away has a real server."""


@pytest.fixture
def away(config: Config, clock: ManualClock) -> Iterator[Lobby]:
    """A lobby that never had a database."""
    with make_lobby(config, clock, away=True) as lobby:
        yield lobby


def rows(database: Database | None) -> dict[str, Visit]:
    assert database is not None
    with database.read() as session:
        return {row.id: row for row in session.scalars(select(Visit))}


@pytest.mark.parametrize("error", GONE, ids=["away", "busy", "full"])
def test_who_signs_in_stands_on_the_roll(lobby: Lobby, error: Exception) -> None:
    with refusing(lobby.database, error):
        lobby.reception.sign_in(ANN)
    assert [entry.name for entry in lobby.roll().on_site] == ["Ann de Vries"]
    assert rows(lobby.database) == {}


@pytest.mark.parametrize("error", GONE, ids=["away", "busy", "full"])
def test_rows_are_added_from_the_roll_once_it_is_back(lobby: Lobby, error: Exception) -> None:
    with refusing(lobby.database, error):
        given = lobby.reception.sign_in(ANN)
    assert lobby.register.add_missing_rows() == 1
    row = rows(lobby.database)[given.visit]
    assert (row.state, row.version, row.pass_id) == ("on_site", 1, str(given.pass_))
    seen = lobby.seen()[given.visit]
    assert (seen.name, seen.host, seen.help) == ("Ann de Vries", "Bo Bakker", ("stairs",))


def test_adding_rows_a_second_time_adds_nothing(lobby: Lobby) -> None:
    with refusing(lobby.database, GONE[0]):
        lobby.reception.sign_in(ANN)
    lobby.register.add_missing_rows()
    lobby.reception.sign_in(ZOE)
    assert lobby.register.add_missing_rows() == 0


def test_who_signed_in_before_can_sign_out_meanwhile_and_the_row_follows(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    with refusing(lobby.database, GONE[0]):
        lobby.reception.sign_out(given.pass_)
    assert [entry.visit for entry in lobby.roll().left] == [given.visit]
    assert lobby.states() == ["left"]
    assert rows(lobby.database)[given.visit].state == "left"


def test_who_signed_in_meanwhile_can_sign_out_when_it_is_back(lobby: Lobby) -> None:
    with refusing(lobby.database, GONE[0]):
        given = lobby.reception.sign_in(ANN)
    lobby.reception.sign_out(given.pass_)
    assert (lobby.states(), len(lobby.roll().left)) == (["left"], 1)


def test_passes_stay_unique_before_during_and_after(lobby: Lobby) -> None:
    given = [lobby.reception.sign_in(ZOE) for _ in range(60)]
    with refusing(lobby.database, GONE[0]):
        given += [lobby.reception.sign_in(ZOE) for _ in range(60)]
    given += [lobby.reception.sign_in(ZOE) for _ in range(60)]
    assert len({one.pass_ for one in given}) == 180
    assert {one.pass_.digit for one in given} == {None}


def test_the_list_comes_from_the_roll_while_it_is_away(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    lobby.clock.advance(minutes=1)
    with refusing(lobby.database, GONE[0]):
        lobby.reception.sign_in(ZOE)
        lobby.reception.sign_out(given.pass_)
        assert [(seen.name, str(seen.state)) for seen in lobby.register.visits()] == [
            ("Ann de Vries", "left"),
            ("Zoë Öztürk", "on_site"),
        ]


def test_staff_can_sign_out_correct_and_let_stay_meanwhile(lobby: Lobby) -> None:
    one, two = lobby.reception.sign_in(ANN), lobby.reception.sign_in(ZOE)
    with refusing(lobby.database, GONE[0]):
        lobby.reception.sign_out_visit(one.visit, by="desk:bo")
        lobby.register.correct(two.visit, {"name": "Zoë"}, by="desk:bo")
        lobby.register.stay(two.visit, by="desk:bo")
    assert {(seen.name, str(seen.state)) for seen in lobby.register.visits()} == {
        ("Ann de Vries", "left"),
        ("Zoë", "on_site"),
    }
    lobby.clock.advance(days=1)
    assert [seen.name for seen in lobby.register.visits()] == ["Zoë"]


def test_a_visit_is_announced_for_another_day_while_it_is_away(lobby: Lobby) -> None:
    day = lobby.reception.today() + timedelta(days=2)
    with refusing(lobby.database, GONE[0]):
        visit = lobby.reception.expect(ZOE, day, by="desk:bo")
        assert [seen.visit for seen in lobby.register.expected(day)] == [visit]
        assert lobby.states() == []
    assert [(seen.visit, seen.name) for seen in lobby.register.expected(day)] == [(visit, "Zoë Öztürk")]


# With the board lost as well, as after a restart of the machine.


def test_without_database_and_board_a_pass_has_a_digit_so_that_it_hardly_meets_another(away: Lobby) -> None:
    given = [away.reception.sign_in(ZOE) for _ in range(50)]
    assert None not in {one.pass_.digit for one in given}
    assert len({one.pass_ for one in given}) == 50
    assert away.reception.digits_in_use()


def test_a_pass_handed_in_that_nobody_remembers_is_settled_by_the_roll(away: Lobby) -> None:
    given = away.reception.sign_in(ANN)
    away.office.state.passes.unlink()
    away.clock.advance(minutes=1)
    away.reception.sign_out(given.pass_)
    assert [entry.name for entry in away.roll().left] == ["Ann de Vries"]
    assert away.states() == ["left"]


def test_a_sign_out_by_pass_alone_that_the_desk_took_back_is_not_replayed(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    lobby.clock.advance(minutes=1)
    lobby.office.state.passes.unlink()
    with refusing(lobby.database, GONE[0]):
        lobby.reception.sign_out(given.pass_)
    lobby.clock.advance(minutes=40)  # the pass has rested
    assert lobby.states() == ["left"]
    assert lobby.reception.undo_sign_out(given.visit, by="desk:bo") == given.pass_
    assert [entry.name for entry in lobby.roll().on_site] == ["Ann de Vries"]
    assert lobby.states() == ["on_site"]


def test_rows_follow_a_sign_out_that_only_the_roll_could_settle(away: Lobby, config: Config) -> None:
    given = away.reception.sign_in(ANN)
    with make_lobby(config, away.clock) as lobby:
        lobby.register.add_missing_rows()
    away.office.state.passes.unlink()
    away.clock.advance(minutes=1)
    away.reception.sign_out(given.pass_)
    with make_lobby(config, away.clock) as lobby:
        assert lobby.states() == ["left"]
        assert rows(lobby.database)[given.visit].state == "left"


def test_a_damaged_board_is_begun_anew_from_the_database(lobby: Lobby) -> None:
    given = [lobby.reception.sign_in(ZOE) for _ in range(96)]
    lobby.office.state.passes.write_text("{")
    given += [lobby.reception.sign_in(ZOE) for _ in range(96)]
    assert len({one.pass_ for one in given}) == 192
    with refusing(lobby.database, GONE[0]):
        assert lobby.reception.sign_in(ZOE).pass_.digit is not None


HELD = '{"visit": "a", "version": %s, "day": "2026-11-28", "expires": "2099-01-01T00:00:00+00:00", "left": null}'
DAMAGED = {
    "a pass that is none": '{"whole": true, "passes": {"blue-owm": ' + HELD % 1 + "}}",
    "a number beyond all": '{"whole": true, "passes": {"blue-owl": ' + HELD % "1e999" + "}}",
    "a list of nothing": '{"whole": true, "tries": {"Ingang": []}}',
    "nested beyond reason": "[" * 5_000,
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_however_a_board_is_damaged_people_sign_in_and_out(lobby: Lobby, content: str) -> None:
    given = lobby.reception.sign_in(ZOE)
    lobby.office.state.passes.write_text(content)
    assert not lobby.reception.digits_in_use()
    lobby.reception.sign_out(given.pass_)
    lobby.reception.sign_in(ANN)
    assert sorted(lobby.states()) == ["left", "on_site"]


def test_a_database_that_comes_back_is_opened_by_the_process_that_missed_it(
    away: Lobby, config: Config, clock: ManualClock
) -> None:
    away.reception.sign_in(ANN)
    clock.advance(seconds=31)
    given = away.reception.sign_in(ZOE)
    with make_lobby(config, clock) as lobby:
        assert given.visit in rows(lobby.database)


# The disk.


def test_with_a_full_disk_under_the_board_this_process_still_remembers_its_passes(lobby: Lobby) -> None:
    given = [lobby.reception.sign_in(ZOE) for _ in range(100)]
    lobby.office.state.passes.with_name(f".{lobby.office.state.passes.name}.{_pid()}.new").mkdir()
    with refusing(lobby.database, GONE[2]):
        given += [lobby.reception.sign_in(ZOE) for _ in range(92)]
    assert len({one.pass_ for one in given}) == 192


def test_with_no_roll_to_write_nobody_is_told_to_be_in(lobby: Lobby) -> None:
    lobby.office.state.roll.rmdir()
    lobby.office.state.roll.write_text("a file where the folder should be")
    with pytest.raises(DiskRefused, match="roll"):
        lobby.reception.sign_in(ANN)
    assert rows(lobby.database) == {}
    lobby.office.state.roll.unlink()
    lobby.reception.sign_in(ANN)
    assert lobby.states() == ["on_site"]


# Where roll and row disagree.


def test_a_row_newer_than_what_is_left_of_the_roll_stands(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    lobby.reception.sign_out(given.pass_)
    lobby.reception.close()
    (path,) = lobby.office.state.roll.glob("*.roll")
    data = bytearray(path.read_bytes())
    middle = data.rstrip(b"\0")
    data[len(middle) - 40 : len(middle)] = bytes(40)
    path.write_bytes(data)
    assert [str(entry.state) for entry in lobby.roll().entries] == ["on_site"]
    assert lobby.states() == ["left"]


def test_a_visit_whose_first_record_is_lost_still_counts_as_inside(lobby: Lobby) -> None:
    days, now = Days(lobby.office), datetime(2027, 3, 2, 9, tzinfo=UTC)
    day = days.today(now)
    writer = RollWriter(lobby.office.state, days.slot(day), day)
    writer.append(RollRecord(visit="f" * 32, version=2, act=Act.CORRECT, pass_id=str(all_passes()[0]), at=now))
    writer.close()
    (seen,) = lobby.register.visits()
    assert (seen.state, seen.name) == (Whereabouts.ON_SITE, None)


def _pid() -> int:
    import os  # noqa: PLC0415

    return os.getpid()
