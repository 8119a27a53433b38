"""Waiting for confirmation: everybody signs in, a colleague lets them in or turns them away, and the list tells."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from kiosk.calamity.paper import paper
from kiosk.calamity.post import CalamityPost
from kiosk.calamity.sheet import sheet
from kiosk.calamity.text import text
from kiosk.errors import VisitElsewhere
from kiosk.flood import flood
from kiosk.guests import Guests
from kiosk.takeback import take_back
from kiosk.visits import Details, Help
from retention.base.audit import Trail
from retention.base.config import Config
from retention.base.errors import DatabaseUnavailable
from tests.kiosk.lobby import ANN, ZOE, Lobby, make_lobby, refusing
from tests.support.clock import ManualClock
from tests.support.state import make_config

GONE = DatabaseUnavailable("the server is away")


@pytest.fixture
def lobby(config: Config, clock: ManualClock) -> Iterator[Lobby]:
    site = make_config(config.where().directory, database=config.database, visits={"confirm": True})
    with make_lobby(site, clock) as lobby:
        yield lobby


def guests(lobby: Lobby) -> Guests:
    return Guests.of(lobby.register.visits())


def test_who_signs_in_at_the_door_waits_and_who_the_desk_lets_in_does_not(lobby: Lobby) -> None:
    waiting = lobby.reception.sign_in(ZOE)
    inside = lobby.reception.sign_in(Details("Ali"), by="staff:bo")
    assert [seen.visit for seen in guests(lobby).waiting] == [waiting.visit]
    assert [seen.visit for seen in guests(lobby).on_site] == [inside.visit]


def test_where_the_site_does_not_ask_nobody_waits(config: Config, clock: ManualClock) -> None:
    with make_lobby(config, clock) as lobby:
        lobby.reception.sign_in(ZOE)
        assert (len(guests(lobby).waiting), len(guests(lobby).on_site)) == (0, 1)


def test_a_confirmed_visitor_is_among_the_others_everywhere(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ZOE)
    lobby.reception.confirm(given.visit, by="staff:bo")
    lobby.reception.confirm(given.visit, by="staff:bo")
    assert (len(guests(lobby).waiting), len(guests(lobby).on_site)) == (0, 1)
    the_list = CalamityPost(lobby.office).the_list()
    assert (len(the_list.inside), len(the_list.waiting)) == (1, 0)
    acts = [entry.act for entry in Trail(lobby.office.state, lobby.clock).entries()]
    assert acts == ["visit.confirm"]


def test_who_waits_stands_on_the_list_in_a_block_with_a_count_of_its_own(lobby: Lobby) -> None:
    lobby.reception.sign_in(ZOE)
    lobby.reception.sign_in(ANN)
    lobby.reception.sign_in(Details("Ali"), by="staff:bo")
    the_list = CalamityPost(lobby.office).the_list()
    shown = sheet(the_list)
    assert [(count.number, count.what.nl) for count in shown.counts] == [
        (1, "binnen"),
        (2, "niet bevestigd"),
        (1, "hulp gewenst"),
        (0, "waarschijnlijk weg"),
    ]
    block = shown.blocks[-1]
    assert (block.heading.nl, block.weight) == ("Nog niet bevestigd", "waiting")
    assert [row.name.nl for row in block.rows] == ["Ann de Vries", "Zoë Öztürk"]
    assert "Nog niet bevestigd" in text(the_list)
    assert paper().pdf(the_list).startswith(b"%PDF")


def test_who_is_turned_away_is_signed_out_and_the_list_says_how(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ZOE)
    lobby.reception.refuse(given.visit, by="staff:bo")
    lobby.reception.refuse(given.visit, by="staff:bo")
    seen = lobby.seen()[given.visit]
    assert (seen.state, seen.refused) == ("left", True)
    assert [gone.how.nl for gone in sheet(CalamityPost(lobby.office).the_list()).gone] == ["weggestuurd"]
    acts = [entry.act for entry in Trail(lobby.office.state, lobby.clock).entries()]
    assert acts == ["visit.refuse"]


def test_turning_somebody_away_by_mistake_is_undone_and_they_wait_again(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ZOE)
    lobby.reception.refuse(given.visit, by="staff:bo")
    lobby.reception.undo_sign_out(given.visit, by="staff:bo")
    (seen,) = guests(lobby).waiting
    assert (seen.refused, lobby.roll().on_site[0].waits) == (False, True)


def test_nobody_is_confirmed_who_has_left(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ZOE)
    lobby.reception.sign_out(given.pass_)
    with pytest.raises(VisitElsewhere):
        lobby.reception.confirm(given.visit, by="staff:bo")


def test_without_a_database_they_wait_and_are_let_in_or_turned_away_all_the_same(lobby: Lobby) -> None:
    with refusing(lobby.database, GONE):
        one, two, three = (lobby.reception.sign_in(ZOE) for _ in range(3))
        assert len(guests(lobby).waiting) == 3
        lobby.reception.confirm(one.visit, by="staff:bo")
        lobby.reception.refuse(two.visit, by="staff:bo")
        assert [seen.visit for seen in guests(lobby).waiting] == [three.visit]
        assert [line.entry.visit for line in CalamityPost(lobby.office).the_list().waiting] == [three.visit]
    seen = lobby.seen()
    assert (seen[one.visit].waits, seen[two.visit].refused, seen[three.visit].waits) == (False, True, True)


def test_who_waits_and_stays_over_still_waits(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ZOE)
    lobby.register.stay(given.visit, by="staff:bo")
    lobby.clock.advance(hours=20)
    assert [seen.visit for seen in guests(lobby).waiting] == [given.visit]


def test_many_at_once_are_told_and_nobody_is_stopped(lobby: Lobby) -> None:
    for _ in range(20):
        lobby.reception.sign_in(ZOE)
    post = CalamityPost(lobby.office)
    assert [problem for problem in post.problems() if "nobody confirmed them" in problem.sentence] == []
    lobby.reception.sign_in(ANN)
    (problem,) = [problem for problem in post.problems() if "nobody confirmed them" in problem.sentence]
    assert (problem.values, problem.everywhere) == ({"count": "21"}, True)
    assert len(guests(lobby).waiting) == 21


def test_a_flood_is_over_ten_minutes_later(clock: ManualClock) -> None:
    arrivals = [clock.now() for _ in range(30)]
    assert flood(arrivals, clock.now()) == 30
    assert flood(arrivals, clock.now() + timedelta(minutes=10)) == 0


def test_help_wanted_goes_first_also_among_who_waits(lobby: Lobby) -> None:
    lobby.reception.sign_in(Details("Aad"))
    lobby.reception.sign_in(Details("Zus", None, frozenset({Help.SIGHT})))
    assert [line.entry.name for line in CalamityPost(lobby.office).the_list().waiting] == ["Zus", "Aad"]


def test_nobody_is_turned_away_whom_a_colleague_let_in_meanwhile(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ZOE)
    lobby.reception.confirm(given.visit, by="staff:bo")
    with pytest.raises(VisitElsewhere, match="meanwhile"):
        lobby.reception.refuse(given.visit, by="staff:ann")
    assert [seen.visit for seen in guests(lobby).on_site] == [given.visit]


def test_who_waits_and_takes_their_name_back_still_waits_on_the_list_with_who_came_along(lobby: Lobby) -> None:
    zoe, ann = lobby.reception.come([ZOE, ANN])
    take_back(lobby.office.state, lobby.reception, lobby.database, ann.visit, ann.pass_)
    waiting = {line.entry.visit: line.entry for line in CalamityPost(lobby.office).the_list().waiting}
    assert (waiting[ann.visit].name, waiting[ann.visit].together) == (None, zoe.visit)


def test_who_waits_and_is_deleted_by_the_desk_still_waits_on_the_list_until_confirmed(lobby: Lobby) -> None:
    given = lobby.reception.sign_in(ZOE)
    lobby.register.delete(given.visit, by="desk:bo")
    assert [line.entry.visit for line in CalamityPost(lobby.office).the_list().waiting] == [given.visit]
    lobby.reception.confirm(given.visit, by="desk:bo")
    assert len(CalamityPost(lobby.office).the_list().waiting) == 0


def test_without_a_database_who_waits_and_takes_their_name_back_still_waits(lobby: Lobby) -> None:
    with refusing(lobby.database, GONE):
        given = lobby.reception.sign_in(ZOE)
        take_back(lobby.office.state, lobby.reception, lobby.database, given.visit, given.pass_)
        assert [line.entry.visit for line in CalamityPost(lobby.office).the_list().waiting] == [given.visit]
