"""What the eyes saw, sealed and read back: strips of motion, thumbnails, deadlines, damage."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from recorder.eyes.glances import Glances
from recorder.eyes.sidecar import Glance, Look, Sidecar, glances_in, sidecars
from recorder.keyring import Keyring
from retention.base.config import RetentionSection
from retention.base.errors import EpochErased, SealBroken
from retention.base.readerkey import private_half, public_half
from retention.base.sealed import HEAD
from retention.base.slots import SlotFile
from retention.base.state import State, camera_stream
from retention.check import check
from retention.reaper import Reaper
from retention.rules import footage_deadline
from tests.recorder.cameras import CAMERA, Stage
from tests.support.clock import ManualClock
from tests.support.state import make_state

TEN = timedelta(seconds=10)


class Album:
    """A camera's sidecars in the hand of a test."""

    def __init__(self, state: State, clock: ManualClock) -> None:
        self.state, self.clock, self.begin = state, clock, clock.at
        self.reader: X25519PrivateKey = private_half(state)
        self.glances = self.reading()

    def reading(self) -> Glances:
        return Glances(self.state, self.clock, self.reader, Keyring(self.state, self.clock, self.reader))

    def write(self, looks: int, *, skip: int = 0, blind: str | None = None) -> None:
        """So many looks from `skip` on, ten seconds apart, then the process ends. Time passes."""
        sidecar = Sidecar(
            self.state, CAMERA, public_half(self.state), lambda e: footage_deadline(e, RetentionSection())
        )
        for number in range(skip, skip + looks):
            at = self.begin + number * TEN
            sidecar.add(Look(Glance(at, number / 100, blind), at + TEN * 0.8, b"\xff\xd8picture %d" % number))
        sidecar.close()
        self.clock.at = max(self.clock.at, self.begin + (skip + looks) * TEN)

    def strip(self, start: int = 0, end: int = 1_000) -> list[int]:
        """The numbers of the looks found from one to another."""
        found = self.glances.between(CAMERA, self.begin + start * TEN, self.begin + end * TEN)
        return [round(one.motion * 100) for one in found]

    def picture(self, seconds: float) -> bytes | None:
        found = self.glances.thumbnail(CAMERA, self.begin + timedelta(seconds=seconds))
        return found.jpeg if found else None

    def files(self) -> list[Path]:
        return sidecars(self.state, CAMERA, self.begin, self.begin + timedelta(days=2))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> State:
    """One for all: making the slots of a camera takes longer than a test. Each test lives ten days after the last."""
    return make_state(tmp_path_factory.mktemp("site") / "state")


@pytest.fixture(scope="module")
def days() -> Iterator[int]:
    return itertools.count(step=10)


@pytest.fixture
def album(site: State, clock: ManualClock, days: Iterator[int]) -> Album:
    clock.advance(days=next(days))
    return Album(site, clock)


def test_looks_come_back_in_order_with_what_moved_and_what_was_blind(album: Album) -> None:
    album.write(9)
    album.write(3, skip=9, blind="covered")

    assert album.strip() == list(range(12))
    found = album.glances.between(CAMERA, album.begin + 8 * TEN, album.begin + 10 * TEN)
    assert found == [
        Glance(album.begin + 8 * TEN, 0.08, None),
        Glance(album.begin + 9 * TEN, 0.09, "covered"),
    ]


def test_a_minute_has_one_file_and_another_after_a_restart(album: Album) -> None:
    album.write(8)
    album.write(4, skip=8)

    assert [path.name.partition("-")[0] for path in album.files()] == [
        str(int((album.begin + minutes * 6 * TEN).timestamp())) for minutes in (0, 1, 1)
    ]
    assert album.strip() == list(range(12))


def test_a_strip_holds_the_looks_of_its_span_and_no_other(album: Album) -> None:
    album.write(18)

    assert album.strip(4, 9) == [4, 5, 6, 7, 8]
    assert album.strip(30, 40) == []


def test_a_look_still_being_written_is_seen_at_the_next_call(album: Album) -> None:
    album.write(2)
    assert album.strip() == [0, 1]
    album.write(2, skip=2)
    assert album.strip() == [0, 1, 2, 3]


def test_the_thumbnail_of_a_moment_is_the_nearest_one_before_it(album: Album) -> None:
    album.write(9)

    assert album.picture(0) == b"\xff\xd8picture 0"
    assert album.picture(29.9) == b"\xff\xd8picture 2"
    assert album.picture(60) == b"\xff\xd8picture 6"
    assert album.picture(65) == b"\xff\xd8picture 6"


