"""Disks that refuse, clocks that jump, processes that die: each a gap with its cause, and footage before and after."""

from datetime import timedelta
from pathlib import Path

import pytest

from recorder.causes import Cause
from recorder.errors import CaptureFailed
from recorder.footprints import every_file
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, causes, disk_takes_no_more_than, looped, packets_of


def test_a_full_disk_is_a_gap_and_footage_goes_on_by_itself_when_there_is_room(stage: Stage, small_film: Path) -> None:
    limit, begin = disk_takes_no_more_than(200), stage.clock.now()

    def fault(number: int) -> None:
        if number == 250:
            limit.__enter__()
        if number == 500:
            limit.__exit__(None, None, None)

    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 30), before=fault))

    (_, before), (why, gap), (_, _) = stage.timeline(begin, begin + timedelta(seconds=29))
    assert why == "disk_full"
    assert before == pytest.approx(10, abs=1)
    assert gap == pytest.approx(10, abs=1.1)
    counted = stage.said[-1]["packets"]
    assert counted["in"] == counted["stored"] + counted["disk_full"]


def test_a_step_of_the_machines_clock_forward_begins_a_new_file_and_is_told(stage: Stage, small_film: Path) -> None:
    begin = stage.clock.now()
    stage.capture(
        FakeCamera(
            stage.clock,
            looped(packets_of(small_film), 30),
            before=lambda number: stage.clock.step(hours=1) if number == 260 else None,
        )
    )

    found = stage.timeline(begin, stage.clock.now())
    assert causes(found) == ["recorded", "clock_stepped", "recorded"]
    assert found[1][1] == pytest.approx(3_600, abs=2)


def test_a_step_back_changes_nothing_that_is_stored(stage: Stage, small_film: Path) -> None:
    stage.office.state.clock.write_text("")  # no floor yet: trusted time is the system clock at its latest
    begin = stage.clock.now()
    stage.capture(
        FakeCamera(
            stage.clock,
            looped(packets_of(small_film), 30),
            before=lambda number: stage.clock.step(hours=-1) if number == 260 else None,
        )
    )
    stage.clock.step(hours=1)

    recorded = [seconds for word, seconds in stage.timeline(begin - timedelta(hours=1), begin + timedelta(seconds=60))]
    assert sum(recorded) == pytest.approx(3_660, abs=31)
    assert stage.said[-1]["packets"]["stored"] == 30 * 25 - stage.said[-1]["packets"].get("before a key frame", 0)


def test_a_step_of_the_cameras_clock_is_told(stage: Stage, small_film: Path) -> None:
    film, begin = packets_of(small_film), stage.clock.now()
    ahead = looped(film, 10, start=90_000 * 7_200)
    clock = stage.clock

    class Jumping(FakeCamera):
        def packets(self):  # type: ignore[no-untyped-def]
            for packet in [*looped(film, 10), *ahead]:
                clock.advance(seconds=0.04)
                yield packet

    stage.capture(Jumping(stage.clock, film))

    # Nothing is missing, so nothing is a gap; the jump is written down all the same.
    assert stage.timeline(begin, begin + timedelta(seconds=19)) == [("disabled", 0.04), ("recorded", 18.96)]
    assert "clock_stepped" in stage.state.gaps(CAMERA).read_text()
    assert len(every_file(stage.state, CAMERA)) == 2


def test_frames_missing_in_mid_stream_are_a_gap(stage: Stage, small_film: Path) -> None:
    film = looped(packets_of(small_film), 30)
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, film[:250] + film[500:]))

    assert stage.timeline(begin, begin + timedelta(seconds=29)) == [("recorded", 10), ("stalled", 10), ("recorded", 9)]


def test_a_process_that_was_killed_is_told_by_the_next_one(stage: Stage, small_film: Path) -> None:
    film, begin = looped(packets_of(small_film), 10), stage.clock.now()
    with pytest.raises(RuntimeError):  # nothing is written down after it, as by kill -9
        stage.capture(FakeCamera(stage.clock, film, ends=RuntimeError("killed")))
    stage.clock.advance(seconds=20)
    stage.capture(FakeCamera(stage.clock, film))

    found = stage.timeline(begin, begin + timedelta(seconds=39))
    assert causes(found) == ["recorded", "restarted", "recorded"]


