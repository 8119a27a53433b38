"""Parts into sealed files: a file per minute, under the key slot of that minute, synced part by part.

A new file begins at the first key frame of a new minute, on every connection, and when the format changes. Chunk 0
is the init (ftyp and moov), each further chunk one part. A failed write abandons the file, never the camera.
"""

import secrets
from collections.abc import Callable
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from recorder.video.boxes import VideoFormat, init
from recorder.video.parts import Part
from retention.base.errors import DiskRefused
from retention.base.sealed import SealedWriter
from retention.base.slots import SlotFile
from retention.base.state import State, camera_stream

MINUTE = 60


def epoch_of(moment: datetime) -> int:
    """The minute in which a moment lies: unix seconds of its start."""
    return int(moment.timestamp()) // MINUTE * MINUTE


class Segments:
    """The files of one camera, written by its one process."""

    def __init__(self, state: State, camera: str, reader: X25519PublicKey, deadline: Callable[[int], datetime]) -> None:
        self._state, self._camera, self._reader, self._deadline = state, camera, reader, deadline
        self._slots = SlotFile(state, camera_stream(camera))
        self._writer: SealedWriter | None = None
        self._epoch = 0
        self._format: VideoFormat | None = None
        self._zero = 0

    def store(self, part: Part, first: datetime, last: datetime, *, next_is_key: bool, final: bool = False) -> None:
        """Seal one part to the disk, synced; `final` when nothing follows it.

        Raises DiskRefused, NoFreeSlot or EpochErased; then the next part that can be stored is a key frame's.
        """
        new = self._epoch != epoch_of(first) or self._format != part.format
        writer = self._begin(part, first) if self._writer is None or (part.key and new) else self._writer
        ends = final or (next_is_key and epoch_of(last) != self._epoch)
        try:
            writer.append(part.media(writer.chunks, self._zero), first, last, final=ends)
        except DiskRefused:
            self.close()
            raise
        if ends:
            self._writer = None

    @property
    def open(self) -> bool:
        """Whether a part that is no key frame's can be stored."""
        return self._writer is not None

    def close(self) -> None:
        """End the file where it stands: the next part begins a new one."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _begin(self, part: Part, first: datetime) -> SealedWriter:
        self.close()
        epoch = epoch_of(first)
        slot = self._slots.claim(epoch, self._deadline(epoch), self._reader)
        path = self._state.segments(self._camera, epoch) / f"{epoch}-{secrets.token_hex(8)}.seg"
        writer = SealedWriter(path, slot)
        writer.append(init(part.format), first, first)
        self._writer, self._epoch, self._format, self._zero = writer, epoch, part.format, part.start
        return writer
