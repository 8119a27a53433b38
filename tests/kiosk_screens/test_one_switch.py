"""One switch: the focus goes round by itself, and a press takes what it is on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.steps import Step
from kiosk.told import Target
from retention.base.command import Office
from retention.base.state import State
from tests.kiosk_screens.conftest import Frames
from tests.kiosk_screens.keypad import Keypad, names, opened
from tests.kiosk_screens.scenes import HOSTS
from tests.support.bars import Bars
from tests.support.clock import ManualClock
from tests.support.state import make_config, make_state

TICK = 0.25


class Switch:
    """Somebody with one switch, who looks at the ring and presses half a second after it came."""

    def __init__(self, keypad: Keypad) -> None:
        self.keypad, self.begun = keypad, keypad.clock.monotonic()

    @property
    def seconds(self) -> float:
        return self.keypad.clock.monotonic() - self.begun

    def take(self, word: str) -> None:
        """Wait for the row it is in, if it stands in one, and for itself."""
        for _ in range(400):
            self._tick()
            if word in names(self.keypad.focus):
                alone = isinstance(self.keypad.focus, Target)
                self.keypad.press("switch")
                if alone:
                    return
        raise AssertionError(f"the ring never comes to {word}")

    def begin(self) -> None:
        """The first press starts it, and asks for the pace."""
        self.keypad.press("switch")
        self.take("1 seconde")

    def _tick(self) -> None:
        self.keypad.clock.advance(seconds=TICK)
        self.keypad.counter.tick()


def office(state: State, clock: ManualClock, **kiosk: object) -> Office:
    asked = {"ask_host": "optional", "hosts": [host.model_dump() for host in HOSTS]}
    return Office(make_config(state.directory, visits=asked, kiosk={"voice": {"speak": "off"}, **kiosk}), state, clock)


@pytest.fixture
def keypad(state: State, clock: ManualClock, frames: Frames) -> Iterator[Keypad]:
    with opened(office(state, clock), frames) as keypad:
        yield keypad


def sign_in(keypad: Keypad, name: str) -> float:
    """From the first press to the pass, asked whom they visit and whether they want help too; the seconds it took."""
    switch = Switch(keypad)
    switch.begin()
    switch.take("Ik kom op bezoek")
    for place, letter in enumerate(name):
        switch.take(letter.upper() if place == 0 else letter)
    for _ in ("the name", "whom they visit, which is optional", "help"):
        switch.take("Verder")
    keypad.until(lambda: keypad.flow.step is Step.PASS)
    return switch.seconds


@pytest.mark.parametrize("name", ["willem", "zzzzzz"])
def test_a_name_of_six_letters_signs_in_within_ninety_seconds(name: str, keypad: Keypad):
    seconds = sign_in(keypad, name)
    assert keypad.flow.visitor.typed.text == name.capitalize()
    assert seconds <= 90


def test_the_pace_is_chosen_with_the_switch_itself_and_ends_with_the_visitor(keypad: Keypad):
    switch = Switch(keypad)
    keypad.press("switch")
    assert keypad.flow.step is Step.PACE
    switch.take("3 seconden")
    assert (keypad.flow.step, keypad.flow.choices.pace) == (Step.WELCOME, 3.0)
    switch.take("Voorlezen")
    switch.take("Tempo")
    switch.take("1 seconde")
    assert keypad.flow.choices.pace == 1.0
    keypad.flow.begin_again()
    assert not keypad.flow.choices.scanning
    assert keypad.focus is None


def test_a_scanning_visitor_who_went_away_is_asked_after_and_forgotten(keypad: Keypad):
    Switch(keypad).begin()
    keypad.flow.coming.begin()
    keypad.wait(121)
    assert keypad.flow.step is Step.STILL_THERE
    keypad.wait(31)
    assert not keypad.flow.choices.scanning


def test_a_spoken_name_of_the_row_is_heard_before_the_focus_goes_on(state: State, clock: ManualClock, frames: Frames):
    with opened(office(state, clock, voice={"speak": "always"}), frames, holds=True) as keypad:
        keypad.flow.choose(scanning=True)
        before = names(keypad.focus)
        keypad.until(lambda: len(keypad.ear.running) > 0)
        for _ in range(8):
            clock.advance(seconds=1)
            keypad.counter.tick()
        assert names(keypad.focus) == before


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), [(1080, 1920), (1920, 1080)])
def test_names_of_six_letters_on_both_panels(width: int, height: int, tmp_path: Path, frames: Frames, bars: Bars):
    slowest = 0.0
    for number, name in enumerate(("sandra", "jeroen", "yvonne")):
        at = office(make_state(tmp_path / str(number)), ManualClock(), diagonal_inches=15.6, width=width, height=height)
        with opened(at, frames) as keypad:
            slowest = max(slowest, sign_in(keypad, name))
    bars.at_most(f"one switch: the slowest name of six letters, {width} x {height}", slowest, 90, "s")
