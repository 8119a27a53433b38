"""Copies of the list outside the roll end with its day: print jobs of a real CUPS, and files that were written."""

import gc
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.calamity import cups
from kiosk.calamity.copies import Copies
from kiosk.calamity.dayend import DayEnd
from kiosk.calamity.post import CalamityPost
from kiosk.passboard import Holder, PassBoard
from retention.base.slots import SlotFile
from retention.base.state import State
from retention.reaper import Reaper
from tests.calamity.lobby import DAY, Lobby, arrival
from tests.calamity.office import make_office
from tests.support.clock import ManualClock
from tests.support.cups import PrintServer

NAME = "Kanarie van Zandloper"


@pytest.fixture
def keeping_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrintServer]:
    """A print service that keeps what it printed, as CUPS does for a day."""
    with PrintServer(tmp_path / "paper", keeps=True) as server:
        monkeypatch.setenv("CUPS_SERVER", server.server)
        yield server


def spooled(server: PrintServer) -> list[str]:
    """The documents in the spool that hold the name."""
    files = [path for path in server.spool.rglob("*") if path.is_file()]
    return [path.name for path in files if NAME.encode() in path.read_bytes()]


def to_the_end_of_the_day(clock: ManualClock, lobby: Lobby) -> None:
    clock.advance(lobby.slot.deadline - clock.now())


def test_a_document_that_was_printed_does_not_stay_in_the_spool(
    keeping_server: PrintServer, state: State, clock: ManualClock
) -> None:
    job = cups.send("paper", NAME.encode(), "-o", "document-format=application/octet-stream", "-o", "raw")
    keeping_server.wait_for_paper()
    assert spooled(keeping_server)
    copies = Copies(state)
    copies.printed(job, clock.now() + timedelta(hours=8))
    assert copies.sweep(clock.now()) == []
    assert spooled(keeping_server) == []


def test_a_job_that_waits_for_its_printer_waits_until_the_day_ends_and_no_longer(
    keeping_server: PrintServer, lobby: Lobby, state: State, clock: ManualClock
) -> None:
    keeping_server.disable("paper")
    job = cups.send("paper", NAME.encode(), "-o", "raw")
    Copies(state).printed(job, lobby.slot.deadline)
    day_end = DayEnd(make_office(state, clock, "paper"), Copies(lobby.state))
    assert (day_end.step(), bool(spooled(keeping_server))) == ([], True)
    to_the_end_of_the_day(clock, lobby)
    assert (day_end.step(), spooled(keeping_server)) == ([], [])
    keeping_server.enable("paper")
    assert keeping_server.waiting("paper") == 0
    assert keeping_server.papers() == []


def test_every_job_of_the_list_is_noted(keeping_server: PrintServer, lobby: Lobby, clock: ManualClock) -> None:
    lobby.write(arrival(NAME))
    post = CalamityPost(make_office(lobby.state, clock, "paper"))
    post.print("os:test")
    keeping_server.wait_for_paper()
    day_end = DayEnd(make_office(lobby.state, clock, "paper"), Copies(lobby.state))
    assert any(path.name.startswith("d0") for path in keeping_server.spool.iterdir())
    assert day_end.step() == []
    assert not any(path.name.startswith("d0") for path in keeping_server.spool.iterdir())


