"""A visitor sees, corrects and takes back their own entry; and no screen leaves with something told unasked."""

from itertools import product

import pytest

from kiosk.flow import Flow
from kiosk.passes import Pass
from kiosk.screens.paging import Measure, broken, pages
from kiosk.statement import Paragraph
from kiosk.steps import ASIDE, LEAVES_BY_ITSELF, Step
from kiosk.visitor import Own, Visitor
from kiosk.visits import Details, Help
from kiosk.ways.own import SAVED
from retention.base.errors import DiskRefused
from tests.kiosk_screens.scenes import OWN, OpenReception, at_once, config, panel, setting
from tests.support.clock import ManualClock


def signed_in(clock: ManualClock, reception: OpenReception | None = None) -> Flow:
    """Somebody with the pass before them."""
    flow = Flow(config(), reception or OpenReception(), at_once, clock.monotonic)
    flow.coming.begin()
    flow.typing.enter("Ali Demir")
    flow.coming.go_on()
    flow.coming.choose_host("Bram")
    flow.coming.go_on()
    assert flow.step is Step.PASS
    return flow


def test_the_own_entry_is_what_was_just_told(clock: ManualClock) -> None:
    flow = signed_in(clock)
    flow.own.look()
    assert flow.step is Step.OWN
    assert flow.visitor.own == Own("0" * 32, Details("Ali Demir", "Bram"))
    flow.back()
    assert flow.step is Step.PASS


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        (Step.NAME, Details("Ali Demirci", "Bram")),
        (Step.HOST, Details("Ali Demir", None)),
        (Step.HELP, Details("Ali Demir", "Bram", frozenset({Help.STAIRS}))),
    ],
)
def test_each_answer_can_be_corrected_by_its_visitor(clock: ManualClock, question: Step, wanted: Details) -> None:
    reception = OpenReception()
    flow = signed_in(clock, reception)
    flow.own.look()
    flow.own.correct(question)
    assert (flow.step, flow.visitor.typed.text) == (question, "Ali Demir")
    if question is Step.NAME:
        flow.typing.enter("ci")
        flow.coming.go_on()
    elif question is Step.HOST:
        flow.coming.choose_host(None)
    else:
        flow.coming.toggle_help(Help.STAIRS)
        flow.coming.go_on()
    assert reception.rewritten == [wanted]
    assert (flow.step, flow.notice, flow.visitor.own) == (Step.OWN, SAVED, Own("0" * 32, wanted))
    flow.back()
    assert flow.step is Step.PASS


def test_what_was_not_changed_is_not_written_again(clock: ManualClock) -> None:
    reception = OpenReception()
    flow = signed_in(clock, reception)
    flow.own.look()
    flow.own.correct(Step.HELP)
    flow.coming.go_on()
    assert (flow.step, reception.rewritten) == (Step.OWN, [])


def test_a_correction_given_up_changes_nothing(clock: ManualClock) -> None:
    flow = signed_in(clock)
    flow.own.look()
    flow.own.correct(Step.NAME)
    flow.typing.enter("xx")
    flow.back()
    flow.own.correct(Step.HELP)
    flow.coming.toggle_help(Help.SIGHT)
    flow.back()
    assert flow.visitor.own == Own("0" * 32, Details("Ali Demir", "Bram"))
    flow.own.correct(Step.NAME)
    assert (flow.visitor.typed.text, flow.visitor.help) == ("Ali Demir", frozenset())


def test_an_empty_name_is_no_correction(clock: ManualClock) -> None:
    reception = OpenReception()
    flow = signed_in(clock, reception)
    flow.own.look()
    flow.own.correct(Step.NAME)
    for _ in "Ali Demir":
        flow.typing.erase()
    flow.coming.go_on()
    assert (flow.step, bool(flow.notice), reception.rewritten) == (Step.NAME, True, [])


