"""An adversary at the screen: tries passes and codes, and learns nothing about anybody.

The whole way is real but for the glass: flow, worker, pace, reception, roll, database. A try is `Seen` as the adversary
sees it: which screens came, what they said, and after how long.
"""

import os
import random
import statistics
import threading
from collections import Counter as Count
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event

from kiosk import pace
from kiosk.app import Counter
from kiosk.calamity.post import CalamityPost
from kiosk.calamity.text import text
from kiosk.codes.code import Code
from kiosk.passes import Pass, all_passes
from kiosk.register import Register
from kiosk.steps import Step
from kiosk.visits import Details
from retention.base.clock import Clock, SystemClock
from retention.base.command import Office
from retention.base.database import open_database
from retention.base.health import reports
from retention.base.readerkey import private_half
from retention.base.service import Life
from retention.base.state import State
from tests.support.bars import Bars
from tests.support.state import make_config

PEOPLE = 24


@dataclass
class Seen:
    """One try as somebody sees it who stands before the screen."""

    hit: bool
    steps: list[Step] = field(default_factory=list)
    notices: set[str] = field(default_factory=set)
    seconds: float = 0.0
    back_seconds: float = 0.0
    written: list[str] = field(default_factory=list)
    back_written: list[str] = field(default_factory=list)

    def answer(self) -> tuple[object, ...]:
        return tuple(self.steps), frozenset(self.notices)


class Adversary:
    """Hands at a screen behind which people are inside, and eyes for everything that comes back."""

    def __init__(self, office: Office, clock: Clock) -> None:
        self.office, self._clock = office, clock
        self.counter = Counter(office, Life())
        self.flow = self.counter.flow
        self._came = threading.Event()
        self._now = Seen(False)
        self.flow.changed = self._changed
        self.counter._reception.open()
        self.real = self.counter._reception._real
        self.codes = {f"Wielewaal {number:03d}": Code.new() for number in range(PEOPLE)}
        self.inside = {self.real.sign_in(Details(name), code=code).pass_: code for name, code in self.codes.items()}
        self.written: list[str] = []

    def try_pass(self, pass_: Pass, *, take_back: bool = False) -> Seen:
        def act() -> None:
            self.flow.leaving.begin()
            self.flow.leaving.choose_colour(pass_.colour)
            self.flow.leaving.choose_picture(pass_.picture)

        return self._try(act, hit=self._has(str(pass_)), take_back=take_back)

    def try_code(self, code: Code, *, take_back: bool = False) -> Seen:
        def act() -> None:
            self.flow.leaving.begin()
            self.flow.showing.hear(code.text)

        hashed = code.hashed(self.real._days.slot(self.real.today()).public)
        known = self.real._passes.seen().with_code(hashed)
        return self._try(act, hit=known is not None and known[1].left is None, take_back=take_back)

    def _has(self, pass_id: str) -> bool:
        holder = self.real._passes.seen().holders.get(pass_id)
        return holder is not None and holder.left is None

    def _try(self, act: Callable[[], None], *, hit: bool, take_back: bool) -> Seen:
        self._now = seen = Seen(hit)
        self.written.clear()
        seen.seconds = self._until(act, Step.DONE)
        seen.written = list(self.written)
        if take_back:
            self.written.clear()
            seen.back_seconds = self._until(self.flow.leaving.take_back, Step.TAKEN_BACK)
            seen.back_written = list(self.written)
        self.flow.begin_again()
        return seen

    def _until(self, act: Callable[[], None], step: Step) -> float:
        self._came.clear()
        self._wanted = step
        began = self._clock.monotonic()
        act()
        assert self._came.wait(30)
        return self._at - began

    def _changed(self) -> None:
        self._now.steps.append(self.flow.step)
        self._now.notices.add(self.flow.notice)
        if self.flow.step is getattr(self, "_wanted", None):
            self._at = self._clock.monotonic()
            self._came.set()


@pytest.fixture
def adversary(state: State, monkeypatch: pytest.MonkeyPatch) -> Iterator[Adversary]:
    monkeypatch.setattr(pace, "EACH", 0.0)  # its own tests are below; here every second would be waited for
    clock = SystemClock()
    made = Adversary(Office(make_config(state.directory), state, clock), clock)
    made.try_pass(all_passes()[0], take_back=True)  # the roll's file of this process is open now
    yield made
    made.counter.close()


@pytest.fixture
def writes(adversary: Adversary, monkeypatch: pytest.MonkeyPatch) -> Adversary:
    """What the disk and the database are asked to do, in order."""

    def noted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            adversary.written.append(name)
            return real(*arguments, **named)

        return call

    for name in ("pwrite", "fsync", "fdatasync", "replace", "rename", "posix_fallocate"):
        monkeypatch.setattr(os, name, noted(name, getattr(os, name)))
    assert adversary.real._database is not None

    @event.listens_for(adversary.real._database.engine, "before_cursor_execute")
    def statement(_: Any, __: Any, words: str, *___: Any) -> None:
        if not words.startswith(("SELECT", "PRAGMA")):
            adversary.written.append(words.split(maxsplit=1)[0])

    return adversary


def tries(adversary: Adversary, count: int) -> list[Seen]:
    """Passes by chance and codes by chance, a right code now and then (found in the bin), and some taken back."""
    chance, seen = random.Random(7), []
    passes, codes = all_passes(), list(adversary.inside.values())
    for number in range(count):
        back = chance.random() < 0.5
        if number % 3:
            seen.append(adversary.try_pass(chance.choice(passes), take_back=back))
        else:
            right = number % 2
            seen.append(adversary.try_code(chance.choice(codes) if right else Code.new(), take_back=back))
    return seen


