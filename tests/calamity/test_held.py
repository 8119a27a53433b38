"""Who hangs, or was taken over, and sits on slots or trail: neither alarm nor list waits for them."""

import pytest

from retention.base import audit, slotcopies
from retention.base.audit import Trail
from retention.base.slots import SlotFile
from retention.base.state import CALAMITIES, VISITS, State
from tests.calamity.lobby import Lobby, arrival
from tests.calamity.office import make_post
from tests.support.clock import ManualClock
from tests.support.cups import PrintServer
from tests.support.holding import hung_with


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slotcopies, "CLAIMING", 0.05)
    monkeypatch.setattr(audit, "PATIENCE", 0.05)


def test_the_alarm_stands_though_no_key_can_be_made_for_it(state: State, lobby: Lobby, clock: ManualClock) -> None:
    lobby.write(arrival("Noor"))
    post = make_post(state, clock)
    post.prepare_days()
    with hung_with(SlotFile(state, CALAMITIES).paths[0]):
        post.start(drill=False, by="test")
        assert [line.entry.name for line in post.the_list().lines] == ["Noor"]
        assert any("fuser" in str(problem) for problem in post.problems())
    post.step()
    assert post.frozen_list()


def test_the_days_to_come_wait_and_today_does_not(state: State, lobby: Lobby, clock: ManualClock) -> None:
    lobby.write(arrival("Noor"))
    post = make_post(state, clock)
    with hung_with(SlotFile(state, VISITS).paths[0]):
        post.prepare_days()
        assert [line.entry.name for line in post.the_list().lines] == ["Noor"]


def test_the_first_alarm_of_all_makes_no_slot_file(state: State, lobby: Lobby, clock: ManualClock) -> None:
    lobby.write(arrival("Noor"))
    post = make_post(state, clock)
    post.prepare_days()
    with hung_with(state.keys / ".slots.lock"):
        post.start(drill=False, by="test")
        assert post.frozen_list()


def test_the_list_waits_for_no_trail_that_somebody_hangs_with(
    state: State, lobby: Lobby, clock: ManualClock, print_server: PrintServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUPS_SERVER", print_server.server)
    lobby.write(arrival("Noor"))
    post = make_post(state, clock, "paper")
    with hung_with(state.audit / ".turn"):
        post.start(drill=False, by="test")
        assert post.print("test").form == "pdf"
        post.step()
        assert [line.entry.name for line in post.the_list().lines] == ["Noor"]
    assert post.catch_up() == 0
    assert [entry.act for entry in Trail(state, clock).entries()] == ["calamity.start", "calamity.print"]
