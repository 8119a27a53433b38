"""Triggers over a Unix socket: one JSON line in, one out. Anybody who may open `run/calamity.sock` may raise an alarm.

{"do": "ping"|"status"|"print"|"start"|"end"|"cancel", "drill"?: bool, "by"?: "..."} gives {"ok": true, ...}, or
{"ok": false, "error": one sentence, "exit_code": n}. No answer ever holds a name: a kiosk may ask as well. Its own acts
are "door" (what goes on: calamity and call), "call" and "hang_up"; the desk's are "calls" and "answer".
"""

import fcntl
import json
import logging
import os
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from pwd import getpwuid
from typing import Any, Final

from kiosk.calamity.caller import Answer, ask, line_of, near, socket_path
from kiosk.calamity.post import CalamityPost
from kiosk.calamity.thelist import Calamity
from retention.base.audit import system_actor
from retention.base.errors import DiskRefused, PortierError, UsageRefused
from retention.base.state import State

__all__ = ["Triggers", "ask", "by_whom", "start_and_print", "status", "told"]

log = logging.getLogger("portier.calamity")
_LINE_SECONDS: Final = 5.0
_ACCEPT_SECONDS: Final = 0.5
_LONGEST_ACTOR: Final = 80
_MOST_CALLS: Final = 32  # of one user at once: a screen tampered with keeps nobody else from list and alarm
_SPEAKS_FOR_OTHERS: Final = frozenset({"os:root", "os:portier-desk"})
_DOOR: Final = "os:portier-kiosk"
_NOT_AT_THE_DOOR: Final = frozenset({"end", "cancel", "answer"})  # a screen tampered with destroys no frozen roll


def _only_one(path: Path) -> int:
    """A lock that ends with its process: a second service would take the socket along when it ends."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
    except OSError as error:
        raise DiskRefused(f"{path} cannot be made ({error.strerror}): make room there") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise DiskRefused(f"another calamity service listens at {path.parent}: end one of the two") from error
    return descriptor


class Triggers:
    """The service's ear: a thread that takes calls, each answered in a thread of its own."""

    def __init__(self, state: State, post: CalamityPost) -> None:
        """Listen; DiskRefused when the socket cannot be made. The umask says who may call."""
        self._post, self._path = post, socket_path(state)
        self._lock = _only_one(self._path.with_suffix(".lock"))
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._path.unlink(missing_ok=True)  # left by a service that was killed
            with near(self._path) as path:
                self._socket.bind(path)
        except OSError as error:
            self._socket.close()
            os.close(self._lock)
            raise DiskRefused(f"{self._path} cannot be made ({error.strerror}): make room there") from error
        self._socket.listen(128)
        self._socket.settimeout(_ACCEPT_SECONDS)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="calamity-triggers")
        self._thread.start()

    def close(self) -> None:
        """Take no more calls; those under way are answered."""
        self._stop.set()
        self._thread.join()
        self._socket.close()
        with suppress(OSError):
            self._path.unlink()
        os.close(self._lock)

    def _listen(self) -> None:
        calls: list[tuple[int, threading.Thread]] = []
        while not self._stop.is_set():
            try:
                caller, _ = self._socket.accept()
            except TimeoutError:
                continue
            except OSError as error:
                log.warning("a call could not be taken: %s", error.strerror)
                self._stop.wait(_ACCEPT_SECONDS)
                continue
            calls = [call for call in calls if call[1].is_alive()]
            user = _user_of(caller)
            if sum(user == other for other, _ in calls) >= _MOST_CALLS:
                caller.close()
                continue
            call = threading.Thread(target=self._serve, args=(caller, user), name="calamity-call")
            try:
                call.start()
            except RuntimeError as error:  # no room for one thread more: whoever gets no answer does it alone
                log.warning("a call could not be taken: %s", error)
                caller.close()
                continue
            calls.append((user, call))
        for _, call in calls:
            call.join()

    def _serve(self, caller: socket.socket, user: int) -> None:
        with caller, suppress(OSError):  # whoever hangs up early gets no answer; what was asked is done all the same
            answer = self._answer(line_of(caller, _LINE_SECONDS), _name_of(user))
            caller.settimeout(_LINE_SECONDS)
            caller.sendall(json.dumps(answer).encode() + b"\n")

    def _answer(self, line: bytes, actor: str) -> Answer:
        try:
            question = json.loads(line)
            return {"ok": True} | _act(self._post, question, actor)
        except PortierError as error:
            return {"ok": False, "error": str(error), "exit_code": error.exit_code}
        except (ValueError, AttributeError, TypeError, RecursionError):
            return {"ok": False, "error": 'write one line of JSON: {"do": "status"}', "exit_code": 64}


