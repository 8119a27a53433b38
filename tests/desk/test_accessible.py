"""Every page in its states passes axe (WCAG 2.2 AA), wide and on a phone; with PORTIER_PICTURES set it is pictured."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from desk.accounts import OFFICER, appoint
from desk.tables import StaffAccount
from kiosk.codes.code import Code
from kiosk.invitation import Invitation
from kiosk.visits import Details, Help
from recorder.causes import Cause
from retention.base.clock import microseconds
from retention.base.config import Config
from retention.base.health import Problem, Report, publish
from tests.desk.conftest import enter
from tests.desk.site import NAME, Site, missing, record, watch
from tests.support.chromium import new_page
from tests.support.clock import ManualClock

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
PICTURES = Path(os.environ["PORTIER_PICTURES"]).absolute() if "PORTIER_PICTURES" in os.environ else None
Check = Callable[[str, str], None]


SIZES = [pytest.param((1280, 800), id="wide"), pytest.param((390, 844), id="phone", marks=pytest.mark.slow)]


@pytest.fixture(params=SIZES)
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    page = new_page(browser, *request.param)
    yield page
    page.context.close()


@pytest.fixture
def check(screen: Page, site: Site) -> Check:
    """Go to an address and hold it against axe."""

    def go(path: str, name: str) -> None:
        if path:
            screen.goto(site.address + path)
        # A form just sent may still be on its way to the next page: what is judged has its styles.
        screen.wait_for_load_state("load")
        screen.wait_for_function("() => document.readyState === 'complete' && document.styleSheets.length > 0")
        found = Axe().run(screen, options=RULES).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == [], name
        if PICTURES and screen.viewport_size and screen.viewport_size["width"] > 1000:
            PICTURES.mkdir(parents=True, exist_ok=True)
            screen.screenshot(path=PICTURES / f"desk-{name}.png")

    return go


@pytest.fixture
def visitors(site: Site, clock: ManualClock) -> list[str]:
    """All four states, help wanted, scripts of every direction."""
    reception, made = site.parts.reception, []
    names = ["Fatima El Amrani", "Mevrouw P. van den Berg-Janssen", "علي رضائي", "<b>Øyvind</b>", "李小龙", "Tom"]
    for number, name in enumerate(names):
        clock.advance(minutes=7)
        wanted = frozenset({Help.STAIRS, Help.COMPANION}) if number == 1 else frozenset[Help]()
        made.append(reception.sign_in(Details(name, "Marieke de Vries" if number % 2 else None, wanted)).visit)
    reception.sign_out_visit(made[-1], by="staff:jan")
    reception.expect(Details("Karin Smit"), clock.now().date(), by="staff:jan")
    return made


def test_a_slip(check: Check, screen: Page, site: Site) -> None:
    kiosk = site.parts.office.config.kiosk.model_copy(update={"label_printer": "labels"})
    object.__setattr__(site.parts.office, "config", site.parts.office.config.model_copy(update={"kiosk": kiosk}))
    code = Code.new()
    site.parts.reception.sign_in(Details("Ann de Vries", "Marieke de Vries", frozenset({Help.STAIRS})), code=code)
    enter(screen, site)
    check("/", "inside-with-slips")
    check("/slip", "slip")
    screen.get_by_label("Code van het strookje").fill("123")
    screen.keyboard.press("Enter")
    expect(screen.get_by_role("alert")).to_be_visible()
    check("", "slip-wrong")
    screen.get_by_label("Code van het strookje").fill(code.text)
    screen.keyboard.press("Enter")
    expect(screen.get_by_text("Ann de Vries")).to_be_visible()
    check("", "slip-entry")


def test_before_log_in(check: Check, screen: Page, site: Site) -> None:
    check("/login", "login")
    screen.get_by_label("Naam").fill("jan")
    screen.get_by_label("Wachtwoord").fill("niet het wachtwoord")
    screen.keyboard.press("Enter")
    expect(screen.get_by_role("alert")).to_be_visible()
    check("", "login-wrong")
    check("/alarm", "alarm-stranger")
    check("/privacy", "privacy")


def test_the_first_account(check: Check, site: Site) -> None:
    with site.parts.database.write() as session:
        session.query(StaffAccount).delete()
    check("/login", "login-no-account")
    check("/first", "first-account")


@pytest.mark.parametrize("config", [{"invitations": True, "confirm": True}], indirect=True)
def test_who_waits_who_is_expected_and_who_came_together(check: Check, screen: Page, site: Site) -> None:
    enter(screen, site)
    check("/expected", "expected-nobody")
    reception, today = site.parts.reception, site.parts.reception.today()
    first, _ = reception.come([Details("Karin Smid", None, frozenset({Help.SIGHT})), Details("Tom")])
    for number in range(20):
        reception.sign_in(Details(f"Gast {number}"))
    reception.refuse(reception.sign_in(Details("Weg Gestuurd")).visit, by="staff:jan")
    visit = reception.expect(Details("Karin Smit"), today, by="staff:jan", invitation=Invitation.new(today))
    check("/", "inside-waiting")
    check(f"/expected?done={visit}", "expected")
    check(f"/groups/{first.visit}", "came-together")
    check("/groups/new", "group-new")
    screen.get_by_label("Namen").fill("Anna\n---\nBas\nCor")
    screen.get_by_role("button", name="Aanmelden").click()
    screen.get_by_role("alert").wait_for()
    check("", "group-refused")
    screen.get_by_role("link", name="Bekijk de groep").click()
    check("", "group")
    screen.get_by_role("button", name="Alle 3 afmelden").click()
    screen.get_by_role("status").wait_for()
    check("", "group-left")


def test_cases(check: Check, screen: Page, site: Site, film: Path) -> None:
    office = site.parts.office
    start = office.clock.now() - timedelta(minutes=10)
    record(office.config, office.clock, "entree", film, start, turns=3)
    enter(screen, site)
    check("/cases", "cases-none")
    check("/cases/new?camera=entree", "case-new")
    cases, span = site.parts.caseroom.cases, (start, start + timedelta(seconds=50))
    for by in ("staff:jan", "staff:els", "staff:kim"):
        case = cases.propose(["entree"], *span, category="incident", reason="Iemand viel bij de deur", by=by)
        check(f"/cases/{case.number}", "case-unsecured")
        cases.secure(case.number)
        check(f"/cases/{case.number}", f"case-placed-by-{by[6:]}")
    cases.confirm(case.number, by="staff:jan")
    site.parts.caseroom.tidy()
    check("/cases", "cases")
    screen.goto(f"{site.address}/cases/{case.number}")
    for summary in screen.locator("summary").all():
        summary.click()
    check("", "case-kept")
    screen.get_by_role("radio", name="Er is iets gebeurd").check()
    screen.get_by_role("button", name="Kijken").click()
    screen.wait_for_function("() => document.querySelector('video')?.currentTime > 0")
    check("", "case-playing")


def test_nobody_is_inside(check: Check, screen: Page, site: Site) -> None:
    enter(screen, site)
    check("", "inside-empty")


def test_visitors(check: Check, screen: Page, site: Site, visitors: list[str]) -> None:
    enter(screen, site)
    check("/", "inside")
    check(f"/?done={visitors[0]}", "inside-done")
    check("/visits/new", "sign-in")
    check(f"/visits/{visitors[1]}", "change")
    screen.get_by_label("Naam").fill("x" * 300)
    screen.get_by_role("button", name="Wijziging bewaren").click()
    check("", "change-refused")
    check(f"/visits/{visitors[1]}/delete", "delete")
    check("/deleted?until=1804042800&inside=1&frozen=1&waits=1", "deleted")
    check("/nothing-here", "sorry")


def test_too_many_visitors(check: Check, screen: Page, site: Site) -> None:
    for number in range(120):
        site.parts.reception.sign_in(Details(f"Bezoeker {number}"))
    enter(screen, site)
    check("", "inside-many")


def test_a_silent_server(check: Check, screen: Page, site: Site, visitors: list[str]) -> None:
    enter(screen, site)
    screen.context.set_offline(True)
    expect(screen.get_by_text("Geen verbinding met de server sinds")).to_be_visible()
    check("", "inside-offline")


def test_alarm(check: Check, screen: Page, site: Site, visitors: list[str]) -> None:
    enter(screen, site)
    check("/alarm", "alarm")
    screen.get_by_role("button", name="Oefening").click()
    expect(screen.get_by_text("Geen printer nam de lijst aan.")).to_be_visible(timeout=30_000)
    check("", "alarm-drill")
    screen.get_by_text("Oefening beëindigen").click()
    screen.get_by_role("button", name="Ja, het is voorbij").click()
    screen.get_by_role("button", name="Echt alarm").click()
    check("/alarm", "alarm-real")
    check("/", "inside-alarm")


def test_cameras(check: Check, screen: Page, site: Site, clock: ManualClock, film: Path) -> None:
    config = site.parts.office.config
    start = clock.now() - timedelta(hours=1)
    gap = record(config, clock, "entree", film, start, turns=90)
    missing(config, clock, "entree", gap, Cause.UNREACHABLE)
    record(config, clock, "entree", film, gap + timedelta(minutes=2), turns=120)
    watch(config, "entree", start, [0.1 if number % 40 < 3 else 0.0 for number in range(180)])
    watch(config, "entree", start + timedelta(minutes=30), [0.0] * 12, blind="covered")
    measured = {"entree.last_frame_age_seconds": 0.4, "entree.fsync_ms_p99": 2.5, "disk.days_left": 9.5}
    blind = Problem("P5", "the camera saw nothing", {}, everywhere=True)
    publish(site.state, Report("recorder", clock.now(), (blind,), measured))
    enter(screen, site)
    check("/cameras", "cameras")
    check("/cameras/fietsen", "camera-nothing")
    at = microseconds(gap - timedelta(seconds=10))
    check(f"/cameras/entree?zoom=hour&at={at}", "camera-reason")
    screen.get_by_role("radio", name="Er is iets gebeurd").check()
    screen.get_by_role("button", name="Kijken").click()
    screen.wait_for_function("() => document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames > 5")
    screen.get_by_role("button", name="Pauze").click()
    check("", "camera-player")
    screen.get_by_text("Een stuk exporteren").click()
    screen.get_by_text("Toetsen").click()
    check("", "camera-export")
    check(f"/cameras/entree?look=gone&at={at}", "camera-look-ended")


def test_a_camera_with_too_many_gaps(
    check: Check, screen: Page, site: Site, config: Config, clock: ManualClock
) -> None:
    at = clock.now() - timedelta(hours=5)
    causes = [Cause.UNREACHABLE, Cause.STALLED, Cause.RESTARTED]
    for number in range(600):
        missing(config, clock, "entree", at + timedelta(seconds=number * 25), causes[number % 3])
    enter(screen, site)
    check("/cameras/entree", "camera-many-gaps")


def test_the_monthly_review(check: Check, screen: Page, site: Site, clock: ManualClock) -> None:
    with site.parts.database.write() as session:
        appoint(session, NAME, OFFICER)
    enter(screen, site)
    check("/review", "reviews-none")
    for number in range(60):
        actor = ("staff:jan", "staff:fatima", "staff:j.van-den-berg")[number % 3]
        why = ("incident", "technical_check", "")[number // 7 % 3]
        span = (clock.now(), clock.now() + timedelta(minutes=1))
        site.parts.trail.note("footage.seen", actor=actor, about="entree", category=why, span=span)
        clock.advance(hours=7)
    site.parts.trail.note("footage.export", actor="staff:jan", about="entree", category="incident", span=span)
    site.parts.trail.note("account.add", actor="os:root", about="piet")
    clock.advance(days=14)
    enter(screen, site)
    check("/review", "reviews")
    check("/review/2027-03", "review")
    clock.advance(days=14)
    enter(screen, site)
    check("/review/2027-03", "review-late")
    screen.get_by_label("Notitie").fill("Besproken met het hoofd van de receptie.")
    screen.get_by_role("button", name="Aftekenen").click()
    expect(screen.get_by_role("status")).to_be_visible()
    check("", "review-signed")


def test_english(check: Check, screen: Page, site: Site, visitors: list[str]) -> None:
    enter(screen, site)
    screen.get_by_role("button", name="English").click()
    expect(screen.get_by_role("heading", name="Who is inside")).to_be_visible()
    check("", "inside-english")
