"""The calamity list in words: Dutch with English beside it, local time. Paper and plain text show the same sheet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from babel.dates import format_date

from kiosk.calamity.record import Entry
from kiosk.calamity.thelist import CalamityList, Doubt, Line, Remark
from kiosk.passes import Pass
from retention.base.errors import UsageRefused
from retention.base.translations import N_, translator


class Said(NamedTuple):
    """One thing in both languages."""

    nl: str
    en: str


@dataclass(frozen=True)
class Row:
    """One visitor: what stands large, what stands under it, when they came, what to know.

    `helped`: what stands first under it is the help they want.
    """

    number: str
    name: Said
    under: tuple[Said, ...]
    helped: bool
    came: str
    note: Said | None


@dataclass(frozen=True)
class Block:
    """Rows under one heading. `weight` is "help", "host", "waiting" or "unsure": what a reader must see at once."""

    heading: Said
    aside: str
    weight: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Gone:
    """One who left today."""

    at: str
    name: Said
    how: Said


@dataclass(frozen=True)
class Count:
    """A number to be seen at arm's length."""

    number: int
    what: Said


@dataclass(frozen=True)
class Sheet:
    """Everything that is printed, in the order in which it is printed."""

    title: Said
    drill: Said | None
    place: str
    organisation: str
    assembly: Said
    assembly_point: str
    reception: Said
    reception_telephone: str
    as_of: Said
    time: str
    day: Said
    alarm: Said | None
    alarm_time: str
    counts: tuple[Count, ...]
    to_count: tuple[Said, ...]
    remarks: tuple[Said, ...]
    heads: dict[str, Said]
    blocks: tuple[Block, ...]
    nobody: Said
    gone: tuple[Gone, ...]
    footer: tuple[Said, ...]


HELP: Final = {
    "stairs": N_("help on the stairs"),
    "hearing": N_("tell about the alarm in person"),
    "sight": N_("guide by the arm"),
    "companion": N_("has someone along"),
}
_DOUBTS: Final = {
    Doubt.CLOCK: N_("Clock uncertain: times may be wrong, and visitors of an earlier day may be on this list."),
    Doubt.UNREADABLE: N_("{count} unreadable in the roll: somebody may be missing from this list."),
    Doubt.NOT_SIGNED_OUT: N_("{count} not signed out, names destroyed: somebody of an earlier day may be inside."),
    Doubt.DELETED: N_("Left today and deleted at their own request: {count}. They are not on this list."),
    Doubt.NO_ROLL: N_("The roll cannot be read: people may be inside who are not on this list. Sweep every room."),
}
_HEADS: Final = {
    "number": N_("No."),
    "safe": N_("Safe"),
    "missing": N_("Not found"),
    "name": N_("Name"),
    "came": N_("In at, note"),
    "left": N_("Left at"),
    "how": N_("How"),
    "gone": N_("Left today"),
    "page": N_("page"),
}


def sheet(the_list: CalamityList) -> Sheet:
    """Put the list into words."""
    zone, calamity, site = the_list.site.zone, the_list.calamity, the_list.site
    local = the_list.as_of.astimezone(zone)
    return Sheet(
        title=say(N_("Emergency list")),
        drill=say(N_("Drill")) if calamity and calamity.drill else None,
        place=" · ".join(part for part in (site.name, site.building) if part),
        organisation=the_list.organisation,
        assembly=say(N_("Assembly point")),
        assembly_point=site.assembly_point,
        reception=say(N_("Reception")),
        reception_telephone=_together(site.reception_telephone),
        as_of=say(N_("As of")),
        time=local.strftime("%H:%M:%S"),
        day=Said(*(format_date(local, "EEEE d MMMM y", locale=language) for language in ("nl", "en_GB"))),
        alarm=say(N_("Alarm")) if calamity else None,
        alarm_time=calamity.triggered.astimezone(zone).strftime("%H:%M:%S") if calamity else "",
        counts=_counts(the_list),
        to_count=(say(N_("Safe")), say(N_("Not found"))),
        remarks=tuple(_remark(remark) for remark in the_list.remarks),
        heads={key: say(text) for key, text in _HEADS.items()},
        blocks=tuple(_blocks(the_list)),
        nobody=say(N_("No visitors are signed in.")),
        gone=tuple(_gone(the_list, entry) for entry in the_list.departed),
        footer=(
            say(N_("Supports the sweep, never replaces it.")),
            say(N_("Destroy after the incident.")),
        ),
    )


def say(sentence: str, **values: object) -> Said:
    """A sentence in Dutch and in English; in English twice when the catalogue cannot be read."""
    return Said(_dutch()(sentence).format(**values), sentence.format(**values))


def _same(word: str) -> Said:
    """What is one in both languages: a name, a telephone number."""
    return Said(word, word)


def _dutch() -> Callable[[str], str]:
    try:
        return translator("nl", "calamity")
    except (OSError, ValueError):  # a damaged installation must not cost the list
        return str


