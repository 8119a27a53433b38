"""Where the screen that asks the name has its parts: a key for every letter, or tiles of letters where those are large.

Seven letters in a row in portrait, ten in landscape. Where keys of the size asked for leave no room for all of them,
six tiles of a few letters each take their place: a tap for the tile, another for the letter.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.box import GRID, Box

if TYPE_CHECKING:
    from kiosk.layout import Layout

LINE = 1.45
NARROW, NARROWEST = 2.0, 1.5
TILE_COLUMNS, TILE_ROWS = 3, 2


@dataclass(frozen=True)
class NamePlaces:
    """`tools` are two pages of accents, space and erase; one key for both pages where the letters stand in tiles.

    Without room for the reason it is left out, and a notice takes the place of the title. `about` leads to what
    happens with a name, where no place beside the field or the button is large enough.
    """

    band: Box
    title: Box
    reason: Box | None
    field: Box
    keys: list[Box]
    tools: list[Box]
    go_on: Box
    grouped: bool = False
    about: Box | None = None


def name_places(layout: "Layout") -> NamePlaces:
    """The keyboard with what is typed above it."""
    whole = _portrait(layout) if layout.portrait else _landscape(layout)
    smallest = min(min(key.w, key.h) for key in whole.keys + whole.tools)
    if smallest >= layout.target:
        return whole
    return _tiles_portrait(layout) if layout.portrait else _tiles_landscape(layout)


def key_gap(width: float, columns: int, target: float) -> float:
    """The space between keys: what a row of targets of full size leaves, up to what looks well."""
    return max(min((width - columns * (target + 0.4)) / (columns - 1), 3.5), NARROW)


def _portrait(layout: "Layout") -> NamePlaces:
    scale = layout.growth * layout.enlarged
    room, go_on = layout.content, layout.main_button
    gap, field = key_gap(room.w, 7, layout.target), 28.0 * scale
    low = go_on.top + layout.gap
    above = layout.title_size * 1.5 + layout.body * 1.5 * 2 + field + 3 * layout.gap
    height = min((min(room.top - above, layout.reach) - low - 4 * gap) / 5, 24.0 * scale)
    board = Box(room.x, low, room.w, 5 * height + 4 * gap)
    tools = board.lower(height)
    column = (board.w - 6 * gap) / 7
    wide, half = 2 * column + gap, 1.5 * column + 0.5 * gap
    places = [Box(board.x, tools.y, half, height), Box(board.x + half + gap, tools.y, half, height)]
    places += [Box(places[1].right + gap, tools.y, wide, height), tools.right_part(wide)]
    typed = Box(board.x, board.top + layout.gap, board.w, field)
    band, question = layout.header(typed.top)
    reason = Box(question.x, question.y, question.w, layout.body * LINE * 2)
    title = Box(question.x, reason.top + GRID / 2, question.w, layout.title_size * 1.5)
    return NamePlaces(band, title, reason, typed, board.above(tools, gap).grid(7, 4, gap), places, go_on)


def _landscape(layout: "Layout") -> NamePlaces:
    scale = layout.growth * layout.enlarged
    room = layout.content
    gap, last = key_gap(room.w, 10, layout.target), max(30.0 * layout.growth, layout.main)
    field = 1.7 * layout.body if layout.larger else 24.0 * scale
    question = max(layout.body * LINE * 2, layout.title_size * LINE)
    height = min((room.h - last - question - field - 4 * gap - GRID) / 3, 30.0 * scale)
    board = Box(room.x, room.y + last + gap, room.w, 3 * height + 2 * gap)
    cells = board.grid(10, 3, gap)
    column = cells[0].w
    half, bottom = 1.5 * column + 0.5 * gap, room.lower(last)
    west, east = Box(room.x, room.y, half, last), Box(room.x + half + gap, room.y, half, last)
    space = Box(east.right + gap, room.y, 3 * column + 2 * gap, last)
    erase = Box(cells[28].x, cells[28].y, 2 * column + gap, height)
    go_on = Box(space.right + gap, room.y, bottom.right - space.right - gap, last)
    typed = Box(room.x, board.top + gap, room.w, field)
    band, _ = layout.header(typed.top)
    head = Box(room.x, typed.top + GRID, room.w, room.top - typed.top - GRID)
    title, reason = head.left_part(head.w * 0.4), head.right_part(head.w * 0.58)
    return NamePlaces(band, title, reason, typed, cells[:28], [west, east, space, erase], go_on)


def _tiles_portrait(layout: "Layout") -> NamePlaces:
    """Three rows of tiles: two of letters and one of tools."""
    room, go_on = layout.content, layout.main_button
    low, gap = go_on.top + layout.gap, GRID
    question, field = 2 * layout.body * LINE, max(layout.body * 1.8, 34.0)
    above = question + field + 2 * layout.gap + GRID
    height = (min(room.top - above, layout.reach) - low - 2 * gap) / (TILE_ROWS + 1)
    board = Box(room.x, low, room.w, min(height, 1.6 * layout.target) * (TILE_ROWS + 1) + 2 * gap)
    cells = board.grid(TILE_COLUMNS, TILE_ROWS + 1, gap)
    typed = Box(room.x, board.top + layout.gap, room.w, field)
    band, head = layout.header(typed.top)
    return NamePlaces(band, head, None, typed, cells[:6], cells[6:], go_on, grouped=True)


def _tiles_landscape(layout: "Layout") -> NamePlaces:
    """Three columns of tiles, and a fourth that erases and goes on."""
    room, gap = layout.content, NARROWEST
    question, field = 2 * layout.body * LINE, layout.body * 1.42
    height = max((room.h - question - field - 4 * gap) / (TILE_ROWS + 1), layout.target)
    board = room.lower(height * (TILE_ROWS + 1) + 2 * gap)
    wide = max(2 * (layout.target + 0.1) + gap, board.w * 0.28)
    left, right = board.left_part(board.w - wide - gap), board.right_part(wide)
    cells = left.grid(TILE_COLUMNS, TILE_ROWS + 1, gap)
    accents, space = cells[6], Box(cells[7].x, cells[7].y, cells[8].right - cells[7].x, cells[7].h)
    (erase, about), go_on = right.upper(height).split((1, 1), gap), right.lower(2 * height + gap)
    typed = Box(room.x, board.top + gap, room.w, field)
    band, _ = layout.header(typed.top)
    head = Box(room.x, typed.top + gap, room.w, room.top - typed.top - gap)
    return NamePlaces(band, head, None, typed, cells[:6], [accents, space, erase], go_on, grouped=True, about=about)
