"""What is said and when, who may hear it, and what the keys do beside moving the focus."""

import gc
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from kiosk.passes import COLOUR
from kiosk.steps import Step
from kiosk.theme import INK, contrast
from kiosk.told import Target, Told
from kiosk.visits import TOO_SHORT
from kiosk.voice.narrator import Narrator
from kiosk.voice.saying import Saying
from retention.base.command import Office
from retention.base.state import State
from retention.base.translations import translator
from tests.kiosk_screens.conftest import Frames
from tests.kiosk_screens.keypad import Keypad, names, opened
from tests.support.clock import ManualClock
from tests.support.state import make_config

HOLDING = ("text", "words", "personal", "told", "name", "_typed", "_told")
WARNING = "Iedereen kan uw naam horen."
Opens = Callable[..., Keypad]


@pytest.fixture
def opens(state: State, clock: ManualClock, frames: Frames) -> Iterator[Opens]:
    held = []

    def make(speak: str = "on_demand", *, plugged: bool = False, holds: bool = False, **visits: object) -> Keypad:
        kiosk = {"voice": {"speak": speak}}
        config = make_config(state.directory, visits={"ask_help": False, **visits}, kiosk=kiosk)
        held.append(opened(Office(config, state, clock), frames, plugged=plugged, holds=holds))
        return held[-1].__enter__()

    yield make
    for one in held:
        one.__exit__(None, None, None)


def begin(keypad: Keypad) -> None:
    keypad.flow.coming.begin()


def text(keypad: Keypad) -> list[str]:
    keypad.until(lambda: not keypad.counter._speaker.speaking)
    return keypad.ear.text


def test_with_a_headphone_the_screen_speaks_and_without_it_is_silent(opens: Opens):
    keypad = opens()
    assert text(keypad) == []
    keypad.socket.inside = True
    keypad.wait(0.5)
    assert text(keypad)[:2] == ["Welkom", "Onze organisatie"]
    assert "Ik kom op bezoek" in text(keypad)
    assert set(keypad.ear.places) == {"headphone"}
    keypad.socket.inside = False
    mark = len(text(keypad))
    keypad.wait(0.5)
    begin(keypad)
    assert text(keypad)[mark:] == []


def test_always_speaks_to_everybody_and_off_to_nobody(opens: Opens):
    assert "Ik ga weg" in text(opens("always"))


def test_off_is_silent_even_with_a_headphone(opens: Opens):
    keypad = opens("off", plugged=True)
    keypad.press("down")
    assert text(keypad) == []
    assert not any("Voorlezen" in names(target) for target in keypad.counter.guide._read().targets)


def test_the_button_reads_this_screen_and_every_one_after_it(opens: Opens):
    keypad = opens()
    keypad.flow.listening.begin()
    assert "Ik kom op bezoek" in text(keypad)
    keypad.flow.leaving.begin()
    assert {"Welke kleur is uw pasje?", "rood", "blauw", "Terug"} <= set(text(keypad))


def test_a_typed_letter_is_said_through_the_headphone(opens: Opens):
    keypad = opens(plugged=True)
    begin(keypad)
    mark = len(text(keypad))
    typing = keypad.flow.typing
    for act in (partial(typing.letter, "a"), partial(typing.letter, "-"), typing.erase):
        act()
        text(keypad)
    assert text(keypad)[mark:] == ["A", "streepje", "streepje, gewist"]
    assert all(saying.personal for saying in keypad.ear.sayings[mark:])


def test_before_a_name_is_said_aloud_the_visitor_is_warned(opens: Opens):
    keypad = opens("always")
    begin(keypad)
    assert keypad.flow.step is Step.ALOUD
    assert WARNING in text(keypad)
    keypad.flow.listening.answer(True)
    keypad.flow.typing.letter("a")
    assert text(keypad)[-1] == "A"
    keypad.flow.begin_again()
    begin(keypad)
    assert keypad.flow.step is Step.ALOUD


def test_whoever_does_not_want_it_hears_all_but_the_name(opens: Opens):
    keypad = opens("always")
    begin(keypad)
    keypad.flow.listening.answer(False)
    assert "Hoe heet u?" in text(keypad)
    mark = len(text(keypad))
    keypad.flow.typing.letter("a")
    assert text(keypad)[mark:] == []


