"""Films for blurring: people who differ in their faces alone, and what an attacker makes of a copy."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from recorder.clips import Piece, Story
from recorder.timeline import Interval
from recorder.video import boxes
from recorder.video.boxes import TIMESCALE
from tests.recorder.cameras import packets_of
from tests.support.video import Picture

BEGIN = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)


def film_of(pictures: list[Picture], path: Path, *, fps: int = 1) -> Path:
    """A film of these pictures as a camera sends it, a key frame every ten."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=fps)
        height, width = pictures[0].shape[:2]
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = width, height, "yuv420p", 10
        stream.options = {"preset": "veryfast", "tune": "zerolatency", "crf": "16", "x264-params": "scenecut=0"}
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def pieces_of(film: Path, *, fps: int = 1) -> Iterator[Piece]:
    """The groups of pictures of a film whose pictures come in order."""
    groups: list[list[int]] = []
    packets = packets_of(film)
    for number, packet in enumerate(packets):
        groups += [[]] if packet.key else []
        groups[-1].append(number)
    frame = TIMESCALE // fps
    for group in groups:
        first, last = packets[group[0]], packets[group[-1]]
        samples = [packets[number].data for number in group]
        media = boxes.part(1, first.pts, [(frame, 0)] * len(group), samples, key=True)
        start, end = (BEGIN + timedelta(seconds=ticks / TIMESCALE) for ticks in (first.pts, last.pts + frame))
        yield Piece(boxes.init(first.format), media, start, end)


def story(seconds: float) -> Story:
    end = BEGIN + timedelta(seconds=seconds)
    return Story(
        "entree", BEGIN, end, [Interval(BEGIN, end, "recorded")], "person_asked", "os:test", BEGIN + timedelta(hours=1)
    )


def pictures_of(film: Path) -> list[Picture]:
    """The pictures of a film, in BGR."""
    with av.open(str(film)) as container:
        return [frame.to_ndarray(format="bgr24").astype(np.uint8) for frame in container.decode(video=0)]


def passer_by(identity: int, take: int, *, size: tuple[int, int] = (640, 360), head: float = 1 / 6) -> Picture:
    """A person in the middle of the picture; `identity` makes the face, `take` the sensor's noise.

    Place and light are always the same: it could not be easier to tell who it is.
    """
    face, moment = np.random.default_rng(identity), np.random.default_rng(10_000 * identity + take)
    width, height = size
    picture: Picture = np.full((height, width, 3), 120, np.uint8)
    high = head * height
    x, y = width // 2, int(height * 0.35)
    cv2.rectangle(picture, (int(x - high), int(y + high / 2)), (int(x + high), height), (70, 60, 60), -1)
    cv2.ellipse(picture, (x, y), (int(high * 0.36), int(high / 2)), 0, 0, 360, (140, 165, 195), -1)
    _features(picture, face, x, y, high)
    return np.clip(picture + moment.normal(0, 4, picture.shape), 0, 255).astype(np.uint8)


def _features(picture: Picture, face: np.random.Generator, x: int, y: int, high: float) -> None:
    """Eyes, brows, nose and mouth: what people are told apart by."""
    dark, thick = (30, 35, 45), max(1, int(high * face.uniform(0.02, 0.06)))
    apart, eyes, eye = face.uniform(0.1, 0.2), face.uniform(-0.18, -0.02), face.uniform(0.02, 0.06)
    for side in (-1, 1):
        at = (int(x + side * apart * high), int(y + eyes * high))
        cv2.ellipse(picture, at, (max(1, int(eye * 1.5 * high)), max(1, int(eye * high))), 0, 0, 360, dark, -1)
        brow = int(y + (eyes - face.uniform(0.07, 0.14)) * high)
        slant = int(face.uniform(-0.05, 0.05) * high)
        wide = int(face.uniform(0.05, 0.12) * high)
        cv2.line(picture, (at[0] - wide, brow - slant), (at[0] + wide, brow + slant), dark, thick)
    nose, mouth = face.uniform(0.05, 0.2), face.uniform(0.22, 0.36)
    cv2.line(picture, (x, int(y + eyes * high)), (x, int(y + nose * high)), (100, 120, 150), thick)
    smile = (int(face.uniform(0.06, 0.2) * high), max(1, int(face.uniform(0.01, 0.08) * high)))
    cv2.ellipse(picture, (x, int(y + mouth * high)), smile, 0, 0, float(face.choice([180, 360])), (60, 60, 110), thick)
