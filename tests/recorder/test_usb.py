"""USB cameras through a fake at their door: pictures with the moment they came, and every way a device fails."""

import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from queue import Queue

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from recorder.causes import Cause
from recorder.errors import CaptureFailed
from recorder.sources.capture import Packet, open_source
from recorder.sources.usb import Device, UsbSource, open_device
from recorder.video.boxes import TIMESCALE, decoder_config
from recorder.video.mask import Mask
from retention.base.clock import SystemClock
from retention.base.config import CameraSection
from tests.support.clock import ManualClock
from tests.support.video import draw, frame_number

Picture = NDArray[np.uint8]
NOTHING = Mask(())


class Webcam:
    """A device that gives what a test hands it: a picture, False for a failed read; else it hangs, until released."""

    def __init__(self, clock: ManualClock, *, opens: bool = True) -> None:
        self.coming: Queue[Picture | bool | None] = Queue()
        self.released = threading.Event()
        self._clock, self._opens = clock, opens

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self._opens

    def read(self) -> tuple[bool, Picture | None]:
        given = self.coming.get()
        self._clock.advance(seconds=0.04)
        return (False, None) if isinstance(given, bool) else (True, given)

    def release(self) -> None:
        self.released.set()


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """Where the device stands."""
    path = tmp_path / "video0"
    path.touch()
    return path


@pytest.fixture
def webcam(clock: ManualClock) -> Iterator[Webcam]:
    device = Webcam(clock)
    yield device
    device.coming.put(False)
    assert device.released.wait(10)


@pytest.fixture
def source(webcam: Webcam, node: Path, clock: ManualClock) -> Iterator[UsbSource]:
    found = UsbSource(node, clock, threading.Event(), NOTHING, opener=lambda _: webcam)
    yield found
    found.close()


