"""The recorder's side of the eyes: what it believes of them, whom it leaves out; a person's word on a turned camera."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest

from recorder.check import Check
from recorder.commands import recorder as commands
from recorder.eyes.blindness import Watch
from recorder.eyes.sidecar import Glance, Look, Sidecar
from recorder.eyes.watcher import Watcher
from retention.base.clock import SystemClock
from retention.base.config import RetentionSection
from retention.base.readerkey import private_half, public_half
from retention.base.state import State
from retention.rules import footage_deadline
from tests.recorder.cameras import CAMERA, Stage
from tests.recorder.test_service import until
from tests.support.scenes import Lobby, Moment, Sensor
from tests.support.staging import BEGIN
from tests.support.state import make_config


@pytest.fixture
def watcher(state: State) -> Iterator[Watcher]:
    """Eyes on two cameras, real ones, to which nobody shows anything."""
    public_half(state)
    watcher = Watcher(make_config(state.directory, camera=[{"name": "entree"}, {"name": "gang"}]), state.directory)
    yield watcher
    watcher.end(10)


def started(watcher: Watcher, clock: SystemClock) -> int:
    until(lambda: watcher.step(clock.monotonic() + 3_600) or watcher.pid)
    assert watcher.pid is not None
    return watcher.pid


def test_a_camera_whose_pictures_end_the_eyes_three_times_running_is_left_out_and_told(watcher: Watcher) -> None:
    clock = SystemClock()
    for sealed in (False, True, False, False):  # a look that was sealed says that this camera does no harm
        pid = started(watcher, clock)
        if sealed:
            watcher.understand({"camera": "gang", "at": 1, "blind": None, "since": None, "motion": 0.1})
        assert watcher.problems() == []
        watcher.understand({"looking": "gang"})
        os.kill(pid, signal.SIGKILL)
        until(lambda: watcher.step(clock.monotonic()) or watcher.pid is None)

    said = [problem.message for problem in watcher.problems()]
    assert len(said) == 1
    assert "camera gang: its pictures end the eyes" in said[0]
    started(watcher, clock)  # the other camera is looked at


def test_a_camera_that_eyes_started_anew_find_blind_is_blind_since_it_was_first_told(watcher: Watcher) -> None:
    for since in (1_000_000_000, 9_000_000_000):
        watcher.understand({"camera": "entree", "at": since, "blind": "covered", "since": since})

    assert watcher.figures() == {"entree.blind": 1.0, "gang.blind": 0.0}
    assert [problem.values for problem in watcher.problems()] == [
        {"camera": "entree", "since": "1970-01-01T00:16:40+00:00"}
    ]
    watcher.understand({"camera": "entree", "at": 1, "blind": None, "since": None})
    assert watcher.problems() == []


def test_a_person_says_that_a_camera_looks_elsewhere_from_now_on(stage: Stage) -> None:
    lobby, sensor, watch = Lobby(5), Sensor(5), Watch()
    sensor.settle(lobby.light(Moment()))
    for number in range(12):
        watch.look(sensor.picture(lobby.light(Moment())), BEGIN + timedelta(seconds=2 * number))
    kept = stage.state.view(CAMERA)
    kept.write_bytes(watch.view.told())

    commands.main(["look-anew", "--camera", CAMERA], standalone_mode=False, obj=stage.office)

    assert not kept.exists()
    trail = "".join(path.read_text() for path in stage.state.audit.glob("*.jsonl"))
    assert trail.count("camera.look_anew") == 1


def test_looks_beside_a_minute_are_nothing_that_a_check_objects_to(stage: Stage) -> None:
    sidecar = Sidecar(
        stage.state, CAMERA, public_half(stage.state), lambda epoch: footage_deadline(epoch, RetentionSection())
    )
    sidecar.add(Look(Glance(stage.clock.at, 0.1, None), stage.clock.at, b"jpeg"))
    sidecar.close()

    assert list(Check(stage.office, private_half(stage.state), None).differences()) == []


@pytest.mark.parametrize(
    "said", [b"nothing", b"[1]", b"{}", b'{"blind": "asleep", "camera": "gang", "since": 1}', b'{"motion": 1}']
)
def test_what_nobody_understands_is_not_believed_and_ends_nothing(watcher: Watcher, said: bytes) -> None:
    hear, speak = os.pipe()
    os.write(speak, said + b"\n" + b'{"blind": "black", "camera": "entree", "since": 1}\n')
    os.close(speak)

    watcher.take_in(hear)
    os.close(hear)

    assert list(watcher.blind) == ["entree"]
    assert len(watcher.problems()) == 1


def test_eyes_that_cannot_be_started_are_tried_again_later(watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    with monkeypatch.context() as broken:
        broken.setattr("sys.executable", "/nowhere/python")
        assert not watcher.step(clock.monotonic())
        assert watcher.pid is None
    started(watcher, clock)
