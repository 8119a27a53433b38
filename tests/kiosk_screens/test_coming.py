"""Coming: at most three screens to the pass, invitations, two who come together; without a screen."""

from datetime import date
from itertools import product

import pytest

from kiosk.flow import Flow
from kiosk.fonts import drawable
from kiosk.invitation import Invitation
from kiosk.keyboard import Page
from kiosk.passes import Pass
from kiosk.steps import Step
from kiosk.visits import Help
from kiosk.ways.coming import CODE_UNKNOWN
from retention.base.errors import DiskRefused
from tests.kiosk_screens.scenes import OpenReception, at_once, config
from tests.support.clock import ManualClock

CODE = Invitation(date(2027, 3, 2), b"0123456789abcdef")
QUESTIONS = (Step.CODE, Step.NAME, Step.HOST, Step.HELP)


class Screens:
    """A visitor who answers whatever is asked as shortly as can be, and the screens they saw."""

    def __init__(self, reception: OpenReception, clock: ManualClock, **visits: object) -> None:
        self.flow = Flow(config(**visits), reception, at_once, clock.monotonic, drawable)
        self.seen: list[Step] = []
        self.taps = 0

    def tap(self, act, *arguments) -> None:
        self.taps += 1
        act(*arguments)
        if self.flow.step in QUESTIONS:
            self.seen.append(self.flow.step)

    def answer(self) -> None:
        """Until the pass."""
        coming = self.flow.coming
        for _ in range(9):
            if self.flow.step is Step.NAME:
                self.flow.typing.enter("Ali")
                self.tap(coming.go_on)
            elif self.flow.step is Step.HOST:
                self.tap(coming.choose_host, None)
            elif self.flow.step is Step.HELP:
                self.tap(coming.go_on)
        assert self.flow.step is Step.PASS


@pytest.fixture
def reception() -> OpenReception:
    return OpenReception()


def make(reception, clock: ManualClock, **visits) -> Flow:
    return Flow(config(**visits), reception, at_once, clock.monotonic, drawable)


def type_name(flow: Flow, text: str) -> None:
    flow.typing.enter(text)
    flow.coming.go_on()


CONFIGURATIONS = list(product(("off", "optional", "asked"), (True, False), (True, False), (True, False)))


@pytest.mark.parametrize("configured", CONFIGURATIONS)
def test_at_most_three_screens_lead_to_the_pass(reception, clock, configured) -> None:
    site = dict(zip(("ask_host", "ask_help", "invitations", "confirm"), configured, strict=True))
    screens = Screens(reception, clock, **site)
    screens.tap(screens.flow.coming.begin)
    screens.answer()
    asked = [Step.NAME, *[Step.HOST] * (site["ask_host"] != "off"), *[Step.HELP] * site["ask_help"]]
    assert screens.seen == asked
    assert len(asked) <= 3
    # One tap on the first screen, one for each question: nothing that is skipped costs a tap of its own.
    assert screens.taps == 1 + len(asked)


@pytest.mark.parametrize("help_asked", [True, False])
def test_a_code_leads_to_the_pass_without_a_name(reception, clock, help_asked) -> None:
    reception.announced = {CODE}
    screens = Screens(reception, clock, ask_help=help_asked, invitations=True)
    screens.tap(screens.flow.coming.ask_code)
    screens.tap(screens.flow.coming.show_code, CODE.text)
    screens.answer()
    assert screens.seen == [Step.CODE, *[Step.HELP] * help_asked]
    assert (reception.came, [one.invitation for one in reception.invited]) == ([], [CODE])


def test_a_code_can_be_shown_on_the_first_screen_too(reception, clock) -> None:
    reception.announced = {CODE}
    flow = make(reception, clock, invitations=True)
    flow.coming.show_code(CODE.text)
    flow.coming.toggle_help(Help.SIGHT)
    flow.coming.go_on()
    assert (flow.step, reception.invited[0].help) == (Step.PASS, frozenset({Help.SIGHT}))


