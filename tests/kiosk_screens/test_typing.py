"""A keyboard of the machine writes names; a scanner that acts as one writes nothing, and presses no Enter."""

import pytest

from kiosk.flow import Flow
from tests.kiosk_screens.scenes import OpenReception, at_once, config
from tests.support.clock import ManualClock

CODE = "PORTIER:4F0C2AB19D7E"


@pytest.fixture
def flow(clock: ManualClock) -> Flow:
    flow = Flow(config(), OpenReception(), at_once, clock.monotonic)
    flow.coming.begin()
    return flow


def typed(flow: Flow, clock: ManualClock, text: str, apart: float) -> str:
    for letter in text:
        clock.advance(seconds=apart)
        flow.typing.enter(letter)
    return flow.visitor.typed.text


@pytest.mark.parametrize("apart", [0.0, 0.001, 0.008, 0.02])
def test_a_scanner_types_nothing_into_a_name(flow: Flow, clock: ManualClock, apart: float) -> None:
    assert typed(flow, clock, "Noor", 0.12) == "Noor"
    clock.advance(seconds=2)
    assert typed(flow, clock, CODE, apart) == "Noor"
    assert flow.typing.by_machine(clock.monotonic())  # its Enter is not heard


@pytest.mark.parametrize(("name", "code"), [("n" * 79, CODE), ("Noor", "a\u0301" * 6)])
def test_what_a_scanner_wrote_is_taken_back_and_no_letter_of_the_person(
    flow: Flow, clock: ManualClock, name: str, code: str
) -> None:
    typed(flow, clock, name, 0.12)
    clock.advance(seconds=2)
    assert typed(flow, clock, code, 0.002) == name


def test_after_a_scanner_a_person_types_on(flow: Flow, clock: ManualClock) -> None:
    typed(flow, clock, CODE, 0.002)
    clock.advance(seconds=1)
    assert typed(flow, clock, "Noor", 0.12) == "Noor"
    assert not flow.typing.by_machine(clock.monotonic())


def test_the_quickest_typist_loses_no_letter(flow: Flow, clock: ManualClock) -> None:
    assert typed(flow, clock, "Wilhelmina van den Bergh", 0.04) == "Wilhelmina van den Bergh"


def test_a_word_in_one_piece_from_an_input_method_is_kept(flow: Flow) -> None:
    flow.typing.enter("Анна Петрівна")
    assert flow.visitor.typed.text == "Анна Петрівна"


def test_letters_that_come_late_together_after_a_busy_moment_are_kept(flow: Flow, clock: ManualClock) -> None:
    assert typed(flow, clock, "Noor", 0.0) == "Noor"


def test_a_scanner_presses_no_enter_on_any_screen(clock: ManualClock) -> None:
    flow = Flow(config(), OpenReception(), at_once, clock.monotonic)
    typed(flow, clock, CODE, 0.002)
    assert flow.typing.by_machine(clock.monotonic())
    flow.coming.begin()
    clock.advance(seconds=1)
    assert typed(flow, clock, "Noor", 0.12) == "Noor"
