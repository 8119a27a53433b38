"""The service keeps the list current, hears triggers, tells how it stands, and goes on whatever fails."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kiosk.calamity import caller, triggers
from kiosk.calamity.cups import Condition, PrinterState
from kiosk.calamity.errors import ServiceAway
from kiosk.calamity.post import CalamityPost
from kiosk.calamity.service import CalamityService, printer_problems
from kiosk.calamity.triggers import ask, by_whom
from retention.base.errors import UsageRefused
from retention.base.health import Report, reports
from retention.base.service import Life
from retention.base.slots import SlotFile
from retention.base.state import CALAMITIES, VISITS, State
from tests.calamity.lobby import Lobby, arrival
from tests.calamity.office import make_office
from tests.support.clock import ManualClock
from tests.support.cups import PrintServer
from tests.support.refusals import refusing

Start = Callable[..., State]


@pytest.fixture
def start(lobby: Lobby, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts the service in a thread, and ends it as a signal does; gives back once it hears."""
    monkeypatch.setenv("CUPS_SERVER", "/nowhere")
    running: list[tuple[Life, threading.Thread]] = []

    def begin(*printers: str) -> State:
        ready, life = threading.Event(), Life()
        monkeypatch.setattr(life, "ready", ready.set)
        service = CalamityService(make_office(lobby.state, clock, *printers))
        running.append((life, threading.Thread(target=service.run, args=(life,))))
        running[-1][1].start()
        assert ready.wait(30)
        return lobby.state

    yield begin
    for life, thread in running:
        life.stop.set()
        thread.join(30)
        assert not thread.is_alive()


def until(true: Callable[[], Any]) -> Any:
    """Wait for what the service does in its own time."""
    for _ in range(600):
        if found := true():
            return found
        threading.Event().wait(0.05)
    raise AssertionError("it did not happen within 30 seconds")


def report_of(state: State) -> Report | None:
    return next((report for report in reports(state) if report.service == "calamity"), None)


def test_it_answers_and_tells_no_names(start: Start, lobby: Lobby) -> None:
    lobby.write(arrival("Noor"))
    answer = ask(start(), {"do": "status"})
    assert answer["ok"]
    assert answer["calamity"] is None
    assert "Noor" not in str(answer)


