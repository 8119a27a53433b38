"""H.265 made into H.264, for a browser that plays no H.265: one group of pictures, when somebody looks at it.

Every picture keeps its time. One at a time in a process, on one thread, no larger than full HD, and given up as soon as
nobody waits for it. Nothing of it is kept. A door to av.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from threading import Lock

import av
import av.error
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from recorder import boxes
from recorder.errors import Cancelled, CannotBeConverted
from recorder.h264 import Shaper

_BASE = Fraction(1, boxes.TIMESCALE)
_LARGEST = (1920, 1080)
_MOST_BYTES = 64_000_000  # more than a minute of a group of pictures that any camera makes
_POLL = 0.25
_turn = Lock()


@dataclass(frozen=True)
class Converted:
    """A group of pictures as H.264; its first frame stands at `decode_time`, in ticks."""

    codec: str
    init: bytes
    media: bytes
    decode_time: int
    frames: int


def is_h264(init: bytes) -> bool:
    """Whether any browser plays it as it is."""
    return boxes.codec_of(init).startswith("avc1.")


def convert(init: bytes, media: bytes, unwanted: Callable[[], bool] = lambda: False) -> Converted:
    """The same pictures at the same times, as H.264. Raises Cancelled once `unwanted`, or CannotBeConverted."""
    if len(media) > _MOST_BYTES:
        raise CannotBeConverted("this group of pictures is too large to convert: export it as it is")
    while not _turn.acquire(timeout=_POLL):
        _go_on(unwanted)
    try:
        return _converted(init, media, unwanted)
    except av.error.FFmpegError as error:
        raise CannotBeConverted(f"these pictures cannot be converted ({type(error).__name__})") from error
    finally:
        _turn.release()


def _converted(init: bytes, media: bytes, unwanted: Callable[[], bool]) -> Converted:
    encoder: VideoCodecContext | None = None
    packets, times = [], list[int]()
    for frame in _pictures(init + media):
        _go_on(unwanted)
        encoder = encoder or _encoder(frame)
        packets += encoder.encode(_fitted(frame, encoder))
        times.append(frame.pts or 0)
    if encoder is None:
        raise CannotBeConverted("no picture of this group can be decoded")
    packets += encoder.encode(None)
    shaper = Shaper(encoder.extradata)
    samples = [shaper.shape(bytes(packet), packet.is_keyframe) for packet in packets]
    assert shaper.format is not None
    spans = [(end - begin, 0) for begin, end in pairwise([*times, max(_end_of(media), times[-1] + 1)])]
    group = boxes.part(1, times[0], spans, samples, key=True)
    return Converted(shaper.format.codec, boxes.init(shaper.format), group, times[0], len(samples))


def _end_of(media: bytes) -> int:
    *_, last = boxes.parts_of(media)
    head = boxes.head_of(last)
    return head.decode_time + head.duration


def _pictures(film: bytes) -> Iterator[VideoFrame]:
    """The group's pictures in the order of showing; what is shown at the same moment as another is left out."""
    with av.open(io.BytesIO(film), "r", format="mp4") as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        shown = -1
        for frame in container.decode(stream):
            if frame.pts is not None and frame.pts > shown:
                shown = frame.pts
                yield frame


def _encoder(frame: VideoFrame) -> VideoCodecContext:
    shrink = max(1, frame.width / _LARGEST[0], frame.height / _LARGEST[1])
    encoder = VideoCodecContext.create("libx264", "w")
    encoder.width, encoder.height = (max(2, int(side / shrink) // 2 * 2) for side in (frame.width, frame.height))
    encoder.pix_fmt, encoder.time_base, encoder.framerate = "yuv420p", _BASE, Fraction(25)
    encoder.thread_count = 1
    encoder.flags |= av.codec.context.Flags.global_header
    encoder.options = {"preset": "ultrafast", "tune": "zerolatency", "crf": "25", "x264-params": "keyint=infinite"}
    return encoder


def _fitted(frame: VideoFrame, encoder: VideoCodecContext) -> VideoFrame:
    fitted = frame.reformat(encoder.width, encoder.height, "yuv420p")
    fitted.pts, fitted.time_base = frame.pts, _BASE
    fitted.pict_type = av.video.frame.PictureType.NONE
    return fitted


def _go_on(unwanted: Callable[[], bool]) -> None:
    if unwanted():
        raise Cancelled("nobody waits for these pictures any more")