def test_a_job_nobody_can_reach_is_told_once_its_day_is_over(
    lobby: Lobby, state: State, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUPS_SERVER", "/nowhere")
    Copies(state).printed("paper-7", lobby.slot.deadline)
    assert Copies(state).sweep(clock.now()) == []
    to_the_end_of_the_day(clock, lobby)
    (problem,) = Copies(state).sweep(clock.now())
    assert (problem.promise, "print job paper-7 still holds" in problem.message) == ("P2", True)


def test_a_list_that_was_written_to_a_file_is_destroyed_with_its_day(
    lobby: Lobby, state: State, clock: ManualClock, tmp_path: Path
) -> None:
    path, second = tmp_path / "list.txt", tmp_path / "second-name.txt"
    path.write_text(NAME * 3)
    os.link(path, second)
    Copies(state).written(path, lobby.slot.deadline)
    assert (Copies(state).sweep(clock.now()), path.exists()) == ([], True)
    to_the_end_of_the_day(clock, lobby)
    assert (Copies(state).sweep(clock.now()), path.exists()) == ([], False)
    assert NAME.encode() not in second.read_bytes()
    assert json.loads((state.roll / f"copies-{os.geteuid()}.json").read_text()) == []


def test_a_file_that_took_the_place_of_the_list_is_left_alone(
    lobby: Lobby, state: State, clock: ManualClock, tmp_path: Path
) -> None:
    path = tmp_path / "list.txt"
    path.write_text(NAME)
    Copies(state).written(path, lobby.slot.deadline)
    other = tmp_path / "other"
    other.write_text("something of one's own")
    other.replace(path)
    to_the_end_of_the_day(clock, lobby)
    assert (Copies(state).sweep(clock.now()), path.read_text()) == ([], "something of one's own")


def forged(state: State, path: Path, ends: str) -> None:
    """A note that another user of the same folder left."""
    at = path.stat()
    note = {"ends": ends, "path": str(path), "file": [at.st_dev, at.st_ino], "folder": [0, 0]}
    (state.roll / "copies-4711.json").write_text(json.dumps([note, {"ends": ends, "job": "paper-1"}]))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has anything to lose")
def test_root_destroys_no_file_at_the_word_of_another_user(
    lobby: Lobby, state: State, clock: ManualClock, tmp_path: Path
) -> None:
    path = tmp_path / "of-root"
    path.write_text("something root needs")
    forged(state, path, clock.now().isoformat())
    Copies(state).sweep(clock.now())
    assert path.read_text() == "something root needs"
    (state.roll / "copies-4711.json").rename(state.roll / "copies-0.json")
    os.chown(state.roll / "copies-0.json", 65534, 65534)
    Copies(state).sweep(clock.now())
    assert path.read_text() == "something root needs"


def test_a_job_that_another_user_sent_is_destroyed_all_the_same(
    keeping_server: PrintServer, state: State, clock: ManualClock, tmp_path: Path
) -> None:
    cups.send("paper", NAME.encode(), "-o", "raw")
    keeping_server.wait_for_paper()
    (tmp_path / "any").touch()
    forged(state, tmp_path / "any", clock.now().isoformat())
    Copies(state).sweep(clock.now())
    assert spooled(keeping_server) == []


def test_a_file_out_of_sight_is_told_and_not_taken_for_gone(
    lobby: Lobby, state: State, clock: ManualClock, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "list.txt").write_text(NAME)
    Copies(state).written(folder / "list.txt", lobby.slot.deadline)
    folder.rename(tmp_path / "elsewhere")  # as a service with a view of its own sees it
    folder.mkdir()
    to_the_end_of_the_day(clock, lobby)
    (problem,) = Copies(state).sweep(clock.now())
    assert "destroy that file" in problem.message
    (tmp_path / "elsewhere").rename(tmp_path / "aside")
    folder.rmdir()
    (tmp_path / "aside").rename(folder)
    assert (Copies(state).sweep(clock.now()), list(folder.iterdir())) == ([], [])


def test_a_full_disk_keeps_no_list_from_paper_and_its_jobs_are_still_known(
    state: State, clock: ManualClock, keeping_server: PrintServer
) -> None:
    state.roll.rmdir()
    job = cups.send("paper", NAME.encode(), "-o", "raw")
    copies = Copies(state)
    copies.printed(job, clock.now())
    keeping_server.wait_for_paper()
    assert (copies.sweep(clock.now()), spooled(keeping_server)) == ([], [])


def test_the_board_lets_go_of_passes_of_the_day_that_is_over(state: State, clock: ManualClock, lobby: Lobby) -> None:
    board, end = PassBoard(state), lobby.slot.deadline
    with board.held() as held:
        held.holders["blue-owl"] = Holder("a" * 32, 1, DAY, end)
        held.save(clock.now())
    day_end = DayEnd(make_office(state, clock), Copies(lobby.state))
    day_end.step()
    assert board.seen().holders
    to_the_end_of_the_day(clock, lobby)
    day_end.step()
    assert "blue-owl" not in state.passes.read_text()


def remembered(name: str) -> list[object]:
    """Every string alive in this process that holds the name, found from everything that holds something."""
    gc.collect()
    held = {id(one): one for holder in gc.get_objects() for one in gc.get_referents(holder)}
    texts = (one for one in held.values() if type(one) in (str, bytes))  # asking a dead weak proxy raises
    return [one for one in texts if (name if isinstance(one, str) else name.encode()) in one]


def arrive_in_secret(lobby: Lobby, marks: list[int]) -> None:
    """Somebody whose name stands nowhere in this test's own memory afterwards."""
    lobby.write(arrival("".join(map(chr, marks)), host="".join(map(chr, marks)) + " BV"))


def test_no_name_of_the_day_before_lives_on_in_the_service(lobby: Lobby, clock: ManualClock) -> None:
    marks = [ord(letter) for letter in reversed("eiranaklovxQ")]
    arrive_in_secret(lobby, marks)
    office, copies = make_office(lobby.state, clock), Copies(lobby.state)
    post, day_end = CalamityPost(office), DayEnd(office, copies)
    post.start(drill=True, by="os:test")
    post.step()
    post.pdf()
    day_end.step()
    assert remembered("".join(map(chr, marks)))[1:]  # one is the question itself
    to_the_end_of_the_day(clock, lobby)
    Reaper(lobby.state).step(clock.now())
    post.step()
    post.pdf()
    day_end.step()
    assert len(remembered("".join(map(chr, marks)))) <= 1


def test_no_name_of_a_frozen_list_lives_on_after_its_term(lobby: Lobby, clock: ManualClock) -> None:
    marks = [ord(letter) for letter in reversed("nerorveblovxQ")]
    arrive_in_secret(lobby, marks)
    post = CalamityPost(make_office(lobby.state, clock))
    post.start(drill=False, by="os:test")
    post.step()
    clock.advance(hours=24)
    Reaper(lobby.state).step(clock.now())
    post.step()
    assert len(remembered("".join(map(chr, marks)))) > 1
    clock.advance(hours=48)
    Reaper(lobby.state).step(clock.now())
    post.step()
    assert len(remembered("".join(map(chr, marks)))) <= 1
    assert SlotFile(lobby.state, "calamities").live() == []
