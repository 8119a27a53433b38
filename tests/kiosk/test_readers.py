"""What reads codes: a real QR code before real OpenCV, a serial line, keys of a grabbed device; and faults of each."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import segno

from kiosk.codes.camera import CodeCamera
from kiosk.codes.code import Code
from kiosk.codes.keys import DOWN, EVENT, KEY, KEYS, LONGEST, Lines, sent, typed
from kiosk.codes.readers import Readers
from kiosk.codes.scanner import Scanner
from kiosk.doctor import look_at_the_door
from kiosk.steps import Step
from retention.base.command import Office
from retention.base.config import KioskSection
from retention.base.state import State
from tests.kiosk.test_labels import until
from tests.support.clock import ManualClock
from tests.support.cups import PrintServer
from tests.support.state import make_config


class Heard:
    """What was read, in the order in which it came."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, text: str) -> None:
        self.texts.append(text)


@pytest.fixture
def heard() -> Heard:
    return Heard()


def film(path: Path, text: str, *, frames: int = 12, mode: str | None = None, still: bool = False) -> Path:
    """A slip held askew before a webcam: first the room alone, then the code on grey paper, in a hand that moves."""
    code = segno.make_qr(text, error="m", mode=mode)
    matrix = np.array([[not dark for dark in row] for row in code.matrix], np.uint8)
    drawn = cv2.resize(np.pad(matrix * 255, 4, constant_values=255), None, fx=7, fy=7, interpolation=cv2.INTER_NEAREST)
    room = np.random.default_rng(3).integers(60, 120, (720, 1280), np.uint8)
    corners = np.float32([[0, 0], [drawn.shape[1], 0], [drawn.shape[1], drawn.shape[0]], [0, drawn.shape[0]]])
    held = np.float32([[500, 210], [770, 240], [750, 500], [480, 470]])
    video = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, (1280, 720))
    for number in range(frames):
        turn = cv2.getPerspectiveTransform(corners, held + np.float32([7, -5]) * (0 if still else number))
        slip = cv2.warpPerspective(drawn, turn, (1280, 720))
        mask = cv2.warpPerspective(np.full_like(drawn, 255), turn, (1280, 720))
        shown = np.where(mask > 0, slip // 2 + 60, room).astype(np.uint8)
        video.write(cv2.cvtColor(room if number < 2 else shown, cv2.COLOR_GRAY2BGR))
    video.release()
    return path


def test_a_code_held_before_the_camera_is_read(tmp_path: Path, heard: Heard) -> None:
    code = Code.new()
    camera = CodeCamera(str(film(tmp_path / "room.avi", code.text)), heard)
    camera.look(True)
    until(lambda: bool(heard.texts))
    camera.close()
    assert Code.parse(heard.texts[0]) == code


def test_a_code_that_falls_badly_on_the_pixels_is_read_though_it_is_held_still(tmp_path: Path, heard: Heard) -> None:
    code = Code(bytes.fromhex("deaac12c787862c9187e26d1f5a0c8ff"))  # OpenCV 5.0 does not see it in the whole picture
    camera = CodeCamera(str(film(tmp_path / "room.avi", code.text, still=True)), heard)
    camera.look(True)
    until(lambda: bool(heard.texts))
    camera.close()
    assert Code.parse(heard.texts[0]) == code


def test_letters_in_a_coding_that_opencv_cannot_read_do_not_end_the_camera(tmp_path: Path, heard: Heard) -> None:
    odd, code = film(tmp_path / "odd.avi", "点茗", mode="kanji"), Code.new()
    camera = CodeCamera(str(odd), heard)
    camera.look(True)
    until(lambda: bool(camera.problem))  # the film is at its end, and the camera is tried again
    film(odd, code.text)
    until(lambda: code.text in heard.texts)
    camera.close()


def test_a_camera_that_is_not_there_is_told_and_hurts_nobody(heard: Heard, caplog: pytest.LogCaptureFixture) -> None:
    camera = CodeCamera("/dev/video99", heard)
    camera.look(True)
    until(lambda: bool(camera.problem))
    camera.close()
    assert "/dev/video99" in caplog.text


class Door:
    """A webcam's door: counts who opens and who lets go; sends empty pictures."""

    opened = 0
    released = 0

    def __init__(self, *_: Any) -> None:
        type(self).opened += 1

    def set(self, *_: Any) -> None: ...

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's own name
        return True

    def read(self) -> tuple[bool, np.ndarray]:
        return True, np.zeros((72, 128, 3), np.uint8)

    def release(self) -> None:
        type(self).released += 1


def test_the_camera_is_on_only_where_a_code_is_asked(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", Door)
    Door.opened = Door.released = 0
    readers = Readers(KioskSection(code_camera="/dev/video0"), heard)
    readers.begin()
    for step in Step:
        readers.follow(step)
        if step is Step.COLOUR:
            until(lambda: Door.opened == 1)
        else:
            until(lambda: Door.released == Door.opened)
    readers.close()
    assert Door.opened == 1


class Stumbling(Door):
    """A webcam whose pictures OpenCV fails over."""

    def read(self) -> tuple[bool, np.ndarray]:
        raise cv2.error("Unknown C++ exception from OpenCV code")


def test_a_camera_over_whose_pictures_opencv_fails_is_told_and_tried_again(
    heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.codes.camera.RETRY", 0.01)
    monkeypatch.setattr(cv2, "VideoCapture", Stumbling)
    Stumbling.opened = 0
    camera = CodeCamera("/dev/video0", heard)
    camera.look(True)
    until(lambda: Stumbling.opened > 1)
    assert camera.problem
    camera.close()


def test_a_kiosk_without_opencv_says_why_it_reads_no_code(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    camera = CodeCamera("/dev/video0", heard)
    until(lambda: bool(camera.problem))
    camera.close()


# The scanner.


def events(text: str) -> bytes:
    """What an input device sends for these digits: down, up, and the marks between."""
    codes = {letter: code for code, letter in reversed(KEYS.items())} | {"\n": 28}
    raw = b""
    for letter in text:
        for value in (DOWN, 0):
            raw += EVENT.pack(0, 0, KEY, codes[letter], value) + EVENT.pack(0, 0, 0, 0, 0)
    return raw


def test_keys_are_read_as_digits_whatever_the_layout() -> None:
    text = Code.new().text
    assert "".join(typed(events(text + "\n"))) == text + "\n"


@pytest.mark.parametrize("raw", [b"", b"\0" * 5, os.urandom(EVENT.size * 40), EVENT.pack(0, 0, KEY, 400, DOWN)])
def test_whatever_a_device_sends_is_letters_or_nothing(raw: bytes) -> None:
    assert set("".join(typed(raw))) <= set("".join(KEYS.values()) + "\n")
    assert all(letter.isprintable() or letter in "\r\n\t" for letter in sent(raw))


def test_a_line_without_end_is_dropped() -> None:
    lines = Lines()
    assert {lines.add("1") for _ in range(LONGEST * 100)} == {None}
    assert lines.end() is None
    assert [lines.add(letter) for letter in "12\n"] == [None, None, "12"]


@pytest.fixture
def scanner_of(heard: Heard) -> Iterator[Callable[..., Scanner]]:
    made: list[Scanner] = []

    def make(path: str, grab: Callable[[int], None] | None = None) -> Scanner:
        made.append(Scanner(path, heard, grab))
        return made[-1]

    yield make
    for scanner in made:
        scanner.close()


@pytest.fixture
def line() -> Iterator[tuple[int, str]]:
    """A serial line: our end, and the device's path."""
    ours, theirs = os.openpty()
    yield ours, os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)


def test_a_scanner_on_a_serial_line_is_read(
    line: tuple[int, str], scanner_of: Callable[..., Scanner], heard: Heard
) -> None:
    scanner, code = scanner_of(line[1]), Code.new()
    until(lambda: not scanner.problem)
    os.write(line[0], code.text.encode() + b"\r\n")
    until(lambda: bool(heard.texts))
    assert Code.parse(heard.texts[0]) == code


def test_a_scanner_that_ends_no_line_is_read_too(
    line: tuple[int, str], scanner_of: Callable[..., Scanner], heard: Heard
) -> None:
    scanner_of(line[1])
    os.write(line[0], b"12345")
    until(lambda: heard.texts == ["12345"])


def test_an_input_device_is_taken_for_us_alone_before_it_is_read(
    tmp_path: Path, scanner_of: Callable[..., Scanner], heard: Heard
) -> None:
    path, grabbed, text = tmp_path / "event", list[int](), Code.new().text
    os.mkfifo(path)
    scanner_of(str(path), grabbed.append)
    until(lambda: bool(grabbed))
    with path.open("wb") as device:
        device.write(events(text + "\n"))
    until(lambda: heard.texts == [text])


def test_what_cannot_be_taken_for_us_alone_is_not_read(
    tmp_path: Path, scanner_of: Callable[..., Scanner], heard: Heard
) -> None:
    path = tmp_path / "event"
    path.write_bytes(events("123\n"))
    scanner = scanner_of(str(path))
    until(lambda: bool(scanner.problem))
    assert heard.texts == []


def test_a_scanner_that_is_unplugged_is_taken_up_again(
    tmp_path: Path, scanner_of: Callable[..., Scanner], heard: Heard
) -> None:
    path, grabbed = tmp_path / "event", list[int]()
    os.mkfifo(path)
    scanner = scanner_of(str(path), grabbed.append)
    until(lambda: bool(grabbed))
    path.open("wb").close()
    until(lambda: bool(scanner.problem))
    until(lambda: len(grabbed) > 1 and not scanner.problem)
    with path.open("wb") as device:
        device.write(events("77\n"))
    until(lambda: heard.texts == ["77"])


def test_a_scanner_that_is_missing_is_told(heard: Heard) -> None:
    readers = Readers(KioskSection(scanner="/dev/input/by-id/none"), heard)
    readers.begin()
    until(lambda: [problem.promise for problem in readers.problems()] == ["P4"])
    readers.close()
    assert not any(thread.name == "kiosk-scanner" for thread in threading.enumerate())


# `portier doctor`.


def doctor(state: State, clock: ManualClock, *, invitations: bool = False, **kiosk: str) -> dict[str, tuple[bool, str]]:
    config = make_config(state.directory, kiosk=kiosk, visits={"invitations": invitations})
    office = Office(config, state, clock)
    return {line.what: (line.ok, line.said) for line in look_at_the_door(office)}


def test_the_doctor_looks_at_what_is_set_up(
    state: State, clock: ManualClock, line: tuple[int, str], print_server: PrintServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUPS_SERVER", print_server.server)
    assert doctor(state, clock) == {}
    well = doctor(state, clock, label_printer="paper", scanner=line[1])
    assert [ok for ok, _ in well.values()] == [True, True]
    ill = doctor(state, clock, label_printer="nothing", scanner="/dev/none", code_camera="/dev/video99")
    assert [ok for ok, _ in ill.values()] == [False, False, False]
    assert "lpstat -e" in ill["label printer nothing"][1]


def test_the_doctor_misses_what_should_read_invitations(
    state: State, clock: ManualClock, line: tuple[int, str]
) -> None:
    ok, said = doctor(state, clock, invitations=True)["invitations"]
    assert (ok, "kiosk.code_camera or kiosk.scanner" in said) == (False, True)
    assert "invitations" not in doctor(state, clock, invitations=True, scanner=line[1])
