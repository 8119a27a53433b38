"""Five keys and the voice, with the screen not looked at."""

from collections.abc import Iterator

import pytest

from kiosk.steps import Step
from retention.base.command import Office
from retention.base.state import State
from tests.kiosk_screens.conftest import Frames
from tests.kiosk_screens.keypad import Keypad, opened
from tests.kiosk_screens.listener import Listener
from tests.support.clock import ManualClock
from tests.support.state import make_config


def office(state: State, clock: ManualClock, language: str = "nl", **kiosk: object) -> Office:
    others = [other for other in ("nl", "en") if other != language]
    kiosk = {"languages": [language, *others], **kiosk}
    return Office(make_config(state.directory, visits={"ask_help": False}, kiosk=kiosk), state, clock)


@pytest.fixture
def keypad(state: State, clock: ManualClock, frames: Frames) -> Iterator[Keypad]:
    with opened(office(state, clock), clock, frames, plugged=True) as keypad:
        yield keypad


@pytest.mark.parametrize(("language", "plugged"), [("nl", False), ("en", True)])
def test_whoever_sees_nothing_signs_in_and_out(
    language: str, plugged: bool, state: State, clock: ManualClock, frames: Frames
):
    with opened(office(state, clock, language), clock, frames, plugged=plugged) as keypad:
        listener = Listener(keypad, language)
        listener.wake()
        given = listener.known_pass(listener.sign_in("jan"))
        assert keypad.flow.visitor.given == given
        listener.take("Done")
        listener.wake()
        listener.sign_out(given)
        assert keypad.flow.step is Step.DONE
