"""The end of the day at the desk: who is not signed out is told before, and pages left open forget by themselves."""

import re
from contextlib import suppress
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Browser, Error, Page, expect

from desk.server import DeskService
from kiosk.calamity.unsigned import Unsigned
from kiosk.closing import last_call
from kiosk.visits import Details
from retention.base.trusted import TrustedTime
from retention.reaper import Reaper
from retention.rules import visits_deadline
from tests.desk.conftest import enter
from tests.desk.site import Site
from tests.support.clock import ManualClock


def sign_in(site: Site, name: str) -> str:
    return site.parts.reception.sign_in(Details(name)).visit


def to_closing(site: Site, clock: ManualClock) -> None:
    """To the minute at which reception closes."""
    config, today = site.parts.office.config, site.parts.reception.today()
    clock.advance(last_call(today, config.site, config.visits) - clock.now())


def end_of_day(site: Site, clock: ManualClock) -> timedelta:
    config, today = site.parts.office.config, site.parts.reception.today()
    return visits_deadline(today, config.site, config.visits) - clock.now()


def test_from_closing_time_on_reception_is_told_who_is_not_signed_out(
    site: Site, client: httpx.Client, clock: ManualClock
) -> None:
    jan, piet = sign_in(site, "Jan"), sign_in(site, "Piet")
    assert "niet afgemeld" not in client.get("/inside").text
    to_closing(site, clock)
    assert "2 bezoekers zijn niet afgemeld" in client.get("/inside").text
    client.post(f"/visits/{jan}/stay")
    text = client.get("/").text
    assert "1 bezoeker is niet afgemeld" in text
    assert "blijft" in text
    client.post(f"/visits/{piet}/out")
    assert "niet afgemeld" not in client.get("/inside").text


def test_an_open_page_hears_that_reception_closes(site: Site, client: httpx.Client, clock: ManualClock) -> None:
    sign_in(site, "Jan")
    seen = client.get("/inside").headers["X-Seen"]
    to_closing(site, clock)
    assert "1 bezoeker is niet afgemeld" in client.get("/inside", headers={"X-Seen": seen}).text


def test_after_the_day_only_the_count_is_left(site: Site, clock: ManualClock) -> None:
    sign_in(site, "Jan")
    Unsigned(site.state).note(site.parts.reception.today(), 2)
    clock.advance(end_of_day(site, clock))
    with site.client() as client:
        text = client.get("/").text
        assert "2 bezoekers van dinsdag 2 maart zijn niet afgemeld. Hun namen zijn verborgen" in text
        assert "Hun namen zijn vernietigd" not in text
        Reaper(site.state).step(site.parts.office.clock.now())
        text = client.get("/inside").text
    assert "2 bezoekers van dinsdag 2 maart zijn niet afgemeld. Hun namen zijn vernietigd." in text
    assert "Jan" not in text


def test_while_the_clock_is_in_doubt_nobody_is_said_to_be_gone_and_no_name_destroyed(
    site: Site, client: httpx.Client, clock: ManualClock
) -> None:
    time = TrustedTime(site.state, clock)
    time.advance()
    sign_in(site, "Jan")
    Unsigned(site.state).note(site.parts.reception.today(), 1)
    seen = client.get("/inside").headers["X-Seen"]
    clock.step(days=1)
    client.cookies.update(site.client().cookies)
    for text in (client.get("/inside", headers={"X-Seen": seen}).text, client.get("/").text):
        assert "De klok is onzeker" in text
        assert "Namen zijn verborgen en nog niet vernietigd." in text
        assert ('href="/calamity-list.pdf"' in text, 'href="/clock"' in text) == (True, True)
        assert "niemand binnen" not in text
        assert "<b>0</b>" not in text
        assert "is vernietigd" not in text
    sign_in(site, "Piet")
    assert "Piet" in client.get("/inside").text
    time.confirm("two_people")
    assert "De klok is onzeker" not in client.get("/inside").text


def test_a_doubtful_clock_that_ends_no_day_hides_nobody(site: Site, client: httpx.Client, clock: ManualClock) -> None:
    TrustedTime(site.state, clock).advance()
    sign_in(site, "Jan")
    clock.step(hours=2)
    text = client.get("/inside").text
    assert ("De klok is onzeker" in text, "Jan" in text) == (False, True)


def test_the_desk_keeps_no_name_in_memory_once_the_day_is_over(site: Site, client: httpx.Client) -> None:
    sign_in(site, "Jan")
    client.get("/alarm")
    client.get("/")
    watch = site.parts.alarm._post._watch
    assert watch.days
    Reaper(site.state).step(site.parts.office.clock.now() + timedelta(days=1))
    DeskService(site.parts.office)._now_and_then(site.parts)
    assert (watch.days, site.parts.register._rolls) == (frozenset(), {})


def test_a_night_reception_may_close_after_midnight(site: Site) -> None:
    config, today = site.parts.office.config, site.parts.reception.today()
    visits = config.visits.model_copy(update={"reception_closes": config.visits.day_ends.replace(hour=1)})
    assert last_call(today, config.site, visits).date() == today + timedelta(days=1)


