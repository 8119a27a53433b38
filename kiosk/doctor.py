"""What `portier doctor` asks of the devices beside the touch screen: label printer, camera for codes, scanner.

And whether there is any of them where the configuration counts on it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from kiosk.calamity import cups
from kiosk.calamity.cups import Condition
from retention.base.command import Office
from retention.base.doctor import Line

_REMEDIES = {
    Condition.STOPPED: "it is stopped: see to it, then cupsenable",
    Condition.STUCK: "look at its paper and its cable",
    Condition.ABSENT: "there is no such queue: see `lpstat -e`, and [kiosk] label_printer",
    Condition.SILENT: "the print service does not answer: see that CUPS is running",
}

_NOTHING_READS = (
    "visits.invitations is on, and nothing at the door reads their codes: "
    "set kiosk.code_camera or kiosk.scanner, or turn invitations off"
)


def look_at_the_door(office: Office) -> Iterator[Line]:
    """A line for each device that is set up, and for each that is missed."""
    kiosk = office.config.kiosk
    if kiosk.label_printer is not None:
        condition = cups.state_of(kiosk.label_printer).condition
        said = _REMEDIES.get(condition, f"ready, with labels of {kiosk.label}")
        yield Line(f"label printer {kiosk.label_printer}", condition is Condition.READY, said)
    for what, device in (("code camera", kiosk.code_camera), ("scanner", kiosk.scanner)):
        if device is not None:
            yield _device(what, Path(device))
    if office.config.visits.invitations and not kiosk.reads_codes:
        yield Line("invitations", False, _NOTHING_READS)


def _device(what: str, device: Path) -> Line:
    if not device.exists():
        return Line(what, False, f"{device} is not there: see its cable, and its name under /dev")
    if not os.access(device, os.R_OK):
        return Line(what, False, f"{device} cannot be read: put this user into its group (video, input or dialout)")
    return Line(what, True, f"{device} is there")
