"""Fixtures every test may ask for; see `tests.support` for what stands behind them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from retention.base.config import Config
from retention.base.state import State
from tests.support.clock import ManualClock
from tests.support.state import make_config, make_state
from tests.support.xvfb import Display


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at 2 March 2027, 09:00 UTC, until the test moves it."""
    return ManualClock()


@pytest.fixture
def state(tmp_path: Path) -> State:
    """A prepared, empty state directory."""
    return make_state(tmp_path / "state")


@pytest.fixture
def config(state: State) -> Config:
    """The default configuration, with its state in `state`."""
    return make_config(state.directory)


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
