"""Records of cases are files that others may write: what one claims gives no footage a longer life than the rules."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from retention.base import limits
from retention.base.command import Office
from retention.cases.case import Case, Step, Term
from retention.cases.shelf import Shelf
from retention.check import check
from tests.retention.casework import CAMERA, Casework
from tests.support.clock import ManualClock


def said(office: Office) -> str:
    (finding,) = [finding for finding in check(office, office.clock.now()) if finding.what == "cases"]
    assert "staff:" not in finding.said
    return "" if finding.holds else finding.said


def test_check_knows_every_case_that_people_decided_on(office: Office, clock: ManualClock) -> None:
    work, begin = Casework(office), clock.now() - timedelta(minutes=10)
    work.film(begin)
    work.proposed(begin)
    renewed = work.kept(begin)
    for _ in range(2):
        work.cases.renew(renewed, reason="still with the police", by="staff:ans")
    span = begin, begin + timedelta(minutes=1)
    ends = clock.now() + timedelta(weeks=10)
    work.cases.freeze([CAMERA], *span, request="270302-00001", by="staff:jan", deadline=ends)
    assert len(Shelf(office.state).all()) == 3
    assert said(office) == ""


FORGERIES: dict[str, Callable[[Case], Case]] = {
    "another placed it": lambda case: replace(case, placed=replace(case.placed, by="staff:nobody")),
    "for another reason": lambda case: replace(case, placed=replace(case.placed, text="0" * 64)),
    "another confirmed it": lambda case: replace(case, confirmed=Step(case.placed.at, "staff:nobody")),
    "who placed it confirmed it": lambda case: replace(case, confirmed=Step(case.placed.at, case.placed.by)),
    "nobody needs to confirm it": lambda case: replace(case, request="270302-00001"),
    "renewed by nobody": lambda case: replace(case, renewals=(Step(case.placed.at, "staff:ans"),)),
    "another span": lambda case: replace(case, start=case.start - timedelta(hours=1)),
    "about to be renewed": lambda case: replace(case, becoming=Term(Step(case.placed.at, "staff:ans"), case.end)),
}


@pytest.mark.parametrize("forged", FORGERIES.values(), ids=FORGERIES)
def test_check_tells_a_record_that_differs_from_the_trail(
    office: Office, clock: ManualClock, forged: Callable[[Case], Case]
) -> None:
    work, begin = Casework(office), clock.now() - timedelta(minutes=10)
    work.film(begin)
    shelf, number = Shelf(office.state), work.kept(begin)
    case = shelf.find(number)
    assert case is not None
    shelf.store(forged(case))
    assert f"case {number}" in said(office)


def test_a_forged_decision_makes_no_case_outlive_the_ceiling(office: Office, clock: ManualClock) -> None:
    work, begin = Casework(office), clock.now() - timedelta(minutes=10)
    work.film(begin)
    shelf, number = Shelf(office.state), work.proposed(begin)
    case = shelf.find(number)
    assert case is not None
    forged = Term(Step(clock.now(), "staff:nobody"), clock.now() + timedelta(days=3_650))
    shelf.store(replace(case, becoming=forged))
    work.cases.tidy()
    deadline = work.find(number).deadline
    assert deadline is not None
    assert deadline <= clock.now() + limits.CASE.ceiling
