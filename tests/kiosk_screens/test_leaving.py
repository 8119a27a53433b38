"""Leaving by a code, and taking a sign-out back: the flow without a screen."""

import pytest

from kiosk.codes.code import Code
from kiosk.flow import Flow
from kiosk.steps import Step
from tests.kiosk_screens.scenes import OpenReception
from tests.kiosk_screens.test_flow import make, type_name


@pytest.fixture
def reception() -> OpenReception:
    return OpenReception()


def test_a_code_signs_out_without_a_tap(reception, clock):
    flow = make(reception, clock)
    flow.leaving.begin()
    code = Code.new()
    flow.leaving.show(code)
    assert (flow.step, reception.left) == (Step.DONE, [code])


def leave(flow: Flow) -> None:
    flow.leaving.begin()
    flow.leaving.choose_colour("red")
    flow.leaving.choose_picture("ship")


def test_a_sign_out_is_taken_back_on_the_farewell(reception, clock):
    flow = make(reception, clock)
    leave(flow)
    flow.leaving.take_back()
    assert (flow.step, reception.put_back_by) == (Step.TAKEN_BACK, ["token 1"])


@pytest.mark.parametrize("reads_on", [True, False])
def test_it_is_taken_back_on_the_first_screen_too_for_a_minute(reception, clock, reads_on):
    flow = make(reception, clock)
    leave(flow)
    if reads_on:
        clock.advance(seconds=10)
        flow.tick()
    else:
        flow.leaving.finish()
    assert flow.step is Step.JUST_LEFT
    clock.advance(seconds=49)
    flow.tick()
    assert flow.leaving.can_be_taken_back()
    flow.leaving.take_back()
    assert reception.put_back_by == ["token 1"]


def test_who_has_read_the_farewell_sees_no_other_screen_on_the_way_back(reception, clock):
    flow, shown = make(reception, clock), []
    leave(flow)
    flow.changed = lambda: shown.append(flow.step)
    flow.leaving.finish()
    assert shown == [Step.JUST_LEFT]


def test_after_a_minute_nothing_is_taken_back(reception, clock):
    flow = make(reception, clock)
    leave(flow)
    clock.advance(seconds=60)
    assert not flow.leaving.can_be_taken_back()
    flow.leaving.finish()
    assert flow.step is Step.WELCOME


def test_the_first_screen_after_a_farewell_drops_what_the_next_visitor_tells(reception, clock):
    flow = make(reception, clock)
    leave(flow)
    flow.leaving.finish()
    assert flow.visitor.colour is None
    flow.coming.begin()
    type_name(flow, "ali")
    flow.back()
    assert (flow.step, flow.visitor.typed.text) == (Step.WELCOME, "")


def test_what_was_taken_back_cannot_be_taken_back_again(reception, clock):
    flow = make(reception, clock)
    leave(flow)
    flow.leaving.take_back()
    flow.begin_again()
    assert not flow.leaving.can_be_taken_back()


def test_a_button_that_stood_too_long_takes_nothing_back(reception, clock):
    flow = make(reception, clock)
    leave(flow)
    clock.advance(seconds=81)
    flow.leaving.take_back()
    assert (flow.step, reception.put_back_by) == (Step.WELCOME, [])


def test_a_farewell_of_a_screen_that_is_closed_meanwhile_leads_to_no_sign_in(reception, clock):
    flow = make(reception, clock)
    leave(flow)
    flow.is_closed = True
    flow.leaving.finish()
    assert flow.step is Step.CLOSED


@pytest.mark.parametrize("begun", [False, True], ids=["on the first screen", "on the screen that asks"])
def test_who_shows_a_code_is_answered_as_they_chose(reception, clock, begun):
    flow = make(reception, clock)
    flow.serving.language("ar")
    flow.listening.start()
    if begun:
        flow.leaving.begin()
    flow.showing.hear(Code.new().text)
    assert (flow.step, flow.language, flow.choices.voice) == (Step.DONE, "ar", True)


def test_a_code_shown_twice_by_one_hand_signs_out_once(reception, clock):
    flow = make(reception, clock)
    flow.serving.language("ar")
    code = Code.new()
    flow.showing.hear(code.text)
    flow.showing.hear(code.text)
    assert (flow.step, flow.language, reception.left) == (Step.DONE, "ar", [code])
    flow.leaving.take_back()
    flow.showing.hear(code.text)  # and now they leave all the same
    assert (flow.step, flow.language, reception.left) == (Step.DONE, "ar", [code, code])


def test_on_the_farewell_of_another_a_code_begins_anew(reception, clock):
    flow = make(reception, clock)
    flow.serving.language("ar")
    flow.showing.hear(Code.new().text)
    flow.showing.hear(Code.new().text)
    assert (flow.step, flow.language, len(reception.left)) == (Step.DONE, "nl", 2)
