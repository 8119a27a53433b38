"""Reading footage back: timeline, any instant to a decodable fragment, export. For whoever holds the reader key.

The files are the truth. Nothing past its deadline or erased is returned, reaper or no reaper. What cannot be opened
or is damaged is stepped over, never shown. One instance may serve several threads.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from recorder.clips import Manifest, Piece, Story, refuse_place, write_clip
from recorder.errors import ExportRefused, FootageErased
from recorder.eyes.glances import Glance, Glances, Thumbnail
from recorder.footprints import Footprint, files
from recorder.history import History
from recorder.keyring import Keyring
from recorder.room.space import refuse_export
from recorder.timeline import Interval
from recorder.video import boxes
from recorder.video.transcode import convert, is_h264
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.errors import EpochErased, SealBroken
from retention.base.sealed import SealedFile, Unlocked

REASONS = ("incident", "damage_or_theft", "unauthorised_entry", "person_asked", "technical_check")
_FAR = timedelta(days=8)


@dataclass(frozen=True)
class Fragment:
    """A whole group of pictures, playable after `init`: what a browser's media source is fed.

    Its first frame stands at `media_time` seconds in the media; that is the moment `start`.
    """

    codec: str
    init: bytes
    media: bytes
    start: datetime
    end: datetime
    next_start: datetime | None
    media_time: float
    frames: int

    def as_h264(self, unwanted: Callable[[], bool] = lambda: False) -> "Fragment":
        """The same, for a browser that plays no H.265. Raises Cancelled once `unwanted`, or CannotBeConverted."""
        if is_h264(self.init):
            return self
        made = convert(self.init, self.media, unwanted)
        at = made.decode_time / boxes.TIMESCALE
        return replace(self, codec=made.codec, init=made.init, media=made.media, media_time=at, frames=made.frames)


@dataclass(frozen=True)
class _Group:
    """Chunks `first` up to `last` of a file: a key frame's part and those that need it."""

    first: int
    last: int
    media: bytes


class Footage:
    """The footage of one site, opened with the reader key."""

    def __init__(self, office: Office, reader: X25519PrivateKey) -> None:
        self._state, self._clock = office.state, office.clock
        self._limits = office.config.recorder
        self._trail = Trail(office.state, office.clock)
        self._history = History(office.state, office.clock, office.config.retention.footage)
        self._footprints = self._history.footprints
        self._keys = Keyring(office.state, office.clock, reader)
        self._glances = Glances(office.state, office.clock, reader, self._keys)

    def timeline(self, camera: str, start: datetime, end: datetime) -> list[Interval]:
        """What is recorded and what is not, and why, from `start` to `end` or now."""
        return self._history.timeline(camera, start, end)

    def fragment(self, camera: str, at: datetime) -> Fragment | None:
        """The group of pictures shown at a moment, or the next one after it; None when there is none yet."""
        for known in self._from(camera, at):
            try:
                unlocked = self._keys.open(camera, known.path)
                found = _group_at(unlocked, at)
                if found is None:
                    continue
                init = unlocked.chunk(0)
            except (EpochErased, SealBroken, OSError):  # destroyed while we looked, or damaged
                continue
            head, file = boxes.head_of(found.media), unlocked.file
            place, end = file.chunks[found.first], file.chunks[found.last - 1].last
            return Fragment(
                codec=boxes.codec_of(init),
                init=init,
                media=found.media,
                start=place.first,
                end=end,
                next_start=self._next_start(camera, file, found.last, end),
                media_time=head.decode_time / boxes.TIMESCALE,
                frames=head.frames,
            )
        return None

    def export(
        self,
        camera: str,
        start: datetime,
        end: datetime,
        destination: Path,
        *,
        reason: str,
        actor: str,
        as_h264: bool = False,
        progress: Callable[[float], None] | None = None,
    ) -> Manifest:
        """An MP4 and its manifest, from the key frame before `start`. The trail knows before a byte is written.

        With `as_h264` H.265 is converted, for who cannot play it; the manifest says so.
        Raises ExportRefused, DiskRefused while recording pauses for want of room, or FootageErased when nothing of the
        span is left.
        """
        if reason not in REASONS:
            raise ExportRefused(f"an export needs a reason, one of: {', '.join(REASONS)}")
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if end <= start:
            raise ExportRefused("an export ends after it begins: give --from and --to in that order")
        refuse_place(self._state, destination)
        refuse_export(self._state, self._limits)
        intervals = self.timeline(camera, start, end)
        if not any(one.state == "recorded" for one in intervals):
            raise FootageErased(f"there is no footage of {camera} in that span: see its timeline for the reason")
        self._note_export(camera, (start, end), reason, actor)
        story = Story(camera, start, end, intervals, reason, actor, self._clock.now())
        pieces = self._pieces(camera, start, end)
        return write_clip(destination, _converted(pieces) if as_h264 else pieces, story, progress)

    def plays_everywhere(self, camera: str, at: datetime) -> bool:
        """Whether the footage of a moment is H.264, or there is none. No picture is opened."""
        for known in self._from(camera, at):
            with suppress(EpochErased, SealBroken, OSError):
                return is_h264(self._keys.open(camera, known.path).chunk(0))
        return True

    def glances(self, camera: str, start: datetime, end: datetime) -> list[Glance]:
        """How much moved, and whether the camera was blind, every ten seconds of a span."""
        return self._glances.between(camera, start, end)

    def thumbnail(self, camera: str, at: datetime) -> Thumbnail | None:
        """The nearest small picture at a moment or at most a minute before it."""
        return self._glances.thumbnail(camera, at)

    def forget_keys(self) -> None:
        """To be called now and then: keys of files looked at a while ago are let go of."""
        self._keys.forget()

    def _note_export(self, camera: str, span: tuple[datetime, datetime], reason: str, actor: str) -> None:
        self._trail.note("footage.export", actor=actor, about=camera, category=reason, span=span)

    def _pieces(self, camera: str, start: datetime, end: datetime) -> Iterator[Piece]:
        """Every group of pictures of a span, in order; what is damaged or erased meanwhile is left out."""
        for known in self._from(camera, start):
            if known.start >= end:
                return
            # Opened anew for each group: what reaches its deadline, or is erased meanwhile, goes no further.
            with suppress(EpochErased, SealBroken, OSError):
                unlocked = self._keys.open(camera, known.path)
                group = _group_at(unlocked, max(start, known.start))
                while group is not None and unlocked.file.chunks[group.first].first < end:
                    places = unlocked.file.chunks
                    yield Piece(unlocked.chunk(0), group.media, places[group.first].first, places[group.last - 1].last)
                    unlocked = self._keys.open(camera, known.path)
                    group = _group_from(unlocked, group.last)

    def _from(self, camera: str, at: datetime) -> Iterator[Footprint]:
        """Files that end after a moment, in the order of their footage; looked at only as they are asked for."""
        paths = files(self._state, camera, at, at + _FAR)
        for _, same_minute in groupby(paths, key=lambda path: path.name.partition("-")[0]):
            known = [one for path in same_minute if (one := self._footprints.look(path)) and one.end > at]
            yield from sorted(known, key=lambda one: one.start)

    def _next_start(self, camera: str, file: SealedFile, number: int, end: datetime) -> datetime | None:
        if number < len(file.chunks):
            return end  # within a file nothing is missing, but what is damaged
        following = (one for one in self._from(camera, end) if one.path != file.path)
        return next((max(one.start, end) for one in following), None)


