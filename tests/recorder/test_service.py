"""The recorder with real processes and a real camera: killed, hanging, cut off, stopped; and what it says of itself."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from recorder.camera import ELSEWHERE
from recorder.causes import Cause
from recorder.child import Child
from recorder.doctor import look_at_cameras
from recorder.footage import Footage
from recorder.journal import Journal
from recorder.service import Recorder
from recorder.timeline import Interval
from retention.base.clock import SystemClock
from retention.base.command import Office
from retention.base.health import reports
from retention.base.readerkey import private_half
from retention.base.service import Life
from retention.base.state import State
from tests.support.rtsp import RtspCamera
from tests.support.state import make_config, write_config

PATIENCE = 40.0


def until(what: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for something to become true, on a machine however slow."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


class Running:
    """A recorder at work in a thread; its cameras are real processes."""

    def __init__(self, state: State, cameras: Mapping[str, str | dict[str, object]], **sections: object) -> None:
        rows = [{"name": name, **({"url": one} if isinstance(one, str) else one)} for name, one in cameras.items()]
        config = make_config(state.directory, camera=rows, **sections)
        self.office = Office(config, state, SystemClock())
        self.began = self.office.clock.now()
        self.recorder = Recorder(self.office)
        self.life = Life()
        self.thread = threading.Thread(target=self.recorder.run, args=(self.life,))
        self.thread.start()

    def child(self, name: str) -> Child:
        return next(child for child in self.recorder.children if child.camera.name == name)

    def capturing(self, name: str, seconds: float = 2) -> bool:
        """Whether there is so much footage of it since now."""
        child, now = self.child(name), self.office.clock.now()
        until(lambda: child.cause is None and child.until and child.until > now + timedelta(seconds=seconds))
        return True

    def timeline(self, name: str) -> list[Interval]:
        footage = Footage(self.office, private_half(self.office.state))
        return footage.timeline(name, self.began, self.office.clock.now())

    def causes(self, name: str) -> list[str]:
        return [one.cause or one.state for one in self.timeline(name)]

    def stop(self) -> None:
        self.life.stop.set()
        self.thread.join(timeout=30)
        assert not self.thread.is_alive()


@pytest.fixture
def run(state: State) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(cameras: dict[str, str], **sections: object) -> Running:
        started.append(Running(state, cameras, **sections))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.mark.slow  # each `make test` sees the same happen to real cameras, in tests/faults
def test_a_camera_process_that_is_killed_costs_a_second_and_hurts_no_other(
    run: Callable[..., Running], small_film: Path
) -> None:
    with RtspCamera(small_film) as camera:
        running = run({"entree": camera.url, "straat": camera.url})
        running.capturing("entree")
        running.capturing("straat")
        killed = running.child("entree").pid
        at = running.office.clock.now()
        assert killed
        os.kill(killed, signal.SIGKILL)
        until(lambda: running.child("entree").pid not in (None, killed))
        running.capturing("entree")
        running.stop()

    assert running.causes("entree")[1:4] == ["recorded", "restarted", "recorded"]
    gap = running.timeline("entree")[2]
    assert at - gap.start < timedelta(seconds=2.5)
    assert running.causes("straat").count("recorded") == 1


def test_a_camera_process_that_hangs_is_ended_and_the_gap_is_a_stall(
    run: Callable[..., Running], small_film: Path
) -> None:
    with RtspCamera(small_film) as camera:
        running = run({"entree": camera.url})
        running.capturing("entree")
        hanging = running.child("entree").pid
        assert hanging
        os.kill(hanging, signal.SIGSTOP)
        until(lambda: running.child("entree").pid not in (None, hanging))
        running.capturing("entree")
        running.stop()

    assert running.causes("entree")[1:4] == ["recorded", "stalled", "recorded"]


@pytest.mark.slow  # each `make test` sees the same happen to real cameras, in tests/faults
def test_a_camera_that_goes_silent_and_comes_back_leaves_one_gap(run: Callable[..., Running], small_film: Path) -> None:
    with RtspCamera(small_film) as camera:
        running = run({"entree": camera.url})
        running.capturing("entree")
        camera.stall()
        until(lambda: running.child("entree").cause == "stalled")
        camera.resume()
        running.capturing("entree")
        running.stop()

    assert running.causes("entree")[1:4] == ["recorded", "stalled", "recorded"]


def test_what_is_wrong_is_in_the_health_report_without_a_password(run: Callable[..., Running], state: State) -> None:
    running = run({"entree": "rtsp://portier:s3cret@127.0.0.1:9/entree"})
    until(lambda: any(report.problems for report in reports(state)))
    running.stop()

    (report,) = reports(state)
    assert report.problems[0].promise == "P5"
    assert "entree" in report.problems[0].message
    assert "127.0.0.1:9 cannot be reached" in report.problems[0].message
    assert "s3cret" not in json.dumps([problem.message for problem in report.problems])
    assert report.figures["entree.capturing"] == 0


@pytest.mark.slow
def test_a_second_recorder_says_that_it_waits_and_takes_over(run: Callable[..., Running], small_film: Path) -> None:
    with RtspCamera(small_film) as camera:
        first = run({"entree": camera.url})
        first.capturing("entree")
        second = run({"entree": camera.url})
        until(lambda: second.child("entree").message == ELSEWHERE)
        assert first.capturing("entree")
        first.stop()
        second.capturing("entree")
        second.stop()

    assert first.causes("entree")[1:4] == ["recorded", "stopped", "recorded"]


@pytest.mark.slow
def test_a_disk_that_others_fill_pauses_every_camera_until_there_is_room(
    run: Callable[..., Running], small_film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, real = threading.Event(), os.statvfs

    def told(folder: Path) -> SimpleNamespace:
        found = real(folder)
        return SimpleNamespace(f_bavail=0 if full.is_set() else found.f_bavail, f_frsize=found.f_frsize)

    monkeypatch.setattr(os, "statvfs", told)
    with RtspCamera(small_film) as camera:
        running = run({"entree": camera.url, "straat": camera.url})
        for name in ("entree", "straat"):
            running.capturing(name)
        full.set()
        until(lambda: all(child.cause == "disk_full" for child in running.recorder.children))
        until(
            lambda: any(problem.everywhere for report in reports(running.office.state) for problem in report.problems)
        )
        full.clear()
        back = running.office.clock.now() + timedelta(seconds=30)
        for name in ("entree", "straat"):
            running.capturing(name, seconds=0)
        assert running.office.clock.now() < back
        running.stop()

    assert running.causes("straat")[1:4] == running.causes("entree")[1:4] == ["recorded", "disk_full", "recorded"]


def test_it_goes_on_without_a_database_and_says_so(run: Callable[..., Running], small_film: Path) -> None:
    database = {"url": "postgresql://nobody@127.0.0.1:9/none"}
    with RtspCamera(small_film) as camera:
        running = run({"entree": camera.url}, database=database)
        running.capturing("entree")
        until(lambda: any("rows are late" in str(report.problems) for report in reports(running.office.state)))
        running.stop()

    assert "recorded" in running.causes("entree")


def test_a_camera_that_is_switched_off_says_so(state: State) -> None:
    clock = SystemClock()
    rows = [{"name": "entree", "url": "test", "enabled": False}]
    office = Office(make_config(state.directory, camera=rows), state, clock)
    Journal(state.gaps("entree"), clock).note(clock.now(), Cause.STOPPED)
    life = Life()
    life.stop.set()

    Recorder(office).run(life)

    found = Footage(office, private_half(state)).timeline("entree", clock.now() - timedelta(hours=1), clock.now())
    assert found[-1].cause == "disabled"


def test_a_camera_that_was_taken_out_of_the_configuration_says_so(state: State) -> None:
    clock = SystemClock()
    Journal(state.gaps("oud"), clock).note(clock.now() - timedelta(minutes=5), None)
    office = Office(make_config(state.directory, camera=[]), state, clock)
    life = Life()
    life.stop.set()

    Recorder(office).run(life)

    found = Footage(office, private_half(state)).timeline("oud", clock.now() - timedelta(hours=1), clock.now())
    assert [one.cause for one in found] == ["disabled", "restarted", "disabled"]


def test_no_password_stands_in_the_process_list(run: Callable[..., Running]) -> None:
    running = run({"entree": "rtsp://portier:s3cret@127.0.0.1:9/entree"})
    until(lambda: running.child("entree").pid)
    words = Path(f"/proc/{running.child('entree').pid}/cmdline").read_bytes()

    assert b"recorder.nursery" in words
    assert b"s3cret" not in words


@pytest.fixture
def command(state: State, tmp_path: Path, small_film: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command `portier` on a site with a film for a camera."""
    sections = {"state": {"directory": state.directory}, "camera": [{"name": "entree", "url": small_film.as_uri()}]}
    path = write_config(tmp_path / "portier.toml", sections)

    def portier(*words: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "portier", "--config", str(path), *words]
        return subprocess.run(line, capture_output=True, text=True, timeout=seconds, check=False)

    return portier


