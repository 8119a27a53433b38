"""Reads QR codes before a webcam, only while somebody may show one. The one module of the kiosk that imports OpenCV.

A picture lives in memory for as long as it is looked at, and goes nowhere.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Final

from retention.base.translations import N_

if TYPE_CHECKING:
    import cv2

log = logging.getLogger("portier.codes")

WIDTH, HEIGHT = 1280, 720
BETWEEN: Final = 0.05
"""Seconds of rest between two pictures: reading is half the work of one core."""
SIZES: Final = (1.0, 0.75)
"""OpenCV misses one code of fifty by how it falls on the grid of pixels, also when it is held still: the next picture
is laid on another grid."""
RETRY: Final = 2.0
CLOSING: Final = 2.0


class CodeCamera:
    """One webcam in a thread of its own. Off until it is asked to `look`."""

    def __init__(self, path: str, heard: Callable[[str], None]) -> None:
        """`heard` gets each text that is read, in the camera's thread."""
        self._path, self._heard = path, heard
        self._wanted, self._stop = threading.Event(), threading.Event()
        self.problem = ""
        # A daemon: a driver that hangs must not keep the kiosk from ending.
        self._thread = threading.Thread(target=self._watch, name="kiosk-code-camera", daemon=True)
        self._thread.start()

    def look(self, wanted: bool) -> None:
        """Look from now on, or let go of the camera."""
        if wanted:
            self._wanted.set()
        else:
            self._wanted.clear()

    def close(self) -> None:
        self._stop.set()
        self._wanted.set()
        self._thread.join(CLOSING)

    @property
    def _on(self) -> bool:
        return self._wanted.is_set() and not self._stop.is_set()

    def _watch(self) -> None:
        try:
            import cv2  # noqa: PLC0415 - it takes a moment to load, which is spent here
        except ImportError:
            self._fail(N_("its program is missing"))
            return
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        cv2.setNumThreads(1)
        while not self._stop.is_set():
            self._wanted.wait()
            if self._on and not self._look(cv2.VideoCapture(self._path, _backend(self._path))):
                self._stop.wait(RETRY)

    def _look(self, camera: "cv2.VideoCapture") -> bool:
        """Read what is shown until nobody is asked for a code; False where the camera sends no pictures."""
        import cv2  # noqa: PLC0415

        reader, sizes = cv2.QRCodeDetector(), cycle(SIZES)
        try:
            camera.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH)
            camera.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT)
            while self._on:
                picture = _picture(camera)
                if picture is None:
                    self._fail(N_("it sends no pictures"))
                    return False
                self._fail("")
                # What OpenCV stumbles over, a picture or letters in another coding, is no code: the next one comes.
                with suppress(cv2.error, UnicodeDecodeError):
                    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
                    size = next(sizes)
                    seen = cv2.resize(grey, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
                    self._say(reader.detectAndDecode(seen)[0])
                self._stop.wait(BETWEEN)
            return True
        finally:
            camera.release()

    def _say(self, text: str) -> None:
        if text and self._on:
            self._heard(text)

    def _fail(self, reason: str) -> None:
        if reason and not self.problem:
            log.warning("the camera for codes %s: %s; see its cable", self._path, reason)
        self.problem = reason


def _picture(camera: "cv2.VideoCapture") -> "cv2.typing.MatLike | None":
    """The next picture; none where the camera sends none, or OpenCV stumbles over what it sends."""
    import cv2  # noqa: PLC0415

    try:
        sent, picture = camera.read() if camera.isOpened() else (False, None)
    except cv2.error:
        return None
    return picture if sent else None


def _backend(path: str) -> int:
    import cv2  # noqa: PLC0415

    return cv2.CAP_ANY if Path(path).is_file() else cv2.CAP_V4L2  # a film stands for a camera in tests
