"""A process that hangs while it holds the board of passes: nobody waits for it for ever, and the list is read."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from kiosk import passboard
from kiosk.calamity import copies
from kiosk.calamity.copies import Copies
from kiosk.calamity.dayend import DayEnd
from kiosk.passboard import PassBoard
from retention.base.errors import TryAgain
from tests.kiosk.lobby import ANN, ZOE, Lobby

HOLD = """
import sys
from pathlib import Path
from retention.base.files import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def hung(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    """Another process has the board, and is stopped; one visitor came before."""
    lobby.reception.sign_in(ANN)
    monkeypatch.setattr(passboard, "PATIENCE", 0.05)
    yield from _stopped(str(lobby.office.state.passes.with_suffix(".lock")))


def _stopped(lock: str) -> Iterator[subprocess.Popen[bytes]]:
    words = [sys.executable, "-c", HOLD, lock]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.kill(process.pid, signal.SIGSTOP)
        yield process
        process.kill()


def test_a_visitor_is_told_and_signed_in_neither_now_nor_later(lobby: Lobby, hung: subprocess.Popen[bytes]) -> None:
    with pytest.raises(TryAgain):
        lobby.reception.sign_in(ZOE)
    hung.kill()
    hung.wait()
    assert [seen.name for seen in lobby.register.visits()] == ["Ann de Vries"]
    lobby.reception.sign_in(ZOE)
    assert len(lobby.register.visits()) == 2


def test_the_desk_reads_who_is_inside_meanwhile(lobby: Lobby, hung: subprocess.Popen[bytes]) -> None:
    assert [seen.name for seen in lobby.register.visits()] == ["Ann de Vries"]


def test_the_calamity_service_sees_to_paper_meanwhile(lobby: Lobby, hung: subprocess.Popen[bytes]) -> None:
    lobby.clock.advance(hours=24)
    assert DayEnd(lobby.office, Copies(lobby.office.state)).step() == []
    assert PassBoard(lobby.office.state).seen().holders


def test_paper_waits_for_no_note_of_it(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "PATIENCE", 0.05)
    known = Copies(lobby.office.state)
    for _ in _stopped(str(known._path.with_suffix(".lock"))):
        known.printed("paper-1", lobby.clock.now())
    assert [copy.job for copy in known._own()] == ["paper-1"]
