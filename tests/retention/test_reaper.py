"""The reaper: everything at its deadline, nothing before, whatever else has failed."""

import os
import shutil
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from retention.base.errors import DiskRefused, EpochErased
from retention.base.readerkey import private_half
from retention.base.sealed import SealedFile
from retention.base.slotcopies import Copies
from retention.base.slots import SlotFile, capacity_of
from retention.reaper import Reaper
from retention.rules import LEAD
from tests.retention.conftest import Store
from tests.support.clock import ManualClock
from tests.support.crash import PowerCut, power_goes_at

FOUR_DAYS = timedelta(hours=96)


def test_footage_lives_for_four_days_less_the_lead_and_no_longer(store: Store, clock: ManualClock) -> None:
    path = store.minute(clock.now())
    reaper = Reaper(store.state)
    deadline = clock.now() + FOUR_DAYS
    assert reaper.step(deadline - LEAD - timedelta(seconds=1)).erased == []
    assert path.exists()
    (erased,) = reaper.step(deadline - LEAD).erased
    assert erased.why == "deadline"
    assert not path.exists()
    assert store.live("camera-entree") == []


def test_only_what_is_due_goes(store: Store, clock: ManualClock) -> None:
    old = store.minute(clock.now())
    young = store.minute(clock.now() + timedelta(minutes=2))
    Reaper(store.state).step(clock.now() + FOUR_DAYS)
    assert not old.exists()
    assert young.exists()


def test_visits_go_at_the_end_of_the_site_day(store: Store, clock: ManualClock) -> None:
    roll = store.day(clock.now())
    end = clock.now().replace(hour=3) + timedelta(days=1)  # 04:00 in Amsterdam in winter
    reaper = Reaper(store.state)
    reaper.step(end - LEAD - timedelta(seconds=1))
    assert roll.exists()
    reaper.step(end - LEAD)
    assert not roll.exists()


def test_a_second_pass_changes_nothing(store: Store, clock: ManualClock) -> None:
    store.minute(clock.now())
    reaper = Reaper(store.state)
    reaper.step(clock.now() + FOUR_DAYS)
    before = {path: path.read_bytes() for path in store.state.keys.iterdir()}
    again = reaper.step(clock.now() + FOUR_DAYS)
    assert (again.erased, again.unlinked, again.failures) == ([], 0, [])
    assert before == {path: path.read_bytes() for path in store.state.keys.iterdir()}


def test_a_copy_of_a_segment_made_before_cannot_be_read_with_the_slots_of_after(
    store: Store, clock: ManualClock, tmp_path: Path
) -> None:
    copy = Path(shutil.copy(store.minute(clock.now()), tmp_path / "backup.seg"))
    slots = SlotFile(store.state, "camera-entree")
    sealed = SealedFile(copy)
    assert sealed.unlock(slots.open(sealed.epoch, private_half(store.state), clock.now())).valid_chunks() == 1
    Reaper(store.state).step(clock.now() + FOUR_DAYS)
    with pytest.raises(EpochErased):
        slots.open(sealed.epoch, private_half(store.state), clock.now())


def test_a_camera_that_is_no_longer_configured_is_reaped_all_the_same(store: Store, clock: ManualClock) -> None:
    path = store.minute(clock.now(), camera="weggehaald")
    Reaper(store.state).step(clock.now() + FOUR_DAYS)
    assert not path.exists()


def test_it_needs_neither_database_nor_reader_key_nor_configuration(store: Store, clock: ManualClock) -> None:
    path = store.minute(clock.now())
    for name in ("reader.key", "reader.pub"):
        (store.state.keys / name).unlink()
    (store.state.directory / "portier.db").write_bytes(b"no database")
    assert Reaper(store.state).step(clock.now() + FOUR_DAYS).failures == []
    assert not path.exists()


def test_a_busy_claimer_does_not_hold_it_up(store: Store, clock: ManualClock) -> None:
    path = store.minute(clock.now())
    with Copies(store.state, "camera-entree", capacity_of("camera-entree")).claiming():
        Reaper(store.state).step(clock.now() + FOUR_DAYS)
    assert not path.exists()


