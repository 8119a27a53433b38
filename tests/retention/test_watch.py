"""What the reaper remembers saves it from looking, and never keeps it from seeing what is due."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256

import pytest

from retention.base.files import locked
from retention.base.slot import SLOT_BYTES, live_image
from retention.base.slotcopies import Copies
from retention.base.slots import SlotFile
from retention.reaper import Reaper
from retention.watch import ROUND
from tests.retention.conftest import Store
from tests.support.catalogue import fill
from tests.support.clock import ManualClock

CAMERA = "camera-entree"
FOUR_DAYS = timedelta(hours=96)
WAKE = timedelta(seconds=15)


@pytest.fixture
def reaper(store: Store, clock: ManualClock) -> Reaper:
    """One that has seen a minute of footage, and goes on."""
    store.minute(clock.now())
    reaper = Reaper(store.state)
    assert reaper.step(clock.now()).erased == []
    return reaper


def wake(reaper: Reaper, clock: ManualClock) -> list[str]:
    """The next step; why each epoch went in it."""
    clock.advance(WAKE)
    return [item.why for item in reaper.step(clock.now()).erased]


def test_a_deadline_brought_forward_is_obeyed_at_the_next_wake(
    store: Store, reaper: Reaper, clock: ManualClock
) -> None:
    far = store.minute(clock.now() + timedelta(minutes=2_000))
    clock.advance(ROUND)
    assert wake(reaper, clock) == []
    SlotFile(store.state, CAMERA).bring_forward(store.live(CAMERA)[-1], clock.now() + timedelta(seconds=30))
    assert wake(reaper, clock) == ["deadline"]
    assert not far.exists()


def test_an_erasure_that_another_process_left_half_done_is_finished_at_the_next_wake(
    store: Store, reaper: Reaper, clock: ManualClock
) -> None:
    slots = SlotFile(store.state, CAMERA)
    slots.mark(slots.live()[0])
    assert wake(reaper, clock) == ["interrupted"]


def test_a_place_that_was_damaged_without_a_word_is_overwritten_within_ten_minutes(
    store: Store, reaper: Reaper, clock: ManualClock
) -> None:
    paths = SlotFile(store.state, CAMERA).paths
    far = (4_000 + 1) * SLOT_BYTES
    for path in paths:
        with path.open("r+b") as file:
            file.seek(far)
            file.write(b"what a failing disk holds")
    for _ in range(ROUND // WAKE):
        wake(reaper, clock)
    assert not any(b"what a failing disk holds" in path.read_bytes() for path in paths)


def test_slots_restored_from_a_backup_are_all_looked_at_anew(store: Store, reaper: Reaper, clock: ManualClock) -> None:
    slots = SlotFile(store.state, CAMERA)
    (slot,) = slots.live()
    kept = [path.read_bytes() for path in slots.paths]
    clock.advance(FOUR_DAYS)
    reaper.step(clock.now())
    assert slots.live() == []
    for path, content in zip(slots.paths, kept, strict=True):
        path.unlink()
        path.write_bytes(content)
    assert wake(reaper, clock) == ["deadline"]
    assert not any(slot.wrapped in path.read_bytes() for path in slots.paths)


def test_a_machine_that_slept_finds_all_that_became_due_meanwhile(
    store: Store, reaper: Reaper, clock: ManualClock
) -> None:
    path = store.minute(clock.now() + timedelta(minutes=1))  # claimed after the last step
    clock.advance(FOUR_DAYS + timedelta(minutes=5))
    assert wake(reaper, clock) == ["deadline", "deadline"]
    assert not path.exists()


def test_slots_that_are_gone_are_told_until_they_are_back(store: Store, reaper: Reaper, clock: ManualClock) -> None:
    away = store.state.directory / "elsewhere"
    store.state.keys.rename(away)
    store.state.keys.mkdir()
    for _ in range(2):
        (failure,) = reaper.step(clock.now()).failures
        assert "is its disk there" in failure
    store.state.keys.rmdir()
    away.rename(store.state.keys)
    assert reaper.step(clock.now()).failures == []


def test_a_file_that_will_not_go_is_tried_again_at_every_wake_and_told_until_then(
    store: Store, reaper: Reaper, clock: ManualClock
) -> None:
    (path,) = store.state.data_of(CAMERA, store.live(CAMERA)[0])
    path.unlink()
    path.mkdir()  # unlink() of a folder fails
    clock.advance(FOUR_DAYS)
    assert str(path) in reaper.step(clock.now()).failures[0]
    assert str(path) in reaper.step(clock.now()).failures[0]
    path.rmdir()
    path.write_text("an ordinary file again")
    assert reaper.step(clock.now()).failures == []
    assert not path.exists()


def test_one_place_that_cannot_be_written_keeps_none_of_its_stream_from_going(
    store: Store, reaper: Reaper, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, real = store.minute(clock.now() + timedelta(minutes=1)), os.pwrite
    (first, second) = SlotFile(store.state, CAMERA).live()
    bad = range((first.index + 1) * SLOT_BYTES, (first.index + 2) * SLOT_BYTES)

    def refuse(descriptor: int, data: bytes, offset: int) -> int:
        if offset in bad:
            raise OSError(5, "Input/output error")
        return real(descriptor, data, offset)

    monkeypatch.setattr(os, "pwrite", refuse)
    clock.advance(FOUR_DAYS + timedelta(minutes=2))
    swept = reaper.step(clock.now())
    assert [item.slot.epoch for item in swept.erased] == [second.epoch]
    assert "Input/output error" in swept.failures[0]
    assert not other.exists()


def test_a_slot_of_an_impossible_date_stops_nothing(store: Store, reaper: Reaper, clock: ManualClock) -> None:
    (slot,) = SlotFile(store.state, CAMERA).live()
    image = bytearray(live_image(slot))
    image[24:40] = bytes([0xFF] * 7 + [0x7F]) * 2  # both deadlines: the year 294,247
    poisoned = SlotFile(store.state, "aaa")
    poisoned.claim(1, clock.now() + timedelta(days=1), slot.public)
    for path in poisoned.paths:
        with path.open("r+b") as file:
            file.seek(SLOT_BYTES)
            file.write(_summed(image, "aaa"))
    clock.advance(FOUR_DAYS)
    assert [item.why for item in Reaper(store.state).step(clock.now()).erased] == ["deadline"]
    assert poisoned.at(0).kind == "tombstone"


def test_nobody_who_makes_or_mends_slots_and_hangs_is_waited_for(
    store: Store, reaper: Reaper, clock: ManualClock
) -> None:
    slots = SlotFile(store.state, CAMERA)
    slots.paths[1].unlink()
    with Copies(store.state, CAMERA, slots.capacity).claiming(), _making(store):
        reaper.mend(clock.now())
        clock.advance(FOUR_DAYS)
        assert [item.why for item in reaper.step(clock.now()).erased] == ["deadline"]


def test_a_step_costs_the_same_however_much_is_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    costs = []
    for kept in (10, 5_000):
        clock = ManualClock()
        fill(store.state, cameras=1, minutes=kept, until=clock.now())
        reaper, read = Reaper(store.state), list[int]()
        reaper.step(clock.now())
        _count(monkeypatch, read)
        for _ in range(4):
            wake(reaper, clock)
        monkeypatch.undo()
        costs.append((len(read), sum(read)))
    assert costs[0] == costs[1]


def _count(monkeypatch: pytest.MonkeyPatch, read: list[int]) -> None:
    real = os.pread

    def counted(descriptor: int, length: int, offset: int) -> bytes:
        read.append(length)
        return real(descriptor, length, offset)

    monkeypatch.setattr(os, "pread", counted)


def _summed(image: bytearray, stream: str) -> bytes:
    image[40:88] = stream.encode().ljust(48, b"\0")
    image[200:232] = sha256(image[:200]).digest()
    return bytes(image)


@contextmanager
def _making(store: Store) -> Iterator[None]:
    """Somebody holds the lock under which slot files are made."""
    with locked(store.state.keys / ".slots.lock"):
        yield
