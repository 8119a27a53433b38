"""A disk that dies under the real service: who was on the list stays on it, and it says what it cannot know."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from kiosk.calamity.caller import ask
from kiosk.calamity.opened import Opened
from kiosk.reception import Reception
from kiosk.visits import Details
from retention.base.clock import SystemClock
from retention.base.command import Office
from retention.base.readerkey import private_half
from retention.base.siteday import day_number
from retention.base.slots import SlotFile
from retention.base.state import VISITS, State
from tests.calamity.lobby import MORNING, Lobby, arrival
from tests.calamity.office import answers
from tests.calamity.test_service import until
from tests.support.cups import PrintServer
from tests.support.loopfs import die, in_memory, made, mounted, why_not
from tests.support.state import make_config, make_state

NAMES = ["Noor", "Daan", "Zoë"]


@pytest.fixture
def disk() -> Iterator[Path]:
    if reason := why_not():
        pytest.skip(reason)
    with in_memory(megabytes=64) as folder:
        if folder is None:
            pytest.skip("there is no room in memory for a disk")
        with mounted(made(folder / "image", megabytes=64), folder / "disk") as where:
            yield where


@pytest.fixture
def state(disk: Path) -> State:
    return make_state(disk / "state")


def printed(state: State, question: str, paper: PrintServer, count: int) -> str:
    assert ask(state, {"do": question})["printed"]["form"] == "pdf"
    return "\n".join(page.extract_text() for page in PdfReader(paper.wait_for_paper(count)).pages)


def test_at_the_alarm_everybody_who_was_read_before_is_printed(
    service: subprocess.Popen[bytes], state: State, disk: Path, print_server: PrintServer
) -> None:
    until(lambda: answers(state))
    reception = Reception(Office(make_config(state.directory), state, SystemClock()), None)
    for name in NAMES:
        reception.sign_in(Details(name))
    reception.close()
    before = printed(state, "print", print_server, 1)
    die(disk)
    after = printed(state, "start", print_server, 2)
    warning = "onleesbaar"
    assert all(name in before for name in NAMES)
    assert warning not in before
    assert all(name in after for name in NAMES)
    assert warning in after
    assert service.poll() is None


def test_what_is_held_ends_with_its_deadline_all_the_same(state: State, disk: Path, lobby: Lobby) -> None:
    lobby.write(arrival("Noor"))
    slots, deadline = SlotFile(state, VISITS), lobby.slot.deadline
    opened = Opened(state, slots, private_half(state))
    wanted = {day_number(lobby.day)}
    assert opened.follow(wanted, MORNING)
    assert opened.records()[0]
    die(disk)
    assert not opened.follow(wanted, deadline - timedelta(seconds=1))
    assert [record.name for record in opened.records()[0]] == ["Noor"]
    opened.follow(wanted, deadline)
    assert (opened.epochs, opened.records()) == (frozenset(), ([], 0))