def test_a_headphone_answers_the_warning(opens: Opens):
    keypad = opens("always")
    begin(keypad)
    keypad.socket.inside = True
    keypad.wait(0.5)
    assert keypad.flow.step is Step.NAME


def test_when_the_headphone_goes_the_visitor_is_warned_before_the_next_letter(opens: Opens):
    keypad = opens("always", plugged=True)
    begin(keypad)
    assert keypad.flow.step is Step.NAME
    keypad.socket.inside = False
    keypad.wait(0.5)
    assert keypad.flow.step is Step.ALOUD


def test_without_a_voice_nobody_is_warned(opens: Opens):
    keypad = opens()
    begin(keypad)
    assert keypad.flow.step is Step.NAME


def test_what_to_do_is_said_when_the_name_is_missing(opens: Opens):
    keypad = opens(plugged=True)
    begin(keypad)
    mark = len(text(keypad))
    keypad.flow.coming.go_on()
    assert text(keypad)[mark:] == [translator("nl", "kiosk")(TOO_SHORT)]


def test_what_is_chosen_is_said_so(opens: Opens):
    keypad = opens(plugged=True, ask_help=True)
    begin(keypad)
    keypad.flow.typing.enter("Ali")
    keypad.flow.coming.go_on()
    keypad.press("down")
    assert keypad.press("down") == ["trap"]
    assert keypad.press("ok") == ["trap, gekozen"]
    assert keypad.press("ok") == ["trap"]


def test_a_touch_cuts_off_what_is_said(opens: Opens):
    keypad = opens(plugged=True, holds=True)
    keypad.until(lambda: len(keypad.ear.running) == 1)
    keypad.counter.guide.touched()
    keypad.until(lambda: keypad.ear.running[0].killed)
    keypad.counter.guide.touched()
    assert set(keypad.ear.text) == {"Welkom"}


def test_louder_is_louder_for_this_visitor_alone(opens: Opens):
    keypad = opens(plugged=True)
    text(keypad)
    keypad.flow.listening.louder()
    text(keypad)
    assert (keypad.ear.volumes[0], keypad.ear.volumes[-1]) == (3, 4)
    keypad.flow.begin_again()
    text(keypad)
    assert keypad.ear.volumes[-1] == 3


def test_a_language_is_said_in_itself(opens: Opens):
    keypad = opens(plugged=True)
    keypad.flow.serving.begin_language()
    text(keypad)
    said = {saying.text: saying.language for saying in keypad.ear.sayings}
    assert (said["English"], said["Türkçe"], said["العربية"]) == ("en", "tr", "ar")
    assert said["Nederlands, gekozen"] == "nl"


def test_the_first_key_reads_the_screen_and_shows_the_focus(opens: Opens):
    keypad = opens()
    assert keypad.focus is None
    assert "Ik kom op bezoek" in keypad.press("down")
    assert keypad.focus is not None
    assert keypad.app._ring.canvas.children


def test_back_leaves_the_row_and_then_the_screen(opens: Opens):
    keypad = opens(plugged=True)
    begin(keypad)
    keypad.press("down")
    assert keypad.press("down") == ["A tot en met G"]
    assert keypad.press("ok") == ["A"]
    assert keypad.press("up") == ["G"]
    assert keypad.press("back") == ["A tot en met G"]
    keypad.press("back")
    assert keypad.flow.step is Step.WELCOME


def test_back_on_the_first_screen_does_nothing(opens: Opens):
    keypad = opens()
    keypad.press("down")
    keypad.press("back")
    assert keypad.flow.step is Step.WELCOME


def test_enter_ends_a_name_for_whoever_has_no_focus(opens: Opens):
    keypad = opens()
    begin(keypad)
    keypad.flow.typing.enter("Ali")
    keypad.press("ok")
    keypad.until(lambda: keypad.flow.step is Step.PASS)


def test_the_question_whether_anybody_is_there_is_said_and_answered_by_a_key(opens: Opens):
    keypad = opens(plugged=True)
    begin(keypad)
    keypad.flow.typing.enter("Quetzalcoatl")
    assert "Bent u er nog?" in keypad.wait(121)
    assert not any("Quetzal" in said for said in text(keypad))
    keypad.press("down")
    keypad.press("down")
    keypad.press("ok")
    assert keypad.flow.visitor.typed.text == "Quetzalcoatl"


