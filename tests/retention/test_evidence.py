"""Evidence: notes of what was made, lost receipts made anew, a signed digest of each day, and what breaks it."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from retention.base.slots import SlotFile
from retention.base.state import State
from retention.evidence.chain import Chain
from retention.evidence.follow import follow
from retention.evidence.line import GENESIS, Line
from retention.evidence.signing import DayKeys
from tests.retention.conftest import Store
from tests.support.clock import ManualClock
from tests.support.evidence import NO_DOUBT, EvidenceSite

DAY = timedelta(days=1)


@pytest.fixture
def site(state: State, clock: ManualClock) -> EvidenceSite:
    return EvidenceSite(state, clock)


def sentences(site: EvidenceSite) -> str:
    return " | ".join(problem.message for problem in site.keeper.problems)


def test_three_days_of_making_and_erasing_verify(site: EvidenceSite) -> None:
    site.hours(75, step=4)
    verdict = site.verdict()
    assert (verdict.problems, verdict.digests) == ([], 3)
    newest = site.archive.newest()
    assert newest is not None
    assert newest.body is not None
    assert newest.body["figures"]["made"] == {"calamities": 6}
    assert newest.body["figures"]["erased"] == {"calamities": 6}
    assert newest.body["figures"]["why"] == {"deadline": 6}
    assert newest.body["figures"]["late"] == 0
    assert site.keeper.problems == ()


def test_what_was_made_before_a_restart_is_noted_once(site: EvidenceSite) -> None:
    site.hours(5)
    lines = Chain(site.state).end().number
    site.start()
    site.keep()
    assert Chain(site.state).end().number == lines


def test_each_key_signs_its_successor_and_is_destroyed(site: EvidenceSite) -> None:
    site.hours(50)
    held = DayKeys(site.state).held()
    assert [one.number for one in held] == [3]
    digests = [digest for _, digest in site.archive.all() if digest]
    assert [digest.key for digest in digests[1:]] + [held[0].public] == [digest.next for digest in digests]


def test_a_machine_that_was_off_digests_each_day_it_missed(site: EvidenceSite, clock: ManualClock) -> None:
    site.hours(10)
    clock.advance(days=5)
    site.start()
    site.reap()
    site.keep()
    assert [day.day for day in site.archive.days()] == [2, 3, 4, 5, 6]
    assert site.verdict().problems == []
    site.hours(30)
    assert site.verdict().problems == []


def test_an_erasure_that_never_came_is_found(site: EvidenceSite, clock: ManualClock) -> None:
    site.hours(3)
    site.slots.close()
    for path in (site.state.slots("calamities"), site.state.slots("calamities").with_suffix(".slots.copy")):
        path.unlink()  # whoever wants to keep what they copied takes the slots away
    clock.advance(days=2)
    site.start()
    site.keep()
    problems = site.verdict().problems
    assert len(problems) == 1
    assert "no line says it was erased" in problems[0]


def test_a_receipt_lost_in_a_crash_is_made_anew_from_the_tombstone(site: EvidenceSite, clock: ManualClock) -> None:
    slot = site.make()
    site.keep()
    clock.advance(hours=20)
    SlotFile(site.state, site.stream).erase(slot.epoch, clock.now())
    clock.advance(hours=1)
    site.start()
    site.hours(24)
    assert site.verdict().problems == []
    digest = site.archive.digest(date(2027, 3, 3))
    assert digest is not None
    assert digest.body is not None
    assert digest.body["figures"]["why"] == {"rederived": 1}


def test_a_damaged_slot_that_was_overwritten_closes_what_was_noted(site: EvidenceSite, clock: ManualClock) -> None:
    slot = site.make()
    site.keep()
    for path in site.slots.paths:
        with path.open("r+b") as file:
            file.seek((slot.index + 1) * 4096 + 100)
            file.write(b"damage")
    assert site.reap() == []
    site.hours(24)
    assert site.verdict().problems == []


def test_a_key_made_and_erased_between_two_looks_is_no_problem(site: EvidenceSite, clock: ManualClock) -> None:
    site.keep()
    site.make(lives=timedelta(minutes=5))
    clock.advance(minutes=10)
    site.reap()
    site.hours(30)
    assert site.verdict().problems == []


def test_a_deadline_brought_forward_does_not_change_what_was_committed(site: EvidenceSite, clock: ManualClock) -> None:
    slot = site.make()
    site.keep()
    site.slots.bring_forward(slot.epoch, clock.now() + timedelta(hours=1))
    clock.advance(hours=2)
    site.reap()
    site.hours(24)
    assert site.verdict().problems == []


def test_a_lost_key_begins_a_new_chain_for_all_to_see(site: EvidenceSite) -> None:
    site.hours(30)
    first = site.first_key()
    DayKeys(site.state).path.unlink()
    site.keep()
    assert "a new one begins visibly" in sentences(site)
    site.hours(24)
    problems = site.verdict(first=first).problems
    assert len(problems) == 1
    assert "which no digest before it named" in problems[0]
    assert len(site.archive.first_keys()) == 2
    newest = site.archive.newest()
    assert newest is not None
    assert newest.body is not None
    assert newest.body["key_is_new"]


def test_a_changed_digest_is_found_and_the_days_after_it_go_on(site: EvidenceSite) -> None:
    site.hours(30)
    path = site.archive.path(date(2027, 3, 2))
    path.write_bytes(path.read_bytes().replace(b'"late":0', b'"late":1'))
    site.start()
    site.hours(24)
    problems = site.verdict().problems
    assert any("2027-03-02.digest" in problem for problem in problems)
    assert not any("which no digest before it named" in problem for problem in problems)


@pytest.mark.parametrize("lost", ["evidence", "digests", "receipts"])
def test_evidence_that_was_deleted_is_missed_and_the_service_goes_on(site: EvidenceSite, lost: str) -> None:
    site.hours(30)
    first, head = site.first_key(), site.head()
    suffix = {"evidence": "*", "digests": "*.digest", "receipts": "*.receipts"}[lost]
    for path in site.state.evidence.glob(suffix):
        path.unlink()
    site.start()
    site.hours(26)
    assert site.verdict(head, first=first).problems != []
    assert (site.archive.newest() or pytest.fail("no digest is made any more")).number == 2


def test_a_clock_that_runs_back_takes_no_day_back(site: EvidenceSite, clock: ManualClock) -> None:
    site.hours(30)
    clock.step(days=-3)
    site.hours(10)
    assert len(site.archive.days()) == 1
    clock.step(days=3)
    site.hours(30)
    assert site.verdict().problems == []


def test_an_older_copy_put_in_its_place_is_found_by_a_head_kept_elsewhere(site: EvidenceSite, tmp_path: Path) -> None:
    site.hours(30)
    shutil.copytree(site.state.evidence, tmp_path / "older")
    site.hours(24)
    head = site.head()
    shutil.rmtree(site.state.evidence)
    shutil.copytree(tmp_path / "older", site.state.evidence)
    assert any("an older copy" in problem for problem in site.verdict(head).problems)


@pytest.mark.parametrize("signed", [False, True])
def test_a_crash_between_the_steps_of_signing_is_finished_by_the_next_turn(
    site: EvidenceSite, clock: ManualClock, signed: bool
) -> None:
    """Either the next key was made and the digest was not; or it was, and the old key is not destroyed yet."""
    site.hours(10)
    keys = DayKeys(site.state)
    before = keys.path.read_bytes()
    if not signed:
        keys.make(2)
    clock.advance(days=1)
    site.keep()
    if signed:
        keys.path.write_bytes(keys.path.read_bytes()[:4096] + before[4096:])
        assert len(keys.held()) == 2
    site.start()
    site.hours(25)
    assert site.verdict().problems == []
    assert [held.number for held in keys.held()] == [3]


def test_receipts_go_after_31_days_and_digests_after_a_year_and_the_rest_still_verifies(
    site: EvidenceSite, clock: ManualClock
) -> None:
    site.lives = timedelta(days=45)
    site.hours(3)
    first = site.first_key()
    site.lives = timedelta(hours=20)
    for _ in range(33):
        clock.advance(days=1)
        site.hours(1, step=1)
    assert min(Chain(site.state).days()) > date(2027, 3, 2)
    assert site.verdict(first=first).problems == []
    site.start()
    for _ in range(3):
        clock.advance(days=1)
        site.hours(1)
    assert site.verdict(first=first).problems == []
    clock.advance(days=340)
    for _ in range(11):
        site.reap()
        site.keep()
    assert site.archive.links.exists()
    assert site.verdict(first=first).problems == []
    link = site.archive.links.read_bytes()
    site.archive.links.write_bytes(b"".join(link.splitlines(keepends=True)[:-1]))
    assert site.verdict(first=first).problems != []


def test_minutes_of_a_camera_are_noted_as_they_come_also_with_a_clock_that_jumps(
    store: Store, clock: ManualClock
) -> None:
    site = EvidenceSite(store.state, clock, stream="camera-entree")
    site.keep()
    for _ in range(3):
        store.minute(clock.now())
        clock.advance(minutes=1)
        site.keep()
    site.keeper.turn(clock.now(), clock.now() + timedelta(days=3_650), timedelta(days=3_650))
    store.minute(clock.now())
    site.keeper.turn(clock.now(), clock.now(), NO_DOUBT)
    body = Chain(store.state).body(clock.now().date())
    made = [line for _, line in follow(body, 0, GENESIS) if isinstance(line, Line) and line.kind == "made"]
    assert len({line.epoch for line in made}) == len(made) == 4
