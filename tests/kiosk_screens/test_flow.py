"""The flow of the touch screen, without a screen."""

import gc
from collections.abc import Callable

import pytest

from kiosk.flow import Flow
from kiosk.fonts import drawable
from kiosk.keyboard import Typed
from kiosk.passes import Pass
from kiosk.steps import Step
from kiosk.visits import TOO_LONG, TOO_SHORT, Help
from kiosk.ways.typing import CANNOT_DRAW
from retention.base.errors import DiskRefused
from tests.kiosk_screens.scenes import Given, OpenReception, at_once, config
from tests.support.clock import ManualClock


class Queue:
    """Work that is done when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], object], Callable[[object], None], Callable[[], None]]] = []

    def __call__(self, function, then, failed) -> None:
        self.waiting.append((function, then, failed))

    def finish(self) -> None:
        for work in self.waiting:
            at_once(*work)
        self.waiting.clear()


class BrokenReception(OpenReception):
    def sign_in(self, details):
        raise DiskRefused("the disk is full")


@pytest.fixture
def reception() -> OpenReception:
    return OpenReception()


def make(reception, clock: ManualClock, work=at_once, **visits) -> Flow:
    return Flow(config(**visits), reception, work, clock.monotonic, drawable)


def type_name(flow: Flow, text: str) -> None:
    for letter in text:
        flow.typing.space() if letter == " " else flow.typing.letter(letter)


def test_a_visitor_signs_in_and_sees_their_pass(reception, clock):
    flow = make(reception, clock, ask_host="off", ask_help=False)
    flow.coming.begin()
    type_name(flow, "zoë de wit")
    flow.coming.go_on()
    assert (flow.step, flow.visitor.given) == (Step.PASS, Pass("blue", "owl"))
    assert reception.came[0].name == "Zoë de Wit"


def test_everything_configured_is_asked_once_and_kept(reception, clock):
    flow = make(reception, clock)
    flow.coming.begin()
    type_name(flow, "ali")
    flow.coming.go_on()
    assert flow.step is Step.HOST
    flow.coming.choose_host("Bram")
    assert flow.step is Step.HELP
    flow.coming.toggle_help(Help.STAIRS)
    flow.coming.toggle_help(Help.SIGHT)
    flow.coming.toggle_help(Help.SIGHT)
    flow.coming.go_on()
    details = reception.came[0]
    assert (details.name, details.host, details.help) == ("Ali", "Bram", frozenset({Help.STAIRS}))


def test_not_asking_for_help_costs_one_tap(reception, clock):
    flow = make(reception, clock, ask_host="off")
    flow.coming.begin()
    type_name(flow, "ali")
    flow.coming.go_on()
    flow.coming.go_on()
    assert flow.step is Step.PASS


def test_back_keeps_what_was_told_until_the_start(reception, clock):
    flow = make(reception, clock)
    flow.coming.begin()
    type_name(flow, "ali")
    flow.coming.go_on()
    flow.back()
    assert (flow.step, flow.visitor.typed.text) == (Step.NAME, "Ali")
    flow.back()
    assert (flow.step, flow.visitor.typed.text) == (Step.WELCOME, "")


def test_whoever_begins_after_a_step_back_is_asked_anew_whether_all_may_hear_their_name(reception, clock):
    flow = make(reception, clock)
    flow.listening.begin()
    flow.coming.begin()
    flow.listening.warn()
    flow.listening.answer(True)
    assert (flow.step, flow.listening.aloud) == (Step.NAME, True)
    flow.back()
    assert (flow.step, flow.listening.aloud, flow.listening.must_warn) == (Step.WELCOME, False, True)


@pytest.mark.parametrize("typed", ["", " ", "\u200b", "---"])
def test_without_a_name_a_sentence_asks_for_one(reception, clock, typed):
    flow = make(reception, clock)
    flow.coming.begin()
    flow.typing.enter(typed)
    flow.coming.go_on()
    assert flow.step is Step.NAME
    assert flow.notice
    assert not reception.came


def test_the_sentence_about_a_missing_name_goes_with_the_first_letter(reception, clock):
    flow = make(reception, clock)
    flow.coming.begin()
    flow.coming.go_on()
    assert flow.notice == TOO_SHORT
    flow.typing.letter("a")
    assert flow.notice == ""


@pytest.mark.parametrize("length", [300, 10_000])
def test_a_name_that_is_too_long_is_refused_at_typing_and_nothing_is_lost(reception, clock, length):
    flow = make(reception, clock)
    flow.coming.begin()
    type_name(flow, "ali")
    flow.typing.enter("x" * length)
    assert (flow.notice, flow.visitor.typed.text) == (TOO_LONG, "Ali")


@pytest.mark.parametrize("name", ["'; DROP TABLE visit; --", "<b>Jan</b>", "[b]Jan[/b]", "José 王小明", "محمد"])
def test_markup_and_other_scripts_are_taken_as_text(reception, clock, name):
    flow = make(reception, clock, ask_host="off", ask_help=False)
    flow.coming.begin()
    flow.typing.enter(name)
    assert flow.notice == ""
    flow.coming.go_on()
    assert reception.came[0].name == name


def test_a_letter_no_font_can_show_is_said_at_typing_and_kept(reception, clock):
    flow = make(reception, clock, ask_host="off", ask_help=False)
    flow.coming.begin()
    flow.typing.enter("Jan \U0001f600")
    assert flow.notice == CANNOT_DRAW
    flow.coming.go_on()
    assert reception.came[0].name == "Jan \U0001f600"


def test_control_characters_are_not_typed(reception, clock):
    flow = make(reception, clock)
    flow.coming.begin()
    flow.typing.enter("J\x00a\x1bn\n")
    assert flow.visitor.typed.text == "Jan"


def test_keys_of_the_machine_are_heard_only_where_a_name_is_asked(reception, clock):
    flow = make(reception, clock)
    flow.typing.enter("Jan")
    flow.coming.begin()
    assert flow.visitor.typed.text == ""


def test_signing_out_is_two_taps(reception, clock):
    flow = make(reception, clock)
    flow.leaving.begin()
    flow.leaving.choose_colour("red")
    flow.leaving.choose_picture("ship")
    assert (flow.step, reception.left) == (Step.DONE, [Pass("red", "ship")])


def test_the_digit_is_asked_only_while_passes_with_one_are_out(clock):
    reception = OpenReception(digits=True)
    flow = make(reception, clock)
    flow.leaving.begin()
    flow.leaving.choose_colour("red")
    flow.leaving.choose_picture("ship")
    assert (flow.step, reception.left) == (Step.DIGIT, [])
    flow.leaving.choose_digit(4)
    assert (flow.step, reception.left) == (Step.DONE, [Pass("red", "ship", 4)])


def test_a_failure_says_what_to_do_and_drops_what_was_told(clock):
    flow = make(BrokenReception(), clock, ask_host="off", ask_help=False)
    flow.coming.begin()
    type_name(flow, "ali")
    flow.coming.go_on()
    assert (flow.step, flow.visitor.typed.text) == (Step.ATTENTION, "")
    flow.begin_again()
    assert flow.step is Step.WELCOME


def test_after_two_minutes_the_screen_asks_and_the_answer_brings_everything_back(reception, clock):
    flow = make(reception, clock)
    flow.coming.begin()
    type_name(flow, "ali")
    clock.advance(seconds=119)
    flow.tick()
    assert flow.step is Step.NAME
    clock.advance(seconds=1)
    flow.tick()
    assert flow.step is Step.STILL_THERE
    clock.advance(seconds=29)
    flow.tick()
    flow.back()
    assert (flow.step, flow.visitor.typed.text) == (Step.NAME, "Ali")


def test_the_idle_question_comes_as_often_as_it_is_answered(reception, clock):
    flow = make(reception, clock)
    flow.leaving.begin()
    for _ in range(5):
        clock.advance(seconds=120)
        flow.tick()
        assert flow.step is Step.STILL_THERE
        flow.back()
    assert flow.step is Step.COLOUR


def test_a_touch_anywhere_puts_the_question_off(reception, clock):
    flow = make(reception, clock)
    flow.coming.begin()
    clock.advance(seconds=119)
    flow.touched()
    clock.advance(seconds=119)
    flow.tick()
    assert flow.step is Step.NAME


def test_without_an_answer_everything_told_is_dropped(reception, clock):
    flow = make(reception, clock)
    flow.coming.begin()
    type_name(flow, "ali")
    told = flow.visitor
    clock.advance(seconds=120)
    flow.tick()
    clock.advance(seconds=30)
    flow.tick()
    assert flow.step is Step.WELCOME
    assert flow.visitor is not told


def test_no_object_holds_the_name_after_the_visitor_has_gone(reception, clock):
    flow = make(reception, clock)
    flow.coming.begin()
    type_name(flow, "quetzalcoatl")
    flow.begin_again()
    gc.collect()
    kept = [thing for thing in gc.get_objects() if type(thing) is Typed and "uetzal" in thing.text]
    assert kept == []


def test_the_pass_goes_by_itself(reception, clock):
    flow = make(reception, clock, ask_host="off", ask_help=False)
    flow.coming.begin()
    type_name(flow, "ali")
    flow.coming.go_on()
    clock.advance(seconds=60)
    flow.tick()
    assert flow.step is Step.STILL_THERE
    clock.advance(seconds=30)
    flow.tick()
    assert (flow.step, flow.visitor.given) == (Step.WELCOME, None)


def test_an_answer_that_comes_after_its_visitor_has_gone_shows_nothing(reception, clock):
    queue = Queue()
    flow = make(reception, clock, queue, ask_host="off", ask_help=False)
    flow.coming.begin()
    type_name(flow, "ali")
    flow.coming.go_on()
    assert flow.step is Step.WAIT
    flow.begin_again()
    flow.coming.begin()
    queue.finish()
    assert (flow.step, flow.visitor.given) == (Step.NAME, None)


def test_work_that_takes_too_long_ends_at_reception(reception, clock):
    flow = make(reception, clock, Queue(), ask_host="off", ask_help=False)
    flow.coming.begin()
    type_name(flow, "ali")
    flow.coming.go_on()
    clock.advance(seconds=20)
    flow.tick()
    assert flow.step is Step.ATTENTION


def test_a_language_lasts_for_one_visitor(reception, clock):
    flow = make(reception, clock)
    flow.serving.language("en")
    flow.coming.begin()
    flow.back()
    assert flow.language == "en"
    flow.begin_again()
    assert flow.language == "nl"


def test_what_happens_with_a_name_can_be_read_and_the_language_stays(reception, clock):
    flow = make(reception, clock)
    flow.serving.language("en")
    flow.reading.begin()
    assert flow.step is Step.PRIVACY
    flow.back()
    assert (flow.step, flow.language) == (Step.WELCOME, "en")
    flow.reading.begin()
    clock.advance(seconds=121)
    flow.tick()
    assert (flow.step, flow.language) == (Step.STILL_THERE, "en")
    clock.advance(seconds=30)
    flow.tick()
    assert (flow.step, flow.language) == (Step.WELCOME, "nl")


def test_a_language_left_on_the_first_screen_goes_back_by_itself(reception, clock):
    flow = make(reception, clock)
    flow.serving.language("en")
    clock.advance(seconds=120)
    flow.tick()
    assert (flow.step, flow.language) == (Step.WELCOME, "nl")


def test_a_given_pass_is_what_the_reception_gave(clock):
    flow = make(OpenReception(Given(Pass("white", "crown", 3)).pass_), clock, ask_host="off", ask_help=False)
    flow.coming.begin()
    type_name(flow, "ali")
    flow.coming.go_on()
    assert flow.visitor.given == Pass("white", "crown", 3)
