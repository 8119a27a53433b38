"""A disk that takes its time: the camera never waits for it, and what was not kept is a gap with its edges."""

import errno
import os
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recorder.causes import Cause
from recorder.errors import CaptureFailed
from recorder.store import PAUSED, TOO_SLOW
from tests.recorder.cameras import FakeCamera, Stage, causes, looped, packets_of


@pytest.fixture
def slow(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes the disk wait at its next sync, until `stage.disk` is set."""
    real = os.fdatasync

    def sync(descriptor: int) -> None:
        stage.disk.wait(timeout=30)
        real(descriptor)

    monkeypatch.setattr(os, "fdatasync", sync)
    return stage.disk.clear


def test_a_disk_that_is_slow_for_less_than_memory_holds_costs_nothing(
    stage: Stage, small_film: Path, slow: Callable[[], None]
) -> None:
    begin = stage.clock.now()

    def fault(number: int) -> None:
        if number == 250:
            slow()
        if number == 500:
            stage.disk.set()

    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 30), before=fault))

    assert causes(stage.timeline(begin, begin + timedelta(seconds=29))) == ["recorded"]
    assert stage.said[-1]["packets"] == {"in": 750, "stored": 750}


def test_a_disk_that_is_too_slow_is_one_gap_with_exact_edges_and_never_stops_the_camera(
    stage: Stage, small_film: Path, slow: Callable[[], None]
) -> None:
    film, begin = looped(packets_of(small_film), 60), stage.clock.now()
    stage.buffer = 5 * sum(len(packet.data) for packet in film) // 60  # about five seconds of it
    blocked: list[int] = []

    def fault(number: int) -> None:
        if number == 250:
            slow()
        if number == 1000:
            blocked.append(len(stage.said))
            stage.disk.set()

    stage.capture(FakeCamera(stage.clock, film, before=fault))

    (_, before), (why, gap), (_, _) = stage.timeline(begin, begin + timedelta(seconds=59))
    assert why == "disk_slow"
    assert 13 <= before <= 16
    # It goes on with the first key frame once half of the memory is free: at once here, as the disk is quick again.
    assert before + gap == pytest.approx(40, abs=1)
    counted = stage.said[-1]["packets"]
    assert counted["in"] == counted["stored"] + counted["disk_slow"]
    assert counted["disk_slow"] == pytest.approx(gap * 25, abs=1)


def test_while_the_disk_hangs_the_process_says_that_it_lives_and_what_is_wrong(
    stage: Stage, small_film: Path, slow: Callable[[], None]
) -> None:
    film = looped(packets_of(small_film), 60)
    stage.buffer = sum(len(packet.data) for packet in film) // 20
    signs: list[dict[str, object]] = []

    def fault(number: int) -> None:
        if number == 250:
            stage.said.clear()
            slow()
        if number == 1250:
            signs.extend(stage.said)
            stage.disk.set()

    stage.capture(FakeCamera(stage.clock, film, before=fault))

    assert len([sign for sign in signs if sign.get("patience") == 5.5]) == 20
    assert (signs[-1]["cause"], signs[-1]["message"]) == (Cause.DISK_SLOW, TOO_SLOW)
    assert 0 < int(str(signs[-1]["buffer_bytes"])) <= stage.buffer


def test_a_camera_that_fails_while_the_disk_hangs_has_both_causes_in_their_order(
    stage: Stage, small_film: Path, slow: Callable[[], None]
) -> None:
    film, begin = looped(packets_of(small_film), 40), stage.clock.now()
    stage.buffer = sum(len(packet.data) for packet in film) // 10
    away = CaptureFailed(Cause.UNREACHABLE, "away")
    first = FakeCamera(stage.clock, film, ends=away, before=lambda number: slow() if number == 250 else None)
    second = FakeCamera(stage.clock, film, before=lambda number: stage.disk.set() if number == 0 else None)

    stage.capture(first, away, away, second)

    found = stage.timeline(begin, stage.clock.now())
    assert causes(found)[:4] == ["recorded", "disk_slow", "unreachable", "recorded"]
    assert found[0][1] + found[1][1] == pytest.approx(40, abs=0.1)


def test_a_pause_is_a_gap_and_its_end_needs_nobody(stage: Stage, small_film: Path) -> None:
    begin = stage.clock.now()

    def fault(number: int) -> None:
        if number in {250, 500}:
            stage.camera.store.paused = number == 250

    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 30), before=fault))

    found = stage.timeline(begin, begin + timedelta(seconds=29))
    assert causes(found) == ["recorded", "disk_full", "recorded"]
    assert found[1][1] == pytest.approx(10, abs=1)
    assert PAUSED in {status["message"] for status in stage.said}


def test_a_group_of_pictures_that_lost_a_part_is_not_continued(stage: Stage, slow_film: Path) -> None:
    begin = stage.clock.now()

    def fault(number: int) -> None:
        if number in {30, 80}:  # within a group of four seconds
            stage.camera.store.paused = number == 30

    stage.capture(FakeCamera(stage.clock, packets_of(slow_film), before=fault))

    found = stage.timeline(begin, begin + timedelta(seconds=7))
    assert found[:2] == [("recorded", pytest.approx(1, abs=0.1)), ("disk_full", pytest.approx(3, abs=0.1))]
    assert found[2][0] == "recorded"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_every_packet_that_comes_in_is_stored_or_accounted_for(
    stage: Stage, slow_film: Path, slow: Callable[[], None], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    film = looped(packets_of(slow_film), chance.uniform(5, 40))
    stage.buffer = chance.randint(1, 2 * sum(len(packet.data) for packet in film))
    stage.said.clear()
    real = os.pwrite

    def refuse(*_: object) -> int:
        raise OSError(chance.choice([errno.EIO, errno.ENOSPC, errno.EROFS, errno.EDQUOT]), "refused")

    def fault(number: int) -> None:
        what = chance.randrange(120) if number < len(film) - 1 else -1
        if what in {-1, 0, 1}:
            stage.disk.set()
        elif what == 2:
            slow()
        elif what in {3, 4, 5}:
            monkeypatch.setattr(os, "pwrite", refuse if what == 3 else real)
        elif what in {6, 7}:
            stage.camera.store.paused = not stage.camera.store.paused

    begin = stage.clock.now()
    lost = FakeCamera(stage.clock, film, ends=CaptureFailed(Cause.UNREACHABLE, "away"), before=fault)
    stage.capture(lost, FakeCamera(stage.clock, film, before=fault))
    monkeypatch.setattr(os, "pwrite", real)

    counted = dict(stage.said[-1]["packets"])
    assert counted.pop("in") == sum(counted.values()) == 2 * len(film)
    recorded = sum(seconds for word, seconds in stage.timeline(begin, stage.clock.now()) if word == "recorded")
    assert recorded * 25 == pytest.approx(counted.get("stored", 0), abs=2)
