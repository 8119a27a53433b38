"""What a letter tells of visits: all that is kept of them, and of others only how many came along."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from kiosk.passes import Pass
from kiosk.register import SeenVisit
from retention.asked import words
from retention.asked.letter import ToldVisit
from retention.base.config import Config
from retention.base.errors import UsageRefused
from retention.base.translations import translator
from retention.rules import visits_deadline


def told_visits(
    visits: Sequence[SeenVisit], wanted: Iterable[str], config: Config, language: str
) -> dict[str, ToldVisit]:
    """Those wanted of all visits there are, by their ids. Who came along is counted: their names are theirs."""
    together, asked = Counter(seen.unit for seen in visits), set(wanted)
    return {
        seen.visit: _told(seen, together[seen.unit] - 1, config, language) for seen in visits if seen.visit in asked
    }


def visit_ends(seen: SeenVisit, config: Config) -> datetime:
    """When what is kept of a visit is destroyed."""
    return visits_deadline(seen.day, config.site, config.visits)


def _told(seen: SeenVisit, others: int, config: Config, language: str) -> ToldVisit:
    say = translator(language, "desk")
    return ToldVisit(
        name=seen.name or "",
        host=seen.host or "",
        help=", ".join(say(words.HELP[wish]) if wish in words.HELP else wish for wish in seen.help),
        pass_words=_spoken(seen.pass_id, language),
        arrived=seen.arrived,
        left=seen.left,
        until=visit_ends(seen, config),
        expected_on=seen.day if seen.arrived is None else None,
        # The version is for people; the check sum behind it is for whoever must prove which text that was.
        statement=(seen.statement or "").rpartition(" ")[0],
        together_with=others,
    )


def _spoken(pass_id: str | None, language: str) -> str:
    try:
        return Pass.parse(pass_id).spoken(language) if pass_id else ""
    except UsageRefused:
        return ""
