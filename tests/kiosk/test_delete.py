"""A visitor asks to be deleted: gone from roll and rows at once, and nobody who is inside is lost by it."""

import errno
import itertools
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.calamity.post import CalamityPost
from kiosk.calamity.roll import RollReader
from kiosk.calamity.rollfile import HEAD_BYTES, Place, scan, wiping
from kiosk.calamity.sheet import sheet
from kiosk.errors import VisitElsewhere, VisitUnknown
from kiosk.passes import Pass
from kiosk.register import Register
from kiosk.tables import Visit
from kiosk.visits import Details
from retention.base.errors import DatabaseUnavailable, DiskRefused
from retention.base.readerkey import private_half
from tests.kiosk.lobby import ANN, ZOE, Lobby, make_lobby, refusing


def sealed_of(lobby: Lobby, visit: str) -> list[bytes]:
    """The sealed bytes of a visit as they stand: in every roll file, and in the row."""
    reader = private_half(lobby.office.state)
    days = lobby.register._days
    found = []
    for day in days.live(days.now()):
        private = days.private(day, reader, days.now())
        places = RollReader(lobby.office.state, "visits", int(f"{day:%Y%m%d}"), private).places_of(visit)
        for path in lobby.office.state.roll.glob("*.roll"):
            data = path.read_bytes()
            frames = scan(data, bytes.fromhex(path.stem.rpartition("-")[2])).frames
            found += [one.sealed for one in frames if f"{path.stem[11:]}-{one.number}-{one.start}" in places]
    if lobby.database is not None:
        with lobby.database.read() as session:
            row = session.get(Visit, visit)
            found += [row.sealed] if row is not None else []
    return found


def files_with(lobby: Lobby, parts: list[bytes]) -> list[Path]:
    """The state files in which any of these bytes stand, journal of the database included."""
    files = [path for path in lobby.office.state.directory.rglob("*") if path.is_file()]
    # A row's bytes may be spread over pages; a good part of their middle is not.
    return [path for path in files if any(part[100:180] in path.read_bytes() for part in parts)]


def test_who_has_left_is_gone_from_roll_and_rows_at_once(lobby: Lobby) -> None:
    ann, zoe = lobby.reception.sign_in(ANN), lobby.reception.sign_in(ZOE)
    lobby.register.correct(ann.visit, {"name": "Anna de Vries"}, by="desk:bo")
    lobby.reception.sign_out(ann.pass_)
    parts = sealed_of(lobby, ann.visit)
    assert (len(parts), bool(files_with(lobby, parts))) == (4, True)
    done = lobby.register.delete(ann.visit, by="desk:bo")
    assert (done.inside, done.frozen, done.waits) == (False, False, False)
    assert files_with(lobby, parts) == []
    assert list(lobby.seen()) == [zoe.visit]
    roll = lobby.roll()
    assert ([entry.name for entry in roll.on_site], roll.left, roll.unreadable) == (["Zoë Öztürk"], [], 0)
    assert roll.forgotten == 1


