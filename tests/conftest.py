"""Fixtures every test may ask for; see `tests.support` for what stands behind them."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from retention.base.config import Config
from retention.base.state import State
from tests.support.bars import (  # noqa: F401 - pytest finds its hooks and fixtures here
    bars,
    pytest_collection_modifyitems,
    pytest_runtest_makereport,
    pytest_terminal_summary,
)
from tests.support.clock import ManualClock
from tests.support.cups import PrintServer
from tests.support.databases import model_server, own_server, postgresql  # noqa: F401 - fixtures
from tests.support.state import make_config, make_state
from tests.support.xvfb import Display

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(autouse=True)
def nothing_of_the_users(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever runs the tests keeps their own Portier: what would reach for it finds an empty place, and fails."""
    home = tmp_path_factory.getbasetemp() / "nobody"
    home.mkdir(exist_ok=True)
    monkeypatch.setenv("XDG_STATE_HOME", str(home))
    for name in ("PORTIER_STATE", "PORTIER_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    mask = os.umask(0o022)
    os.umask(mask)
    yield
    os.umask(mask)  # the command sets its own, which is not for the next test
    left = list(home.iterdir())
    assert not left, "this test wrote to the user's own state: give its configuration a state directory"


@pytest.fixture(autouse=True, scope="module")
def what_modules_before_left() -> None:
    """Is out of sight: a kiosk collects after each visitor, which among all that tests leave takes a second."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at 2 March 2027, 09:00 UTC, until the test moves it."""
    return ManualClock()


@pytest.fixture
def state(tmp_path: Path) -> State:
    """A prepared, empty state directory."""
    return make_state(tmp_path / "state")


@pytest.fixture
def database_url() -> str | None:
    """SQLite, unless a folder or module takes the fixture of this name from `tests.support.databases`."""
    return None


@pytest.fixture
def config(state: State, database_url: str | None) -> Config:
    """The default configuration, with its state in `state`."""
    return make_config(state.directory, database={"url": database_url})


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds of 640x360 H.264 at 25 frames a second, a key frame every two seconds."""
    from tests.support.video import make_video  # noqa: PLC0415 - tests of visits run without PyAV

    return make_video(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture
def display() -> Iterator[Display]:
    """A real X server of 1080 x 1920, as a panel by the door stands."""
    with Display() as display:
        yield display


@pytest.fixture
def make_display() -> Iterator[Callable[[int, int], Display]]:
    """Real X servers of a size the test chooses."""
    made: list[Display] = []

    def make(width: int, height: int) -> Display:
        made.append(Display(width, height))
        return made[-1]

    yield make
    for display in made:
        display.close()


@pytest.fixture
def print_server(tmp_path: Path) -> Iterator[PrintServer]:
    """A real CUPS of the test's own, with the queues `paper`, `broken` and `mute`."""
    with PrintServer(tmp_path / "paper") as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """A real Chromium for the whole run; ask for `page` unless you need several."""
    from tests.support.chromium import open_chromium  # noqa: PLC0415 - most tests run without a browser

    with open_chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """A page without cookies, 1280 x 800, Dutch. An error in a page's script fails the test."""
    from tests.support.chromium import new_page  # noqa: PLC0415

    page, errors = new_page(browser), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.context.close()
    assert errors == []
