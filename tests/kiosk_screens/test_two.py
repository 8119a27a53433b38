"""Two who come together: each pass with its name, the one with the other also where no question asks, no dead ends."""

import pytest

from kiosk.flow import Flow
from kiosk.passes import Pass
from kiosk.steps import Step
from tests.kiosk_screens.scenes import OpenReception, panel, setting
from tests.kiosk_screens.test_coming import CODE, make, two, type_name


@pytest.fixture
def reception() -> OpenReception:
    return OpenReception()


# Who comes along where no question asks for it.


def signed_in_alone(reception, clock, **visits) -> Flow:
    flow = make(reception, clock, ask_host="off", **visits)
    flow.coming.begin()
    type_name(flow, "Ali")
    return flow


def test_where_no_help_is_asked_two_come_together_all_the_same(reception, clock) -> None:
    flow = signed_in_alone(reception, clock, ask_help=False)
    assert (flow.step, flow.coming.offers_another) == (Step.PASS, True)
    flow.coming.another()
    type_name(flow, "Cem")
    assert (flow.step, flow.coming.offers_another) == (Step.PASS, False)
    assert [(one.name, one.together) for one in reception.came] == [("Ali", None), ("Cem", "0" * 32)]
    assert [one.own.details.name for one in flow.visitor.all_here] == ["Ali", "Cem"]


def test_whoever_thinks_better_of_it_has_their_own_pass_before_them_again(reception, clock) -> None:
    for end in (Flow.back, lambda flow: flow.coming.go_on()):
        flow = signed_in_alone(reception, clock, ask_help=False)
        flow.coming.another()
        assert flow.step is Step.NAME
        end(flow)
        assert (flow.step, flow.visitor.own.details.name, flow.visitor.beside) == (Step.PASS, "Ali", None)
    assert len(reception.came) == 2


def test_who_was_invited_brings_another_too(reception, clock) -> None:
    reception.announced = {CODE}
    flow = make(reception, clock, invitations=True, ask_help=False, ask_host="off")
    flow.coming.show_code(CODE.text)
    flow.coming.another()
    type_name(flow, "Cem")
    assert [(one.name, one.together) for one in reception.came] == [("Cem", "0" * 32)]


def test_where_the_question_about_help_offers_it_the_pass_does_not(reception, clock) -> None:
    flow = signed_in_alone(reception, clock)
    flow.coming.go_on()
    assert (flow.step, flow.coming.offers_another) == (Step.PASS, False)


# Whose pass is whose.


def test_the_name_that_stands_with_a_pass_opens_its_own_entry_and_both_keep_their_places(reception, clock) -> None:
    flow = make(reception, clock, ask_host="off")
    two(flow)
    type_name(flow, "Cem")
    flow.coming.go_on()
    for whose in (0, 1, 0):
        one = flow.visitor.all_here[whose]
        flow.own.look(one)
        assert (flow.step, flow.visitor.own.details.name) == (Step.OWN, ["Ali", "Cem"][whose])
        flow.back()
        assert flow.step is Step.PASS
        assert [one.own.details.name for one in flow.visitor.all_here] == ["Ali", "Cem"]


def told_on(scene: str):
    from kiosk.screens.all import page_for  # noqa: PLC0415 - Kivy is loaded by these tests alone
    from kiosk.screens.reading import told  # noqa: PLC0415

    page = page_for(setting(scene, panel(15.6, 1080, 1920)))
    return page.flow, told(page)


def test_each_of_two_passes_is_shown_and_said_with_the_name_it_belongs_to(frames) -> None:
    flow, told = told_on("pass, both")
    named = {target.told: target for target in told.targets if target.told}
    assert {name: target.name for name, target in named.items()} == {
        "Zoë de Wit": "de blauwe uil",
        "Cem Öztürk": "het gele cadeau",
    }
    named["Zoë de Wit"].act()
    assert (flow.step, flow.visitor.own.details.name) == (Step.OWN, "Zoë de Wit")


def test_the_name_of_neither_is_said_where_everybody_hears_it(frames) -> None:
    from kiosk.voice.narrator import Narrator  # noqa: PLC0415 - as above

    flow, _ = told_on("pass, both")
    said = [Narrator(flow, None)._public(f"Welkom {name}").personal for name in ("Zoë de Wit", "Cem Öztürk", "Bo")]
    assert said == [True, True, False]


def test_who_told_no_name_is_led_to_what_can_be_done_about_it(frames) -> None:
    flow, told = told_on("pass, invited")
    names = [target.name for target in told.targets]
    assert ("Naam" in names, "Privacy" in names) == (False, True)
    next(target for target in told.targets if target.name == "Privacy").act()
    assert flow.step is Step.PRIVACY
    flow.back()
    assert (flow.step, flow.visitor.given) == (Step.PASS, Pass("green", "tree"))


@pytest.mark.parametrize(("asked", "words"), [("host", "Verder"), ("host, asked", "Weet ik niet")])
def test_an_optional_question_is_passed_by_going_on_and_one_that_is_asked_by_an_answer(asked, words, frames) -> None:
    flow, told = told_on(asked)
    go_on = [target for target in told.targets if target.name in ("Verder", "Weet ik niet")]
    assert [target.name for target in go_on] == [words]
    go_on[0].act()
    assert (flow.step, flow.visitor.host) == (Step.HELP, None)


def test_what_happens_with_a_name_is_one_tap_from_every_question_about_the_visitor(frames) -> None:
    for scene in ("name", "host", "help"):
        _, told = told_on(scene)
        assert "Wat doen we met uw naam?" in [target.name for target in told.targets]
