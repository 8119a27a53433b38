"""The desk as a service: binds its address, shows the first link, serves until it is told to stop.

There is no access log: it would say who looked at what, outside the trail. The one-time link goes to the terminal
alone, never to a log.
"""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from fastapi import FastAPI

from desk.app import create_app
from desk.assemble import assemble
from desk.connection import Impatient
from desk.errors import AddressTaken
from desk.parts import Parts
from retention.base.command import Office
from retention.base.errors import DiskRefused, PortierError
from retention.base.health import Problem, Report, publish
from retention.base.service import Life, loop
from retention.base.translations import N_

_log = logging.getLogger(__name__)
STEP_SECONDS = 5.0
ROWS_SECONDS = 60.0
LAST_WORDS_SECONDS = 5
COMES_IN_SECONDS = 0.05


class _Server(uvicorn.Server):
    """uvicorn without its own signals, as `serve` alone ends a service; and nobody holds its end up."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listener in sockets or ():
            asyncio.get_running_loop().remove_reader(listener)
        # Whoever was let in just before is a connection only now: without this asyncio loses them, or uvicorn waits.
        await asyncio.sleep(COMES_IN_SECONDS)
        await super().shutdown(sockets)
        for connection in self.server_state.connections.copy():
            connection.transport.abort()  # asked, and does not listen to the end
        await asyncio.sleep(0)


class DeskService:
    """`portier desk run`."""

    name = "desk"

    def __init__(self, office: Office) -> None:
        self._office = office
        self._rows_due = 0.0

    def run(self, life: Life) -> None:
        listener = listen(self._office)
        parts = assemble(self._office)
        server = _Server(settings(create_app(parts)))
        thread = Thread(target=server.run, args=([listener],), name="desk-http")
        thread.start()
        try:
            self._greet(parts, listener)
            life.ready()
            loop(life, lambda: self._step(parts, thread), STEP_SECONDS)
        finally:
            server.should_exit = True
            thread.join()
            listener.close()
            parts.close()

    def _step(self, parts: Parts, thread: Thread) -> None:
        if not thread.is_alive():
            raise AddressTaken("the desk's web server ended by itself: see the lines above")
        parts.exports.tidy()
        parts.footage.forget_keys()
        self._now_and_then(parts)
        try:
            publish(self._office.state, Report(self.name, self._office.clock.now(), problems(parts), {}))
        except DiskRefused as error:
            # The page of the calamity list must stay up on a full disk; health shows the old report as stale.
            _log.warning("%s", error)

    def _now_and_then(self, parts: Parts) -> None:
        """Once a minute, also when nobody looks: cases go on, and rows follow the roll after the database was away."""
        now = self._office.clock.monotonic()
        if now < self._rows_due:
            return
        self._rows_due = now + ROWS_SECONDS
        parts.alarm.forget()
        parts.caseroom.tidy()
        try:
            parts.asking.settle()
        except PortierError as error:
            _log.warning("footage kept for requests is not brought to its end yet: %s", error)
        try:
            parts.reception.turn_the_day()
            parts.register.add_missing_rows()
        except PortierError as error:
            _log.warning("rows do not follow the roll yet: %s", error)

    def _greet(self, parts: Parts, listener: socket.socket) -> None:
        address = f"http://{shown_host(self._office)}:{listener.getsockname()[1]}/"
        _say(f"The desk is at {address}")
        if parts.front_door.anyone():
            return
        if "JOURNAL_STREAM" in os.environ:
            _log.info("there is no account yet: make the first with `portier account add NAME`")
        else:
            link = f"{address}first#{parts.front_door.invitation.issue()}"
            _say(f"Make the first account within the hour (the link works once): {link}")


def problems(parts: Parts) -> tuple[Problem, ...]:
    """What endangers a promise as the desk sees it."""
    found = []
    audit = parts.office.state.audit
    if not os.access(audit, os.W_OK | os.X_OK):
        found.append(
            Problem(
                "P6",
                N_("the audit trail cannot be written, so nobody can look: see to the disk of %(folder)s"),
                {"folder": str(audit)},
            )
        )
    try:
        parts.front_door.anyone()
    except PortierError as error:
        found.append(Problem("P7", N_("nobody can log in at the desk: %(error)s"), {"error": str(error)}))
    return tuple(found)


def listen(office: Office) -> socket.socket:
    """The desk's socket, bound at once so that a taken port is said in one sentence."""
    section = office.config.desk
    family = socket.AF_INET6 if ":" in section.address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((section.address, section.port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise AddressTaken(
            f"the desk cannot listen on {section.address} port {section.port} ({error.strerror}): "
            "end what listens there, or set [desk] port"
        ) from error
    return listener


def settings(app: FastAPI) -> uvicorn.Config:
    """How uvicorn serves: quietly, without a banner, closing what is slow at the end."""
    return uvicorn.Config(
        app,
        http=Impatient,
        access_log=False,
        log_config=None,
        # Of a fault uvicorn would log the message too, and that may hold what somebody typed; the application tells it.
        log_level="critical",
        server_header=False,
        ws="none",
        lifespan="off",
        timeout_graceful_shutdown=LAST_WORDS_SECONDS,
        limit_concurrency=200,
    )


def shown_host(office: Office) -> str:
    address = office.config.desk.address
    return f"[{address}]" if ":" in address else address


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
