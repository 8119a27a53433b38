"""What reads codes at this screen: a camera, on only where a code is asked, and a scanner."""

from collections.abc import Callable, Iterator
from typing import Final

from kiosk.codes.camera import CodeCamera
from kiosk.codes.scanner import Scanner
from kiosk.steps import ASKS_FOR_A_CODE, Step
from retention.base.config import KioskSection
from retention.base.health import Problem
from retention.base.translations import N_

CAMERA: Final = N_("the camera for codes cannot be used (%(reason)s): see its cable, and [kiosk] code_camera")
SCANNER: Final = N_("the scanner cannot be read (%(reason)s): see its cable, and [kiosk] scanner")


class Readers:
    """The readers that are set up; none is fine too."""

    def __init__(self, kiosk: KioskSection, heard: Callable[[str], None]) -> None:
        self._kiosk, self._heard = kiosk, heard
        self._camera: CodeCamera | None = None
        self._scanner: Scanner | None = None

    def begin(self) -> None:
        """Take the scanner, so that it types nowhere, and load what the camera needs; the camera itself stays off."""
        if self._kiosk.scanner is not None and self._scanner is None:
            self._scanner = Scanner(self._kiosk.scanner, self._heard)
        if self._kiosk.code_camera is not None and self._camera is None:
            self._camera = CodeCamera(self._kiosk.code_camera, self._heard)

    def follow(self, step: Step) -> None:
        """Turn the camera on where a code is asked, and off everywhere else."""
        if self._camera is not None:
            self._camera.look(step in ASKS_FOR_A_CODE)

    def problems(self) -> Iterator[Problem]:
        for reader, sentence in ((self._camera, CAMERA), (self._scanner, SCANNER)):
            if reader is not None and reader.problem:
                yield Problem("P4", sentence, {"reason": reader.problem})

    def close(self) -> None:
        for reader in (self._camera, self._scanner):
            if reader is not None:
                reader.close()
