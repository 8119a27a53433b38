"""The chain of receipts: several writers, power cuts in mid-line, days that never go back, a disk without room."""

import fcntl
import multiprocessing
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest

from retention.base.errors import DiskRefused, TryAgain
from retention.base.slots import SlotFile
from retention.base.state import State
from retention.evidence.chain import Chain
from retention.evidence.follow import Break, Torn, follow
from retention.evidence.line import GENESIS, LINE_BYTES, Line
from retention.evidence.receipts import Receipts
from retention.reaper import Reaper
from tests.retention.conftest import Store
from tests.support.clock import ManualClock


def line(number: int) -> Line:
    return Line("erased", "deadline", "camera-entree", number, 0, 0, number, 1, GENESIS)


def found(chain: Chain) -> list[object]:
    """What stands in the chain: the epoch of each line, and what is no line."""
    told: list[object] = []
    number, previous = 0, GENESIS
    for day in chain.days():
        for _, one in follow(chain.body(day), number, previous):
            if isinstance(one, Line):
                number, previous = one.number, one.hash
                told.append("torn" if one.kind == "torn" else one.epoch)
            else:
                told.append(one)
    return told


def cut(chain: Chain, day: date, place: int, kept: int) -> None:
    """A power cut while that line was written: `kept` of its bytes reached the disk."""
    with chain.path(day).open("r+b") as file:
        file.seek((place + 1) * LINE_BYTES + kept)
        file.write(bytes(LINE_BYTES - kept))


@pytest.fixture
def chain(state: State) -> Chain:
    return Chain(state)


def test_lines_of_several_days_make_one_chain(chain: Chain, clock: ManualClock) -> None:
    for number in range(60):
        chain.add([line(number)], clock.now())
        clock.advance(hours=1)
    assert found(chain) == list(range(60))
    assert len(chain.days()) == 3


def test_a_second_holder_goes_on_where_the_first_one_was(state: State, clock: ManualClock) -> None:
    one, two = Chain(state), Chain(state)
    for number in range(0, 600, 3):
        one.add([line(number), line(number + 1)], clock.now())
        two.add([line(number + 2)], clock.now())
    assert found(one) == list(range(600))
    two.add([line(600)], clock.now())
    assert found(Chain(state)) == list(range(601))


@pytest.mark.parametrize("kept", [1, 4, 60, 255])
@pytest.mark.parametrize("whole", [0, 1, 30])
def test_a_line_torn_by_a_power_cut_is_named_and_the_chain_goes_on(
    state: State, clock: ManualClock, kept: int, whole: int
) -> None:
    chain = Chain(state)
    for number in range(whole + 1):
        chain.add([line(number)], clock.now())
    cut(chain, clock.now().date(), whole, kept)
    Chain(state).add([line(100)], clock.now())
    Chain(state).add([line(101)], clock.now())
    assert found(chain) == [*range(whole), Torn(1), "torn", 100, 101]


def test_a_batch_of_which_a_power_cut_left_holes_is_named_as_one(state: State, clock: ManualClock) -> None:
    chain = Chain(state)
    chain.add([line(number) for number in range(24)], clock.now())
    for place in (17, 20):
        cut(chain, clock.now().date(), place, 0)
    Chain(state).add([line(100)], clock.now())
    assert found(chain) == [*range(17), Torn(7), "torn", 100]


def test_a_line_torn_at_the_end_of_a_day_is_named_in_the_same_file(state: State, clock: ManualClock) -> None:
    chain = Chain(state)
    chain.add([line(0), line(1)], clock.now())
    cut(chain, clock.now().date(), 1, 50)
    clock.advance(days=1)
    Chain(state).add([line(2)], clock.now())
    assert found(chain) == [0, Torn(1), "torn", 2]
    assert len(chain.days()) == 2


def test_a_line_changed_long_ago_is_not_taken_for_torn(state: State, clock: ManualClock) -> None:
    chain = Chain(state)
    chain.add([line(number) for number in range(60)], clock.now())
    cut(chain, clock.now().date(), 5, 100)
    Chain(state).add([line(60)], clock.now())
    assert found(chain) == [*range(5), Break(None), Break(found(chain)[6].held), *range(7, 61)]  # type: ignore[attr-defined]


def test_a_day_never_takes_a_line_once_a_later_one_has_begun(chain: Chain, clock: ManualClock) -> None:
    chain.add([line(0)], clock.now())
    chain.add([line(1)], clock.now() + timedelta(days=1))
    chain.add([line(2)], clock.now())
    assert found(chain) == [0, 1, 2]
    assert len(chain.body(chain.days()[0]).rstrip(b"\0")) <= LINE_BYTES


def _write_many(state: State, who: int) -> None:
    chain, clock = Chain(state), ManualClock()
    for number in range(100):
        chain.add([line(who * 1000 + number)], clock.now(), patience=60)


