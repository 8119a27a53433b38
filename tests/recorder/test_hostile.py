"""Streams that mean harm: whatever a camera sends, nothing crashes, and every packet is accounted for."""

import struct
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recorder.errors import CaptureFailed
from recorder.sources.capture import FileSource, Packet
from recorder.video import h264, h265
from recorder.video.bits import Bits, prefixed, sample_of
from recorder.video.boxes import codec_of, decoder_config, init
from recorder.video.mask import MaskedSource
from recorder.video.shaper import LARGEST, LARGEST_SAMPLE, Shaper
from tests.recorder.cameras import FakeCamera, Stage, Stop, packets_of
from tests.support.clock import ManualClock
from tests.support.video import make_video

SHAPERS: list[type[Shaper]] = [h264.Shaper, h265.Shaper]
NO_TIME_LIMIT = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
# What a bit error, a lazy firmware or an attacker makes of bytes: some changed, some missing, some too many.
HARM = st.lists(st.tuples(st.integers(0, 5_000), st.binary(max_size=6), st.integers(0, 6)), max_size=6)


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[type[Shaper], Path]:
    folder = tmp_path_factory.mktemp("hostile")
    return {
        shaper: make_video(folder / f"{codec}.mp4", seconds=1, size=(160, 120), gop=12, codec=codec)
        for shaper, codec in zip(SHAPERS, ("h264", "hevc"), strict=True)
    }


@cache
def honest(kind: type[Shaper], film: Path) -> tuple[bytes, bytes]:
    """A stream's decoder configuration, and a key frame with its parameter sets between start codes."""
    packet = packets_of(film)[0]
    extradata = decoder_config(packet.format.entry)[1]
    units = kind.configuration_units(extradata)[1] + prefixed(packet.data)
    return extradata, b"".join(b"\0\0\0\1" + unit for unit in units)


def harmed(data: bytes, harm: list[tuple[int, bytes, int]]) -> bytes:
    for place, more, less in harm:
        at = place % (len(data) + 1)
        data = data[:at] + more + data[at + less :]
    return data


def assert_harmless(shaper: Shaper, data: bytes, *, key: bool) -> None:
    sample = shaper.shape(data, key)
    assert sample_of(prefixed(sample)) == sample
    shaper.continues(sample)
    if shaper.format is not None:
        assert 0 < shaper.format.width <= LARGEST
        assert 0 < shaper.format.height <= LARGEST
        assert codec_of(init(shaper.format)) == shaper.format.codec


@pytest.mark.parametrize("kind", SHAPERS)
@NO_TIME_LIMIT
@given(extradata=st.binary(max_size=60), data=st.binary(max_size=200), key=st.booleans())
def test_bytes_without_any_sense_are_harmless(kind: type[Shaper], extradata: bytes, data: bytes, key: bool) -> None:
    for prefix in (b"", b"\0\0\0\1", b"\1"):
        shaper = kind(prefix + extradata)
        assert_harmless(shaper, data, key=key)
        assert_harmless(shaper, prefix + data, key=key)


@pytest.mark.parametrize("kind", SHAPERS)
@NO_TIME_LIMIT
@given(harm=HARM)
def test_a_stream_gone_wrong_in_some_bytes_is_harmless(
    films: dict[type[Shaper], Path], kind: type[Shaper], harm: list[tuple[int, bytes, int]]
) -> None:
    extradata, stream = honest(kind, films[kind])

    assert_harmless(kind(harmed(extradata, harm)), stream, key=True)
    assert_harmless(kind(extradata), harmed(stream, harm), key=True)
    assert_harmless(kind(None), harmed(stream, harm), key=True)


@pytest.mark.parametrize("kind", SHAPERS)
@pytest.mark.parametrize("length", [2**32 - 1, 2**31, 5_000_000])
def test_a_unit_longer_than_its_packet_is_dropped_and_counted(
    films: dict[type[Shaper], Path], kind: type[Shaper], length: int
) -> None:
    shaper = kind(honest(kind, films[kind])[0])

    assert shaper.shape(struct.pack(">I", length) + b"\x65picture", key=False) == b""
    assert shaper.damaged == 1


@pytest.mark.parametrize("kind", SHAPERS)
def test_units_of_no_length_are_passed_over(films: dict[type[Shaper], Path], kind: type[Shaper]) -> None:
    sample = packets_of(films[kind])[1].data
    shaper = kind(honest(kind, films[kind])[0])

    assert prefixed(shaper.shape(bytes(8) + sample, key=False)) == prefixed(sample)


