"""Fixtures for tests that run on both databases.

A module or folder asks for it by `from tests.support.databases import database_url`; elsewhere a test has SQLite.
"""

from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from retention.base.config import Config
from retention.base.database import open_database
from tests.support.postgres import PostgreSQL
from tests.support.state import make_config

MODEL = "model"
_numbers = count()


def lay_out(config: Config) -> None:
    """Copy the tables of this version to where the embedded database will be: a tenth of what migrating costs."""
    file = config.where().database_file
    if config.database.embedded and not file.exists():
        config.where().prepare()
        file.touch(0o660)
        file.write_bytes(_model_file())


@cache
def _model_file() -> bytes:
    with TemporaryDirectory() as folder:
        config = make_config(Path(folder))
        open_database(config).close()
        return config.where().database_file.read_bytes()


@pytest.fixture(scope="session")
def model_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    """The server that most tests share, with one database of this version that others are copied from."""
    with PostgreSQL() as server:
        config = make_config(tmp_path_factory.mktemp("model"), database={"url": server.create(MODEL)})
        open_database(config).close()
        yield server


@pytest.fixture
def postgresql(model_server: PostgreSQL) -> Iterator[str]:
    """The URL of a PostgreSQL database of the test's own, with this version's empty tables."""
    name = f"test_{next(_numbers)}"
    yield model_server.create(name, like=MODEL)
    model_server.drop(name)


@pytest.fixture
def own_server() -> Iterator[PostgreSQL]:
    """A server that the test may kill, freeze and start again; what it said to be written is on the disk."""
    with PostgreSQL(durable=True) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """Each test twice: on a file in its state directory, and on a server."""
    if request.param == "sqlite":
        return None
    url: str = request.getfixturevalue("postgresql")
    return url