def test_there_is_no_thumbnail_before_the_first_look_nor_long_after_the_last(album: Album) -> None:
    album.write(3)

    assert album.picture(-1) is None
    assert album.picture(75) == b"\xff\xd8picture 2"
    assert album.picture(90) is None


def test_nothing_past_its_deadline_is_returned_though_no_reaper_came(album: Album) -> None:
    album.write(12)
    assert album.strip() == list(range(12))
    album.clock.at = album.begin + timedelta(hours=96)

    assert album.strip() == [6, 7, 8, 9, 10, 11]
    assert album.picture(30) is None
    assert len(album.files()) == 2


def test_what_the_system_clock_says_is_over_is_hidden_at_once(album: Album) -> None:
    album.write(6)
    album.clock.step(days=30)

    assert album.strip() == []
    assert album.reading().thumbnail(CAMERA, album.begin) is None


def test_the_reaper_takes_the_looks_with_their_minute(album: Album) -> None:
    album.write(12)
    album.strip()
    Reaper(album.state).step(album.begin + timedelta(hours=96))

    assert album.strip() == [6, 7, 8, 9, 10, 11]
    assert len(album.files()) == 1


def test_looks_that_a_crash_left_behind_without_a_key_are_swept(album: Album) -> None:
    album.write(12)
    stays = album.files()[0].read_bytes()
    Reaper(album.state).step(album.begin + timedelta(hours=96))
    left = album.state.segments(CAMERA, int(album.begin.timestamp())) / f"{int(album.begin.timestamp())}-00ff.eyes"
    left.write_bytes(stays)

    assert album.strip() == [6, 7, 8, 9, 10, 11]
    assert Reaper(album.state).sweep_leftovers().unlinked == 1
    assert not left.exists()


def test_looks_without_a_live_key_are_told_by_the_retention_check(stage: Stage) -> None:
    album = Album(stage.state, stage.clock)
    album.write(6)
    epoch = int(album.begin.timestamp())
    SlotFile(stage.state, camera_stream(CAMERA)).erase(epoch, stage.clock.at)

    files = next(one for one in check(stage.office, stage.clock.at) if one.what == "sealed files")

    assert not files.holds
    assert "1 without a live key" in files.said


def test_no_look_is_sealed_under_a_key_that_was_erased(album: Album) -> None:
    album.write(3)
    SlotFile(album.state, camera_stream(CAMERA)).erase(int(album.begin.timestamp()), album.clock.at)

    with pytest.raises(EpochErased):
        album.write(1, skip=3)


def test_of_a_damaged_file_what_is_whole_is_shown(album: Album) -> None:
    album.write(6)
    path = album.files()[0]
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size - 5)
        file.write(b"-----")

    assert album.strip() == [0, 1, 2, 3, 4]
    assert album.picture(55) == b"\xff\xd8picture 4"


@pytest.mark.parametrize("size", [0, 100, HEAD.size, HEAD.size + 40])
def test_a_file_cut_short_hides_none_of_the_others(album: Album, size: int) -> None:
    album.write(18)
    with album.files()[1].open("r+b") as file:
        file.truncate(size)

    assert album.strip() == [0, 1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17]
    assert album.picture(111) is None
    assert album.picture(125) == b"\xff\xd8picture 12"


def test_a_file_under_another_minutes_name_is_not_believed(album: Album) -> None:
    album.write(6)
    path = album.files()[0]
    later = int(album.begin.timestamp()) + 60
    SlotFile(album.state, camera_stream(CAMERA)).claim(
        later, footage_deadline(later, RetentionSection()), public_half(album.state)
    )
    path.rename(path.with_name(f"{later}-{path.name.partition('-')[2]}"))

    assert album.strip() == []


@pytest.mark.parametrize("plain", [b"", b"{}\n", b"[1]\n", b'{"looks": [[1]]}\n', b'{"looks": 7}\n', b"\xff\n"])
def test_a_chunk_that_holds_no_look_is_damage(plain: bytes) -> None:
    with pytest.raises(SealBroken):
        glances_in(plain)


def test_nobody_reads_a_look_in_the_file_itself(album: Album) -> None:
    album.write(6, blind="turned_away")

    content = album.files()[0].read_bytes()
    assert b"picture" not in content
    assert b"turned_away" not in content
