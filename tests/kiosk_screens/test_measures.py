"""Every widget of every screen against the numbers: FIELD.md section 4 and LOOKS.md, on panels large and small."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Any

import pytest

from kiosk.layout import Layout, Panel
from kiosk.passes import COLOUR
from kiosk.theme import Contrast
from tests.kiosk_screens.scenes import SCENES, config, panel, setting
from tests.support.bars import Bars

PANELS = {
    "15.6 portrait, full HD": panel(15.6, 1080, 1920),
    "15.6 landscape, full HD": panel(15.6, 1920, 1080),
    "15.6 portrait, 100 ppi": panel(15.6, 768, 1366),
    "15.6 landscape, 100 ppi": panel(15.6, 1366, 768),
    "15.6 portrait, 4K": panel(15.6, 2160, 3840),
    "15.6 landscape, 16:10": panel(15.6, 1920, 1200),
    "21.5 portrait": panel(21.5, 1080, 1920),
    "21.5 landscape": panel(21.5, 1920, 1080),
    "24 portrait, 92 ppi": panel(24, 1080, 1920),
    "24 landscape, 184 ppi": panel(24, 3840, 2160),
    "24 portrait, 16:10": panel(24, 1200, 1920),
    "15.6 portrait, 90 ppi": panel(15.6, 688, 1224),
    "24 portrait, 250 ppi": panel(24, 2942, 5230),
}
LANGUAGES = ("nl", "en")


MODES = [
    {"contrast": contrast, "larger": larger, "lower": lower}
    for contrast, larger, lower in product(Contrast, (False, True), (False, True))
]
SAMPLE = 48


@dataclass(frozen=True)
class Look:
    """One screen on one panel, in one language, as one visitor wants it."""

    scene: str
    size: str
    language: str
    mode: dict[str, Any]

    def __str__(self) -> str:
        served = " ".join(str(value if name == "contrast" else name) for name, value in self.mode.items() if value)
        return f"{self.scene} ({self.size}, {self.language}, {served})"

    def faults(self, rules: dict[str, Any]) -> Iterator[str]:
        """Which widget breaks which rule."""
        from kiosk.screens.all import page_for  # noqa: PLC0415 - Kivy is loaded by these tests alone
        from tests.kiosk_screens.measures import pages_of  # noqa: PLC0415

        for page in pages_of(page_for(setting(self.scene, PANELS[self.size], self.language, **self.mode))):
            for widget in page.walk(restrict=True):
                for rule, look in rules.items():
                    for fault in look(page, widget):
                        name = f"{type(widget).__name__} {getattr(widget, 'text', '')!r}"
                        yield f"{self}: {name} {fault} ({rule})"


def every_look(sizes: Iterable[str] = PANELS) -> list[Look]:
    """Every screen in every state, mode and language on these panels; in landscape nothing goes lower."""
    return [
        Look(scene, size, language, mode)
        for scene, size, language, mode in product(SCENES, sizes, LANGUAGES, MODES)
        if (not mode["lower"] or PANELS[size].height > PANELS[size].width)
        # Colours do not depend on the language.
        and (language == LANGUAGES[0] or mode["contrast"] is Contrast.PAPER)
    ]


def held(looks: Iterable[Look]) -> list[str]:
    from tests.kiosk_screens.measures import RULES  # noqa: PLC0415

    return [fault for look in looks for fault in look.faults(RULES)]


def test_a_sample_of_all_screens_in_all_modes_keeps_to_the_numbers(frames):
    assert held(Random(7).sample(every_look(), SAMPLE)) == []


SMALLEST_PANELS = ("15.6 portrait, full HD", "15.6 landscape, full HD")
SMALLEST = (SMALLEST_PANELS[0], pytest.param(SMALLEST_PANELS[1], marks=pytest.mark.slow))


@pytest.mark.parametrize("size", SMALLEST)
def test_every_screen_keeps_to_the_numbers_on_the_smallest_panels(size: str, frames):
    assert held(look for look in every_look([size]) if look.mode == MODES[0] and look.language == "nl") == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("size", PANELS)
def test_every_widget_of_every_screen_keeps_to_the_numbers(size: str, frames, bars: Bars):
    looks = every_look([size])
    faults = held(looks)
    assert faults == []
    bars.at_least(f"screens in every mode that hold, {size}", len(looks) - len(faults), len(looks), "screens")


# Always in the same place on every screen, or the face of a key; not what somebody has to read.
NOT_READ = {"Terug", "Anders", "Hulp", "Voorlezen", "spatie"}
READ_AT_LEISURE = {"privacy", "terms", "serving"}
CHANGED_TWICE = {"name, missing", "name, not shown", "name, code unknown"}


@pytest.mark.parametrize("scene", sorted(SCENES.keys() - CHANGED_TWICE))
def test_a_screen_says_little_and_in_short_sentences(scene: str, frames):
    from kiosk.screens.all import page_for  # noqa: PLC0415

    said = set(page_for(setting(scene, PANELS["21.5 portrait"])).said) - NOT_READ
    assert sum(len(text.split()) for text in said) <= (40 if scene in READ_AT_LEISURE else 12)
    assert all(len(sentence.split()) <= 8 for text in said for sentence in re.split(r"[.!?]", text))


@pytest.mark.parametrize("size", SMALLEST_PANELS)
def test_a_long_name_of_the_organisation_is_not_cut_off(size: str, frames):
    name = "Stichting Samenwerkende Zorgaanbieders Oost-Nederland e.o."
    from tests.kiosk_screens.measures import cut_text, overlapping_words  # noqa: PLC0415

    rules = {"no text is cut off": cut_text, "no texts overlap": overlapping_words}
    looks = [Look("welcome", size, "nl", mode | {"organisation": name}) for mode in MODES[:4]]
    assert [fault for look in looks for fault in look.faults(rules)] == []


@pytest.mark.parametrize("pattern", [colour.pattern for colour in COLOUR.values()])
def test_every_pattern_is_drawn(pattern: str, frames):
    from kiosk.screens.parts import Ribbon  # noqa: PLC0415

    ribbon = Ribbon(pattern, "#000000", pos=(0, 0), size=(200, 20), size_hint=(None, None))
    assert len(ribbon.canvas.children) > 1


def test_in_a_smaller_window_everything_keeps_its_proportions():
    kiosk = config().kiosk
    whole, half = Layout(Panel.of(kiosk)), Layout(Panel.of(kiosk, (540, 960)))
    assert half.panel.density == pytest.approx(whole.panel.density / 2)
    assert half.main_button == whole.main_button


@pytest.mark.parametrize("scene", [scene for scene in SCENES if scene.startswith("emergency")])
def test_the_way_out_has_a_picture_that_is_seen_from_afar_in_every_state(scene: str, frames):
    from kiosk.screens.all import page_for  # noqa: PLC0415
    from kiosk.screens.emergency import RUNNING  # noqa: PLC0415

    for size, larger in product(SMALLEST_PANELS, (False, True)):
        page = page_for(setting(scene, PANELS[size], larger=larger))
        running = next(part for part in page.children if getattr(part, "text", "") == RUNNING)
        assert running.font_size / page.layout.panel.density >= 30
