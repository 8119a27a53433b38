"""The four-week clock: told a week before, two days before, and when it is over; names in none of it."""

from datetime import timedelta

import pytest

from retention.asked.errors import RequestRefused
from retention.asked.fit import LONGEST_NAME, LONGEST_TEXT, line, lines, name
from retention.asked.register import Requests
from retention.asked.reminders import Reminding, reminders, urgency
from retention.asked.request import Content, Span
from retention.base.command import Office
from retention.base.readerkey import public_half
from retention.service import Retention
from tests.retention.casework import CAMERA, Casework
from tests.support.clock import ManualClock


@pytest.fixture
def requests(office: Office) -> Requests:
    public_half(office.state)
    return Requests(office.state, office.clock, office.config.site.zone)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "calm"), (20, "calm"), (21, "soon"), (25, "soon"), (26, "urgent"), (28, "urgent"), (29, "late")],
)
def test_the_hurry_grows(requests: Requests, clock: ManualClock, days: int, expected: str) -> None:
    head = requests.register("access", Content("Ann", ""), by="os:test")
    assert urgency(head, clock.now().date() + timedelta(days=days)) == expected


def test_the_most_urgent_comes_first(requests: Requests, clock: ManualClock) -> None:
    first = requests.register("access", Content("Ann", ""), by="os:test")
    clock.advance(days=2)
    requests.register("deletion", Content("Bo", ""), by="os:test")
    found = reminders(requests.heads(), clock.now().date() + timedelta(days=25))
    assert [(one.head.number == first.number, one.left) for one in found] == [(True, 1), (False, 3)]


def test_health_tells_a_week_before_and_every_page_two_days_before(office: Office, clock: ManualClock) -> None:
    public_half(office.state)
    Requests(office.state, clock, office.config.site.zone).register("access", Content("Ann", ""), by="os:test")
    reminding = Reminding(office)
    told = []
    for days in (0, 22, 5, 3):
        clock.advance(days=days)
        reminding.look()
        told += [(problem.promise, problem.everywhere) for problem in reminding.problems]
        assert "Ann" not in str(reminding.problems)
    assert told == [("P2", False), ("P2", True), ("P2", True)]


def test_footage_that_is_not_kept_yet_is_told_at_once(office: Office, clock: ManualClock) -> None:
    public_half(office.state)
    span = Span(("entree",), clock.now() - timedelta(hours=1), clock.now())
    Requests(office.state, clock, office.config.site.zone).register("access", Content("A", "", span=span), by="os:x")
    reminding = Reminding(office)
    reminding.look()
    assert [problem.everywhere for problem in reminding.problems] == [True]


def test_footage_kept_for_somebody_whom_nobody_checked_is_told_after_three_days(
    requests: Requests, office: Office, clock: ManualClock
) -> None:
    work, start = Casework(office), clock.now()
    work.film(start)
    clock.advance(hours=1)
    head = requests.register("access", Content("Ann", ""), by="os:test")
    requests.register("access", Content("Bo", ""), by="os:test")  # keeps no footage
    ends, span = clock.now() + timedelta(weeks=10), (start, start + timedelta(minutes=1))
    work.cases.freeze([CAMERA], *span, request=head.number, by="os:test", deadline=ends)
    reminding = Reminding(office)

    def told() -> list[str]:
        reminding.look()
        return [problem.message for problem in reminding.problems]

    clock.advance(timedelta(days=3) - timedelta(seconds=1))
    assert told() == []
    clock.advance(seconds=1)
    (sentence,) = told()
    assert f"footage is kept for request {head.number}" in sentence
    requests.identify(head.number, head.version, work.reader, way="known", by="os:test")
    assert told() == []


def test_the_retention_service_tells_it(office: Office, clock: ManualClock) -> None:
    public_half(office.state)
    Requests(office.state, clock, office.config.site.zone).register("access", Content("Ann", ""), by="os:test")
    clock.advance(days=29)
    retention = Retention(office, rows=False)
    retention.requests()
    assert any("had to be answered" in problem.message for problem in retention.report().problems)


def test_names_are_made_fit_to_keep() -> None:
    assert name("  Ann\u202e\u0007 \n de\tBoer ") == "Ann de Boer"
    assert name("e" + "\u0301" * 500) == "\u00e9" + "\u0301" * 4
    assert lines("een\r\n\r\n\r\n\r\ntwee\x1b[31m", LONGEST_TEXT) == "een\n\ntwee[31m"
    assert line("a\u2028b", 10) == "a b"


@pytest.mark.parametrize("given", ["", " \n", "\u200d", "...", "a" * (LONGEST_NAME + 1), "\u0301" * 100_000])
def test_what_is_no_name_is_refused(given: str) -> None:
    with pytest.raises(RequestRefused):
        name(given)