def test_a_file_that_cannot_be_unlinked_is_told_and_keeps_no_other_from_going(store: Store, clock: ManualClock) -> None:
    stubborn = store.minute(clock.now())
    stubborn.unlink()
    stubborn.mkdir()  # unlink() of a folder fails
    other = store.minute(clock.now(), camera="achter")
    swept = Reaper(store.state).step(clock.now() + FOUR_DAYS)
    assert not other.exists()
    assert len(swept.erased) == 2
    assert [str(stubborn) in failure for failure in swept.failures] == [True]


def test_leftovers_are_taken_once_their_key_is_gone_and_not_before(store: Store, clock: ManualClock) -> None:
    dead, living = store.minute(clock.now()), store.minute(clock.now() + timedelta(minutes=5))
    SlotFile(store.state, "camera-entree").erase(int(clock.now().timestamp()) // 60 * 60, clock.now())
    swept = Reaper(store.state).sweep_leftovers()
    assert (swept.unlinked, dead.exists(), living.exists()) == (1, False, True)


def test_nothing_is_swept_while_the_keys_are_not_there(store: Store, clock: ManualClock) -> None:
    path = store.minute(clock.now())
    store.state.keys.rename(store.state.directory / "elsewhere")
    store.state.keys.mkdir()
    swept = Reaper(store.state).sweep_leftovers()
    assert path.exists()
    assert "is its disk there" in swept.failures[0]


def test_files_of_others_in_the_same_folders_are_left_alone(store: Store, clock: ManualClock) -> None:
    note = store.minute(clock.now()).parent.parent / "gaps.log"
    note.write_text("why there is none")
    reaper = Reaper(store.state)
    reaper.step(clock.now() + FOUR_DAYS)
    reaper.sweep_leftovers()
    assert note.exists()


def crash_at(store: Store, at: datetime, call: int) -> bool:
    """Let the reaper die at one change of the disk; whether it got that far."""
    try:
        with power_goes_at(call):
            Reaper(store.state).step(at)
    except PowerCut:
        return True
    return False


def test_a_crash_at_any_change_of_the_disk_is_finished_by_the_next_pass(store: Store, clock: ManualClock) -> None:
    for call in count():
        path = store.minute(clock.now())
        (wrapped,) = (slot.wrapped for slot in SlotFile(store.state, "camera-entree").live())
        at = clock.now() + FOUR_DAYS
        crashed = crash_at(store, at, call)
        SlotFile(store.state, "camera-entree").mend(clock.now())  # repair, run at once: it must bring nothing back
        later = Reaper(store.state)
        later.step(at)
        later.sweep_leftovers()
        assert not path.exists()
        assert store.live("camera-entree") == []
        assert not any(wrapped in copy.read_bytes() for copy in store.state.keys.glob("camera-entree.slots*"))
        clock.advance(minutes=1)
        if not crashed:
            break
    assert call >= 9  # two marks, two tombstones, each synced; the file, its folder


def test_once_the_intent_is_marked_no_reader_opens_it(store: Store, clock: ManualClock) -> None:
    store.minute(clock.now())
    with power_goes_at(2), pytest.raises(PowerCut):  # one copy written and synced
        Reaper(store.state).step(clock.now() + FOUR_DAYS)
    assert store.live("camera-entree") == []


def test_a_disk_that_refuses_every_write_is_told_and_tried_again(store: Store, clock: ManualClock) -> None:
    path = store.minute(clock.now())
    reaper = Reaper(store.state)
    real = os.pwrite

    def refuse(*_: object) -> int:
        raise OSError(5, "Input/output error")

    os.pwrite = refuse
    try:
        swept = reaper.step(clock.now() + FOUR_DAYS)
    finally:
        os.pwrite = real
    assert "Input/output error" in swept.failures[0]
    assert not path.exists()  # a disk that takes no tombstone may still let the data go
    assert store.live("camera-entree") != []
    again = reaper.step(clock.now() + FOUR_DAYS)
    assert (len(again.erased), again.failures) == (1, [])
    assert store.live("camera-entree") == []


def test_slots_that_do_not_hold_what_was_written_are_told(store: Store, clock: ManualClock) -> None:
    store.minute(clock.now())
    slots = SlotFile(store.state, "camera-entree")
    (slot,) = slots.live()
    real = os.pwrite
    os.pwrite = lambda descriptor, data, offset: len(data)
    try:
        with pytest.raises(DiskRefused, match="does not hold"):
            slots.bury(slot, clock.now())
    finally:
        os.pwrite = real
