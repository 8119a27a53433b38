"""The eyes as a process beside real camera processes: what they see is sealed, told, and never costs footage."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from recorder.eyes.glances import Glance, Glances, Thumbnail
from recorder.eyes.watcher import Watcher
from recorder.keyring import Keyring
from retention.base.health import reports
from retention.base.readerkey import private_half
from retention.base.state import State
from tests.recorder.test_service import Running, until
from tests.support.processes import tree
from tests.support.scenes import Lobby, Moment, Sensor
from tests.support.state import make_config, make_state
from tests.support.video import make_video


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A recorder with two cameras: something moves before one, the other is covered for a while and again."""
    folder = tmp_path_factory.mktemp("eyes")
    walk = make_video(folder / "walk.mp4", seconds=12, size=(480, 270), gop=10, fps=10)
    dark = lights_out(folder / "dark.mp4", clear=8, black=8)
    running = Running(
        make_state(folder / "state"),
        {
            "entree": walk.as_uri(),
            "gang": dark.as_uri(),
            "half": {"url": walk.as_uri(), "mask": [[[0, 0], [0.5, 0], [0.5, 1], [0, 1]]]},
        },
    )
    yield running
    running.stop()


def album(running: Running) -> Glances:
    office = running.office
    reader = private_half(office.state)
    return Glances(office.state, office.clock, reader, Keyring(office.state, office.clock, reader))


def looks(running: Running, camera: str = "entree") -> list[Glance]:
    now = running.office.clock.now()
    return album(running).between(camera, running.began - timedelta(minutes=1), now)


def test_a_camera_that_runs_has_thumbnails_and_motion(running: Running) -> None:
    until(lambda: len(looks(running)) >= 2, 60)

    seen = looks(running)[-1]
    assert seen.blind is None
    assert 0.01 < seen.motion < 0.5
    picture = album(running).thumbnail("entree", seen.at)
    assert isinstance(picture, Thumbnail)
    decoded = cv2.imdecode(np.frombuffer(picture.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == (180, 320, 3)


def test_a_camera_without_eyes_hands_nothing_over(state: State) -> None:
    watcher = Watcher(
        make_config(state.directory, camera=[{"name": "a", "eyes": False}, {"name": "b"}]), state.directory
    )

    assert watcher.door("a") is None
    assert watcher.door("b") is not None
    assert watcher.figures() == {"b.blind": 0.0}
    watcher.end(0)


def test_a_camera_that_goes_black_is_told_in_a_sentence_and_again_when_it_sees(running: Running) -> None:
    def told() -> list[str]:
        return [one.message for report in reports(running.office.state) for one in report.problems]

    def figure() -> float:
        return reports(running.office.state)[0].figures["gang.blind"]

    until(lambda: any("camera gang sees nothing but black since" in one for one in told()), 40)
    until(lambda: figure() == 1)
    until(lambda: figure() == 0, 40)  # the film begins anew
    assert not any("black" in one for one in told())


def test_of_a_masked_camera_the_eyes_see_what_the_mask_leaves(running: Running) -> None:
    until(lambda: looks(running, "half"), 60)

    picture = album(running).thumbnail("half", looks(running, "half")[-1].at)
    assert picture is not None
    decoded = cv2.imdecode(np.frombuffer(picture.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert decoded is not None
    assert decoded[:, :150].max() < 30
    assert decoded[:, 170:].mean() > 50


def test_eyes_that_are_killed_cost_no_footage_and_look_again(running: Running) -> None:
    watcher = running.recorder.watcher
    until(lambda: looks(running))
    first = watcher.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    until(lambda: watcher.pid not in (None, first))
    seen = len(looks(running))

    until(lambda: len(looks(running)) > seen)

    assert running.causes("entree")[-1] == "recorded"
    assert set(running.causes("entree")) <= {"disabled", "recorded"}


def test_the_eyes_end_with_the_recorder(running: Running) -> None:
    until(lambda: running.recorder.watcher.pid)
    pid = running.recorder.watcher.pid

    running.stop()

    assert pid not in tree(os.getpid())


def lights_out(path: Path, clear: int, black: int) -> Path:
    """A lobby for so many seconds, then a lens that is covered, at five frames a second and a key frame each."""
    lobby, sensor = Lobby(3), Sensor(3)
    moment = Moment()
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=5)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 640, 360, "yuv420p", 5
        stream.options = {"preset": "ultrafast", "tune": "zerolatency"}
        sensor.settle(lobby.light(moment))
        for number in range((clear + black) * 5):
            light = lobby.light(moment)
            light = light if number < clear * 5 else light * 0
            picture = sensor.picture(light)
            frame = av.VideoFrame.from_ndarray(picture, format="gray").reformat(format="yuv420p")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path
