"""H.265 for browsers without it: the same pictures at the same times, at a bounded cost, and given up when unwanted."""

import io
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import av
import pytest

from recorder.errors import Cancelled, CannotBeConverted
from recorder.footage import Fragment
from recorder.video import boxes, transcode
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, looped, packets_of
from tests.support.video import frame_number, frame_numbers, make_video


@pytest.fixture
def begin(stage: Stage, heavy_film: Path) -> datetime:
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, looped(packets_of(heavy_film), 12)))
    return begin


def fragment(stage: Stage, at: datetime) -> Fragment:
    found = stage.footage.fragment(CAMERA, at)
    assert found is not None
    return found


def shown(film: Fragment) -> list[tuple[float, int]]:
    """How long after the first each picture is shown, and its number."""
    with av.open(io.BytesIO(film.init + film.media), "r", format="mp4") as container:
        frames = list(container.decode(video=0))
    return [
        (round((frame.time or 0) - (frames[0].time or 0), 4), frame_number(frame.to_ndarray(format="gray")))
        for frame in frames
    ]


def test_every_picture_keeps_its_time(stage: Stage, begin: datetime) -> None:
    before = fragment(stage, begin + timedelta(seconds=2.5))
    after = before.as_h264()
    assert (before.codec[:5], after.codec[:5]) == ("hvc1.", "avc1.")
    assert shown(after) == shown(before)
    assert shown(after) == [(number / 25, 50 + number) for number in range(25)]
    assert after.media_time == before.media_time
    assert (after.start, after.end, after.next_start) == (before.start, before.end, before.next_start)


@pytest.fixture
def leaning(stage: Stage, tmp_path: Path) -> datetime:
    """When a camera began whose groups are open: pictures at the head of one lean on the group before."""
    begin = stage.clock.now()
    film = make_video(tmp_path / "open.mp4", seconds=6, gop=25, codec="hevc", reordered=3, open_groups=True)
    stage.capture(FakeCamera(stage.clock, packets_of(film)))
    return begin


def test_an_open_group_alone_is_as_long_as_it_was(stage: Stage, leaning: datetime) -> None:
    before = fragment(stage, leaning + timedelta(seconds=2.5))
    after = before.as_h264()
    head = boxes.head_of(after.media)
    assert head.decode_time == boxes.head_of(before.media).decode_time
    assert head.duration == sum(boxes.head_of(part).duration for part in boxes.parts_of(before.media))


def test_a_converted_export_of_open_groups_holds_every_picture(stage: Stage, leaning: datetime, tmp_path: Path) -> None:
    span, told = (leaning, leaning + timedelta(seconds=6)), {"reason": "incident", "actor": "os:test"}
    as_it_is = stage.footage.export(CAMERA, *span, tmp_path / "a.mp4", **told)
    converted = stage.footage.export(CAMERA, *span, tmp_path / "b.mp4", as_h264=True, **told)
    assert converted.frames == as_it_is.frames
    assert frame_numbers(tmp_path / "b.mp4") == frame_numbers(tmp_path / "a.mp4")


def test_h264_is_left_as_it_is(stage: Stage, small_film: Path) -> None:
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, packets_of(small_film)))
    found = fragment(stage, begin)
    assert found.as_h264() is found


def test_a_picture_larger_than_full_hd_is_made_to_fit(stage: Stage, tmp_path: Path) -> None:
    begin = stage.clock.now()
    large = make_video(tmp_path / "large.mp4", seconds=0.4, size=(2560, 1440), gop=10, codec="hevc")
    stage.capture(FakeCamera(stage.clock, packets_of(large)))
    found = fragment(stage, begin).as_h264()
    with av.open(io.BytesIO(found.init + found.media)) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (1920, 1080)


def test_what_nobody_waits_for_is_given_up_and_the_next_one_gets_its_turn(stage: Stage, begin: datetime) -> None:
    asked = iter([False, False, False, True])
    with pytest.raises(Cancelled):
        fragment(stage, begin).as_h264(lambda: next(asked))
    assert fragment(stage, begin).as_h264().codec.startswith("avc1.")


def test_one_is_converted_at_a_time(stage: Stage, begin: datetime) -> None:
    found = fragment(stage, begin)
    with transcode._turn, pytest.raises(Cancelled):
        found.as_h264(lambda: True)


@pytest.mark.parametrize("damage", [b"", b"no picture at all"])
def test_what_cannot_be_decoded_is_refused(stage: Stage, begin: datetime, damage: bytes) -> None:
    found = fragment(stage, begin)
    cut = found.media.index(b"mdat") + 4
    torn = replace(found, media=found.media[:cut] + (damage * len(found.media))[: len(found.media) - cut])
    with pytest.raises(CannotBeConverted):
        torn.as_h264()


def test_an_export_of_h265_is_as_it_is_unless_asked_otherwise(stage: Stage, begin: datetime, tmp_path: Path) -> None:
    told = []
    for name, wanted in (("as-it-is.mp4", False), ("converted.mp4", True)):
        manifest = stage.footage.export(
            CAMERA,
            begin,
            begin + timedelta(seconds=4),
            tmp_path / name,
            reason="incident",
            actor="os:test",
            as_h264=wanted,
        )
        told.append((manifest.files[0].codec[:4], manifest.converted, len(manifest.files)))
        assert frame_numbers(tmp_path / name) == list(range(100))
    assert told == [("hvc1", False, 1), ("avc1", True, 1)]
