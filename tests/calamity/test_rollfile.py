"""The bytes of a roll file are those of docs/formats-roll.md, and reading them never fails."""

import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.calamity.record import PADDING, RollRecord
from kiosk.calamity.rollfile import HEAD_BYTES, Head, digest, pack_frame, scan
from retention.base.errors import SealBroken
from tests.calamity.lobby import MORNING, arrival

ID = bytes(range(16))
HEAD = Head("visits", 20270302, ID)
FORMAT = (Path(__file__).resolve().parents[2] / "docs" / "formats-roll.md").read_text(encoding="utf-8")


def frames(*sealed: bytes) -> bytes:
    """A whole file of these sealed records."""
    data, previous = HEAD.pack(), digest(HEAD.pack())
    for number, record in enumerate(sealed):
        frame = pack_frame(HEAD, number, previous, record)
        data, previous = data + frame, digest(frame)
    return data


def test_the_head_stands_where_the_document_says() -> None:
    data = HEAD.pack()
    assert f"## Head: {len(data)} bytes" in FORMAT
    assert (data[:8], data[8:10], data[12:18]) == (b"PORTROLL", b"\1\0", b"visits")
    assert int.from_bytes(data[28:36], "little") == 20270302
    assert (data[36:52], data[52:68]) == (ID, bytes(16))
    assert int.from_bytes(data[68:], "little") == zlib.crc32(data[:68])
    assert Head.unpack(data) == HEAD


def test_a_frame_stands_where_the_document_says() -> None:
    frame = frames(b"sealed")[HEAD_BYTES:]
    assert f"## Frames, from byte {HEAD_BYTES}" in FORMAT
    assert (frame[:16], frame[16:20], frame[20:24]) == (ID, bytes(4), b"\6\0\0\0")
    assert (frame[24:56], frame[56:62]) == (digest(HEAD.pack()), b"sealed")
    assert int.from_bytes(frame[62:], "little") == zlib.crc32(frame[:62])


def test_every_record_is_sealed_to_its_own_place() -> None:
    infos = {
        head.info(number, previous)
        for head in (
            HEAD,
            Head("calamities", 20270302, ID),
            Head("visits", 20270303, ID),
            Head("visits", 20270302, bytes(16)),
        )
        for number in (0, 1)
        for previous in (bytes(32), digest(b""))
    }
    assert len(infos) == 16


def test_a_head_of_a_later_version_is_said() -> None:
    later = HEAD.pack()[:8] + b"\2\0" + HEAD.pack()[10:68]
    with pytest.raises(SealBroken, match="newer Portier"):
        Head.unpack(later + zlib.crc32(later).to_bytes(4, "little"))


@given(st.binary(max_size=400))
def test_any_bytes_can_be_scanned(noise: bytes) -> None:
    seen = scan(noise, ID)
    assert seen.frames == ()
    assert seen.unfinished == any(noise[HEAD_BYTES:])


@given(st.binary(min_size=1, max_size=60).filter(lambda noise: ID not in noise))
def test_noise_between_records_hides_none_of_them(noise: bytes) -> None:
    first, whole = frames(b"one"), frames(b"one", b"two")
    seen = scan(first + noise + whole[len(first) :], ID)
    assert [frame.sealed for frame in seen.frames] == [b"one", b"two"]


def test_a_record_that_is_cut_out_is_counted() -> None:
    first, second, third = frames(b"one"), frames(b"one", b"two"), frames(b"one", b"two", b"three")
    seen = scan(first + third[len(second) :], ID)
    assert (len(seen.frames), seen.lost) == (2, 1)


@given(name=st.text(min_size=1, max_size=80), host=st.none() | st.text(max_size=60))
def test_a_record_reads_back_as_it_was_written(name: str, host: str | None) -> None:
    record = arrival(name, host=host, help=("stairs",), since=MORNING)
    packed = record.pack()
    assert RollRecord.unpack(packed) == record
    assert len(packed) % PADDING == 0


def test_keys_of_a_later_version_are_passed_over() -> None:
    record = arrival("Noor", visit="v")
    assert RollRecord.unpack(record.pack().replace(b'{"visit"', b'{"floor":3,"visit"')) == record


@pytest.mark.parametrize("plain", [b"", b"[]", b"null", b"{}", b'{"visit":"v"}', b'{"at":"noon"}', b"\xff\xfe"])
def test_a_record_that_makes_no_sense_is_said(plain: bytes) -> None:
    with pytest.raises(SealBroken):
        RollRecord.unpack(plain)