def pictures_of(packets: list[Packet]) -> list[av.VideoFrame]:
    name, extradata = decoder_config(packets[0].format.entry)
    decoder = av.CodecContext.create(name, "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.extradata = extradata
    return [frame for packet in packets for frame in decoder.decode(av.Packet(packet.data))] + decoder.decode(None)


def one_by_one(webcam: Webcam, source: UsbSource, numbers: range, size: tuple[int, int] = (320, 180)) -> list[Packet]:
    """Each picture is handed over when the one before has come out."""
    packets, taken = source.packets(), []
    for number in numbers:
        webcam.coming.put(draw(number, size, 25))
        taken.append(next(packets))
    packets.close()  # type: ignore[attr-defined]
    return taken


def test_pictures_come_out_with_the_moment_they_came(webcam: Webcam, source: UsbSource) -> None:
    packets = one_by_one(webcam, source, range(12))

    assert [packet.pts for packet in packets] == [number * TIMESCALE // 25 for number in range(12)]
    shown = pictures_of(packets)
    assert [frame_number(frame.to_ndarray(format="gray")) for frame in shown] == list(range(12))
    assert packets[0].key


def test_a_picture_of_another_size_begins_a_new_format(webcam: Webcam, source: UsbSource) -> None:
    packets, formats = source.packets(), []
    for size in ((320, 180), (640, 360)):
        webcam.coming.put(draw(0, size, 25))
        packet = next(packets)
        formats.append((packet.key, packet.format.width, packet.format.height))

    assert formats == [(True, 320, 180), (True, 640, 360)]


def test_a_mask_is_in_place_before_anything_else(webcam: Webcam, node: Path, clock: ManualClock) -> None:
    whole = Mask((((0, 0), (1, 0), (1, 1), (0, 1)),))
    source = UsbSource(node, clock, threading.Event(), whole, opener=lambda _: webcam)

    packets = one_by_one(webcam, source, range(3))
    source.close()

    assert max(int(frame.to_ndarray(format="gray").max()) for frame in pictures_of(packets)) == 0


def test_a_device_that_is_pulled_out_is_unreachable(webcam: Webcam, source: UsbSource) -> None:
    webcam.coming.put(draw(0, (320, 180), 25))
    webcam.coming.put(False)

    packets = source.packets()
    assert next(packets).key
    assert failure(packets).cause is Cause.UNREACHABLE


def test_a_device_that_hangs_is_stalled_and_not_opened_again_while_it_does(webcam: Webcam, node: Path) -> None:
    def connect() -> UsbSource:
        return UsbSource(node, SystemClock(), threading.Event(), NOTHING, opener=lambda _: webcam, patience=0.2)

    source = connect()
    webcam.coming.put(draw(0, (320, 180), 25))
    packets = source.packets()
    next(packets)
    assert failure(packets).cause is Cause.STALLED
    source.close()

    with pytest.raises(CaptureFailed) as again:
        connect()
    assert again.value.cause is Cause.STALLED


def test_a_device_that_lets_go_late_is_released_then(webcam: Webcam, source: UsbSource) -> None:
    source.close()
    webcam.coming.put(draw(0, (320, 180), 25))

    assert webcam.released.wait(10)


def test_a_device_that_does_not_open_is_unreachable(node: Path, clock: ManualClock) -> None:
    device = Webcam(clock, opens=False)
    source = UsbSource(node, clock, threading.Event(), NOTHING, opener=lambda _: device)

    assert failure(source.packets()).cause is Cause.UNREACHABLE
    assert device.released.wait(10)


def test_a_device_that_is_not_there_is_unreachable() -> None:
    camera = CameraSection(name="balie", url="usb:/dev/video97")

    with pytest.raises(CaptureFailed, match="cable") as refused:
        open_source(camera, SystemClock(), threading.Event())
    assert refused.value.cause is Cause.UNREACHABLE


def test_pictures_that_come_too_fast_are_counted(webcam: Webcam, source: UsbSource) -> None:
    for number in range(30):
        webcam.coming.put(draw(number, (320, 180), 25))
    webcam.coming.put(False)
    assert webcam.released.wait(10)

    taken = []
    with pytest.raises(CaptureFailed):
        taken.extend(source.packets())
    kept = 30 - source.unusable.total()
    assert 0 < kept < 30


def test_nothing_that_is_no_picture_stops_a_camera(webcam: Webcam, source: UsbSource) -> None:
    for nonsense in (None, np.zeros((0, 0, 3), np.uint8), np.zeros((4, 4), np.uint8)):
        webcam.coming.put(nonsense)

    assert len(one_by_one(webcam, source, range(2))) == 2
    assert source.unusable == {"damaged": 3}


class PacedFilm:
    """An MJPEG film behind OpenCV's own door, at the pace of a camera."""

    def __init__(self, path: Path) -> None:
        self._film, self._pace = cv2.VideoCapture(str(path)), threading.Event()
        assert int(self._film.get(cv2.CAP_PROP_FOURCC)) == cv2.VideoWriter.fourcc(*"MJPG")

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self._film.isOpened()

    def read(self) -> tuple[bool, Picture | None]:
        self._pace.wait(0.04)
        whole, picture = self._film.read()
        return whole, picture.astype(np.uint8) if whole else None

    def release(self) -> None:
        self._film.release()


def test_mjpeg_through_the_real_door_plays_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "webcam.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (640, 360))
    for number in range(20):
        writer.write(draw(number, (640, 360), 25))
    writer.release()

    source = UsbSource(path, SystemClock(), threading.Event(), NOTHING, opener=PacedFilm)
    packets = list(islice(source.packets(), 20))

    numbers = [frame_number(frame.to_ndarray(format="gray")) for frame in pictures_of(packets)]
    assert numbers == list(range(20))
    assert failure(source.packets()).cause is Cause.UNREACHABLE


def test_opening_what_is_no_camera_says_so(node: Path) -> None:
    device: Device = open_device(node)

    assert not device.isOpened()


def failure(packets: Iterator[Packet]) -> CaptureFailed:
    with pytest.raises(CaptureFailed) as caught:
        for _ in packets:
            pass
    return caught.value
