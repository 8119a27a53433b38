"""What the eyes keep of where a camera looks: in plain and without a term, so it must show nobody."""

import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from recorder.eyes.handover import Sender
from recorder.eyes.process import Door, Orders, Watched
from recorder.eyes.view import COLUMNS, ROWS, remembered
from retention.base.config import RetentionSection
from retention.base.state import State
from tests.recorder.cameras import packets_of
from tests.support.clock import ManualClock
from tests.support.video import make_video

EVERYWHERE = np.ones((ROWS, COLUMNS), np.bool_)


@pytest.fixture
def eyes(state: State, clock: ManualClock, tmp_path: Path) -> Iterator[Watched]:
    """They have looked at eight pictures."""
    film = make_video(tmp_path / "film.mp4", seconds=8, size=(320, 180), gop=25, fps=25)
    keys = [packet for packet in packets_of(film) if packet.key]
    camera, door = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    sender = Sender(camera.detach())
    orders = Orders(state=state.directory, retention=RetentionSection(), doors=[])
    watched = Watched(Door(name="entree", socket=os.dup(door.fileno())), orders, clock, lambda _: None)
    for packet in keys:
        clock.at += timedelta(seconds=2)
        assert sender.show(clock.at, packet.format, packet.data)
        watched.take()
    yield watched
    sender.close()
    door.close()
    watched.socket.close()


def test_of_a_few_pictures_nothing_is_kept(eyes: Watched, state: State) -> None:
    eyes.close()

    kept = remembered(state.view("entree").read_bytes(), EVERYWHERE)
    assert kept is not None
    assert kept.pictures == 0
    assert not kept.cells.any()
