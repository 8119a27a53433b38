"""The site day: when it ends the list is empty; who stays over is carried over by a person."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from kiosk.day import Days
from kiosk.errors import VisitElsewhere, VisitUnknown
from kiosk.tables import Visit
from retention.base.errors import EpochErased
from retention.base.readerkey import private_half
from retention.base.slots import SlotFile
from retention.base.state import VISITS
from retention.reaper import Reaper
from retention.rules import LEAD
from tests.kiosk.lobby import ANN, ZOE, Lobby

# A second before the reaper may take the day's key: within three quarters of a minute of 04:00 in Amsterdam.
BEFORE_FOUR = datetime(2027, 3, 3, 2, 59, 59, tzinfo=UTC) - LEAD


def test_the_list_is_empty_once_the_site_day_is_over(lobby: Lobby) -> None:
    lobby.reception.sign_in(ANN)
    lobby.clock.advance(BEFORE_FOUR - lobby.clock.now())
    assert lobby.states() == ["on_site"]
    lobby.clock.advance(seconds=1)
    assert lobby.states() == []


def test_who_comes_after_four_in_the_morning_stands_on_the_new_days_list(lobby: Lobby) -> None:
    lobby.reception.sign_in(ANN)
    lobby.clock.advance(BEFORE_FOUR + timedelta(seconds=1) - lobby.clock.now())
    lobby.reception.sign_in(ZOE)
    assert [seen.name for seen in lobby.register.visits()] == ["Zoë Öztürk"]
    assert [entry.name for entry in lobby.roll().entries] == ["Zoë Öztürk"]


def test_who_comes_in_the_last_moments_before_four_signs_in_for_the_new_day(lobby: Lobby) -> None:
    lobby.reception.sign_in(ANN)
    lobby.clock.advance(BEFORE_FOUR + timedelta(seconds=1) - lobby.clock.now())
    Reaper(lobby.office.state).step(lobby.clock.now())
    lobby.reception.sign_in(ZOE)
    assert [seen.name for seen in lobby.register.visits()] == ["Zoë Öztürk"]
    lobby.clock.advance(hours=1)
    assert [seen.name for seen in lobby.register.visits()] == ["Zoë Öztürk"]


def test_a_pass_nobody_handed_in_is_free_again_the_next_day(lobby: Lobby) -> None:
    for _ in range(192):
        lobby.reception.sign_in(ANN)
    lobby.clock.advance(days=1)
    assert lobby.reception.sign_in(ZOE).pass_.digit is None


def test_who_stays_over_is_still_on_the_list_of_the_next_day_with_the_first_arrival(lobby: Lobby) -> None:
    given, arrived = lobby.reception.sign_in(ANN), lobby.clock.now()
    lobby.reception.sign_in(ZOE)
    lobby.clock.advance(hours=12)
    lobby.register.stay(given.visit, by="desk:bo")
    assert lobby.states() == ["on_site", "on_site"]
    lobby.clock.advance(hours=12)
    (seen,) = lobby.register.visits()
    assert (seen.name, seen.arrived, seen.help, seen.pass_id) == (
        "Ann de Vries",
        arrived,
        ("stairs",),
        str(given.pass_),
    )
    (entry,) = lobby.roll().on_site
    assert (entry.name, entry.arrived) == ("Ann de Vries", arrived)


def test_who_stays_over_dies_with_the_next_day_and_not_with_this_one(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    lobby.register.stay(given.visit, by="desk:bo")
    slots, reader = SlotFile(lobby.office.state, VISITS), private_half(lobby.office.state)
    lobby.clock.advance(days=1)
    with pytest.raises(EpochErased):
        slots.open(20270302, reader, lobby.clock.now())
    assert lobby.states() == ["on_site"]
    lobby.clock.advance(days=1)
    assert lobby.states() == []


def test_who_was_to_stay_over_and_leaves_after_all_has_left_on_both_lists(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    lobby.register.stay(given.visit, by="desk:bo")
    lobby.reception.sign_out(given.pass_)
    assert (lobby.states(), len(lobby.roll().left)) == (["left"], 1)
    lobby.clock.advance(days=1)
    assert (lobby.states(), len(lobby.roll().left)) == (["left"], 1)


def test_staying_twice_is_staying_once(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    lobby.register.stay(given.visit, by="desk:bo")
    lobby.register.stay(given.visit, by="desk:bo")
    lobby.clock.advance(days=2)
    assert lobby.states() == []


def test_who_left_cannot_stay(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ANN)
    lobby.reception.sign_out(given.pass_)
    with pytest.raises(VisitElsewhere):
        lobby.register.stay(given.visit, by="desk:bo")


def expiry(lobby: Lobby) -> datetime:
    assert lobby.database is not None
    with lobby.database.read() as session:
        return session.scalars(select(Visit.expires_at)).one()


@pytest.mark.parametrize(
    ("evening", "hours"),
    [(datetime(2027, 3, 27, 20, tzinfo=UTC), 23), (datetime(2027, 10, 30, 20, tzinfo=UTC), 25)],
    ids=["summer time begins", "summer time ends"],
)
def test_the_day_ends_at_four_also_in_the_night_the_clocks_change(lobby: Lobby, evening: datetime, hours: int) -> None:
    lobby.clock.advance(evening - lobby.clock.now())
    lobby.reception.sign_in(ANN)
    end = expiry(lobby)
    assert end.astimezone(lobby.office.config.site.zone).hour == 4
    begin = end - timedelta(hours=hours)
    assert begin.astimezone(lobby.office.config.site.zone).hour == 4
    lobby.clock.advance(end - LEAD - lobby.clock.now() - timedelta(seconds=1))
    assert lobby.states() == ["on_site"]
    lobby.clock.advance(seconds=1)
    assert lobby.states() == []


def test_a_clock_set_back_changes_nothing(lobby: Lobby) -> None:
    lobby.reception.sign_in(ANN)
    lobby.clock.step(hours=-30)
    lobby.reception.sign_in(ZOE)
    assert {entry.name for entry in lobby.roll().entries} >= {"Zoë Öztürk"}


def test_a_correction_around_the_days_end_seals_no_name_under_the_next_day(lobby: Lobby) -> None:
    ends = Days(lobby.office).deadline(lobby.reception.today())
    lobby.clock.advance(ends - timedelta(minutes=2) - lobby.clock.now())
    given = lobby.reception.sign_in(ANN)
    lobby.clock.advance(ends - timedelta(seconds=20) - lobby.clock.now())
    lobby.reception.sign_in(ZOE)  # of the next day already
    lobby.reception.rewrite(given.visit, ANN, by="visitor")
    assert [entry.name for entry in lobby.roll().entries] == ["Zoë Öztürk"]
    lobby.clock.advance(seconds=21)
    with pytest.raises(VisitUnknown):
        lobby.reception.rewrite(given.visit, ANN, by="visitor")
    assert [entry.name for entry in lobby.roll().entries] == ["Zoë Öztürk"]
