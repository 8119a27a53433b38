"""What `portier doctor` asks of cameras: each one is called, and must send a picture that can be kept."""

import threading
from collections.abc import Iterator

from recorder.errors import CaptureFailed
from recorder.sources.capture import open_source
from retention.base.command import Office
from retention.base.config import CameraSection
from retention.base.doctor import Line


def look_at_cameras(office: Office) -> Iterator[Line]:
    """A line for each camera in use. Some seconds for one that does not answer."""
    for camera in office.config.cameras:
        if camera.enabled:
            try:
                yield Line(f"camera {camera.name}", True, _said(office, camera))
            except CaptureFailed as error:
                yield Line(f"camera {camera.name}", False, str(error))


def _said(office: Office, camera: CameraSection) -> str:
    source = open_source(camera, office.clock, threading.Event(), office.config.site.timezone)
    try:
        first = next(source.packets())
    finally:
        source.close()
    size = f"{first.format.width} x {first.format.height}"
    if camera.mask or camera.url.startswith("usb:"):
        return f"sends pictures, encoded here as H.264, {size}"
    return f"sends {'H.265' if first.format.codec.startswith('hvc1') else 'H.264'}, {size}"
