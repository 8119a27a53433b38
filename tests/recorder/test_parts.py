"""Packets into parts: where they are cut, that times add up, that nothing is lost without being counted."""

from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.sources.capture import Packet
from recorder.video.boxes import TIMESCALE, VideoFormat, head_of, parts_of, samples_of
from recorder.video.h265 import leans_back
from recorder.video.parts import MOST_BYTES, MOST_FRAMES, Cutter, Part
from tests.recorder.cameras import looped, packets_of
from tests.support.video import make_video

FORMAT = VideoFormat("avc1.42C01E", 320, 180, b"")
FRAME = TIMESCALE // 25


def packet(pts: int, key: bool = False) -> Packet:
    return Packet(pts, key, b"picture", FORMAT)


def cut(packets: list[Packet]) -> tuple[Cutter, list[Part]]:
    cutter = Cutter()
    parts = [part for one in packets if (part := cutter.take(one))]
    last = cutter.flush()
    return cutter, parts + ([last] if last else [])


def test_a_group_of_pictures_of_a_second_is_one_part(small_film: Path) -> None:
    _, parts = cut(packets_of(small_film))

    assert [(part.key, len(part.samples)) for part in parts] == [(True, 25)] * 4


def test_a_longer_group_is_cut_every_second(slow_film: Path) -> None:
    _, parts = cut(packets_of(slow_film))

    assert max(part.end - part.start for part in parts) <= TIMESCALE
    assert [part.key for part in parts].count(True) == 2
    assert sum(len(part.samples) for part in parts) == 200


def test_parts_follow_each_other_to_the_tick(slow_film: Path) -> None:
    _, parts = cut(packets_of(slow_film))

    assert all(before.end == after.start for before, after in pairwise(parts))


def test_what_comes_before_the_first_key_frame_is_counted() -> None:
    cutter, parts = cut([packet(0), packet(FRAME), packet(2 * FRAME, key=True)])

    assert cutter.dropped == {"before a key frame": 2}
    assert [len(part.samples) for part in parts] == [1]


def test_frames_shown_out_of_order_keep_their_times() -> None:
    # I P B B as decoded: shown I B B P.
    packets = [packet(0, key=True), packet(3 * FRAME), packet(FRAME), packet(2 * FRAME), packet(4 * FRAME, key=True)]

    _, parts = cut(packets)

    (head, samples) = (head_of(parts[0].media(1, 0)), samples_of(parts[0].media(1, 0)))
    decode, shown = 0, []
    for sample in samples:
        shown.append(decode + sample.shift)
        decode += sample.duration
    assert shown == [0, 3 * FRAME, FRAME, 2 * FRAME]
    assert head.duration == 4 * FRAME


def test_a_long_group_is_never_cut_between_frames_that_need_each_other() -> None:
    # Three frames of which the first is shown last, again and again, without a key frame.
    order = [0, *(base + step for base in range(0, 300, 3) for step in (3, 1, 2))]
    _, parts = cut([packet(number * FRAME, key=number == 0) for number in order])

    for before, after in pairwise(parts):
        shown = [after.start + sum(d for d, _ in after.times[:i]) + c for i, (_, c) in enumerate(after.times)]
        assert min(shown) >= before.end
    assert len(parts) > 5


def test_a_group_longer_than_a_minute_is_given_up_after_it() -> None:
    frames = (
        [packet(0, key=True)] + [packet(n * FRAME) for n in range(1, 25 * 70)] + [packet(25 * 70 * FRAME, key=True)]
    )

    cutter, parts = cut(frames)

    assert sum(cutter.dropped.values()) == 25 * 10
    assert sum(len(part.samples) for part in parts) == 25 * 60 + 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, TIMESCALE * 2), st.booleans()), min_size=1, max_size=200))
def test_every_packet_is_in_a_part_or_counted(steps: list[tuple[int, bool]]) -> None:
    pts, packets = 0, []
    for step, key in steps:
        pts += step
        packets.append(packet(pts, key))

    cutter, parts = cut(packets)

    assert sum(len(part.samples) for part in parts) + sum(cutter.dropped.values()) == len(packets)
    assert all(sum(duration for duration, _ in part.times) == part.end - part.start for part in parts)


def test_a_part_reads_back_as_it_was_written(slow_film: Path) -> None:
    _, parts = cut(looped(packets_of(slow_film), 8))
    media = b"".join(part.media(number, 0) for number, part in enumerate(parts, 1))

    read = [sample for one in parts_of(media) for sample in samples_of(one)]

    assert [sample.data for sample in read] == [one.data for one in packets_of(slow_film)]
    assert head_of(media).decode_time == 0


def test_the_first_reordered_frame_may_be_shown_before_its_part_begins() -> None:
    # A second of frames in order; then, after the cut, P B B: the B frames are shown before the P that began the part.
    straight = [packet(number * FRAME, key=number == 0) for number in range(25)]
    reordered = [packet(28 * FRAME), packet(25 * FRAME), packet(26 * FRAME), packet(27 * FRAME)]

    _, parts = cut([*straight, *reordered])

    assert_times_add_up(parts)
    assert [pts for part in parts for pts in shown(part)] == [one.pts for one in straight + reordered]


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 90_000), st.booleans()), min_size=1, max_size=60))
def test_times_in_any_order_make_parts_that_can_be_written(frames: list[tuple[int, bool]]) -> None:
    _, parts = cut([packet(pts, key) for pts, key in frames])

    assert_times_add_up(parts)
    for number, part in enumerate(parts):
        assert head_of(part.media(number, parts[0].start)).duration == part.end - part.start


def test_what_needs_pictures_from_before_the_first_is_left_out_and_counted(tmp_path: Path) -> None:
    film = make_video(
        tmp_path / "open.mp4", seconds=3, size=(160, 120), gop=26, codec="hevc", reordered=3, open_groups=True
    )
    packets = packets_of(film)
    leaning = [number for number, one in enumerate(packets) if leans_back(one.data)]
    begin = max(number for number in range(leaning[0]) if packets[number].key)

    whole, _ = cut(packets)
    cutter, parts = cut(packets[begin:])

    assert whole.dropped == {}
    in_first_group = [number for number in leaning if number < next(n for n in range(begin + 1, 99) if packets[n].key)]
    assert cutter.dropped == {"made from pictures before the first": len(in_first_group)}
    assert sum(len(part.samples) for part in parts) == len(packets) - begin - len(in_first_group)


def test_a_camera_whose_clock_stands_still_does_not_fill_the_memory() -> None:
    cutter = Cutter()

    held = 0
    for number in range(5 * MOST_FRAMES):
        part = cutter.take(packet(0, key=number == 0))
        held = 1 if part else held + 1
        assert held <= MOST_FRAMES


def test_a_camera_of_giant_pictures_does_not_fill_the_memory() -> None:
    cutter = Cutter()
    giant = packet(0, key=True)._replace(data=bytes(MOST_BYTES // 4))

    parts = [cutter.take(giant._replace(pts=number, key=number == 0)) for number in range(9)]

    assert [len(part.samples) for part in parts if part] == [4, 4]


def assert_times_add_up(parts: list[Part]) -> None:
    for part in parts:
        assert all(duration > 0 for duration, _ in part.times)
        assert sum(duration for duration, _ in part.times) == part.end - part.start
    assert all(before.end == after.start for before, after in pairwise(parts))


def shown(part: Part) -> list[int]:
    """When each frame of a part is shown, in the order of decoding."""
    decode, times = part.start, []
    for duration, shift in part.times:
        times.append(decode + shift)
        decode += duration
    return times
