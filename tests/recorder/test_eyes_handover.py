"""Key frames on their way to the eyes: whole, in time, bounded; nothing hostile gets through, no camera waits."""

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from recorder.eyes.blindness import Watch
from recorder.eyes.eyesight import Eyesight
from recorder.eyes.handover import LARGEST, KeyFrame, Sender, receive
from recorder.video.boxes import VideoFormat
from retention.base.clock import microseconds
from tests.recorder.cameras import packets_of
from tests.support.clock import ManualClock

FORM = VideoFormat("avc1.640028", 1920, 1080, b"entry of a stream")


class Wire:
    """Both ends, and the clock between them."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        camera, self.door = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.raw = camera.dup()
        self.sender = Sender(camera.detach())

    def show(self, sample: bytes = b"picture", seconds: float = 2) -> bool:
        self.clock.advance(seconds=seconds)
        return self.sender.show(self.clock.at, FORM, sample)

    def taken(self) -> KeyFrame | None:
        return receive(self.door, self.clock.now)

    def close(self) -> None:
        self.sender.close()
        self.door.close()
        self.raw.close()


@pytest.fixture
def wire(clock: ManualClock) -> Iterator[Wire]:
    wire = Wire(clock)
    yield wire
    wire.close()


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def memory(content: bytes, *, seal: bool = True) -> int:
    made = os.memfd_create("test", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.write(made, content)
    if seal:
        fcntl.fcntl(made, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    return made


def test_a_key_frame_arrives_as_it_was_shown(wire: Wire) -> None:
    sample = os.urandom(300_000)
    assert wire.show(sample)

    assert wire.taken() == KeyFrame(wire.clock.at, FORM.entry, sample)


def test_no_more_than_two_in_three_seconds_are_handed_over(wire: Wire) -> None:
    assert [wire.show(seconds=0.5) for _ in range(7)] == [True, False, False, True, False, False, True]


def test_a_clock_set_back_does_not_close_the_eyes(wire: Wire) -> None:
    assert wire.show()
    assert wire.show(seconds=-3_600)


def test_where_nobody_takes_them_key_frames_are_left_out_and_nobody_waits(wire: Wire) -> None:
    before = descriptors()
    shown = [wire.show() for _ in range(400)]

    assert shown[0]
    assert not shown[-1]
    assert descriptors() == before
    wire.door.close()
    assert not wire.show()


def test_a_camera_without_eyes_shows_nothing(clock: ManualClock) -> None:
    assert not Sender(None).show(clock.at, FORM, b"picture")


def test_a_key_frame_too_large_stays_where_it_is(wire: Wire) -> None:
    assert not wire.show(bytes(LARGEST + 1))
    assert not wire.show(b"")


def test_what_comes_too_late_is_not_looked_at(wire: Wire) -> None:
    wire.show()
    wire.clock.advance(minutes=5)
    assert wire.taken() is None


HEAD = {"at": 0, "bytes": 7}


@pytest.mark.parametrize(
    ("message", "content", "sealed"),
    [
        (b"", b"picture", True),
        (b"no json\n", b"picture", True),
        (b"[]\n", b"picture", True),
        (b'{"at": "now", "bytes": 7}\n', b"picture", True),
        (json.dumps(HEAD | {"bytes": 8}).encode() + b"\n", b"picture", True),
        (json.dumps(HEAD | {"bytes": 10**12}).encode() + b"\n", b"picture", True),
        (json.dumps(HEAD | {"bytes": -1}).encode() + b"\n", b"picture", True),
        (json.dumps(HEAD).encode() + b"\n", b"picture", False),
        (json.dumps(HEAD).encode() + b"\n" + bytes(5_000), b"picture", True),
        (json.dumps(HEAD | {"at": 10**18}).encode() + b"\n", b"picture", True),
    ],
)
def test_what_is_no_key_frame_is_dropped_and_the_next_one_taken(
    wire: Wire, message: bytes, content: bytes, sealed: bool
) -> None:
    before = descriptors()
    message = message.replace(b'"at": 0', b'"at": %d' % microseconds(wire.clock.at))
    made = memory(content, seal=sealed)
    socket.send_fds(wire.raw, [message], [made])
    os.close(made)

    assert wire.taken() is None
    assert descriptors() == before
    assert wire.show()
    assert wire.taken() is not None


def test_only_memory_is_read_never_a_file_or_a_pipe(wire: Wire, tmp_path: Path) -> None:
    head = json.dumps(HEAD | {"at": microseconds(wire.clock.at)}).encode() + b"\n"
    (tmp_path / "file").write_bytes(b"picture")
    reading, writing = os.pipe()
    for one in (os.open(tmp_path / "file", os.O_RDONLY), reading):
        socket.send_fds(wire.raw, [head], [one])
        os.close(one)
        assert wire.taken() is None
    os.close(writing)


def test_two_descriptors_or_none_are_no_key_frame(wire: Wire) -> None:
    head = json.dumps(HEAD | {"at": microseconds(wire.clock.at)}).encode() + b"\n"
    before = descriptors()
    made = memory(b"picture")
    socket.send_fds(wire.raw, [head], [made, made])
    wire.raw.send(head)
    os.close(made)

    assert wire.taken() is None
    assert wire.taken() is None
    assert descriptors() == before


def test_what_cannot_be_decoded_is_no_picture_and_the_next_one_is(small_film: Path, clock: ManualClock) -> None:
    key = next(packet for packet in packets_of(small_film) if packet.key)
    eyesight = Eyesight()
    whole = KeyFrame(clock.at, key.format.entry, key.data)
    bad = [b"", b"\0" * 900, key.data[: len(key.data) // 9], os.urandom(5_000)]
    entries = [b"", b"avc1", os.urandom(200), key.format.entry[:-20]]

    for sample in bad:
        eyesight.see(KeyFrame(clock.at, key.format.entry, sample))
    for entry in entries:
        assert eyesight.see(KeyFrame(clock.at, entry, b"")) is None
    seen = eyesight.see(whole)

    assert seen is not None
    assert seen.grey().shape == (360, 640)
    assert Watch().look(seen.grey(), clock.at + timedelta(seconds=1)).blind is None


def test_a_bright_picture_is_bright_to_the_eyes(small_film: Path, clock: ManualClock) -> None:
    key = next(packet for packet in packets_of(small_film) if packet.key)
    seen = Eyesight().see(KeyFrame(clock.at, key.format.entry, key.data))
    assert seen is not None

    grey = seen.grey()

    assert grey.max() > 250  # the film's strip of blocks is black and white
    assert grey.min() < 5
