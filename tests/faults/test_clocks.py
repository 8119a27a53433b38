"""The system clock is set while cameras are captured, and while retention destroys: real processes, a false clock.

An hour, a day, ten days, 1970, 2036, both changes of summer time, a smeared leap second: cameras lose a moment, nothing
live is destroyed early, nothing is late, and nothing that has expired is shown.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from retention.base.audit import Trail
from retention.base.clock import SystemClock
from retention.base.readerkey import public_half
from retention.base.slots import SlotFile
from retention.base.state import State
from retention.base.trusted import TrustedTime
from tests.faults.judge import Fault, Findings, findings, hold
from tests.faults.site import Site, until
from tests.support.bars import Bars
from tests.support.faketime import FakeTime, library
from tests.support.rtsp import RtspCamera
from tests.support.state import make_state, write_config

pytestmark = pytest.mark.skipif(library() is None, reason="libfaketime is not installed")

AHEAD = (("clock_stepped",),)  # what was seen meanwhile stands where the clock said it was
BACK = ()  # trusted time does not go back, so that nothing is missing
STEPS = {"+1 hour": 3_600, "-1 hour": -3_600, "+1 day": 86_400, "-1 day": -86_400}


def run(folder: Path, lens: RtspCamera, steps: list[str], cameras: int) -> Findings:
    """Every step, and right again, for all cameras of a site."""
    urls = {f"camera-{number}": lens.url for number in range(cameras)}
    clock, faults = FakeTime(folder), list[Fault]()
    with Site(folder / "site", urls, environment=clock.environment) as site:
        site.state.prepare()
        TrustedTime(site.state, site.clock).advance()  # as the retention service does every minute
        since = site.start().clock.now()
        for step in steps:
            site.wait_for_footage(since=site.clock.now(), seconds=3)
            before = site.clock.now()
            clock.step(seconds=STEPS[step])
            begun = site.clock.now()
            time.sleep(4)
            ending = site.clock.now()
            clock.step()
            moments = before, begun, ending, site.clock.now()
            causes = AHEAD if STEPS[step] > 0 else BACK
            faults += [Fault(step, camera, *moments, causes=causes) for camera in site.cameras]
        site.wait_for_footage(since=site.clock.now(), seconds=3)
        site.stop()
        return findings(site, since, faults)


def test_a_clock_set_forward_is_one_gap(tmp_path: Path, lens: RtspCamera) -> None:
    found = run(tmp_path, lens, ["+1 hour"], cameras=1)

    assert found.wrong == []
    assert (found.unaccounted, found.unplayable, found.skips) == (0, [], [])


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(2))
def test_clocks_that_are_set(tmp_path: Path, lens: RtspCamera, bars: Bars, seed: int) -> None:
    found = run(tmp_path, lens, random.Random(seed).sample(list(STEPS), 4), cameras=7)

    # A step is seen at the next key frame, which is where a new file can begin.
    hold(bars, f"{len(found.faults)} steps of the clock ({seed})", found, starts=1.5, returns=3)


# Retention.

CAMERA = "camera-entree"
EARLY, LATE = timedelta(seconds=75), timedelta(seconds=5)
OPENS = """
import json, sys
from pathlib import Path
from retention.base.clock import SystemClock
from retention.base.errors import EpochErased
from retention.base.readerkey import private_half
from retention.base.slots import SlotFile
from retention.base.state import State
from retention.base.trusted import TrustedTime
state = State(Path(sys.argv[1]))
slots, reader = SlotFile(state, sys.argv[2]), private_half(state)
opened = []
for slot in slots.live():
    try:
        slots.open(slot.epoch, reader, TrustedTime(state, SystemClock()).latest())
        opened.append(slot.epoch)
    except EpochErased:
        pass
