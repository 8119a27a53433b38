"""The second pair of eyes: judges from disk, slots and rows whether anything outlived its term.

It shares no code with the reaper beyond the readers of the formats. Findings are sentences; none means all holds.
"""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.config import Config
from retention.base.database import open_database
from retention.base.errors import PortierError
from retention.base.siteday import day_end, day_of_number
from retention.base.slots import Slot, SlotFile, streams
from retention.base.state import CALAMITIES, CASES, REQUESTS, TEXTS, VISITS
from retention.base.trusted import TrustedTime
from retention.cases.shelf import Shelf
from retention.cases.witness import unwitnessed
from retention.evidence.archive import Archive
from retention.evidence.verify import Known, verify_receipts
from retention.rows import count_expired
from retention.strays import SPOOL, copies_of_keys, documents, nameless, printed, quarantined

_FOUR_DAYS = 4 * 86_400
REMEDY = "run portier retention step, and see that the retention service runs"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it holds, and what was seen."""

    what: str
    holds: bool
    said: str


def check(
    office: Office, now: datetime, *, progress: Callable[[float], None] | None = None, spool: Path = SPOOL
) -> Iterator[Finding]:
    """Everything, in an order that tells most first; `now` is the later of trusted time and system clock."""
    looks: list[Callable[[], Finding]] = [partial(_slots, office, stream, now) for stream in _all(office)]
    looks += [
        lambda: _copies(office),
        lambda: _files(office, now),
        lambda: _quarantine(office, now),
        lambda: _strays(office),
        lambda: _spool(spool, now),
        lambda: _rows(office.config, now),
        lambda: _evidence(office),
        lambda: _cases(office),
        lambda: _trail(office, now),
    ]
    for number, look in enumerate(looks, 1):
        try:
            yield look()
        except OSError as error:
            yield Finding("disk", False, f"{error.filename} cannot be read ({error.strerror}): see to the disk")
        if progress:
            progress(number / len(looks))


def _all(office: Office) -> list[str]:
    try:
        return streams(office.state)
    except PortierError:  # told where the copies are looked at
        return []


def _slots(office: Office, stream: str, now: datetime) -> Finding:
    what = f"slots of {stream}"
    try:
        slots = SlotFile(office.state, stream, waits=False).slots()
    except (PortierError, OSError) as error:
        return Finding(what, False, f"they cannot be read: {error}")
    late = [slot for slot in slots if slot.kind == "live" and slot.deadline <= now]
    odd = [slot for slot in slots if slot.kind in ("intended", "damaged")]
    asked = {case.epoch for case in Shelf(office.state).all() if case.request} if stream == CASES else set[int]()
    long = [slot for slot in slots if slot.kind == "live" and slot.deadline > _ceiling(slot, office.config, asked)]
    if late or odd or long:
        counts = f"{len(late)} past their deadline, {len(odd)} half erased or unreadable, {len(long)} dated too late"
        return Finding(what, False, f"{counts}: {REMEDY}")
    live, erased = (sum(slot.kind == kind for slot in slots) for kind in ("live", "tombstone"))
    return Finding(what, True, f"{live} live, {erased} erased, none past its deadline")


def _copies(office: Office) -> Finding:
    """Each slot file stands in two copies, and nowhere else."""
    what = "copies of keys"
    try:
        files = [SlotFile(office.state, stream, waits=False).paths for stream in streams(office.state)]
    except PortierError as error:
        return Finding(what, False, str(error))
    lacking = [path.name for paths in files for path in paths if not path.exists()]
    if lacking:
        return Finding(what, False, f"{', '.join(lacking)} is missing: the retention service makes it again; see why")
    if strange := copies_of_keys(office.state):
        said = f"{strange[0]} holds keys outside their place, {len(strange)} such: what is erased lives on there"
        return Finding(what, False, f"{said}; overwrite and delete it")
    return Finding(what, True, f"{len(files)} slot files, two copies each, none elsewhere under the state directory")


def _ceiling(slot: Slot, config: Config, asked: Container[int]) -> datetime:
    """The last moment that the law of the product allows an epoch, computed apart from the rules table.

    `asked`: the epochs of cases that somebody's request froze, which live as long as the request may. An epoch that
    no calendar has may not live at all.
    """
    try:
        return _allowed(slot, config, asked)
    except (ValueError, OverflowError, OSError):
        return datetime.min.replace(tzinfo=UTC)


def _allowed(slot: Slot, config: Config, asked: Container[int]) -> datetime:
    if slot.stream.startswith("camera-"):
        return datetime.fromtimestamp(slot.epoch, UTC) + timedelta(days=4)
    if slot.stream == VISITS:
        return day_end(day_of_number(slot.epoch), config.site.zone, config.visits.day_ends)
    if slot.stream == CALAMITIES:
        return datetime.fromtimestamp(slot.epoch, UTC) + timedelta(days=3)
    if slot.stream == TEXTS:
        return datetime.combine(day_of_number(slot.epoch), datetime.min.time(), UTC) + timedelta(days=29)
    if slot.stream in (REQUESTS, CASES):  # each renewal of a case is a new slot
        kept = 70 if slot.stream == REQUESTS or slot.epoch in asked else 28
        # An epoch is the whole second in which it was asked or placed.
        return datetime.fromtimestamp(slot.epoch + 1, UTC) + timedelta(days=kept)
    return datetime.max.replace(tzinfo=UTC)  # whose end depends on what people do: their own deadline is all


def _files(office: Office, now: datetime) -> Finding:
    """No sealed file without a live key; no segment four days after its minute began."""
    files = office.state.data_files()
    slots = {stream: SlotFile(office.state, stream, waits=False) for stream in {stream for stream, _, _ in files}}
    try:
        live = {stream: {slot.epoch for slot in file.live()} for stream, file in slots.items()}
    except PortierError as error:
        return Finding("sealed files", False, str(error))
    left = [path for stream, epoch, path in files if epoch not in live[stream] and path.exists()]
    old = [
        path for stream, epoch, path in files if stream.startswith("camera-") and _minutes_old(epoch, now) > 4 * 1440
    ]
    if left or old:
        counts = f"{len(left)} without a live key (unreadable), {len(old)} older than four days: {REMEDY}"
        return Finding("sealed files", False, counts)
    return Finding("sealed files", True, f"{len(files)}, each with a live key")


def _quarantine(office: Office, now: datetime) -> Finding:
    """Nothing waits in quarantine past its deadline, or for more than four days since it was last changed."""
    ends = list[float]()
    for name, changed in quarantined(office.state):
        told = name.partition("-")[0]
        ends.append(min(int(told) if told.isdecimal() else changed + _FOUR_DAYS, changed + _FOUR_DAYS))
    if late := sum(end < now.timestamp() for end in ends):
        return Finding("quarantine", False, f"{late} files past their deadline: {REMEDY}")
    return Finding("quarantine", True, f"{len(ends)} files, none past its deadline")


def _strays(office: Office) -> Finding:
    """Nothing stands under the state directory that no deadline reaches."""
    what = "other files"
    if found := documents(office.state):
        said = f"{found[0]} is a document or film, {len(found)} such: no deadline reaches it there"
        return Finding(what, False, f"{said}; delete it, or keep it elsewhere on your own account")
    if found := nameless(office.state):
        return Finding(what, False, f"{found[0]} belongs to no key, {len(found)} such: see what it is and delete it")
    return Finding(what, True, "no documents, films or lists, nothing without a key")


def _spool(spool: Path, now: datetime) -> Finding:
    """No list is left with the print service."""
    old = printed(spool, now)
    if old:
        return Finding("print spool", False, f"{old} documents older than a day in {spool}: cancel -a -x removes them")
    said = "this user may not look into it: run this as root" if old is None else "no document older than a day"
    return Finding("print spool", True, said)


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


def _trail(office: Office, now: datetime) -> Finding:
    verdict = Trail(office.state, office.clock).examine()
    if verdict.problems:
        return Finding("audit trail", False, f"{len(verdict.problems)} breaks, the first: {verdict.problems[0]}")
    old = [path for path in office.state.audit.glob("????-??-??.jsonl") if _is_over_a_year_old(path, now)]
    if old:
        return Finding("audit trail", False, f"{len(old)} days of it are more than a year old: {REMEDY}")
    return Finding("audit trail", True, f"{verdict.entries} entries, an unbroken chain")


def _cases(office: Office) -> Finding:
    """Whoever decided on a case by its record did so by the trail."""
    shelf = Shelf(office.state)
    if found := unwitnessed(shelf, Trail(office.state, office.clock)):
        said = f"{len(found)} differ from the trail, the first: {found[0]}: ask whoever decided it, and release it"
        return Finding("cases", False, said)
    return Finding("cases", True, f"{len(shelf.all())}, each decided as the trail tells")


def _evidence(office: Office) -> Finding:
    """The receipts follow one another, and every day but the last is signed."""
    newest = Archive.of(office.state).newest()
    if newest is None and not Archive.of(office.state).first_keys():
        return Finding("evidence", True, "there is none yet: the retention service begins it")
    verdict, _ = verify_receipts(office.state, Trail(office.state, office.clock), Known())
    if verdict.problems:
        said = f"{len(verdict.problems)} breaks, the first: {verdict.problems[0]}: see portier audit verify"
        return Finding("evidence", False, said)
    today = TrustedTime(office.state, office.clock).for_destroying().astimezone(UTC).date()
    if newest is not None and newest.day < today - timedelta(days=2):
        return Finding("evidence", False, f"the last signed day is {newest.day}: see that the retention service runs")
    signed = f"signed up to {newest.day}" if newest else "no day is signed yet"
    return Finding("evidence", True, f"{verdict.receipts} receipts, an unbroken chain, {signed}")


def _is_over_a_year_old(path: Path, now: datetime) -> bool:
    return date.fromisoformat(path.stem) < (now - timedelta(days=366)).date()
