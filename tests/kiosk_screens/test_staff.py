"""Help, the corner of staff and the emergency at the screen: what is promised, when, and what cannot be done then."""

import gc

import pytest

from kiosk.flow import Flow
from kiosk.house import Called, Going, Seen
from kiosk.keyboard import Typed
from kiosk.steps import Step
from kiosk.visitor import Visitor
from kiosk.ways.staff import NOT_PRINTED, PRINTED, WAIT, WRONG, Wanted
from tests.kiosk_screens.house import TestHouse
from tests.kiosk_screens.scenes import OpenReception, at_once, config
from tests.support.clock import ManualClock

DRILL, ALARM = Going(drill=True), Going(drill=False)


@pytest.fixture
def house() -> TestHouse:
    return TestHouse()


@pytest.fixture
def flow(clock: ManualClock, house: TestHouse) -> Flow:
    return Flow(config(), OpenReception(), at_once, clock.monotonic, house=house.house())


def later(flow: Flow, clock: ManualClock, seconds: float) -> None:
    clock.advance(seconds=seconds)
    flow.tick()


# Help


def test_help_promises_nobody_before_somebody_said_that_they_come(flow: Flow, house: TestHouse) -> None:
    flow.helping.call()
    house.asked[0].then({"ok": True, "call": {"answered": False, "heard": True}})
    assert (flow.step, flow.helping.coming, flow.helping.waited_long) == (Step.HELP_CALLED, False, False)
    flow.look_round(Seen(call=Called(answered=True)))
    assert flow.helping.coming


def test_the_call_names_the_screen_and_nobody(flow: Flow, house: TestHouse) -> None:
    flow.coming.begin()
    flow.typing.enter("Quetzalcoatl")
    flow.helping.call()
    assert house.asked[0].question == {"do": "call", "kiosk": "Ingang"}


def test_the_number_is_told_at_once_where_the_service_is_away(flow: Flow, house: TestHouse) -> None:
    flow.helping.call()
    house.asked[0].failed()
    assert flow.helping.waited_long


def test_the_number_is_told_at_once_where_no_desk_is_open(flow: Flow, house: TestHouse) -> None:
    flow.helping.call()
    house.asked[0].then({"ok": True, "call": {"answered": False, "heard": False}})
    assert flow.helping.waited_long


def test_the_number_is_told_when_nobody_answers(flow: Flow, house: TestHouse, clock: ManualClock) -> None:
    flow.helping.call()
    house.asked[0].then({"ok": True, "call": {"answered": False, "heard": True}})
    later(flow, clock, 19)
    assert not flow.helping.waited_long
    later(flow, clock, 1)
    assert flow.helping.waited_long


@pytest.mark.parametrize("ends", ["go_on", "withdraw"])
def test_after_help_everything_is_as_it_was(flow: Flow, house: TestHouse, ends: str) -> None:
    flow.coming.begin()
    flow.typing.enter("Ali")
    flow.helping.call()
    getattr(flow.helping, ends)()
    assert (flow.step, flow.visitor.typed.text) == (Step.NAME, "Ali")
    assert house.asked[-1].question.get("withdrawn", False) is (ends == "withdraw")


def test_whoever_waits_for_help_is_not_hurried(flow: Flow, clock: ManualClock) -> None:
    flow.coming.begin()
    flow.helping.call()
    later(flow, clock, 290)
    assert flow.step is Step.HELP_CALLED
    later(flow, clock, 10)
    assert flow.step is Step.STILL_THERE


def test_what_was_told_is_not_left_on_the_glass_while_somebody_waits_for_help(flow: Flow, clock: ManualClock) -> None:
    flow.coming.begin()
    flow.typing.enter("Jan")
    flow.helping.call()
    later(flow, clock, 121)
    assert flow.step is Step.STILL_THERE
    later(flow, clock, 31)
    assert (flow.step, flow.visitor) == (Step.WELCOME, Visitor())


def test_the_next_visitor_is_not_told_of_a_call_before(flow: Flow, house: TestHouse) -> None:
    flow.helping.call()
    flow.look_round(Seen(call=Called(answered=True)))
    flow.begin_again()
    flow.look_round(Seen())
    flow.helping.call()
    assert not flow.helping.coming


def test_a_call_that_the_service_did_not_take_or_has_forgotten_is_made_again(
    flow: Flow, house: TestHouse, clock: ManualClock
) -> None:
    flow.helping.call()
    house.asked[-1].failed()
    later(flow, clock, 2)
    assert house.acts() == ["call", "call"]
    house.asked[-1].then({"ok": True, "call": {"answered": False, "heard": True}})
    flow.look_round(Seen(call=Called(answered=False)))
    later(flow, clock, 2)
    assert house.acts() == ["call", "call"]
    flow.look_round(Seen(away=True))
    later(flow, clock, 2)
    assert house.acts() == ["call"] * 3
    flow.helping.withdraw()
    house.asked[-1].failed()
    later(flow, clock, 2)
    assert house.acts() == ["call"] * 3 + ["hang_up"]


