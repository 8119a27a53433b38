"""The door to av: a camera's packets as they come, never decoded, never re-encoded, without sound.

`open_source` connects; a source yields packets on a 90 kHz clock until it fails with CaptureFailed, whose cause
is from the closed list. Addresses may hold a password, and av's own errors quote the address: so they end here.
"""

import errno
import os
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from threading import Event
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import av
import av.error
from av.container import InputContainer
from av.video.stream import VideoStream

from recorder.causes import Cause
from recorder.errors import CaptureFailed
from recorder.video import h264, h265
from recorder.video.assembly import Assembly, Picture
from recorder.video.boxes import TIMESCALE
from recorder.video.packet import Packet
from recorder.video.shaper import Shaper
from retention.base.clock import Clock
from retention.base.config import CameraSection

__all__ = ["CONNECT", "STALL", "FileSource", "Packet", "RtspSource", "Source", "open_source"]

STALL = 3.5  # seconds without a packet: noticed within five, whatever else is slow
CONNECT = 5.0
_EARLY = 0.2
_FASTEST = 120  # frames a second; what a stream says beyond it is no rate
_SHAPERS: dict[str, type[Shaper]] = {"h264": h264.Shaper, "hevc": h265.Shaper}
# The system's resolver cannot be interrupted, and by itself waits up to half a minute for name servers that are away.
_RESOLVER = "timeout:1 attempts:2"
_OPTIONS = {
    "rtsp_transport": "tcp",
    "allowed_media_types": "video",  # sound is not even asked for
    "timeout": str(round(STALL * 1e6)),
    # Parameters stand in the SDP or in the first key frame: what is read while looking for them arrives late.
    "analyzeduration": "1500000",
    "fpsprobesize": "0",
}


class Source(Protocol):
    """A connection to one camera."""

    live: bool  # packets come when they happen, and wait in the socket meanwhile
    unusable: Counter[str]  # packets that are not handed on, by reason

    def packets(self) -> Iterator[Packet]:
        """The packets, until CaptureFailed; ends quietly only when told to stop."""
        ...

    def close(self) -> None: ...


def open_source(camera: CameraSection, clock: Clock, stop: Event, zone: str = "UTC") -> Source:
    """Connect to a camera, its mask in place. CaptureFailed says why not."""
    if urlsplit(camera.url).scheme == "usb":
        from recorder.sources.usb import UsbSource  # noqa: PLC0415
        from recorder.video.mask import Mask  # noqa: PLC0415 - loads the drawing library only where it draws

        return UsbSource(Path(urlsplit(camera.url).path), clock, stop, Mask(camera.mask))
    source = _bare_source(camera, clock, stop, zone)
    if not camera.mask:
        return source
    from recorder.video.mask import MaskedSource  # noqa: PLC0415

    return MaskedSource(source, camera.mask)


def _bare_source(camera: CameraSection, clock: Clock, stop: Event, zone: str) -> Source:
    if camera.url == "test":
        from recorder.sources.testcamera import TestCamera  # noqa: PLC0415

        return TestCamera(clock, stop, zone)
    if urlsplit(camera.url).scheme == "file":
        return FileSource(camera.url, clock, stop)
    return RtspSource(camera, clock, stop)


