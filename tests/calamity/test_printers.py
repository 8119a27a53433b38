"""Paper comes out of a real CUPS; where one printer fails the next one prints, and in the end plain text."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pypdf
import pytest

from kiosk.calamity import cups
from kiosk.calamity.cups import Condition
from kiosk.calamity.errors import NothingPrints
from kiosk.calamity.paper import paper
from kiosk.calamity.printers import Printed, Printers, raw
from kiosk.calamity.text import text
from tests.calamity.visitors import a_list, names_on
from tests.support.cups import PrintServer


@pytest.fixture
def server(print_server: PrintServer, monkeypatch: pytest.MonkeyPatch) -> PrintServer:
    """A print service of the test's own, which this process talks to."""
    monkeypatch.setenv("CUPS_SERVER", print_server.server)
    return print_server


def print_list(*names: str, pdf: bool = True) -> Printed:
    the_list = a_list(12)
    return Printers(names).print(lambda: paper().pdf(the_list) if pdf else None, lambda: text(the_list))


def pages(pdf: Path) -> list[np.ndarray]:
    """Every page as a picture in greys: the filters of a printer keep its looks, not its text."""
    shown = subprocess.run(["pdftoppm", "-gray", "-r", "40", str(pdf)], capture_output=True, check=True).stdout
    return [np.array(picture, dtype=float) for picture in _pictures(shown)]


def _pictures(stream: bytes) -> Iterator[np.ndarray]:
    while stream:
        width, height = map(int, stream.split(b"\n", 2)[1].split())
        head = len(b"P5\n%d %d\n255\n" % (width, height))
        yield np.frombuffer(stream[head : head + width * height], np.uint8).reshape(height, width)
        stream = stream[head + width * height :]


def alike(first: np.ndarray, second: np.ndarray) -> float:
    """1 where two pages are the same, near 0 where they have nothing to do with each other."""
    return float(np.corrcoef(first.ravel(), second.ravel())[0, 1])


def test_the_list_comes_out_as_pdf(server: PrintServer, tmp_path: Path) -> None:
    assert print_list("paper") == Printed("paper", "pdf", confirmed=True)
    meant = tmp_path / "meant.pdf"
    meant.write_bytes(paper().pdf(a_list(12)))
    for wanted, came in zip(pages(meant), pages(server.wait_for_paper()), strict=True):
        assert alike(wanted, came) > 0.8


def test_everybody_can_be_read_back_from_the_paper(server: PrintServer) -> None:
    print_list("paper")
    found = "".join(page.extract_text() for page in pypdf.PdfReader(server.wait_for_paper()).pages)
    for name in names_on(a_list(12)):
        assert "".join(name.split()) in "".join(found.split())


def test_a_printer_that_jams_is_passed_over(server: PrintServer) -> None:
    assert print_list("broken", "paper").printer == "paper"
    assert server.waiting("broken") == 0


def test_a_printer_that_is_switched_off_is_passed_over_and_keeps_no_names(server: PrintServer) -> None:
    assert print_list("mute", "paper").printer == "paper"
    assert server.waiting("mute") == 0


def test_a_printer_that_waits_for_paper_is_passed_over(server: PrintServer) -> None:
    server.disable("mute")
    assert print_list("mute", "nowhere", "paper").printer == "paper"


def test_without_a_pdf_plain_text_comes_out(server: PrintServer) -> None:
    assert print_list("paper", pdf=False).form == "text"
    (page,) = pages(server.wait_for_paper())
    assert (page < 128).mean() > 0.01


def test_without_a_named_printer_those_of_the_service_are_tried(server: PrintServer) -> None:
    assert print_list().printer == "paper"


def test_no_printer_at_all_is_said_with_the_remedy(server: PrintServer) -> None:
    server.disable("paper")
    with pytest.raises(NothingPrints, match="portier calamity list"):
        print_list("paper", "nowhere")


def test_how_printers_stand_is_told(server: PrintServer) -> None:
    server.disable("broken")
    states = {state.name: state.condition for state in Printers(("paper", "broken", "nowhere")).look()}
    assert states == {"paper": Condition.READY, "broken": Condition.STOPPED, "nowhere": Condition.ABSENT}


def test_a_print_service_that_is_not_there_is_silent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CUPS_SERVER", f"{tmp_path}/nothing")
    assert cups.state_of("paper").condition is Condition.SILENT
    with pytest.raises(NothingPrints):
        print_list("paper")


@pytest.fixture
def hung(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A print service that takes calls and never answers."""
    with socket.socket(socket.AF_INET) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{listener.getsockname()[1]}")
        monkeypatch.setattr(cups, "_ASK_SECONDS", 0.3)
        monkeypatch.setattr(cups, "_SEND_SECONDS", 0.3)
        yield


@pytest.fixture
def network_printer() -> Iterator[tuple[str, list[bytes]]]:
    """A printer that takes bytes on a port, and what it was given."""
    taken: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):  # nobody came
            connection, _ = listener.accept()
            with connection:
                while data := connection.recv(65_536):
                    taken.append(data)

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"socket://127.0.0.1:{listener.getsockname()[1]}", taken
    with suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)  # nobody is waited for any more
    thread.join(timeout=10)
    listener.close()


@pytest.mark.usefixtures("hung")
def test_a_print_service_that_hangs_hangs_nobody() -> None:
    with pytest.raises(NothingPrints):
        print_list("paper", "broken")


@pytest.mark.usefixtures("hung")
def test_with_the_print_service_gone_text_goes_straight_to_a_printer(network_printer: tuple[str, list[bytes]]) -> None:
    address, taken = network_printer
    printers = Printers(("paper", address))
    printed = printers.print(lambda: pytest.fail("the print service was waited for"), lambda: text(a_list(12)))
    assert printed == Printed(address, "text", confirmed=False)
    while not taken or not taken[-1].endswith(b"\f"):
        threading.Event().wait(0.01)
    assert b"Calamiteitenlijst" in b"".join(taken)


@pytest.mark.usefixtures("hung")
def test_where_that_printer_is_gone_too_the_print_service_is_tried_all_the_same() -> None:
    asked: list[bool] = []
    with pytest.raises(NothingPrints):
        Printers(("paper", "socket://[")).print(lambda: asked.append(True), lambda: "")
    assert asked


def test_raw_text_is_plain_for_any_printer() -> None:
    assert raw("Élise Özlem 王\n") == b"Elise Ozlem ?\r\n\f"


@pytest.mark.parametrize("address", ["socket://printer:99999", f"socket://{'a' * 70}", "socket://[", "socket://a..b"])
def test_an_address_that_is_none_is_passed_over(
    address: str, network_printer: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUPS_SERVER", "/nowhere")
    assert print_list(address, network_printer[0]) == Printed(network_printer[0], "text", confirmed=False)
    assert Printers((address,)).look()[0].condition is Condition.SILENT
