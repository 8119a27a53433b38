"""What comes off the wire, put together: whole pictures, each with its time. What is kept back is counted.

Key frames may come in pieces, and the first pictures of a stream without a time; both are mended here.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from recorder.causes import Cause
from recorder.errors import CaptureFailed
from recorder.video.boxes import VideoFormat
from recorder.video.shaper import LARGEST_SAMPLE, Shaper

_PATIENCE, _KEYS_IN_VAIN = 2_000, 3  # pictures that nobody could tell how to decode
_UNTIMED = 100  # pictures of which nobody could tell when to show them
Shown = tuple[int, bool, bytes, VideoFormat]  # time, key, sample, format


class Picture(NamedTuple):
    """A sample on its way, perhaps without a time, perhaps not whole, perhaps of no known format."""

    time: int | None
    key: bool
    data: bytes
    format: VideoFormat | None


class Assembly:
    """The pictures of one connection. `frame_ticks` tells the usual length of one."""

    def __init__(self, shaper: Shaper, frame_ticks: Callable[[], int], unusable: Counter[str]) -> None:
        self._shaper, self._frame_ticks, self._unusable = shaper, frame_ticks, unusable
        self._keys_in_vain = 0

    def packets(self, pictures: Iterator[Picture]) -> Iterator[Shown]:
        """Whole pictures with their times, until the source ends or fails."""
        untimed: list[Picture] = []
        try:
            yield from self._timed(pictures, untimed)
        finally:
            self._unusable["no time"] += len(untimed)

    def _timed(self, pictures: Iterator[Picture], untimed: list[Picture]) -> Iterator[Shown]:
        for picture in self._whole(pictures):
            if not picture.data:
                self._unusable["damaged"] += 1
            elif picture.format is None:
                self._without_sets(picture)
            elif picture.time is None or (untimed and _still_unclear(untimed, picture)):
                untimed.append(picture)
                self._without_time(untimed)
            else:
                yield from self._given_times([*untimed, picture] if untimed else [picture])
                untimed.clear()
        yield from self._given_times(untimed)
        untimed.clear()

    def _given_times(self, pictures: list[Picture]) -> Iterator[Shown]:
        """What has no time was shown a frame before the first that has one, whatever the order of decoding."""
        times = [one.time for one in pictures if one.time is not None]
        if not times:
            self._unusable["no time"] += len(pictures)
            return
        early = min(times) - (len(pictures) - len(times)) * self._frame_ticks()
        for one in pictures:
            assert one.format is not None
            yield early if one.time is None else one.time, one.key, one.data, one.format
            early += self._frame_ticks() if one.time is None else 0

    def _without_sets(self, picture: Picture) -> None:
        """A stream may be joined in mid-group; but a key frame that comes without its parameters tells nothing new."""
        self._unusable["no parameter sets"] += 1
        self._keys_in_vain += picture.key
        if self._keys_in_vain >= _KEYS_IN_VAIN or self._unusable["no parameter sets"] >= _PATIENCE:
            raise CaptureFailed(
                Cause.UNSUPPORTED,
                "the camera does not tell how to decode its pictures: restart it, or set its codec anew",
            )

    def _without_time(self, untimed: list[Picture]) -> None:
        """A camera that never tells the time must not fill the memory."""
        if len(untimed) >= _UNTIMED:
            raise CaptureFailed(Cause.UNSUPPORTED, "the camera's pictures carry no time: restart it")

    def _whole(self, pictures: Iterator[Picture]) -> Iterator[Picture]:
        """Key pictures of several slices may come as several packets, where a server repeats parameter sets."""
        held: Picture | None = None
        try:
            for picture in pictures:
                if held is not None and picture.key and self._continues(held, picture):
                    time = picture.time if held.time is None else held.time
                    held = held._replace(time=time, data=held.data + self._shaper.slices_of(picture.data))
                    continue
                if held is not None:
                    yield held
                whole = picture.key and not self._shaper.continues(picture.data)
                held = picture if whole else None
                if held is None:
                    # A stream may be joined in mid-picture: nothing can be decoded from the rest of a key picture.
                    yield picture._replace(key=False)
        except Exception:
            if held is not None:
                yield held
            raise
        if held is not None:
            yield held

    def _continues(self, held: Picture, more: Picture) -> bool:
        return len(held.data) + len(more.data) <= LARGEST_SAMPLE and self._shaper.continues(more.data)


def _still_unclear(early: list[Picture], picture: Picture) -> bool:
    """Whether the next picture may be shown before those at the beginning of a stream, of which some have no time."""
    known = [one.time for one in early if one.time is not None]
    return not (known and picture.time is not None and picture.time > max(known)) and not picture.key