def _converted(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces as H.264; each is decoded after the one that it follows on, for some pictures lean on that."""
    before: Piece | None = None
    for piece in pieces:
        follows = before is not None and before.end == piece.start and before.init == piece.init
        lead, before = (before.media if before and follows else b""), piece
        if is_h264(piece.init):
            yield piece
        else:
            made = convert(piece.init, piece.media, before=lead)
            yield replace(piece, init=made.init, media=made.media, converted=True)


def _group_at(unlocked: Unlocked, at: datetime) -> _Group | None:
    """The group shown at a moment, or the first whole one after it."""
    for place in unlocked.file.chunks[1:]:
        # Times are only true of a chunk that opens: one that does not is no reason to stop here.
        if place.last > at and (media := _chunk(unlocked, place.number)) is not None:
            return _group_around(unlocked, place.number, media)
    return None


def _group_around(unlocked: Unlocked, number: int, media: bytes) -> _Group | None:
    """The group that a chunk belongs to, or the first whole one after it where its beginning is damaged."""
    for back in range(number, 0, -1):
        if boxes.head_of(media).key:
            return _gathered(unlocked, back, media)
        before = _chunk(unlocked, back - 1) if back > 1 else None
        if before is None:
            break
        media = before
    return _group_from(unlocked, number + 1)


def _group_from(unlocked: Unlocked, number: int) -> _Group | None:
    """The first whole group that begins at a chunk or after it."""
    for first in range(number, len(unlocked.file.chunks)):
        media = _chunk(unlocked, first)
        if media is not None and boxes.head_of(media).key:
            return _gathered(unlocked, first, media)
    return None


def _gathered(unlocked: Unlocked, first: int, media: bytes) -> _Group:
    parts, last = [media], first + 1
    while last < len(unlocked.file.chunks):
        following = _chunk(unlocked, last)
        if following is None or boxes.head_of(following).key:
            break
        parts.append(following)
        last += 1
    return _Group(first, last, b"".join(parts))


def _chunk(unlocked: Unlocked, number: int) -> bytes | None:
    try:
        return unlocked.chunk(number)
    except (SealBroken, OSError):  # damaged, or unlinked between two reads
        return None
