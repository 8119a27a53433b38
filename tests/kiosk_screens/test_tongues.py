"""Every language by its own name on the first screen: a button each, or one with a sign and whole names."""

from itertools import product

import pytest

from kiosk.languages import OWN_NAME
from tests.kiosk_screens.scenes import panel, setting

PORTRAIT, LANDSCAPE = panel(15.6, 1080, 1920), panel(15.6, 1920, 1080)
SCENES = ("welcome", "welcome, invited")
OTHERS = [name for code, name in OWN_NAME.items() if code != "nl"]


def words_on(scene, kiosk, **mode) -> list[str]:
    from kiosk.screens.all import page_for  # noqa: PLC0415 - Kivy is loaded by these tests alone
    from kiosk.screens.parts import Words  # noqa: PLC0415

    page = page_for(setting(scene, kiosk, **mode))
    return [part.text for part in reversed(page.children) if isinstance(part, Words)]


def named(texts: list[str]) -> list[str]:
    """The languages of these texts, in their order; half a name is none."""
    parts = [part.strip(" …") for text in texts for part in text.split(" · ")]
    return [part for part in parts if part in OTHERS]


@pytest.mark.parametrize(("scene", "kiosk"), list(product(SCENES, (PORTRAIT, LANDSCAPE))))
def test_whoever_reads_one_language_alone_finds_its_name_on_the_first_screen(scene, kiosk, frames):
    assert named(words_on(scene, kiosk)) == OTHERS


@pytest.mark.parametrize(("scene", "lower"), list(product(SCENES, (True, False))))
def test_on_the_smallest_panel_lower_or_not_no_language_is_left_out(scene, lower, frames):
    assert named(words_on(scene, PORTRAIT, lower=lower)) == OTHERS


@pytest.mark.parametrize(("scene", "kiosk"), list(product(SCENES, (PORTRAIT, LANDSCAPE))))
def test_enlarged_the_names_are_whole_and_in_their_order_and_dots_say_that_there_are_more(scene, kiosk, frames):
    texts = [text for text in words_on(scene, kiosk, larger=True) if named([text])]
    shown = named(texts)
    assert shown == [name for name in OTHERS if name in shown] != []
    assert texts[-1].endswith(" …")
    assert not any(text.strip(" …").startswith("·") or text.strip(" …").endswith("·") for text in texts)


def test_languages_of_other_scripts_are_left_out_last(frames):
    from kiosk.screens.tongues import whole_that_fit  # noqa: PLC0415 - Kivy is loaded by these tests alone

    assert whole_that_fit(OTHERS, 130, 10, 2)[:1] == ["English"]
    assert {"العربية", "Українська", "فارسی"} <= set(whole_that_fit(OTHERS, 130, 10, 2))
    assert whole_that_fit(OTHERS, 5, 10, 1) == ["English"]
