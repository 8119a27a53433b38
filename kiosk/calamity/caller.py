"""The calling side of the triggers' socket: light enough for a process that only asks. No answer holds a name."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from kiosk.calamity.errors import ServiceAway
from retention.base.clock import SystemClock
from retention.base.state import State

LONGEST: Final = 4_096
PING_SECONDS: Final = 3.0
_CLOCK: Final = SystemClock()

Answer = dict[str, Any]


def socket_path(state: State) -> Path:
    """Where the service listens."""
    return state.run / "calamity.sock"


def ask(state: State, question: Answer, seconds: float = 90.0) -> Answer:
    """Put one question to the service and wait for its answer (printing takes its time).

    ServiceAway when it does not answer: then `CalamityPost` does the same in this process. One that hangs is found
    out by a short question first, so that nobody waits for it.
    """
    ask_at_once(state, {"do": "ping"}, min(seconds, PING_SECONDS))
    return ask_at_once(state, question, seconds)


def ask_at_once(state: State, question: Answer, seconds: float = 1.0) -> Answer:
    """Put a question that is answered on the spot; ServiceAway when it is not, or by what is no answer."""
    try:
        with socket.socket(socket.AF_UNIX) as service:
            service.settimeout(seconds)
            with near(socket_path(state)) as path:
                service.connect(path)
            service.sendall(json.dumps(question).encode() + b"\n")
            answer = json.loads(line_of(service, seconds))
        if not isinstance(answer, dict):
            raise ValueError("an answer is an object")
    except (OSError, ValueError, RecursionError) as error:
        raise ServiceAway("the calamity service does not answer: see `systemctl status portier-calamity`") from error
    return answer


@contextmanager
def near(path: Path) -> Iterator[str]:
    """A name for the socket that is short enough: a path over 107 bytes goes through its folder's descriptor."""
    if len(os.fsencode(path)) <= 107:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def line_of(peer: socket.socket, seconds: float) -> bytes:
    """One line from the other end; TimeoutError where all of it takes longer, however steadily it drips in."""
    taken, until = b"", _CLOCK.monotonic() + seconds
    while not taken.endswith(b"\n") and len(taken) < LONGEST:
        peer.settimeout(max(until - _CLOCK.monotonic(), 0.001))
        more = peer.recv(LONGEST)
        if not more:
            break
        taken += more
    return taken
