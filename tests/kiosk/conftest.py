"""The lobby that tests of visits start from."""

from collections.abc import Iterator

import pytest

from retention.base.config import Config
from tests.kiosk.lobby import Lobby, make_lobby
from tests.support.clock import ManualClock
from tests.support.databases import database_url  # noqa: F401 - every lobby on both


@pytest.fixture
def lobby(config: Config, clock: ManualClock) -> Iterator[Lobby]:
    with make_lobby(config, clock) as lobby:
        yield lobby
