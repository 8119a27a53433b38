"""Harm done to files on disk: never a crash, never wrong pictures shown as right, and all that was not hit still plays.

Bits are flipped, files cut short, chunks swapped, zeros put in the middle: in segments, sidecars, slots and logs. What
is shown is held against what was recorded, byte by byte and moment by moment.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from recorder.check import Check
from recorder.eyes.glances import Glances
from recorder.eyes.sidecar import Glance, Look, Sidecar, sidecars
from recorder.footprints import every_file
from recorder.keyring import Keyring
from recorder.room.holds import Holds, HoldsUnreadable
from recorder.video import boxes
from retention.base.config import RetentionSection
from retention.base.readerkey import private_half, public_half
from retention.base.sealed import CHUNK, HEAD, ChunkPlace, SealedFile
from retention.base.slot import INTENT, INTENT_OFFSET, SLOT_BYTES
from retention.base.slots import SlotFile
from retention.base.state import State, camera_stream
from retention.rules import footage_deadline
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, looped, packets_of
from tests.support.bars import Bars
from tests.support.clock import ManualClock

LENGTH = timedelta(seconds=75)


@dataclass
class Film:
    """A file as it was recorded: its chunks' places, and what they hold."""

    path: Path
    whole: bytes
    places: list[ChunkPlace]
    plain: list[bytes]

    def group_of(self, number: int) -> int:
        """The chunk that begins the group of pictures that a chunk belongs to."""
        return next(back for back in range(number, 0, -1) if boxes.head_of(self.plain[back]).key)


class Gallery:
    """A camera with footage and looks, whose files may be harmed; and the truth about them."""

    def __init__(self, state: State, film: Path) -> None:
        self.stage, self.state = Stage(state, ManualClock()), state
        self.clock, self.reader = self.stage.clock, private_half(state)
        self.clock.advance(seconds=50)
        self.begin = self.clock.now()
        self._look()
        self.stage.capture(FakeCamera(self.clock, looped(packets_of(film), LENGTH.total_seconds())))
        self.clock.advance(minutes=10)
        self.slots = SlotFile(state, camera_stream(CAMERA))
        self.films = [self._film(path) for path in every_file(state, CAMERA)]
        self.epochs = {film.path: int(film.path.name.partition("-")[0]) for film in self.films}
        self.sidecars = sidecars(state, CAMERA, self.begin, self.clock.now())
        self.looks = self.glances()
        self.causes = self.stage.timeline(self.begin, self.clock.now())

    def _look(self) -> None:
        sidecar = Sidecar(
            self.state, CAMERA, public_half(self.state), lambda e: footage_deadline(e, RetentionSection())
        )
        for number in range(8):
            at = self.begin + timedelta(seconds=10 * number)
            sidecar.add(Look(Glance(at, number / 100, None), at + timedelta(seconds=8), b"\xff\xd8picture %d" % number))
        sidecar.close()

    def _film(self, path: Path) -> Film:
        file = SealedFile(path)
        unlocked = file.unlock(self.slots.open(file.epoch, self.reader, self.clock.now()))
        return Film(path, path.read_bytes(), file.chunks, [unlocked.chunk(place.number) for place in file.chunks])

    def glances(self) -> list[Glance]:
        return self._glances().between(CAMERA, self.begin, self.begin + LENGTH * 2)

    def picture(self, at: datetime) -> tuple[datetime, bytes] | None:
        found = self._glances().thumbnail(CAMERA, at)
        return (found.at, found.jpeg) if found else None

    def _glances(self) -> Glances:
        return Glances(self.state, self.clock, self.reader, Keyring(self.state, self.clock, self.reader))

    @contextmanager
    def harmed(self, *paths: Path) -> Iterator[None]:
        """Files that are put right again afterwards."""
        before = {path: path.read_bytes() for path in paths}
        try:
            yield
        finally:
            for path, content in before.items():
                path.write_bytes(content)
            self.state.damaged(CAMERA).unlink(missing_ok=True)

    def nothing_wrong_is_shown(self) -> set[tuple[Path, int]]:
        """Ask for every chunk's time. What is shown was recorded so, and then; which chunks were shown."""
        shown, footage = set[tuple[Path, int]](), self.stage.footage
        for film in self.films:
            for place in film.places[1:]:
                fragment = footage.fragment(CAMERA, place.first)
                if fragment is not None:
                    shown |= self._recognised(fragment.start, fragment.end, fragment.init, fragment.media)
                    assert fragment.start >= place.first or fragment.end > place.first
        return shown

    def _recognised(self, start: datetime, end: datetime, init: bytes, media: bytes) -> set[tuple[Path, int]]:
        film, first = next(
            (film, place.number) for film in self.films for place in film.places[1:] if place.first == start
        )
        last = next(place.number for place in film.places if place.last == end and place.number >= first)
        assert (init, media) == (film.plain[0], b"".join(film.plain[first : last + 1]))
        return {(film.path, number) for number in range(first, last + 1)}

    def all_but(self, hit: set[tuple[Path, int]]) -> set[tuple[Path, int]]:
        """What must still play: chunks that were not hit, nor what they need."""
        found = set[tuple[Path, int]]()
        for film in self.films:
            for number in range(1, len(film.places)):
                needs = {0, *range(film.group_of(number), number + 1)}
                if not any((film.path, needed) in hit for needed in needs):
                    found.add((film.path, number))
        return found

    def the_timeline_is_true_once_checked(self) -> None:
        list(Check(self.stage.office, self.reader, None).differences())
        footage, end = self.stage.footage, self.begin + LENGTH
        told = footage.timeline(CAMERA, self.begin, end)
        assert (told[0].start, told[-1].end) == (self.begin, end)
        assert all(before.end == after.start for before, after in pairwise(told))
        for one in told:
            for moment in (one.start, one.end - timedelta(microseconds=1)):
                fragment = footage.fragment(CAMERA, moment)
                plays = fragment is not None and fragment.start <= moment < fragment.end
                assert plays == (one.state == "recorded"), (one, moment)


