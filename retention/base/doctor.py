"""What `portier doctor` looks at: each line is ok, or says what to do. It looks and mends nothing."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from retention.base.command import Office
from retention.base.database import open_database
from retention.base.errors import PortierError
from retention.base.health import reports
from retention.base.readerkey import private_half, public_half
from retention.base.trusted import TrustedTime

ROOM_NEEDED = 2 * 1024**3


@dataclass(frozen=True)
class Line:
    """One thing looked at."""

    what: str
    ok: bool
    said: str


def examine(office: Office) -> Iterator[Line]:
    """Every line, in the order in which things depend on each other."""
    for what, look in _LOOKS.items():
        try:
            ok, said = look(office)
        except PortierError as error:
            ok, said = False, str(error)
        yield Line(what, ok, said)


def _configuration(office: Office) -> tuple[bool, str]:
    return (False, str(office.refused)) if office.refused else (True, "every key is understood")


def _state(office: Office) -> tuple[bool, str]:
    office.state.prepare()
    mode = office.state.keys.stat().st_mode & 0o007
    if mode:
        return False, f"everybody on this machine can enter {office.state.keys}: run chmod o-rwx on it"
    return True, str(office.state.directory)


def _keys(office: Office) -> tuple[bool, str]:
    public_half(office.state)
    private_half(office.state)
    if os.environ.get("CREDENTIALS_DIRECTORY"):
        return True, "the reader key comes as a credential"
    return True, "level of assurance: file (whoever copied slots and key beforehand is not kept out)"


def _disk(office: Office) -> tuple[bool, str]:
    free = shutil.disk_usage(office.state.directory).free
    room = f"{free / 1024**3:.1f} GiB free"
    return (True, room) if free >= ROOM_NEEDED else (False, f"{room}: make room, or footage will have gaps")


def _database(office: Office) -> tuple[bool, str]:
    open_database(office.config).close()
    return True, "answers, and its tables are as declared"


def _clock(office: Office) -> tuple[bool, str]:
    doubt = TrustedTime(office.state, office.clock).doubt()
    if not doubt:
        return True, "system clock and trusted time agree"
    return False, f"the system clock is {doubt} ahead of trusted time: see `portier clock status`"


def _display(office: Office) -> tuple[bool, str]:
    if display := os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY"):
        return True, display
    return False, "there is none here: the kiosk window needs one (DISPLAY or WAYLAND_DISPLAY)"


def _printers(office: Office) -> tuple[bool, str]:
    wanted = office.config.calamity.printers
    if shutil.which("lpstat") is None:
        return False, "CUPS is not installed (no `lpstat`): install cups and cups-client, then add a printer"
    asked = subprocess.run(["lpstat", "-e"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S607
    found = asked.stdout.split()
    if missing := [printer for printer in wanted if printer not in found]:
        return False, f"CUPS does not know {', '.join(missing)}: add it there, or correct [calamity] printers"
    if not wanted and not found:
        return False, "there is none: the calamity list cannot be printed until CUPS knows one"
    return True, ", ".join(wanted or found)


def _core_dumps(office: Office) -> tuple[bool, str]:
    with open("/proc/swaps") as swaps:  # noqa: PTH123 - a file of the kernel
        used = [line.split()[0] for line in swaps.readlines()[1:]]
    if any(not re.search(r"zram", device) for device in used):
        return False, f"this machine swaps to {', '.join(used)}: encrypt it or switch it off, names may reach it"
    return True, "no swap on a disk"


def _services(office: Office) -> tuple[bool, str]:
    found = reports(office.state)
    problems = [f"{report.service}: {problem.message}" for report in found for problem in report.problems]
    if problems:
        return False, "; ".join(problems)
    return True, ", ".join(report.service for report in found) or "none has reported yet"


_LOOKS = {
    "configuration": _configuration,
    "state directory": _state,
    "reader key": _keys,
    "disk": _disk,
    "database": _database,
    "clock": _clock,
    "swap": _core_dumps,
    "display": _display,
    "printers": _printers,
    "services": _services,
}