def _act(post: CalamityPost, question: Answer, actor: str) -> Answer:
    acts: dict[Any, Callable[[], Answer]] = {
        "ping": dict,
        "status": lambda: status(post),
        "print": lambda: {"printed": asdict(post.print(by))},
        "start": lambda: start_and_print(post, drill=bool(question.get("drill")), by=by),
        "end": lambda: _ended(post.end(by=by)),
        "cancel": lambda: _ended(post.end(by=by, cancelled=True)),
        "door": lambda: {"calamity": told(post.calamity()), "call": post.calls.of(str(kiosk))},
        "call": lambda: {"call": post.calls.call(kiosk, by)},
        "hang_up": lambda: {"changed": post.calls.hang_up(str(kiosk), by, withdrawn=bool(question.get("withdrawn")))},
        "calls": lambda: {"calls": post.calls.listen()},
        "answer": lambda: {"changed": post.calls.answer(str(kiosk), by)},
    }
    kiosk = question.get("kiosk", "")
    by = by_whom(question.get("by"), actor)
    act = acts.get(question.get("do"))
    if act is None:
        raise UsageRefused(f"do one of {', '.join(acts)}")
    if actor == _DOOR and question["do"] in _NOT_AT_THE_DOOR:
        raise UsageRefused("the screen by the door raises an alarm, and ends none: end it at the desk")
    return act()


def start_and_print(post: CalamityPost, *, drill: bool, by: str) -> Answer:
    """The alarm as everybody raises it: frozen first, then paper; that no printer works does not undo the alarm."""
    calamity = post.start(drill=drill, by=by)
    answer: Answer = {"calamity": told(calamity)}
    try:
        answer["printed"] = asdict(post.print(by))
    except PortierError as error:
        answer |= {"printed": None, "not_printed": str(error)}
    post.catch_up()
    return answer


def status(post: CalamityPost) -> Answer:
    """Whether a calamity is going on, and how printers stand."""
    printers = [{"name": state.name, "condition": state.condition.value} for state in post.printers.look()]
    return {"calamity": told(post.calamity()), "printers": printers}


def told(calamity: Calamity | None) -> Answer | None:
    """A calamity as JSON."""
    if calamity is None:
        return None
    ended = calamity.ended.isoformat() if calamity.ended else None
    moments = {"triggered": calamity.triggered.isoformat(), "ended": ended}
    return {"number": calamity.number, "drill": calamity.drill, "by": calamity.by, **moments}


def _ended(calamity: Calamity | None) -> Answer:
    return {"calamity": told(calamity)}


def by_whom(said: object, caller: str) -> str:
    """Who acts, for trail and list: the desk says which colleague; whatever anybody else says, it is their own user.

    Signs that a terminal obeys are left out of it.
    """
    if not (isinstance(said, str) and caller in _SPEAKS_FOR_OTHERS | {system_actor()}):
        return caller
    return "".join(letter for letter in said if letter.isprintable())[:_LONGEST_ACTOR].strip() or caller


def _user_of(caller: socket.socket) -> int:
    """The operating-system user at the other end, by number."""
    raw = caller.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    user: int = struct.unpack("3i", raw)[1]
    return user


def _name_of(user: int) -> str:
    try:
        return f"os:{getpwuid(user).pw_name}"
    except KeyError:
        return f"os:{user}"
