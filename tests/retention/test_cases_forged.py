"""Records of cases are files that others may write: what one claims gives no footage a longer life than the rules."""

from dataclasses import replace
from datetime import timedelta

from retention.base import limits
from retention.base.command import Office
from retention.cases.case import Step, Term
from retention.cases.shelf import Shelf
from tests.retention.casework import Casework
from tests.support.clock import ManualClock


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