print(json.dumps(opened))
"""


@dataclass
class Vault:
    """Keys of many ages, retention as the command it is, a clock to set; and what became of the keys by true time."""

    folder: Path
    state: State
    clock: FakeTime
    deadlines: dict[int, datetime] = field(default_factory=dict)
    early: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)

    def claim(self, *seconds_left: float) -> None:
        """A key for each; it has so many seconds to live."""
        slots, reader = SlotFile(self.state, CAMERA), public_half(self.state)
        for seconds in seconds_left:
            deadline = SystemClock().now() + timedelta(seconds=seconds)
            epoch = int((deadline - timedelta(hours=96)).timestamp()) // 60 * 60
            while epoch in self.deadlines:
                epoch -= 60
            slots.claim(epoch, deadline + timedelta(minutes=10), reader)
            # The reaper looks where a minute may begin; of a key that is old when it is made, the bell tells.
            slots.bring_forward(epoch, deadline)
            self.deadlines[epoch] = deadline

    def portier(self, *words: str, clock: bool = True) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "portier", "--config", str(self.folder / "portier.toml"), *words]
        environment = os.environ | (self.clock.environment if clock else {})
        with (self.folder / "retention.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=environment)

    @contextmanager
    def retention(self) -> Iterator[None]:
        # Without the database: a thread that imports it starves the other, when libfaketime steps while both run.
        process = self.portier("retention", "run", "--without-rows")
        try:
            until((self.state.run / "health-retention.json").exists, f"it runs; see {self.folder}")
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)

    def look(self, seconds: float) -> None:
        """Watch the keys for so long, and see what a reader opens."""
        end = time.monotonic() + seconds
        opened = self.opens()
        while time.monotonic() < end:
            self.judge(opened)
            opened = []
            time.sleep(0.5)

    def opens(self) -> list[int]:
        """The minutes that a reader opens that goes by the clock as it is set."""
        words = [sys.executable, "-c", OPENS, str(self.state.directory), CAMERA]
        done = subprocess.run(words, env=os.environ | self.clock.environment, capture_output=True, check=True)
        return [int(epoch) for epoch in json.loads(done.stdout)]

    def judge(self, opened: list[int]) -> None:
        before = SystemClock().now()
        live = {slot.epoch for slot in SlotFile(self.state, CAMERA).live()}
        for epoch, deadline in self.deadlines.items():
            if epoch not in live and SystemClock().now() < deadline - EARLY and epoch not in self.early:
                self.early.append(epoch)
            if epoch in live and before > deadline + LATE and epoch not in self.late:
                self.late.append(epoch)
        # A reader may have looked a moment before the deadline.
        self.shown += [epoch for epoch in opened if before > self.deadlines[epoch] + LATE]

    def stepped(self) -> int:
        return sum(entry.act.startswith("clock.stepped") for entry in Trail(self.state, SystemClock()).entries())

    def set(self, seconds: float) -> None:
        """Set the clock beside the truth, and wait until retention has seen it."""
        before = self.stepped()
        self.clock.step(seconds=seconds)
        until(lambda: self.stepped() > before, f"the step of {seconds} s is in the trail")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    state = make_state(tmp_path / "state")
    write_config(tmp_path / "portier.toml", {"state": {"directory": state.directory}})
    vault = Vault(tmp_path, state, FakeTime(tmp_path))
    TrustedTime(state, SystemClock()).advance()
    vault.claim(96 * 3_600, 50 * 3_600, 23 * 3_600, 3_000, 300)
    return vault


def beside(moment: datetime) -> float:
    """How far a moment is from now."""
    return (moment - SystemClock().now()).total_seconds()


@pytest.mark.slow  # real time passes; the fast tier has the same with a clock in its hand
def test_retention_is_not_fooled_by_a_clock_that_goes_a_day_and_back(vault: Vault) -> None:
    with vault.retention():
        vault.claim(50)
        for step in (86_400.0, 0.0):
            vault.set(step)
            vault.look(2)
        until(lambda: len(SlotFile(vault.state, CAMERA).live()) == 5, "what is due was destroyed")
        vault.look(1)
    assert (vault.early, vault.late, vault.shown) == ([], [], [])


def test_a_restored_image_shows_nothing_that_expired_and_loses_it_once_the_clock_is_trusted(
    vault: Vault, tmp_path: Path
) -> None:
    with vault.retention():
        image = shutil.copytree(vault.state.directory, tmp_path / "image", ignore=shutil.ignore_patterns("*.sock"))
    shutil.rmtree(vault.state.directory)
    shutil.copytree(image, vault.state.directory)
    vault.clock.step(days=5)  # five days later, as all the world but this image knows
    assert vault.opens() == []  # before any service runs
    assert vault.portier("retention", "step").wait(timeout=60) == 0
    assert len(SlotFile(vault.state, CAMERA).live()) == 5
    assert vault.portier("clock", "repair", "--yes").wait(timeout=60) == 0
    assert vault.portier("retention", "step").wait(timeout=60) == 0
    assert SlotFile(vault.state, CAMERA).live() == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_no_way_of_setting_the_clock_makes_an_erasure_early_or_late(vault: Vault, bars: Bars) -> None:
    hour, day = 3_600.0, 86_400.0
    steps = [hour, -hour, day, -day, 10 * day, -10 * day]
    steps += [beside(datetime(1970, 1, 1, tzinfo=UTC)), beside(datetime(2036, 2, 7, tzinfo=UTC))]
    steps += [
        beside(datetime(2027, 3, 28, 0, 59, 57, tzinfo=UTC)),
        beside(datetime(2027, 10, 31, 0, 59, 57, tzinfo=UTC)),
    ]
    with vault.retention():
        for step in steps:
            vault.claim(50, 58, 66)
            vault.set(step)
            vault.look(12)
            vault.set(0)
            vault.look(8)
        for tenth in range(11):  # a leap second, smeared
            vault.clock.step(seconds=-tenth / 10)
            vault.look(1)
        vault.clock.step()
        vault.look(70)
    bars.at_most(f"{len(steps)} clock attacks: keys destroyed early", len(vault.early), 0)
    bars.at_most(f"{len(steps)} clock attacks: keys destroyed late", len(vault.late), 0)
    bars.at_most(f"{len(steps)} clock attacks: expired minutes that a reader opened", len(vault.shown), 0)