Hit = set[tuple[Path, int]]
Harm = Callable[[Gallery, random.Random], Hit]


def spoil(film: Film, begin: int, end: int) -> Hit:
    """Which chunks a change of these bytes can have hurt."""
    if begin < HEAD.size:
        return {(film.path, 0)}
    found = {place.number for place in film.places if begin < place.offset + place.length and end > _head_of(place)}
    # A chunk's tag is bound into the next one.
    tags = {place.number + 1 for place in film.places if begin < _end(place) and end > _end(place) - 16}
    return {(film.path, number) for number in found | tags}


def _head_of(place: ChunkPlace) -> int:
    return place.offset - CHUNK.size


def _end(place: ChunkPlace) -> int:
    return place.offset + place.length


def flip_a_bit(gallery: Gallery, chance: random.Random) -> Hit:
    film = chance.choice(gallery.films)
    place = chance.choice(film.places)
    # Half of the time where it hurts most: in a head.
    at = chance.choice([chance.randrange(len(film.whole)), _head_of(place) + chance.randrange(CHUNK.size)])
    content = bytearray(film.whole)
    content[at] ^= 1 << chance.randrange(8)
    film.path.write_bytes(content)
    return spoil(film, at, at + 1)


def flip_many(gallery: Gallery, chance: random.Random) -> Hit:
    film, hit = chance.choice(gallery.films), set[tuple[Path, int]]()
    content = bytearray(film.whole)
    for _ in range(chance.randrange(2, 6)):
        at = chance.randrange(len(content))
        content[at] ^= chance.randrange(1, 256)
        hit |= spoil(film, at, at + 1)
    film.path.write_bytes(content)
    return hit


def zero_a_range(gallery: Gallery, chance: random.Random) -> Hit:
    film = chance.choice(gallery.films)
    begin = chance.randrange(len(film.whole))
    end = min(len(film.whole), begin + chance.choice([40, 4_096, 100_000]))
    film.path.write_bytes(film.whole[:begin] + bytes(end - begin) + film.whole[end:])
    return spoil(film, begin, end)


