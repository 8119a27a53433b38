"""The second pair of eyes: judges from disk, slots and rows whether anything outlived its term.

It shares no code with the reaper beyond the readers of the formats. Findings are sentences; none means all holds.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.config import Config
from retention.base.database import open_database
from retention.base.errors import PortierError
from retention.base.siteday import day_end, day_of_number
from retention.base.slots import Slot, SlotFile, streams
from retention.base.state import CALAMITIES, REQUESTS, TEXTS, VISITS
from retention.rows import count_expired

_FOUR_DAYS = 4 * 86_400
REMEDY = "run portier retention step, and see that the retention service runs"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it holds, and what was seen."""

    what: str
    holds: bool
    said: str


def check(office: Office, now: datetime) -> Iterator[Finding]:
    """Everything, in an order that tells most first; `now` is the later of trusted time and system clock."""
    for stream in streams(office.state):
        yield _slots(office, stream, now)
    yield _files(office, now)
    yield _quarantine(office, now)
    yield _rows(office.config, now)
    yield _trail(office)


def _slots(office: Office, stream: str, now: datetime) -> Finding:
    what = f"slots of {stream}"
    try:
        slots = SlotFile(office.state, stream).slots()
    except (PortierError, OSError) as error:
        return Finding(what, False, f"they cannot be read: {error}")
    late = [slot for slot in slots if slot.kind == "live" and slot.deadline <= now]
    odd = [slot for slot in slots if slot.kind in ("intended", "damaged")]
    long = [slot for slot in slots if slot.kind == "live" and slot.deadline > _ceiling(slot, office.config)]
    if late or odd or long:
        counts = f"{len(late)} past their deadline, {len(odd)} half erased or unreadable, {len(long)} dated too late"
        return Finding(what, False, f"{counts}: {REMEDY}")
    live, erased = (sum(slot.kind == kind for slot in slots) for kind in ("live", "tombstone"))
    return Finding(what, True, f"{live} live, {erased} erased, none past its deadline")


def _ceiling(slot: Slot, config: Config) -> datetime:
    """The last moment that the law of the product allows an epoch, computed apart from the rules table."""
    if slot.stream.startswith("camera-"):
        return datetime.fromtimestamp(slot.epoch, UTC) + timedelta(days=4)
    if slot.stream == VISITS:
        return day_end(day_of_number(slot.epoch), config.site.zone, config.visits.day_ends)
    if slot.stream == CALAMITIES:
        return datetime.fromtimestamp(slot.epoch, UTC) + timedelta(days=3)
    if slot.stream == TEXTS:
        return datetime.combine(day_of_number(slot.epoch), datetime.min.time(), UTC) + timedelta(days=29)
    if slot.stream == REQUESTS:
        return datetime.fromtimestamp(slot.epoch, UTC) + timedelta(days=70)
    return datetime.max.replace(tzinfo=UTC)


def _files(office: Office, now: datetime) -> Finding:
    """No sealed file without a live key; no segment four days after its minute began."""
    files = office.state.data_files()
    slots = {stream: SlotFile(office.state, stream) for stream in {stream for stream, _, _ in files}}
    live = {stream: {slot.epoch for slot in file.live()} for stream, file in slots.items()}
    left = [path for stream, epoch, path in files if epoch not in live[stream]]
    old = [
        path for stream, epoch, path in files if stream.startswith("camera-") and _minutes_old(epoch, now) > 4 * 1440
    ]
    if left or old:
        counts = f"{len(left)} without a live key (unreadable), {len(old)} older than four days: {REMEDY}"
        return Finding(
            "sealed files",
            False,
            counts,
        )
    return Finding("sealed files", True, f"{len(files)}, each with a live key")


def _quarantine(office: Office, now: datetime) -> Finding:
    """Nothing waits in quarantine past its deadline, or for more than four days since it was last changed."""
    late = waiting = 0
    for path in office.state.quarantine.glob("*"):
        with suppress(FileNotFoundError):  # taken away while we looked
            told, changed = path.name.partition("-")[0], path.lstat().st_mtime
            end = min(int(told) if told.isdecimal() else changed + _FOUR_DAYS, changed + _FOUR_DAYS)
            late, waiting = late + (end < now.timestamp()), waiting + 1
    if late:
        return Finding("quarantine", False, f"{late} files past their deadline: {REMEDY}")
    return Finding("quarantine", True, f"{waiting} files, none past its deadline")


def _minutes_old(epoch: int, now: datetime) -> float:
    return (now.timestamp() - epoch) / 60


def _rows(config: Config, now: datetime) -> Finding:
    try:
        database = open_database(config)
    except PortierError as error:
        return Finding("rows", False, str(error))
    try:
        expired = count_expired(database, now)
    except PortierError as error:
        return Finding("rows", False, str(error))
    finally:
        database.close()
    if expired:
        counts = ", ".join(f"{count} in {table}" for table, count in expired.items())
        return Finding("rows", False, f"past their deadline: {counts}: {REMEDY}")
    return Finding("rows", True, "none past its deadline, every table declared")


def _trail(office: Office) -> Finding:
    verdict = Trail(office.state, office.clock).examine()
    if verdict.problems:
        return Finding("audit trail", False, f"{len(verdict.problems)} breaks, the first: {verdict.problems[0]}")
    return Finding("audit trail", True, f"{verdict.entries} entries, an unbroken chain")
