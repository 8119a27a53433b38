"""A visitor takes their name back at the screen: gone from roll and rows, without any key that opens them."""

import errno
import os
import sys
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from kiosk.calamity.post import CalamityPost
from kiosk.calamity.roll import LATELY
from kiosk.changes import NAMELESS
from kiosk.errors import VisitElsewhere, VisitUnknown
from kiosk.reception import SignedIn
from kiosk.takeback import take_back
from kiosk.visits import Details, Help
from retention.base.errors import DatabaseUnavailable, DiskRefused, TryAgain
from tests.kiosk.lobby import ANN, ZOE, Lobby, refusing
from tests.kiosk.test_delete import files_with, sealed_of


def forget(lobby: Lobby, given: SignedIn) -> None:
    take_back(lobby.office.state, lobby.reception, lobby.database, given.visit, given.pass_)


def test_who_takes_their_name_back_is_gone_at_once_and_still_counts_as_inside(lobby: Lobby) -> None:
    ann, zoe = lobby.reception.sign_in(ANN), lobby.reception.sign_in(ZOE)
    arrived = lobby.clock.now()
    lobby.reception.rewrite(ann.visit, Details("Anna", help=frozenset({Help.STAIRS})), by="visitor")
    parts = sealed_of(lobby, ann.visit)
    assert len(parts) == 3
    lobby.clock.advance(seconds=40)
    forget(lobby, ann)
    assert files_with(lobby, parts) == []
    roll = lobby.roll()
    entry = next(entry for entry in roll.on_site if entry.visit == ann.visit)
    assert (entry.name, entry.help, entry.deleted, entry.pass_id) == (None, (), True, str(ann.pass_))
    assert abs(entry.arrived - arrived) < timedelta(seconds=1)
    assert [entry.name for entry in roll.on_site if entry.visit == zoe.visit] == ["Zoë Öztürk"]
    assert roll.unreadable == 0
    assert {(seen.name, seen.deleted) for seen in lobby.register.visits()} == {(None, True), ("Zoë Öztürk", False)}


def test_the_pass_still_signs_out_who_took_their_name_back(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    forget(lobby, ann)
    lobby.reception.sign_out(ann.pass_)
    assert (lobby.register.visits(), lobby.roll().on_site, lobby.roll().forgotten) == ([], [], 1)


def test_the_visitors_own_act_is_not_in_the_trail_of_staff(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    forget(lobby, ann)
    assert [entry.about for entry in lobby.reception._trail.entries()] == []


def test_twice_is_once_and_nothing_is_kept_anew(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    forget(lobby, ann)
    forget(lobby, ann)
    assert [entry.deleted for entry in lobby.roll().on_site] == [True]
    with pytest.raises(VisitElsewhere):
        lobby.reception.rewrite(ann.visit, ZOE, by="visitor")


def test_with_the_database_away_the_roll_alone_forgets_and_the_row_follows(lobby: Lobby) -> None:
    with refusing(lobby.database, DatabaseUnavailable("away")):
        ann = lobby.reception.sign_in(ANN)
        forget(lobby, ann)
        assert [entry.name for entry in lobby.roll().on_site] == [None]
    assert [(seen.name, seen.deleted) for seen in lobby.register.visits()] == [(None, True)]
    assert sealed_of(lobby, ann.visit) == [NAMELESS]


def test_only_of_the_last_few_visits_the_places_are_known(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    for number in range(LATELY):
        lobby.reception.sign_in(Details(f"Kanarie {number}"))
    with pytest.raises(VisitUnknown):
        forget(lobby, ann)
    assert [entry.name for entry in lobby.roll().on_site if entry.visit == ann.visit] == ["Ann de Vries"]


@pytest.mark.parametrize("database_url", [None])
@pytest.mark.parametrize("call", ["pwrite", "fdatasync"])
def test_what_a_failed_write_left_behind_is_overwritten_too(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch, call: str, database_url: None
) -> None:
    """The record of a write that failed stands in the file given up, whole or half, and again in the next one."""
    lobby.reception.sign_in(ZOE)
    real, failed = getattr(os, call), []

    def failing(descriptor: int, *rest: Any) -> Any:
        writing_the_roll = sys._getframe(1).f_code.co_filename.endswith(("calamity/roll.py", "base/files.py"))
        if failed or not writing_the_roll or (call == "pwrite" and not rest[1]):
            return real(descriptor, *rest)
        failed.append(descriptor)
        if call == "pwrite":
            real(descriptor, bytes(rest[0])[:400], *rest[1:])
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing)
        ann = lobby.reception.sign_in(ANN)
    assert len(list(lobby.office.state.roll.glob("*.roll"))) == 2
    places = [record.place for records in lobby.reception.written(ann.visit).values() for record in records]
    assert len(places) == 2
    forget(lobby, ann)
    wiped = [path.read_bytes().count(b"portier: deleted on request") for path in lobby.office.state.roll.iterdir()]
    assert sorted(wiped) == [1, 1]
    assert lobby.roll().unreadable == 0


@pytest.mark.parametrize("database_url", [None])
def test_a_wipe_that_the_disk_refuses_is_finished_by_the_calamity_service(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch, database_url: None, caplog: pytest.LogCaptureFixture
) -> None:
    ann = lobby.reception.sign_in(ANN)
    parts = sealed_of(lobby, ann.visit)

    def refuse(descriptor: int, data: bytes, offset: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("kiosk.calamity.wipe.write_all", refuse)
        forget(lobby, ann)
    assert [entry.name for entry in lobby.roll().on_site] == [None]
    assert "finished by whoever reads" in caplog.text
    CalamityPost(lobby.office).step()
    assert not any(part[100:180] in path.read_bytes() for part in parts for path in lobby.office.state.roll.iterdir())


@pytest.mark.parametrize("database_url", [None])
def test_where_the_roll_cannot_say_it_nothing_has_changed(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch, database_url: None
) -> None:
    ann = lobby.reception.sign_in(ANN)

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch, suppress(DiskRefused):
        patch.setattr("kiosk.calamity.roll.write_all", refuse)
        forget(lobby, ann)
    assert [entry.name for entry in lobby.roll().on_site] == ["Ann de Vries"]
    assert [seen.name for seen in lobby.register.visits()] == ["Ann de Vries"]


@pytest.mark.parametrize("database_url", [None])
def test_a_database_that_is_busy_is_no_reason_to_call_reception(lobby: Lobby, database_url: None) -> None:
    """The name is gone from the roll and the row; only what the database's own files hold is left for later."""
    ann = lobby.reception.sign_in(ANN)
    assert lobby.database is not None

    def refuse(*_: object) -> None:
        raise TryAgain("the database is busy")

    event.listen(lobby.database.engine, "engine_connect", refuse)
    forget(lobby, ann)
    event.remove(lobby.database.engine, "engine_connect", refuse)
    assert [entry.name for entry in lobby.roll().on_site] == [None]
