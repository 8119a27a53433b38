"""The database that tests of it start from."""

from collections.abc import Iterator

import pytest

from retention.base.config import Config
from retention.base.database import Database, open_database


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    database = open_database(config)
    yield database
    database.close()
