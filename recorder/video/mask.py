"""Privacy masks: parts of a picture that are blackened before anything is stored, looked at or shown.

`MaskedSource` stands between a camera and everybody else: it decodes, blackens and encodes. What cannot be decoded
without a doubt is dropped and counted, for damage can move what is hidden to where nothing hides it.
"""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

import av
import av.error
import cv2
import numpy as np
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from recorder.errors import CaptureFailed
from recorder.sources.capture import Packet, Source
from recorder.video.boxes import TIMESCALE, VideoFormat, decoder_config
from recorder.video.colours import reckonable
from recorder.video.encoder import Encoder
from retention.base.mask import Polygon

_BLACK = (16, 128, 128)  # luma, and both colours at rest
_RATE = 25.0
_UNDECODABLE = "cannot be decoded"
Cover = NDArray[np.bool_]


class Mask:
    """Polygons of shares of width and height, laid over pictures of any size."""

    def __init__(self, polygons: tuple[Polygon, ...]) -> None:
        self._polygons = polygons
        self._size = (0, 0)
        self._covers: tuple[Cover, Cover, Cover]

    def blacken(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The picture in 4:2:0, black under the mask. The frame given is spent."""
        if frame.format.name != "yuv420p":
            frame = reckonable(frame).reformat(format="yuv420p")
        frame.make_writable()  # a decoder still makes later pictures from this one
        if self._size != (frame.width, frame.height):
            self._size = (frame.width, frame.height)
            self._covers = covers(self._polygons, *self._size)
        for plane, cover, black in zip(frame.planes, self._covers, _BLACK, strict=True):
            pixels = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)  # type: ignore[call-overload]
            height, width = cover.shape
            np.copyto(pixels[:height, :width], np.uint8(black), where=cover)
        return frame


def covers(polygons: tuple[Polygon, ...], width: int, height: int) -> tuple[Cover, Cover, Cover]:
    """Which samples of each plane are hidden: rather a pixel too many than one too few."""
    painted = np.zeros((height, width), np.uint8)
    for polygon in polygons:
        corners = np.round(np.array(polygon) * (width - 1, height - 1)).astype(np.int32)
        cv2.fillPoly(painted, [corners], 255)
    painted = cv2.dilate(painted, np.ones((3, 3), np.uint8)).astype(np.uint8)
    # A sample of colour belongs to four pixels: it is hidden if one of them is.
    even = np.pad(painted, ((0, height % 2), (0, width % 2)))
    colour = even.reshape(even.shape[0] // 2, 2, even.shape[1] // 2, 2).max(axis=(1, 3)) > 0
    return painted > 0, colour, colour


class MaskedSource:
    """A camera as anybody else may see it."""

    live = False  # encoding takes its time: whoever waits between packets besides falls behind the camera

    def __init__(self, source: Source, polygons: tuple[Polygon, ...]) -> None:
        self.unusable = source.unusable
        self._source, self._mask = source, Mask(polygons)
        self._decoder: _Decoder | None = None
        self._why = "before a key frame"  # packets are dropped while there is no decoder
        self._encoder: Encoder | None = None

    def packets(self) -> Iterator[Packet]:
        """The camera's pictures, blackened, until CaptureFailed."""
        try:
            for packet in self._source.packets():
                yield from self._blackened(self._decoded(packet))
        except CaptureFailed:
            yield from self._blackened(self._drained())
            raise
        yield from self._blackened(self._drained())

    def close(self) -> None:
        self._source.close()

    def _decoded(self, packet: Packet) -> list[av.VideoFrame]:
        early: list[av.VideoFrame] = []
        if packet.key and (self._decoder is None or self._decoder.format != packet.format):
            early, self._decoder = self._drained(), _Decoder(packet.format)
        if self._decoder is None:
            self.unusable[self._why] += 1
            return early
        try:
            return early + self._decoder.decode(packet)
        except (av.error.FFmpegError, _Doubtful):
            # What follows is made from what was lost: begin anew at a key frame.
            self._drop(self._decoder.owed)
            self._decoder, self._why = None, _UNDECODABLE
            return early

    def _drained(self) -> list[av.VideoFrame]:
        decoder, self._decoder = self._decoder, None
        if decoder is None:
            return []
        frames: list[av.VideoFrame] = []
        with suppress(av.error.FFmpegError, _Doubtful):
            frames = decoder.decode(None)
        self._drop(decoder.owed)
        return frames

    def _blackened(self, frames: list[av.VideoFrame]) -> Iterator[Packet]:
        for frame in frames:
            pts = frame.pts
            assert pts is not None
            safe = self._mask.blacken(frame)
            if self._encoder is None or self._encoder.pictures != (safe.width, safe.height):
                self._encoder = Encoder(safe.width, safe.height, _RATE)
            yield from self._encoder.encode(safe, pts)

    def _drop(self, count: int) -> None:
        if count:
            self.unusable[_UNDECODABLE] += count


class _Doubtful(Exception):
    """A picture was decoded, and not all of it is what the camera saw."""


class _Decoder:
    """Decodes one format, and counts the pictures it owes."""

    def __init__(self, form: VideoFormat) -> None:
        self.format, self.owed = form, 0
        name, extradata = decoder_config(form.entry)
        context = av.CodecContext.create(name, "r")
        assert isinstance(context, VideoCodecContext)
        context.extradata, context.thread_count = extradata, 1
        context.options = {"err_detect": "explode"}
        self._context = context

    def decode(self, packet: Packet | None) -> list[av.VideoFrame]:
        raw = None
        if packet is not None:
            raw = av.Packet(packet.data)
            raw.pts, raw.time_base = packet.pts, Fraction(1, TIMESCALE)
            self.owed += 1
        frames = self._context.decode(raw)
        if any(frame.is_corrupt or frame.pts is None for frame in frames):
            raise _Doubtful
        self.owed -= len(frames)
        return frames
