"""H.265 made into H.264, for a browser that plays no H.265: one group of pictures, when somebody looks at it.

Every picture keeps its time. One at a time in a process, on one thread, no larger than full HD, and given up as soon as
nobody waits for it. Nothing of it is kept. A door to av.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from threading import Lock

import av
import av.error
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from recorder.errors import Cancelled, CannotBeConverted
from recorder.sources.capture import Packet
from recorder.video import boxes
from recorder.video.encoder import Encoder

_BASE = Fraction(1, boxes.TIMESCALE)
_RATE = 25.0
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


def convert(init: bytes, media: bytes, unwanted: Callable[[], bool] = lambda: False, before: bytes = b"") -> Converted:
    """The same pictures at the same times, as H.264. Raises Cancelled once `unwanted`, or CannotBeConverted.

    Pictures that lean on the group `before` (RASL of an open group) need it. Without it the first picture that can be
    decoded is shown in their place, so that the group is as long as it was.
    """
    if len(media) > _MOST_BYTES:
        raise CannotBeConverted("this group of pictures is too large to convert: export it as it is")
    while not _turn.acquire(timeout=_POLL):
        _go_on(unwanted)
    try:
        return _converted(init, media, unwanted, before)
    except av.error.FFmpegError as error:
        raise CannotBeConverted(f"these pictures cannot be converted ({type(error).__name__})") from error
    finally:
        _turn.release()


def _converted(init: bytes, media: bytes, unwanted: Callable[[], bool], before: bytes) -> Converted:
    encoder: Encoder | None = None
    packets = list[Packet]()
    begin = boxes.head_of(media).decode_time
    for frame in pictures(init, before, media):
        _go_on(unwanted)
        if frame.pts is None or frame.pts < begin:
            continue
        encoder = encoder or Encoder(*_fitting(frame), _RATE, preset="ultrafast", key_every=None)
        packets += encoder.encode(frame, frame.pts if packets else begin)
    if encoder is None:
        raise CannotBeConverted("no picture of this group can be decoded")
    packets += encoder.flush()
    form, times = packets[0].format, [packet.pts for packet in packets]
    spans = [(end - begin, 0) for begin, end in pairwise([*times, max(end_of(media), times[-1] + 1)])]
    group = boxes.part(1, times[0], spans, [packet.data for packet in packets], key=True)
    return Converted(form.codec, boxes.init(form), group, times[0], len(packets))


def end_of(media: bytes) -> int:
    """Where a group of pictures ends, in its own ticks."""
    *_, last = boxes.parts_of(media)
    head = boxes.head_of(last)
    return head.decode_time + head.duration


def pictures(init: bytes, before: bytes, media: bytes, *, strict: bool = False) -> Iterator[VideoFrame]:
    """Pictures in the order of showing, each at its own time; of two at one moment, the first.

    When `strict`, damage raises libav's error where it would else be patched up from other pictures.
    """
    codec, configuration = boxes.decoder_config(boxes.entry_of(init))
    decoder = VideoCodecContext.create(codec, "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.extradata, decoder.thread_count = configuration, 1
    if strict:
        decoder.options = {"err_detect": "explode"}
    shown: int | None = None
    for frame in _decoded(decoder, before, media):
        if frame.pts is not None and (shown is None or frame.pts > shown):
            shown = frame.pts
            yield frame


def _decoded(decoder: VideoCodecContext, before: bytes, media: bytes) -> Iterator[VideoFrame]:
    """Samples with the times our boxes give them: those that libav reads from them are late by the reordering."""
    # The group before may stand in another file, which counts from another moment: it ends where this one begins.
    ahead = boxes.head_of(media).decode_time - end_of(before) if before else 0
    for group, shift in ((before, ahead), (media, 0)):
        for part in boxes.parts_of(group):
            at = boxes.head_of(part).decode_time + shift
            for sample in boxes.samples_of(part):
                packet = av.Packet(sample.data)
                packet.pts, packet.dts, packet.time_base = at + sample.shift, at, _BASE
                at += sample.duration
                yield from decoder.decode(packet)
    yield from decoder.decode(None)


def _fitting(frame: VideoFrame) -> tuple[int, int]:
    shrink = max(1.0, frame.width / _LARGEST[0], frame.height / _LARGEST[1])
    return int(frame.width / shrink), int(frame.height / shrink)


def _go_on(unwanted: Callable[[], bool]) -> None:
    if unwanted():
        raise Cancelled("nobody waits for these pictures any more")
