"""Pictures into H.264, for what does not come as such: USB cameras, masked cameras, H.265 for browsers without it.

One frame in, one packet out, at once: nothing is shown out of order and nothing waits. Quality is held and the bit
rate bounded, so a still lobby costs little and a busy one no more than a camera would send.
"""

from fractions import Fraction

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from recorder.sources.capture import Packet
from recorder.video.boxes import TIMESCALE
from recorder.video.colours import reckonable
from recorder.video.h264 import Shaper

KEY_EVERY = 2 * TIMESCALE
_BITS_A_PIXEL = 0.1  # at most: 5 Mbit/s for 1080p at 25 frames a second
_SLOWEST, _FASTEST = 5.0, 60.0


class Encoder:
    """Encodes frames of one size. `rate` is what to expect; frames may come as they like."""

    def __init__(
        self, width: int, height: int, rate: float, *, preset: str = "superfast", key_every: int | None = KEY_EVERY
    ) -> None:
        # 4:2:0 knows no odd sides.
        self.pictures = (width, height)
        self.size = (max(width & ~1, 2), max(height & ~1, 2))
        self._key_every = key_every
        self._key_at: int | None = None
        self._last = -1
        self._context = _open(*self.size, min(max(rate, _SLOWEST), _FASTEST), preset)
        self._shaper = Shaper(self._context.extradata)

    def encode(self, frame: av.VideoFrame, pts: int, key: bool = False) -> list[Packet]:
        """The packets of one frame shown at `pts` ticks; a key frame if asked, if it is the first, or if one is due."""
        due = self._key_at is None or (self._key_every is not None and pts >= self._key_at + self._key_every)
        if key or due:
            self._key_at = pts
        frame = reckonable(frame).reformat(*self.size, format="yuv420p")
        # Two frames at one time are no film.
        frame.pts, frame.time_base = max(pts, self._last + 1), Fraction(1, TIMESCALE)
        frame.pict_type = PictureType.I if key or due else PictureType.NONE
        self._last = frame.pts
        return self._packets(frame)

    def flush(self) -> list[Packet]:
        """What is left at the end: nothing as a rule."""
        return self._packets(None)

    def _packets(self, frame: av.VideoFrame | None) -> list[Packet]:
        packets = []
        for raw in self._context.encode(frame):
            data = self._shaper.shape(bytes(raw), raw.is_keyframe)
            assert self._shaper.format is not None
            assert raw.pts is not None
            packets.append(Packet(raw.pts, raw.is_keyframe, data, self._shaper.format))
        return packets


def _open(width: int, height: int, rate: float, preset: str) -> VideoCodecContext:
    most = max(int(width * height * rate * _BITS_A_PIXEL), 200_000)
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.framerate, context.time_base = Fraction(rate).limit_denominator(1000), Fraction(1, TIMESCALE)
    # Key frames come when they are due by the clock, not by count.
    context.gop_size, context.thread_count = 100_000, 1
    context.options = {
        "preset": preset,
        "tune": "zerolatency",
        "crf": "23",
        "forced-idr": "1",
        "x264-params": f"scenecut=0:vbv-maxrate={most // 1000}:vbv-bufsize={most // 1000}",
    }
    context.open()
    return context
