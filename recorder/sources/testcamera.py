"""A camera that is not there: a moving picture that shows the time, encoded as a real one would, for first trials."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from threading import Event
from zoneinfo import ZoneInfo

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from recorder.sources.capture import Packet
from recorder.video.boxes import TIMESCALE
from recorder.video.encoder import Encoder
from retention.base.clock import Clock

WIDTH, HEIGHT, RATE = 960, 540, 10
_FLOOR, _WALL, _DOOR, _LIGHT = (92, 96, 99), (196, 202, 205), (120, 92, 60), (245, 248, 250)


class TestCamera:
    """A lobby with somebody walking through it, ten frames a second, a key frame each second."""

    __test__ = False  # not a test, whatever its name begins with
    live = False

    def __init__(self, clock: Clock, stop: Event, zone: str = "UTC") -> None:
        self.unusable: Counter[str] = Counter()
        self._clock, self._stop, self._zone = clock, stop, ZoneInfo(zone)
        self._room = _room()

    def packets(self) -> Iterator[Packet]:
        """Frames at their own pace until told to stop."""
        encoder = Encoder(WIDTH, HEIGHT, RATE, preset="ultrafast", key_every=TIMESCALE)
        begin, number = self._clock.monotonic(), 0
        while not self._stop.wait(max(0.0, begin + number / RATE - self._clock.monotonic())):
            frame = av.VideoFrame.from_ndarray(self._draw(number), format="bgr24")
            yield from encoder.encode(frame, number * TIMESCALE // RATE)
            number += 1

    def close(self) -> None:
        """There is nothing to let go of."""

    def _draw(self, number: int) -> NDArray[np.uint8]:
        picture = self._room.copy()
        left = number * 12 % (WIDTH + 120) - 60
        cv2.circle(picture, (left, 250), 26, (90, 110, 150), -1, cv2.LINE_AA)
        cv2.ellipse(picture, (left, 372), (34, 96), 0, 0, 360, (84, 70, 52), -1, cv2.LINE_AA)
        now: datetime = self._clock.now().astimezone(self._zone)
        text = now.strftime("%d-%m-%Y %H:%M:%S.") + str(now.microsecond // 100_000)
        for shade, weight in (((20, 20, 20), 5), ((255, 255, 255), 2)):
            cv2.putText(picture, text, (24, 44), cv2.FONT_HERSHEY_SIMPLEX, 1.0, shade, weight, cv2.LINE_AA)
        return picture


def _room() -> NDArray[np.uint8]:
    picture = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    picture[:] = _WALL
    picture[400:] = _FLOOR
    cv2.rectangle(picture, (390, 130), (570, 400), _LIGHT, -1)
    cv2.rectangle(picture, (390, 130), (570, 400), _DOOR, 8)
    cv2.line(picture, (480, 130), (480, 400), _DOOR, 4)
    cv2.rectangle(picture, (700, 300), (930, 430), (104, 126, 150), -1)
    for left in range(0, WIDTH, 120):
        cv2.line(picture, (left, 400), (left * 2 - WIDTH // 2, HEIGHT), (80, 84, 87), 1, cv2.LINE_AA)
    cv2.putText(picture, "TEST", (24, HEIGHT - 24), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (230, 230, 230), 2, cv2.LINE_AA)
    return picture
