"""Proof of erasure at the desk: the signed days, their certificates, and what is said when there is none."""

import os
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from retention.base.readerkey import public_half
from retention.base.slots import SlotFile
from retention.base.state import CASES
from retention.evidence.receipts import Receipts
from tests.desk.site import Site
from tests.support.clock import ManualClock
from tests.support.evidence import EvidenceSite


@pytest.fixture
def kept(site: Site, clock: ManualClock) -> EvidenceSite:
    """Three days of evidence."""
    evidence = EvidenceSite(site.state, clock)
    evidence.hours(70)
    return evidence


@pytest.fixture
def moved(kept: EvidenceSite, clock: ManualClock) -> EvidenceSite:
    """A fourth day, on which a case got another term."""
    slots, ends = SlotFile(kept.state, CASES), clock.now() + timedelta(days=2)
    before, after = (slots.claim(number, ends, public_half(kept.state)) for number in (7, 8))
    kept.keep()
    slots.erase(before.epoch, clock.now())
    Receipts(kept.state).erased(before, "early", clock.now(), after)
    kept.hours(25)
    return kept


def test_the_signed_days_are_listed_and_each_has_its_certificate(kept: EvidenceSite, client: httpx.Client) -> None:
    text = client.get("/evidence").text
    assert text.count("Verklaring (PDF)") == 3
    assert "een nummer en een code van 64 tekens" in text
    assert f"{kept.head()[0]}:{kept.head()[1][:8]}" in text
    answer = client.get("/evidence/2027-03-03.pdf")
    assert (answer.status_code, answer.headers["content-type"], answer.content[:5]) == (
        200,
        "application/pdf",
        b"%PDF-",
    )


def test_before_the_first_day_is_signed_the_page_says_when_it_will_be(client: httpx.Client) -> None:
    assert "kort na 01:00" in client.get("/evidence").text


def test_a_day_that_was_changed_is_told_and_has_no_certificate(kept: EvidenceSite, client: httpx.Client) -> None:
    path = kept.archive.path(date(2027, 3, 2))
    path.write_bytes(path.read_bytes().replace(b'"late":0', b'"late":1'))
    assert "daarna veranderd" in client.get("/evidence").text
    assert client.get("/evidence/2027-03-02.pdf").status_code == 409


def test_keys_that_got_another_term_stand_apart_from_what_was_overwritten(
    moved: EvidenceSite, client: httpx.Client
) -> None:
    text = client.get("/evidence").text
    assert text.count("andere termijn, niet vernietigd: 1") == 1
    assert text.count("met twijfel") == 0


@pytest.mark.parametrize("path", ["/evidence/2026-01-01.pdf", "/evidence/gisteren.pdf"])
def test_a_day_without_a_digest_has_no_certificate(kept: EvidenceSite, client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code in (404, 422)


def test_nobody_sees_it_without_logging_in(site: Site) -> None:
    assert httpx.get(site.address + "/evidence").status_code == 303
    assert httpx.get(site.address + "/evidence/2027-03-03.pdf").status_code == 303


def test_the_page_is_reached_from_the_terms_and_passes_axe(kept: EvidenceSite, desk_page: Page, site: Site) -> None:
    desk_page.goto(site.address + "/privacy")
    desk_page.get_by_role("link", name="Bewijs van vernietiging").click()
    expect(desk_page.get_by_role("heading", name="Bewijs van vernietiging")).to_be_visible()
    desk_page.wait_for_load_state("load")
    found = Axe().run(desk_page).response["violations"]
    assert [one["id"] for one in found] == []
    if folder := os.environ.get("PORTIER_PICTURES"):
        desk_page.screenshot(path=Path(folder) / "desk-evidence.png", full_page=True)
        desk_page.set_viewport_size({"width": 390, "height": 844})
        desk_page.screenshot(path=Path(folder) / "desk-evidence-phone.png", full_page=True)
