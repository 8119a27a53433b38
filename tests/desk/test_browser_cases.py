"""A case in a real Chromium: one colleague keeps footage, another confirms it and sees it play."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from desk import logins
from desk.accounts import add
from desk.parts import LOGIN_COOKIE
from recorder.causes import Cause
from retention.base.config import Config
from tests.desk.site import Site, kept_password, missing, record
from tests.support.clock import ManualClock


@pytest.fixture
def start(config: Config, clock: ManualClock, film: Path) -> datetime:
    """Half a minute of footage, ten seconds without, and ten more; ten minutes ago."""
    start = clock.now().replace(microsecond=0) - timedelta(minutes=10)
    gap = record(config, clock, "entree", film, start, turns=3)
    missing(config, clock, "entree", gap, Cause.UNREACHABLE)
    record(config, clock, "entree", film, gap + timedelta(seconds=10), turns=1)
    return start


def as_colleague(browser: Browser, site: Site) -> Page:
    from tests.support.chromium import new_page  # noqa: PLC0415 - only where a browser is needed

    with site.parts.database.write() as session:
        els = add(session, "els", kept_password(), now=site.parts.office.clock.now())
        token = logins.log_in(session, els, now=site.parts.office.clock.now())
    page = new_page(browser)
    page.context.add_cookies([{"name": LOGIN_COOKIE, "value": token, "url": site.address}])
    return page


def test_one_keeps_footage_another_confirms_it_and_it_plays(
    desk_page: Page, browser: Browser, site: Site, start: datetime
) -> None:
    desk_page.get_by_role("link", name="Dossiers").click()
    desk_page.get_by_role("link", name="Beelden vasthouden").click()
    desk_page.get_by_label("Entree").check()
    zone = site.parts.office.config.site.zone
    for name, moment in (("Van, tijd", start), ("Tot, tijd", start + timedelta(seconds=50))):
        desk_page.get_by_label(name).fill(f"{moment.astimezone(zone):%H:%M:%S}")
    desk_page.get_by_label("Er is iets gebeurd").check()
    desk_page.get_by_label("Wat er gebeurde").fill("Iemand viel bij de deur")
    desk_page.get_by_role("button", name="Deze beelden vasthouden").click()
    expect(desk_page.get_by_text("De beelden zijn veiliggesteld.")).to_be_visible(timeout=20_000)
    expect(desk_page.get_by_text("U hebt dit dossier zelf aangelegd.")).to_be_visible()

    page = as_colleague(browser, site)
    page.goto(desk_page.url)
    expect(page.get_by_text("de camera was niet bereikbaar")).to_be_visible()
    page.get_by_role("radio", name="Er is iets gebeurd").check()
    page.get_by_role("button", name="Kijken").click()
    page.wait_for_function(
        "() => { const v = document.querySelector('video');"
        " return v && v.currentTime > 0 && v.getVideoPlaybackQuality().totalVideoFrames > 5 }",
        timeout=30_000,
    )
    page.get_by_role("slider").evaluate(
        "(one, at) => { one.value = at; one.dispatchEvent(new Event('change')) }", start.timestamp() + 42
    )
    clock = f"{(start + timedelta(seconds=42)).astimezone(zone):%H:%M:4}"
    expect(page.locator("[data-time]")).to_contain_text(clock, timeout=15_000)
    page.get_by_role("button", name="Bevestigen").click()
    expect(page.get_by_text("wordt vastgehouden")).to_be_visible()
    page.context.close()
