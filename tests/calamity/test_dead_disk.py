"""A disk that dies or comes off under the service: who was on the list stays on it, and it says what it cannot know."""

import errno
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from kiosk.calamity.caller import ask
from kiosk.calamity.opened import Opened
from kiosk.calamity.post import CalamityPost
from kiosk.calamity.thelist import Doubt
from kiosk.reception import Reception
from kiosk.visits import Details
from retention.base.clock import SystemClock
from retention.base.command import Office
from retention.base.readerkey import private_half
from retention.base.siteday import day_number
from retention.base.slots import SlotFile
from retention.base.state import VISITS, State
from retention.base.trusted import TrustedTime
from tests.calamity.lobby import MORNING, Lobby, arrival, change
from tests.calamity.office import answers, make_post
from tests.calamity.test_service import until
from tests.support.clock import ManualClock
from tests.support.cups import PrintServer
from tests.support.loopfs import die, disk, mount, unmount
from tests.support.refusals import refusing
from tests.support.state import make_config, make_state

__all__ = ["disk"]

NAMES = ["Noor", "Daan", "Zoë"]


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


def names(post: CalamityPost) -> list[str | None]:
    return sorted(line.entry.name for line in post.the_list().lines)


def doubts(post: CalamityPost) -> set[Doubt]:
    return {remark.doubt for remark in post.the_list().remarks}


def test_of_a_disk_that_comes_off_everybody_stays_on_the_list_until_it_is_back(
    state: State, disk: Path, lobby: Lobby, clock: ManualClock
) -> None:
    lobby.write(*map(arrival, NAMES))
    post = make_post(state, clock)
    post.step()
    assert not doubts(post)
    unmount(disk)  # as the system does with a disk that is pulled out: an empty folder is left
    post.start(drill=False, by="test")
    assert names(post) == sorted(NAMES)
    assert doubts(post) == {Doubt.NO_ROLL, Doubt.UNREADABLE}
    mount(disk.parent / "image", disk)
    assert names(post) == sorted(NAMES)
    assert not doubts(post)


def test_a_day_erased_while_the_disk_was_off_is_forgotten_once_it_is_back(
    state: State, disk: Path, lobby: Lobby, clock: ManualClock
) -> None:
    lobby.write(*map(arrival, NAMES))
    post = make_post(state, clock)
    post.step()
    lobby.close()
    unmount(disk)
    assert names(post)
    mount(disk.parent / "image", disk)
    SlotFile(state, VISITS).erase(day_number(lobby.day), clock.now())
    assert names(post) == []


def test_a_roll_file_that_is_lost_takes_nobody_off_the_list_while_its_day_lasts(
    state: State, lobby: Lobby, clock: ManualClock
) -> None:
    lobby.write(*map(arrival, NAMES))
    post = make_post(state, clock)
    post.step()
    for path in lobby.files():
        path.unlink()
    assert names(post) == sorted(NAMES)
    assert doubts(post) == {Doubt.UNREADABLE}
    SlotFile(state, VISITS).erase(day_number(lobby.day), clock.now())
    assert names(post) == []


def test_who_signs_in_under_a_key_that_was_made_anew_is_on_the_list(
    state: State, lobby: Lobby, clock: ManualClock
) -> None:
    lobby.write(arrival("Noor"))
    post = make_post(state, clock)
    post.step()
    for path in SlotFile(state, VISITS).paths:
        path.unlink()
    lobby.write(arrival("Daan"))
    assert names(post) == ["Daan"]


def test_a_deletion_that_a_dying_disk_cut_short_stops_nothing(
    state: State, disk: Path, lobby: Lobby, clock: ManualClock
) -> None:
    noor, daan = arrival("Noor"), arrival("Daan")
    writer = lobby.writer()
    writer.append(noor)
    writer.append(daan)
    places = tuple(written.place for written in writer.written(noor.visit))
    post = make_post(state, clock)
    writer.append(change(noor, "delete", state="left", wipes=places))
    assert names(post) == ["Daan"]
    die(disk)
    with refusing(state.roll, calls=("listdir",)):
        post.step()
        assert names(post) == ["Daan"]
    assert any("cannot be deleted" in str(problem) for problem in post.problems())


def test_an_alarm_stands_where_the_folder_of_alarms_is_gone(state: State, lobby: Lobby, clock: ManualClock) -> None:
    lobby.write(arrival("Noor"))
    post = make_post(state, clock)
    state.calamities.rmdir()
    with refusing(state.directory, errno.EROFS):
        post.start(drill=True, by="test")
    assert post.calamity() is not None
    assert names(post) == ["Noor"]


def test_on_a_dead_disk_no_clock_that_is_set_moves_a_deadline(state: State, disk: Path, clock: ManualClock) -> None:
    time = TrustedTime(state, clock)
    time.advance()
    before = time.for_destroying()
    die(disk)
    for hours in (48, -72):
        clock.step(hours=hours)
        clock.advance(minutes=1)
    assert time.for_destroying() - before == timedelta(minutes=2)
