"""The eyes' door to av: one key frame into a small grey picture to judge, and a small coloured one to keep.

What cannot be decoded is no picture; nothing of it is kept or told. The decoder takes one key frame at a time, on one
thread, without the smoothing between blocks, and no picture larger than a camera can have.
"""

from dataclasses import dataclass
from typing import Final

import av
import av.error
import cv2
import numpy as np
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from recorder.eyes.handover import KeyFrame
from recorder.video.boxes import decoder_config
from recorder.video.colours import reckonable

Grey = NDArray[np.uint8]
WIDTH, HEIGHT = 640, 360  # of every picture that is judged, whatever the camera's shape
THUMBNAIL = 320
_OPTIONS = {"skip_loop_filter": "all", "max_pixels": str(8192 * 4352)}
_FULL_RANGE = 2
_PLAIN = ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "nv12", "gray")  # 8 bits of luma come first
_QUALITY = 72

# What libav and OpenCV say of pictures that make no sense.
UNSEEABLE: Final = (av.error.FFmpegError, cv2.error, ValueError, MemoryError)

cv2.setNumThreads(1)


@dataclass(frozen=True)
class Sight:
    """A decoded key frame."""

    frame: av.VideoFrame

    def grey(self) -> Grey:
        """Its luma from 0 to 255, `WIDTH` x `HEIGHT`."""
        luma = _luma(self.frame)
        shrinks = luma.shape[1] >= WIDTH
        small = cv2.resize(luma, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
        if int(self.frame.color_range) != _FULL_RANGE and not self.frame.format.name.startswith("yuvj"):
            small = cv2.LUT(small, _FROM_LIMITED)
        return np.asarray(small, np.uint8)

    def jpeg(self) -> bytes:
        """A thumbnail, as high as the picture's shape makes it."""
        width = min(THUMBNAIL, self.frame.width)
        height = max(2, min(4 * width, round(self.frame.height * width / self.frame.width)))
        small = self.frame.reformat(width=width, height=height, format="bgr24", interpolation="AREA")
        done, coded = cv2.imencode(".jpg", small.to_ndarray(), (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))
        return coded.tobytes() if done else b""


class Eyesight:
    """The decoder of one camera, kept while its format stays the same."""

    def __init__(self) -> None:
        self._entry = b""
        self._decoder: VideoCodecContext | None = None

    def see(self, key: KeyFrame) -> Sight | None:
        """The picture; None where the bytes are none."""
        try:
            if self._decoder is None or key.entry != self._entry:
                self._entry, self._decoder = key.entry, _decoder(key.entry)
            frames = self._decoder.decode(av.Packet(key.sample))
            frames += self._decoder.decode(None)
            self._decoder.flush_buffers()
            return Sight(reckonable(frames[0])) if frames else None
        except UNSEEABLE:
            self._decoder = None
            return None


def _decoder(entry: bytes) -> VideoCodecContext:
    """ValueError for an entry that is none."""
    codec, configuration = decoder_config(entry)
    decoder = av.CodecContext.create(codec, "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.extradata, decoder.thread_count, decoder.options = configuration, 1, _OPTIONS
    return decoder


def _luma(frame: av.VideoFrame) -> Grey:
    if frame.format.name not in _PLAIN:
        return np.asarray(frame.reformat(format="gray").to_ndarray(), np.uint8)
    plane = frame.planes[0]
    rows: Grey = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)  # type: ignore[call-overload]
    return rows[: frame.height, : frame.width]


_FROM_LIMITED = np.clip(np.rint((np.arange(256) - 16) * 255 / 219), 0, 255).astype(np.uint8)
