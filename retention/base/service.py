"""The one way a service runs: signals end it between two units of work, and it tells its supervisor how it is.

`serve` is the only main. It speaks systemd's notification protocol over `$NOTIFY_SOCKET`: READY when the
service says so, WATCHDOG from the loop that does the work, STOPPING at the end.
"""

import logging
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from threading import Event
from types import FrameType
from typing import Protocol

from retention.base.errors import PortierError

log = logging.getLogger("portier.service")


class Life:
    """What a running service is handed: when to stop, and whom to tell that it is well."""

    def __init__(self) -> None:
        self.stop = Event()

    def ready(self) -> None:
        """Say once that the service answers."""
        notify("READY=1")

    def alive(self) -> None:
        """Feed the watchdog; call it from the loop that does the work, after work that succeeded."""
        notify("WATCHDOG=1")


class Service(Protocol):
    """One of the five: a name, and a `run` that returns soon after `life.stop` is set."""

    name: str

    def run(self, life: Life) -> None: ...


def serve(service: Service) -> int:
    """Run the service until a signal; the exit code."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells every step of looking at a schema
    leave_no_core()
    life = Life()

    def end(number: int, _: FrameType | None) -> None:
        life.stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    try:
        service.run(life)
    except PortierError as error:
        log.error("%s ends: %s", service.name, error)  # a sentence, no traceback
        return error.exit_code
    except Exception:
        log.exception("%s ends by a fault of ours", service.name)
        return 70
    finally:
        notify("STOPPING=1")
    return 0


def leave_no_core() -> None:
    """Let a crash leave nothing of this process, which holds keys and names.

    The kernel writes no file this small, and only a limit of exactly 1 keeps it from handing the memory to a program
    (`core_pattern` with a pipe): a limit of 0 does not.
    """
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    limit = 0 if most == 0 else 1
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))


def loop(life: Life, step: Callable[[], None], every: float) -> None:
    """Do `step`, say that all is well, wait; until the service is told to stop. A step is never cut."""
    while not life.stop.is_set():
        step()
        life.alive()
        life.stop.wait(every)


def notify(message: str) -> None:
    """Tell the supervisor, if there is one; that it went away is no reason to stop working."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as supervisor:
            supervisor.connect(address)
            supervisor.sendall(message.encode())
    except OSError as error:
        log.warning("the supervisor does not listen: %s", error.strerror)