@contextmanager
def at_work(folder: Path, state: State) -> Iterator[subprocess.Popen[bytes]]:
    """`portier recorder run` as a process, from when it has stored some seconds more."""
    before = stored(state)
    words = [sys.executable, "-m", "portier", "--config", str(folder / "portier.toml"), "recorder", "run"]
    service = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        until(lambda: stored(state) > before + 100_000)
        yield service
    finally:
        service.terminate()
        service.wait(timeout=30)


def stored(state: State) -> int:
    return sum(path.stat().st_size for path in state.footage.glob("*/*/*.seg"))


def test_the_recorder_as_a_command_from_first_start_to_export(
    command: Callable[..., subprocess.CompletedProcess[str]], state: State, tmp_path: Path
) -> None:
    with at_work(tmp_path, state) as service:
        pass
    assert service.returncode == 0

    told = json.loads(command("footage", "timeline", "--camera", "entree", "--json").stdout)
    recorded = next(one for one in told if one["state"] == "recorded")
    assert [one["cause"] for one in told if one["state"] == "gap"] == ["stopped"]
    # People read local time to the second, with its offset: as --from and --to take it.
    read_out = command("footage", "timeline", "--camera", "entree").stdout.splitlines()
    assert len(read_out) == len(told) + 1
    assert re.fullmatch(r"[-\d]+T[:\d]{8}\+0[12]:00 +[-\d]+T[:\d]{8}\+0[12]:00 +recorded +-", read_out[1])
    words = ["--camera", "entree", "--from", recorded["start"], "--to", recorded["end"]]
    made = command("footage", "export", *words, "--reason", "incident", "--output", str(tmp_path / "a.mp4"), "--json")
    assert made.returncode == 0
    assert json.loads(made.stdout)["frames"] > 25
    checked = command("recorder", "check", "--json")
    assert checked.returncode == 0
    assert json.loads(checked.stdout)["differences"] == []