def test_digits_that_a_colleague_left_behind_open_nothing(flow: Flow, house: TestHouse) -> None:
    flow.staff.begin()
    flow.staff.ask_pin(Wanted.CLOSE)
    for digit in "4711":
        flow.staff.digit(digit)
    flow.back()
    flow.staff.ask_pin(Wanted.CLOSE)
    flow.staff.enter()
    assert (flow.step, flow.visitor.pin, house.closed) == (Step.PIN, "", False)


# The alarm


def test_the_alarm_is_two_taps_and_five_seconds(flow: Flow, house: TestHouse, clock: ManualClock) -> None:
    flow.staff.begin()
    flow.staff.alarm()
    later(flow, clock, 4.9)
    assert (flow.step, flow.staff.seconds_left, house.acts()) == (Step.ALARM, 1, [])
    later(flow, clock, 0.1)
    assert (flow.step, house.acts()) == (Step.EMERGENCY, ["start"])


def test_an_alarm_can_be_stopped_while_it_counts(flow: Flow, house: TestHouse, clock: ManualClock) -> None:
    flow.staff.begin()
    flow.staff.alarm()
    later(flow, clock, 4)
    flow.staff.stop_alarm()
    later(flow, clock, 10)
    assert (flow.step, house.acts()) == (Step.WELCOME, [])


def test_the_switch_keeps_no_alarm_from_being_raised(flow: Flow, house: TestHouse, clock: ManualClock) -> None:
    flow.staff.begin()
    flow.staff.alarm()
    flow.listening.scan()
    assert (flow.step, flow.choices.scanning) == (Step.ALARM, True)
    later(flow, clock, 5)
    assert house.acts() == ["start"]


def test_an_alarm_that_the_service_does_not_take_is_handed_over_until_it_does(
    flow: Flow, house: TestHouse, clock: ManualClock
) -> None:
    flow.emergency.raise_alarm()
    house.asked[0].failed()
    assert (flow.step, flow.emergency.unprinted) == (Step.EMERGENCY, True)
    flow.look_round(Seen(away=True))
    assert flow.step is Step.EMERGENCY
    later(flow, clock, 2)
    assert house.acts() == ["start", "start"]
    house.asked[1].then({"ok": True, "printed": {"printer": "bhv"}})
    assert (flow.emergency.untaken, flow.emergency.unprinted) == (False, False)


def test_an_alarm_that_nobody_took_can_be_taken_back_at_the_screen(
    flow: Flow, house: TestHouse, clock: ManualClock
) -> None:
    flow.emergency.raise_alarm()
    house.asked[0].failed()
    flow.emergency.withdraw()
    later(flow, clock, 10)
    assert (flow.step, house.acts()) == (Step.WELCOME, ["start"])


def test_that_no_paper_came_out_is_said_on_the_screen(flow: Flow, house: TestHouse) -> None:
    flow.emergency.raise_alarm()
    house.asked[0].then({"ok": True, "printed": None})
    assert flow.emergency.unprinted


# During an emergency


@pytest.mark.parametrize("going", [ALARM, DRILL])
def test_an_emergency_shows_the_way_out_and_drops_what_was_typed(flow: Flow, going: Going) -> None:
    flow.coming.begin()
    flow.visitor.typed = Typed("Quetzalcoatl")
    flow.look_round(Seen(calamity=going))
    assert (flow.step, flow.visitor) == (Step.EMERGENCY, Visitor())
    flow.look_round(Seen())
    assert flow.step is Step.WELCOME


def test_nothing_leads_out_of_an_emergency(flow: Flow, clock: ManualClock) -> None:
    flow.look_round(Seen(calamity=ALARM))
    for act in (flow.back, flow.begin_again, flow.needs_attention, flow.helping.call):
        act()
        assert flow.step is Step.EMERGENCY
    later(flow, clock, 4000)
    assert flow.step is Step.EMERGENCY


def test_whoever_looks_aside_in_an_emergency_hides_the_way_out_for_seconds(flow: Flow, clock: ManualClock) -> None:
    flow.look_round(Seen(calamity=ALARM))
    flow.serving.begin()
    later(flow, clock, 14)
    assert flow.step is Step.SERVING
    later(flow, clock, 1)
    assert flow.step is Step.EMERGENCY


def test_an_emergency_is_spoken_though_nobody_asked_for_the_voice(flow: Flow) -> None:
    assert not flow.listening.speaks
    flow.look_round(Seen(calamity=ALARM))
    assert flow.listening.speaks


