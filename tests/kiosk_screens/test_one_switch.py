"""One switch: the focus goes round by itself, and a press takes what it is on."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from kiosk.steps import Step
from retention.base.command import Office
from retention.base.config import Language
from retention.base.state import State
from retention.base.translations import translator
from tests.kiosk_screens.conftest import Frames
from tests.kiosk_screens.keypad import Keypad, names, opened
from tests.kiosk_screens.scenes import HOSTS
from tests.kiosk_screens.switch import Reckoned, Switch
from tests.kiosk_screens.test_measures import PANELS
from tests.support.bars import Bars
from tests.support.clock import ManualClock
from tests.support.state import make_config, make_state

# In every mode that changes where a key stands; in landscape nothing goes lower.
MODES = [{"larger": larger, "lower": lower} for larger, lower in product((False, True), (False, True))]
SAMPLE = ("15.6 portrait, full HD", "15.6 landscape, full HD")


def office(state: State, clock: ManualClock, **kiosk: object) -> Office:
    asked = {"ask_host": "optional", "hosts": [host.model_dump() for host in HOSTS]}
    return Office(make_config(state.directory, visits=asked, kiosk={"voice": {"speak": "off"}, **kiosk}), state, clock)


@pytest.fixture
def keypad(state: State, clock: ManualClock, frames: Frames) -> Iterator[Keypad]:
    with opened(office(state, clock), frames) as keypad:
        yield keypad


def sign_in(keypad: Keypad, name: str, language: str = "nl", **mode: object) -> float:
    """From the first press to the pass, asked whom they visit and whether they want help too; the seconds it took."""
    say, switch = translator(language, "kiosk"), Switch(keypad)
    keypad.flow.choose(**mode)
    switch.begin(language)
    switch.take(say("I am visiting"))
    for letter in name:
        switch.letter(letter)
    for _ in ("the name", "whom they visit, which is optional", "help"):
        switch.take(say("Next"))
    keypad.until(lambda: keypad.flow.step is Step.PASS)
    return switch.seconds


def test_a_name_of_six_letters_signs_in_within_ninety_seconds(keypad: Keypad):
    seconds = sign_in(keypad, "willem")
    assert keypad.flow.visitor.typed.text == "Willem"
    assert seconds <= 90


@pytest.mark.parametrize("size", SAMPLE)
@pytest.mark.parametrize("larger", [False, True])
def test_six_letters_that_take_longest_are_reckoned_to_fit(size: str, larger: bool, frames: Frames):
    seconds, letter = Reckoned(PANELS[size], larger=larger).worst_name()
    assert seconds <= 90, letter


def test_the_letters_come_before_all_else_and_a_long_row_in_halves(state: State, clock: ManualClock, frames: Frames):
    with opened(office(state, clock, diagonal_inches=15.6, width=1920, height=1080), frames) as keypad:
        keypad.flow.choose(scanning=True)
        keypad.flow.coming.begin()
        rows = []
        for _ in range(8):
            rows.append(names(keypad.focus))
            clock.advance(seconds=1)
            keypad.counter.tick()
    assert [len(row) for row in rows] == [5, 5, 5, 5, 5, 4, 1, 4]
    assert rows[0][0] == "A"
    assert rows[6] == ["Wat doen we met uw naam?"]


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


def test_letters_that_do_not_follow_one_another_are_said_one_by_one(state: State, clock: ManualClock, frames: Frames):
    with opened(office(state, clock, voice={"speak": "always"}), frames, plugged=True) as keypad:
        keypad.flow.choose(scanning=True)
        keypad.flow.coming.begin()
        keypad.heard()
        assert keypad.wait(1) == [*"IRSHJVP"]


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("size", PANELS)
def test_six_letters_that_take_longest_fit_in_every_language_and_mode(size: str, frames: Frames, bars: Bars):
    modes = [mode for mode in MODES if not mode["lower"] or PANELS[size].height > PANELS[size].width]
    reckoned = [Reckoned(PANELS[size], language, **mode) for language in get_args(Language) for mode in modes]
    bars.at_most(
        f"one switch: six times the worst letter, {size}", max(one.worst_name()[0] for one in reckoned), 90, "s"
    )


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("size", SAMPLE)
def test_names_of_the_letters_that_take_longest_sign_in_on_both_panels(
    size: str, tmp_path: Path, frames: Frames, bars: Bars
):
    slowest = 0.0
    for number, (language, larger) in enumerate((("nl", False), ("nl", True), ("uk", False), ("ar", True))):
        kiosk = PANELS[size].model_dump(include={"diagonal_inches", "width", "height"})
        at = office(make_state(tmp_path / str(number)), ManualClock(), languages=(language, "en"), **kiosk)
        reckoned, letter = Reckoned(PANELS[size], language, larger=larger).worst_name()
        name = 6 * (letter if letter.isalpha() else "z")  # signs alone are no name
        with opened(at, frames) as keypad:
            seconds = sign_in(keypad, name, language, larger=larger)
        assert seconds <= reckoned + 1
        slowest = max(slowest, seconds)
    bars.at_most(f"one switch: the slowest name of six letters, {size}", slowest, 90, "s")