def test_a_visit_is_deleted_after_a_word_on_what_will_happen(site: Site, client: httpx.Client) -> None:
    visit = sign_in(site, "Jan Smit")
    asked = client.get(f"/visits/{visit}/delete").text
    assert "Vraagt Jan Smit om verwijdering?" in asked
    assert "Het pasje blijft zonder naam op de lijst staan" in asked
    answer = client.post(f"/visits/{visit}/delete", follow_redirects=True)
    assert "Jan Smit" not in answer.text + str(answer.url)
    assert "onleesbaar op woensdag 3 maart om 04:00" in answer.text
    board = client.get("/").text
    assert "naam verwijderd op verzoek" in board
    assert "Jan Smit" not in board
    client.post(f"/visits/{visit}/out")
    assert site.parts.register.visits() == []


@pytest.mark.parametrize("way", ["get", "post"])
def test_a_visit_nobody_knows_cannot_be_deleted(client: httpx.Client, way: str) -> None:
    assert client.request(way, f"/visits/{'0' * 32}/delete").status_code == 404


@pytest.mark.parametrize("until", ["-1", "x", "9" * 30])
def test_an_answer_for_no_moment_is_not_understood(client: httpx.Client, until: str) -> None:
    assert client.get(f"/deleted?until={until}").status_code == 422


@pytest.mark.parametrize("path", ["/", "/inside", "/visits/new", "/alarm", "/alarm/state", "/calamity-list.pdf"])
def test_nothing_with_names_may_be_kept_by_a_browser(site: Site, client: httpx.Client, path: str) -> None:
    sign_in(site, "Jan")
    assert client.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/alarm", "/visits/{visit}", "/visits/{visit}/delete"])
def test_a_page_with_names_carries_the_end_of_its_day(
    site: Site, client: httpx.Client, clock: ManualClock, path: str
) -> None:
    text = client.get(path.format(visit=sign_in(site, "Jan"))).text
    (left,) = re.findall(r'data-ends-in="(\d+)"', text)
    assert int(left) == end_of_day(site, clock).total_seconds()
    # The first page comes anew every few seconds in any case, for whoever calls for help.
    anew = min(5, int(left) + 1) if path == "/" else int(left) + 1
    assert f'<noscript><meta http-equiv="refresh" content="{anew}"></noscript>' in text


def test_the_list_of_a_real_alarm_stays_on_the_screen_beyond_its_day(site: Site, client: httpx.Client) -> None:
    sign_in(site, "Jan")
    client.post("/alarm/start", data={"drill": "false"})
    (left,) = re.findall(r'data-ends-in="(\d+)"', client.get("/alarm").text)
    assert int(left) == timedelta(hours=72).total_seconds()


def test_a_page_left_open_without_a_server_forgets_the_names_when_their_day_is_over(
    desk_page: Page, site: Site, clock: ManualClock
) -> None:
    sign_in(site, "Fatima El Amrani")
    clock.advance(end_of_day(site, clock) - timedelta(minutes=2))
    desk_page.clock.install()
    enter(desk_page, site)
    expect(desk_page.get_by_text("Fatima El Amrani")).to_be_visible()
    desk_page.context.set_offline(True)
    desk_page.clock.fast_forward(119_000)
    assert "Fatima" in desk_page.content()
    desk_page.clock.fast_forward(2_000)
    expect(desk_page.get_by_text("Deze pagina toont de namen van die dag niet meer.")).to_be_visible()
    assert "Fatima" not in desk_page.content()


def test_a_phone_keeps_no_list_that_opens_after_its_day_without_the_server(
    browser: Browser, site: Site, clock: ManualClock
) -> None:
    sign_in(site, "Fatima El Amrani")
    clock.advance(end_of_day(site, clock) - timedelta(minutes=2))
    phone = browser.new_context(viewport={"width": 412, "height": 839}, is_mobile=True, has_touch=True, locale="nl-NL")
    page = phone.new_page()
    page.clock.install()
    enter(page, site)
    expect(page.get_by_text("Fatima El Amrani")).to_be_visible()
    phone.set_offline(True)
    page.clock.fast_forward(121_000)  # as after a night in a pocket
    expect(page.get_by_text("Deze pagina toont de namen van die dag niet meer.")).to_be_visible()
    page.goto("about:blank")
    with suppress(Error):  # no network, and nothing kept that could be shown instead
        page.go_back()
    again = phone.new_page()
    with pytest.raises(Error):
        again.goto(site.address)
    assert "Fatima" not in page.content() + again.content()
    phone.close()


def test_a_page_left_open_shows_the_new_day_once_the_old_one_is_over(
    desk_page: Page, site: Site, clock: ManualClock
) -> None:
    sign_in(site, "Fatima El Amrani")
    clock.advance(end_of_day(site, clock) - timedelta(minutes=2))
    desk_page.clock.install()
    enter(desk_page, site)
    expect(desk_page.get_by_text("Fatima El Amrani")).to_be_visible()
    clock.advance(minutes=2)
    desk_page.clock.fast_forward(121_000)
    expect(desk_page.get_by_text("Er is niemand binnen.")).to_be_visible()
    assert "Fatima" not in desk_page.content()
