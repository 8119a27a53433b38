"""Cases and disasters: the power goes at any sync, the disk is full, two act at once, bytes are damaged."""

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from retention.base.command import Office
from retention.base.errors import DiskRefused
from retention.base.state import State
from retention.cases.case import Case
from retention.cases.errors import CaseRefused, NoSuchCase
from retention.cases.shelf import Shelf
from retention.reaper import Reaper
from tests.recorder.cameras import disk_takes_no_more_than
from tests.retention.casework import CAMERA, Casework, cut_at, everything
from tests.support.clock import ManualClock

DAY = timedelta(days=1)
ALL = [*range(60), *range(60)]


@pytest.fixture
def work(office: Office, clock: ManualClock) -> Casework:
    """An office with two minutes of footage."""
    work = Casework(office)
    work.film(clock.now(), 2)
    clock.advance(minutes=5)
    return work


def place(work: Casework) -> str:
    return work.proposed(work.office.clock.now() - timedelta(minutes=5), seconds=120)


def each_cut(
    work: Casework, monkeypatch: pytest.MonkeyPatch, act: Callable[[Casework], object], tmp_path: Path, by: int = 1
) -> list[Casework]:
    """What is on disk after a power cut before each sync of an act, or each `by`th, in a state directory of its own."""
    found = list[Casework]()
    for number in range(0, 1_000, by):
        directory = tmp_path / f"cut-{number}"
        shutil.copytree(work.state.directory, directory, copy_function=_copied)
        after = Casework(replace(work.office, state=State(directory)))
        if not cut_at(number, monkeypatch, lambda after=after: act(after)):  # type: ignore[misc]
            return found
        found.append(after)
    raise AssertionError("it never ends")


def _copied(source: str, target: str) -> None:
    """The cameras' slots are large, and cases only read them."""
    (os.link if Path(source).name.startswith("camera-") else shutil.copy2)(source, target)


