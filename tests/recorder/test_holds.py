"""Spans that are kept from eviction: found again by every process, released one by one, everything held on doubt."""

from datetime import UTC, datetime, timedelta

import pytest

from recorder.room.holds import Holds, HoldsUnreadable
from retention.base.errors import UsageRefused
from retention.base.state import State
from tests.support.clock import ManualClock

NOON = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = int(NOON.timestamp())


@pytest.fixture
def holds(state: State) -> Holds:
    (state.footage / "entree").mkdir()
    return Holds(state, "entree")


def is_held(holds: Holds, epoch: int) -> bool:
    with holds.steady() as held:
        return held(epoch)


def test_a_held_span_is_held_with_every_minute_that_reaches_into_it(holds: Holds, clock: ManualClock) -> None:
    holds.place(NOON, NOON + timedelta(minutes=5), "incident", clock.now())

    assert [is_held(holds, MINUTE + 60 * minute) for minute in (-4, -2, 0, 4, 5)] == [False, True, True, True, False]


def test_another_process_sees_it_and_lets_it_go(holds: Holds, state: State, clock: ManualClock) -> None:
    first = holds.place(NOON, NOON + timedelta(minutes=5), "incident", clock.now())
    second = holds.place(NOON, NOON + timedelta(minutes=1), "request", clock.now())

    Holds(state, "entree").release(first.number)

    assert holds.all() == [second]
    with pytest.raises(UsageRefused, match="no hold"):
        holds.release(first.number)


def test_holds_whose_footage_is_past_its_term_go_by_themselves(holds: Holds, clock: ManualClock) -> None:
    old = holds.place(NOON, NOON + timedelta(minutes=5), "incident", clock.now())
    clock.advance(days=5)
    new = holds.place(clock.now(), clock.now() + timedelta(minutes=5), "incident", clock.now())

    assert holds.all() == [new]
    assert new.number != old.number


@pytest.mark.parametrize("bytes_on_disk", [b"", b"[]", b'{"holds": [{}]}', b"\xff\x00", b'{"holds": 7}'])
def test_a_damaged_file_holds_everything_and_takes_nothing_more(
    holds: Holds, clock: ManualClock, bytes_on_disk: bytes
) -> None:
    holds.path.write_bytes(bytes_on_disk)

    with pytest.raises(HoldsUnreadable, match="nothing of camera entree is erased early"), holds.steady():
        pass
    with pytest.raises(HoldsUnreadable):
        holds.place(NOON, NOON + timedelta(minutes=5), "incident", clock.now())
    assert holds.path.read_bytes() == bytes_on_disk


def test_a_hold_that_ends_before_it_starts_is_refused(holds: Holds, clock: ManualClock) -> None:
    with pytest.raises(UsageRefused, match="ends after it starts"):
        holds.place(NOON, NOON, "incident", clock.now())


def test_a_camera_that_has_no_footage_has_nothing_to_hold(state: State, clock: ManualClock) -> None:
    with pytest.raises(UsageRefused, match="no footage"):
        Holds(state, "nowhere").place(NOON, NOON + timedelta(minutes=1), "incident", clock.now())


def test_holds_that_the_disk_does_not_give_are_no_reason_to_remove_them(holds: Holds) -> None:
    holds.path.mkdir()
    with pytest.raises(HoldsUnreadable, match=r"Is a directory\): nothing .* see to the disk and its rights$"):
        holds.all()
