"""The life of a visit: sign in, sign out, be corrected, stay over, be expected, be forgotten."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from kiosk.books import free_pass
from kiosk.calamity.record import RollRecord, Whereabouts
from kiosk.errors import NoFreePass, VisitElsewhere, VisitUnknown
from kiosk.passboard import PassBoard
from kiosk.passes import DIGITS, PICTURES, Pass, all_passes
from kiosk.reception import Reception
from kiosk.tables import Visit
from kiosk.visits import Details, Help
from retention.base.audit import Trail
from retention.base.config import Config
from retention.base.database import Database
from retention.base.errors import UsageRefused
from retention.base.siteday import day_number
from retention.base.slots import SlotFile
from retention.base.state import VISITS
from tests.kiosk.lobby import ANN, ZOE, Lobby, make_lobby
from tests.support.clock import ManualClock
from tests.support.state import make_config


def rows(database: Database | None) -> dict[str, Visit]:
    assert database is not None
    with database.read() as session:
        return {row.id: row for row in session.scalars(select(Visit))}


def unused(lobby: Lobby) -> list[Pass]:
    """Passes nobody has."""
    taken = {seen.pass_id for seen in lobby.register.visits()}
    return [pass_ for pass_ in all_passes() if str(pass_) not in taken]


def test_who_signs_in_is_inside_with_all_that_was_told(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    seen = lobby.seen()[given.visit]
    assert (seen.name, seen.host, seen.help) == ("Ann de Vries", "Bo Bakker", ("stairs",))
    assert (seen.state, seen.arrived, seen.pass_id) == (Whereabouts.ON_SITE, lobby.clock.now(), str(given.pass_))


def test_who_signs_in_stands_on_the_roll_and_in_the_table_alike(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    (entry,) = lobby.roll().on_site
    row = rows(lobby.database)[given.visit]
    assert (entry.visit, entry.version, entry.state, entry.pass_id) == (row.id, row.version, row.state, row.pass_id)


def test_the_hosts_telephone_goes_on_the_roll(config: Config, clock: ManualClock) -> None:
    hosts = {"hosts": [{"name": "Bo Bakker", "telephone": "06 1234"}]}
    with make_lobby(make_config(config.where().directory, visits=hosts), clock) as lobby:
        lobby.reception.sign_in(ANN)
        assert lobby.roll().on_site[0].host_telephone == "06 1234"


def asked(lobby: Lobby, act: Callable[[], object]) -> int:
    """How many questions an act puts to the database."""
    assert lobby.database is not None
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    event.listen(lobby.database.engine, "before_cursor_execute", note)
    act()
    event.remove(lobby.database.engine, "before_cursor_execute", note)
    return len(found)


def test_a_sign_in_and_the_list_after_it_ask_the_database_as_much_whoever_came_before(lobby: Lobby) -> None:
    figures = set[tuple[int, int, int]]()
    for _ in range(2):
        for _ in range(20):
            lobby.reception.sign_out(lobby.reception.sign_in(ZOE).pass_)
        lobby.register.visits()
        given = lobby.reception.sign_in(ANN)
        figures.add(
            (
                asked(lobby, lambda: lobby.reception.sign_in(ZOE)),
                asked(lobby, lobby.register.visits),
                asked(lobby, lambda given=given: lobby.reception.sign_out(given.pass_)),
            )
        )
    assert len(figures) == 1


def test_the_table_holds_no_readable_name(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    row = rows(lobby.database)[given.visit]
    assert not any(word in row.sealed for word in (b"Ann", b"Bo Bakker", b"stairs"))


def test_two_visitors_sealed_rows_are_equally_long(lobby: Lobby) -> None:
    one, two = lobby.reception.sign_in(ANN), lobby.reception.sign_in(ZOE)
    found = rows(lobby.database)
    assert len(found[one.visit].sealed) == len(found[two.visit].sealed)


def test_signing_out_takes_nobody_off_the_list(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    lobby.clock.advance(hours=1)
    lobby.reception.sign_out(given.pass_)
    seen = lobby.seen()[given.visit]
    assert (seen.name, seen.state, seen.left) == ("Ann de Vries", Whereabouts.LEFT, lobby.clock.now())
    assert [entry.name for entry in lobby.roll().left] == ["Ann de Vries"]


def test_signing_out_twice_changes_nothing(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    lobby.reception.sign_out(given.pass_)
    first = lobby.seen()[given.visit]
    lobby.clock.advance(minutes=5)
    lobby.reception.sign_out(given.pass_)
    assert lobby.seen()[given.visit] == first


def test_signing_out_with_a_pass_nobody_has_changes_nobody(lobby: Lobby) -> None:
    lobby.reception.sign_in(ANN)
    lobby.reception.sign_out(unused(lobby)[0])
    assert lobby.states() == ["on_site"]


def test_staff_sign_out_whom_they_see(lobby: Lobby) -> None:
    one, two = lobby.reception.sign_in(ANN), lobby.reception.sign_in(ZOE)
    lobby.reception.sign_out_visit(two.visit, by="desk:bo")
    states = {visit: seen.state for visit, seen in lobby.seen().items()}
    assert states == {one.visit: Whereabouts.ON_SITE, two.visit: Whereabouts.LEFT}


def test_a_sign_out_by_mistake_can_be_undone_with_the_same_pass(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    lobby.reception.sign_out(given.pass_)
    assert lobby.reception.undo_sign_out(given.visit, by="desk:bo") == given.pass_
    assert (lobby.states(), len(lobby.roll().on_site)) == (["on_site"], 1)


def test_an_undone_sign_out_gives_another_pass_when_the_old_one_is_anothers(lobby: Lobby) -> None:
    first = lobby.reception.sign_in(ANN)
    lobby.reception.sign_out(first.pass_)
    lobby.clock.advance(minutes=31)
    everybody = [lobby.reception.sign_in(ZOE) for _ in range(192)]
    again = lobby.reception.undo_sign_out(first.visit, by="desk:bo")
    assert again not in {given.pass_ for given in everybody}


def test_who_is_inside_has_no_sign_out_to_undo(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    with pytest.raises(VisitElsewhere):
        lobby.reception.undo_sign_out(given.visit, by="desk:bo")


def test_an_unknown_visit_is_said_to_be_unknown(lobby: Lobby) -> None:
    with pytest.raises(VisitUnknown):
        lobby.reception.sign_out_visit("0" * 32, by="desk:bo")


def test_a_corrected_name_stands_everywhere(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    lobby.register.correct(given.visit, {"name": "Anna  de Vries"}, by="desk:bo")
    seen = lobby.seen()[given.visit]
    assert (seen.name, seen.host, seen.help) == ("Anna de Vries", "Bo Bakker", ("stairs",))
    assert [entry.name for entry in lobby.roll().on_site] == ["Anna de Vries"]


def test_staff_can_take_help_wanted_away(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    lobby.register.correct(given.visit, {"help": []}, by="desk:bo")
    assert lobby.seen()[given.visit].help == ()


def test_staff_cannot_say_that_somebody_wants_help(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ZOE)
    with pytest.raises(UsageRefused):
        lobby.register.correct(given.visit, {"help": ["stairs"]}, by="desk:bo")


@pytest.mark.parametrize("changes", [{}, {"pass": "blue-owl"}, {"name": 3}, {"host": ["Bo"]}, {"help": "stairs"}])
def test_a_correction_that_makes_no_sense_is_refused(lobby: Lobby, changes: dict[str, object]) -> None:
    given = lobby.reception.sign_in(ANN)
    with pytest.raises(UsageRefused):
        lobby.register.correct(given.visit, changes, by="desk:bo")


# Passes.


def test_passes_of_those_inside_are_all_different(lobby: Lobby) -> None:
    given = [str(lobby.reception.sign_in(ZOE).pass_) for _ in range(60)]
    assert len(set(given)) == 60


def test_a_picture_comes_again_only_when_all_are_out(lobby: Lobby) -> None:
    given = [lobby.reception.sign_in(ZOE).pass_.picture for _ in range(len(PICTURES) + 1)]
    assert len(set(given[:-1])) == len(PICTURES)
    assert given[-1] in given[:-1]


def test_a_pass_handed_in_rests_half_an_hour() -> None:
    taken = {str(pass_) for pass_ in all_passes()[1:]}
    assert free_pass(taken, certain=True) == all_passes()[0]


@pytest.mark.parametrize("database_url", [None])
def test_with_all_passes_out_a_digit_makes_more_and_half_an_hour_after_leaving_one_comes_back(
    database_url: None, lobby: Lobby
) -> None:
    given = [lobby.reception.sign_in(ZOE) for _ in range(192)]
    assert {one.pass_.digit for one in given} == {None}
    assert not lobby.reception.digits_in_use()
    lobby.reception.sign_out(given[0].pass_)
    lobby.clock.advance(minutes=29)
    assert lobby.reception.sign_in(ZOE).pass_.digit == DIGITS[0]
    assert lobby.reception.digits_in_use()
    lobby.clock.advance(minutes=2)
    assert lobby.reception.sign_in(ZOE).pass_ == given[0].pass_


def test_with_every_digit_out_too_it_is_said(lobby: Lobby) -> None:
    taken = {str(replace(pass_, digit=digit)) for pass_ in all_passes() for digit in (None, *DIGITS)}
    with pytest.raises(NoFreePass):
        free_pass(taken, certain=True)


# Guessing.


def test_more_than_five_wrong_passes_in_two_minutes_make_sign_outs_doubtful_for_ten(lobby: Lobby) -> None:
    one, two = lobby.reception.sign_in(ANN), lobby.reception.sign_in(ZOE)
    for pass_ in unused(lobby)[:6]:
        lobby.reception.sign_out(pass_)
    lobby.reception.sign_out(one.pass_)
    assert lobby.seen()[one.visit].state is Whereabouts.PROBABLY_LEFT
    assert [entry.name for entry in lobby.roll().probably_left] == ["Ann de Vries"]
    lobby.clock.advance(minutes=10)
    lobby.reception.sign_out(two.pass_)
    assert lobby.seen()[two.visit].state is Whereabouts.LEFT


def test_five_wrong_passes_are_a_mistake_and_no_guessing(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    for pass_ in unused(lobby)[:5]:
        lobby.reception.sign_out(pass_)
    lobby.reception.sign_out(given.pass_)
    assert lobby.states() == ["left"]


def test_wrong_passes_spread_over_more_than_two_minutes_are_no_guessing(lobby: Lobby) -> None:
    for pass_ in unused(lobby)[:12]:
        lobby.reception.sign_out(pass_)
        lobby.clock.advance(seconds=30)
    assert lobby.reception.doubted() == {}


def test_reception_sees_where_passes_are_guessed_and_the_trail_keeps_it(lobby: Lobby) -> None:
    for pass_ in unused(lobby)[:6]:
        lobby.reception.sign_out(pass_)
    assert lobby.reception.doubted() == {"kiosk": lobby.clock.now() + timedelta(minutes=10)}
    trail = Trail(lobby.office.state, lobby.clock)
    assert list(trail.entries()) == []  # the answers did not wait for it
    lobby.reception.turn_the_day()
    lobby.reception.turn_the_day()
    assert [(entry.act, entry.about) for entry in trail.entries()] == [("passes.guessed", "kiosk")]


def test_guessing_is_in_the_trail_also_where_the_kiosk_ends_at_once(lobby: Lobby) -> None:
    for pass_ in unused(lobby)[:6]:
        lobby.reception.sign_out(pass_)
    lobby.reception.close()
    assert [entry.act for entry in Trail(lobby.office.state, lobby.clock).entries()] == ["passes.guessed"]


def test_guessing_is_in_the_trail_also_after_a_crash_or_a_trail_that_was_full(lobby: Lobby) -> None:
    for pass_ in unused(lobby)[:6]:
        lobby.reception.sign_out(pass_)
    anew = Reception(lobby.office, lobby.database, kiosk="kiosk")  # the one before is ended without a word
    trail = Trail(lobby.office.state, lobby.clock)
    audit = lobby.office.state.audit
    audit.rmdir()
    audit.write_text("in the way")
    anew.turn_the_day()
    audit.unlink()
    assert list(trail.entries()) == []
    for _ in range(2):
        anew.turn_the_day()
    assert [(entry.act, entry.actor) for entry in trail.entries()] == [("passes.guessed", "kiosk:kiosk")]
    anew.close()


def test_a_pass_on_the_roll_that_is_none_damages_no_board(lobby: Lobby) -> None:
    lobby.reception.sign_in(ANN)
    forged = RollRecord(visit="f" * 32, version=1, act="sign_in", pass_id="no-pass", at=lobby.clock.now(), name="A")
    lobby.reception._writer(lobby.reception.today()).append(forged)
    assert len(lobby.register.visits()) == 2
    assert len(PassBoard(lobby.office.state).seen().holders) == 1
    assert not lobby.reception.digits_in_use()


def test_of_a_row_that_does_not_open_the_roll_tells_who_it_is(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    assert lobby.database is not None
    with lobby.database.write() as session:
        row = session.get(Visit, given.visit)
        assert row is not None
        row.sealed = bytes(len(row.sealed))
    assert [seen.name for seen in lobby.register.visits()] == ["Ann de Vries"]
    lobby.register.stay(given.visit, by="os:test")
    assert [entry.name for entry in lobby.roll().on_site] == ["Ann de Vries"]


def test_guessing_at_one_kiosk_casts_no_doubt_on_another(lobby: Lobby, config: Config, clock: ManualClock) -> None:
    given = lobby.reception.sign_in(ANN)
    for pass_ in unused(lobby)[:6]:
        lobby.reception.sign_out(pass_)
    with make_lobby(config, clock, kiosk="back door") as other:
        other.reception.sign_out(given.pass_)
    assert lobby.states() == ["left"]


def test_one_who_probably_left_keeps_the_pass_and_can_still_sign_out(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    for pass_ in unused(lobby)[:6]:
        lobby.reception.sign_out(pass_)
    lobby.reception.sign_out(given.pass_)
    lobby.clock.advance(hours=2)
    lobby.reception.sign_out(given.pass_)
    assert lobby.states() == ["left"]


# Expected visits.


def test_an_expected_visit_is_listed_without_pass_until_it_arrives(lobby: Lobby) -> None:
    visit = lobby.reception.expect(ZOE, date(2027, 3, 2), by="desk:bo")
    seen = lobby.seen()[visit]
    assert (seen.state, seen.name, seen.pass_id, seen.arrived) == ("expected", "Zoë Öztürk", None, None)
    given = lobby.register.arrive(visit, by="desk:bo")
    assert (given.visit, lobby.states(), lobby.roll().on_site[0].name) == (visit, ["on_site"], "Zoë Öztürk")


def test_an_expected_visit_cannot_arrive_twice(lobby: Lobby) -> None:
    visit = lobby.reception.expect(ZOE, date(2027, 3, 2), by="desk:bo")
    lobby.register.arrive(visit, by="desk:bo")
    with pytest.raises(VisitElsewhere):
        lobby.register.arrive(visit, by="desk:bo")
    assert len(lobby.roll().entries) == 1


def test_a_visit_is_expected_at_most_fourteen_days_ahead_and_sealed_under_its_own_day(lobby: Lobby) -> None:
    day = date(2027, 3, 16)
    visit = lobby.reception.expect(ZOE, day, by="desk:bo")
    assert lobby.states() == []
    assert [seen.visit for seen in lobby.register.expected(day)] == [visit]
    assert SlotFile(lobby.office.state, VISITS).find(day_number(day)) is not None
    for wrong in (date(2027, 3, 17), date(2027, 3, 1)):
        with pytest.raises(UsageRefused):
            lobby.reception.expect(ZOE, wrong, by="desk:bo")


def test_nobody_says_beforehand_that_somebody_wants_help(lobby: Lobby) -> None:
    with pytest.raises(UsageRefused):
        lobby.reception.expect(ANN, date(2027, 3, 2), by="desk:bo")


def test_an_expected_visit_can_be_corrected_and_stands_on_the_roll_of_its_day_alone(lobby: Lobby) -> None:
    visit = lobby.reception.expect(ZOE, date(2027, 3, 3), by="desk:bo")
    lobby.register.correct(visit, {"host": "Bo"}, by="desk:bo")
    assert [seen.host for seen in lobby.register.expected(date(2027, 3, 3))] == ["Bo"]
    assert [path.name[:10] for path in lobby.office.state.roll.glob("*.roll")] == ["2027-03-03"]


def test_what_staff_did_is_in_the_trail_without_a_name(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    lobby.register.correct(given.visit, {"name": "Anna"}, by="desk:bo")
    lobby.register.stay(given.visit, by="desk:bo")
    lobby.reception.sign_out_visit(given.visit, by="desk:bo")
    entries = list(Trail(lobby.office.state, lobby.clock).entries())
    assert [entry.act for entry in entries] == ["visit.correct", "visit.stay", "visit.sign_out"]
    assert {(entry.actor, entry.about) for entry in entries} == {("desk:bo", given.visit)}


def test_help_is_one_of_four_words() -> None:
    assert {str(word) for word in Help} == {"stairs", "hearing", "sight", "companion"}
    assert Details("Ann").help == frozenset()
