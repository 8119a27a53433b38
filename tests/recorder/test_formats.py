"""The documents are enough: a stranger reads slots, segments, looks, tombstones and gaps with nothing but them."""

import ast
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import av
import pytest

from recorder.eyes.sidecar import Glance, Look, Sidecar
from retention.base.config import RetentionSection
from retention.base.readerkey import public_half
from retention.base.slots import SlotFile
from retention.base.state import camera_stream
from retention.rules import footage_deadline
from tests.recorder import stranger
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, looped, packets_of
from tests.support.video import frame_numbers, make_video

READER = Path(stranger.__file__)


def test_the_stranger_is_short_and_has_nothing_of_ours() -> None:
    text = READER.read_text(encoding="utf-8")
    used = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }

    assert used <= {*sys.stdlib_module_names, "cryptography"}
    assert text.count("\n") <= 60


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_a_segment_is_read_from_the_documents_alone(stage: Stage, tmp_path: Path, codec: str) -> None:
    recorded = make_video(tmp_path / "camera.mp4", seconds=4, size=(320, 180), gop=25, codec=codec)
    stage.capture(FakeCamera(stage.clock, looped(packets_of(recorded), 20)))
    (segment,) = (stage.state.directory / "footage").glob("*/*/*.seg")

    film = tmp_path / "film.mp4"
    words = [sys.executable, "-I", str(READER), str(stage.state.directory), CAMERA, str(segment), str(film)]
    subprocess.run(words, check=True, cwd=tmp_path)

    assert frame_numbers(film) == [number % 100 for number in range(500)]
    with av.open(str(film)) as container:
        assert container.streams.video[0].codec_context.codec_tag == {"h264": "avc1", "hevc": "hvc1"}[codec]
        assert [round((packet.pts or 0) / 3600) for packet in container.demux(video=0) if packet.size] == [*range(500)]


def test_an_eviction_is_read_from_the_documents_alone(stage: Stage, small_film: Path) -> None:
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 70)))
    slots = SlotFile(stage.state, camera_stream(CAMERA))
    epoch = slots.live()[0].epoch
    slots.erase(epoch, stage.clock.now())

    for path in slots.paths:
        live, dead = sorted(stranger.slots(path.read_bytes()), key=lambda slot: slot["kind"])
        assert (live["kind"], live["epoch"]) == (1, epoch + 60)
        assert (dead["kind"], dead["epoch"]) == (2, epoch)
        assert dead["deadline"] == (epoch + 96 * 3600) * 1_000_000
        assert dead["other"] == round(stage.clock.now().timestamp() * 1_000_000) < dead["deadline"] - 45_000_000


def test_looks_are_read_from_the_documents_alone(stage: Stage) -> None:
    at, state = stage.clock.now(), stage.state
    sidecar = Sidecar(state, CAMERA, public_half(state), lambda e: footage_deadline(e, RetentionSection()))
    for number in range(2):
        moment = at + timedelta(seconds=10 * number)
        sidecar.add(Look(Glance(moment, 0.25, "black"), moment + timedelta(seconds=8), b"\xff\xd8%d" % number))
    sidecar.close()
    (path,) = state.footage.glob("*/*/*.eyes")

    key = stranger.epoch_key(state.slots(camera_stream(CAMERA)).read_bytes(), int(path.name[:10]), stage.reader)
    (_, _, last) = list(stranger.chunks(path.read_bytes(), key))[-1]

    told, _, picture = last.partition(b"\n")
    assert [row[1:] for row in json.loads(told)["looks"]] == [[0.25, "black"], [0.25, "black"]]
    assert picture == b"\xff\xd81"


def test_gaps_are_read_from_the_documents_alone(stage: Stage, small_film: Path) -> None:
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 20)))

    told = stranger.gaps((stage.state.directory / "footage" / CAMERA / "gaps.log").read_text())

    assert [line["cause"] for line in told] == [None, "stopped"]
    assert told[1]["at"] - told[0]["at"] == 20_000_000
    assert {line["boot"] for line in told} == {"boot-1"}
