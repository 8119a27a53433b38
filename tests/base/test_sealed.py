"""Sealed files: only the epoch's key opens them, no byte may change unnoticed, nothing readable is discarded."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.base.clock import from_microseconds, microseconds
from retention.base.errors import DiskRefused, SealBroken
from retention.base.sealed import CHUNK, HEAD, SealedFile, SealedWriter
from retention.base.slot import Slot
from tests.support.clock import ManualClock

START = ManualClock().now()
PRIVATE = X25519PrivateKey.generate()
SLOT = Slot("camera-entree", 0, "live", 1_804_323_600, public_bytes=PRIVATE.public_key().public_bytes_raw())
PLAIN = [b"head of the film", b"first second" * 50, b"", b"third second" * 9]


def write(path: Path, chunks: list[bytes] = PLAIN) -> Path:
    writer = SealedWriter(path, SLOT)
    for number, plain in enumerate(chunks):
        at = START + timedelta(seconds=number)
        writer.append(plain, at, at + timedelta(seconds=1), final=number == len(chunks) - 1)
    writer.close()
    return path


def read(path: Path) -> list[bytes]:
    unlocked = SealedFile(path).unlock(PRIVATE)
    return [unlocked.chunk(number) for number in range(unlocked.valid_chunks())]


def whole_chunks(path: Path) -> dict[int, bytes]:
    """Every chunk that opens, by number."""
    unlocked, found = SealedFile(path).unlock(PRIVATE), dict[int, bytes]()
    for place in unlocked.file.chunks:
        with suppress(SealBroken):
            found[place.number] = unlocked.chunk(place.number)
    return found


def test_what_was_sealed_is_read_back_with_its_times(tmp_path: Path) -> None:
    path = write(tmp_path / "deep" / "a.seg")
    assert read(path) == PLAIN
    places = SealedFile(path).chunks
    assert [place.first for place in places] == [START + timedelta(seconds=n) for n in range(4)]
    assert [place.final for place in places] == [False, False, False, True]


def test_nothing_plain_and_no_key_is_in_the_file(tmp_path: Path) -> None:
    raw = write(tmp_path / "a.seg").read_bytes()
    assert all(plain not in raw for plain in PLAIN if plain)


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    with pytest.raises(SealBroken):
        SealedFile(write(tmp_path / "a.seg")).unlock(X25519PrivateKey.generate())


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 4_000))
def test_file_cut_anywhere_is_read_up_to_its_last_whole_chunk(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = write(tmp_path_factory.mktemp("cut") / "a.seg")
    whole = path.read_bytes()
    path.write_bytes(whole[:cut])
    if cut < HEAD.size:
        with pytest.raises(SealBroken):
            SealedFile(path)
        return
    ends = [place.offset + place.length for place in SealedFile(write(path.with_name("b.seg"))).chunks]
    assert read(path) == PLAIN[: sum(end <= cut for end in ends)]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_flipped_byte_shows_anything_that_was_not_sealed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = write(tmp_path_factory.mktemp("flip") / "a.seg")
    raw = bytearray(path.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(raw)
    try:
        got = read(path)
    except SealBroken:
        return
    assert got == PLAIN[: len(got)]


def test_swapped_chunks_are_found_out(tmp_path: Path) -> None:
    path = write(tmp_path / "a.seg", [b"same length", b"other words", b"last words!"])
    places = SealedFile(path).chunks
    raw = bytearray(path.read_bytes())
    one, two = (raw[p.offset - CHUNK.size : p.offset + p.length] for p in places[:2])
    raw[HEAD.size : places[1].offset + places[1].length] = two + one
    path.write_bytes(raw)
    # The first one tells its number wherever it stands; the others miss the tag before them.
    assert whole_chunks(path) == {0: b"same length"}


@settings(max_examples=150, deadline=None)
@given(number=st.integers(0, 5), byte=st.integers(0, CHUNK.size - 1), flip=st.integers(1, 255))
def test_a_damaged_chunk_head_takes_at_most_its_own_chunk(
    tmp_path_factory: pytest.TempPathFactory, number: int, byte: int, flip: int
) -> None:
    plain = [bytes([48 + n]) * (50 * n) for n in range(6)]
    path = write(tmp_path_factory.mktemp("head") / "a.seg", plain)
    raw = bytearray(path.read_bytes())
    raw[SealedFile(path).chunks[number].offset - CHUNK.size + byte] ^= flip
    path.write_bytes(raw)

    found = whole_chunks(path)

    assert all(found[n] == plain[n] for n in found)
    assert set(range(6)) - {number} <= found.keys()
    assert len(SealedFile(path).chunks) == 6 or number == 5


def test_a_chunk_head_with_anothers_number_takes_only_its_own_chunk(tmp_path: Path) -> None:
    path = write(tmp_path / "a.seg", [b"one", b"two", b"three", b"four", b"five", b"six"])
    raw = bytearray(path.read_bytes())
    raw[SealedFile(path).chunks[1].offset - CHUNK.size + 4] = 4
    path.write_bytes(raw)

    assert whole_chunks(path).keys() == {0, 2, 3, 4, 5}


def test_what_stands_in_for_a_damaged_head_fills_the_time_between_its_neighbours(tmp_path: Path) -> None:
    path = write(tmp_path / "a.seg")
    raw = bytearray(path.read_bytes())
    raw[SealedFile(path).chunks[1].offset - CHUNK.size] ^= 255
    raw[SealedFile(path).chunks[1].offset - CHUNK.size + 3] ^= 255
    path.write_bytes(raw)

    place = SealedFile(path).chunks[1]

    assert (place.number, place.length) == (1, 0)
    assert (place.first, place.last) == (START + timedelta(seconds=1), START + timedelta(seconds=2))


def test_a_hole_full_of_zeros_is_walked_over(tmp_path: Path) -> None:
    path = write(tmp_path / "a.seg", [b"one", b"x" * 3_000_000, b"three"])
    raw = bytearray(path.read_bytes())
    place = SealedFile(path).chunks[1]
    raw[place.offset - CHUNK.size : place.offset + 2_900_000] = bytes(CHUNK.size + 2_900_000)
    path.write_bytes(raw)

    assert whole_chunks(path) == {0: b"one", 2: b"three"}


def test_chunk_moved_from_another_file_of_the_same_epoch_is_found_out(tmp_path: Path) -> None:
    mine, other = write(tmp_path / "a.seg"), write(tmp_path / "b.seg")
    raw = mine.read_bytes()[: HEAD.size] + other.read_bytes()[HEAD.size :]
    mine.write_bytes(raw)
    assert read(mine) == []


def test_failed_write_abandons_the_file_and_what_was_written_stays(tmp_path: Path) -> None:
    writer = SealedWriter(tmp_path / "a.seg", SLOT)
    writer.append(b"kept", START, START)
    writer.close()
    with pytest.raises(DiskRefused):
        writer.append(b"lost", START, START)
    assert read(tmp_path / "a.seg") == [b"kept"]


def test_a_full_disk_is_said_in_a_sentence(tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    writer = SealedWriter(tmp_path / "a.seg", SLOT)
    descriptor = full.open("wb")
    writer._descriptor = descriptor.fileno()
    with pytest.raises(DiskRefused, match="No space left"):
        writer.append(b"lost", START, START)
    with pytest.raises(OSError, match="Bad file descriptor"):
        descriptor.close()


def test_a_file_is_never_opened_twice_for_writing(tmp_path: Path) -> None:
    write(tmp_path / "a.seg")
    with pytest.raises(DiskRefused):
        SealedWriter(tmp_path / "a.seg", SLOT)


@given(st.datetimes(min_value=START.replace(tzinfo=None)))
def test_moments_survive_their_way_to_disk_to_the_microsecond(moment: object) -> None:
    aware = moment.replace(tzinfo=START.tzinfo)  # type: ignore[attr-defined]
    assert from_microseconds(microseconds(aware)) == aware
