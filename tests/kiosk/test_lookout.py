"""What the screen sees of the house: from the service where it answers, from the disk where it does not."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from kiosk.calamity.caller import ask, near, socket_path
from kiosk.calamity.post import CalamityPost
from kiosk.calamity.triggers import Triggers
from kiosk.house import Called, Going, Seen
from kiosk.lookout import Lookout
from retention.base.command import Office
from retention.base.state import State
from tests.support.clock import ManualClock
from tests.support.state import make_config

ALARM = Seen(Going(drill=False))


@pytest.fixture
def office(state: State, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("CUPS_SERVER", "/nowhere")
    return Office(make_config(state.directory, calamity={"printers": ["nowhere"]}), state, clock)


@pytest.fixture
def post(office: Office) -> CalamityPost:
    return CalamityPost(office)


@pytest.fixture
def service(state: State, post: CalamityPost) -> Iterator[Triggers]:
    ear = Triggers(state, post)
    yield ear
    ear.close()


def at_once(act: Callable[[], None]) -> None:
    act()


@pytest.fixture
def lookout(office: Office) -> Iterator[Lookout]:
    lookout = Lookout(office, lambda _: None, at_once)
    yield lookout
    lookout.close()


def test_it_sees_alarm_and_call_through_the_service(lookout: Lookout, service: Triggers, post: CalamityPost) -> None:
    assert lookout.look() == Seen()
    post.start(drill=True, by="staff:jan")
    post.calls.call("Ingang", "os:portier-kiosk")
    assert lookout.look() == Seen(Going(drill=True), Called(answered=False))
    post.calls.answer("Ingang", "staff:jan")
    post.end(by="staff:jan")
    assert lookout.look() == Seen(None, Called(answered=True))


NO_ANSWERS = {
    "of a service from before the screen": b'{"ok": false, "error": "do one of ping, status", "exit_code": 64}',
    "of another kind": b"[1, 2]",
    "of another shape": b'{"ok": true, "calamity": {"since": 1}, "call": 5}',
    "with a number that is none": b'{"ok": true, "calamity": {"number": "x", "drill": true, "ended": null}}',
    "nested beyond reason": b"[" * 4_000,
    "without an end": b"x" * 100_000,
}


@pytest.mark.parametrize("refusal", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_an_answer_that_is_none_ends_no_emergency(
    refusal: bytes, lookout: Lookout, post: CalamityPost, state: State
) -> None:
    post.start(drill=False, by="os:root")
    with socket.socket(socket.AF_UNIX) as old:
        with near(socket_path(state)) as path:
            old.bind(path)
        old.listen()
        service = threading.Thread(target=_answer, args=(old, refusal))
        service.start()
        assert lookout.look() == Seen(Going(drill=False), away=True)
        service.join()


def _answer(service: socket.socket, answer: bytes) -> None:
    """Hear one question and give this answer, whatever it was."""
    peer, _ = service.accept()
    with peer, suppress(OSError):  # who has heard enough hangs up
        peer.recv(4096)
        peer.sendall(answer + b"\n")


def test_without_the_service_it_sees_an_alarm_on_the_disk(lookout: Lookout, post: CalamityPost) -> None:
    assert lookout.look() == Seen(away=True)
    post.start(drill=False, by="os:root")
    assert lookout.look() == Seen(Going(drill=False), away=True)
    post.end(by="os:root")
    assert lookout.look() == Seen(away=True)


def test_an_alarm_goes_on_when_the_service_dies_and_left_nothing_on_the_disk(
    lookout: Lookout, state: State, post: CalamityPost
) -> None:
    """On a full disk the service alone knew of it."""
    ear = Triggers(state, post)
    post.start(drill=False, by="os:root")
    lookout._seen = lookout.look()
    ear.close()
    (state.calamities / "current.json").unlink()
    assert lookout._seen == ALARM
    assert lookout.look() == Seen(Going(drill=False), away=True)


def test_an_alarm_that_the_disk_does_not_know_is_not_ended_by_a_drill_under_a_clock_that_ran_ahead(
    lookout: Lookout, state: State, post: CalamityPost, clock: ManualClock
) -> None:
    clock.step(days=300)
    post.start(drill=True, by="os:root")
    post.end(by="os:root")
    clock.step(days=-300)
    left = (state.calamities / "current.json").read_bytes()
    ear = Triggers(state, post)
    post.start(drill=False, by="os:root")
    lookout._seen = lookout.look()
    ear.close()
    (state.calamities / "current.json").write_bytes(left)
    assert lookout._seen == ALARM
    assert lookout.look() == Seen(Going(drill=False), away=True)


def test_an_alarm_of_long_ago_that_nobody_ended_is_over(
    lookout: Lookout, post: CalamityPost, clock: ManualClock
) -> None:
    post.start(drill=False, by="os:root")
    clock.advance(hours=73)
    assert lookout.look() == Seen(away=True)


WITHOUT_ZONE = {"triggered": "2026-11-28T10:00:00", "drill": False, "by": "x", "ended": None, "cancelled": False}
UNREADABLE = [{"epoch": 1}, {"epoch": 1, **WITHOUT_ZONE}, {"epoch": float("inf"), **WITHOUT_ZONE}]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", b"[" * 5_000, *(json.dumps(one).encode() for one in UNREADABLE)]
)
def test_what_cannot_be_read_on_the_disk_is_no_alarm(lookout: Lookout, state: State, content: bytes) -> None:
    (state.calamities / "current.json").write_bytes(content)
    assert lookout.look() == Seen(away=True)


def test_what_changes_is_told_once_within_a_second(office: Office, service: Triggers, post: CalamityPost) -> None:
    told, heard = list[Seen](), threading.Event()

    def tell(seen: Seen) -> None:
        told.append(seen)
        heard.set()

    lookout = Lookout(office, tell, at_once)
    lookout.begin()
    post.start(drill=False, by="staff:jan")
    assert heard.wait(10)
    heard.clear()
    post.end(by="staff:jan")
    assert heard.wait(10)
    lookout.close()
    assert told == [ALARM, Seen()]


def test_a_question_is_answered_while_another_one_takes_long(office: Office, service: Triggers) -> None:
    answers, answered = list[Any](), threading.Event()

    def then(answer: dict[str, Any]) -> None:
        answers.append(answer)
        answered.set()

    lookout = Lookout(office, lambda _: None, at_once)
    held = threading.Event()
    lookout._hands.submit(held.wait)
    lookout.ask({"do": "call", "kiosk": "Ingang"}, then, answered.set)
    assert answered.wait(10)
    held.set()
    lookout.close()
    assert answers[0]["call"]["kiosk"] == "Ingang"
    assert ask(office.state, {"do": "calls"})["calls"][0]["kiosk"] == "Ingang"


def test_a_service_that_is_away_or_refuses_is_a_failure(office: Office, state: State) -> None:
    failed = threading.Semaphore(0)
    lookout = Lookout(office, lambda _: None, at_once)
    lookout.ask({"do": "start"}, lambda _: None, failed.release)
    assert failed.acquire(timeout=10)
    ear = Triggers(state, CalamityPost(office))
    lookout.ask({"do": "call", "kiosk": ""}, lambda _: None, failed.release)
    assert failed.acquire(timeout=10)
    lookout.close()
    ear.close()