def test_a_crash_in_a_confirmation_leaves_it_proposed_or_confirmed(
    work: Casework, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    number = place(work)
    outcomes = list[str]()
    for after in each_cut(work, monkeypatch, lambda after: after.cases.confirm(number, by="staff:els"), tmp_path):
        Reaper(after.state).sweep_leftovers()
        after.cases.tidy()

        standing = after.find(number)
        outcomes.append(standing.state)
        assert standing.deadline == standing.case.placed.at + (28 if standing.state == "kept" else 1) * DAY
        assert after.seconds(number) == ALL
        assert after.live() == [standing.case.epoch]
        assert len(everything(after.state.cases)) == 3

    assert len(outcomes) > 10
    assert outcomes == sorted(outcomes, reverse=True)  # proposed up to a certain point, kept from there on


def test_a_crash_in_a_renewal_that_nobody_comes_back_from_ends_no_later_than_was_decided(
    work: Casework, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    number = place(work)
    work.cases.confirm(number, by="staff:els")
    clock.advance(27 * DAY)
    renewal = lambda after: after.cases.renew(number, reason="more time", by="staff:els")  # noqa: E731
    for after in each_cut(work, monkeypatch, renewal, tmp_path):
        clock_before = clock.at
        clock.at += 28 * DAY
        Reaper(after.state).step(clock.now())
        Reaper(after.state).sweep_leftovers()

        assert (after.live(), everything(after.state.cases)) == ([], [])
        clock.at = clock_before


def test_a_crash_in_a_release_destroys_it_or_leaves_it_to_be_released_again(
    work: Casework, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    number = place(work)
    release = lambda after: after.cases.release(number, reason="nothing", by="staff:jan")  # noqa: E731
    for after in each_cut(work, monkeypatch, release, tmp_path):
        try:
            release(after)
        except NoSuchCase:
            Reaper(after.state).step(work.office.clock.now())
            Reaper(after.state).sweep_leftovers()
        assert (after.live(), everything(after.state.cases)) == ([], [])


def test_a_crash_while_it_is_placed_leaves_nothing_or_a_case_that_goes_on(
    work: Casework, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cut = each_cut(work, monkeypatch, place, tmp_path, by=3)
    for after in cut:
        for case in after.cases.tidy():
            after.cases.secure(case.number)

        for standing in after.cases.standing():
            assert after.seconds(standing.case.number) == ALL
            assert len(Shelf(after.state).films(standing.case.epoch)) == 2
        assert len(after.live()) >= len(after.cases.standing())  # a slot without a case holds nothing
    assert {len(after.cases.standing()) for after in cut} == {0, 1}


def test_a_full_disk_tells_keeps_what_there_is_and_goes_on_later(work: Casework, clock: ManualClock) -> None:
    case = propose(work)
    with disk_takes_no_more_than(3_000), pytest.raises(DiskRefused):
        work.cases.secure(case.number)
    assert work.find(case.number).state == "proposed"

    work.cases.secure(case.number)

    assert work.seconds(case.number) == ALL


def test_what_was_half_done_is_made_anew_and_what_was_done_is_kept(work: Casework) -> None:
    case = work.cases.secure(propose(work).number)
    Shelf(work.state).store(replace(case, secured=False))
    done, half = Shelf(work.state).films(case.epoch)
    half.write_bytes(half.read_bytes()[:-40])

    work.cases.secure(case.number)

    assert work.seconds(case.number) == ALL
    assert done.exists()
    assert not half.exists()


def test_two_who_confirm_at_once_confirm_once(work: Casework) -> None:
    number, refused, gate = place(work), list[CaseRefused](), Barrier(2)

    def confirm(who: str) -> None:
        cases = work.cases
        gate.wait()
        try:
            cases.confirm(number, by=who)
        except CaseRefused as error:
            refused.append(error)

    threads = [Thread(target=confirm, args=(who,)) for who in ("staff:els", "staff:kim")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert work.seconds(number) == ALL
    assert len(work.live()) == 1


def test_a_damaged_record_is_no_case_and_its_footage_dies_on_its_day(work: Casework, clock: ManualClock) -> None:
    number = place(work)
    (record,) = Shelf(work.state).records()
    record.write_bytes(record.read_bytes().replace(b"incident", b"incidunt"))

    work.cases.tidy()

    assert work.cases.find(number) is None
    assert Shelf(work.state).damaged() == [record]
    assert len(work.live()) == 1
    clock.advance(DAY)
    Reaper(work.state).step(clock.now())
    assert everything(work.state.cases) == []


def test_a_disk_of_cases_that_is_not_mounted_destroys_none(work: Casework, tmp_path: Path) -> None:
    number = place(work)
    work.state.cases.rename(tmp_path / "elsewhere")
    work.state.cases.mkdir()
    work.cases.tidy()
    work.state.cases.joinpath(".turn").unlink()
    work.state.cases.rmdir()
    (tmp_path / "elsewhere").rename(work.state.cases)

    assert work.seconds(number) == ALL


def test_originals_that_go_while_they_are_sealed_anew_are_missing(work: Casework, clock: ManualClock) -> None:
    case = propose(work)
    second = max(work.state.footage.rglob("*.seg"))

    case = work.cases.secure(case.number, lambda _: second.unlink(missing_ok=True))

    assert work.seconds(case.number) == list(range(60))
    assert [(one.start, one.end) for one in case.missing] == [(case.end - timedelta(minutes=1), case.end)]


def test_a_case_released_while_it_is_secured_is_not_made_any_further(work: Casework) -> None:
    case = propose(work)
    with pytest.raises(NoSuchCase):
        work.cases.secure(case.number, lambda _: work.cases.release(case.number, reason="no", by="staff:jan") and None)
    Reaper(work.state).sweep_leftovers()
    assert everything(work.state.cases) == []


def propose(work: Casework) -> Case:
    """A case that is placed, and not yet secured."""
    start = work.office.clock.now() - timedelta(minutes=5)
    end = start + timedelta(minutes=2)
    return work.cases.propose([CAMERA], start, end, category="incident", reason="a fall", by="staff:jan")


@pytest.mark.parametrize("room", range(5))
def test_a_disk_that_fills_up_during_a_confirmation_loses_nothing(
    work: Casework, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    """`room`: for so many new files there is still a block."""
    number, left = place(work), room

    def full(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk, suppress(DiskRefused):
        disk.setattr(os, "posix_fallocate", full)
        work.cases.confirm(number, by="staff:els")

    work.cases.tidy()
    assert work.seconds(number) == ALL
    if work.find(number).state == "proposed":
        work.cases.confirm(number, by="staff:els")
    assert work.find(number).deadline == work.find(number).case.placed.at + 28 * DAY
    assert len(work.live()) == 1
