"""Somebody hangs, or a process by the door that was taken over sits on the slots: alarm and list wait for nobody."""

import pytest

from retention.base import slotcopies
from retention.base.slots import SlotFile
from retention.base.state import CALAMITIES, VISITS, State
from tests.calamity.lobby import Lobby, arrival
from tests.calamity.office import make_post
from tests.support.clock import ManualClock
from tests.support.holding import hung_with


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slotcopies, "CLAIMING", 0.05)


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