def test_four_processes_at_once_make_one_chain(state: State, chain: Chain) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_write_many, args=(state, number)) for number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(100)
    told = found(chain)
    assert sorted(told) == sorted(who * 1000 + number for who in range(4) for number in range(100))  # type: ignore[type-var]


@contextmanager
def no_byte_more(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size`, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_has_a_place_is_written_on_a_full_disk(chain: Chain, clock: ManualClock) -> None:
    chain.make_room(clock.now().date(), 40)
    size = chain.path(clock.now().date()).stat().st_size
    with no_byte_more(size):
        for number in range(40):
            chain.add([line(number)], clock.now())
        with pytest.raises(DiskRefused, match="no receipt can be written"):
            chain.add([line(40)], clock.now())
    assert found(chain) == list(range(40))


def test_with_no_room_for_a_new_day_the_newest_file_goes_on(chain: Chain, clock: ManualClock) -> None:
    chain.make_room(clock.now().date(), 40)
    chain.add([line(0)], clock.now())
    with no_byte_more(LINE_BYTES * 41):
        chain.add([line(1)], clock.now() + timedelta(days=1))
    assert (found(chain), len(chain.days())) == ([0, 1], 1)


def test_tomorrow_made_ahead_takes_lines_on_a_full_disk(chain: Chain, clock: ManualClock) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    chain.add([line(0)], clock.now())
    chain.make_room(tomorrow.date(), 40)
    with no_byte_more(chain.path(tomorrow.date()).stat().st_size):
        chain.add([line(1)], tomorrow)
    assert chain.end().day == tomorrow.date()


def test_the_reaper_leaves_a_receipt_with_the_hash_of_the_slot_as_it_was_made(store: Store, clock: ManualClock) -> None:
    store.minute(clock.now())
    (slot,) = SlotFile(store.state, "camera-entree").live()
    raw = SlotFile(store.state, "camera-entree").paths[0].read_bytes()
    header = raw[(slot.index + 1) * 4096 :][:232]
    SlotFile(store.state, "camera-entree").bring_forward(slot.epoch, slot.deadline - timedelta(hours=1))
    Reaper(store.state).step(slot.deadline)
    chain = Chain(store.state)
    ((_, receipt),) = follow(chain.body(chain.days()[0]), 0, GENESIS)
    assert isinstance(receipt, Line)
    assert (receipt.kind, receipt.why, receipt.epoch, receipt.committed) == (
        "erased",
        "deadline",
        slot.epoch,
        header[200:],
    )


def test_a_receipt_that_finds_no_place_waits_and_stops_no_erasure(store: Store, clock: ManualClock) -> None:
    paths = [store.minute(clock.now() + timedelta(minutes=number)) for number in range(3)]
    folder = store.state.evidence
    folder.rmdir()
    folder.write_text("no folder")
    reaper, late = Reaper(store.state), clock.now() + timedelta(days=5)
    swept = reaper.step(late)
    assert not any(path.exists() for path in paths)
    assert (len(swept.erased), reaper.receipts.waiting) == (3, 3)
    assert "wait in memory" in swept.failures[0]
    folder.unlink()
    folder.mkdir()
    assert reaper.step(late).failures == []
    assert (reaper.receipts.waiting, len(found(Chain(store.state)))) == (0, 3)


def test_a_writer_that_hangs_with_the_lock_delays_a_pass_once_and_stops_nothing(
    store: Store, clock: ManualClock
) -> None:
    paths = [store.minute(clock.now() + timedelta(minutes=number)) for number in range(5)]
    hung = os.open(store.state.evidence, os.O_RDONLY)
    fcntl.flock(hung, fcntl.LOCK_EX)
    reaper = Reaper(store.state)
    swept = reaper.step(clock.now() + timedelta(days=5))
    assert not any(path.exists() for path in paths)
    assert (reaper.receipts.waiting, len(swept.failures)) == (5, 1)
    os.close(hung)
    assert Receipts(store.state).flush(clock.now()) == []


def test_a_held_lock_is_waited_for_in_turn(state: State, chain: Chain, clock: ManualClock) -> None:
    hung = os.open(state.evidence, os.O_RDONLY)
    fcntl.flock(hung, fcntl.LOCK_EX)
    with pytest.raises(TryAgain, match="does not let go"):
        chain.add([line(0)], clock.now())
    os.close(hung)


def test_a_chain_whose_first_days_have_gone_goes_on(state: State, clock: ManualClock) -> None:
    chain = Chain(state)
    for number in range(3):
        chain.add([line(number)], clock.now())
        clock.advance(days=1)
    chain.path(chain.days()[0]).unlink()
    Chain(state).add([line(3)], clock.now())
    assert Chain(state).end().number == 4