@pytest.mark.parametrize("text", [CODE.text, "1" * 40, "https://example.org/", ""])
def test_whatever_is_wrong_with_a_code_the_answer_is_the_same(reception, clock, text) -> None:
    flow = make(reception, clock, invitations=True)
    flow.coming.ask_code()
    flow.coming.show_code(text)
    assert (flow.step, flow.notice, flow.visitor.invitation) == (Step.NAME, CODE_UNKNOWN, None)
    type_name(flow, "Ali")
    flow.coming.choose_host(None) if flow.step is Step.HOST else None
    flow.coming.go_on()
    assert (flow.step, [details.name for details in reception.came]) == (Step.PASS, ["Ali"])


@pytest.mark.parametrize("step", [Step.NAME, Step.HELP, Step.PASS, Step.COLOUR, Step.STILL_THERE, Step.WAIT])
def test_a_code_read_where_none_is_asked_does_nothing(reception, clock, step) -> None:
    reception.announced = {CODE}
    flow = make(reception, clock, invitations=True)
    flow.step = step
    flow.coming.show_code(CODE.text)
    assert (flow.step, flow.visitor.invitation) == (step, None)


def test_where_no_visits_are_expected_no_code_is_heard(reception, clock) -> None:
    reception.announced = {CODE}
    flow = make(reception, clock)
    flow.coming.show_code(CODE.text)
    assert (flow.step, flow.coming.invites) == (Step.WELCOME, False)


def test_whoever_goes_back_from_a_code_and_types_a_name_comes_by_the_name(reception, clock) -> None:
    reception.announced = {CODE}
    flow = make(reception, clock, invitations=True, ask_host="off")
    flow.coming.ask_code()
    flow.coming.show_code(CODE.text)
    flow.back()
    assert flow.step is Step.CODE
    flow.coming.begin()
    type_name(flow, "Ali")
    flow.coming.go_on()
    assert ([details.name for details in reception.came], reception.invited) == (["Ali"], [])


# Two together.


def two(flow: Flow) -> None:
    """The first is done, and has said that two come."""
    flow.coming.begin()
    type_name(flow, "Ali")
    if flow.step is Step.HOST:
        flow.coming.choose_host("Bram")
    flow.coming.toggle_help(Help.STAIRS)
    flow.coming.toggle_help(Help.COMPANION)
    flow.coming.go_on()


def test_the_second_of_two_types_in_the_letters_of_their_language_too(reception, clock) -> None:
    flow = make(reception, clock, ask_host="off")
    flow.serving.language("uk")
    flow.coming.begin()
    type_name(flow, "оля")
    assert flow.step is Step.HELP
    flow.coming.toggle_help(Help.COMPANION)
    flow.coming.go_on()
    assert (flow.step, flow.visitor.typed.page) == (Step.NAME, Page.CYRILLIC)


def test_two_tell_their_names_and_see_both_passes(reception, clock) -> None:
    flow = make(reception, clock)
    two(flow)
    assert (flow.step, flow.visitor.typed.text) == (Step.NAME, "")
    type_name(flow, "Cem")
    assert (flow.step, flow.visitor.help) == (Step.HELP, frozenset())
    flow.coming.go_on()
    assert flow.step is Step.PASS
    first, second = reception.came
    assert (first.name, first.host, first.help) == ("Ali", "Bram", frozenset({Help.STAIRS}))
    assert (second.name, second.host, second.help) == ("Cem", "Bram", frozenset())
    assert flow.visitor.beside
    assert (flow.visitor.beside.given, flow.visitor.given) == (Pass("blue", "owl"), Pass("blue", "owl"))


def test_each_of_the_two_sees_at_most_three_screens(reception, clock) -> None:
    screens = Screens(reception, clock, ask_host="asked")
    flow = screens.flow
    screens.tap(flow.coming.begin)
    flow.typing.enter("Ali")
    screens.tap(flow.coming.go_on)
    screens.tap(flow.coming.choose_host, None)
    flow.coming.toggle_help(Help.COMPANION)
    screens.tap(flow.coming.go_on)
    screens.answer()
    assert screens.seen == [Step.NAME, Step.HOST, Step.HELP, Step.NAME, Step.HELP]


