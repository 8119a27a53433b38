"""Holds the records of cases against the trail: whoever can write a record could have changed who decided it.

Records are files that several services write; of the trail every line is chained and signed for by the day. The trail
knows each decision before the record does, so a decision that no line tells was never taken. Needs no key.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from retention.base.audit import Trail
from retention.cases.case import Case, Step
from retention.cases.shelf import Shelf

ACTS: Final = ("case.place", "case.freeze", "case.confirm", "case.renew")
Decision = tuple[str, str, str, tuple[datetime, datetime] | None]  # act, who, the mark of the reason, the span


def unwitnessed(shelf: Shelf, trail: Trail) -> list[str]:
    """A sentence for each case whose record tells a decision that the trail does not; names nobody."""
    cases = shelf.all()
    if not cases:
        return []
    told: dict[str, Counter[Decision]] = {case.number: Counter() for case in cases}
    for act in ACTS:
        for entry in trail.entries(act=act):
            if entry.about in told:
                told[entry.about][entry.act, entry.actor, entry.text, entry.span] += 1
    return [said for case in cases for said in _differing(case, told[case.number])]


def _differing(case: Case, told: Counter[Decision]) -> Iterator[str]:
    if lacking := sorted({act for act, _, _, _ in Counter(_decisions(case)) - told}):
        yield f"case {case.number}: the trail knows {' and '.join(lacking)} otherwise, or not at all"
    if case.confirmed and case.confirmed.by == case.placed.by:
        yield f"case {case.number}: one and the same person placed and confirmed it"


def _decisions(case: Case) -> Iterator[Decision]:
    """What a record says was decided, also what is not carried out yet."""
    later = [step for step in (case.confirmed, *case.renewals) if step]
    later += [case.becoming.step] if case.becoming else []

    def decided(act: str, step: Step) -> Decision:
        return act, step.by, step.text, (case.start, case.end)

    yield decided("case.freeze" if case.request else "case.place", case.placed)
    for number, step in enumerate(later):
        yield decided("case.renew" if number else "case.confirm", step)
