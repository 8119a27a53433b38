"""Every screen in every language: no sentence left in English, no text cut off, and Dutch in words everybody knows."""

import random
from dataclasses import dataclass

from kiosk.languages import OWN_NAME
from tests.kiosk_screens.scenes import SCENES, setting
from tests.kiosk_screens.test_measures import (
    PANELS,
    cut_text,
    overlapping_words,
    small_letters,
    text_outside_its_card,
)

MODES = {"usual": {}, "larger": {"larger": True}, "lower": {"lower": True}, "both": {"larger": True, "lower": True}}
RULES = (cut_text, text_outside_its_card, overlapping_words, small_letters)
SEEDED = 48


@dataclass(frozen=True)
class Case:
    """One screen as one visitor sees it."""

    scene: str
    language: str
    size: str
    mode: str

    def page(self):
        from kiosk.screens.all import page_for  # noqa: PLC0415 - Kivy is loaded by these tests alone

        return page_for(setting(self.scene, PANELS[self.size], self.language, **MODES[self.mode]))


def cases() -> list[Case]:
    return [
        Case(scene, language, size, mode)
        for size in PANELS
        for mode in MODES
        for language in OWN_NAME
        for scene in SCENES
    ]


def faults(case: Case) -> list[str]:
    """What is cut off, runs over or into something, or is too small to read, on this screen."""
    page = case.page()
    return [
        f"{case}: {widget.text!r} {fault}"
        for widget in page.walk(restrict=True)
        for rule in RULES
        for fault in rule(page, widget)
    ]


def test_no_text_is_cut_off_in_any_language_on_some_screens(frames):
    some = random.Random(5).sample(cases(), SEEDED)
    assert [fault for case in some for fault in faults(case)] == []
