"""From packets to sealed files and back: minutes, any instant, what is erased, damaged or too long."""

import io
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import av
import pytest

from recorder.causes import Cause
from recorder.errors import CaptureFailed
from recorder.footage import Fragment
from recorder.footprints import every_file
from recorder.segments import epoch_of
from retention.base.sealed import SealedFile
from retention.base.slots import SlotFile
from retention.base.state import camera_stream
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, causes, looped, packets_of
from tests.support.video import frame_number


def numbers_in(fragment: Fragment) -> list[int]:
    """The numbers of the frames that a player sees in a fragment."""
    with av.open(io.BytesIO(fragment.init + fragment.media)) as container:
        return [frame_number(frame.to_ndarray(format="gray")) for frame in container.decode(video=0)]


def test_a_new_file_begins_at_the_first_key_frame_of_each_minute(stage: Stage, small_film: Path) -> None:
    stage.clock.advance(seconds=30.5)
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 125)))

    files = [SealedFile(path) for path in every_file(stage.state, CAMERA)]

    assert [file.epoch for file in files] == [epoch_of(stage.clock.now()) - 60 * n for n in (2, 1, 0)]
    assert [file.chunks[1].first.second for file in files] == [30, 0, 0]
    assert all(file.chunks[-1].final for file in files)
    assert all(before.chunks[-1].last == after.chunks[1].first for before, after in pairwise(files))


def test_every_packet_that_came_in_is_on_disk_or_counted(stage: Stage, small_film: Path) -> None:
    packets = looped(packets_of(small_film), 90)[7:]
    stage.capture(FakeCamera(stage.clock, packets))

    counted = stage.said[-1]["packets"]
    begin = stage.clock.now() - timedelta(minutes=5)
    frames, fragment = 0, stage.footage.fragment(CAMERA, begin)
    while fragment:
        frames += len(numbers_in(fragment))
        fragment = stage.footage.fragment(CAMERA, fragment.next_start) if fragment.next_start else None
    assert counted == {"in": len(packets), "stored": frames, "before a key frame": 18}
    assert counted["in"] == counted["stored"] + counted["before a key frame"]


def test_any_instant_gives_the_group_of_pictures_shown_then(stage: Stage, slow_film: Path) -> None:
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, looped(packets_of(slow_film), 80)))

    for second in (0, 3.96, 4, 59.5, 61.7, 78):
        at = begin + timedelta(seconds=second)
        fragment = stage.footage.fragment(CAMERA, at)
        assert fragment is not None
        assert fragment.start <= at < fragment.end
        assert numbers_in(fragment) == [(int(second) // 4 * 100 + n) % 200 for n in range(100)]


def test_an_instant_in_a_gap_gives_what_comes_after_it(stage: Stage, small_film: Path) -> None:
    film = packets_of(small_film)
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, looped(film, 10)))
    stage.clock.advance(minutes=5)
    stage.capture(FakeCamera(stage.clock, looped(film, 10)))

    first = stage.footage.fragment(CAMERA, begin + timedelta(seconds=9.5))
    assert first is not None
    assert first.next_start is not None
    following = stage.footage.fragment(CAMERA, begin + timedelta(seconds=100))
    assert following is not None
    assert following.start == first.next_start >= begin + timedelta(minutes=5)


def test_after_the_newest_footage_there_is_none_yet(stage: Stage, small_film: Path) -> None:
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 10)))

    assert stage.footage.fragment(CAMERA, stage.clock.now() + timedelta(seconds=5)) is None


def test_nothing_past_its_deadline_is_returned_even_without_a_reaper(stage: Stage, small_film: Path) -> None:
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 130)))
    stage.clock.advance(hours=96, seconds=-60)

    fragment = stage.footage.fragment(CAMERA, begin)

    assert fragment is not None
    assert fragment.start >= begin + timedelta(seconds=120)
    assert stage.timeline(begin, begin + timedelta(seconds=200))[0] == ("expired", 120)
    stage.clock.advance(minutes=2)
    assert stage.footage.fragment(CAMERA, begin) is None


