"""What `portier doctor` looks at: each line is ok, or says what to do. It looks and mends nothing."""

import math
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from retention.base.command import Office
from retention.base.database import open_database
from retention.base.errors import PortierError
from retention.base.health import Report, reports
from retention.base.readerkey import private_half, public_half
from retention.base.trusted import TrustedTime

ROOM_NEEDED = 2 * 1024**3
SILENT = timedelta(minutes=5)
"""A service that runs renews its report well within this."""
CUPSD, CUPS_FILES = Path("/etc/cups/cupsd.conf"), Path("/etc/cups/cups-files.conf")
KEEPS_OLD_BLOCKS = ("btrfs", "zfs", "bcachefs", "f2fs", "nilfs2", "ubifs", "jffs2")


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
    kiosk = office.config.kiosk
    pixels = math.hypot(kiosk.width, kiosk.height) / kiosk.diagonal_inches / 25.4 * 50
    ruler = f"50 mm are {pixels:.0f} pixels on the panel as configured: hold a ruler to it"
    if display := os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY"):
        return True, f"{display}; {ruler}"
    return False, f"there is none here: the kiosk window needs one (DISPLAY or WAYLAND_DISPLAY); {ruler}"


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


def _spool(office: Office) -> tuple[bool, str]:
    """Waiting print jobs hold names: CUPS shall keep them in memory, and none of them afterwards."""
    settings = dict(_cups_settings(CUPS_FILES) + _cups_settings(CUPSD))
    spool = Path(settings.get("RequestRoot", "/var/spool/cups"))
    if not spool.exists():
        return True, "there is none here"
    problems = []
    if _file_system(spool) not in ("tmpfs", "ramfs"):
        problems.append(f"{spool} is on a disk and print jobs hold names: put it in memory (docs/install.md)")
    if settings.get("PreserveJobFiles", "86400").lower() not in ("no", "off", "0"):
        problems.append(f"CUPS keeps printed files: write PreserveJobFiles No in {CUPSD}")
    return not problems, "; ".join(problems) or f"{spool} is in memory, printed files are not kept"


def _cups_settings(path: Path) -> list[tuple[str, str]]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    words = [line.split(None, 1) for line in lines if not line.lstrip().startswith("#")]
    return [(pair[0], pair[1].strip()) for pair in words if len(pair) == 2]


def _file_systems(office: Office) -> tuple[bool, str]:
    kind = _file_system(office.state.keys)
    if kind in KEEPS_OLD_BLOCKS:
        return False, f"{kind} under {office.state.keys} keeps what is overwritten, also erased keys: put it on ext4"
    return True, f"{kind}: what is overwritten is gone"


def _file_system(path: Path) -> str:
    """The kind of file system a path stands on; the longest mount point that leads to it."""
    with open("/proc/self/mounts") as mounts:  # noqa: PTH123 - a file of the kernel
        found = [line.split()[1:3] for line in mounts]
    real = path.resolve()
    holding = [(len(place), kind) for place, kind in found if real.is_relative_to(place)]
    return max(holding)[1] if holding else "unknown"


def _swap(office: Office) -> tuple[bool, str]:
    with open("/proc/swaps") as swaps:  # noqa: PTH123 - a file of the kernel
        used = [line.split()[0] for line in swaps.readlines()[1:]]
    if any("zram" not in device for device in used):
        return False, f"this machine swaps to {', '.join(used)}: encrypt it or switch it off, names may reach it"
    return True, "no swap on a disk"


def _cameras(office: Office) -> tuple[bool, str]:
    wanted = [camera.name for camera in office.config.cameras if camera.enabled]
    recorder = next((report for report in _fresh(office) if report.service == "recorder"), None)
    if recorder is None:
        return False, f"the recorder does not run, so {', '.join(wanted) or 'no camera'} cannot be looked at: start it"
    away = [name for name in wanted if not recorder.figures.get(f"{name}.capturing")]
    if away:
        return False, f"no pictures from {', '.join(away)}: the line of each camera, below, says why"
    return True, ", ".join(wanted) or "none is configured"


def _services(office: Office) -> tuple[bool, str]:
    fresh = _fresh(office)
    silent = sorted({report.service for report in reports(office.state)} - {report.service for report in fresh})
    problems = [f"{name}: has not reported for {SILENT.seconds // 60} minutes, start it" for name in silent]
    problems += [f"{report.service}: {problem.message}" for report in fresh for problem in report.problems]
    if problems or not fresh:
        return False, "; ".join(problems) or "none runs: start them with `portier run` or as units"
    return True, ", ".join(report.service for report in fresh)


def _fresh(office: Office) -> list[Report]:
    """The reports of services that run: a report that nobody renews tells of the past."""
    now = office.clock.now()
    return [report for report in reports(office.state) if abs(now - report.at) < SILENT]


_LOOKS = {
    "configuration": _configuration,
    "state directory": _state,
    "reader key": _keys,
    "disk": _disk,
    "database": _database,
    "clock": _clock,
    "file system": _file_systems,
    "swap": _swap,
    "display": _display,
    "printers": _printers,
    "spool": _spool,
    "cameras": _cameras,
    "services": _services,
}
