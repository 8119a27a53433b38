"""Callers who never come to the end of their question take no place from others."""

import asyncio
import gc
import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI, Response

from desk import connection, server
from tests.desk.site import Site, desk_running
from tests.support.clock import ManualClock
from tests.support.state import make_config, make_state

ASKED = b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POSTED = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 60000\r\n\r\n"
LONG = 40_000_000
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


@pytest.mark.parametrize("steps", range(6))
def test_a_caller_who_comes_in_while_the_door_closes_does_not_hold_it_up(
    steps: int, caplog: pytest.LogCaptureFixture
) -> None:
    desk = server._Server(server.settings(FastAPI()))
    caplog.set_level(logging.ERROR, "uvicorn.error")
    with _closed_upon(desk, b"", steps) as caller:
        assert not _heard(caller)
    assert caplog.messages == []  # uvicorn tells where it had to wait for somebody


def test_a_caller_who_does_not_listen_to_the_end_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LAST_WORDS_SECONDS", 0.2)
    app = FastAPI()
    app.get("/long")(lambda: Response(bytes(LONG)))
    asked = b"GET /long HTTP/1.1\r\nHost: here\r\n\r\n"
    with _closed_upon(server._Server(server.settings(app)), asked, 200) as caller:
        heard = sum(len(piece) for piece in iter(lambda: _heard(caller), b""))
    assert heard < LONG
    gc.collect()  # a connection left open would be told of here, and fail the test


def _closed_upon(desk: server._Server, asked: bytes, steps: int) -> socket.socket:
    """Somebody calls, and so many steps of the server later the door closes."""

    async def serve(listener: socket.socket) -> socket.socket:
        desk.config.load()
        desk.lifespan = desk.config.lifespan_class(desk.config)
        await desk.startup([listener])
        caller = socket.create_connection(listener.getsockname(), timeout=20)
        caller.sendall(asked)
        for _ in range(steps):
            await asyncio.sleep(0)
        await desk.shutdown([listener])
        return caller

    # In a thread of its own: where a browser was used before, that one's loop still runs in this.
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(serve(listener))).result()


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
