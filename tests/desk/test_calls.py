"""Calls for help from the screen by the door reach every page of the desk, sound once, and are answered there."""

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from kiosk.calamity.caller import ask, socket_path
from tests.desk.site import Site
from tests.support.clock import ManualClock

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

CALL = {"do": "call", "kiosk": "Ingang"}
RANG = "localStorage.getItem('portier-rang')"

# A browser's sound before anybody has clicked: this one, without a screen, would sound at once.
SILENT = """
window.AudioContext = class extends window.AudioContext {
  woken = false;
  get state() { return this.woken ? super.state : "suspended"; }
  async resume() {
    if (!navigator.userActivation.hasBeenActive) await new Promise(() => {});
    await super.resume();
    this.woken = true;
  }
};
"""


@pytest.fixture
def stranger(site: Site) -> Iterator[httpx.Client]:
    """A browser in which nobody is logged in."""
    with httpx.Client(base_url=site.address, headers={"Sec-Fetch-Site": "same-origin"}) as client:
        yield client


def test_a_call_stands_on_every_page_with_the_screen_and_the_time(site: Site, service: None, client, stranger) -> None:
    ask(site.state, CALL)
    for browser, path in ((client, "/"), (client, "/cameras"), (stranger, "/alarm"), (stranger, "/login")):
        site.parts.office.clock.advance(seconds=1)
        text = browser.get(path).text
        assert "Hulp gevraagd: Ingang" in text
        assert "sinds 10:00" in text


def test_the_screen_is_told_that_somebody_comes_once_a_colleague_said_so(
    site: Site, service: None, client: httpx.Client
) -> None:
    ask(site.state, CALL)
    assert ask(site.state, {"do": "door", "kiosk": "Ingang"})["call"]["answered"] is False
    answer = client.post("/calls/answer", data={"kiosk": "Ingang", "back": "/cameras"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cameras")
    assert ask(site.state, {"do": "door", "kiosk": "Ingang"})["call"]["answered"] is True
    assert "Er gaat iemand naar Ingang." in client.get("/").text
    trail = [(entry.act, entry.actor, entry.about) for entry in site.parts.trail.entries()]
    assert trail[-1] == ("help.answer", "staff:jan", "Ingang")
    assert trail[-2][0] == "help.call"


def test_a_page_is_told_nothing_twice(site: Site, service: None, stranger: httpx.Client) -> None:
    ask(site.state, CALL)
    first = stranger.get("/calls")
    again = stranger.get("/calls", headers={"X-Seen": first.headers["X-Seen"]})
    assert again.status_code == 204


def test_where_the_service_is_away_no_call_is_shown_and_no_page_waits(site: Site, client: httpx.Client) -> None:
    assert "Hulp gevraagd" not in client.get("/").text
    answer = client.post("/calls/answer", data={"kiosk": "Ingang"})
    assert answer.status_code == 503
    assert "Dit kwam niet aan bij het scherm." in answer.text


def test_without_a_script_the_first_page_comes_anew_every_few_seconds(client: httpx.Client) -> None:
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in client.get("/").text


def test_the_line_comes_and_rings_in_an_open_page_and_is_answered_without_leaving_it(
    site: Site, service: None, desk_page: "Page", clock: ManualClock
) -> None:
    page = desk_page
    page.goto(site.address + "/visits/new")
    page.locator("h1").click()  # from now on the page may sound
    page.get_by_label("Naam").fill("half get")
    moving = threading.Thread(target=lambda: [clock.advance(seconds=1) or threading.Event().wait(0.1) for _ in "x" * 8])
    moving.start()
    ask(site.state, CALL)
    page.get_by_text("Hulp gevraagd: Ingang").wait_for(timeout=5_000)
    page.wait_for_function(f"({RANG} ?? '').endsWith('-1\"]')", timeout=5_000)
    assert page.title().startswith("● Hulp: Ingang")
    moving.join()
    clock.advance(seconds=1)
    page.get_by_role("button", name="Ik kom").click()
    clock.advance(seconds=1)
    page.get_by_text("Er gaat iemand naar Ingang.").wait_for(timeout=5_000)
    assert page.get_by_label("Naam").input_value() == "half get"


@pytest.mark.parametrize("away", [lambda route: route.abort(), lambda route: route.fulfill(status=503)])
def test_an_answer_that_does_not_get_through_is_told_and_can_be_given_again(
    site: Site, service: None, desk_page: "Page", clock: ManualClock, away: "Callable[[Route], None]"
) -> None:
    ask(site.state, CALL)
    clock.advance(seconds=1)
    desk_page.goto(site.address + "/visits/new")
    desk_page.route("**/calls/answer", away)
    come = desk_page.get_by_role("button", name="Ik kom")
    come.click()
    desk_page.get_by_text("Dit kwam niet aan bij het scherm.").wait_for()
    assert come.is_enabled()
    desk_page.unroute("**/calls/answer")
    come.click()
    desk_page.get_by_text("Dit kwam niet aan bij het scherm.").wait_for(state="hidden")
    clock.advance(seconds=1)
    desk_page.get_by_text("Er gaat iemand naar Ingang.").wait_for()


def test_a_page_that_may_not_sound_yet_says_what_to_do(desk_page: "Page") -> None:
    desk_page.add_init_script(SILENT)
    desk_page.reload()
    hint = desk_page.get_by_text("Klik één keer op deze pagina")
    hint.wait_for()
    desk_page.locator("h1").click()
    hint.wait_for(state="hidden")


def test_another_call_leaves_the_focus_where_it_was(
    site: Site, service: None, desk_page: "Page", clock: ManualClock
) -> None:
    ask(site.state, CALL)
    clock.advance(seconds=1)
    desk_page.goto(site.address + "/visits/new")
    come = desk_page.get_by_role("button", name="Ik kom").first
    come.focus()
    ask(site.state, CALL | {"kiosk": "Balie"})
    clock.advance(seconds=1)
    desk_page.get_by_text("Hulp gevraagd: Balie").wait_for()
    assert come.evaluate("button => button === document.activeElement && button.form.elements.kiosk.value") == "Ingang"


def test_while_somebody_calls_nothing_else_on_the_page_has_that_colour(
    site: Site, service: None, desk_page: "Page", clock: ManualClock
) -> None:
    colour = "one => getComputedStyle(one).backgroundColor"
    notice = desk_page.locator(".wellbeing .notice")
    urgent = notice.evaluate(colour)
    ask(site.state, CALL)
    clock.advance(seconds=1)
    call = desk_page.locator(".help-call")
    call.wait_for()
    assert call.evaluate(colour) == urgent
    assert notice.evaluate(colour) != urgent


def test_a_service_that_is_silent_for_a_moment_takes_no_call_from_the_desk(
    site: Site, service: None, stranger: httpx.Client, clock: ManualClock
) -> None:
    ask(site.state, CALL)
    clock.advance(seconds=1)
    assert "Hulp gevraagd: Ingang" in stranger.get("/calls").text
    there, aside = socket_path(site.state), site.state.run / "aside"
    there.rename(aside)
    clock.advance(seconds=9)
    assert "Hulp gevraagd: Ingang" in stranger.get("/calls").text
    clock.advance(seconds=2)
    assert "Hulp gevraagd" not in stranger.get("/calls").text
    aside.rename(there)
    clock.advance(seconds=2)
    assert "Hulp gevraagd: Ingang" in stranger.get("/calls").text