def test_taking_the_name_back_is_three_taps_and_leaves_the_pass_alone(clock: ManualClock) -> None:
    reception = OpenReception()
    flow = signed_in(clock, reception)
    flow.own.look()
    flow.own.ask_to_take_back()
    assert flow.step is Step.TAKE_BACK
    flow.own.take_back()
    assert (flow.step, reception.taken_back) == (Step.TAKEN, ["0" * 32])
    assert flow.visitor == Visitor(given=Pass("blue", "owl"))
    flow.own.look()
    assert flow.step is Step.TAKEN


def test_thinking_better_of_it_keeps_the_name(clock: ManualClock) -> None:
    reception = OpenReception()
    flow = signed_in(clock, reception)
    flow.own.look()
    flow.own.ask_to_take_back()
    flow.back()
    assert (flow.step, reception.taken_back) == (Step.OWN, [])


class BrokenReception(OpenReception):
    def rewrite(self, visit: str, details: Details) -> None:
        raise DiskRefused("the disk is full")

    def take_back(self, visit: str, pass_: Pass) -> None:
        raise DiskRefused("the disk is full")


def test_where_nothing_can_be_written_reception_helps(clock: ManualClock) -> None:
    flow = signed_in(clock, BrokenReception())
    flow.own.look()
    flow.own.ask_to_take_back()
    flow.own.take_back()
    assert (flow.step, flow.visitor) == (Step.ATTENTION, Visitor())


def test_after_klaar_nobody_sees_the_entry(clock: ManualClock) -> None:
    flow = signed_in(clock)
    flow.begin_again()
    flow.own.look()
    assert (flow.step, flow.visitor.own) == (Step.WELCOME, None)


@pytest.mark.parametrize("step", [Step.PASS, Step.OWN, Step.TAKE_BACK])
def test_a_screen_with_the_entry_behind_it_asks_before_it_leaves(clock: ManualClock, step: Step) -> None:
    flow = signed_in(clock)
    if step is not Step.PASS:
        flow.own.look()
    if step is Step.TAKE_BACK:
        flow.own.ask_to_take_back()
    for _ in range(3):
        clock.advance(seconds=59)
        flow.tick()
        assert flow.step is step
        clock.advance(seconds=1)
        flow.tick()
        assert flow.step is Step.STILL_THERE
        clock.advance(seconds=29)
        flow.tick()
        flow.back()
        assert (flow.step, flow.visitor.own is None) == (step, False)
    clock.advance(seconds=60)
    flow.tick()
    clock.advance(seconds=30)
    flow.tick()
    assert (flow.step, flow.visitor) == (Step.WELCOME, Visitor())


# Screens at which nobody has told anything: those who left, staff, a house in alarm or closed; and what is over.
NOBODYS = {Step.WELCOME, Step.WAIT, Step.ATTENTION, Step.STILL_THERE, Step.DONE, Step.JUST_LEFT, Step.TAKEN_BACK}
NOBODYS |= {Step.STAFF, Step.ALARM, Step.PIN, Step.STAFF_TOLD, Step.EMERGENCY, Step.CLOSED}


def test_no_screen_with_something_told_leaves_without_a_warning(clock: ManualClock) -> None:
    """Every screen there is, with a name behind it: left alone, the question comes first. Only what failed is over."""
    for step in Step:
        if step in NOBODYS:
            continue
        flow = signed_in(clock)
        flow.ask(step)
        seen = set[Step]()
        for _ in range(400):
            clock.advance(seconds=1)
            flow.tick()
            seen.add(flow.step)
            if flow.step is Step.WELCOME:
                break
        assert (step, Step.STILL_THERE in seen, flow.visitor) == (step, True, Visitor())


def test_a_touch_puts_off_the_end_of_a_screen_that_leaves_by_itself(clock: ManualClock) -> None:
    flow = signed_in(clock)
    clock.advance(seconds=59)
    flow.touched()
    clock.advance(seconds=59)
    flow.tick()
    assert flow.step is Step.PASS


