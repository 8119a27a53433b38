"""The passes of two who came together: each under or beside the name it belongs to, which opens that one's entry."""

from functools import partial
from typing import TYPE_CHECKING

from kiosk.layout import GRID, Box
from kiosk.passes import Pass
from kiosk.screens.page import KEY, TONED
from kiosk.screens.text import LINE_EM, line_count
from kiosk.screens.told import CHANGE, show_told
from kiosk.visitor import Visitor

if TYPE_CHECKING:
    from kiosk.screens.telling import PassShown


def show_two(page: "PassShown", here: list[tuple[Visitor, Pass]], sentence: str) -> None:
    """Each name with its pass and what that is called, and a sentence for both. What is touched lies low."""
    layout, go_on = page.layout, end_of_two(page)
    low = go_on.top + layout.gap
    room = Box(layout.content.x, low, layout.content.w, layout.content.top - low)
    if layout.portrait:
        size = layout.body if layout.larger else layout.title_size
        high = size * LINE_EM * line_count(sentence, room.w, size, bold=True)
        page.words(sentence, room.upper(high), size, kind=TONED, bold=True)
        _side_by_side(page, here, room.lower(room.h - high - layout.gap))
        return
    page.words(sentence, Box(room.x, go_on.y, go_on.x - room.x - 2 * GRID, go_on.h), layout.body)
    if layout.larger:  # what a pass is called needs two lines
        _side_by_side(page, here, room)
    else:
        _one_above_the_other(page, here, room)


def end_of_two(page: "PassShown") -> Box:
    """Where the button that ends stands: as with one pass, but enlarged in landscape the sentence is beside it."""
    layout = page.layout
    return layout.main_button if layout.larger and not layout.portrait else layout.hero().go_on


def _side_by_side(page: "PassShown", here: list[tuple[Visitor, Pass]], room: Box) -> None:
    """From below: the name, what its pass is called, and the pass."""
    layout, columns = page.layout, room.grid(2, 1, 2 * GRID)
    lines = 2 if layout.portrait else 1
    key = max(layout.target, lines * LINE_EM * layout.readable + 1)
    size = layout.body if layout.larger else layout.title_size
    called = 2 * LINE_EM * size + 0.5
    size = _one_size(page, here, columns[0].lower(called), size)
    for (one, given), column in zip(here, columns, strict=True):
        if one.own is not None:
            name_key(page, one, given, column.lower(key))
        words = column.above(column.lower(key), GRID / 2).lower(called)
        page.words(given.spoken(page.flow.language), words, size, bold=True, halign="center", fitted=True)
        page.card(column.above(column.lower(words.top - column.y), GRID / 2), given)


def _one_above_the_other(page: "PassShown", here: list[tuple[Visitor, Pass]], room: Box) -> None:
    layout, card = page.layout, page.layout.hero().card
    rows = room.grid(1, 2, layout.gap)
    texts = [Box(card.right + 2 * layout.gap, row.y, row.right - card.right - 2 * layout.gap, row.h) for row in rows]
    called = texts[0].h - layout.target - GRID / 2
    size = _one_size(page, here, texts[0].lower(called), layout.title_size)
    for (one, given), row, text in zip(here, rows, texts, strict=True):
        page.card(row.left_part(card.w), given)
        if one.own is not None:
            name_key(page, one, given, text.upper(layout.target))
        words = text.lower(called) if one.own is not None else text
        page.words(given.spoken(page.flow.language), words, size, bold=True, fitted=True)


def name_key(page: "PassShown", one: Visitor, given: Pass, place: Box) -> None:
    """A name to tap, said with the pass that it stands with: whoever hears it knows whose is whose."""
    assert one.own is not None
    page.surface(place, partial(page.flow.own.look, one), KEY, spoken=given.spoken(page.flow.language))
    inside = place.inset(GRID, 0)
    if not page.layout.larger:  # there the name needs all of it
        side = 3 * GRID
        page.glyph(CHANGE, Box(inside.right - side, place.y + (place.h - side) / 2, side, side), kind=KEY)
        inside = inside.left_part(inside.w - side - GRID / 2)
    show_told(page, one.own.details.name, inside, page.layout.body * 1.25)


def _one_size(page: "PassShown", here: list[tuple[Visitor, Pass]], room: Box, size: float) -> float:
    """The size at which what either pass is called stands in its room."""
    names = [given.spoken(page.flow.language) for _, given in here]
    return min(page.fitting(name, room, size, bold=True, lines=2) for name in names)
