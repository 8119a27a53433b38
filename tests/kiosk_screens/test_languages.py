"""Every screen in every language: no sentence left in English, nothing cut off, and Dutch in words everybody knows."""

import re
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kiosk.languages import FROM_THE_RIGHT, OWN_NAME
from kiosk.layout import CAPITAL
from kiosk.statement import shipped
from kiosk.theme import Contrast
from retention.base.translations import SOURCE
from tests.kiosk_screens.scenes import SCENES, setting
from tests.kiosk_screens.test_measures import LANGUAGES, PANELS, Look
from tests.support.bars import Bars

WORDS = Path(__file__).resolve().parents[2] / "locale" / "nl" / "woorden-a2.txt"
MEASURED_ELSEWHERE = set(LANGUAGES)  # in every mode and by more rules: test_measures
MODES = [
    {"contrast": Contrast.PAPER, "larger": larger, "lower": lower}
    for larger, lower in product((False, True), (False, True))
]
SAMPLE = 40
WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*"


def rules() -> dict[str, Any]:
    from tests.kiosk_screens import measures  # noqa: PLC0415 - Kivy is loaded by these tests alone

    def too_small(page, widget):
        """In a long word an enlarged screen may go back to what can just be read, and never below."""
        if isinstance(widget, measures.Words) and widget.text:
            capital = widget.font_size * CAPITAL / page.layout.panel.density
            if capital < 7.3:
                yield f"has capitals of {capital:.2f} mm"

    return {
        "no text is cut off": measures.cut_text,
        "no text stands out of its button": measures.text_outside_its_card,
        "no texts overlap": measures.overlapping_words,
        "capitals are 7.3 mm or more": too_small,
    }


def looks(sizes) -> list[Look]:
    """Every screen in every state on these panels, in the languages that are not measured elsewhere."""
    return [
        Look(scene, size, language, mode)
        for scene, size, language, mode in product(SCENES, sizes, OWN_NAME.keys() - MEASURED_ELSEWHERE, MODES)
        if not mode["lower"] or PANELS[size].height > PANELS[size].width
    ]


def faults(some: list[Look]) -> list[str]:
    return [fault for look in some for fault in look.faults(rules())]


def test_no_text_is_cut_off_in_a_sample_of_all_languages_sizes_and_modes(frames):
    every = sorted(looks(PANELS), key=str)
    assert faults(Random(5).sample(every, SAMPLE)) == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("size", PANELS)
def test_no_text_is_cut_off_in_any_language_and_mode(size: str, frames, bars: Bars):
    every = looks([size])
    cut = faults(every)
    print(*cut, sep="\n")  # shown where the bar is missed
    bars.at_most(f"texts cut off in 8 languages, {len(every)} screens, {size}", len(cut), 0)


@cache
def said(scene: str, language: str) -> frozenset[str]:
    """What the screen says in this scene; an empty notice is nothing."""
    from kiosk.screens.all import page_for  # noqa: PLC0415

    return frozenset(page_for(setting(scene, PANELS["21.5 portrait"], language)).said) - {""}


TRANSLATED = sorted(OWN_NAME.keys() - {SOURCE, "nl"})


# In the first tier each language has its turn at a third of the screens, so that each screen is seen in two or three.
@pytest.mark.parametrize(
    ("language", "part"),
    [(language, slice(number % 3, None, 3)) for number, language in enumerate(TRANSLATED)]
    + [pytest.param(language, slice(None), marks=pytest.mark.slow) for language in TRANSLATED],
)
def test_no_screen_says_a_sentence_in_english(language: str, part: slice, frames):
    for scene in list(SCENES)[part]:
        assert said(scene, language) & said(scene, SOURCE) <= SAME_IN_BOTH.get(language, set()), scene


# Words that a language shares with English, looked at one by one.
SAME_IN_BOTH: dict[str, set[str]] = {
    "de": {"Name", "Alarm", "Alarm in", "PIN"},
    "fr": {"Stop"},
    "pl": {"Alarm", "PIN", "Stop"},
    "tr": {"Alarm", "PIN"},
    "es": {"No", "PIN"},
}


@pytest.mark.parametrize("language", sorted(FROM_THE_RIGHT))
def test_a_screen_from_the_right_is_the_mirror_of_one_from_the_left(language: str, frames):
    from kiosk.screens.all import page_for  # noqa: PLC0415
    from kiosk.screens.parts import Press  # noqa: PLC0415

    kiosk = PANELS["21.5 landscape"]
    for scene in ("help", "digit", "still there"):
        page, other = (page_for(setting(scene, kiosk, spoken)) for spoken in (language, "nl"))
        places, mirrored = (
            [one for one in reversed(both.children) if isinstance(one, Press)] for both in (page, other)
        )
        assert [(one.x, one.y) for one in places] == [(page.width - one.right, one.y) for one in mirrored]


# Dutch that everybody at the door can read


def plain_words() -> set[str]:
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_dutch_at_the_door_uses_words_everybody_knows(scene: str, frames):
    words = {word.lower() for text in said(scene, "nl") for word in re.findall(WORD, re.sub(r"\{\w+\}", "", text))}
    assert words - plain_words() == set()


def test_reception_has_one_name_in_dutch_on_screens_and_in_the_statement_that_is_read_there():
    statement = " ".join(paragraph.text for paragraph in shipped().texts["nl"])
    assert {"balie", "receptie"} & {*plain_words(), *re.findall(WORD, statement)} == {"balie"}


def test_the_list_of_plain_words_holds_no_word_twice_and_is_in_order():
    words = [line for line in WORDS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert words == sorted(set(words))