def test_an_alarm_prints_and_freezes(
    start: Start, lobby: Lobby, print_server: PrintServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lobby.write(arrival("Noor"))
    monkeypatch.setenv("CUPS_SERVER", print_server.server)
    state = start("paper")
    monkeypatch.setenv("CUPS_SERVER", print_server.server)
    answer = ask(state, {"do": "start"})
    assert answer["printed"] == {"printer": "paper", "form": "pdf", "confirmed": True}
    assert len(SlotFile(state, CALAMITIES).live()) == 1
    assert ask(state, {"do": "status"})["calamity"]["drill"] is False


def test_an_alarm_stands_though_nothing_prints(start: Start) -> None:
    state = start()
    answer = ask(state, {"do": "start", "drill": True})
    assert answer["printed"] is None
    assert "no printer took the list" in answer["not_printed"]
    assert ask(state, {"do": "status"})["calamity"]["drill"] is True
    assert ask(state, {"do": "cancel"})["calamity"]["ended"]
    assert ask(state, {"do": "end"})["calamity"] is None


@pytest.mark.parametrize("question", [{"do": "list"}, {}, {"do": ["start"]}, [1], "x" * 9000])
def test_what_it_does_not_understand_is_refused_in_a_sentence(start: Start, question: Any) -> None:
    answer = ask(start(), question)
    assert not answer["ok"]
    assert answer["exit_code"] == 64


def test_many_may_call_at_once(start: Start) -> None:
    state, answers = start(), list[Any]()
    callers = [threading.Thread(target=lambda: answers.append(ask(state, {"do": "start"}))) for _ in range(12)]
    for one in callers:
        one.start()
    for one in callers:
        one.join()
    assert len({answer["calamity"]["triggered"] for answer in answers}) == 1


def test_without_the_service_the_caller_is_told_so(state: State) -> None:
    with pytest.raises(ServiceAway):
        ask(state, {"do": "status"})


def test_a_service_that_hangs_costs_the_caller_seconds_and_not_the_list(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caller, "PING_SECONDS", 0.2)
    with socket.socket(socket.AF_UNIX) as hung:
        with caller.near(caller.socket_path(state)) as path:
            hung.bind(path)
        hung.listen()
        with pytest.raises(ServiceAway):
            ask(state, {"do": "print"})


def test_a_killed_service_leaves_a_socket_that_the_next_one_takes_over(start: Start, state: State) -> None:
    (state.run / "calamity.sock").touch()
    assert ask(start(), {"do": "status"})["ok"]


def test_it_makes_the_days_to_come(start: Start) -> None:
    state = start()
    until(lambda: len(SlotFile(state, VISITS).live()) == 16)


def test_health_tells_of_a_printer_that_is_gone(start: Start, lobby: Lobby) -> None:
    lobby.write(arrival("Noor"))
    state = start()
    report = until(lambda: report_of(state))
    assert report.figures["inside"] == 1


@pytest.mark.parametrize(
    ("conditions", "promises"),
    [
        ([], ["P1"]),
        ([Condition.READY], []),
        ([Condition.STOPPED], ["P1"]),
        ([Condition.READY, Condition.STUCK], ["P7"]),
        ([Condition.SILENT, Condition.ABSENT], ["P1"]),
    ],
)
def test_no_printer_endangers_the_list_and_one_of_several_wants_looking_at(
    conditions: list[Condition], promises: list[str]
) -> None:
    states = tuple(PrinterState(f"printer-{number}", condition) for number, condition in enumerate(conditions))
    assert [problem.promise for problem in printer_problems(states)] == promises


def test_the_desk_says_which_colleague_acts() -> None:
    assert by_whom("staff:anna", "os:portier-desk") == "staff:anna"


@pytest.mark.parametrize("act", ["end", "cancel", "answer"])
def test_the_screen_by_the_door_ends_no_alarm(lobby: Lobby, clock: ManualClock, act: str) -> None:
    post = CalamityPost(make_office(lobby.state, clock))
    post.start(drill=False, by="staff:jan")
    with pytest.raises(UsageRefused, match="ends none"):
        triggers._act(post, {"do": act}, "os:portier-kiosk")
    calamity = post.calamity()
    assert calamity is not None
    assert calamity.ended is None


def test_another_caller_acts_under_their_own_name_whatever_they_say() -> None:
    assert by_whom("staff:anna", "os:portier-kiosk") == "os:portier-kiosk"


@pytest.mark.parametrize("said", [None, 7, ["staff:anna"], "", "\x1b\x07\n"])
def test_who_says_no_name_acts_under_their_own(said: object) -> None:
    assert by_whom(said, "os:portier-desk") == "os:portier-desk"


def test_no_sign_that_a_terminal_obeys_gets_into_the_trail(start: Start) -> None:
    state = start()
    answer = ask(state, {"do": "start", "drill": True, "by": "staff:\x1b[2Janna\u202e"})
    assert answer["calamity"]["by"] == "staff:[2Janna"


def test_a_machine_with_no_room_for_a_thread_hears_the_next_call(
    lobby: Lobby, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = threading.Thread.start

    def full(thread: threading.Thread) -> None:
        if thread.name == "calamity-call":
            raise RuntimeError("can't start new thread")
        real(thread)

    with closing(triggers.Triggers(lobby.state, CalamityPost(make_office(lobby.state, clock)))):
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", full)
            with pytest.raises(ServiceAway):
                ask(lobby.state, {"do": "ping"})
        assert ask(lobby.state, {"do": "ping"}) == {"ok": True}
    assert "can't start new thread" in caplog.text


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_at_the_printers_is_no_reason_to_look_at_them_no_more(
    start: Start, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[bool] = []

    def fail_once(*_: Any, **__: Any) -> Any:
        looked.append(True)
        if len(looked) == 1:
            raise ZeroDivisionError
        raise OSError

    monkeypatch.setattr("subprocess.run", fail_once)
    start("paper")
    until(lambda: looked)
    clock.advance(minutes=1)
    until(lambda: len(looked) > 1)


def test_a_copy_that_could_not_be_noted_still_ends_with_its_day(
    start: Start, lobby: Lobby, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock: ManualClock
) -> None:
    with PrintServer(tmp_path / "paper", keeps=True) as server:
        state = start("paper")
        monkeypatch.setenv("CUPS_SERVER", server.server)
        with refusing(state.roll):
            assert ask(state, {"do": "print"})["printed"]
            until(lambda: not list(server.spool.glob("d0*")))