def cut_short(gallery: Gallery, chance: random.Random) -> Hit:
    film = chance.choice(gallery.films)
    end = chance.randrange(len(film.whole))
    film.path.write_bytes(film.whole[:end])
    return spoil(film, end, len(film.whole))


def swap_chunks(gallery: Gallery, chance: random.Random) -> Hit:
    film = chance.choice(gallery.films)
    one, other = sorted(chance.sample(film.places[1:], 2), key=lambda place: place.number)
    raw = [film.whole[_head_of(place) : _end(place)] for place in (one, other)]
    between = film.whole[_end(one) : _head_of(other)]
    film.path.write_bytes(film.whole[: _head_of(one)] + raw[1] + between + raw[0] + film.whole[_end(other) :])
    # Out of their order, chunks between them are told apart from damage by luck alone.
    return {(film.path, number) for number in range(one.number, other.number + 2)}


def swap_between_files(gallery: Gallery, chance: random.Random) -> Hit:
    film, other = chance.sample(gallery.films, 2)
    here, there = chance.choice(film.places), chance.choice(other.places)
    raw = other.whole[_head_of(there) : _end(there)]
    film.path.write_bytes(film.whole[: _head_of(here)] + raw + film.whole[_end(here) :])
    return {(film.path, number) for number in range(here.number, max(here.number + 2, there.number + 2))}


def swap_files(gallery: Gallery, chance: random.Random) -> Hit:
    film, other = chance.sample(gallery.films, 2)
    film.path.write_bytes(other.whole)
    other.path.write_bytes(film.whole)
    return {(one.path, 0) for one in (film, other)}


HARMS: list[Harm] = [
    flip_a_bit, flip_a_bit, flip_a_bit, flip_many, zero_a_range, cut_short, swap_chunks, swap_between_files, swap_files
]  # fmt: skip


def harm_a_segment(gallery: Gallery, harm: Harm, number: int, *, check: bool) -> None:
    with gallery.harmed(*(film.path for film in gallery.films)):
        hit = harm(gallery, random.Random(number))
        shown = gallery.nothing_wrong_is_shown()
        assert gallery.all_but(hit) <= shown
        if check:
            gallery.the_timeline_is_true_once_checked()


def harm_a_sidecar(gallery: Gallery, number: int) -> None:
    chance = random.Random(number)
    path = chance.choice(gallery.sidecars)
    with gallery.harmed(path):
        content = bytearray(path.read_bytes())
        at = chance.randrange(len(content))
        content[at] ^= 1 << chance.randrange(8)
        path.write_bytes(content[: chance.choice([len(content), at])])
        assert set(gallery.glances()) <= set(gallery.looks)
        for second in range(0, 80, 7):
            found = gallery.picture(gallery.begin + timedelta(seconds=second))
            if found is not None:
                taken = round((found[0] - gallery.begin).total_seconds()) // 10
                assert found == (gallery.begin + timedelta(seconds=10 * taken), b"\xff\xd8picture %d" % taken)


def harm_slots(gallery: Gallery, number: int) -> None:
    """A flipped bit in one copy costs nothing but where erasing is intended; in both, at most its own minute."""
    chance = random.Random(number)
    slot = chance.choice(gallery.slots.live())
    at = chance.choice([chance.randrange(232), chance.randrange(INTENT_OFFSET, INTENT_OFFSET + len(INTENT))])
    copies = chance.choice([gallery.slots.paths[:1], gallery.slots.paths[1:], gallery.slots.paths])
    offset = (slot.index + 1) * SLOT_BYTES + at
    bit = 1 << chance.randrange(8)
    _xor(copies, offset, bit)
    try:
        spoilt = len(copies) == 2 or at >= INTENT_OFFSET
        hit = {(path, 0) for path, epoch in gallery.epochs.items() if epoch == slot.epoch and spoilt}
        assert gallery.all_but(hit) <= gallery.nothing_wrong_is_shown()
    finally:
        _xor(copies, offset, bit)


def _xor(paths: tuple[Path, ...], offset: int, bit: int) -> None:
    for path in paths:
        with path.open("r+b") as file:
            file.seek(offset)
            byte = file.read(1)[0]
            file.seek(offset)
            file.write(bytes([byte ^ bit]))


