"""The calamity list: who is inside, as responders need it. A frozen picture of the roll; made of nothing else.

Who needs help comes first, then everybody grouped by host, then whom nobody has confirmed yet, then who has probably
left; all of them have a number and count. Who came together stands together. Who left today closes the list, because
a pass can be guessed.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from kiosk.calamity.record import Entry, Whereabouts
from kiosk.calamity.roll import Roll
from kiosk.together import beside
from retention.base.config import SiteSection


class Doubt(StrEnum):
    """What a reader of the list must know about it beforehand."""

    CLOCK = "clock"
    UNREADABLE = "unreadable"
    NOT_SIGNED_OUT = "not_signed_out"
    NO_ROLL = "no_roll"
    DELETED = "deleted"


@dataclass(frozen=True)
class Remark:
    """One doubt, and how many it is about."""

    doubt: Doubt
    count: int = 0


@dataclass(frozen=True)
class Calamity:
    """From the alarm to its end. `epoch` names its slot; a drill has none. Of a cancelled one nothing is kept.

    `number` counts calamities: the order in which they began, whatever the clocks said.
    """

    epoch: int
    triggered: datetime
    drill: bool
    by: str
    ended: datetime | None = None
    cancelled: bool = False
    number: int = 0


@dataclass(frozen=True)
class Line:
    """One visitor on the list. `signed_out` and `came_after` speak of what happened since the alarm."""

    number: int
    entry: Entry
    signed_out: datetime | None = None
    came_after: bool = False


@dataclass(frozen=True)
class Group:
    """Visitors of one host, who answers for them; `host` is None for who named nobody."""

    host: str | None
    telephone: str | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class CalamityList:
    """The list at one moment."""

    organisation: str
    site: SiteSection
    as_of: datetime
    calamity: Calamity | None
    help_first: tuple[Line, ...]
    groups: tuple[Group, ...]
    waiting: tuple[Line, ...]
    probably_left: tuple[Line, ...]
    departed: tuple[Entry, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def inside(self) -> tuple[Line, ...]:
        """Everybody to be accounted for, but whom nobody has confirmed yet, and who has probably left."""
        return self.help_first + tuple(line for group in self.groups for line in group.lines)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Everybody with a number."""
        return self.inside + self.waiting + self.probably_left


def compose(
    roll: Roll,
    *,
    organisation: str,
    site: SiteSection,
    as_of: datetime,
    calamity: Calamity | None = None,
    remarks: Iterable[Remark] = (),
) -> CalamityList:
    """The list that the roll makes. During a calamity it is the list of who was inside at the alarm, or came since."""
    alarm = calamity.triggered if calamity else None
    told = [entry for entry in roll.entries if not entry.forgotten]
    present = [entry for entry in told if _to_be_found(entry, alarm)]
    inside = [entry for entry in present if not entry.waits]
    helped = {entry.unit for entry in inside if entry.help}
    host_of = _hosts(inside)
    hosted: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in inside:
        if entry.unit not in helped:
            hosted[host_of[entry.unit]].append(entry)
    # Who named nobody comes last: no host will call for them.
    hosts = sorted(hosted, key=lambda host: (not host[0], _folded(host[0]), host))
    # Numbers run through all blocks, so that a missing page shows.
    numbers = iter(range(1, len(roll.entries) + 1))

    def lines(entries: Iterable[Entry]) -> tuple[Line, ...]:
        return tuple(_line(next(numbers), entry, alarm) for entry in entries)

    help_first = lines(_help_first(entry for entry in inside if entry.unit in helped))
    groups = tuple(
        Group(host or None, telephone or None, lines(_ordered(hosted[host, telephone]))) for host, telephone in hosts
    )
    waiting = lines(_help_first(entry for entry in present if entry.waits))
    unsure = (entry for entry in roll.probably_left if not _to_be_found(entry, alarm))
    probably_left = lines(_ordered(unsure))
    departed = tuple(
        sorted(
            (entry for entry in roll.left if not _to_be_found(entry, alarm)),
            key=lambda entry: (entry.left or entry.arrived, entry.visit),
            reverse=True,
        )
    )
    counts = {Doubt.UNREADABLE: roll.unreadable, Doubt.DELETED: roll.forgotten}
    counted = [Remark(doubt, count) for doubt, count in counts.items() if count]
    return CalamityList(
        organisation, site, as_of, calamity, help_first, groups, waiting, probably_left, departed, (*remarks, *counted)
    )


