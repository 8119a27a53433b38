"""The beginning of the evidence goes at its term, and who cuts it off before that is found."""

from datetime import timedelta

import pytest

from retention.base.audit import Trail
from retention.base.state import State
from retention.evidence.book import Book
from retention.evidence.chain import Chain
from tests.support.clock import ManualClock
from tests.support.edits import stand_alone
from tests.support.evidence import EvidenceSite


@pytest.fixture
def site(state: State, clock: ManualClock) -> EvidenceSite:
    site = EvidenceSite(state, clock)
    site.hours(100)
    assert _problems(site) == ([], [])
    return site


def _problems(site: EvidenceSite) -> tuple[list[str], list[str]]:
    """What Portier finds, and the verifier of docs/."""
    found, _ = stand_alone().verify(site.state.directory, [site.first_key()], [site.head()])
    return site.verdict().problems, found


def test_receipts_that_are_taken_away_as_if_their_term_was_over_are_missed(site: EvidenceSite) -> None:
    chain, book = Chain(site.state), Book()
    last = site.archive.days()[-2]
    for day in [day for day in chain.days() if day <= last]:
        book.read(day, chain.body(day))
        book.end_of_day(day)
        chain.path(day).unlink()
    site.archive.keep_open(last, book.listing())
    for found in _problems(site):
        assert any(f"receipts up to {last}" in problem and "term" in problem for problem in found)


def test_what_a_digest_stated_is_missed_before_its_term(site: EvidenceSite) -> None:
    first = site.archive.days()[0]
    site.archive.reduce(first)
    for found in _problems(site):
        assert any(str(first) in problem and "before its term" in problem for problem in found)


def test_the_beginning_of_the_trail_is_missed_before_its_term(site: EvidenceSite, clock: ManualClock) -> None:
    Trail(site.state, clock).forget_before(clock.now().date() - timedelta(days=1))
    for found in _problems(site):
        assert any("the trail before" in problem and "before its term" in problem for problem in found)
