"""The desk in a real Chromium: logging in, signing in, seeing it live elsewhere, the alarm, keyboard, no script."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.visits import Details, Help
from tests.desk.conftest import log_in
from tests.desk.site import NAME, PASSWORD, Site
from tests.support.chromium import new_page
from tests.support.clock import ManualClock


def test_a_colleague_logs_in_and_out(page: Page, site: Site) -> None:
    log_in(page, site)
    expect(page.get_by_role("heading", name="Wie is binnen")).to_be_visible()
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_role("heading", name="Inloggen")).to_be_visible()


def test_a_wrong_password_is_told_and_the_page_stays(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.get_by_label("Naam").fill(NAME)
    page.get_by_label("Wachtwoord").fill("niet het wachtwoord")
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("alert")).to_have_text("Naam of wachtwoord klopt niet.")


def test_the_one_time_link_makes_the_first_account(page: Page, site: Site) -> None:
    with site.parts.database.write() as session:
        from desk.tables import StaffAccount  # noqa: PLC0415 - this test alone begins without an account

        session.query(StaffAccount).delete()
    link = site.parts.front_door.invitation.issue()
    page.goto(f"{site.address}/first#{link}")
    page.get_by_label("Uw inlognaam").fill("fatima")
    page.get_by_label("Wachtwoord", exact=False).first.fill(PASSWORD)
    page.get_by_label("Nog eens het wachtwoord").fill(PASSWORD)
    assert link not in page.url
    page.get_by_role("button", name="Maak het account").click()
    expect(page.get_by_role("heading", name="Wie is binnen")).to_be_visible()
    page.goto(f"{site.address}/first#{link}")
    expect(page.get_by_role("heading", name="Wie is binnen")).to_be_visible()


def test_who_is_signed_in_at_one_desk_appears_at_another(desk_page: Page, second_page: Page) -> None:
    expect(second_page.get_by_text("Er is niemand binnen.")).to_be_visible()
    desk_page.get_by_role("link", name="Iemand aanmelden").click()
    desk_page.get_by_label("Naam").fill("Fatima El Amrani")
    desk_page.get_by_label("Voor wie is het bezoek?").fill("Marieke de Vries")
    desk_page.get_by_role("button", name="Aanmelden").click()
    expect(desk_page.get_by_role("status").first).to_contain_text("Pasje: ")
    row = second_page.get_by_role("row").filter(has_text="Fatima El Amrani")
    expect(row).to_be_visible()
    desk_page.get_by_role("button", name="Afmelden: Fatima El Amrani").click()
    expect(row.get_by_role("button", name="Is toch binnen")).to_be_visible()
    expect(second_page.get_by_text("Er is niemand binnen.")).to_be_visible()


def test_a_newcomer_at_the_door_takes_focus_from_nobody(desk_page: Page, site: Site, clock: ManualClock) -> None:
    visit = site.parts.reception.sign_in(Details("Jan")).visit
    button = desk_page.get_by_role("button", name="Afmelden: Jan")
    button.focus()
    clock.advance(minutes=1)
    site.parts.reception.sign_in(Details("Piet"))
    expect(desk_page.get_by_text("Piet")).to_be_visible()
    expect(button).to_be_focused()
    assert site.parts.register.visit(visit).state == "on_site"


@pytest.mark.parametrize("config", [{"ask_host": "off", "hosts": []}], indirect=True)
def test_a_contact_who_comes_while_the_list_is_shown_stands_under_their_heading(desk_page: Page, site: Site) -> None:
    site.parts.reception.sign_in(Details("Jan"))
    expect(desk_page.locator("td.name bdi")).to_have_text("Jan")
    expect(desk_page.locator("table.visits th")).to_have_count(4)
    site.parts.reception.sign_in(Details("Piet", "Marieke de Vries"))
    expect(desk_page.get_by_text("Marieke de Vries")).to_be_visible()
    expect(desk_page.locator("table.visits th")).to_have_count(5)


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=\"document.title='taken'\">", "</td><script>document.title='taken'</script>"]
)
def test_a_hostile_name_does_nothing_in_a_page_that_is_kept_up_to_date(desk_page: Page, site: Site, name: str) -> None:
    site.parts.reception.sign_in(Details(name))
    expect(desk_page.locator("td.name bdi")).to_have_text(name)
    assert "taken" not in desk_page.title()
    assert desk_page.locator("td img, td script").count() == 0


def test_when_the_server_is_silent_the_page_says_since_when(desk_page: Page, site: Site) -> None:
    site.parts.reception.sign_in(Details("Jan"))
    expect(desk_page.get_by_text("Jan", exact=True)).to_be_visible()
    desk_page.context.set_offline(True)
    expect(desk_page.get_by_text("Geen verbinding met de server sinds")).to_be_visible()
    expect(desk_page.get_by_text("Jan", exact=True)).to_be_visible()
    desk_page.context.set_offline(False)
    expect(desk_page.get_by_text("Geen verbinding met de server sinds")).to_be_hidden()


def test_a_long_list_is_searched_on_this_machine_alone(desk_page: Page, site: Site) -> None:
    for number in range(20):
        site.parts.reception.sign_in(Details(f"Bezoeker {number}"))
    site.parts.reception.sign_in(Details("Zoë Müller"))
    asked: list[str] = []
    desk_page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    desk_page.get_by_label("Zoek een naam of pasje").fill("zoe mul")
    expect(desk_page.locator("tbody tr:visible")).to_have_count(1)
    desk_page.wait_for_timeout(2500)  # two rounds of the live list
    expect(desk_page.locator("tbody tr:visible")).to_have_count(1)
    assert not [text for text in asked if "zoe" in text.lower()]


def test_the_alarm_is_two_taps_away_and_seen_on_every_desk(desk_page: Page, second_page: Page, site: Site) -> None:
    site.parts.reception.sign_in(Details("Fatima El Amrani"))
    desk_page.get_by_role("link", name="Alarm", exact=True).click()
    desk_page.get_by_role("button", name=re.compile("^Echt alarm")).click()
    expect(desk_page.get_by_role("heading", name=re.compile("Alarm sinds"))).to_be_visible()
    expect(desk_page.get_by_text("Fatima El Amrani")).to_be_visible()
    expect(second_page.get_by_role("alert").get_by_role("link", name=re.compile("Alarm sinds"))).to_be_visible()
    desk_page.get_by_text("Alarm beëindigen").click()
    desk_page.get_by_role("button", name="Ja, het is voorbij").click()
    expect(second_page.get_by_text("Alarm sinds")).to_have_count(0)


def test_the_pdf_opens(desk_page: Page, site: Site) -> None:
    site.parts.reception.sign_in(Details("Fatima El Amrani"))
    answer = desk_page.request.get(site.address + "/calamity-list.pdf")
    assert answer.body().startswith(b"%PDF")


def test_everything_but_playing_works_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.address)
    page.fill("[name=name]", NAME)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.click("text=Iemand aanmelden")
    page.fill("[name=name]", "Jan")
    page.click("main button.main")
    page.click("text=Afmelden")
    assert "Afgemeld: Jan" in page.inner_text("main")
    page.click("text=Camera's")
    page.click("text=Entree")
    page.click("text=Uur")
    page.check("[value=technical_check]")
    page.click(".reason button")
    assert "Afspelen vraagt JavaScript." in page.inner_text("main")
    context.close()


def test_a_phone_shows_the_list_without_scrolling_sideways(browser: Browser, site: Site) -> None:
    page = new_page(browser, 390, 844)
    log_in(page, site)
    site.parts.reception.sign_in(
        Details("Mevrouw P. van den Berg-Janssen tot Oud-Zuilen en Westbroek", "Marieke de Vries")
    )
    for path in ("/", "/visits/new", "/alarm", "/cameras", "/cameras/entree", "/privacy"):
        page.goto(site.address + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.context.close()


def test_a_name_keeps_room_on_every_width_however_long_it_and_the_contact_are(desk_page: Page, site: Site) -> None:
    site.parts.reception.sign_in(Details("Wilhelmina " + "Slochteren" * 6, None, frozenset(Help)))
    site.parts.reception.sign_in(Details("Piet", "Marieke de Vries-" + "Amerongen" * 8))
    expect(desk_page.locator("td.name")).to_have_count(2)
    for width in (320, 760, 910):
        desk_page.set_viewport_size({"width": width, "height": 800})
        assert desk_page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        rooms = desk_page.locator("td.name").evaluate_all("(cells) => cells.map((cell) => cell.clientWidth)")
        assert min(rooms) > 100, width
