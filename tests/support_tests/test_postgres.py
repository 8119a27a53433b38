"""The server that tests of the database stand on: it comes, survives what is done to it, and leaves nothing."""

import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.support.lobby import until
from tests.support.postgres import PostgreSQL

ROOT = Path(__file__).parents[2]
KILLED = "import os, signal\nfrom tests.support.postgres import PostgreSQL\nprint(PostgreSQL().folder, flush=True)\n"


def test_what_was_written_outlives_a_kill(own_server: PostgreSQL) -> None:
    url = own_server.create("mine")
    own_server.run("mine", "CREATE TABLE kept (it int)", "INSERT INTO kept VALUES (7)")
    own_server.kill()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    own_server.start()
    assert own_server.run("mine", "SELECT it FROM kept") == [(7,)]


def test_it_goes_with_the_process_that_started_it_even_when_that_is_killed() -> None:
    words = [sys.executable, "-c", KILLED + "os.kill(os.getpid(), signal.SIGKILL)"]
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    folder = Path(done.stdout.strip())
    until(lambda: not _running(folder), f"nothing runs in {folder}")
    assert not folder.exists()


def _running(folder: Path) -> list[Path]:
    return [path for path in Path("/proc").glob("[0-9]*/cmdline") if str(folder).encode() in _read(path)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_a_database_of_the_tests_own_has_the_tables_of_this_version(postgresql: str) -> None:
    with psycopg.connect(postgresql) as connection:
        assert connection.execute("SELECT count(*) FROM visit").fetchone() == (0,)