def test_whoever_comes_next_answers_no_and_sees_nothing_of_the_one_before(clock: ManualClock) -> None:
    flow = signed_in(clock)
    clock.advance(seconds=60)
    flow.tick()
    flow.begin_again()
    assert (flow.step, flow.visitor) == (Step.WELCOME, Visitor())


def test_what_happens_with_a_name_is_read_in_layers_from_the_name_screen(clock: ManualClock) -> None:
    flow = Flow(config(), OpenReception(), at_once, clock.monotonic)
    flow.coming.begin()
    flow.typing.enter("Ali")
    flow.reading.begin()
    assert flow.step is Step.PRIVACY
    flow.reading.go_on()
    flow.reading.go_on()
    assert flow.step is Step.STATEMENT
    flow.reading.turn()
    flow.back()
    assert (flow.step, flow.reading.page) == (Step.STATEMENT, 0)
    flow.back()
    assert flow.step is Step.TERMS
    flow.reading.go_on()
    flow.reading.turn()  # read to the last sheet, where "Klaar" stands
    flow.reading.end()
    assert (flow.step, flow.visitor.typed.text) == (Step.NAME, "Ali")


def test_screens_that_look_aside_never_leave_by_themselves() -> None:
    assert ASIDE & set(LEAVES_BY_ITSELF) == set()


NARROW = Measure(lambda text, bold: len(text) * (1.2 if bold else 1.0), 20, 60, 10, 5)


def test_a_text_on_pages_keeps_every_word_in_order_and_fits() -> None:
    text = "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien " * 5 + "w" * 70
    paragraphs = [Paragraph("Kop een", heading=True), Paragraph(text.strip()), Paragraph("Kop twee", heading=True)]
    set_pages = pages([*paragraphs, Paragraph("slot")], NARROW)
    lines = [line for page in set_pages for piece in page for line in piece.lines]
    assert "".join(lines).replace(" ", "") == f"Kopeen{text}Koptweeslot".replace(" ", "")
    assert all(NARROW.width_of(line, False) <= NARROW.width for line in lines)
    assert all(sum(len(piece.lines) for piece in page) <= 6 for page in set_pages)
    assert not any(page[-1].heading for page in set_pages)


def test_nobody_turns_a_page_within_a_sentence_that_would_fit_on_one() -> None:
    text = "Dit scherm leest niet. " * 2 + "Het kan alleen schrijven wat u vertelt. " * 5
    ends = [page[-1].lines[-1] for page in pages([Paragraph(text.strip())], NARROW)]
    assert len(ends) > 2
    assert {end[-1] for end in ends} == {"."}


def test_nobody_turns_a_page_for_one_line() -> None:
    for before, lines in product(range(1, 6), range(2, 30)):
        texts = [Paragraph("achttien letters. " * words) for words in (before, lines)]
        set_pages = pages([texts[0], Paragraph("Kop", heading=True), texts[1]], NARROW)
        assert all(len(piece.lines) > 1 for page in set_pages[1:] for piece in page if not piece.heading)
        assert not any(page[-1].heading for page in set_pages)


def test_a_word_wider_than_the_page_is_broken() -> None:
    assert broken(Paragraph("x" * 45), NARROW) == ["x" * 20, "x" * 20, "x" * 5]


def test_who_corrects_the_help_they_want_is_not_offered_a_companion_whose_name_nobody_asks(frames) -> None:
    from kiosk.screens.choices import HelpWanted  # noqa: PLC0415 - Kivy is loaded by these tests alone

    plain, corrected = setting("help", panel(21.5, 1080, 1920)), setting("help", panel(21.5, 1080, 1920))
    corrected.flow.visitor.own = OWN
    assert Help.COMPANION in HelpWanted(plain).tiles
    assert Help.COMPANION not in HelpWanted(corrected).tiles
