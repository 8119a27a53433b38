"""A day at the door in one process, as the kiosk runs: visitor after visitor.

    python -m tests.kiosk_screens.day_of_visits 2000 FOLDER

prints, every fifty visitors, what the process needs of memory, and last what is left of them.
"""

import gc
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from kiosk.steps import Step
from retention.base.command import Office
from tests.kiosk_screens.conftest import frames_by_hand
from tests.kiosk_screens.test_app import Glass, glass_of
from tests.support.clock import ManualClock
from tests.support.memory import kilobytes_in_use, kilobytes_resident
from tests.support.state import make_config, make_state

CANARY = "qhvzxj"
WARM, EVERY = 200, 50


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


def main(visits: int, folder: Path) -> None:
    """As many visits; what was measured as one line of JSON."""
    state, clock = make_state(folder / "state"), ManualClock()
    office = Office(make_config(state.directory, visits={"ask_help": False}), state, clock)
    measured = []
    with frames_by_hand() as frames, glass_of(office, clock, frames) as glass:
        day = Day(glass, 2)
        for _ in range(visits):
            day.visit()
            if day.came % EVERY == 0 and day.came >= WARM:
                gc.collect()
                measured.append([day.came, len(gc.get_objects()), kilobytes_in_use(), kilobytes_resident()])
        print(json.dumps({"measured": measured, "left": len(holders(f"{CANARY}1"))}))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