def harm_a_log(gallery: Gallery, number: int) -> None:
    """The journal tells causes alone: what is recorded is told by the files."""
    chance, path = random.Random(number), gallery.state.gaps(CAMERA)
    with gallery.harmed(path):
        content = bytearray(path.read_bytes())
        for _ in range(chance.randrange(1, 4)):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(content[: chance.choice([len(content), chance.randrange(len(content))])])
        told = gallery.stage.timeline(gallery.begin, gallery.clock.now())
        assert [one for one in told if one[0] == "recorded"] == [one for one in gallery.causes if one[0] == "recorded"]
        assert sum(seconds for _, seconds in told) == pytest.approx(sum(seconds for _, seconds in gallery.causes))


def harm_the_holds(gallery: Gallery, number: int) -> None:
    """A hold that reads otherwise than it was placed would let evidence go: on doubt everything is held."""
    chance, holds = random.Random(number), Holds(gallery.state, CAMERA)
    placed = holds.all() or [holds.place(gallery.begin, gallery.begin + LENGTH, "incident", gallery.clock.now())]
    with gallery.harmed(holds.path):
        content = bytearray(holds.path.read_bytes())
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        holds.path.write_bytes(content[: chance.choice([len(content), chance.randrange(len(content))])])
        with suppress(HoldsUnreadable):
            assert holds.all() == placed


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory, slow_film: Path) -> Gallery:
    state = State(tmp_path_factory.mktemp("gallery"))
    state.prepare()
    return Gallery(state, slow_film)


numbers = st.integers(0, 2**32)


def sample(examples: int) -> settings:
    health = list(HealthCheck)
    return settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=health
    )


@seed(1)
@sample(16)
@given(harm=st.sampled_from(HARMS), number=numbers)
def test_harm_to_segments_shows_nothing_wrong_and_takes_nothing_else(gallery: Gallery, harm: Harm, number: int) -> None:
    harm_a_segment(gallery, harm, number, check=number % 4 == 0)


@seed(2)
@sample(10)
@given(number=numbers)
def test_harm_to_slots_takes_at_most_their_minute(gallery: Gallery, number: int) -> None:
    harm_slots(gallery, number)


@seed(3)
@sample(30)
@given(number=numbers)
def test_harm_to_sidecars_shows_nothing_wrong(gallery: Gallery, number: int) -> None:
    harm_a_sidecar(gallery, number)


@seed(4)
@sample(40)
@given(number=numbers)
def test_harm_to_the_journal_takes_no_footage(gallery: Gallery, number: int) -> None:
    harm_a_log(gallery, number)


@seed(6)
@sample(40)
@given(number=numbers)
def test_harm_to_the_holds_lets_no_evidence_go(gallery: Gallery, number: int) -> None:
    harm_the_holds(gallery, number)


@pytest.mark.parametrize("copies", [1, 2])
@pytest.mark.parametrize("size", [0, 100, 4096, 5000, 2_000_000])
def test_a_slot_file_cut_short_costs_no_crash_and_one_copy_nothing(gallery: Gallery, copies: int, size: int) -> None:
    paths = gallery.slots.paths[:copies]
    with gallery.harmed(*paths):
        for path in paths:
            with path.open("r+b") as file:
                file.truncate(size)
        shown = gallery.nothing_wrong_is_shown()
        gallery.stage.timeline(gallery.begin, gallery.clock.now())
        assert copies == 2 or shown == gallery.all_but(set())


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_much_harm(gallery: Gallery, bars: Bars) -> None:
    done = 0

    @seed(5)
    @sample(1_200)
    @given(harm=st.sampled_from(HARMS), number=numbers)
    def many(harm: Harm, number: int) -> None:
        nonlocal done
        harm_a_segment(gallery, harm, number, check=number % 4 == 0)
        for other in (harm_slots, harm_a_sidecar, harm_a_log, harm_the_holds):
            other(gallery, number)
        done += 5

    many()
    bars.at_least("files harmed: nothing wrong shown, no crash", done, 6_000)