def test_after_a_power_cut_the_gap_says_so(stage: Stage, small_film: Path) -> None:
    film, begin = looped(packets_of(small_film), 10), stage.clock.now()
    with pytest.raises(RuntimeError):
        stage.capture(FakeCamera(stage.clock, film, ends=RuntimeError("killed")))
    stage.clock.reboot(timedelta(seconds=90))
    stage.capture(FakeCamera(stage.clock, film))

    assert causes(stage.timeline(begin, stage.clock.now())) == ["recorded", "power_lost", "recorded"]


def test_who_was_stopped_says_so_itself(stage: Stage, small_film: Path) -> None:
    film, begin = looped(packets_of(small_film), 10), stage.clock.now()
    stage.capture(FakeCamera(stage.clock, film))
    stage.clock.advance(seconds=20)
    stage.capture(FakeCamera(stage.clock, film))

    assert causes(stage.timeline(begin, begin + timedelta(seconds=39))) == ["recorded", "stopped", "recorded"]


def test_a_gap_changes_its_cause_when_the_camera_does(stage: Stage, small_film: Path) -> None:
    film, begin = looped(packets_of(small_film), 10), stage.clock.now()
    away = CaptureFailed(Cause.UNREACHABLE, "away")
    locked = CaptureFailed(Cause.UNAUTHORISED, "locked")
    stage.capture(FakeCamera(stage.clock, film, ends=away), away, away, locked, FakeCamera(stage.clock, film))

    found = stage.timeline(begin, stage.clock.now())
    assert causes(found) == ["recorded", "unreachable", "unauthorised", "recorded"]
    assert found[2][1] >= 7  # cameras lock out who insists


@pytest.mark.parametrize(
    ("broke", "found"), [("unreachable", "unauthorised"), ("stalled", "unreachable"), ("unreachable", "stalled")]
)
def test_what_the_first_call_finds_is_the_cause_of_the_whole_gap(
    stage: Stage, small_film: Path, broke: str, found: str
) -> None:
    film, begin = looped(packets_of(small_film), 10), stage.clock.now()
    away, anew = CaptureFailed(Cause(broke), "broken"), CaptureFailed(Cause(found), "as found")
    stage.capture(FakeCamera(stage.clock, film, ends=away), anew, anew, FakeCamera(stage.clock, film))

    assert causes(stage.timeline(begin, stage.clock.now())) == ["recorded", found, "recorded"]


def test_what_a_call_finds_changes_nothing_of_a_gap_that_was_seen_to_begin(stage: Stage, small_film: Path) -> None:
    film, begin = looped(packets_of(small_film), 10), stage.clock.now()
    stage.capture(
        FakeCamera(stage.clock, film, ends=CaptureFailed(Cause.UNSUPPORTED, "pictures of another kind")),
        CaptureFailed(Cause.UNREACHABLE, "away"),
        FakeCamera(stage.clock, film),
    )

    found = stage.timeline(begin, stage.clock.now())
    assert causes(found) == ["recorded", "unsupported", "unreachable", "recorded"]


def test_waiting_grows_with_each_failure_up_to_a_limit(stage: Stage) -> None:
    away = CaptureFailed(Cause.UNREACHABLE, "away")
    stage.capture(*[away] * 12)

    waits = [status["patience"] - 2 for status in stage.said if "patience" in status][1::2]
    assert waits[0] < 1
    assert all(10 < wait < 20 for wait in waits[6:-1])
    assert len(set(waits)) == len(waits)


def test_a_camera_never_seen_leaves_a_gap_from_its_first_start(stage: Stage) -> None:
    begin = stage.clock.now()
    stage.capture(*[CaptureFailed(Cause.UNREACHABLE, "away")] * 3)

    found = stage.timeline(begin - timedelta(seconds=30), stage.clock.now())
    assert found[0] == ("disabled", 30)
    assert causes(found)[1:] == ["unreachable"]
