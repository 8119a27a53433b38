"""The passes: ids that never change, names people say, colours everybody tells apart."""

import pytest

from kiosk.passes import COLOUR, COLOURS, PICTURES, Pass, all_passes
from retention.base.errors import UsageRefused


def test_there_are_eight_colours_and_twenty_four_pictures():
    assert (len(COLOURS), len(PICTURES), len(all_passes())) == (8, 24, 192)


def test_every_pass_is_read_back_from_its_id():
    numbered = [Pass("blue", "owl", 3), Pass("white", "ship", 9)]
    assert all(Pass.parse(str(given)) == given for given in [*all_passes(), *numbered])


@pytest.mark.parametrize(
    "text", ["", "blue", "blue-", "owl-blue", "blue-owl-1", "blue-owl-10", "BLUE-OWL", "blue-owl\n"]
)
def test_what_is_no_pass_is_refused(text: str):
    with pytest.raises(UsageRefused):
        Pass.parse(text)


def test_dutch_names_carry_the_right_article_and_ending():
    assert Pass("blue", "owl").spoken("nl") == "de blauwe uil"
    assert Pass("red", "ship").spoken("nl") == "het rode schip"
    assert Pass("pink", "heart", 4).spoken("nl") == "het roze hart 4"


def test_english_names_are_said_as_an_english_speaker_would():
    assert Pass("orange", "glasses").spoken("en") == "the orange glasses"


def test_no_two_passes_have_the_same_name():
    for language in ("nl", "en"):
        assert len({given.spoken(language) for given in all_passes()}) == 192


def test_every_colour_has_a_pattern_of_its_own():
    assert len({colour.pattern for colour in COLOUR.values()}) == 8