def _counts(the_list: CalamityList) -> tuple[Count, ...]:
    inside, waiting, unsure = len(the_list.inside), len(the_list.waiting), len(the_list.probably_left)
    helped = len([line for line in the_list.lines if line.entry.help])
    first = say(N_("to be found")) if the_list.calamity else say(N_("inside"))
    unconfirmed = (Count(waiting, say(N_("not confirmed"))),) if waiting else ()
    last = Count(unsure, say(N_("probably left")))
    return Count(inside, first), *unconfirmed, Count(helped, say(N_("help wanted"))), last


def _remark(remark: Remark) -> Said:
    return say(_DOUBTS[remark.doubt], count=remark.count)


def _blocks(the_list: CalamityList) -> list[Block]:
    blocks, mates = [], _mates(the_list)

    def rows_of(lines: tuple[Line, ...], *, with_host: bool = True) -> tuple[Row, ...]:
        return tuple(_row(the_list, line, mates, with_host=with_host) for line in lines)

    if the_list.help_first:
        rows = rows_of(the_list.help_first)
        blocks.append(Block(say(N_("Help wanted: these first")), "", "help", rows))
    for group in the_list.groups:
        heading = Said(group.host, "") if group.host else say(N_("Without host"))
        rows = rows_of(group.lines, with_host=False)
        blocks.append(Block(heading, _together(group.telephone or ""), "host", rows))
    if the_list.waiting:
        rows = rows_of(the_list.waiting)
        blocks.append(Block(say(N_("Not confirmed yet")), "", "waiting", rows))
    if the_list.probably_left:
        rows = rows_of(the_list.probably_left)
        blocks.append(Block(say(N_("Probably left: make sure")), "", "unsure", rows))
    return blocks


def _mates(the_list: CalamityList) -> dict[str, list[Line]]:
    """Who came together, by what they share; nobody who came alone."""
    units: dict[str, list[Line]] = {}
    for line in the_list.lines:
        units.setdefault(line.entry.unit, []).append(line)
    return {unit: lines for unit, lines in units.items() if len(lines) > 1}


def _beside(line: Line, mates: list[Line]) -> Said | None:
    """With whom somebody came: of two the other's number; of more how many they are, at the first of them."""
    if len(mates) > 2:
        return say(N_("group of {count}"), count=len(mates)) if line is mates[0] else None
    return say(N_("together with no. {number}"), number=next(one.number for one in mates if one is not line))


def _help(wishes: tuple[str, ...]) -> Said:
    said = [say(HELP[wish]) if wish in HELP else _same(wish) for wish in wishes]
    return Said(" · ".join(one.nl for one in said), " · ".join(one.en for one in said))


def _row(the_list: CalamityList, line: Line, mates: dict[str, list[Line]], *, with_host: bool) -> Row:
    entry = line.entry
    under = [_help(entry.help)] if entry.help else []
    if with_host and entry.host:
        under.append(_same(" ".join(part for part in (entry.host, _together(entry.host_telephone or "")) if part)))
    if (together := mates.get(entry.unit)) and (said := _beside(line, together)):
        under.append(said)
    came, note = _time(the_list, entry.arrived), _note(the_list, line)
    return Row(str(line.number), _name(entry), tuple(under), bool(entry.help), came, note)


def _together(telephone: str) -> str:
    """A number that is not broken over two lines."""
    return telephone.replace(" ", "\u00a0")


def _note(the_list: CalamityList, line: Line) -> Said | None:
    if line.signed_out:
        return say(N_("signed out {time}"), time=_time(the_list, line.signed_out))
    if line.entry.left:
        return say(N_("probably left {time}"), time=_time(the_list, line.entry.left))
    return say(N_("in after the alarm")) if line.came_after else None


def _gone(the_list: CalamityList, entry: Entry) -> Gone:
    by = say(N_("by pass")) if entry.by == "visitor" else say(N_("by staff"))
    how = say(N_("sent away")) if entry.refused else by
    return Gone(_time(the_list, entry.left or entry.arrived), _name(entry), how)


def _name(entry: Entry) -> Said:
    """The name, else what is left to know somebody by: the pass they carry."""
    if entry.name:
        return _same(entry.name)
    why = say(N_("name deleted on request")) if entry.deleted else say(N_("name unreadable"))
    carried = _pass(entry.pass_id)
    return Said(f"({why.nl}: {carried.nl})", f"({why.en}: {carried.en})")


def _pass(pass_id: str) -> Said:
    try:
        carried = Pass.parse(pass_id)
    except UsageRefused:
        return _same(pass_id or "?")
    return Said(carried.spoken("nl"), carried.spoken("en"))


def _time(the_list: CalamityList, moment: datetime) -> str:
    """Local time; with the day in front where that is not today."""
    local, today = moment.astimezone(the_list.site.zone), the_list.as_of.astimezone(the_list.site.zone).date()
    return local.strftime("%H:%M") if local.date() == today else local.strftime("%d-%m %H:%M")
