"""A desk that runs, and somebody logged in to it."""

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from desk.accounts import OFFICER, appoint
from desk.parts import LOGIN_COOKIE
from kiosk.calamity.service import CalamityService
from retention.base.config import Config
from retention.base.service import Life
from retention.base.state import State
from tests.desk.site import NAME, PASSWORD, Site, desk_running
from tests.support.clock import ManualClock
from tests.support.state import make_config

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(autouse=True)
def no_printer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own printers stay out of it."""
    monkeypatch.setenv("CUPS_SERVER", "/nowhere")


@pytest.fixture
def config(state: State, database_url: str | None, request: pytest.FixtureRequest) -> Config:
    """Two cameras, a host, and a name for the organisation; what else is asked of visitors may come as a parameter."""
    asked = {"ask_host": "optional", "hosts": [{"name": "Marieke de Vries", "telephone": "06 12345678"}]}
    return make_config(
        state.directory,
        database={"url": database_url},
        organisation={"name": "Stichting De Brug"},
        visits=asked | getattr(request, "param", {}),
        camera=[{"name": "entree", "title": "Entree"}, {"name": "fietsen", "title": "Fietsenstalling"}],
    )


@pytest.fixture
def site(config: Config, clock: ManualClock) -> Iterator[Site]:
    with desk_running(config, clock) as site:
        yield site


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    """Logged in, without a screen."""
    client = site.client()
    yield client
    client.close()


def log_in(page: "Page", site: Site) -> "Page":
    """Log in as a colleague does, by keyboard."""
    page.goto(site.address + "/login")
    page.get_by_label("Naam").fill(NAME)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(site.address + "/")
    return page


def enter(page: "Page", site: Site) -> "Page":
    """Be logged in, without the slow work of checking a password."""
    page.context.add_cookies([{"name": LOGIN_COOKIE, "value": site.token(), "url": site.address}])
    page.goto(site.address)
    return page


@pytest.fixture
def desk_page(page: "Page", site: Site) -> "Page":
    """A colleague's browser, logged in."""
    return enter(page, site)


@pytest.fixture
def second_page(browser: "Browser", site: Site) -> Iterator["Page"]:
    """Another colleague's browser, logged in."""
    from tests.support.chromium import new_page  # noqa: PLC0415 - only where a browser is needed

    page = new_page(browser)
    yield enter(page, site)
    page.context.close()


@pytest.fixture
def officer(site: Site) -> Iterator[httpx.Client]:
    """The privacy officer, logged in."""
    with site.parts.database.write() as session:
        appoint(session, NAME, OFFICER)
    client = site.client()
    yield client
    client.close()


@pytest.fixture
def service(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The calamity service of the same office, in a thread."""
    ready, life = threading.Event(), Life()
    monkeypatch.setattr(life, "ready", ready.set)
    thread = threading.Thread(target=CalamityService(site.parts.office).run, args=(life,))
    thread.start()
    assert ready.wait(30)
    yield
    life.stop.set()
    thread.join(30)
