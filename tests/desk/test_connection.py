"""Callers who never come to the end of their question take no place from others."""

import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from desk import connection
from tests.desk.site import Site, desk_running
from tests.support.clock import ManualClock
from tests.support.state import make_config, make_state

ASKED = b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POSTED = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 60000\r\n\r\n"
NEVER_ENDING = {"half a question": ASKED, "half a form": POSTED, "a second question": ASKED + b"\r\n" + ASKED}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    state = make_state(tmp_path_factory.mktemp("connection") / "state")
    with pytest.MonkeyPatch.context() as patience, desk_running(make_config(state.directory), ManualClock()) as site:
        patience.setattr(connection, "LOOK_SECONDS", 0.2)
        yield site


def call(site: Site) -> socket.socket:
    return socket.create_connection(("127.0.0.1", urlsplit(site.address).port or 0), timeout=20)


@pytest.mark.parametrize("asked", NEVER_ENDING.values(), ids=NEVER_ENDING)
def test_a_question_that_drips_in_is_not_waited_for(site: Site, asked: bytes) -> None:
    with call(site) as caller:
        caller.sendall(asked)
        stop = threading.Event()
        hand = threading.Thread(target=_drip, args=(caller, stop))
        hand.start()
        try:
            while _heard(caller):
                pass
        finally:
            stop.set()
            hand.join()


def _drip(caller: socket.socket, stop: threading.Event) -> None:
    try:
        while not stop.wait(0.05):
            caller.sendall(b"a")
    except OSError:
        return


def _heard(caller: socket.socket) -> bytes:
    try:
        return caller.recv(65_536)
    except ConnectionResetError:
        return b""
