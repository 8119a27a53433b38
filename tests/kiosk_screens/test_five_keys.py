"""Five keys and the voice, with the screen not looked at."""

from pathlib import Path
from typing import get_args

import pytest

from kiosk.steps import Step
from kiosk.theme import Contrast
from retention.base.command import Office
from retention.base.config import Language
from retention.base.state import State
from tests.kiosk_screens.conftest import Frames
from tests.kiosk_screens.keypad import Keypad, opened
from tests.kiosk_screens.listener import Listener
from tests.support.bars import Bars
from tests.support.clock import ManualClock
from tests.support.state import make_config, make_state

NAMES = {"uk": "анна", "ar": "سارا", "fa": "سارا", "tr": "selma"}
MODES: dict[str, dict[str, object]] = {
    "as it is": {},
    "larger": {"larger": True},
    "lower": {"lower": True},
    "larger and lower": {"larger": True, "lower": True},
    "black": {"contrast": Contrast.YELLOW_ON_BLACK},
    "yellow and larger": {"contrast": Contrast.BLACK_ON_YELLOW, "larger": True},
}
PANELS = {"portrait": (1080, 1920), "landscape": (1920, 1080)}


def office(state: State, clock: ManualClock, language: str = "nl", **kiosk: object) -> Office:
    others = [other for other in ("nl", "en") if other != language]
    kiosk = {"languages": [language, *others], **kiosk}
    return Office(make_config(state.directory, visits={"ask_help": False}, kiosk=kiosk), state, clock)


def goes_in_and_out(keypad: Keypad, language: str, **mode: object) -> None:
    """A visit from the first key to the farewell."""
    listener = Listener(keypad, language)
    keypad.flow.choose(**mode)
    listener.wake()
    given = listener.known_pass(listener.sign_in(NAMES.get(language, "jan")))
    assert keypad.flow.visitor.given == given
    listener.take("Done")
    keypad.flow.choose(**mode)
    listener.wake()
    listener.sign_out(given)
    assert keypad.flow.step is Step.DONE


@pytest.mark.parametrize(("language", "plugged"), [("nl", False), ("en", True)])
def test_whoever_sees_nothing_signs_in_and_out(
    language: str, plugged: bool, state: State, clock: ManualClock, frames: Frames
):
    with opened(office(state, clock, language), frames, plugged=plugged) as keypad:
        goes_in_and_out(keypad, language)


@pytest.mark.slow
@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("language", get_args(Language))
def test_in_every_language_and_mode(language: str, panel: str, tmp_path: Path, frames: Frames, bars: Bars):
    width, height = PANELS[panel]
    kiosk = {"diagonal_inches": 15.6, "width": width, "height": height}
    for number, mode in enumerate(MODES.values()):
        at = office(make_state(tmp_path / str(number)), ManualClock(), language, **kiosk)
        with opened(at, frames, plugged=number % 2 == 0) as keypad:
            goes_in_and_out(keypad, language, **mode)
    bars.at_least(f"visits by five keys and ear alone, {language}, {panel}", len(MODES), len(MODES))
