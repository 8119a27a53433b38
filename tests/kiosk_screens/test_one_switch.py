"""One switch: the focus goes round by itself, and a press takes what it is on."""

from collections.abc import Iterator

import pytest

from kiosk.steps import Step
from kiosk.told import Target
from retention.base.command import Office
from retention.base.state import State
from tests.kiosk_screens.conftest import Frames
from tests.kiosk_screens.keypad import Keypad, names, opened
from tests.kiosk_screens.scenes import HOSTS
from tests.support.clock import ManualClock
from tests.support.state import make_config

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
    switch.take("Verder")
    switch.take("Weet ik niet")
    switch.take("Verder")
    keypad.until(lambda: keypad.flow.step is Step.PASS)
    return switch.seconds


@pytest.mark.parametrize("name", ["willem", "zzzzzz"])
def test_a_name_of_six_letters_signs_in_within_ninety_seconds(name: str, keypad: Keypad):
    seconds = sign_in(keypad, name)
    assert keypad.flow.visitor.typed.text == name.capitalize()
    assert seconds <= 90
