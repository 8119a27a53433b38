"""The monthly review at the desk: for the privacy officer alone, seen, signed off, and told when it changed."""

import re
from datetime import timedelta

import httpx
import pytest

from desk.accounts import OFFICER, appoint
from retention.review.signing import SIGNED
from tests.desk.site import NAME, Site
from tests.support.clock import ManualClock


@pytest.fixture
def officer(site: Site, client: httpx.Client) -> httpx.Client:
    with site.parts.database.write() as session:
        appoint(session, NAME, OFFICER)
    return client


@pytest.fixture
def april(site: Site, clock: ManualClock, officer: httpx.Client) -> httpx.Client:
    """Somebody looked in March without a reason; now it is 2 April."""
    span = (clock.now(), clock.now() + timedelta(minutes=1))
    site.parts.trail.note("footage.seen", actor="staff:<b>piet</b>", about="entree", span=span)
    clock.advance(days=31)
    officer.cookies.clear()
    officer.cookies.update(site.client().cookies)
    return officer


def digest_on(page: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def test_other_staff_are_told_that_it_is_for_the_officer(client: httpx.Client) -> None:
    for path in ("/review", "/review/2027-03", "/review/2027-03.pdf"):
        assert client.get(path).status_code == 403
    assert client.post("/review/2027-03", data={"digest": "0" * 64}).status_code == 403


def test_nobody_gets_there_without_logging_in(site: Site) -> None:
    assert httpx.get(f"{site.address}/review").status_code == 303


def test_without_a_month_the_page_says_so(officer: httpx.Client) -> None:
    assert "Er is nog geen maand" in officer.get("/review").text


def test_months_and_how_they_stand_are_listed(april: httpx.Client) -> None:
    text = april.get("/review").text
    assert "Maart 2027" in text
    assert "wacht op u" in text
    assert "loopt nog" in text


def test_a_month_says_what_stands_out_and_why(april: httpx.Client) -> None:
    text = april.get("/review/2027-03").text
    assert "Gekeken zonder reden" in text
    assert "vraag waarom" in text
    assert "&lt;b&gt;piet" in text
    assert "<b>piet" not in text


def test_the_officer_signs_off_with_a_note(site: Site, april: httpx.Client) -> None:
    digest = digest_on(april.get("/review/2027-03").text)
    answer = april.post("/review/2027-03", data={"digest": digest, "note": "Piet belde zelf"})
    assert answer.status_code == 303
    text = april.get("/review/2027-03").text
    assert "Afgetekend door jan" in text
    assert "Piet belde zelf" in text
    assert 'name="digest"' not in text
    (signature,) = site.parts.trail.entries(act=SIGNED)
    assert (signature.about, signature.category) == ("2027-03", digest)
    assert "belde" not in "".join(path.read_text() for path in site.state.audit.glob("*.jsonl"))


def test_what_was_not_seen_is_not_signed(site: Site, april: httpx.Client) -> None:
    assert april.post("/review/2027-03", data={"digest": "0" * 64}).status_code == 409
    assert list(site.parts.trail.entries(act=SIGNED)) == []


def test_the_month_that_runs_has_no_form_and_takes_no_signature(april: httpx.Client) -> None:
    text = april.get("/review/2027-04").text
    assert 'name="digest"' not in text
    assert april.post("/review/2027-04", data={"digest": "0" * 64}).status_code == 409


def test_a_change_after_the_signature_is_told(site: Site, april: httpx.Client) -> None:
    april.post("/review/2027-03", data={"digest": digest_on(april.get("/review/2027-03").text)})
    day = site.state.audit / "2027-03-02.jsonl"
    day.write_text("")
    assert "niet meer wat is afgetekend" in april.get("/review/2027-03").text


def test_the_paper_is_a_pdf(april: httpx.Client) -> None:
    answer = april.get("/review/2027-03.pdf")
    assert answer.content.startswith(b"%PDF")
    assert "review-2027-03.pdf" in answer.headers["content-disposition"]


@pytest.mark.parametrize("month", ["2027-13", "x", "2026-01", "2027-03-01"])
def test_a_month_that_is_not_there_is_not_found(april: httpx.Client, month: str) -> None:
    assert april.get(f"/review/{month}").status_code == 404
    assert april.get(f"/review/{month}.pdf").status_code == 404


def test_the_officer_finds_the_page_under_terms_and_privacy(april: httpx.Client) -> None:
    assert 'href="/review"' in april.get("/privacy").text
