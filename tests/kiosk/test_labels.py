"""Stickers: what is on them, that their code can be read as printed, and that no printer keeps anybody waiting."""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from pypdf import PdfReader

from kiosk.codes.code import Code
from kiosk.labels import printing
from kiosk.labels.daymark import DayMark
from kiosk.labels.drawing import pdf
from kiosk.labels.handing import Labels
from kiosk.labels.printing import LabelPrinter
from kiosk.labels.sticker import Sticker
from kiosk.passes import Pass, all_passes
from kiosk.reception import SignedIn
from retention.base.command import Office
from retention.base.labels import Label, label_size
from retention.base.state import State
from tests.support.clock import ManualClock
from tests.support.cups import PrintServer
from tests.support.qr import read
from tests.support.state import make_config

DAY, AT = date(2027, 3, 2), datetime(2027, 3, 2, 9, tzinfo=UTC)
SIZES = ("62x100 mm", "57x32 mm", "DK-11201", "99012", "11352", "99014", "100x62 mm")
OWL = Pass("blue", "owl")


def sticker(pass_: Pass = OWL, *, language: str = "nl", code: Code | None = None) -> Sticker:
    return Sticker(pass_, language, DayMark.of(DAY), code or Code.new())


def picture(document: bytes, folder: Path, dots: int = 203) -> np.ndarray:
    """What a thermal printer burns: black or white at 8 dots a millimetre."""
    (folder / "sticker.pdf").write_bytes(document)
    words = ["pdftoppm", "-r", str(dots), "-png", "-singlefile", str(folder / "sticker.pdf"), str(folder / "sticker")]
    subprocess.run(words, check=True)
    grey = cv2.imread(str(folder / "sticker.png"), cv2.IMREAD_GRAYSCALE)
    return cv2.threshold(grey, 128, 255, cv2.THRESH_BINARY)[1]


def until(reached: Callable[[], bool], seconds: float = 20) -> None:
    pause = threading.Event()
    for _ in range(round(seconds * 50)):
        if reached():
            return
        pause.wait(0.02)
    raise AssertionError("it did not come to pass")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("colour", [True, False])
def test_the_code_can_be_read_from_the_paper_on_every_label(tmp_path: Path, size: str, *, colour: bool) -> None:
    code, label = Code.new(), label_size(size)
    document = pdf(sticker(code=code), label, AT, colour=colour)
    (page,) = PdfReader(_as_file(document, tmp_path)).pages
    assert [round(float(side) * 25.4 / 72) for side in page.mediabox[2:]] == [label.width, label.height]
    assert Code.parse(read(picture(document, tmp_path))) == code


def test_a_sticker_says_the_pass_and_what_to_do_and_no_more(tmp_path: Path) -> None:
    code = Code.new()
    reader = PdfReader(_as_file(pdf(sticker(code=code), Label(62, 100), AT, colour=False), tmp_path))
    words = reader.pages[0].extract_text().split()
    told = ["de", "blauwe", "uil", "Houd", "dit", "bij", "u.", "Bij", "weggaan:", "scannen."]
    assert sorted(word for word in words if len(word) > 1 or word.isascii()) == sorted([*told, *code.groups])
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Portier", None)


def test_it_speaks_the_visitors_language(tmp_path: Path) -> None:
    document = pdf(sticker(language="en"), Label(62, 100), AT, colour=False)
    text = PdfReader(_as_file(document, tmp_path)).pages[0].extract_text()
    assert "the blue owl" in text
    assert "Show it when you leave." in text


def test_every_pass_has_a_sticker_of_its_own(tmp_path: Path) -> None:
    seen = set()
    for pass_ in all_passes()[::7]:
        worn = Sticker(pass_, "nl", DayMark.of(DAY))
        seen.add(picture(pdf(worn, Label(25, 54), AT, colour=False), tmp_path, 72).tobytes())
    assert len(seen) == len(all_passes()[::7])


def test_yesterdays_sticker_has_another_colour_and_another_sign() -> None:
    marks = [DayMark.of(DAY + timedelta(days=number)) for number in range(400)]
    for before, after in pairwise(marks):
        assert before.colour != after.colour
        assert before.sign != after.sign
        assert before.reversed != after.reversed
    assert len({(mark.colour, mark.sign) for mark in marks[:56]}) == 56


@pytest.mark.parametrize("written", ["62 mm", "62x100", "10x100 mm", "25x25 mm", "62x500 mm", "DK-1"])
def test_a_label_that_is_none_is_refused_with_the_remedy(written: str) -> None:
    with pytest.raises(ValueError, match="label"):
        label_size(written)


# The printer.


@pytest.fixture
def cups(print_server: PrintServer, monkeypatch: pytest.MonkeyPatch) -> PrintServer:
    monkeypatch.setenv("CUPS_SERVER", print_server.server)
    monkeypatch.setattr(printing, "PATIENCE", 2.0)
    return print_server


