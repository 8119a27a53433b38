"""The responders' post: the list from the roll alone, the alarm and its end, and what becomes of the names."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.calamity.post import CalamityPost
from kiosk.calamity.thelist import CalamityList, Doubt
from retention.base.audit import Trail
from retention.base.errors import ReaderKeyMissing, StateRefused, TryAgain
from retention.base.siteday import day_number
from retention.base.slots import SlotFile
from retention.base.state import CALAMITIES, VISITS, State
from retention.base.trusted import TrustedTime
from retention.rules import visits_deadline
from tests.calamity.lobby import MORNING, Lobby, arrival, change
from tests.calamity.office import make_office, make_post
from tests.support.clock import ManualClock


def names(the_list: CalamityList) -> list[str | None]:
    return [line.entry.name for line in the_list.lines]


def doubts(the_list: CalamityList) -> list[Doubt]:
    return [remark.doubt for remark in the_list.remarks]


@pytest.fixture
def post(lobby: Lobby, clock: ManualClock) -> CalamityPost:
    lobby.write(arrival("Noor", visit="v-noor"), arrival("Daan", visit="v-daan", pass_id="red-cat"))
    return make_post(lobby.state, clock)


def test_the_list_needs_only_the_roll_and_the_reader_key(post: CalamityPost, state: State) -> None:
    assert names(post.the_list()) == ["Daan", "Noor"]
    assert not list(state.directory.glob("*.db"))


def test_who_signs_in_later_is_on_the_next_list(post: CalamityPost, lobby: Lobby) -> None:
    post.the_list()
    lobby.write(arrival("Later", visit="v-later"))
    assert names(post.the_list()) == ["Daan", "Later", "Noor"]


def test_without_the_private_key_there_is_no_list(lobby: Lobby, clock: ManualClock) -> None:
    lobby.write(arrival("Noor"))
    (lobby.state.keys / "reader.key").unlink()
    with pytest.raises(ReaderKeyMissing):
        make_post(lobby.state, clock)


@pytest.mark.parametrize("damaged", [b"short", b"x" * 32])
def test_a_damaged_public_half_keeps_nobody_from_the_list_and_is_told(
    post: CalamityPost, state: State, clock: ManualClock, damaged: bytes
) -> None:
    (state.keys / "reader.pub").write_bytes(damaged)
    again = make_post(state, clock)
    again.start(drill=False, by="os:root")
    assert names(again.the_list()) == ["Daan", "Noor"]
    again.prepare_days()
    assert any("reader.pub" in problem.message for problem in again.problems())


def test_a_key_that_opens_nothing_is_no_empty_list(post: CalamityPost, state: State, clock: ManualClock) -> None:
    (state.keys / "reader.key").write_bytes(X25519PrivateKey.generate().private_bytes_raw())
    with pytest.raises(StateRefused, match="does not belong"):
        make_post(state, clock)


def test_past_its_deadline_the_day_is_not_read_any_more(post: CalamityPost, clock: ManualClock, state: State) -> None:
    TrustedTime(state, clock).advance()
    clock.advance(hours=18)  # 04:00 in Amsterdam is 03:00 UTC
    assert names(post.the_list()) == []


def test_an_erased_day_is_gone_from_a_list_that_knew_it(post: CalamityPost, lobby: Lobby, clock: ManualClock) -> None:
    assert names(post.the_list()) == ["Daan", "Noor"]
    SlotFile(lobby.state, VISITS).erase(day_number(lobby.day), clock.now())
    the_list = post.the_list()
    assert names(the_list) == []
    assert Doubt.NO_ROLL in doubts(the_list)


def test_a_clock_that_jumps_ahead_leaves_everybody_on_the_list_headed_uncertain(
    post: CalamityPost, clock: ManualClock, state: State
) -> None:
    TrustedTime(state, clock).advance()
    clock.step(days=3)
    the_list = post.the_list()
    assert names(the_list) == ["Daan", "Noor"]
    assert doubts(the_list) == [Doubt.CLOCK]


def test_a_clock_that_falls_back_changes_nothing(post: CalamityPost, clock: ManualClock, state: State) -> None:
    TrustedTime(state, clock).advance()
    clock.step(days=-400)
    the_list = post.the_list()
    assert (names(the_list), doubts(the_list)) == (["Daan", "Noor"], [])


def test_slots_that_cannot_be_read_are_said_at_the_head_of_an_empty_list(post: CalamityPost, state: State) -> None:
    for path in state.keys.glob("visits.slots*"):
        path.unlink()
    the_list = make_post(state, ManualClock()).the_list()
    assert (names(the_list), doubts(the_list)) == ([], [Doubt.NO_ROLL])
    assert [problem.promise for problem in make_post(state, ManualClock()).problems()] == ["P1"]


def test_at_the_alarm_the_list_is_frozen_and_sign_outs_are_notes(
    post: CalamityPost, lobby: Lobby, clock: ManualClock
) -> None:
    clock.advance(hours=1)
    post.start(drill=False, by="os:test")
    clock.advance(minutes=5)
    lobby.write(change(arrival("", visit="v-noor"), "sign_out", minute=62))
    the_list = post.the_list()
    assert [(line.entry.name, bool(line.signed_out)) for line in the_list.lines] == [("Daan", False), ("Noor", True)]


def test_a_second_alarm_changes_nothing(post: CalamityPost, clock: ManualClock) -> None:
    first = post.start(drill=False, by="os:test")
    clock.advance(minutes=1)
    assert post.start(drill=False, by="os:other") == first


def test_a_real_alarm_ends_a_drill_and_a_drill_never_hides_a_real_one(post: CalamityPost, clock: ManualClock) -> None:
    post.start(drill=True, by="os:test")
    clock.advance(minutes=1)
    real = post.start(drill=False, by="os:test")
    assert post.calamity() == real
    with pytest.raises(TryAgain, match="a real calamity is open"):
        post.start(drill=True, by="os:test")


def test_another_process_knows_of_the_alarm_and_of_its_end(
    post: CalamityPost, clock: ManualClock, state: State
) -> None:
    started = post.start(drill=False, by="os:test")
    other = make_post(state, clock)
    assert other.calamity() == started
    clock.advance(hours=1)
    assert other.end(by="os:other") is not None
    assert post.calamity() is None
    assert post.end(by="os:test") is None


def over_the_day(post: CalamityPost, lobby: Lobby, clock: ManualClock) -> None:
    """The site day ends and its key is destroyed, as the reaper does it."""
    TrustedTime(lobby.state, clock).advance()
    clock.advance(hours=20)
    SlotFile(lobby.state, VISITS).erase(day_number(lobby.day), clock.now())
    for path in lobby.state.data_of(VISITS, day_number(lobby.day)):
        path.unlink()


def test_the_list_of_a_real_calamity_outlives_the_day(post: CalamityPost, lobby: Lobby, clock: ManualClock) -> None:
    post.start(drill=False, by="os:test")
    clock.advance(minutes=5)
    lobby.write(change(arrival("", visit="v-noor"), "sign_out", minute=4))
    post.step()
    over_the_day(post, lobby, clock)
    later = make_post(lobby.state, clock).the_list()
    assert [(line.entry.name, bool(line.signed_out)) for line in later.lines] == [("Daan", False), ("Noor", True)]


def test_the_list_of_a_drill_dies_with_the_day(post: CalamityPost, lobby: Lobby, clock: ManualClock) -> None:
    post.start(drill=True, by="os:test")
    post.step()
    over_the_day(post, lobby, clock)
    assert names(make_post(lobby.state, clock).the_list()) == []
    assert not SlotFile(lobby.state, CALAMITIES).live()


def test_the_frozen_list_dies_seventy_two_hours_after_the_alarm(post: CalamityPost, state: State) -> None:
    calamity = post.start(drill=False, by="os:test")
    (slot,) = SlotFile(state, CALAMITIES).live()
    assert slot.deadline == calamity.triggered + timedelta(hours=72)


def test_the_frozen_list_dies_twenty_four_hours_after_the_end(
    post: CalamityPost, state: State, clock: ManualClock
) -> None:
    post.start(drill=False, by="os:test")
    clock.advance(hours=2)
    post.end(by="os:test")
    (slot,) = SlotFile(state, CALAMITIES).live()
    assert slot.deadline == clock.now() + timedelta(hours=24)
    frozen = post.frozen_list()
    assert frozen is not None
    assert names(frozen) == ["Daan", "Noor"]
    clock.advance(hours=25)
    assert post.frozen_list() is None


def test_of_a_mistaken_alarm_nothing_is_kept(post: CalamityPost, clock: ManualClock) -> None:
    post.start(drill=False, by="os:test")
    clock.advance(seconds=4)
    post.end(by="os:test", cancelled=True)
    assert post.frozen_list() is None


def test_after_a_restart_nothing_is_frozen_twice(post: CalamityPost, lobby: Lobby, clock: ManualClock) -> None:
    post.start(drill=False, by="os:test")
    other = make_post(lobby.state, clock)
    other.step()
    lobby.write(arrival("Later", visit="v-later", minute=1))
    other.step()
    files = list(lobby.state.calamities.glob("*.roll"))
    assert len(files) == 2
    assert names(other.the_list()) == ["Daan", "Later", "Noor"]


def test_what_a_day_ended_with_heads_the_next_list_as_a_number(
    post: CalamityPost, lobby: Lobby, clock: ManualClock
) -> None:
    lobby.write(change(arrival("", visit="v-noor"), "sign_out", minute=2))
    post.step()
    over_the_day(post, lobby, clock)
    (remark,) = make_post(lobby.state, clock).the_list().remarks
    assert (remark.doubt, remark.count) == (Doubt.NOT_SIGNED_OUT, 1)


def test_who_is_carried_over_is_not_counted_as_left_over(post: CalamityPost, lobby: Lobby, clock: ManualClock) -> None:
    tomorrow = Lobby(lobby.state, lobby.day + timedelta(days=1))
    for name in ("noor", "daan"):
        tomorrow.write(change(arrival("", visit=f"v-{name}"), "stay", name=name, since=MORNING))
    tomorrow.close()
    post.step()
    over_the_day(post, lobby, clock)
    the_list = make_post(lobby.state, clock).the_list()
    assert (names(the_list), doubts(the_list)) == (["daan", "noor"], [])
    assert the_list.lines[0].entry.arrived == MORNING


def test_slots_of_fifteen_days_ahead_are_made(post: CalamityPost, lobby: Lobby, clock: ManualClock) -> None:
    office = make_office(lobby.state, clock)
    post.prepare_days()
    slots = {slot.epoch: slot.deadline for slot in SlotFile(lobby.state, VISITS).live()}
    assert len(slots) == 16
    last = lobby.day + timedelta(days=15)
    assert slots[day_number(last)] == visits_deadline(last, office.config.site, office.config.visits)


@pytest.fixture
def full(post: CalamityPost, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing can be written any more, to files old or new."""

    def refuse(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        for call in ("write", "pwrite", "posix_fallocate", "fsync", "fdatasync"):
            patch.setattr(os, call, refuse)
        yield


def test_an_alarm_does_not_wait_for_the_disk_once_for_each_who_came(
    post: CalamityPost, lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    lobby.write(*(arrival(f"Bezoeker {number}") for number in range(30)))
    syncs, real = [0], os.fdatasync

    def counted(descriptor: int) -> None:
        syncs[0] += 1
        real(descriptor)

    monkeypatch.setattr(os, "fdatasync", counted)
    post.start(drill=False, by="os:test")
    frozen = post.frozen_list()
    assert frozen is not None
    assert len(frozen.inside) == 32
    assert syncs[0] < 10


@pytest.mark.usefixtures("full")
def test_on_a_full_disk_the_list_is_made_and_the_alarm_stands(post: CalamityPost) -> None:
    calamity = post.start(drill=False, by="os:test")
    post.step()
    assert names(post.the_list()) == ["Daan", "Noor"]
    assert post.calamity() == calamity
    assert {problem.promise for problem in post.problems()} == {"P1", "P6"}


def test_what_the_trail_would_not_take_follows_later(post: CalamityPost, state: State, clock: ManualClock) -> None:
    state.audit.rmdir()
    state.audit.write_text("in the way")
    post.looked("os:test", "text")
    assert post.catch_up() == 1
    state.audit.unlink()
    assert post.catch_up() == 0
    assert [entry.act for entry in Trail(state, clock).entries()] == ["calamity.list"]


def test_the_trail_tells_of_alarm_and_end_and_names_no_visitor(
    post: CalamityPost, state: State, clock: ManualClock
) -> None:
    post.start(drill=False, by="os:test")
    post.step()
    post.end(by="os:test")
    trail = Trail(state, clock)
    assert [(entry.act, entry.about) for entry in trail.entries()] == [
        ("calamity.start", "alarm"),
        ("calamity.end", "alarm"),
    ]
    assert "Noor" not in "".join(path.read_text() for path in state.audit.glob("*.jsonl"))


def test_no_name_is_on_disk_in_the_clear(post: CalamityPost, state: State) -> None:
    post.start(drill=False, by="os:test")
    post.step()
    for path in state.directory.rglob("*"):
        assert path.is_dir() or b"Noor" not in path.read_bytes()
