"""A stolen kiosk reveals nobody: run as another user, it writes and cannot read.

Neither the files it can read nor its memory hold the reader's or the day's private half.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.day import Days
from kiosk.invitation import Invitation
from kiosk.visits import Details
from retention.base.clock import SystemClock
from retention.base.command import Office
from retention.base.database import open_database
from retention.base.readerkey import private_half, public_half
from retention.base.state import State
from tests.kiosk.kiosk_user import NOBODY
from tests.kiosk.lobby import Lobby, make_lobby
from tests.support.memory import holds
from tests.support.state import make_config, make_state

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="becoming another user takes root")

ROOT = Path(__file__).parents[2]


@pytest.fixture
def site() -> Iterator[State]:
    """A state directory as the installation makes it: folders of the group, the reader key root's alone."""
    # pytest's own folders are closed to other users.
    directory = Path(tempfile.mkdtemp(prefix="portier-site-"))
    directory.chmod(0o755)
    state = make_state(directory / "state")
    public_half(state)
    open_database(make_config(state.directory)).close()
    for path in [state.directory, *state.directory.rglob("*")]:
        os.chown(path, 0, NOBODY)
        path.chmod(0o2770 if path.is_dir() else 0o660)
    (state.keys / "reader.key").chmod(0o600)
    (state.keys / "reader.pub").chmod(0o644)
    yield state
    shutil.rmtree(directory)


class Kiosk:
    """The kiosk's process as another user, told what to do line by line."""

    def __init__(self, state: State, warm_up: Path) -> None:
        command = [sys.executable, "-m", "tests.kiosk.kiosk_user", str(warm_up), str(state.directory)]
        surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, env=surroundings, stdin=pipe, stdout=pipe, text=True)

    def ask(self, line: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def remembers(self, secret: bytes) -> bool:
        return holds(self.process.pid, secret)

    def close(self) -> None:
        self.process.communicate(timeout=60)


@pytest.fixture
def kiosk(site: State, tmp_path: Path) -> Iterator[Kiosk]:
    kiosk = Kiosk(site, tmp_path / "warm-up")
    yield kiosk
    kiosk.close()


def day_private(state: State) -> X25519PrivateKey:
    office = Office(make_config(state.directory), state, SystemClock())
    days, now = Days(office), SystemClock().now()
    return days.private(days.today(now), private_half(state), now)


def read(state: State) -> Iterator[Lobby]:
    with make_lobby(make_config(state.directory), SystemClock()) as lobby:  # type: ignore[arg-type]
        yield lobby


def test_the_kiosks_user_signs_visitors_in_and_out_and_readers_see_them(site: State, kiosk: Kiosk) -> None:
    first, second = kiosk.ask("in Ann"), kiosk.ask("in Zoë")
    assert len(kiosk.ask(f"out {first}")) == 32  # the token by which it is taken back
    (lobby,) = read(site)
    seen = {visit.pass_id: (visit.name, str(visit.state)) for visit in lobby.register.visits()}
    assert seen == {first: ("Ann", "left"), second: ("Zoë", "on_site")}


def test_the_kiosks_memory_holds_no_private_half_whoever_made_the_day(site: State, kiosk: Kiosk) -> None:
    for number in range(5):
        kiosk.ask(f"in Visitor {number}")
    day = day_private(site)
    assert kiosk.remembers(day.public_key().public_bytes_raw())  # the search finds what is there
    assert not kiosk.remembers(day.private_bytes_raw())
    assert not kiosk.remembers(private_half(site).private_bytes_raw())


def test_no_file_the_kiosk_can_read_holds_a_private_half_or_a_name(site: State, kiosk: Kiosk) -> None:
    kiosk.ask("in Rumpelstiltskin")
    files = [Path(name) for name in kiosk.ask("files").split()]
    kinds = {path.suffix for path in files}
    assert {".roll", ".db", ".slots", ".copy", ".pub"} <= kinds
    secrets = [private_half(site).private_bytes_raw(), day_private(site).private_bytes_raw(), b"Rumpelstiltskin"]
    assert [path for path in files for secret in secrets if secret in path.read_bytes()] == []
    assert site.keys / "reader.key" not in files


def test_the_kiosk_cannot_read_back_what_it_wrote(kiosk: Kiosk) -> None:
    kiosk.ask("in Ann")
    assert kiosk.ask("list") == "ReaderKeyMissing"


def test_a_kiosk_that_is_shown_an_invitation_signs_in_who_was_announced_and_learns_no_name(
    site: State, kiosk: Kiosk
) -> None:
    with make_lobby(make_config(site.directory), SystemClock()) as lobby:  # type: ignore[arg-type]
        today = lobby.reception.today()
        invitation = Invitation.new(today)
        lobby.reception.expect(Details("Repelsteeltje"), today, by="staff:bo", invitation=invitation)
        for path in [*site.roll.iterdir(), *site.run.iterdir()]:
            os.chown(path, 0, NOBODY)
            path.chmod(0o660)
        given = kiosk.ask(f"code {invitation.text}")
        (seen,) = lobby.register.visits()
        assert (seen.name, seen.pass_id, str(seen.state)) == ("Repelsteeltje", given, "on_site")
        assert kiosk.remembers(given.encode())  # the search finds what is there
        assert not kiosk.remembers(b"Repelsteeltje")