def test_help_is_each_ones_own(reception, clock) -> None:
    flow = make(reception, clock)
    two(flow)
    type_name(flow, "Cem")
    flow.coming.toggle_help(Help.HEARING)
    flow.coming.go_on()
    assert [sorted(details.help) for details in reception.came] == [["stairs"], ["hearing"]]


def test_back_from_the_other_brings_the_first_back_as_they_were(reception, clock) -> None:
    flow = make(reception, clock)
    two(flow)
    flow.typing.enter("Ce")
    flow.back()
    assert (flow.step, flow.visitor.typed.text) == (Step.HELP, "Ali")
    assert flow.visitor.help == frozenset({Help.STAIRS, Help.COMPANION})
    flow.coming.toggle_help(Help.COMPANION)
    flow.coming.go_on()
    assert [details.name for details in reception.came] == ["Ali"]


def test_another_who_tells_no_name_is_somebody_along(reception, clock) -> None:
    flow = make(reception, clock)
    two(flow)
    flow.coming.go_on()
    (details,) = reception.came
    assert (flow.step, details.help) == (Step.PASS, frozenset({Help.STAIRS, Help.COMPANION}))


def test_each_of_the_two_sees_and_corrects_their_own_entry_and_they_stay_together(reception, clock) -> None:
    flow = make(reception, clock, ask_host="off")
    two(flow)
    type_name(flow, "Cem")
    flow.coming.go_on()
    flow.own.look()
    assert (flow.step, flow.visitor.own.details.name) == (Step.OWN, "Cem")
    flow.own.look_at_other()
    assert (flow.step, flow.visitor.own.details.name) == (Step.OWN, "Ali")
    flow.own.look_at_other()
    flow.own.correct(Step.NAME)
    flow.typing.enter("al")
    flow.coming.go_on()
    (details,) = reception.rewritten
    assert (details.name, details.together, len(reception.came)) == ("Cemal", "0" * 32, 2)
    flow.back()
    assert (flow.step, {one.given for one in (flow.visitor, flow.visitor.beside)}) == (Step.PASS, {Pass("blue", "owl")})


def test_an_emptied_name_signs_nobody_in_again(reception, clock) -> None:
    flow = make(reception, clock, ask_host="off")
    two(flow)
    type_name(flow, "C")
    flow.coming.go_on()
    flow.own.look()
    flow.own.correct(Step.NAME)
    flow.typing.erase()
    flow.coming.go_on()
    assert (flow.step, len(reception.came), reception.rewritten) == (Step.NAME, 2, [])


def test_the_first_screen_offers_a_code_only_where_something_reads_it(reception, clock) -> None:
    asked = config(invitations=True)
    reads = asked.model_copy(update={"kiosk": asked.kiosk.model_copy(update={"scanner": "/dev/input/event3"})})
    offered = [Flow(site, reception, at_once, clock.monotonic).coming.asks_code for site in (asked, reads, config())]
    assert offered == [False, True, False]


def test_who_was_invited_may_bring_somebody(reception, clock) -> None:
    reception.announced = {CODE}
    flow = make(reception, clock, invitations=True)
    flow.coming.show_code(CODE.text)
    flow.coming.toggle_help(Help.COMPANION)
    flow.coming.go_on()
    type_name(flow, "Cem")
    flow.coming.go_on()
    assert ([one.invitation for one in reception.invited], [one.name for one in reception.came]) == ([CODE], ["Cem"])
    assert reception.invited[0].help == frozenset()


def test_after_a_failure_and_after_idling_nothing_of_either_is_left(clock) -> None:
    class Broken(OpenReception):
        def come(self, comers):
            raise DiskRefused("the disk is full")

    flow = make(Broken(), clock)
    two(flow)
    type_name(flow, "Cem")
    flow.coming.go_on()
    assert (flow.step, flow.visitor.beside, flow.visitor.typed.text) == (Step.ATTENTION, None, "")
    flow = make(OpenReception(), clock)
    two(flow)
    clock.advance(seconds=120)
    flow.tick()
    clock.advance(seconds=30)
    flow.tick()
    assert (flow.step, flow.visitor.beside) == (Step.WELCOME, None)
