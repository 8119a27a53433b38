"""Every language by its own name on the first screen: a button each, one with all names, or one with two signs."""

from itertools import product

import pytest

from kiosk.languages import OWN_NAME
from kiosk.steps import Step
from tests.kiosk_screens.scenes import config, panel, setting
from tests.kiosk_screens.test_measures import PANELS

PORTRAIT, LANDSCAPE = panel(15.6, 1080, 1920), panel(15.6, 1920, 1080)
SCENES = ("welcome", "welcome, invited")
OTHERS = [name for code, name in OWN_NAME.items() if code != "nl"]
READABLE_SIGN = 20.0
TIGHTEST = ("15.6 portrait, full HD", "15.6 landscape, full HD", "15.6 landscape, 16:10", "21.5 portrait")
ON_PANELS = [
    pytest.param(scene, size, marks=() if size in TIGHTEST else pytest.mark.slow)
    for scene, size in product(SCENES, PANELS)
]


def first_screen(scene, kiosk, **mode):
    from kiosk.screens.all import page_for  # noqa: PLC0415 - Kivy is loaded by these tests alone

    return page_for(setting(scene, kiosk, **mode))


def named(page) -> list[str]:
    """The languages that stand there, in their order; half a name is none."""
    from kiosk.screens.parts import Words  # noqa: PLC0415

    texts = [part.text for part in reversed(page.children) if isinstance(part, Words)]
    parts = [part.strip() for text in texts for part in text.split(" · ")]
    return [part for part in parts if part in OTHERS]


@pytest.mark.parametrize(("scene", "size"), ON_PANELS)
def test_whoever_reads_one_language_alone_finds_its_name_on_the_first_screen(scene, size, frames):
    for lower in {False, PANELS[size].height > PANELS[size].width}:
        assert named(first_screen(scene, PANELS[size], lower=lower)) == OTHERS


@pytest.mark.parametrize(("scene", "size"), ON_PANELS)
def test_enlarged_two_large_signs_lead_to_all_languages_and_every_name_is_said(scene, size, frames):
    from kiosk.screens.page import GLOBE  # noqa: PLC0415
    from kiosk.screens.parts import Glyph  # noqa: PLC0415
    from kiosk.screens.reading import told  # noqa: PLC0415
    from kiosk.screens.tongues import SIGN  # noqa: PLC0415

    page = first_screen(scene, PANELS[size], larger=True)
    leads = next(target for target in told(page).targets if target.name == ", ".join(OTHERS))
    density = page.layout.panel.density
    signs = [
        (part.text, part.font_size / density)
        for part in reversed(page.children)
        if isinstance(part, Glyph)
        if leads.place.x < part.center_x / density < leads.place.right
        if leads.place.y < part.center_y / density < leads.place.top
    ]
    assert [sign for sign, _ in signs] == [GLOBE, SIGN]
    assert min(side for _, side in signs) >= READABLE_SIGN
    leads.act()
    assert page.flow.step is Step.LANGUAGE


def test_one_other_language_has_a_button_of_its_own_however_large(frames):
    from kiosk.screens.all import page_for  # noqa: PLC0415

    for kiosk, larger in product((PORTRAIT, LANDSCAPE), (False, True)):
        given = setting("welcome", kiosk, larger=larger)
        given.flow.config = config().model_copy(
            update={"kiosk": config().kiosk.model_copy(update={"languages": ("nl", "en")})}
        )
        assert named(page_for(given)) == ["English"]