def test_an_erased_minute_is_gone_and_its_neighbours_play(stage: Stage, small_film: Path) -> None:
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 180)))
    SlotFile(stage.state, camera_stream(CAMERA)).erase(epoch_of(begin) + 60, stage.clock.now())

    fragment = stage.footage.fragment(CAMERA, begin + timedelta(seconds=61))

    assert fragment is not None
    assert fragment.start == begin + timedelta(seconds=120)
    assert causes(stage.timeline(begin, begin + timedelta(seconds=180))) == ["recorded", "evicted", "recorded"]


def test_a_damaged_chunk_is_stepped_over_and_never_shown(stage: Stage, small_film: Path) -> None:
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 10)))
    path = every_file(stage.state, CAMERA)[0]
    place = SealedFile(path).chunks[5]
    content = bytearray(path.read_bytes())
    content[place.offset + 50] ^= 1
    path.write_bytes(content)

    shown = [stage.footage.fragment(CAMERA, begin + timedelta(seconds=n)) for n in (3, 4, 5)]

    starts = [one.start - begin for one in shown if one]
    assert starts == [timedelta(seconds=3), timedelta(seconds=5), timedelta(seconds=5)]


def test_a_file_cut_short_gives_everything_that_is_whole(stage: Stage, small_film: Path) -> None:
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 10)))
    path = every_file(stage.state, CAMERA)[0]
    path.write_bytes(path.read_bytes()[:-7])

    assert stage.timeline(begin, begin + timedelta(seconds=9)) == [("recorded", 9)]
    last = stage.footage.fragment(CAMERA, begin + timedelta(seconds=8.5))
    assert last is not None
    assert len(numbers_in(last)) == 25


def test_a_group_of_pictures_longer_than_a_minute_is_a_gap_after_it(stage: Stage, small_film: Path) -> None:
    film = packets_of(small_film)
    endless = [packet._replace(key=n % 2500 == 0) for n, packet in enumerate(looped(film, 110))]
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, endless))

    found = stage.timeline(begin, begin + timedelta(seconds=109))
    assert found == [("recorded", 60), ("unsupported", 40), ("recorded", 9)]


def test_a_format_that_changes_in_mid_stream_begins_a_new_file(stage: Stage, small_film: Path, tmp_path: Path) -> None:
    from tests.support.video import make_video  # noqa: PLC0415

    wide = packets_of(make_video(tmp_path / "wide.mp4", seconds=4, size=(640, 360), gop=25))
    begin = stage.clock.now()
    both = looped(packets_of(small_film), 8) + looped(wide, 8, start=8 * 90_000)
    stage.capture(FakeCamera(stage.clock, both))

    assert stage.timeline(begin, begin + timedelta(seconds=15)) == [("recorded", 15)]
    sizes = []
    for second in (7, 9):
        fragment = stage.footage.fragment(CAMERA, begin + timedelta(seconds=second))
        assert fragment is not None
        with av.open(io.BytesIO(fragment.init + fragment.media)) as container:
            sizes.append(container.streams.video[0].width)
    assert sizes == [320, 640]


@pytest.mark.parametrize("cause", [Cause.STALLED, Cause.UNREACHABLE, Cause.UNAUTHORISED])
def test_a_camera_that_fails_leaves_a_gap_with_its_cause(stage: Stage, small_film: Path, cause: Cause) -> None:
    film = looped(packets_of(small_film), 20)
    begin = stage.clock.now()
    failing = FakeCamera(stage.clock, film, ends=CaptureFailed(cause, "the camera is not well"))
    stage.capture(failing, FakeCamera(stage.clock, film))

    (_, before), (why, _), (_, after) = stage.timeline(begin, stage.clock.now())
    assert (before, why, after) == (20, cause, pytest.approx(20, abs=0.1))
