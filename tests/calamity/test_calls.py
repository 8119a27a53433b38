"""A call for help rings until somebody answers, is one call however often it is tapped, and ends by itself."""

import pytest

from kiosk.calamity.calls import Calls
from retention.base.errors import UsageRefused
from tests.support.clock import ManualClock

BY = "os:portier-kiosk"


class Lines:
    """The trail, in the test's hand."""

    def __init__(self) -> None:
        self.acts: list[str] = []

    def note(self, act: str, by: str, about: str) -> None:
        self.acts.append(act)


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def calls(clock: ManualClock, lines: Lines) -> Calls:
    return Calls(clock, lines.note)


def test_tapping_again_and_again_is_one_call(calls: Calls, clock: ManualClock, lines: Lines) -> None:
    for _ in range(20):
        calls.call("Ingang", BY)
        clock.advance(seconds=1)
        calls.hang_up("Ingang", BY, withdrawn=True)
    assert [act for act in lines.acts if act == "help.call"] == ["help.call"]
    calls.call("Ingang", BY)
    assert [call["ring"] for call in calls.listen()] == [1]


def test_an_unanswered_call_rings_again_every_minute(calls: Calls, clock: ManualClock) -> None:
    calls.call("Ingang", BY)
    clock.advance(seconds=59)
    assert calls.listen()[0]["ring"] == 1
    clock.advance(seconds=2)
    assert calls.listen()[0]["ring"] == 2


def test_a_call_that_is_not_answered_goes_on_when_the_visitor_walks_on(calls: Calls) -> None:
    calls.call("Ingang", BY)
    assert not calls.hang_up("Ingang", BY)
    assert calls.of("Ingang")


def test_an_answered_call_ends_when_the_visitor_goes_on(calls: Calls) -> None:
    calls.call("Ingang", BY)
    calls.answer("Ingang", "staff:jan")
    assert calls.of("Ingang")["answered"]
    assert calls.hang_up("Ingang", BY)
    assert calls.listen() == []


def test_whoever_calls_again_while_somebody_is_under_way_hears_that_they_come(
    calls: Calls, clock: ManualClock, lines: Lines
) -> None:
    calls.call("Ingang", BY)
    calls.answer("Ingang", "staff:jan")
    calls.hang_up("Ingang", BY)
    clock.advance(seconds=60)
    assert calls.call("Ingang", BY)["answered"]
    clock.advance(seconds=61)
    assert not calls.call("Ingang", BY)["answered"]
    assert lines.acts == ["help.call", "help.answer", "help.call"]


def test_a_call_nobody_answers_ends_after_a_quarter_of_an_hour_and_is_noted(
    calls: Calls, clock: ManualClock, lines: Lines
) -> None:
    calls.call("Ingang", BY)
    clock.advance(minutes=14)
    calls.step()
    assert calls.of("Ingang")
    clock.advance(minutes=1)
    calls.step()
    assert calls.of("Ingang") is None
    assert lines.acts[-1] == "help.lapse"


def test_an_answered_call_whose_visitor_walked_away_ends_by_itself(calls: Calls, clock: ManualClock) -> None:
    calls.call("Ingang", BY)
    calls.answer("Ingang", "staff:jan")
    clock.advance(seconds=121)
    calls.step()
    assert calls.listen() == []


def test_a_call_says_whether_any_desk_is_open_to_hear_it(calls: Calls, clock: ManualClock) -> None:
    assert not calls.call("Ingang", BY)["heard"]
    calls.listen()
    clock.advance(seconds=4)
    assert calls.call("Ingang", BY)["heard"]


def test_a_screen_whose_name_was_mistyped_hears_that_somebody_comes(calls: Calls) -> None:
    screen = "Ingang\u00a0noord\t"
    shown = calls.call(screen, "os:kiosk")["kiosk"]
    assert calls.answer(shown, "staff:jan")
    called = calls.of(screen)
    assert called is not None
    assert called["answered"]
    assert calls.hang_up(screen, "os:kiosk")


def test_two_screens_call_each_for_themselves(calls: Calls) -> None:
    calls.call("Ingang", BY)
    calls.call("Achterdeur", BY)
    calls.answer("Achterdeur", "staff:jan")
    assert {call["kiosk"]: call["answered"] for call in calls.listen()} == {"Ingang": False, "Achterdeur": True}


@pytest.mark.parametrize("name", ["", " ", None, 7, ["Ingang"], "\x1b\n"])
def test_a_call_without_a_screen_is_refused(calls: Calls, name: object) -> None:
    with pytest.raises(UsageRefused):
        calls.call(name, BY)


def test_nobody_fills_the_memory_with_screens_that_do_not_exist(calls: Calls) -> None:
    for number in range(16):
        calls.call(f"Ingang {number}", BY)
    with pytest.raises(UsageRefused):
        calls.call("Ingang 16", BY)
    assert len(calls.listen()) == 16


def test_screens_that_got_another_name_take_up_no_place_for_ever(calls: Calls, clock: ManualClock) -> None:
    for number in range(100):
        calls.call(f"Ingang {number}", BY)
        calls.hang_up(f"Ingang {number}", BY, withdrawn=True)
        clock.advance(seconds=31)
    assert calls.call("Ingang", BY)
    clock.advance(minutes=16)
    calls.step()
    clock.advance(minutes=1)
    calls.step()
    assert calls._calls == {}
