"""A day at the door in one process: visitor after visitor, and nothing of them stays, neither a name nor an object."""

import gc
import sys
from collections.abc import Iterator
from random import Random
from statistics import linear_regression
from typing import Any

import pytest

from kiosk.steps import Step
from tests.kiosk_screens.test_app import Glass, glass, office
from tests.support.bars import Bars
from tests.support.memory import kilobytes_in_use

__all__ = ["glass", "office"]
CANARY = "qhvzxj"


class Day:
    """Visitors of every kind, one after another: who corrects, takes back, reads, hesitates, walks away."""

    def __init__(self, glass: Glass, seed: int) -> None:
        self.glass, self.chance = glass, Random(seed)
        self.came = 0

    def visit(self) -> None:
        glass, flow = self.glass, self.glass.flow
        self.came += 1
        glass.clock.advance(seconds=30)
        flow.coming.begin()
        glass.frames.advance(0.05)
        flow.typing.enter(f"{CANARY}{self.came}")
        glass.frames.advance(0.05)
        if self.chance.random() < 0.2:
            flow.reading.begin()
            glass.frames.advance(0.05)
            flow.back()
        flow.coming.go_on()
        glass.until(lambda: flow.step is Step.PASS)
        given = flow.visitor.given
        assert given is not None
        self.look_at_own_entry()
        if self.chance.random() < 0.3:
            self.walk_away()
        else:
            flow.begin_again()
        glass.frames.advance(0.4)
        glass.counter._reception.sign_out(given)
        glass.counter.tick()

    def look_at_own_entry(self) -> None:
        glass, flow = self.glass, self.glass.flow
        what = self.chance.random()
        if what < 0.6:
            return
        flow.own.look()
        glass.frames.advance(0.05)
        if what < 0.8:
            flow.own.correct(Step.NAME)
            flow.typing.enter("x")
            flow.coming.go_on()
            glass.until(lambda: flow.step is Step.OWN)
            flow.back()
        else:
            flow.own.ask_to_take_back()
            flow.own.take_back()
            glass.until(lambda: flow.step is Step.TAKEN)

    def walk_away(self) -> None:
        glass, flow = self.glass, self.glass.flow
        for _ in range(2):
            glass.clock.advance(seconds=61)
            glass.counter.tick()
            glass.frames.advance(0.05)
        assert flow.step is Step.WELCOME


def holders(word: str) -> list[str]:
    """What in memory holds text with this in it."""
    found = []  # no comprehension: its cell would hold the word as well
    for thing in gc.get_objects():
        for text in _texts(thing):
            if word in text:
                found.append(f"{type(thing).__name__}: {text!r}")
    return found


def _texts(thing: Any) -> Iterator[str]:
    for held in gc.get_referents(thing):
        if type(held) is str:
            yield held
        elif type(held) in (bytes, bytearray):
            yield held.decode("utf-8", "ignore")


def test_a_dozen_visitors_leave_no_name_and_no_object_behind(glass: Glass) -> None:
    day, counts = Day(glass, 1), []
    for number in range(12):
        day.visit()
        if number % 6 == 5:
            glass.frames.advance(1)
            gc.collect()
            counts.append(len(gc.get_objects()))
    # The roll remembers where the last few records stand; nothing else grows.
    assert counts[1] - counts[0] < 200
    assert holders(f"{CANARY}1") == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_two_thousand_visitors_in_a_day_need_no_more_memory_than_the_first_hundred(glass: Glass, bars: Bars) -> None:
    day, blocks, used = Day(glass, 2), [], []
    for _ in range(2000):
        day.visit()
        if day.came % 50 == 0 and day.came > 200:
            gc.collect()
            blocks.append((day.came, sys.getallocatedblocks()))
            used.append(kilobytes_in_use())
    slope, _ = linear_regression([visits for visits, _ in blocks], [number for _, number in blocks])
    bars.at_most("2,000 visits: blocks of Python's memory more a visit", slope, 0.5)
    # SQLite remembers pages of the day's rows, 2,000 kB of them at most.
    bars.at_most("2,000 visits: more in use by everything else, in all", max(used) - used[0], 2100, "kB")
    bars.at_most("2,000 visits: names left in memory", len(holders(f"{CANARY}1")), 0)
