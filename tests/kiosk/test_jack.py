"""The socket of the headphone, as the kernel tells it; its answers are the door."""

import fcntl
import os
from pathlib import Path

import pytest

from kiosk.voice import jack
from kiosk.voice.jack import EventJack, NoJack, find_jack


class Kernel:
    """Answers what a sound card's jack answers, for the files it knows."""

    def __init__(self) -> None:
        self.has: dict[int, bool] = {}
        self.inside: dict[int, bool] = {}

    def ioctl(self, file: int, request: int, answer: bytearray) -> int:
        number = os.stat(file).st_ino
        if number not in self.has:
            raise OSError(25, "Inappropriate ioctl for device")
        asked = self.has if request & 0xFF == 0x25 else self.inside
        answer[0] = 0x04 if asked.get(number) else 0x10
        return 0


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    kernel = Kernel()
    monkeypatch.setattr(fcntl, "ioctl", kernel.ioctl)
    return kernel


@pytest.fixture
def devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(jack, "DEVICES", tmp_path)
    return tmp_path


def device(folder: Path, name: str) -> int:
    (folder / name).touch()
    return (folder / name).stat().st_ino


def test_every_device_with_a_headphones_switch_is_asked(kernel: Kernel, devices: Path):
    kernel.has = {device(devices, "event0"): False, device(devices, "event1"): True}
    found = find_jack("auto")
    assert isinstance(found, EventJack)
    assert not found.plugged()
    kernel.inside[(devices / "event1").stat().st_ino] = True
    assert found.plugged()
    found.close()
    assert not found.plugged()


def test_a_device_that_went_away_has_no_headphone_in_it(kernel: Kernel, devices: Path):
    number = device(devices, "event1")
    kernel.has, kernel.inside = {number: True}, {number: True}
    found = find_jack(str(devices / "event1"))
    kernel.has.clear()
    assert not found.plugged()
    found.close()


def test_without_such_a_device_there_is_no_headphone(kernel: Kernel, devices: Path):
    device(devices, "event0")
    assert isinstance(find_jack("auto"), NoJack)
    assert isinstance(find_jack("none"), NoJack)
    assert isinstance(find_jack("/no/such/device"), NoJack)
    assert not NoJack().plugged()


def test_the_requests_are_those_of_the_kernels_header():
    assert (jack._EVIOCGSW, jack._EVIOCGBIT_SW) == (0x8008451B, 0x80084525)