class _AvSource:
    """What RTSP and files share: the stream found, its packets shaped."""

    live = False

    def __init__(self, container: InputContainer, stop: Event) -> None:
        self.unusable: Counter[str] = Counter()
        self._container, self._stop = container, stop
        try:
            self._stream: VideoStream = container.streams.video[0]
        except IndexError:
            container.close()
            raise CaptureFailed(Cause.UNSUPPORTED, "the camera sends no video: choose another stream of it") from None
        codec = self._stream.codec_context.name
        if codec not in _SHAPERS:
            container.close()
            raise CaptureFailed(Cause.UNSUPPORTED, f"the camera sends {codec}: set it to H.264 or H.265")
        self._shaper = _SHAPERS[codec](self._stream.codec_context.extradata)
        # Whole numbers, not fractions: these are used for every packet.
        ticks = (self._stream.time_base or Fraction(1, TIMESCALE)) * TIMESCALE
        self._times, self._over = ticks.numerator, ticks.denominator

    def close(self) -> None:
        self._container.close()

    def _demux(self) -> Iterator[Packet]:
        """Packets to the end of the stream."""
        return map(Packet._make, Assembly(self._shaper, self._frame_ticks, self.unusable).packets(self._pictures()))

    def _pictures(self) -> Iterator[Picture]:
        for raw in self._container.demux(self._stream):
            if self._stop.is_set():
                return
            if raw.size:
                time = raw.pts if raw.pts is not None else raw.dts
                ticks = None if time is None else (time * self._times + self._over // 2) // self._over
                data = self._shaper.shape(bytes(raw), raw.is_keyframe)
                yield Picture(ticks, raw.is_keyframe, data, self._shaper.format)

    def _frame_ticks(self) -> int:
        rate = self._stream.average_rate or 25
        return round(TIMESCALE / (rate if 1 <= rate <= _FASTEST else 25))


class RtspSource(_AvSource):
    """A network camera over RTSP, its media interleaved in the one TCP connection."""

    live = True

    def __init__(self, camera: CameraSection, clock: Clock, stop: Event) -> None:
        self._where, self._clock, self._began = _place(camera.url), clock, clock.monotonic()
        os.environ.setdefault("RES_OPTIONS", _RESOLVER)
        try:
            container = av.open(_with_password(camera), options=_OPTIONS, timeout=(CONNECT, STALL))
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise self._failed(error, connecting=True) from None  # its text quotes the address
        super().__init__(container, stop)

    def packets(self) -> Iterator[Packet]:
        try:
            yield from self._demux()
        except (av.error.FFmpegError, OSError) as error:
            raise self._failed(error, connecting=False) from None
        if not self._stop.is_set():
            raise CaptureFailed(Cause.UNREACHABLE, f"the camera at {self._where} ended the connection")

    def _pictures(self) -> Iterator[Picture]:
        """A stream that falls silent gives up its last picture first, when the time for an answer is over."""
        asked = self._clock.monotonic()
        for picture in super()._pictures():
            silent = self._clock.monotonic() - asked > STALL - _EARLY
            yield picture
            if silent:
                raise self._silent()
            asked = self._clock.monotonic()

    def _silent(self) -> CaptureFailed:
        return CaptureFailed(Cause.STALLED, f"the camera at {self._where} is connected and sends nothing")

    def _failed(self, error: Exception, *, connecting: bool) -> CaptureFailed:
        if isinstance(error, av.error.HTTPUnauthorizedError | av.error.HTTPForbiddenError):
            return CaptureFailed(
                Cause.UNAUTHORISED, f"the camera at {self._where} refuses user or password: check both"
            )
        if isinstance(error, av.error.HTTPNotFoundError):
            return CaptureFailed(Cause.UNREACHABLE, f"the camera at {self._where} has no stream by that name")
        silent = isinstance(error, av.error.ExitError | TimeoutError) or _number(error) == errno.ETIMEDOUT
        # A request without an answer ends as invalid data, once the time for it is over.
        silent |= isinstance(error, av.error.InvalidDataError) and self._clock.monotonic() - self._began > STALL - 0.5
        if silent and (not connecting or self._answers()):
            return self._silent()
        if isinstance(error, av.error.InvalidDataError):
            return CaptureFailed(Cause.UNSUPPORTED, f"the camera at {self._where} does not speak RTSP as expected")
        return CaptureFailed(
            Cause.UNREACHABLE, f"the camera at {self._where} cannot be reached: check address, power and network"
        )

    def _answers(self) -> bool:
        """Whether anybody listens there: tells a hanging camera from one that is away."""
        host, _, port = self._where.rpartition(":")
        with suppress(OSError), socket.create_connection((host.strip("[]"), int(port)), timeout=2):
            return True
        return False


class FileSource(_AvSource):
    """A film, played at its own pace and over again: a camera for trials."""

    def __init__(self, url: str, clock: Clock, stop: Event) -> None:
        path = Path(unquote(urlsplit(url).path))
        self._clock, self._name = clock, path.name
        try:
            container = av.open(str(path))
        except (av.error.FFmpegError, OSError) as error:
            cause = Cause.UNREACHABLE if isinstance(error, FileNotFoundError) else Cause.UNSUPPORTED
            raise CaptureFailed(cause, f"{path} cannot be played: check the file and its rights") from None
        super().__init__(container, stop)

    def packets(self) -> Iterator[Packet]:
        begin, shift, end = self._clock.monotonic(), 0, 0
        first: int | None = None
        while True:
            for packet in self._once():
                first = packet.pts if first is None else first
                pts = packet.pts - first + shift
                if self._stop.wait(max(0.0, begin + pts / TIMESCALE - self._clock.monotonic())):
                    return
                end = max(end, pts + self._frame_ticks())
                yield packet._replace(pts=pts)
            if end == shift:
                raise CaptureFailed(Cause.UNSUPPORTED, f"{self._name} holds no frame that can be kept")
            shift = end
            self._container.seek(0)

    def _once(self) -> Iterator[Packet]:
        try:
            yield from self._demux()
        except (av.error.FFmpegError, OSError):
            raise CaptureFailed(Cause.UNSUPPORTED, f"{self._name} cannot be played to its end: it is damaged") from None


def _with_password(camera: CameraSection) -> str:
    """The address as av wants it: user and password inside."""
    parts = urlsplit(camera.url)
    user = camera.user if camera.user is not None else unquote(parts.username or "")
    password = unquote(parts.password or "")
    if camera.password_file:
        try:
            password = camera.password_file.read_text(encoding="utf-8").strip("\n")
        except (OSError, UnicodeDecodeError):
            raise CaptureFailed(
                Cause.UNAUTHORISED, f"the password file of camera {camera.name} cannot be read: check its rights"
            ) from None
    host = parts.netloc.rpartition("@")[2]
    login = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    return urlunsplit((parts.scheme, login + host, parts.path, parts.query, ""))


def _place(url: str) -> str:
    """Host and port alone: what a message may show of an address."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    host = parts.hostname or "?"
    return f"[{host}]:{port or 554}" if ":" in host else f"{host}:{port or 554}"


def _number(error: Exception) -> int | None:
    return error.errno if isinstance(error, OSError) else None
