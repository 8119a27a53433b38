"""Streams that tell odd things of their colours: whatever takes pictures from them, takes them."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from recorder.eyes.eyesight import Eyesight
from recorder.eyes.handover import KeyFrame
from recorder.video.mask import MaskedSource
from tests.recorder.cameras import FakeCamera as Camera
from tests.recorder.cameras import Stage, packets_of
from tests.support.video import draw

SIZE = (320, 180)
PILLAR = ((0.9, 0.0), (1.0, 0.0), (1.0, 1.0))


@pytest.fixture(scope="module", params=["YCgCo", "chroma-derived-c", "ICtCp"])
def film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of 4:2:2 whose parameter sets name a matrix that libav does not reckon with."""
    path = tmp_path_factory.mktemp("colours") / "film.mp4"
    with av.open(str(path), "w") as container:
        options = {"x264-params": f"colormatrix={request.param}:keyint=25:bframes=0"}
        stream = container.add_stream("libx264", rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv422p"
        stream.time_base = Fraction(1, 90_000)
        for number in range(25):
            frame = av.VideoFrame.from_ndarray(draw(number, SIZE, 25), format="bgr24").reformat(format="yuv422p")
            frame.pts, frame.time_base = number * 3_600, Fraction(1, 90_000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def test_the_eyes_see_it(film: Path, stage: Stage) -> None:
    first = packets_of(film)[0]

    sight = Eyesight().see(KeyFrame(stage.clock.now(), first.format.entry, first.data))

    assert sight is not None
    assert np.ptp(sight.grey()) > 100
    assert sight.jpeg().startswith(b"\xff\xd8")


def test_a_mask_can_be_laid_over_it(film: Path, stage: Stage) -> None:
    packets = packets_of(film)

    shown = list(MaskedSource(Camera(stage.clock, packets), (PILLAR,)).packets())

    assert len(shown) == len(packets)