@pytest.mark.parametrize("kind", SHAPERS)
def test_a_picture_too_large_for_any_camera_is_dropped(films: dict[type[Shaper], Path], kind: type[Shaper]) -> None:
    shaper = kind(None)

    assert shaper.shape(honest(kind, films[kind])[1] + b"\x01" * LARGEST_SAMPLE, key=True) == b""
    assert shaper.damaged == 1


def test_a_parameter_set_that_lies_about_its_size_leaves_the_format_as_it_was(
    films: dict[type[Shaper], Path],
) -> None:
    extradata, stream = honest(h264.Shaper, films[h264.Shaper])
    shaper = h264.Shaper(extradata)
    before = shaper.format
    # Baseline, and then 65,536 macroblocks across and down.
    lie = b"\x67\x42\x00\x1e" + bits_to_bytes("1110100" + golomb(65_535) * 2 + "100")

    shaper.shape(b"\0\0\0\1" + lie + b"\0\0\0\1\x68\xce\x38\x80" + stream, key=True)

    assert shaper.format == before
    assert shaper.damaged == 1


def test_a_number_without_end_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="without end"):
        Bits(bytes(4000)).golomb()


def test_a_thousand_parameter_sets_are_refused(films: dict[type[Shaper], Path]) -> None:
    shaper = h264.Shaper(None)
    stream = honest(h264.Shaper, films[h264.Shaper])[1]
    flood = b"".join(b"\0\0\1\x68\xce" + bytes((1 + n // 250, 1 + n % 250)) for n in range(1000))

    shaper.shape(stream + flood, key=True)

    assert shaper.format is None
    assert shaper.damaged == 1


@pytest.mark.parametrize("kind", SHAPERS)
@settings(parent=NO_TIME_LIMIT, max_examples=12)
@given(harm=HARM, where=st.integers(0, 10_000))
def test_a_film_gone_wrong_ends_as_a_camera_that_fails(
    films: dict[type[Shaper], Path], tmp_path: Path, kind: type[Shaper], harm: list[tuple[int, bytes, int]], where: int
) -> None:
    path = tmp_path / "harmed.mp4"
    path.write_bytes(harmed(films[kind].read_bytes(), [(at + where, more, less) for at, more, less in harm]))
    clock = ManualClock()

    try:
        source = FileSource(path.as_uri(), clock, Stop(clock))
        packets = list(islice(source.packets(), 60))
        source.close()
    except CaptureFailed:
        return
    assert all(sample_of(prefixed(packet.data)) == packet.data for packet in packets)


class MadClock(FakeCamera):
    """Its pictures come evenly, whatever time they claim to be of."""

    def packets(self) -> Iterator[Packet]:
        for packet in self._packets:
            self._clock.advance(seconds=0.04)
            self.settle()
            yield packet


FRAME_TIMES = st.one_of(st.integers(-3, 12).map(lambda n: n * 3600), st.integers(-(2**62), 2**62))


@settings(parent=NO_TIME_LIMIT, max_examples=15)
@given(steps=st.lists(st.tuples(FRAME_TIMES, st.booleans(), st.integers(0, 40)), min_size=2, max_size=60))
@pytest.mark.parametrize("masked", [False, True])
def test_whatever_a_camera_sends_every_packet_is_accounted_for(
    stage: Stage, films: dict[type[Shaper], Path], masked: bool, steps: list[tuple[int, bool, int]]
) -> None:
    pts, packets = 0, []
    known = [packet for film in films.values() for packet in packets_of(film)]
    for step, key, number in steps:
        pts = max(-(2**62), min(2**62, pts + step))
        packets.append(known[number % len(known)]._replace(pts=pts, key=key))
    source = MadClock(stage.clock, packets)

    stage.capture(MaskedSource(source, (((0, 0), (1, 0), (1, 1)),)) if masked else source)

    told = dict(stage.said[-1]["packets"])
    into = told.pop("in")
    assert into == len(packets)
    assert into == sum(told.values())


def golomb(number: int) -> str:
    digits = f"{number + 1:b}"
    return "0" * (len(digits) - 1) + digits


def bits_to_bytes(bits: str) -> bytes:
    bits += "1"
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")
