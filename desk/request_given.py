"""The JSON of `portier request new` and `answer`, read strictly: what is unknown or of another shape is refused."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from desk.asking import Choices
from retention.asked import fit, words
from retention.asked.register import start_of
from retention.asked.request import DECISIONS, KINDS, Content, Kind, Span
from retention.base.errors import UsageRefused


def given_request(given: dict[str, Any], today: date, zone: ZoneInfo) -> tuple[Kind, Content, datetime | None]:
    """What is asked, by whom, and since when where that is not today. Raises UsageRefused, RequestRefused."""
    _refuse_others(given, ("kind", "name", "reach", "words", "received", "footage"))
    kind = next((one for one in KINDS if one == given.get("kind")), None)
    if kind is None:
        raise UsageRefused(f'"kind" is one of {", ".join(KINDS)}')
    content = Content(
        fit.name(_text(given, "name")),
        fit.lines(_text(given, "reach"), fit.LONGEST_REACH),
        fit.lines(_text(given, "words"), fit.LONGEST_TEXT),
        _span(given.get("footage")),
    )
    return kind, content, _received(_text(given, "received"), today, zone)


def given_choices(given: dict[str, Any]) -> Choices:
    """What was decided. Raises UsageRefused, RequestRefused."""
    _refuse_others(given, ("decision", "language", "visits", "not_theirs", "withheld", "copy", "colleague", "remark"))
    decision = next((one for one in DECISIONS if one == given.get("decision")), None)
    language = given.get("language", "nl")
    if decision is None or language not in ("nl", "en"):
        raise UsageRefused(f'"decision" is one of {", ".join(DECISIONS)}, "language" nl or en')
    withheld = _texts(given, "withheld")
    if not set(withheld) <= set(words.WITHHELD):
        raise UsageRefused(f'"withheld" is a list of {", ".join(words.WITHHELD)}')
    copy = given.get("copy", False)
    if not isinstance(copy, bool):
        raise UsageRefused('"copy" is true or false: whether the letter promises a copy of the footage')
    return Choices(
        decision,
        language,
        _texts(given, "visits"),
        withheld,
        _text(given, "colleague"),
        fit.lines(_text(given, "remark"), fit.LONGEST_TEXT),
        not_theirs=_texts(given, "not_theirs"),
        copy=copy,
    )


def _span(given: Any) -> Span | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        raise UsageRefused('"footage" is {"cameras": [...], "from": "2027-03-02T09:00:00+01:00", "to": "..."}')
    return Span(_texts(given, "cameras"), _moment(given, "from"), _moment(given, "to"))


def _moment(given: dict[str, Any], key: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(given, key))
    except ValueError as error:
        raise UsageRefused(f'write "{key}" as 2027-03-02T09:00:00+01:00') from error
    if moment.tzinfo is None or not 1970 <= moment.year < 2100:
        raise UsageRefused(f'write "{key}" with its offset, as 2027-03-02T09:00:00+01:00')
    return moment.astimezone(UTC)


def _received(day: str, today: date, zone: ZoneInfo) -> datetime | None:
    try:
        wanted = date.fromisoformat(day) if day else today
    except ValueError as error:
        raise UsageRefused('write "received" as 2027-03-02') from error
    if not 1970 <= wanted.year < 2100:
        raise UsageRefused("this day lies too far away: write it as 2027-03-02")
    return None if wanted == today else start_of(wanted, zone)


def _text(given: dict[str, Any], key: str) -> str:
    value = given.get(key) or ""
    if not isinstance(value, str):
        raise UsageRefused(f'"{key}" is text: write it as {{"{key}": "..."}}')
    return value


def _texts(given: dict[str, Any], key: str) -> tuple[str, ...]:
    value = given.get(key) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise UsageRefused(f'"{key}" is a list of texts')
    return tuple(value)


def _refuse_others(given: dict[str, Any], known: tuple[str, ...]) -> None:
    if unknown := sorted(set(given) - set(known)):
        raise UsageRefused(f"only {', '.join(known)} are taken: leave out {', '.join(map(repr, unknown))[:200]}")