def printed(office: Office) -> str:
    """The list as it comes out of the printer."""
    return text(CalamityPost(office).the_list())


def missing(adversary: Adversary) -> list[str]:
    paper = printed(adversary.office)
    return [name for name in adversary.codes if name not in paper]


def test_the_screen_says_the_same_whether_or_not_anybody_has_it_and_the_list_keeps_everybody(
    adversary: Adversary,
) -> None:
    seen = tries(adversary, 60)
    assert {one.hit for one in seen} == {True, False}
    for back in (True, False):
        for by_code in (True, False):
            kinds = [
                one
                for number, one in enumerate(seen)
                if bool(one.back_seconds) is back and (number % 3 == 0) is by_code
            ]
            assert len({one.answer() for one in kinds}) == 1
    assert missing(adversary) == []


def test_the_same_is_written_whether_or_not_anybody_has_it(writes: Adversary) -> None:
    seen = tries(writes, 60)
    usual, _ = Count(" ".join(one.written) for one in seen).most_common(1)[0]
    # Also at the try at which guessing is found: the trail is written after the answer.
    assert [one.written for one in seen if " ".join(one.written) != usual] == []
    assert {one.hit for one in seen} == {True, False}
    assert len({" ".join(one.back_written) for one in seen if one.back_seconds}) == 1


@pytest.mark.parametrize("hit", [True, False])
def test_a_disk_that_refuses_says_the_same_whether_or_not_anybody_has_it(
    adversary: Adversary, state: State, *, hit: bool
) -> None:
    inside = list(adversary.inside)
    pass_ = inside[0] if hit else next(one for one in all_passes()[1:] if one not in inside)
    adversary.real.close()
    state.roll.rename(state.roll.with_name("away"))
    state.roll.write_text("a file where the folder should be")

    def leave() -> None:
        adversary.flow.leaving.begin()
        adversary.flow.leaving.choose_colour(pass_.colour)
        adversary.flow.leaving.choose_picture(pass_.picture)

    adversary._until(leave, Step.ATTENTION)
    assert adversary.flow.step is Step.ATTENTION


def test_guessing_is_told_to_reception_by_codes_as_by_passes(adversary: Adversary, state: State) -> None:
    for _ in range(6):
        adversary.try_code(Code.new())
    adversary.counter._report()
    assert any(problem.promise == "P3" for report in reports(state) for problem in report.problems)
    found = next(iter(adversary.inside.items()))
    adversary.try_code(found[1])
    with_database = open_database(adversary.office.config)
    register = Register(adversary.office, with_database, private_half(state))
    states = {seen.pass_id: str(seen.state) for seen in register.visits()}
    with_database.close()
    assert states[str(found[0])] == "probably_left"


# The pace.


class Hand:
    """A clock that moves only by waiting, and by the work that is said to be done."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds


def answered(even: pace.Pace, hand: Hand, work: float) -> float:
    began = hand.now
    with even.even():
        hand.now += work
    return hand.now - began


@pytest.mark.parametrize("work", [0.0, 0.001, 0.012, 0.0249])
def test_an_answer_comes_at_the_same_time_however_long_the_work_took(work: float) -> None:
    hand = Hand()
    assert answered(pace.Pace(hand, hand.wait), hand, work) == pytest.approx(pace.STEP)


def test_an_answer_that_is_an_error_comes_at_its_time_too() -> None:
    hand = Hand()
    even = pace.Pace(hand, hand.wait)
    with pytest.raises(OSError, match="full"), even.even():
        raise OSError("full")
    assert hand.now == pytest.approx(100 + pace.STEP)


def test_who_leaves_together_is_not_slowed_and_who_guesses_is() -> None:
    hand = Hand()
    even = pace.Pace(hand, hand.wait)
    took = [answered(even, hand, 0.005) for _ in range(40)]
    assert took[: pace.FREE] == [pytest.approx(pace.STEP)] * pace.FREE
    assert took[pace.FREE] == pytest.approx(pace.STEP + pace.EACH)
    assert took[-1] == pytest.approx(pace.STEP + pace.LONGEST)
    hand.now += pace.WINDOW
    assert answered(even, hand, 0.005) == pytest.approx(pace.STEP)


# The bar.


def upper_quartile(values: list[float]) -> float:
    return statistics.quantiles(values, n=4)[-1]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_bars_of_an_adversary_with_a_thousand_tries(adversary: Adversary, bars: Bars) -> None:
    seen = tries(adversary, 1_000)
    hits, misses = ([one for one in seen if one.hit is hit] for hit in (True, False))
    bars.at_least("guessing: tries that hit somebody", len(hits), 100)
    shown = repr([one.answer() for one in seen])
    bars.at_most("guessing: names learned", sum(name in shown for name in adversary.codes), 0)
    bars.at_most("guessing: answers that differ", len({one.steps[-1] for one in seen if not one.back_seconds}) - 1, 0)
    bars.at_most("guessing: names off the printed list", len(missing(adversary)), 0)
    for what, measure in (("median", statistics.median), ("upper quartile", upper_quartile)):
        answer = abs(measure([one.seconds for one in hits]) - measure([one.seconds for one in misses])) * 1000
        bars.at_most(f"guessing: {what}, hit and miss apart", answer, 10, "ms")
        back = [[one.back_seconds for one in some if one.back_seconds] for some in (hits, misses)]
        bars.at_most(f"guessing: {what}, taken back, apart", abs(measure(back[0]) - measure(back[1])) * 1000, 10, "ms")
