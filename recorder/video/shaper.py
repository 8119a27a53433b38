"""Access units as a camera sends them, made into MP4 samples: what H.264 and H.265 share. No library.

Parameter sets may travel beside the stream or in it; of each kind whichever came last counts, and a change gives a
new format. What is damaged is left out and counted: nothing that a camera sends is an error of ours.
"""

from abc import ABC, abstractmethod
from typing import ClassVar, Final

from recorder.video.bits import prefixed, sample_of, split
from recorder.video.boxes import VideoFormat

LARGEST: Final = 16_384  # pixels a side; more is a lie, or nothing that plays
LARGEST_SAMPLE: Final = 16_000_000  # bytes; a key frame of 4k at full quality has a fourth of it
_MOST_SETS = 16  # of one kind; MP4 has room for 31
_LONGEST_SET = 0xFFFF


class Shaper(ABC):
    """Turns the access units of one stream into MP4 samples, each picture's bytes untouched."""

    sets: ClassVar[tuple[int, ...]]  # the kinds of parameter sets, in the order in which a decoder wants them
    slices: ClassVar[frozenset[int]]
    sets_stay_outside: ClassVar[bool]  # whether samples may hold no parameter sets
    first_slice_at: ClassVar[int]  # the byte of a slice whose highest bit is set in the first one of a picture

    def __init__(self, extradata: bytes | None) -> None:
        self.format: VideoFormat | None = None
        self.damaged = 0  # samples and parameter sets that make no sense
        self._known: dict[int, tuple[bytes, ...]] = {}
        self._prefix = 0  # bytes of a length prefix; 0: start codes
        if extradata:
            self._configure(extradata)

    def shape(self, data: bytes, key: bool) -> bytes:
        """The sample with four-byte lengths; empty when nothing of it can be kept.

        `format` follows the parameter sets that a key frame carries.
        """
        try:
            units = prefixed(data, self._prefix) if self._prefix else split(data)
        except ValueError:
            self.damaged += 1
            return b""
        if key:
            self._learn(units)
        bare = [unit for unit in units if self.kind(unit) not in self.sets] if self.sets_stay_outside and key else units
        if len(data) > LARGEST_SAMPLE or not any(self.kind(unit) in self.slices for unit in units):
            self.damaged += 1
            return b""
        return data if self._prefix == 4 and len(bare) == len(units) else sample_of(bare)

    def continues(self, sample: bytes) -> bool:
        """Whether a sample's first slice is not the first of its picture: the sample before it was cut in two."""
        first = next((unit for unit in prefixed(sample) if self.kind(unit) in self.slices), b"")
        return len(first) > self.first_slice_at and not first[self.first_slice_at] & 0x80

    @classmethod
    def slices_of(cls, sample: bytes) -> bytes:
        """A sample without what is no slice."""
        return sample_of(unit for unit in prefixed(sample) if cls.kind(unit) in cls.slices)

    @staticmethod
    @abstractmethod
    def kind(unit: bytes) -> int:
        """The kind of a unit that is not empty."""

    @staticmethod
    @abstractmethod
    def configuration_units(extradata: bytes) -> tuple[int, list[bytes]]:
        """From avcC or hvcC: the bytes of a length prefix, and the parameter sets. ValueError when it is damaged."""

    @staticmethod
    @abstractmethod
    def format_of(sets: dict[int, tuple[bytes, ...]]) -> VideoFormat:
        """How an MP4 names and describes a stream with these parameter sets. ValueError when they make no sense."""

    def _configure(self, extradata: bytes) -> None:
        if extradata.startswith((b"\0\0\0\1", b"\0\0\1")):
            self._learn(split(extradata))
            return
        try:
            self._prefix, units = self.configuration_units(extradata)
        except ValueError:
            self.damaged += 1
            return
        self._learn(units)

    def _learn(self, units: list[bytes]) -> None:
        found = dict(self._known)
        for kind in self.sets:
            # Servers put sets before a picture that holds them already: twice the same is once.
            if these := dict.fromkeys(unit for unit in units if self.kind(unit) == kind):
                found[kind] = tuple(these)
        if found == self._known or len(found) < len(self.sets):
            self._known = found
            return
        try:
            _refuse_flood(found)
            self.format = self.format_of(found)
        except ValueError:
            self.damaged += 1
            return
        self._known = found


def refuse_size(width: int, height: int) -> tuple[int, int]:
    """Width and height, unless no camera has such a picture."""
    if not (0 < width <= LARGEST and 0 < height <= LARGEST):
        raise ValueError("the parameter set tells a picture size that cannot be")
    return width, height


def _refuse_flood(sets: dict[int, tuple[bytes, ...]]) -> None:
    for units in sets.values():
        if len(units) > _MOST_SETS or max(map(len, units)) > _LONGEST_SET:
            raise ValueError("there are too many parameter sets")
