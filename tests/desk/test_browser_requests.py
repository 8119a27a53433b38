"""A request from asking to letter, as staff and the privacy officer do it in a browser; every page passes axe."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from desk.accounts import OFFICER, appoint
from kiosk.visits import Details
from retention.asked.request import Content
from retention.base.config import Config
from retention.service import Retention
from tests.desk.site import NAME, Site, record
from tests.support.clock import ManualClock

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PICTURES = Path(os.environ["PORTIER_PICTURES"]).absolute() if "PORTIER_PICTURES" in os.environ else None
PHONE, WIDE = (390, 844), (1280, 800)


@pytest.fixture
def check(desk_page: Page) -> Callable[[str], None]:
    """Hold the page against axe as it stands; on a phone nothing stands out of it."""

    def look(name: str) -> None:
        for width, height in (PHONE, WIDE):
            desk_page.set_viewport_size({"width": width, "height": height})
            desk_page.wait_for_function("() => document.readyState === 'complete'")
            assert desk_page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), name
            if PICTURES:
                PICTURES.mkdir(parents=True, exist_ok=True)
                desk_page.screenshot(path=PICTURES / f"desk-{name}-{width}.png", full_page=True)
        found = Axe().run(desk_page, options=RULES).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == [], name

    return look


def test_from_asking_to_letter(  # noqa: PLR0917 - fixtures
    desk_page: Page, site: Site, config: Config, clock: ManualClock, film: Path, check: Callable[[str], None]
) -> None:
    with site.parts.database.write() as session:
        appoint(session, NAME, OFFICER)
    site.parts.reception.sign_in(Details("Fatima el Amrani", "Marieke de Vries"), by="x")
    site.parts.reception.sign_in(Details("Jan Jansen"), by="x")
    record(config, clock, "entree", film, clock.now().replace(microsecond=0) - timedelta(hours=1), turns=7)
    desk_page.goto(site.address + "/privacy")
    desk_page.get_by_role("link", name="Verzoeken").click()
    check("requests-empty")
    desk_page.get_by_role("link", name="Verzoek opschrijven").click()
    desk_page.get_by_label("Inzage").check()
    desk_page.get_by_label("Wie vraagt het?").fill("Fatima el Amrani")
    desk_page.get_by_label("Hoe bereiken").fill("Kerkstraat 12\n1234 AB Utrecht")
    desk_page.get_by_text("Gaat het over camerabeelden?").click()
    desk_page.get_by_role("checkbox", name="Entree").check()
    desk_page.get_by_label("Dag", exact=True).fill("2027-03-02")
    desk_page.get_by_label("Van", exact=True).fill("09:00")
    desk_page.get_by_label("Tot", exact=True).fill("09:01")
    check("request-new")
    desk_page.get_by_role("button", name="Opschrijven").click()
    check("request")
    desk_page.get_by_label("Liet aan de balie").check()
    desk_page.get_by_role("button", name="Vastleggen").click()
    desk_page.get_by_role("link", name="Antwoord opstellen").click()
    expect(desk_page.get_by_role("checkbox", name="Fatima")).to_be_checked()
    desk_page.get_by_role("checkbox", name="Fatima").uncheck()
    desk_page.get_by_role("button", name="Brief bekijken").click()
    check("answer-undecided")
    desk_page.get_by_role("checkbox", name="Fatima").check()
    desk_page.get_by_role("button", name="Brief bekijken").click()
    check("answer")
    desk_page.get_by_role("button", name="Dit is het antwoord").click()
    check("request-answered")
    with desk_page.expect_download() as download:
        desk_page.get_by_role("link", name="De brief (pdf)").click()
    assert re.fullmatch(r"antwoord-270302-\d{5}\.pdf", download.value.suggested_filename)


def test_every_page_tells_what_is_nearly_late(
    desk_page: Page, site: Site, clock: ManualClock, check: Callable[[str], None]
) -> None:
    requests = site.parts.asking.requests
    for days in (29, 27, 23, 4):
        requests.register("access", Content("Bo", ""), by="x", received=clock.now() - timedelta(days=days))
    retention = Retention(site.parts.office, rows=False)
    retention.requests()
    retention.reap()
    desk_page.goto(site.address + "/cameras")
    urgent = desk_page.locator(".urgent")
    expect(urgent).to_have_count(2)
    expect(urgent.first).to_contain_text("had uiterlijk maandag 1 maart beantwoord moeten zijn")
    desk_page.goto(site.address)
    expect(desk_page.locator(".wellbeing")).to_contain_text("uiterlijk zondag 7 maart")
    desk_page.goto(site.address + "/requests")
    check("requests")
