"""`portier audit ...`: who looked at what, and whether the trail is whole."""

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from retention.base.audit import Entry, Trail
from retention.base.command import Office, emit, json_option, pass_office
from retention.base.errors import UsageRefused
from retention.base.trusted import TrustedTime
from retention.evidence.archive import Archive
from retention.evidence.verify import Known, heads_in, one_head
from retention.evidence.verify import verify as examine
from retention.review.commands import review

MOST: Final = 20


def _moment(_: click.Context, __: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise UsageRefused("write a moment in ISO 8601, as 2027-03-02T14:05:00+01:00") from error
    return moment if moment.tzinfo else moment.astimezone()


@click.group()
def audit() -> None:
    """The audit trail: who looked at what, when and why."""


audit.add_command(review)


@audit.command("list")
@click.option("--from", "since", callback=_moment, help="From this moment on (ISO 8601).")
@click.option("--to", "until", callback=_moment, help="Up to this moment (ISO 8601).")
@json_option
@pass_office
def list_entries(office: Office, since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """Every line of the trail, oldest first."""
    rows = [_row(entry) for entry in Trail(office.state, office.clock).entries(since, until)]
    emit(rows, as_json)


@audit.command()
@click.option("--first-key", multiple=True, help="The first public key, as you keep it elsewhere (hexadecimal).")
@click.option("--head", multiple=True, help="NUMBER:HASH of a day, as mailed or printed on its certificate.")
@click.option("--head-file", type=click.Path(path_type=Path), help="A file with such heads in it: the mails, for one.")
@json_option
@pass_office
def verify(
    office: Office, first_key: tuple[str, ...], head: tuple[str, ...], head_file: Path | None, as_json: bool
) -> int:
    """Walk trail, receipts and digests; 0 only if nothing was changed, taken out or left alive.

    A head kept elsewhere proves that nothing was cut off up to that day.
    """
    heads = [one_head(text) for text in head] + (_heads_of(head_file) if head_file else [])
    keys = first_key or tuple(Archive.of(office.state).first_keys()[:1])
    known = Known(tuple(key.strip().lower() for key in keys), tuple(heads), _trusted_now(office))
    verdict = examine(office.state, Trail(office.state, office.clock), known, _progress())
    if not first_key and keys:
        verdict.remarks.append(
            "the first public key was read on this machine: give the one kept elsewhere, --first-key"
        )
    done = {
        "entries": verdict.entries,
        "head": verdict.trail_head,
        "receipts": verdict.receipts,
        "digests": verdict.digests,
        "digest_head": verdict.head,
        "problems": verdict.problems,
        "remarks": verdict.remarks,
    }
    emit(done, as_json, _verdict_lines)
    return 70 if verdict.problems else 0


def _trusted_now(office: Office) -> datetime:
    return TrustedTime(office.state, office.clock).for_destroying()


def _heads_of(path: Path) -> list[tuple[int, str]]:
    try:
        found = list(heads_in(path.read_text(encoding="utf-8", errors="replace")))
    except OSError as error:
        raise UsageRefused(f"{path} cannot be read ({error.strerror}): see to its path and rights") from error
    if not found:
        raise UsageRefused(f"{path} holds no head: a number, a colon and 64 hexadecimal digits, as in the mail")
    return found


def _progress() -> Callable[[str, int], None]:
    """What is told meanwhile, on a terminal alone; interrupting loses nothing, as nothing is written."""
    if not sys.stderr.isatty():
        return lambda _, __: None
    return lambda what, count: click.echo(f"\r{what}: {count:>9}", err=True, nl=False) if count % 500 == 0 else None


def _verdict_lines(done: dict[str, Any]) -> Iterator[str]:
    yield from (f"NOT  {problem}" for problem in done["problems"][:MOST])
    if len(done["problems"]) > MOST:
        yield f"NOT  and {len(done['problems']) - MOST} more (--json tells all)"
    word = "broken" if done["problems"] else "ok"
    yield f"{word}: {done['entries']} entries, head {done['head']}"
    yield f"{word}: {done['receipts']} receipts, {done['digests']} signed days, head {done['digest_head'] or '-'}"
    yield from (f"note {remark}" for remark in done["remarks"])


def _row(entry: Entry) -> dict[str, Any]:
    span = [moment.isoformat(timespec="seconds") for moment in entry.span] if entry.span else None
    return {
        "number": entry.number,
        "at": entry.at.isoformat(timespec="seconds"),
        "act": entry.act,
        "actor": entry.actor,
        "about": entry.about,
        "category": entry.category,
        "span": span,
    }
