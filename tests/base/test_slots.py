"""Key slots: what lives stays readable, what is erased is gone in both copies, and doubt means erased."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from retention.base.errors import EpochErased, NoFreeSlot, SealBroken
from retention.base.readerkey import private_half, public_half
from retention.base.slot import INTENT_OFFSET, SLOT_BYTES, Slot, agree, live_image, parse, tombstone_image
from retention.base.slots import SlotFile, capacity_of, streams
from retention.base.state import State
from tests.support.clock import ManualClock

EPOCH = 1_803_974_400  # an hour before the clock of the tests
CAMERA = "camera-entree"


@pytest.fixture
def slots(state: State) -> SlotFile:
    return SlotFile(state, CAMERA)


def raw_copies(state: State) -> list[bytes]:
    return [path.read_bytes() for path in sorted(state.keys.glob("camera-entree.slots*"))]


def damage(path: Path, offset: int, with_bytes: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(with_bytes)


def test_claimed_slot_opens_for_the_reader_alone(state: State, slots: SlotFile, clock: ManualClock) -> None:
    slot = slots.claim(EPOCH, clock.now() + timedelta(hours=1), public_half(state))
    opened = slots.open(EPOCH, private_half(state), clock.now())
    assert opened.public_key() == slot.public
    with pytest.raises(SealBroken):
        slots.open(EPOCH, X25519PrivateKey.generate(), clock.now())


def test_claiming_twice_gives_the_same_slot(state: State, slots: SlotFile, clock: ManualClock) -> None:
    first = slots.claim(EPOCH, clock.now() + timedelta(hours=1), public_half(state))
    again = SlotFile(state, CAMERA).claim(EPOCH, clock.now() + timedelta(hours=2), public_half(state))
    assert again == first


def test_a_minute_whose_key_was_destroyed_before_it_began_gets_one_of_its_own(
    state: State, slots: SlotFile, clock: ManualClock
) -> None:
    """A clock that ran ahead made it, and its deadline was brought back."""
    coming = EPOCH + 86_400
    early = slots.claim(coming, clock.now() + timedelta(hours=96), public_half(state))
    slots.erase(coming, clock.now())
    clock.advance(days=1)
    again = slots.claim(coming, clock.now() + timedelta(hours=96), public_half(state))
    assert again.public_bytes != early.public_bytes
    assert slots.open(coming, private_half(state), clock.now()).public_key() == again.public


def test_reader_refuses_an_epoch_past_its_deadline_even_if_nobody_erased_it(
    state: State, slots: SlotFile, clock: ManualClock
) -> None:
    deadline = clock.now() + timedelta(hours=1)
    slots.claim(EPOCH, deadline, public_half(state))
    with pytest.raises(EpochErased):
        slots.open(EPOCH, private_half(state), deadline)


def test_erased_epoch_leaves_tombstones_and_none_of_its_key(state: State, slots: SlotFile, clock: ManualClock) -> None:
    slot = slots.claim(EPOCH, clock.now() + timedelta(hours=1), public_half(state))
    slots.erase(EPOCH, clock.now())
    for raw in raw_copies(state):
        assert slot.wrapped not in raw
        assert slot.public_bytes not in raw
    (left,) = (slot for slot in slots.slots() if slot.kind != "empty")
    assert (left.kind, left.epoch, left.erased_at) == ("tombstone", EPOCH, clock.now())


def test_erased_epoch_is_never_made_again(state: State, slots: SlotFile, clock: ManualClock) -> None:
    slots.claim(EPOCH, clock.now() + timedelta(hours=1), public_half(state))
    slots.erase(EPOCH, clock.now())
    with pytest.raises(EpochErased):
        slots.claim(EPOCH, clock.now() + timedelta(hours=1), public_half(state))


@pytest.mark.parametrize("copy", [0, 1])
def test_intent_in_one_copy_is_enough(state: State, slots: SlotFile, clock: ManualClock, copy: int) -> None:
    slot = slots.claim(EPOCH, clock.now() + timedelta(hours=1), public_half(state))
    damage(slots.paths[copy], (slot.index + 1) * SLOT_BYTES + INTENT_OFFSET, b"E")
    assert slots.find(EPOCH) is None


@pytest.mark.parametrize("copy", [0, 1])
def test_tombstone_in_one_copy_outweighs_a_live_slot_in_the_other(
    state: State, slots: SlotFile, clock: ManualClock, copy: int
) -> None:
    slot = slots.claim(EPOCH, clock.now() + timedelta(hours=1), public_half(state))
    damage(slots.paths[copy], (slot.index + 1) * SLOT_BYTES, tombstone_image(slot, clock.now()))
    assert slots.find(EPOCH) is None
    assert slots.mend(clock.now()) == 0
    assert slots.find(EPOCH) is None


@pytest.mark.parametrize("copy", [0, 1])
def test_damage_to_one_copy_costs_nothing_and_is_mended(
    state: State, slots: SlotFile, clock: ManualClock, copy: int
) -> None:
    slot = slots.claim(EPOCH, clock.now() + timedelta(hours=1), public_half(state))
    damage(slots.paths[copy], (slot.index + 1) * SLOT_BYTES + 40, b"\xff")
    assert slots.find(EPOCH) == slot
    assert slots.mend(clock.now()) == 1
    first, second = raw_copies(state)
    assert first == second


def test_damage_to_both_copies_opens_nothing_and_is_overwritten(
    state: State, slots: SlotFile, clock: ManualClock
) -> None:
    slot = slots.claim(EPOCH, clock.now() + timedelta(hours=1), public_half(state))
    for path in slots.paths:
        damage(path, (slot.index + 1) * SLOT_BYTES + 20, b"\xff\xff")
    assert slots.find(EPOCH) is None
    assert slots.bury_damaged(clock.now()) == 1
    assert all(slot.wrapped not in raw for raw in raw_copies(state))


def test_deadline_moved_later_in_the_file_is_not_believed(state: State, slots: SlotFile, clock: ManualClock) -> None:
    slot = slots.claim(EPOCH, clock.now() + timedelta(hours=1), public_half(state))
    later = replace(slot, deadline=slot.deadline + timedelta(days=9))
    for path in slots.paths:
        damage(path, (slot.index + 1) * SLOT_BYTES, live_image(later))
    with pytest.raises(EpochErased):
        slots.open(EPOCH, private_half(state), slot.deadline)


def test_deadline_is_brought_forward_and_never_back(state: State, slots: SlotFile, clock: ManualClock) -> None:
    deadline = clock.now() + timedelta(hours=2)
    slots.claim(EPOCH, deadline, public_half(state))
    slots.bring_forward(EPOCH, deadline - timedelta(hours=1))
    slots.bring_forward(EPOCH, deadline + timedelta(hours=1))
    found = slots.find(EPOCH)
    assert found is not None
    assert found.deadline == deadline - timedelta(hours=1)
    assert slots.open(EPOCH, private_half(state), clock.now()).public_key() == found.public


def test_new_epoch_takes_the_oldest_tombstone_and_never_a_live_slot(state: State, clock: ManualClock) -> None:
    slots = SlotFile(state, "visits")
    deadline = clock.now() + timedelta(days=1)
    for epoch in range(capacity_of("visits")):
        slots.claim(epoch, deadline, public_half(state))
    with pytest.raises(NoFreeSlot):
        slots.claim(9_999, deadline, public_half(state))
    slots.erase(7, clock.now())
    slots.erase(3, clock.now() - timedelta(minutes=1))
    new = slots.claim(9_999, deadline, public_half(state))
    assert new.index == 3
    assert new.generation == 2
    assert [slot.epoch for slot in slots.live()] == [e for e in range(capacity_of("visits")) if e not in (3, 7)] + [
        9_999
    ]


def test_minutes_of_a_clock_that_jumped_stand_beside_each_other_until_none_is_free(
    state: State, slots: SlotFile, clock: ManualClock
) -> None:
    far = [EPOCH + jump * capacity_of(CAMERA) * 60 for jump in range(5)]
    for epoch in far[:4]:
        slots.claim(epoch, clock.now() + timedelta(hours=1), public_half(state))
    with pytest.raises(NoFreeSlot):
        slots.claim(far[4], clock.now() + timedelta(hours=1), public_half(state))
    assert [slot.epoch for slot in slots.live()] == far[:4]
    assert all(slots.find(epoch) for epoch in far[:4])
    slots.erase(far[1], clock.now())
    assert slots.claim(far[4], clock.now() + timedelta(hours=1), public_half(state)).generation == 2


def test_a_slot_of_another_stream_opens_nothing_here(state: State, slots: SlotFile, clock: ManualClock) -> None:
    slot = slots.claim(EPOCH, clock.now() + timedelta(hours=1), public_half(state))
    other = SlotFile(state, "camera-achter")
    other.claim(EPOCH, clock.now() + timedelta(hours=1), public_half(state))
    for path in other.paths:
        damage(path, (slot.index + 1) * SLOT_BYTES, live_image(slot))
    assert other.find(EPOCH) is None
    assert streams(state) == ["camera-achter", "camera-entree"]


def test_two_processes_claiming_one_epoch_get_one_slot(state: State, clock: ManualClock) -> None:
    public_half(state)
    deadline = clock.now() + timedelta(hours=1)
    read_end, write_end = os.pipe()
    for _ in range(4):
        if os.fork() == 0:
            slot = SlotFile(state, "visits").claim(20_270_302, deadline, public_half(state))
            os.write(write_end, slot.public_bytes)
            os._exit(0)
    for _ in range(4):
        assert os.wait()[1] == 0
    os.close(write_end)
    seen = os.read(read_end, 1024)
    os.close(read_end)
    assert {seen[i : i + 32] for i in range(0, len(seen), 32)} == {seen[:32]}
    assert len(seen) == 4 * 32


@given(st.binary(max_size=SLOT_BYTES))
def test_any_bytes_in_a_slot_are_read_without_a_crash(raw: bytes) -> None:
    assert parse(raw, CAMERA, 0).kind in ("empty", "damaged")


@given(st.integers(0, 231), st.integers(1, 255))
def test_no_changed_byte_in_a_header_is_taken_for_live(position: int, flip: int) -> None:
    slot = Slot(CAMERA, 0, "live", EPOCH, 1, public_bytes=bytes(32), wrapped=bytes(80))
    image = bytearray(live_image(slot))
    image[position] ^= flip
    changed = parse(bytes(image[:232]) + bytes(8), CAMERA, 0)
    assert changed.kind == "damaged"
    assert agree(changed, changed).kind == "damaged"


def test_slots_that_are_dropped_hold_no_file_open(state: State, clock: ManualClock) -> None:
    SlotFile(state, CAMERA).claim(EPOCH, clock.now() + timedelta(hours=1), public_half(state))
    handles = Path("/proc/self/fd")
    before = len(list(handles.iterdir()))
    for _ in range(20):
        assert SlotFile(state, CAMERA).find(EPOCH)
    assert len(list(handles.iterdir())) <= before
