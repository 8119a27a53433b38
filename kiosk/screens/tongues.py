"""One button for all languages, where there is no room for a button each: a sign and all their names, or signs alone.

Nobody who reads one language alone finds theirs by a word in another, nor behind dots. So where not all names can stand
here whole, two large signs take their place, the world and two scripts, and whoever listens hears every name.
"""

from collections.abc import Callable, Sequence
from typing import Final

from kiosk.layout import GRID, Box
from kiosk.screens.page import GLOBE, QUIET, Page
from kiosk.screens.text import LINE_EM, text_width

SIGN: Final = "\uf5ca"  # two scripts side by side
BETWEEN: Final = " · "
MOST_LINES: Final = 3
SIGN_EM: Final = 1.25
SHARE_OF_HEIGHT: Final = 0.75


def height_of_tongues(page: Page, names: Sequence[str], room: Box) -> float:
    """How high the button stands: as many lines as the names ask and the room has."""
    rows = rows_of_all(page, names, room)
    return min(room.h, max(page.layout.target * 1.2, len(rows) * LINE_EM * page.layout.readable + 1))


def draw_tongues(page: Page, names: Sequence[str], place: Box, act: Callable[[], None], *, around: str) -> None:
    """The sign with the names line by line; or the two signs, as large as the place allows."""
    rows = rows_of_all(page, names, place)
    page.surface(place, act, QUIET, around=around, spoken=", ".join(names))
    if not rows:
        _draw_signs(page, place)
        return
    size, side, left = page.layout.readable, SIGN_EM * page.layout.readable, place.x + GRID
    page.glyph(SIGN, Box(left, place.y + (place.h - side) / 2, side, side), kind=QUIET)
    line = LINE_EM * size
    top = place.top - (place.h - len(rows) * line) / 2
    for number, row in enumerate(rows, 1):
        room = Box(left + side + GRID, top - number * line, _wide(page, place), line)
        page.words(BETWEEN.join(row), room, size, kind=QUIET, fitted=True)


def rows_of_all(page: Page, names: Sequence[str], place: Box) -> list[list[str]]:
    """All names in their order, line by line; none where they do not stand whole in this place."""
    size, wide = page.layout.readable, _wide(page, place)
    rows = [[names[0]]]
    for name in names[1:]:
        if text_width(BETWEEN.join([*rows[-1], name]), size) <= wide:
            rows[-1].append(name)
        else:
            rows.append([name])
    lines = min(int(place.h / (LINE_EM * size) + 0.001), MOST_LINES)
    whole = len(rows) <= lines and all(text_width(BETWEEN.join(row), size) <= wide for row in rows)
    return rows if whole else []


def _draw_signs(page: Page, place: Box) -> None:
    side = min(place.h * SHARE_OF_HEIGHT, (place.w - 2.5 * GRID) / 2)
    left, low = place.x + (place.w - 2 * side - GRID) / 2, place.y + (place.h - side) / 2
    for number, picture in enumerate((GLOBE, SIGN)):
        page.glyph(picture, Box(left + number * (side + GRID), low, side, side), kind=QUIET)


def _wide(page: Page, place: Box) -> float:
    """What the sign leaves for names."""
    return place.w - SIGN_EM * page.layout.readable - 3 * GRID
