"""The power goes at every call that writes: a request is as it was, or as it was to become; the next call goes on."""

import contextlib
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from retention.asked.register import Requests
from retention.asked.request import Answer, Content, Facts
from retention.base.command import Office
from retention.base.config import Config
from retention.base.readerkey import private_half, public_half
from retention.base.slots import SlotFile
from retention.base.state import REQUESTS
from retention.reaper import Reaper
from tests.support.clock import ManualClock
from tests.support.state import make_state

WRITES = ("pwrite", "fsync", "fdatasync", "replace", "unlink")
BY = "os:test"


class PowerCut(BaseException):
    """Nothing after this happens."""


def cut_at(number: int, patch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Let the power go at the call of that number; how many there were."""
    seen = 0

    def cutting(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen >= number:
                raise PowerCut
            return real(*arguments, **more)

        return call

    for name in WRITES:
        patch.setattr(os, name, cutting(getattr(os, name)))
    return lambda: seen


def every_cut(
    tmp_path: Path, config: Config, clock: ManualClock, act: Callable[[Requests, Office], object]
) -> list[Office]:
    """The offices that are left when the power goes at the first, the second ... call of `act`."""
    offices = list[Office]()
    for number in range(1, 1_000):
        state = make_state(tmp_path / str(number))
        office = Office(config, state, clock)
        public_half(state)
        SlotFile(state, REQUESTS).claim(1, clock.now() + timedelta(days=1), public_half(state))  # the file is there
        requests = Requests(state, clock, config.site.zone)
        if act is not register:
            register(requests, office)
        with pytest.MonkeyPatch.context() as patch:
            calls = cut_at(number, patch)
            with contextlib.suppress(PowerCut):
                act(requests, office)
        offices.append(office)
        if calls() < number:
            return offices
    raise AssertionError("it never ended")


def register(requests: Requests, office: Office) -> None:
    requests.register("access", Content("Ann", "06"), by=BY)


def answer(requests: Requests, office: Office) -> None:
    (head,) = requests.heads()
    now = office.clock.now()
    requests.answer(head.number, head.version, private_half(office.state), Answer(now, BY, "nl", "no", Facts(now)))


def close(requests: Requests, office: Office) -> None:
    (head,) = requests.heads()
    requests.close(head.number, head.version, by=BY, why="withdrawn")


def test_registering(tmp_path: Path, config: Config, clock: ManualClock) -> None:
    offices = every_cut(tmp_path, config, clock, register)
    assert len(offices) > 5
    for office in offices:
        requests = Requests(office.state, clock, config.site.zone)
        before = len(requests.heads())
        register(requests, office)
        assert len(requests.heads()) == before + 1
        assert requests.unreadable() == []
        for head in requests.heads():
            assert requests.read(head.number, private_half(office.state), by=BY).content.name == "Ann"


def test_answering(tmp_path: Path, config: Config, clock: ManualClock) -> None:
    states = set()
    for office in every_cut(tmp_path, config, clock, answer):
        requests = Requests(office.state, clock, config.site.zone)
        (head,) = requests.heads()
        states.add(head.state)
        if head.state == "open":
            answer(requests, office)
        requests.settle()
        slot = SlotFile(office.state, REQUESTS).live()[-1]
        assert slot.deadline == clock.now() + timedelta(weeks=6)
        assert requests.read(head.number, private_half(office.state), by=BY).head.state == "answered"
    assert states == {"open", "answered"}


def test_closing(tmp_path: Path, config: Config, clock: ManualClock) -> None:
    for office in every_cut(tmp_path, config, clock, close):
        requests = Requests(office.state, clock, config.site.zone)
        if requests.heads():
            close(requests, office)
        Reaper(office.state).step(clock.now())
        assert list(office.state.requests.glob("*.req")) == []
