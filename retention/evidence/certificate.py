"""The erasure certificate of a day: its signed digest on paper, Dutch with English beside it, without any name.

It says what was overwritten *here*, how far that reaches, every doubt, and how to verify it.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal

from retention.base.command import Office
from retention.base.errors import StateRefused, UsageRefused
from retention.base.translations import N_, translator
from retention.base.typeset import typesetter
from retention.evidence.archive import Archive
from retention.evidence.digest import Digest, is_sound
from retention.evidence.wording import KINDS, OTHERS, doubts, kinds

Said = tuple[str, str]
"""One thing in Dutch and in English."""
SOURCE: Final = Path(__file__).with_name("certificate.typ")
LEVELS: Final = {
    "file": (
        N_("Level of assurance: file."),
        N_(
            "The key that opens these keys is a file on this machine. Whoever copied that file and these keys before "
            "they were overwritten is not kept out."
        ),
    ),
    "bound": (
        N_("Level of assurance: bound."),
        N_(
            "The key that opens these keys is bound to a chip of this machine, or is on another one. A copy of this "
            "machine's disk opens nothing."
        ),
    ),
}
WHYS: Final = {
    "interrupted": N_("Erasures that had been cut short and were finished: %(count)s."),
    "damaged": N_("Keys that could not be read any more and were overwritten: %(count)s."),
    "room": N_("Keys overwritten before their latest moment, to make room: %(count)s."),
    "early": N_("Keys overwritten before their latest moment, because somebody asked for it: %(count)s."),
    "rederived": N_("Receipts that were lost and made anew from what the erasure left: %(count)s."),
}

MOVED: Final = N_("Keys that got another term and were not destroyed (also counted as made): %(count)s.")


def certificate(office: Office, day: date) -> bytes:
    """The certificate of a day as a PDF (PDF/UA-1).

    Raises UsageRefused where there is no digest of that day, StateRefused where it was changed.
    """
    digest = signed(office, day)
    paper = typesetter()
    data = _data(office, digest)
    text = "".join(_texts(data))
    fonts = [family for family in paper.families(text) if family != "Libertinus Serif"]
    return paper.pdf(SOURCE.read_bytes(), {**data, "fonts": fonts}, _moment(digest, "made_at"))


def signed(office: Office, day: date) -> Digest:
    """The digest of a day, its signature looked at."""
    archive = Archive.of(office.state)
    digest = archive.digest(day)
    if digest is None and archive.path(day).exists():
        raise StateRefused(f"the digest of {day} was changed after it was signed: see `portier audit verify`")
    if digest is None:
        newest = archive.newest()
        kept = f"the last one is of {newest.day}" if newest else "there is none yet"
        raise UsageRefused(
            f"there is no signed digest of {day}: {kept}; a day (UTC) is signed soon after its end, and kept for a year"
        )
    if digest.body is None or not digest.is_signed() or not is_sound(digest.body):
        raise StateRefused(f"the digest of {day} is not signed by its key: see `portier audit verify`")
    return digest


def _data(office: Office, digest: Digest) -> dict[str, Any]:
    config, body = office.config, digest.body or {}
    figures = body["figures"]
    made, erased = kinds(figures["made"]), kinds(figures["erased"])
    start = datetime.combine(digest.day, time(), UTC)
    zone = config.site.zone
    from_to = [moment.astimezone(zone) for moment in (start, start + timedelta(days=1))]
    rows = [
        [_say(KINDS.get(kind, OTHERS)), [_number(made.get(kind, 0)), _number(erased[kind])]]
        for kind in erased
        if made.get(kind) or erased[kind]
    ]
    return {
        "title": _say(N_("Erasure certificate")),
        "organisation": config.organisation.name,
        "site": config.site.name,
        "day": _day(digest.day),
        "span": _span(from_to),
        "total": _number(sum(figures["erased"].values())),
        "page": _say(N_("page")),
        "utc": _say(N_("A day in UTC, the time in which Portier counts; your clock runs ahead of it.")),
        "statement": _say(
            N_("Keys overwritten here. What was sealed with them can no longer be opened here, by anybody.")
        ),
        "heads": [_say(N_("What")), _say(N_("Made")), _say(N_("Overwritten here"))],
        "rows": rows,
        "nothing": _say(_nothing(figures)),
        "times": _times(figures),
        "notes": [_say(sentence, count=count) for sentence, count in _notes(figures)],
        "doubt_head": _say(N_("Doubts")),
        "doubts": [_say(sentence, **values) for sentence, values in doubts(digest)] or [_say(N_("None."))],
        "open": _say(
            N_("Keys still within their term at the end of the day: %(count)s."),
            count=body["open"]["count"] - figures["overdue"],
        ),
        "level_head": _say(N_("How far this reaches")),
        "level": [_say(sentence) for sentence in LEVELS[body["level"]]],
        "outside": _say(N_("Copies that staff took out of Portier are not covered by this certificate.")),
        "verify_head": _say(N_("To verify this")),
        "verify": _say(
            N_("Keep head and first key elsewhere. With them this day and every day before it can be verified, by:")
        ),
        "command": "portier audit verify --first-key KEY --head HEAD",
        "stranger": _say(N_("or without Portier: docs/verify_evidence.py, as docs/formats-evidence.md describes it.")),
        "head_word": _say(N_("Head of this day")),
        "head": digest.head,
        "key_word": _say(N_("First public key")),
        "key": next(iter(Archive.of(office.state).first_keys()), "-"),
        "signed": _say(N_("Signed (Ed25519) with the key of this day, which has been destroyed since.")),
    }


def _nothing(figures: Mapping[str, Any]) -> str:
    """What a day says on which nothing was overwritten: that nothing had to be, only where that is known."""
    if figures["overdue"] or not figures["lines"]:
        return N_("Nothing was overwritten on this day.")
    return N_("Nothing was overwritten on this day: nothing had reached its term.")


def _notes(figures: Mapping[str, Any]) -> list[tuple[str, int]]:
    """What is no doubt and worth a line."""
    notes = [(WHYS[why], count) for why, count in figures["why"].items() if why in WHYS]
    moved = sum(figures["moved"].values())
    return [*notes, (MOVED, moved)] if moved else notes


def _times(figures: Mapping[str, Any]) -> list[Said]:
    """How early and how late, in seconds before or after the latest moment."""
    earliest, latest = figures["earliest_seconds"], figures["latest_seconds"]
    if earliest is None or latest is None:
        return []
    if earliest > 0:
        return [_long(N_("All were too late: the last by %(time)s."), latest)]
    early = _long(N_("The earliest was overwritten %(time)s before its latest moment."), -earliest)
    if latest > 0:
        return [early, _long(N_("The last was overwritten %(time)s too late."), latest)]
    return [early, _long(N_("The last was overwritten %(time)s before it. None was late."), -latest)]


def _long(sentence: str, seconds: int) -> Said:
    """With a span as people say it; the digest has it to the second."""
    told = [
        format_timedelta(timedelta(seconds=seconds), threshold=3, granularity="second", locale=language)
        for language in ("nl", "en")
    ]
    dutch, english = _say(sentence)
    return dutch % {"time": told[0]}, english % {"time": told[1]}


def _say(sentence: str, **values: int) -> Said:
    dutch, english = (translator(language, "evidence")(sentence) for language in ("nl", "en"))
    if not values:
        return dutch, english
    return (
        dutch % {name: _number(value)[0] for name, value in values.items()},
        english % {name: _number(value)[1] for name, value in values.items()},
    )


def _number(value: int) -> Said:
    return str(format_decimal(value, locale="nl")), str(format_decimal(value, locale="en"))


def _day(day: date) -> Said:
    return tuple(str(format_date(day, "EEEE d MMMM y", locale=language)) for language in ("nl", "en"))  # type: ignore[return-value]


def _span(ends: list[datetime]) -> Said:
    """The day by the clock of the site."""
    clock = [f"{moment:%H:%M}" for moment in ends]
    days = [[str(format_date(moment, "d MMMM", locale=language)) for moment in ends] for language in ("nl", "en")]
    (nl_from, nl_to), (en_from, en_to) = days
    return (
        f"van {nl_from} {clock[0]} tot {nl_to} {clock[1]}",
        f"from {en_from} {clock[0]} to {en_to} {clock[1]}",
    )


def _moment(digest: Digest, name: str) -> datetime:
    return datetime.fromisoformat((digest.body or {})[name])


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value
    return [text for item in items for text in _texts(item)]
