"""Room: when recording pauses, which minutes go before their term, and how long the disk will do."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.room.space import Room, days_left, refuse_export, to_evict
from retention.base.config import RecorderSection
from retention.base.errors import DiskRefused
from retention.base.state import State

MB, DAY = 1_000_000, 86_400


def limits(quota: int | None = None, reserve: int = 100 * MB) -> RecorderSection:
    return RecorderSection(quota=quota, reserve=reserve)


def test_recording_pauses_below_the_reserve_and_goes_on_a_little_above_it() -> None:
    free = [120, 101, 99, 101, 109, 110, 101]
    paused, told = False, []
    for megabytes in free:
        paused = Room(megabytes * MB, 0).lacks(limits(), paused=paused)
        told.append(paused)

    assert told == [False, False, True, True, True, False, False]


def test_it_pauses_while_footage_is_beyond_its_quota() -> None:
    assert Room(900 * MB, 51 * MB).lacks(limits(quota=50 * MB), paused=False)
    assert not Room(900 * MB, 50 * MB).lacks(limits(quota=50 * MB), paused=True)


def test_a_full_disk_of_others_is_no_overrun() -> None:
    assert Room(0, 50 * MB).overrun(limits(quota=50 * MB)) == 0
    assert Room(0, 50 * MB).overrun(limits()) == 0


def test_the_oldest_minutes_of_who_has_most_go_first_and_no_more_than_needed() -> None:
    cameras = {"a": dict.fromkeys(range(0, 600, 60), 10), "b": dict.fromkeys(range(0, 300, 60), 10)}

    assert to_evict(cameras, 25, lambda *_: True) == [("a", 0), ("a", 60), ("a", 120)]
    assert to_evict(cameras, 61, lambda *_: True)[-2:] == [("a", 300), ("b", 0)]


@given(
    st.dictionaries(
        st.sampled_from("abc"), st.dictionaries(st.integers(0, 50), st.integers(1, 90), max_size=20), max_size=3
    ),
    st.integers(0, 3000),
    st.sets(st.tuples(st.sampled_from("abc"), st.integers(0, 50))),
)
def test_whatever_there_is_only_what_may_go_goes_and_the_last_one_is_needed(
    cameras: dict[str, dict[int, int]], overrun: int, held: set[tuple[str, int]]
) -> None:
    chosen = to_evict(cameras, overrun, lambda camera, epoch: (camera, epoch) not in held)

    sizes = [cameras[camera][epoch] for camera, epoch in chosen]
    assert len(set(chosen)) == len(chosen)
    assert not held & set(chosen)
    assert sum(sizes[:-1]) < max(overrun, 1)
    free = {(camera, epoch) for camera, minutes in cameras.items() for epoch in minutes} - held
    assert sum(sizes) >= overrun or set(chosen) == free
    for camera, epoch in chosen:
        assert all((camera, older) in chosen for older in cameras[camera] if older < epoch and (camera, older) in free)


def test_a_disk_that_holds_the_whole_term_holds_it() -> None:
    steady = dict.fromkeys(range(0, 4 * DAY, 60), MB)

    assert days_left(steady, 4 * DAY, 100 * MB, timedelta(days=4)) == 4
    assert days_left({}, 4 * DAY, 0, timedelta(days=4)) == 4


def test_a_disk_that_fills_says_in_how_many_days() -> None:
    first_day = dict.fromkeys(range(0, DAY, 60), MB)  # nothing reaches its term in the next three days

    assert days_left(first_day, DAY, 2 * 1440 * MB, timedelta(days=4)) == pytest.approx(2, abs=0.1)
    assert days_left(first_day, DAY, 0, timedelta(days=4)) == 0


def test_exports_are_refused_while_the_reserve_is_not_free(state: State) -> None:
    refuse_export(state, limits(reserve=0))
    with pytest.raises(DiskRefused, match="no export is made"):
        refuse_export(state, limits(reserve=10**18))
