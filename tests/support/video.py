"""Real films of H.264 or H.265 for tests: something moves, the time is burned in, and every frame carries its number.

The number stands twice: as text for people, and as a strip of 32 black and white blocks along the top that
`frame_number` reads back from a decoded picture, also after lossy coding.
"""

import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
BITS = 32


def make_video(
    path: Path,
    *,
    seconds: float = 10,
    size: tuple[int, int] = (640, 360),
    fps: int = 25,
    bitrate: int = 500_000,
    gop: int = 50,
    sound: bool = False,
    codec: str = "h264",
    reordered: int = 0,
    open_groups: bool = False,
) -> Path:
    """Make an MP4: a key frame every `gop` frames, about `bitrate` bits a second, `reordered` B-frames in a row."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264" if codec == "h264" else "libx265", rate=fps)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.bit_rate, stream.gop_size, stream.time_base = bitrate, gop, Fraction(1, fps)
        stream.options = _options(codec, bitrate // 1000, gop, reordered, open_groups=open_groups)
        if codec == "hevc":
            stream.codec_tag = "hvc1"
        audio = container.add_stream("aac", rate=48_000) if sound else None
        for number in range(round(seconds * fps)):
            frame = av.VideoFrame.from_ndarray(draw(number, size, fps, bitrate), format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if isinstance(audio, AudioStream):
            _hum(container, audio, seconds)
    return path


def _options(codec: str, rate: int, gop: int, reordered: int, *, open_groups: bool) -> dict[str, Any]:
    words = f"scenecut=0:bframes={reordered}:keyint={gop}:min-keyint={gop}:vbv-maxrate={rate}:vbv-bufsize={rate}"
    words += f":open-gop={open_groups:d}"
    if codec == "hevc":
        tune: dict[str, str] = {} if reordered else {"tune": "zerolatency"}
        return {"preset": "ultrafast", **tune, "x265-params": words + ":log-level=none:pools=none:frame-threads=1"}
    return {"preset": "ultrafast", "tune": "zerolatency", "x264-params": words}


def draw(number: int, size: tuple[int, int], fps: int, bitrate: int = 0) -> Picture:
    """Frame `number` of the film, in BGR."""
    width, height = size
    picture: Picture = np.full((height, width, 3), (96, 72, 48), np.uint8)
    left = int(number * width / (4 * fps)) % width
    cv2.rectangle(picture, (left, height // 2), (left + width // 8, height * 5 // 6), (60, 180, 240), -1)
    if bitrate > 1_000_000:
        # Flat pictures cannot fill a high bit rate; grain can, as a dark lobby does.
        noise = np.random.default_rng(number).integers(0, 48, (height // 2, width // 2, 1), np.uint8)
        grain = np.repeat(np.repeat(noise, 2, axis=0), 2, axis=1)
        picture = cv2.add(picture, np.broadcast_to(grain, picture.shape)).astype(np.uint8)
    text = f"{number:06d}  {number / fps:08.3f} s"
    scale = height / 360
    cv2.putText(picture, text, (int(12 * scale), int(70 * scale)), cv2.FONT_HERSHEY_SIMPLEX, scale, (255,) * 3, 2)
    _stamp(picture, number)
    return picture


def frame_number(picture: Picture) -> int:
    """The number of a decoded frame, read from its strip of blocks (BGR, RGB or grey)."""
    height, width = picture.shape[:2]
    row = picture[height // 32]
    grey = row if row.ndim == 1 else row.mean(axis=1)
    return sum(1 << bit for bit in range(BITS) if grey[int((bit + 0.5) * width / BITS)] > 128)


def frame_numbers(path: Path | str) -> list[int]:
    """The numbers of all frames of a film, in order of presentation."""
    with av.open(str(path)) as container:
        return [frame_number(frame.to_ndarray(format="gray").astype(np.uint8)) for frame in container.decode(video=0)]


def extradata_of(film: Path) -> bytes:
    """The parameter sets that stand beside the film's pictures."""
    with av.open(str(film)) as container:
        return container.streams.video[0].codec_context.extradata or b""


def byte_stream_packets(film: Path) -> list[tuple[bytes, bool]]:
    """The film's packets with start codes, parameter sets before each key frame: as RTSP gives them."""
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        unwrap = av.BitStreamFilterContext(f"{stream.codec_context.name}_mp4toannexb", stream)
        raw = [part for packet in container.demux(stream) if packet.size for part in unwrap.filter(packet)]
        return [(bytes(part), part.is_keyframe) for part in raw]


def write_packets(source: Path, destination: Path) -> Path:
    """Unwrap the film of an MP4 to bare packets, as `tests.support.rtsp_server` reads them.

    Big-endian: "h264" or "hevc", length of the decoder configuration, the configuration; then for each packet its
    presentation time in nanoseconds, its length, its bytes.
    """
    with av.open(str(source)) as container, destination.open("wb") as out:
        stream = container.streams.video[0]
        head = stream.codec_context.extradata or b""
        out.write(struct.pack(">4sI", stream.codec_context.name.encode(), len(head)) + head)
        for packet in container.demux(stream):
            if packet.pts is not None and packet.time_base is not None:
                out.write(struct.pack(">QI", int(packet.pts * packet.time_base * 10**9), packet.size) + bytes(packet))
    return destination


def _stamp(picture: Picture, number: int) -> None:
    height, width = picture.shape[:2]
    for bit in range(BITS):
        shade = 255 if number >> bit & 1 else 0
        picture[: height // 16, bit * width // BITS : (bit + 1) * width // BITS] = shade


def _hum(container: OutputContainer, stream: AudioStream, seconds: float) -> None:
    """A 440 Hz tone as long as the film, for tests that nothing audible is kept."""
    turns: NDArray[Any] = np.arange(round(48_000 * seconds)) * (2 * np.pi * 440 / 48_000)
    tone = (np.sin(turns) * 0.2).astype(np.float32)
    for start in range(0, len(tone) - 1023, 1024):
        frame = av.AudioFrame.from_ndarray(tone[None, start : start + 1024], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
        container.mux(stream.encode(frame))
    container.mux(stream.encode())
