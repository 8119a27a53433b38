"""USB cameras: pictures from OpenCV's door to Video4Linux, with the moment each one came, encoded as H.264.

A device may hang in the driver, where nothing can reach it: so a thread of its own reads it, and nobody waits for that
thread longer than for a network camera. Pictures that come faster than they can be encoded are dropped and counted.
"""

import os
import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from recorder.causes import Cause
from recorder.errors import CaptureFailed
from recorder.sources.capture import CONNECT, STALL, Packet
from recorder.video.boxes import TIMESCALE
from recorder.video.encoder import Encoder
from recorder.video.mask import Mask
from retention.base.clock import Clock

_WAITING = 4  # pictures between device and encoder: memory is bounded
_LOOK_UP = 0.5  # seconds between two looks whether to stop
_MJPEG = cv2.VideoWriter.fourcc(*"MJPG")
# Compressed, USB 2 carries Full HD; raw, no more than this.
_SIZE, _RAW_SIZE, _RATE = (1920, 1080), (640, 480), 25
_GONE = "the USB camera {0} gives no picture any more: check its cable"
_NOTHING = "the USB camera {0} gives no picture: its cable is loose, or another program is using it"
_HANGS = "the USB camera {0} hangs: unplug it and plug it in again"


class Device(Protocol):
    """As much of cv2.VideoCapture as is used here."""

    def isOpened(self) -> bool: ...  # noqa: N802 - OpenCV's name

    def read(self) -> tuple[bool, NDArray[np.uint8] | None]: ...

    def release(self) -> None: ...


class _Seen(NamedTuple):
    at: float
    picture: NDArray[np.uint8]


def open_device(path: Path) -> Device:
    """A Video4Linux device, set to MJPEG where it can, else to raw pictures of a size that the cable carries."""
    device = cv2.VideoCapture(str(path), cv2.CAP_V4L2)
    if device.isOpened():
        device.set(cv2.CAP_PROP_FOURCC, _MJPEG)
        width, height = _SIZE if int(device.get(cv2.CAP_PROP_FOURCC)) == _MJPEG else _RAW_SIZE
        device.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        device.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        device.set(cv2.CAP_PROP_FPS, _RATE)
    return device  # type: ignore[return-value] # its stubs know no type for pixels


class UsbSource:
    """One USB camera, its mask in place before anything else sees a picture."""

    live = False

    def __init__(
        self,
        path: Path,
        clock: Clock,
        stop: threading.Event,
        mask: Mask,
        *,
        opener: Callable[[Path], Device] = open_device,
        patience: float = STALL,
    ) -> None:
        self.unusable: Counter[str] = Counter()
        self._path, self._clock, self._stop, self._mask, self._patience = path, clock, stop, mask, patience
        self._seen: queue.Queue[_Seen | None] = queue.Queue(_WAITING)
        self._closing = threading.Event()
        _refuse(path)
        threading.Thread(target=self._watch, args=(opener,), name=_thread_name(path), daemon=True).start()

    def packets(self) -> Iterator[Packet]:
        """Pictures as they come, from the moment of the first one, until CaptureFailed or told to stop."""
        first: float | None = None
        encoder: Encoder | None = None
        while (seen := self._next(new=first is None)) is not None:
            first = seen.at if first is None else first
            frame = self._mask.blacken(av.VideoFrame.from_ndarray(seen.picture, format="bgr24"))
            if encoder is None or encoder.pictures != (frame.width, frame.height):
                encoder = Encoder(frame.width, frame.height, _RATE)
            yield from encoder.encode(frame, round((seen.at - first) * TIMESCALE))

    def close(self) -> None:
        """Let go; the thread releases the device as soon as the device lets it."""
        self._closing.set()

    def _next(self, *, new: bool) -> _Seen | None:
        """The next picture; None when told to stop. A new device takes its time to begin."""
        until = self._clock.monotonic() + (max(CONNECT, self._patience) if new else self._patience)
        while not self._stop.is_set():
            try:
                seen = self._seen.get(timeout=min(_LOOK_UP, self._patience))
            except queue.Empty:
                if self._clock.monotonic() >= until:
                    raise CaptureFailed(Cause.STALLED, _HANGS.format(self._path)) from None
                continue
            if seen is None:
                raise CaptureFailed(Cause.UNREACHABLE, (_NOTHING if new else _GONE).format(self._path))
            return seen
        return None

    def _watch(self, opener: Callable[[Path], Device]) -> None:
        device = opener(self._path)
        try:
            while device.isOpened() and not self._closing.is_set():
                whole, picture = device.read()
                if not whole:
                    break
                self._keep(picture)
        finally:
            device.release()
            self._tell_end()

    def _keep(self, picture: NDArray[np.uint8] | None) -> None:
        if picture is None or picture.ndim != 3 or not picture.size:
            self.unusable["damaged"] += 1
            return
        try:
            self._seen.put_nowait(_Seen(self._clock.monotonic(), picture))
        except queue.Full:
            self.unusable["faster than they can be encoded"] += 1

    def _tell_end(self) -> None:
        while not self._closing.is_set():
            try:
                self._seen.put(None, timeout=_LOOK_UP)
            except queue.Full:
                continue
            return


def _refuse(path: Path) -> None:
    """Say in words why a device cannot be opened, before OpenCV says it in its own."""
    if not path.exists():
        raise CaptureFailed(Cause.UNREACHABLE, f"the USB camera {path} is not there: check its cable")
    if not os.access(path, os.R_OK | os.W_OK):
        raise CaptureFailed(
            Cause.UNAUTHORISED,
            f"{path} may not be used by this user: put the recorder's user in the group of the device",
        )
    if any(thread.name == _thread_name(path) for thread in threading.enumerate()):
        raise CaptureFailed(Cause.STALLED, _HANGS.format(path))


def _thread_name(path: Path) -> str:
    return f"usb {path}"
