"""How a visitor wants to be served: larger, lower, two colours; letters on tiles, and long choices in pages."""

from itertools import product

import pytest

from kiosk.keyboard import GROUPS, LETTERS, TILES, Page, Typed
from kiosk.languages import OWN_NAME
from kiosk.layout import Layout, Panel
from kiosk.passes import PICTURES
from kiosk.steps import Step
from kiosk.theme import Contrast
from tests.kiosk_screens.scenes import panel, setting
from tests.kiosk_screens.test_measures import PANELS

SMALL = panel(15.6, 1080, 1920)


def a_flow():
    return setting("name", SMALL).flow


def pressed(page) -> dict[str, object]:
    """What can be tapped, by the word on it."""
    from kiosk.screens.parts import Press  # noqa: PLC0415 - Kivy is loaded by these tests alone

    return {part.label.text: part for part in page.children if isinstance(part, Press) and part.label is not None}


def a_page(scene: str, **mode):
    from kiosk.screens.all import page_for  # noqa: PLC0415

    return page_for(setting(scene, SMALL, **mode))


def test_every_choice_is_withdrawn_by_the_same_tap():
    flow = a_flow()
    usual = flow.choices
    for tap in (
        flow.serving.toggle_larger,
        flow.serving.toggle_lower,
        lambda: flow.serving.colours(Contrast.YELLOW_ON_BLACK),
    ):
        tap()
        assert flow.choices != usual
        tap()
        assert flow.choices == usual


def test_looking_at_the_ways_of_serving_loses_nothing_that_was_told():
    flow = a_flow()
    flow.serving.begin()
    flow.serving.toggle_larger()
    flow.back()
    assert (flow.step, flow.visitor.typed.text, flow.choices.larger) == (Step.NAME, "Zoë de Wit", True)


def test_going_back_to_the_start_keeps_the_choices_and_the_next_visitor_has_none_of_them():
    flow = a_flow()
    flow.serving.colours(Contrast.BLACK_ON_YELLOW)
    flow.back()
    assert (flow.step, flow.choices.contrast) == (Step.WELCOME, Contrast.BLACK_ON_YELLOW)
    flow.begin_again()
    assert flow.choices.contrast is Contrast.PAPER


@pytest.mark.parametrize("page", Page)
def test_every_letter_stands_on_one_tile(page: Page):
    assert sorted("".join(GROUPS[page])) == sorted(LETTERS[page])
    assert len(GROUPS[page]) == TILES


def test_a_letter_on_a_tile_takes_two_taps_and_the_tiles_come_back():
    name = Typed().open(2)
    assert name.tap(GROUPS[Page.LETTERS][2][0]) == Typed("K")


def test_tiles_take_the_place_of_keys_only_where_keys_would_be_too_small():
    large = panel(24, 3840, 2160)
    assert not Layout(Panel.of(SMALL)).name_places().grouped
    assert Layout(Panel.of(SMALL), larger=True).name_places().grouped
    assert not Layout(Panel.of(large), larger=True).name_places().grouped


def test_a_name_is_typed_on_tiles(frames):
    page = a_page("name, empty", larger=True)
    flow = page.flow
    flow.changed = page.refresh
    tile = next(press for text, press in pressed(page).items() if text.startswith("k"))
    tile.act()
    pressed(page)["L"].act()
    assert flow.visitor.typed.text == "L"
    assert any(text.startswith("k") for text in pressed(page))


def test_pages_of_answers_show_each_of_them_once(frames):
    page, seen = a_page("picture", larger=True), []
    from kiosk.passes import PICTURE  # noqa: PLC0415

    names = {PICTURE[picture].glyph for picture in PICTURES}
    while True:
        seen += [part.text for part in page.children if part.__class__.__name__ == "Glyph" and part.text in names]
        if not page.turn_on():
            break
    assert sorted(seen) == sorted(names)


def test_enlarged_is_half_as_large_again():
    usual, large = Layout(Panel.of(SMALL)), Layout(Panel.of(SMALL), larger=True)
    assert large.body == pytest.approx(1.5 * usual.body)
    assert large.target == pytest.approx(1.5 * usual.target)


@pytest.mark.parametrize("size", ["15.6 portrait, full HD", "15.6 landscape, full HD", "21.5 portrait"])
def test_what_is_chosen_carries_a_tick_in_every_language_however_long_its_word(size: str, frames):
    from kiosk.screens.all import page_for  # noqa: PLC0415
    from kiosk.screens.reading import told  # noqa: PLC0415

    for language, contrast in product(OWN_NAME, (Contrast.YELLOW_ON_BLACK, Contrast.BLACK_ON_YELLOW)):
        upright = PANELS[size].height > PANELS[size].width
        given = setting("serving", PANELS[size], language, larger=True, lower=upright, contrast=contrast)
        chosen = [target.name for target in told(page_for(given)).targets if target.chosen]
        assert len(chosen) == (3 if upright else 2), (language, contrast)
