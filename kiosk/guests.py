"""Today's visits as a desk sees them: who waits, who came together, and who may be an expected visitor. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.calamity.record import Whereabouts
from kiosk.changes import PRESENT
from kiosk.likeness import alike, plain
from kiosk.register import SeenVisit
from kiosk.together import beside


@dataclass(frozen=True)
class Guests:
    """Everybody of today in the order in which they are read; who waits stands apart from who is let in."""

    waiting: tuple[SeenVisit, ...]
    on_site: tuple[SeenVisit, ...]
    probably_left: tuple[SeenVisit, ...]
    expected: tuple[SeenVisit, ...]
    left: tuple[SeenVisit, ...]

    @classmethod
    def of(cls, visits: Iterable[SeenVisit]) -> "Guests":
        ordered = beside(visits, lambda seen: seen.unit)

        def of_state(state: Whereabouts) -> tuple[SeenVisit, ...]:
            return tuple(seen for seen in ordered if seen.state is state)

        inside = of_state(Whereabouts.ON_SITE)
        return cls(
            tuple(seen for seen in inside if seen.waits),
            tuple(seen for seen in inside if not seen.waits),
            of_state(Whereabouts.PROBABLY_LEFT),
            of_state(Whereabouts.EXPECTED),
            of_state(Whereabouts.LEFT),
        )

    def everybody(self) -> tuple[SeenVisit, ...]:
        return self.waiting + self.on_site + self.probably_left + self.expected + self.left

    def of_unit(self, unit: str) -> tuple[SeenVisit, ...]:
        """All who came together; nobody where nobody did."""
        return tuple(seen for seen in self.everybody() if seen.unit == unit)

    def together(self) -> dict[str, int]:
        """How many came together, by what they share; who came alone is left out."""
        counts: dict[str, int] = {}
        for seen in self.everybody():
            counts[seen.unit] = counts.get(seen.unit, 0) + 1
        return {unit: count for unit, count in counts.items() if count > 1}

    def perhaps(self) -> dict[str, SeenVisit]:
        """For each expected visit somebody inside who signed in by a name like theirs, and was not announced."""
        came = [
            (seen, plain(seen.name))
            for seen in self.waiting + self.on_site
            if seen.name and not seen.code and seen.state in PRESENT
        ]
        found = {}
        for awaited in self.expected:
            name = plain(awaited.name or "")
            likely = [seen for seen, theirs in came if alike(name, theirs)]
            # Of two who may be meant the one of the same host; else the first who came.
            likely.sort(key=lambda seen: seen.host != awaited.host)
            if likely:
                found[awaited.visit] = likely[0]
        return found
