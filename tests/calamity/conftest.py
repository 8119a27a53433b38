"""The lobby that most tests of the calamity list start from."""

from collections.abc import Iterator

import pytest

from retention.base.state import State
from tests.calamity.lobby import Lobby


@pytest.fixture
def lobby(state: State) -> Iterator[Lobby]:
    lobby = Lobby(state)
    yield lobby
    lobby.close()
