"""The keys that work the screen, which presses count, and which are refused."""

import pytest

from kiosk.keys import CODES, Key, Keys
from retention.base.config import Config
from retention.base.serving import KEY_NAMES, KeysSection
from tests.support.clock import ManualClock


@pytest.fixture
def keys(clock: ManualClock) -> Keys:
    return Keys(KeysSection(), clock.monotonic)


def test_the_keys_are_those_of_the_configuration(clock: ManualClock):
    keys = Keys(KeysSection(up="keypad 8", switch="space"), clock.monotonic)
    assert keys.pressed(CODES["keypad 8"]) is Key.UP
    assert keys.pressed(CODES["space"]) is Key.SWITCH
    assert keys.pressed(CODES["up"]) is None


def test_a_key_that_is_held_down_acts_once(keys: Keys, clock: ManualClock):
    assert keys.pressed(CODES["down"]) is Key.DOWN
    for _ in range(50):
        clock.advance(seconds=1)
        assert keys.pressed(CODES["down"]) is None
    keys.released(CODES["down"])
    clock.advance(seconds=1)
    assert keys.pressed(CODES["down"]) is Key.DOWN


@pytest.mark.parametrize(("name", "again"), [("enter", 0.4), ("f8", 0.4), ("escape", 0.4), ("down", 0.1)])
def test_a_key_struck_twice_acts_once(name: str, again: float, keys: Keys, clock: ManualClock):
    counted = []
    for pause in (0.0, again - 0.05, 0.1):
        clock.advance(seconds=pause)
        counted.append(keys.pressed(CODES[name]) is not None)
        keys.released(CODES[name])
    assert counted == [True, False, True]


def test_a_key_that_works_the_screen_writes_nothing(clock: ManualClock):
    keys = Keys(KeysSection(switch="space", ok="keypad 5"), clock.monotonic)
    assert [keys.wrote(text) for text in (" ", "5", "a", "8", "-")] == [True, True, False, False, False]


def test_every_name_of_a_key_has_its_number_and_no_letter_is_among_them():
    assert set(KEY_NAMES) == set(CODES)
    assert not any(name.isalpha() and len(name) == 1 for name in KEY_NAMES)


@pytest.mark.parametrize(
    ("keys", "said"), [({"ok": "a"}, "cannot work the screen"), ({"up": "f1"}, "each key does one thing")]
)
def test_keys_that_could_write_or_do_two_things_are_refused(keys: dict[str, str], said: str):
    with pytest.raises(ValueError, match=said):
        Config.model_validate({"kiosk": {"keys": keys}})


@pytest.mark.parametrize(
    ("command", "said"), [(["say", "{name}"], "comes on standard input"), ([], "name a program"), (["{"], "other half")]
)
def test_a_command_into_which_a_name_would_go_is_refused(command: list[str], said: str):
    with pytest.raises(ValueError, match=said):
        Config.model_validate({"kiosk": {"voice": {"command": command}}})