def test_no_camera_outlives_a_recorder_that_was_killed_and_the_gap_says_restarted(
    command: Callable[..., subprocess.CompletedProcess[str]], state: State, tmp_path: Path
) -> None:
    with at_work(tmp_path, state) as service:
        children = Path(f"/proc/{service.pid}/task/{service.pid}/children").read_text().split()
        service.kill()
        until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
    with at_work(tmp_path, state):
        pass

    told = json.loads(command("footage", "timeline", "--camera", "entree", "--json").stdout)
    assert [one.get("cause", "recorded") for one in told] == ["recorded", "restarted", "recorded", "stopped"]


def test_doctor_calls_each_camera(state: State, small_film: Path) -> None:
    cameras = [{"name": "film", "url": small_film.as_uri()}, {"name": "away", "url": "rtsp://a:s3cret@127.0.0.1:9/x"}]
    cameras.append({"name": "off", "url": "test", "enabled": False})
    office = Office(make_config(state.directory, camera=cameras), state, SystemClock())

    film, away = look_at_cameras(office)

    assert (film.ok, film.said) == (True, "sends H.264, 320 x 180")
    assert not away.ok
    assert "127.0.0.1:9 cannot be reached" in away.said
    assert "s3cret" not in away.said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("timeline", "--camera", "nowhere"), 64, "there is no camera"),
        (("timeline", "--camera", "entree", "--from", "yesterday"), 64, "write it as"),
        (("export", "--camera", "entree"), 64, "Missing option"),
    ],
)
def test_a_wrong_command_is_told_in_a_sentence(
    command: Callable[..., subprocess.CompletedProcess[str]], words: tuple[str, ...], code: int, said: str
) -> None:
    ran = command("footage", *words)

    assert ran.returncode == code
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