def test_a_sign_in_under_way_when_the_alarm_comes_changes_the_screen_no_more(clock: ManualClock) -> None:
    held = []
    flow = Flow(
        config(ask_host="off", ask_help=False), OpenReception(), lambda *work: held.append(work), clock.monotonic
    )
    flow.coming.begin()
    flow.typing.enter("Ali")
    flow.coming.go_on()
    flow.look_round(Seen(calamity=ALARM))
    function, then, _ = held[0]
    then(function())
    assert flow.step is Step.EMERGENCY


def test_an_alarm_ends_a_drill_on_the_screen_too(flow: Flow) -> None:
    flow.look_round(Seen(calamity=DRILL))
    flow.look_round(Seen(calamity=ALARM))
    assert (flow.step, flow.emergency.going) == (Step.EMERGENCY, ALARM)


def test_after_an_emergency_a_closed_screen_is_closed_still(flow: Flow) -> None:
    flow.staff.closed(is_closed=True)
    flow.look_round(Seen(calamity=ALARM))
    flow.look_round(Seen())
    assert flow.step is Step.CLOSED


# Behind the PIN


def pin(flow: Flow, wanted: Wanted, digits: str) -> None:
    flow.staff.begin()
    flow.staff.ask_pin(wanted)
    for digit in digits:
        flow.staff.digit(digit)
    flow.staff.enter()


def test_the_list_is_printed_with_the_pin_and_told(flow: Flow, house: TestHouse) -> None:
    pin(flow, Wanted.PRINT, "4711")
    assert (flow.step, house.acts()) == (Step.STAFF_TOLD, ["print"])
    house.asked[0].then({"ok": True, "printed": {"printer": "bhv-kast"}})
    assert flow.staff.told == (PRINTED, {"printer": "bhv-kast"})


def test_that_nothing_printed_is_told(flow: Flow, house: TestHouse) -> None:
    pin(flow, Wanted.PRINT, "4711")
    house.asked[0].failed()
    assert flow.staff.told[0] == NOT_PRINTED


def test_whether_paper_came_out_is_told_however_long_that_takes(
    flow: Flow, house: TestHouse, clock: ManualClock
) -> None:
    pin(flow, Wanted.PRINT, "4711")
    for _ in range(5):
        later(flow, clock, 11)
    house.asked[0].failed()
    assert (flow.step, flow.staff.told[0]) == (Step.STAFF_TOLD, NOT_PRINTED)
    later(flow, clock, 21)
    assert flow.step is Step.WELCOME


def test_a_wrong_pin_opens_nothing_and_is_dropped(flow: Flow, house: TestHouse) -> None:
    pin(flow, Wanted.PRINT, "4712")
    assert (flow.step, flow.notice, flow.visitor.pin, house.acts()) == (Step.PIN, WRONG, "", [])
    flow.back()
    assert flow.step is Step.STAFF


def test_a_pin_that_cannot_be_read_is_no_wrong_one_and_sends_to_reception(flow: Flow, house: TestHouse) -> None:
    house.unreadable = True
    pin(flow, Wanted.PRINT, "4711")
    assert (flow.step, flow.notice, flow.visitor.pin) == (Step.ATTENTION, "", "")


def test_while_nobody_may_try_the_pin_is_not_looked_at(flow: Flow, house: TestHouse, clock: ManualClock) -> None:
    house.waits = 30
    pin(flow, Wanted.PRINT, "4711")
    assert (flow.step, flow.notice, house.acts()) == (Step.PIN, WAIT, [])
    house.waits = 0
    later(flow, clock, 30)
    assert flow.notice == ""


def test_the_screen_is_closed_and_opened_with_the_pin(flow: Flow, house: TestHouse) -> None:
    pin(flow, Wanted.CLOSE, "4711")
    assert (flow.step, house.closed) == (Step.CLOSED, True)
    flow.begin_again()
    assert flow.step is Step.CLOSED
    pin(flow, Wanted.OPEN, "4711")
    assert (flow.step, house.closed) == (Step.WELCOME, False)


def test_a_closed_screen_still_raises_the_alarm(flow: Flow, house: TestHouse, clock: ManualClock) -> None:
    flow.staff.closed(is_closed=True)
    flow.staff.begin()
    flow.staff.alarm()
    later(flow, clock, 5)
    assert (flow.step, house.acts()) == (Step.EMERGENCY, ["start"])


def test_digits_are_gone_from_memory_with_whoever_typed_them(flow: Flow) -> None:
    flow.staff.begin()
    flow.staff.ask_pin(Wanted.PRINT)
    for digit in "86420975":
        flow.staff.digit(digit)
    flow.begin_again()
    gc.collect()
    assert [one for one in gc.get_objects() if type(one) is Visitor and one.pin] == []


def test_a_pin_takes_digits_alone_and_no_more_than_eight(flow: Flow) -> None:
    flow.staff.begin()
    flow.staff.ask_pin(Wanted.PRINT)
    for letter in "1a٣ 2345678901":
        flow.staff.digit(letter)
    assert flow.visitor.pin == "12345678"
