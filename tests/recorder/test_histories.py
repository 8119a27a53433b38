"""Random histories of a camera, played on real files, journals and slots: the timeline tiles each of them, and is true.

Started, stopped, killed, powered off, its clock set, switched off; minutes evicted, past their term, taken away, cut
short: after every step recorded and gaps tile from the first start to now, what is recorded can be played, what is a
gap cannot, and the timeline of a part is that part of the timeline.
"""

import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from recorder.causes import Cause
from recorder.errors import CaptureFailed
from recorder.footprints import every_file, latest_end
from recorder.journal import Journal, read, take_over
from recorder.timeline import EDGE, Interval
from retention.base.slots import SlotFile
from retention.base.state import State, camera_stream
from retention.base.trusted import TrustedTime
from retention.reaper import Reaper
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, looped, packets_of
from tests.support.bars import Bars
from tests.support.clock import ManualClock

HASTE = settings(deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
TINY = timedelta(microseconds=1)
Act = Callable[["World"], None]


class World:
    """A site on a clock in the test's hand, and what may happen to it."""

    def __init__(self, state: State, film: Path) -> None:
        self.stage, self.state, self.film = Stage(state, ManualClock()), state, packets_of(film)
        self.clock, self.slots = self.stage.clock, SlotFile(state, camera_stream(CAMERA))

    def begin(self) -> None:
        """As new: what an earlier history left is gone, and its keys are destroyed."""
        self.clock.advance(days=20)
        shutil.rmtree(self.state.footage / CAMERA, ignore_errors=True)
        self.state.clock.unlink(missing_ok=True)
        self.pass_time(0)
        Reaper(self.state).step(self.clock.now())

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds=seconds)
        TrustedTime(self.state, self.clock).advance()

    def capture(self, seconds: float, ends: Exception | None = None, step: float = 0) -> None:
        """A life of the camera process; in its middle somebody sets the clock by `step` seconds."""

        def before(number: int) -> None:
            if step and number == round(seconds * 25 / 2):
                self.clock.step(seconds=step)

        with suppress(RuntimeError):
            self.stage.capture(FakeCamera(self.clock, looped(self.film, seconds), ends=ends, before=before))

    def disable(self) -> None:
        journal, now = Journal(self.state.gaps(CAMERA), self.clock), self.clock.now()
        take_over(journal, latest_end(self.state, CAMERA, now), self.clock.boot_id())
        journal.note(now, Cause.DISABLED)

    def cut_power(self, seconds: float, off: float, cut: int) -> None:
        """The machine goes down, and the last bytes of the newest file never reached the disk."""
        self.capture(seconds, RuntimeError("power"))
        if files := every_file(self.state, CAMERA):
            files[-1].write_bytes(files[-1].read_bytes()[: -cut or None])
        self.clock.reboot(timedelta(seconds=off))
        TrustedTime(self.state, self.clock).advance()

    def evict(self, which: int) -> None:
        """Destroy a minute early, to make room."""
        if live := self.slots.live():
            slot = live[which % len(live)]
            self.slots.erase(slot.epoch, TrustedTime(self.state, self.clock).for_destroying())
            for path in self.state.data_of(self.slots.stream, slot.epoch):
                path.unlink()

    def lose(self, which: int) -> None:
        """Somebody takes a file away."""
        if files := every_file(self.state, CAMERA):
            files[which % len(files)].unlink()

    def reap(self, hours: float) -> None:
        self.pass_time(hours * 3600)
        Reaper(self.state).step(TrustedTime(self.state, self.clock).for_destroying())

    def between(self, start: datetime, end: datetime) -> list[Interval]:
        return self.stage.footage.timeline(CAMERA, start, end)


seconds, which = st.integers(1, 75), st.integers(0, 20)
acts = st.one_of(
    st.builds(lambda s: lambda w: w.capture(s), seconds),
    st.builds(lambda s: lambda w: w.capture(s, RuntimeError("killed")), seconds),
    st.builds(lambda s: lambda w: w.capture(s, CaptureFailed(Cause.UNREACHABLE, "away")), seconds),
    st.builds(lambda s, by: lambda w: w.capture(s, None, by), seconds, st.sampled_from([-3600, 3600, 86_400, -86_400])),
    st.builds(lambda s, off, cut: lambda w: w.cut_power(s, off, cut), seconds, st.integers(0, 900), st.integers(0, 99)),
    st.builds(lambda s: lambda w: w.pass_time(s), st.integers(1, 4_000)),
    st.builds(lambda by: lambda w: w.clock.step(seconds=by), st.sampled_from([-3600, 3600, -86_400])),
    st.builds(lambda n: lambda w: w.evict(n), which),
    st.builds(lambda n: lambda w: w.lose(n), which),
    st.builds(lambda h: lambda w: w.reap(h), st.sampled_from([1, 40, 95.98, 96])),
    st.just(lambda w: w.disable()),
)
histories = st.lists(acts, min_size=2, max_size=7)


def judge(world: World, asked: random.Random) -> int:
    """Hold the timeline against what can be played; how many moments were tried."""
    entries = read(world.state.gaps(CAMERA))
    now = TrustedTime(world.state, world.clock).latest()
    if not entries or entries[0].at >= now:
        return 0
    start = max(entries[0].at, now - timedelta(days=5))
    whole = world.between(start, now + timedelta(hours=1))
    assert whole == [] or (whole[0].start == start and now - EDGE < whole[-1].end <= now)
    assert all(before.end == after.start for before, after in pairwise(whole))
    assert all((one.state == "gap") == (one.cause is not None) and one.start < one.end for one in whole)
    for _ in range(3):
        begin, end = sorted(start + (now - start) * asked.random() for _ in range(2))
        assert world.between(begin, end) == clipped(whole, begin, end)
    return sum(tried(world, one) for one in whole)


def tried(world: World, one: Interval) -> int:
    moments = [one.start, one.start + (one.end - one.start) / 2, one.end - TINY]
    for moment in moments:
        shown = world.stage.footage.fragment(CAMERA, moment)
        plays = shown is not None and shown.start <= moment < shown.end
        assert plays == (one.state == "recorded"), (one, moment, shown and (shown.start, shown.end))
    return len(moments)


def clipped(whole: list[Interval], start: datetime, end: datetime) -> list[Interval]:
    cut = [(max(one.start, start), min(one.end, end), one) for one in whole]
    return [Interval(begin, finish, one.state, one.cause) for begin, finish, one in cut if begin < finish]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, small_film: Path) -> World:
    """Made once: its slots are two files of 32 MB."""
    state = State(tmp_path_factory.mktemp("world"))
    state.prepare()
    return World(state, small_film)


def play(world: World, history: list[Act], number: int) -> int:
    world.begin()
    tried = 0
    for act in history:
        act(world)
        tried += judge(world, random.Random(number))
    return tried


@seed(20270302)
@settings(HASTE, max_examples=5)
@given(history=histories, number=st.integers(0, 9))
def test_whatever_happened_the_timeline_tiles_and_is_true(world: World, history: list[Act], number: int) -> None:
    play(world, history, number)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_many_histories(world: World, bars: Bars) -> None:
    count = moments = 0

    @seed(4)
    @settings(HASTE, max_examples=400)
    @given(history=histories, number=st.integers(0, 9))
    def many(history: list[Act], number: int) -> None:
        nonlocal count, moments
        moments += play(world, history, number)
        count += 1

    many()
    bars.at_least("histories whose timeline tiled and was true", count, 400)
    bars.at_least("moments of them that were tried", moments, 10_000)
