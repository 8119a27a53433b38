"""Two calamity services at once, and callers who mean no good: whoever listens goes on listening."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from kiosk.calamity.caller import line_of
from kiosk.calamity.triggers import Triggers, ask, socket_path
from retention.base.errors import DiskRefused
from retention.base.state import State
from tests.calamity.lobby import Lobby
from tests.calamity.office import make_post
from tests.support.clock import ManualClock

Listen = Callable[[], Triggers]


@pytest.fixture
def listen(lobby: Lobby, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listen]:
    """Listen as a service does, until the test ends."""
    monkeypatch.setenv("CUPS_SERVER", "/nowhere")
    with ExitStack() as ends:

        def begin() -> Triggers:
            ear = Triggers(lobby.state, make_post(lobby.state, clock))
            ends.callback(ear.close)
            return ear

        yield begin


def test_a_second_service_takes_no_calls_from_the_first(listen: Listen, state: State) -> None:
    listen()
    with pytest.raises(DiskRefused, match="another calamity service"):
        listen()
    assert ask(state, {"do": "status"})["ok"]


def test_the_second_service_hears_once_the_first_has_ended(
    lobby: Lobby, clock: ManualClock, listen: Listen, state: State
) -> None:
    first = Triggers(state, make_post(state, clock))
    first.close()
    listen()
    assert ask(state, {"do": "status"})["ok"]


def test_a_question_nested_beyond_reason_is_refused_in_a_sentence(listen: Listen, state: State) -> None:
    listen()
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(socket_path(state)))
        caller.sendall(b"[" * 4_000 + b"\n")
        assert b"write one line of JSON" in caller.recv(4_096)


def test_a_caller_with_many_lines_open_takes_none_from_others(listen: Listen, state: State) -> None:
    """Each line is a thread and a file: without an end to them the service could open neither roll nor printer."""
    listen()
    with ExitStack() as lines:
        calls = [lines.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(40)]
        for call in calls:
            call.settimeout(1)
            call.connect(str(socket_path(state)))
        assert all(call.recv(1) == b"" for call in calls[32:])
        calls[0].sendall(b'{"do": "ping"}\n')
        assert calls[0].recv(4_096) == b'{"ok": true}\n'
    assert ask(state, {"do": "ping"})["ok"]


def test_a_line_that_drips_in_is_not_waited_for() -> None:
    dripping, ear = socket.socketpair()
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.02):
            dripping.send(b" ")

    hand = threading.Thread(target=drip)
    with dripping, ear:
        hand.start()
        with pytest.raises(TimeoutError):
            line_of(ear, 0.2)
        stop.set()
        hand.join()
