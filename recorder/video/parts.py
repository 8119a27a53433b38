"""Packets into parts: each a group of pictures, or at most a second of a longer one, ready to be sealed.

A part begins at a key frame or where no later frame is shown before it. Decode times are the frames' showing times
in order, so that their sum is exact and a missing dts does not matter. What is not kept is counted, with its reason.
"""

from collections import Counter
from dataclasses import dataclass

from recorder.video.boxes import TIMESCALE, VideoFormat, part
from recorder.video.h265 import leans_back
from recorder.video.packet import Packet

LIMIT = TIMESCALE  # ticks of a part: what a power cut may cost
LONGEST_GROUP = 60 * TIMESCALE  # an epoch: what follows cannot be decoded under the next one
MOST_FRAMES, MOST_BYTES = 600, 32_000_000  # of a part: a camera whose clock stands still must not fill the memory
_FRAME = TIMESCALE // 25  # taken for the length of a frame where there is only one


@dataclass(frozen=True)
class Part:
    """Frames from `start` to `end`, both in ticks of the camera's clock."""

    key: bool
    format: VideoFormat
    start: int
    end: int
    times: list[tuple[int, int]]
    samples: list[bytes]

    def media(self, number: int, zero: int) -> bytes:
        """moof and mdat; decode times count from `zero`."""
        return part(number, self.start - zero, self.times, self.samples, key=self.key)


class Cutter:
    """Cuts the packets of one connection."""

    def __init__(self) -> None:
        self.dropped: Counter[str] = Counter()
        self._held: list[Packet] = []
        self._highest = 0
        self._group_start: int | None = None  # None: wait for a key frame
        self._start = 0
        self._bytes = 0
        self._after_cut = False  # in a group before which nothing is kept
        self._frame = _FRAME
        self._reorders = False  # whether frames are shown in another order than they are decoded

    @property
    def waiting(self) -> bool:
        """Whether nothing can be kept until the next key frame."""
        return self._group_start is None

    def take(self, packet: Packet) -> Part | None:
        """Add a packet; the part before it, if it begins a new one."""
        if self._group_start is None:
            if not packet.key:
                self.dropped["before a key frame"] += 1
                return None
            self._group_start = self._start = self._highest = packet.pts
            self._after_cut = True
        elif self._after_cut and not packet.key and _leans_back(packet):
            self.dropped["made from pictures before the first"] += 1
            return None
        elif not self._begins_part(packet):
            self._hold(packet)
            return None
        done = self.flush(packet.pts) if self._held else None
        if packet.key:
            self._after_cut = self._after_cut and not done
            self._group_start = packet.pts
        elif packet.pts - self._group_start >= LONGEST_GROUP:
            self._group_start = None
            self.dropped["group of pictures too long"] += 1
            return done
        self._hold(packet)
        return done

    def flush(self, next_pts: int | None = None) -> Part | None:
        """What is held, as a part; the stream may go on after it."""
        if not self._held:
            return None
        held, self._held, self._bytes = self._held, [], 0
        shown = [packet.pts for packet in held]
        ordered = sorted(shown)
        if len(ordered) > 1:
            self._frame = max(1, ordered[-1] - ordered[-2])
        # With reordering, frames of the next part may be shown before its first packet: take one frame's length.
        self._reorders = self._reorders or ordered != shown
        end = ordered[-1] + self._frame if self._reorders or next_pts is None else next_pts
        start, ordered[0] = self._start, self._start
        # The first reordered frames of a stream may be shown before its last part was thought to end.
        for number in range(1, len(ordered)):
            ordered[number] = max(ordered[number], ordered[number - 1] + 1)
        self._start = end = max(end, ordered[-1] + 1)
        times = [
            (following - decode, pts - decode)
            for decode, following, pts in zip(ordered, [*ordered[1:], end], shown, strict=True)
        ]
        return Part(held[0].key, held[0].format, start, end, times, [packet.data for packet in held])

    def restart(self) -> None:
        """Wait for a key frame, after a flush."""
        self._group_start = None

    def _begins_part(self, packet: Packet) -> bool:
        assert self._group_start is not None
        if packet.key:
            return True
        new_highest = packet.pts > self._highest
        long = packet.pts - self._start >= LIMIT or packet.pts - self._group_start >= LONGEST_GROUP
        full = len(self._held) >= MOST_FRAMES or self._bytes >= MOST_BYTES
        return full or (new_highest and long)

    def _hold(self, packet: Packet) -> None:
        self._highest = max(self._highest, packet.pts) if self._held else packet.pts
        self._held.append(packet)
        self._bytes += len(packet.data)


def _leans_back(packet: Packet) -> bool:
    return packet.format.codec.startswith("hvc1") and leans_back(packet.data)