def test_who_is_inside_keeps_a_line_without_a_name_until_they_sign_out(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    arrived = lobby.clock.now()
    lobby.clock.advance(minutes=30)
    assert lobby.register.delete(ann.visit, by="desk:bo").inside
    (seen,) = lobby.register.visits()
    told = (seen.name, seen.host, seen.help, seen.deleted, seen.pass_id, seen.arrived)
    assert told == (None, None, (), True, str(ann.pass_), arrived)
    (entry,) = lobby.roll().on_site
    assert (entry.name, entry.deleted, entry.pass_id, entry.arrived) == (None, True, str(ann.pass_), arrived)
    lobby.reception.sign_out(ann.pass_)
    assert (lobby.register.visits(), lobby.roll().left, lobby.roll().forgotten) == ([], [], 1)


def test_the_pass_of_who_was_deleted_rests_and_returns(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    lobby.reception.sign_out(ann.pass_)
    lobby.register.delete(ann.visit, by="desk:bo")
    board = lobby.register._passes
    assert str(ann.pass_) in board.seen().taken(lobby.clock.now())
    lobby.clock.advance(minutes=31)
    assert str(ann.pass_) not in board.seen().taken(lobby.clock.now())


def test_who_is_expected_is_deleted_whatever_the_day(lobby: Lobby) -> None:
    day = lobby.reception.today() + timedelta(days=3)
    visit = lobby.reception.expect(ZOE, day, by="desk:bo")
    parts = sealed_of(lobby, visit)
    lobby.register.delete(visit, by="desk:bo")
    assert (lobby.register.expected(day), files_with(lobby, parts)) == ([], [])


def test_who_stays_over_is_deleted_from_both_days(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    lobby.register.stay(ann.visit, by="desk:bo")
    parts = sealed_of(lobby, ann.visit)
    assert len(parts) == 4
    done = lobby.register.delete(ann.visit, by="desk:bo")
    assert files_with(lobby, parts) == []
    assert done.copies_until.isoformat() == "2027-03-04T03:00:00+00:00"
    lobby.clock.advance(hours=24)
    assert [(seen.name, seen.deleted) for seen in lobby.register.visits()] == [(None, True)]


def test_deleting_twice_is_deleting_once(lobby: Lobby) -> None:
    ann, zoe = lobby.reception.sign_in(ANN), lobby.reception.sign_in(ZOE)
    for given in (ann, zoe):
        lobby.register.delete(given.visit, by="desk:bo")
    lobby.reception.sign_out(zoe.pass_)
    for given in (ann, zoe):
        lobby.register.delete(given.visit, by="desk:bo")
    assert [seen.deleted for seen in lobby.register.visits()] == [True]
    with pytest.raises(VisitUnknown):
        lobby.register.delete("0" * 32, by="desk:bo")


def test_nothing_is_kept_anew_of_who_was_deleted(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    lobby.register.delete(ann.visit, by="desk:bo")
    with pytest.raises(VisitElsewhere):
        lobby.register.correct(ann.visit, {"name": "Ann"}, by="desk:bo")
    with pytest.raises(VisitElsewhere):
        lobby.register.stay(ann.visit, by="desk:bo")


def test_with_the_database_away_the_roll_goes_at_once_and_the_row_follows(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    lobby.reception.sign_out(ann.pass_)
    lobby.register.visits()
    with refusing(lobby.database, DatabaseUnavailable("away")):
        assert lobby.register.delete(ann.visit, by="desk:bo").waits
        assert (lobby.register.visits(), lobby.roll().left) == ([], [])
    assert lobby.register.visits() == []
    assert sealed_of(lobby, ann.visit) == []


def test_whom_the_roll_alone_remembers_is_deleted_too(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    lobby.reception.sign_out(ann.pass_)
    lobby.clock.advance(hours=1)
    lobby.office.state.passes.unlink()
    with refusing(lobby.database, DatabaseUnavailable("away")):
        assert lobby.register.delete(ann.visit, by="desk:bo").waits
        assert lobby.register.visits() == []
    lobby.register.visits()
    assert (sealed_of(lobby, ann.visit), lobby.roll().forgotten) == ([], 1)


def test_another_process_forgets_too_and_goes_on_writing(lobby: Lobby) -> None:
    with make_lobby(lobby.office.config, lobby.clock) as other:
        ann = other.reception.sign_in(ANN)
        assert [seen.name for seen in other.register.visits()] == ["Ann de Vries"]
        assert [entry.name for entry in other.roll().on_site] == ["Ann de Vries"]
        lobby.register.delete(ann.visit, by="desk:bo")
        zoe = other.reception.sign_in(ZOE)
        assert {seen.name for seen in other.register.visits()} == {None, "Zoë Öztürk"}
        known = [one for reader in other.register._rolls.values() for one in reader._opened.values()]
        assert ANN.name not in repr(known)
        assert other.roll().unreadable == 0
        other.reception.sign_out(zoe.pass_)
        assert [entry.name for entry in lobby.roll().left] == ["Zoë Öztürk"]


def test_a_record_overwritten_without_a_word_in_the_roll_is_a_loss(lobby: Lobby) -> None:
    lobby.reception.sign_in(ANN)
    (path,) = lobby.office.state.roll.glob("*.roll")
    data = path.read_bytes()
    written = wiping(data, Place(bytes.fromhex(path.stem[11:]), 0, HEAD_BYTES))
    assert written is not None
    offset, blank = written
    path.write_bytes(data[:offset] + blank + data[offset + len(blank) :])
    assert lobby.roll().unreadable == 1


@pytest.fixture
def power(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """`power(n)`: the disk takes n more writes of the wipe, the last of them by half, and refuses from then on."""

    def fail_after(writes: int) -> None:
        left, real = writes, os.pwrite

        def pwrite(descriptor: int, data: bytes, offset: int) -> int:
            nonlocal left
            if not os_is_wiping():
                return real(descriptor, data, offset)
            left -= 1
            if left < 0:
                real(descriptor, data[: len(data) // 2], offset)
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return real(descriptor, data, offset)

        monkeypatch.setattr(os, "pwrite", pwrite)

    return fail_after


@pytest.mark.parametrize("writes", [0, 1, 2])
@pytest.mark.parametrize("database_url", [None])
def test_a_wipe_cut_short_is_finished_by_whoever_reads_next(
    lobby: Lobby, power: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, writes: int, database_url: None
) -> None:
    ann = lobby.reception.sign_in(ANN)
    lobby.register.correct(ann.visit, {"name": "Anna"}, by="desk:bo")
    lobby.reception.sign_out(ann.pass_)
    lobby.reception.sign_in(ZOE)
    parts = sealed_of(lobby, ann.visit)
    power(writes)
    with pytest.raises(DiskRefused):
        lobby.register.delete(ann.visit, by="desk:bo")
    assert [seen.name for seen in lobby.register.visits()] == ["Zoë Öztürk"]
    monkeypatch.undo()
    Register(lobby.office, lobby.database, private_half(lobby.office.state)).visits()
    assert files_with(lobby, parts) == []
    assert (lobby.roll().unreadable, [entry.name for entry in lobby.roll().on_site]) == (0, ["Zoë Öztürk"])


CALLS = ("open", "pread", "pwrite", "fdatasync", "close")
SLOWLY = (errno.EACCES, errno.EROFS, errno.ENOSPC)


@pytest.mark.parametrize("error", [errno.EIO, *(pytest.param(error, marks=pytest.mark.slow) for error in SLOWLY)])
@pytest.mark.parametrize("database_url", [None])
def test_whatever_call_of_a_wipe_fails_the_next_reader_finishes_it(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch, database_url: None, error: int
) -> None:
    """Every call that the wipe of a visit with records in two files makes, each failing in turn."""
    with make_lobby(lobby.office.config, lobby.clock) as other:
        for number, (call, nth) in enumerate(itertools.product(CALLS, (0, 1))):
            ann = other.reception.sign_in(Details(f"Kanarie {number}"))
            lobby.reception.sign_out(ann.pass_)
            parts = sealed_of(lobby, ann.visit)
            real, left = getattr(os, call), nth

            def failing(*args: Any, real: Any = real, call: str = call) -> Any:
                nonlocal left
                mine = sys._getframe(1).f_code.co_filename.endswith(("calamity/wipe.py", "base/files.py"))
                if mine and os_is_wiping():
                    left -= 1
                    if left < 0:
                        if call == "close":
                            real(*args)
                        raise OSError(error, os.strerror(error))
                return real(*args)

            with monkeypatch.context() as patch:
                patch.setattr(os, call, failing)
                with suppress(DiskRefused, OSError):
                    lobby.register.delete(ann.visit, by="desk:bo")
            lobby.register.visits()
            assert (call, nth, files_with(lobby, parts)) == (call, nth, [])
            assert lobby.roll().unreadable == 0


def os_is_wiping() -> bool:
    """Whether the call comes from the wipe, and not from a lock or the roll's writer."""
    frame = sys._getframe(2)
    while frame.f_back is not None:
        if frame.f_code.co_filename.endswith("calamity/wipe.py"):
            return True
        frame = frame.f_back
    return False


def test_the_calamity_service_finishes_a_wipe_too(
    lobby: Lobby, power: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = lobby.reception.sign_in(ANN)
    parts = sealed_of(lobby, ann.visit)
    power(0)
    with pytest.raises(DiskRefused):
        lobby.register.delete(ann.visit, by="desk:bo")
    monkeypatch.undo()
    post = CalamityPost(lobby.office)
    post.step()
    assert not any(part[100:180] in path.read_bytes() for part in parts for path in lobby.office.state.roll.iterdir())


def test_the_frozen_list_of_an_alarm_keeps_who_asks_since_and_not_who_asked_before(lobby: Lobby) -> None:
    ann, zoe = lobby.reception.sign_in(ANN), lobby.reception.sign_in(ZOE)
    bo = lobby.reception.sign_in(Details("Bo"))
    lobby.register.delete(zoe.visit, by="desk:bo")
    post = CalamityPost(lobby.office)
    lobby.clock.advance(minutes=1)
    post.start(drill=False, by="desk:bo")
    done = lobby.register.delete(ann.visit, by="desk:bo")
    post.step()
    assert done.frozen
    assert {line.entry.name for line in post.the_list().inside} == {"Ann de Vries", None, "Bo"}
    assert {seen.name for seen in lobby.register.visits()} == {None, "Bo"}
    frozen = post.frozen_list()
    assert frozen is not None
    assert {line.entry.name for line in frozen.inside} == {"Ann de Vries", None, "Bo"}
    assert bo.visit in {line.entry.visit for line in frozen.inside}


def test_the_list_says_how_many_who_left_were_deleted_and_names_those_inside_by_their_pass(lobby: Lobby) -> None:
    ann, zoe = lobby.reception.sign_in(ANN), lobby.reception.sign_in(ZOE)
    lobby.reception.sign_out(zoe.pass_)
    for given in (ann, zoe):
        lobby.register.delete(given.visit, by="desk:bo")
    told = sheet(CalamityPost(lobby.office).the_list())
    spoken = Pass.parse(str(ann.pass_)).spoken("nl")
    assert [row.name.nl for block in told.blocks for row in block.rows] == [f"(naam verwijderd op verzoek: {spoken})"]
    assert "op eigen verzoek verwijderd: 1." in told.remarks[0].nl


def test_staff_who_delete_are_in_the_trail(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    lobby.register.delete(ann.visit, by="desk:bo")
    entries = lobby.reception._trail.entries()
    assert ("visit.delete", "desk:bo", ann.visit) in [(entry.act, entry.actor, entry.about) for entry in entries]
