"""What `portier doctor` looks at: each line is ok, or says what to do. It looks and mends nothing."""

import math
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from retention.base.assurance import assurance
from retention.base.command import Office
from retention.base.database import open_database
from retention.base.errors import PortierError
from retention.base.health import Report, reports
from retention.base.machine import Machine
from retention.base.readerkey import private_half, public_half
from retention.base.remnants import Site, look
from retention.base.trusted import AGREED, TrustedTime

ROOM_NEEDED = 2 * 1024**3
SILENT = timedelta(minutes=5)
"""A service that runs renews its report well within this."""
KIOSK_UNIT = "portier-kiosk.service"
UNIT_FOLDERS = ("/etc/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system")


@dataclass(frozen=True)
class Line:
    """One thing looked at."""

    what: str
    ok: bool
    said: str


def examine(office: Office) -> Iterator[Line]:
    """Every line, in the order in which things depend on each other."""
    for what, asked in _LOOKS.items():
        try:
            ok, said = asked(office)
        except PortierError as error:
            ok, said = False, str(error)
        yield Line(what, ok, said)
    for what, trace in look(Site(Machine(), office.state.directory, Path(tempfile.gettempdir()))).items():
        yield Line(what, trace.state in ("well", "note"), trace.said)


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
    return True, "there, and it opens what writers seal"


def _assurance(office: Office) -> tuple[bool, str]:
    level = assurance(office.state)
    if level.measured:
        return False, (
            f"{level.name}: {level.reason('en')}, and to how the machine started: after an update of its firmware "
            "nothing opens any more. Encrypt the key anew with --tpm2-pcrs="
        )
    return True, f"{level.name}: {level.reason('en')} (docs/assurance.md)"


def _archive(office: Office) -> tuple[bool, str]:
    """A server's own archive is a copy: it holds no readable name, but passes and times."""
    if office.config.database.embedded:
        return True, "there is none: the database is a file here"
    database = open_database(office.config)
    try:
        with database.read() as session:
            mode = (
                session.scalar(text("SHOW archive_mode")) if session.get_bind().dialect.name == "postgresql" else "off"
            )
    finally:
        database.close()
    if mode == "off":
        return True, "the server archives nothing"
    return True, f"the server archives what it writes (archive_mode {mode}): keep that four days at most"


def _disk(office: Office) -> tuple[bool, str]:
    free = shutil.disk_usage(office.state.directory).free
    room = f"{free / 1024**3:.1f} GiB free"
    return (True, room) if free >= ROOM_NEEDED else (False, f"{room}: make room, or footage will have gaps")


def _database(office: Office) -> tuple[bool, str]:
    open_database(office.config).close()
    return True, "answers, and its tables are as declared"


def _clock(office: Office) -> tuple[bool, str]:
    time = TrustedTime(office.state, office.clock)
    if not time.known() and office.state.clock.exists():
        return False, "trusted time cannot be read from the disk: see `portier clock status`"
    ahead = time.ahead()
    if abs(ahead) > AGREED:
        apart = timedelta(seconds=round(abs(ahead).total_seconds()))
        where = "ahead of" if ahead > timedelta(0) else "behind"
        return False, f"the system clock is {apart} {where} trusted time: see `portier clock status`"
    return True, "system clock and trusted time agree"


def display(office: Office, machine: Machine) -> tuple[bool, str]:
    """Whether the kiosk has a window: from what it says itself, since whoever asks may sit at another display."""
    kiosk = office.config.kiosk
    pixels = math.hypot(kiosk.width, kiosk.height) / kiosk.diagonal_inches / 25.4 * 50
    ruler = f"50 mm are {pixels:.0f} pixels on the panel as configured: hold a ruler to it"
    if any(report.service == "kiosk" for report in _fresh(office)):
        return True, f"the kiosk runs and has its window; {ruler}"
    if any(machine.has(f"{folder}/{KIOSK_UNIT}") for folder in UNIT_FOLDERS):
        return False, f"the kiosk does not report: see `systemctl status {KIOSK_UNIT}`; {ruler}"
    if named := os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY"):
        return True, f"{named}; {ruler}"
    return False, f"there is none here: the kiosk window needs one (DISPLAY or WAYLAND_DISPLAY); {ruler}"


def _printers(office: Office) -> tuple[bool, str]:
    wanted = office.config.calamity.printers
    if shutil.which("lpstat") is None:
        return False, "CUPS is not installed (no `lpstat`): install cups and cups-client, then add a printer"
    try:
        asked = subprocess.run(["lpstat", "-e"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S607
    except subprocess.TimeoutExpired:
        return False, "CUPS does not answer within ten seconds: restart it (systemctl restart cups)"
    found = asked.stdout.split()
    if missing := [printer for printer in wanted if printer not in found]:
        return False, f"CUPS does not know {', '.join(missing)}: add it there, or correct [calamity] printers"
    if not wanted and not found:
        return False, "there is none: the calamity list cannot be printed until CUPS knows one"
    return True, ", ".join(wanted or found)


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
    "assurance": _assurance,
    "database archive": _archive,
    "display": lambda office: display(office, Machine()),
    "printers": _printers,
    "cameras": _cameras,
    "services": _services,
}
