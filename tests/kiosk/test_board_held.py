"""A process that hangs while it holds the board of passes: nobody waits for it for ever, and the list is read."""

from pathlib import Path

import pytest

from kiosk import passboard
from kiosk.calamity import copies
from kiosk.calamity.copies import Copies
from kiosk.calamity.dayend import DayEnd
from kiosk.passboard import PassBoard
from retention.base.errors import TryAgain
from tests.kiosk.lobby import ANN, ZOE, Lobby
from tests.support.holding import hung_with


@pytest.fixture
def board(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The lock of the board on which one visitor stands."""
    lobby.reception.sign_in(ANN)
    monkeypatch.setattr(passboard, "PATIENCE", 0.05)
    return lobby.office.state.passes.with_suffix(".lock")


def test_a_visitor_is_told_and_signed_in_neither_now_nor_later(lobby: Lobby, board: Path) -> None:
    with hung_with(board), pytest.raises(TryAgain):
        lobby.reception.sign_in(ZOE)
    assert [seen.name for seen in lobby.register.visits()] == ["Ann de Vries"]
    lobby.reception.sign_in(ZOE)
    assert len(lobby.register.visits()) == 2


def test_the_desk_reads_who_is_inside_meanwhile(lobby: Lobby, board: Path) -> None:
    with hung_with(board):
        assert [seen.name for seen in lobby.register.visits()] == ["Ann de Vries"]


def test_the_calamity_service_sees_to_paper_meanwhile(lobby: Lobby, board: Path) -> None:
    lobby.clock.advance(hours=24)
    with hung_with(board):
        assert DayEnd(lobby.office, Copies(lobby.office.state)).step() == []
    assert PassBoard(lobby.office.state).seen().holders


def test_paper_waits_for_no_note_of_it(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "PATIENCE", 0.05)
    known = Copies(lobby.office.state)
    with hung_with(known._path.with_suffix(".lock")):
        known.printed("paper-1", lobby.clock.now())
    assert [copy.job for copy in known._own()] == ["paper-1"]
