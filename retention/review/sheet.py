"""What stands in the monthly review, in words: for paper, page and terminal; and as data for a machine."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from retention.base.audit import Entry
from retention.base.config import Config
from retention.base.translations import N_
from retention.review.findings import Finding, Person, Review
from retention.review.words import BROKEN, EMPTY, NOTHING, WHOLE, ReviewWords

HEADS = (N_("Who"), N_("Looks"), N_("Minutes"), N_("Exports"), N_("Lists"), N_("Outside hours"), N_("Days"))
COLUMNS = (N_("Who"), N_("When"), N_("What"), N_("Reason"), N_("Times"))
TITLE = N_("Monthly review of the trail")
PEOPLE = N_("Who looked, and how often")
NOBODY = N_("Nobody looked at anything in this month.")
BY_HOUR = N_("At what hours")
SIGNED_BY = N_("Signed off by %(who)s, %(when)s.")
UNSIGNED = N_("Not signed off yet.")
MOST = 200
MORE = N_("And %(number)s more: `portier audit review --format json` tells all of them.")
FOOT = N_("Made by Portier. It holds names of staff and none of visitors. Destroy it when it has been discussed.")


def text(review: Review, signature: Entry | None, config: Config, language: str) -> Iterator[str]:
    """The same for a terminal."""
    shown = sheet(review, signature, config, ReviewWords(language, config.site.zone))
    yield f"{shown['title']}: {shown['month']}"
    yield from (f"{shown['place']}", shown["chain"], *shown["problems"], shown["signed"], "")
    yield shown["people_title"]
    yield from _aligned([shown["heads"], *shown["people"]]) if shown["people"] else [f"  {shown['nobody']}"]
    for group in shown["groups"]:
        yield from ("", group["title"], f"  {group['why']}")
        yield from _aligned(group["rows"])
        if group["more"]:
            yield f"  {group['more']}"
    if not shown["groups"] and shown["nothing"]:
        yield from ("", shown["nothing"])


def as_data(review: Review, signature: Entry | None) -> dict[str, Any]:
    """The same for a machine."""
    signed = (
        {"by": signature.actor, "at": signature.at.isoformat(), "digest": signature.category} if signature else None
    )
    found = [
        asdict(finding) | {"first": finding.first.isoformat(), "last": finding.last.isoformat()}
        for finding in review.findings
    ]
    for row in found:
        row["span"] = [moment.isoformat() for moment in row["span"]] if row["span"] else None
    return {
        "month": str(review.month),
        "entries": review.entries,
        "people": [asdict(person) for person in review.people],
        "by_hour": list(review.hours),
        "findings": found,
        "chain_problems": list(review.problems),
        "digest": review.digest,
        "signed": signed,
    }


def person_row(person: Person, words: ReviewWords) -> list[str]:
    """One line of the table of people, in the order of HEADS."""
    numbers = (person.looks, person.minutes, person.exports, person.lists, person.outside, person.days)
    return [words.who(person.actor), *(str(number) for number in numbers)]


def finding_row(finding: Finding, words: ReviewWords) -> list[str]:
    """One line of a table of findings, in the order of COLUMNS."""
    return [
        words.who(finding.actor),
        words.when(finding),
        words.what(finding),
        words.because(finding),
        f"{finding.count}×",
    ]


def sheet(review: Review, signature: Entry | None, config: Config, words: ReviewWords) -> dict[str, Any]:
    """Everything that is shown, in words and in order."""
    say = words.say
    who = {"who": words.who(signature.actor), "when": words.span(signature.at, signature.at)} if signature else {}
    return {
        "language": words.language,
        "organisation": config.organisation.name,
        "title": say(TITLE),
        "month": words.month(review.month),
        "place": f"{config.organisation.name}, {config.site.name}",
        "chain": say(BROKEN if review.problems else WHOLE if review.entries else EMPTY),
        "broken": bool(review.problems),
        "problems": list(review.problems[:20]),
        "signed": say(SIGNED_BY, **who) if signature else say(UNSIGNED),
        "digest": review.digest,
        "people_title": say(PEOPLE),
        "heads": [say(head) for head in HEADS],
        "people": [person_row(person, words) for person in review.people if person.looked],
        "nobody": say(NOBODY),
        "hours_title": say(BY_HOUR),
        "hours": list(review.hours),
        "columns": [say(column) for column in COLUMNS],
        "groups": [
            {
                "title": title,
                "why": why,
                "rows": [finding_row(finding, words) for finding in found[:MOST]],
                "more": say(MORE, number=len(found) - MOST) if len(found) > MOST else "",
            }
            for title, why, found in words.groups(review)
        ],
        "nothing": say(NOTHING) if review.entries else "",
        "foot": say(FOOT),
    }


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