@pytest.fixture
def printer_of() -> Iterator[Callable[[str], LabelPrinter]]:
    made: list[LabelPrinter] = []

    def make(name: str) -> LabelPrinter:
        made.append(LabelPrinter(name, Label(62, 100), ManualClock()))
        return made[-1]

    yield make
    for printer in made:
        printer.close()


def test_a_sticker_comes_out_of_a_real_queue_and_leaves_nothing_in_its_spool(
    cups: PrintServer, printer_of: Callable[[str], LabelPrinter], tmp_path: Path
) -> None:
    code, printer = Code.new(), printer_of("paper")
    printer.give(sticker(code=code))
    paper = cups.wait_for_paper()
    assert Code.parse(read(picture(paper.read_bytes(), tmp_path))) == code
    until(lambda: not list(cups.spool.glob("[cd]*")))
    assert printer.problem is None


class Busy(ManualClock):
    """A printer's clock: so much time goes by between two looks at it."""

    def monotonic(self) -> float:
        self.advance(minutes=4)
        return super().monotonic()


def test_a_sticker_that_waited_too_long_is_not_printed_for_the_next_visitor(cups: PrintServer) -> None:
    printer = LabelPrinter("paper", Label(62, 100), Busy())
    printer.give(sticker())
    until(lambda: printer.problem is not None)
    printer.close()
    assert not list(cups.spool.glob("[cd]*"))


class Jumping(ManualClock):
    """A clock that is set forward while a sticker waits."""

    def monotonic(self) -> float:
        self.step(hours=1)
        return super().monotonic()


def test_a_clock_that_is_set_meanwhile_costs_nobody_a_sticker(cups: PrintServer) -> None:
    printer = LabelPrinter("paper", Label(62, 100), Jumping())
    printer.give(sticker())
    cups.wait_for_paper()
    until(lambda: not list(cups.spool.glob("[cd]*")))
    assert printer.problem is None
    printer.close()


def test_an_installation_without_its_layout_costs_the_stickers_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "kiosk.labels.drawing", None)
    printer = LabelPrinter("paper", Label(62, 100), ManualClock())
    printer.give(sticker())
    until(lambda: printer.problem is not None)
    printer.close()
    assert "install Portier" in caplog.text


@pytest.mark.parametrize("queue", ["broken", "mute"])
def test_what_does_not_come_out_is_taken_back_and_told(
    cups: PrintServer, printer_of: Callable[[str], LabelPrinter], queue: str
) -> None:
    printer = printer_of(queue)
    printer.give(sticker())
    until(lambda: printer.problem is not None)
    until(lambda: not cups.waiting(queue) and not list(cups.spool.glob("[cd]*")))
    assert printer.problem is not None
    assert queue in printer.problem.message


def test_a_stopped_queue_keeps_no_sticker_for_later(
    cups: PrintServer, printer_of: Callable[[str], LabelPrinter]
) -> None:
    cups.disable("paper")
    printer = printer_of("paper")
    printer.give(sticker())
    until(lambda: printer.problem is not None)
    cups.enable("paper")
    assert (cups.waiting("paper"), cups.papers()) == (0, [])
    printer.give(sticker())
    cups.wait_for_paper()
    until(lambda: printer.problem is None)


def test_a_queue_that_is_not_there_is_told(cups: PrintServer, printer_of: Callable[[str], LabelPrinter]) -> None:
    printer = printer_of("nothing")
    printer.give(sticker())
    until(lambda: printer.problem is not None)
    assert printer.problem is not None
    assert "lpstat -e" in printer.problem.message


def test_a_print_service_that_hangs_keeps_nobody_waiting(
    tmp_path: Path, state: State, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX) as deaf:
        path = str(tmp_path / "s")
        deaf.bind(path)
        deaf.listen()
        monkeypatch.setenv("CUPS_SERVER", path)
        office = Office(make_config(state.directory, kiosk={"label_printer": "paper"}), state, clock)
        labels = Labels(office, lambda: "nl")
        given = labels.with_stickers(80, lambda codes: [SignedIn("f" * 32, OWL) for _ in codes])
        assert len(given) == 80
        assert [problem.promise for problem in labels.problems()] == ["P4"]  # too many wait
        labels.close()


def test_without_a_label_printer_no_code_is_made(state: State, clock: ManualClock) -> None:
    made: list[Code] = []

    def sign_in(codes: Sequence[Code]) -> list[SignedIn]:
        made.extend(codes)
        return [SignedIn("f" * 32, OWL)]

    Labels(Office(make_config(state.directory), state, clock), lambda: "nl").with_stickers(1, sign_in)
    assert made == []


def _as_file(document: bytes, folder: Path) -> Path:
    path = folder / "one.pdf"
    path.write_bytes(document)
    return path
