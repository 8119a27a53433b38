"""A companion and the person they accompany: signed in in one go, next to each other, each with a pass of their own."""

import errno
import os

import pytest

from kiosk.calamity.post import CalamityPost
from kiosk.calamity.sheet import sheet
from kiosk.guests import Guests
from kiosk.together import beside
from kiosk.visits import Details, Help
from retention.base.errors import DatabaseUnavailable, DiskRefused
from tests.kiosk.lobby import Lobby, refusing

ANN = Details("Ann de Vries", "Bo Bakker", frozenset({Help.STAIRS}))
CEM = Details("Cem Yilmaz", "Bo Bakker")
ADA = Details("Ada", "Bo Bakker")
BEA = Details("Bea", "Bo Bakker")


def test_two_sign_in_in_one_go_with_two_passes(lobby: Lobby) -> None:
    first, second = lobby.reception.come([ANN, CEM])
    assert first.pass_ != second.pass_
    seen = lobby.seen()
    assert (seen[first.visit].unit, seen[second.visit].unit) == (first.visit, first.visit)
    assert [entry.unit for entry in lobby.roll().on_site] == [first.visit, first.visit]


def test_who_comes_alone_is_alone(lobby: Lobby) -> None:
    lobby.reception.come([ANN])
    lobby.reception.sign_in(CEM)
    assert Guests.of(lobby.register.visits()).together() == {}


def test_they_stand_next_to_each_other_at_the_desk_and_on_the_list(lobby: Lobby) -> None:
    lobby.reception.come([BEA, CEM])
    lobby.clock.advance(minutes=1)
    lobby.reception.come([ADA, Details("Zus", None)])
    lobby.clock.advance(minutes=1)
    lobby.reception.sign_in(Details("Bob", "Bo Bakker"))
    assert [seen.name for seen in Guests.of(lobby.register.visits()).on_site] == [
        "Bea",
        "Cem Yilmaz",
        "Ada",
        "Zus",
        "Bob",
    ]
    (group,) = CalamityPost(lobby.office).the_list().groups
    assert [line.entry.name for line in group.lines] == ["Ada", "Zus", "Bea", "Cem Yilmaz", "Bob"]


def test_the_companion_of_who_needs_help_stands_under_them_with_the_others_number(lobby: Lobby) -> None:
    lobby.reception.come([CEM, ANN])
    the_list = CalamityPost(lobby.office).the_list()
    assert [line.entry.name for line in the_list.help_first] == ["Ann de Vries", "Cem Yilmaz"]
    rows = sheet(the_list).blocks[0].rows
    assert [row.under[-1].nl for row in rows] == ["samen met nr. 2", "samen met nr. 1"]
    assert [row.helped for row in rows] == [True, False]
    assert sheet(the_list).counts[1].number == 1


def test_each_signs_out_by_their_own_pass(lobby: Lobby) -> None:
    first, second = lobby.reception.come([ANN, CEM])
    lobby.reception.sign_out(second.pass_)
    seen = lobby.seen()
    assert (seen[first.visit].state, seen[second.visit].state) == ("on_site", "left")


def test_they_stay_together_without_a_database_and_when_one_is_corrected_or_stays(lobby: Lobby) -> None:
    with refusing(lobby.database, DatabaseUnavailable("away")):
        first, second = lobby.reception.come([ANN, CEM])
        assert Guests.of(lobby.register.visits()).together() == {first.visit: 2}
    lobby.register.correct(second.visit, {"name": "Cem"}, by="desk:bo")
    lobby.register.stay(second.visit, by="desk:bo")
    assert lobby.seen()[second.visit].unit == first.visit
    assert {entry.unit for entry in lobby.roll().on_site} == {first.visit}


def test_a_disk_that_refuses_the_second_tells_and_the_first_stays_on_the_list(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    lobby.reception.sign_in(ADA)  # by now the roll's file is there
    synced, full = os.fdatasync, iter([False])

    def sync(descriptor: int) -> None:
        if next(full, True):
            raise OSError(errno.ENOSPC, "no space left")
        synced(descriptor)

    monkeypatch.setattr(os, "fdatasync", sync)
    with pytest.raises(DiskRefused):
        lobby.reception.come([ANN, CEM])
    monkeypatch.undo()
    # What was written and not synced may be on the list too: rather one too many than one too few.
    assert {entry.name for entry in lobby.roll().on_site} >= {"Ada", "Ann de Vries"}
    assert {seen.name for seen in lobby.register.visits()} >= {"Ada", "Ann de Vries"}


def test_the_order_is_kept_but_for_who_came_together() -> None:
    assert beside(["a1", "b1", "a2", "c1", "b2"], lambda one: one[0]) == ["a1", "a2", "b1", "b2", "c1"]