def test_a_dark_screen_shows_nothing_and_grows_light_by_a_finger(opens: Opens):
    keypad = opens(plugged=True)
    begin(keypad)
    keypad.flow.listening.darken()
    assert getattr(keypad.app.root.children[0], "ground", "") == "#000000"
    assert keypad.counter.guide.touched()
    assert getattr(keypad.app.root.children[0], "ground", "") == ""
    assert not keypad.counter.guide.touched()


def test_without_sound_the_button_says_so_and_health_does_too(opens: Opens):
    keypad = opens()
    keypad.ear.fails = "aplay"
    keypad.counter.guide.probe()
    keypad.until(lambda: keypad.counter._speaker.trouble == "aplay")
    keypad.counter.tick()
    keypad.flow.listening.begin()
    assert "Het geluid doet het nu niet." in keypad.counter.guide._read().words
    assert [problem.promise for problem in keypad.counter._problems()] == ["P4"]


def test_the_visitors_name_in_another_sentence_is_personal_too(opens: Opens):
    keypad = opens("always")
    keypad.flow.visitor.typed = keypad.flow.visitor.typed.enter("Quetzal")
    keypad.flow.say("Dag Quetzal")
    assert not any("Quetzal" in said for said in text(keypad))


def test_a_pin_is_said_to_nobody_but_the_headphone(opens: Opens):
    keypad = opens("always")
    keypad.flow.listening.answer(True)
    keypad.flow.ask(Step.PIN)
    keypad.press("down")
    for _ in range(3):
        keypad.press("down")
        keypad.press("ok")
        keypad.press("down")
        keypad.press("back")
    assert "Pincode" in text(keypad)
    assert not set("0123456789") & set(text(keypad))


def test_in_an_emergency_the_way_out_is_said_aloud_and_again_whatever_was_chosen(opens: Opens):
    keypad = opens()
    keypad.flow.choose(voice=False)
    keypad.flow.tell(Step.EMERGENCY)
    assert "Ga nu naar buiten." in text(keypad)
    assert keypad.ear.volumes[-1] == 5
    said = text(keypad).count("Ga nu naar buiten.")
    keypad.wait(11)
    assert text(keypad).count("Ga nu naar buiten.") == said + 1


def test_the_help_key_calls_reception_from_any_screen(opens: Opens):
    keypad = opens(plugged=True)
    keypad.press("down")
    keypad.press("help")
    assert keypad.flow.step is Step.HELP_CALLED
    keypad.press("back")


def test_a_dark_screen_grows_light_in_an_emergency(opens: Opens):
    keypad = opens(plugged=True)
    keypad.flow.listening.darken()
    keypad.flow.tell(Step.EMERGENCY)
    assert getattr(keypad.app.root.children[0], "ground", "") != "#000000"
    assert not keypad.counter.guide.touched()  # so a finger acts at once


def test_a_switch_that_sends_spaces_writes_none(state: State, clock: ManualClock, frames: Frames):
    from kivy.core.window import Window  # noqa: PLC0415

    config = make_config(state.directory, kiosk={"keys": {"switch": "space"}})
    with opened(Office(config, state, clock), frames) as keypad:
        begin(keypad)
        for text_ in ("J", " ", "a"):
            Window.dispatch("on_textinput", text_)
        keypad.frames.advance(0.05)
        assert keypad.flow.visitor.typed.text == "Ja"


def test_nothing_that_was_said_is_kept_when_the_visitor_goes(opens: Opens):
    keypad = opens(plugged=True)
    begin(keypad)
    keypad.flow.typing.enter("Quetzalcoatl")
    keypad.press("down")
    assert any("Quetzalcoatl" in said for said in text(keypad))
    keypad.flow.begin_again()
    text(keypad)
    keypad.ear.sayings.clear()
    gc.collect()
    kept = [one for one in gc.get_objects() if type(one) in (Saying, Told, Target, Narrator)]
    assert not any("Quetzalcoatl" in str([getattr(one, name, "") for name in HOLDING]) for one in kept)


def test_the_ring_stands_out_from_whatever_lies_under_it():
    from kiosk.screens.ring import GLOW  # noqa: PLC0415 - Kivy is loaded by these tests alone

    grounds = [INK, "#FFFFFF", "#000000", "#FFEB3B", "#0B5D57", "#8A1C1C", *(colour.fill for colour in COLOUR.values())]
    assert min(max(contrast(INK, ground), contrast(GLOW, ground)) for ground in grounds) >= 3