def _to_be_found(entry: Entry, alarm: datetime | None) -> bool:
    """Inside now, or inside at the alarm whatever the screen was told since."""
    if entry.state is Whereabouts.ON_SITE:
        return True
    was_inside = alarm is not None and entry.left is not None and entry.arrived <= alarm <= entry.left
    return was_inside and entry.state in (Whereabouts.LEFT, Whereabouts.PROBABLY_LEFT)


def _line(number: int, entry: Entry, alarm: datetime | None) -> Line:
    came_after = alarm is not None and entry.arrived > alarm
    since = entry.left if alarm is not None and entry.left is not None and entry.left >= alarm else None
    return Line(number, entry, since, came_after)


def _hosts(entries: Iterable[Entry]) -> dict[str, tuple[str, str]]:
    """The host of each unit: that of whoever in it named one."""
    found: dict[str, tuple[str, str]] = {}
    for entry in entries:
        if entry.host or entry.unit not in found:
            found[entry.unit] = entry.host or "", entry.host_telephone or ""
    return found


def _ordered(entries: Iterable[Entry]) -> list[Entry]:
    """By name, and who came together next to each other."""
    return beside(sorted(entries, key=_by_name), lambda entry: entry.unit)


def _help_first(entries: Iterable[Entry]) -> list[Entry]:
    """Who wants help by name, each with who came along; then the others."""
    ordered = sorted(entries, key=lambda entry: (not entry.help, _by_name(entry)))
    return beside(ordered, lambda entry: entry.unit)


def _by_name(entry: Entry) -> tuple[str, datetime, str]:
    return _folded(entry.name or "\U0010ffff"), entry.arrived, entry.visit


def _folded(name: str) -> str:
    """How names are sorted: without regard to case and accents."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def as_data(the_list: CalamityList) -> dict[str, Any]:
    """The list as `portier calamity list --format json` prints it."""
    calamity = the_list.calamity
    return {
        "organisation": the_list.organisation,
        "site": the_list.site.name,
        "building": the_list.site.building,
        "assembly_point": the_list.site.assembly_point,
        "as_of": the_list.as_of.isoformat(),
        "triggered": calamity.triggered.isoformat() if calamity else None,
        "drill": calamity.drill if calamity else False,
        "remarks": [{"doubt": remark.doubt.value, "count": remark.count} for remark in the_list.remarks],
        "counts": counts(the_list),
        "visitors": [_visitor(line) for line in the_list.lines],
        "departed": [
            {
                "name": entry.name,
                "pass": entry.pass_id,
                "left": _iso(entry.left),
                "by": entry.by,
                "refused": entry.refused,
            }
            for entry in the_list.departed
        ],
    }


def counts(the_list: CalamityList) -> dict[str, int]:
    """Numbers without names: also for the report afterwards and the trail."""
    return {
        "inside": len(the_list.inside),
        "help": len([line for line in the_list.lines if line.entry.help]),
        "unconfirmed": len(the_list.waiting),
        "probably_left": len(the_list.probably_left),
        "departed": len(the_list.departed),
        "signed_out_since_alarm": len([line for line in the_list.inside if line.signed_out]),
    }


def _visitor(line: Line) -> dict[str, Any]:
    entry = line.entry
    return {
        "number": line.number,
        "visit": entry.visit,
        "pass": entry.pass_id,
        "state": entry.state.value,
        "name": entry.name,
        "name_deleted": entry.deleted,
        "host": entry.host,
        "host_telephone": entry.host_telephone,
        "help": list(entry.help),
        "arrived": entry.arrived.isoformat(),
        "signed_out": _iso(line.signed_out),
        "came_after_alarm": line.came_after,
        "unconfirmed": entry.waits,
        "together": entry.together,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
