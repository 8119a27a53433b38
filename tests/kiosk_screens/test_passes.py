"""The passes: ids that never change, names people say, colours everybody tells apart."""

from itertools import combinations
from math import dist

import pytest

from kiosk.passes import COLOUR, COLOURS, PICTURES, Pass, all_passes
from kiosk.theme import contrast
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


# How the three kinds of colour blindness see red, green and blue light (Machado, Oliveira and Fernandes, 2009).
EYES = {
    "most people": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "without red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "without green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "without blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
XYZ = ((0.4339, 0.3762, 0.1899), (0.2126, 0.7152, 0.0722), (0.0177, 0.1095, 0.8728))  # to white as one


def seen(colour: str, eyes) -> tuple[float, float, float]:
    """The colour in CIE Lab, as these eyes see it."""
    light = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in light]
    light = [min(max(sum(a * b for a, b in zip(row, light, strict=True)), 0), 1) for row in eyes]
    x, y, z = (sum(a * b for a, b in zip(row, light, strict=True)) for row in XYZ)
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eyes", EYES)
def test_any_two_colours_are_told_apart(eyes: str):
    fills = [seen(colour.fill, EYES[eyes]) for colour in COLOUR.values()]
    assert min(dist(one, other) for one, other in combinations(fills, 2)) >= 20


def test_the_picture_stands_out_on_every_colour():
    assert min(contrast(colour.fill, colour.ink) for colour in COLOUR.values()) >= 7
