"""CUPS, asked through `lp`, `lpstat` and `cancel`, each with a deadline: a print service that hangs hangs nobody.

Documents go in by standard input; no argument and no file holds a name. Job titles are fixed words.
"""

import re
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.calamity import ipp

TITLE: Final = "Portier"
_ASK_SECONDS: Final = 4
_SEND_SECONDS: Final = 15
# What drivers say when paper will not come by itself; anything else may be a printer that is busy warming up.
_STUCK: Final = re.compile(
    r"unavailable|not respond|not exist|offline|unable|unreachable|waiting for printer|looking for printer|jam"
    r"|media-empty|media-needed|-error|connecting-to-device|marker-supply-empty|toner-empty|cover-open|door-open",
    re.IGNORECASE,
)


class Condition(StrEnum):
    """How a printer stands."""

    READY = "ready"
    STOPPED = "stopped"
    STUCK = "stuck"
    ABSENT = "absent"
    SILENT = "silent"  # the print service does not answer


@dataclass(frozen=True)
class PrinterState:
    """A printer as the print service describes it."""

    name: str
    condition: Condition
    message: str = ""


class Silent(Exception):
    """The print service did not answer in time, or there is none."""


class Refused(Exception):
    """The print service answers, and does not take this document for this printer."""


def queues() -> list[str]:
    """The printers there are, the default one first."""
    try:
        default = re.search(r"default destination: (\S+)", _ask("-d"))
        names = _ask("-e").split()
    except Silent:
        return []
    first = default[1] if default else None
    return sorted(names, key=lambda name: (name != first, name))


def state_of(name: str) -> PrinterState:
    """How one printer stands; never raises."""
    try:
        said = _ask("-l", "-p", name)
    except Silent:
        return PrinterState(name, Condition.SILENT)
    if "printer " not in said:
        return PrinterState(name, Condition.ABSENT)
    first, *lines = said.splitlines()
    message = lines[0].strip() if lines and not lines[0].startswith("\tForm mounted") else ""
    alerts = next((line.partition(":")[2].strip() for line in lines if line.startswith("\tAlerts:")), "")
    # CUPS would take the job all the same, and keep the names until somebody enables the queue.
    if " disabled since " in first:
        return PrinterState(name, Condition.STOPPED, message)
    stuck = _STUCK.search(message) or _STUCK.search(alerts)
    return PrinterState(name, Condition.STUCK if stuck else Condition.READY, message if stuck else "")


def send(name: str, document: bytes, *options: str, media: str = "A4") -> str:
    """Hand a document to a queue; the job's name."""
    paper = ("-o", f"media={media}", "-o", "sides=one-sided")
    said = _run(_SEND_SECONDS, document, "lp", "-d", name, "-t", TITLE, *paper, *options)
    job = re.search(r"request id is (\S+)", said)
    if job is None:
        raise Refused(f"{name} took no document")
    return job[1]


def waiting(name: str, job: str) -> bool:
    """Whether a job is still in its queue."""
    lines = _ask("-W", "not-completed", "-o", name).splitlines()
    return any(line.split(" ", 1)[0] == job for line in lines)


def cancel(job: str) -> None:
    """Take a job out of its queue, so that no name lies in a spool for a printer that comes back."""
    if not ipp.purge(job, TITLE):
        with suppress(Silent):
            _run(_ASK_SECONDS, b"", "cancel", "-x", job)  # -x: the document goes too, from CUPS 2.4.7 on


def purge(job: str) -> bool:
    """Destroy a job, waiting or done, with its document; whether that is certain."""
    if ipp.purge(job, TITLE):
        return True
    cancel(job)
    return ipp.purge(job, TITLE)


def _ask(*words: str) -> str:
    """What lpstat says. Without a service it finds no printer either, so it is asked about the service first."""
    service, _, said = _run(_ASK_SECONDS, b"", "lpstat", "-r", *words).partition("\n")
    if service.strip() != "scheduler is running":
        raise Silent("there is no print service")
    return said


def _run(seconds: float, document: bytes, *words: str) -> str:
    command = ["env", "LC_ALL=C", *words]  # lpstat speaks the language of its user
    try:
        # S603: fixed commands; what varies is the name of a configured printer.
        done = subprocess.run(command, input=document, capture_output=True, timeout=seconds, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise Silent(f"{words[0]} did not answer within {seconds:.0f} s") from error
    return done.stdout.decode(errors="replace")
