"""One button for all languages, where there is no room for a button each: a sign and their own names, whole ones only.

Nobody who reads one language alone finds theirs by a word in another. So the names stand in the order in which they
are configured, and where some do not fit, dots say that there are more. No line begins or ends with a sign between two.
"""

from collections.abc import Callable, Sequence
from typing import Final

from kiosk.layout import GRID, Box
from kiosk.screens.page import QUIET, Page
from kiosk.screens.text import LINE_EM, text_width

SIGN: Final = "\uf5ca"  # two scripts side by side
BETWEEN, MORE = " · ", " …"
FIRST_OF_ANOTHER_SCRIPT: Final = "\u0370"
MOST_LINES: Final = 3


def height_of_tongues(page: Page, names: Sequence[str], room: Box) -> float:
    """How high the button stands: as many lines as the names ask and the room has."""
    size = page.layout.readable
    most = min(_lines_in(room.h, size), MOST_LINES)
    rows = _rows(whole_that_fit(names, _wide(page, room), size, most), _wide(page, room), size)
    return min(room.h, max(page.layout.target * 1.2, len(rows) * LINE_EM * size + 1))


def draw_tongues(page: Page, names: Sequence[str], place: Box, act: Callable[[], None], *, around: str) -> None:
    """The sign, and line by line the names that stand here whole."""
    size, wide = page.layout.readable, _wide(page, place)
    page.surface(place, act, QUIET, around=around)
    side = 1.25 * page.layout.body
    left = place.x + GRID
    page.glyph(SIGN, Box(left, place.y + (place.h - side) / 2, side, side), kind=QUIET)
    shown = whole_that_fit(names, wide, size, min(_lines_in(place.h, size), MOST_LINES))
    rows, line = _rows(shown, wide, size), LINE_EM * size
    top = place.top - (place.h - len(rows) * line) / 2
    for number, row in enumerate(rows):
        last = number == len(rows) - 1
        text = BETWEEN.join(row) + (MORE if last and len(shown) < len(names) else "")
        page.words(text, Box(left + side + GRID, top - (number + 1) * line, wide, line), size, kind=QUIET, fitted=True)


def whole_that_fit(names: Sequence[str], wide: float, size: float, lines: int) -> list[str]:
    """As many names as stand whole in so many lines, in their order; dots behind them where some are left out.

    Whoever does not read Latin letters finds nothing else here, so their languages are the last to be left out.
    """
    chosen = {names[0]}
    for name in sorted(names[1:], key=lambda name: name[0] < FIRST_OF_ANOTHER_SCRIPT):
        tried = [one for one in names if one in chosen | {name}]
        rows = _rows(tried, wide, size)
        dots = MORE if len(rows) == lines and len(tried) < len(names) else ""
        if len(rows) <= lines and text_width(BETWEEN.join(rows[-1]) + dots, size) <= wide:
            chosen.add(name)
    return [one for one in names if one in chosen]


def _rows(names: Sequence[str], wide: float, size: float) -> list[list[str]]:
    rows = [[names[0]]]
    for name in names[1:]:
        if text_width(BETWEEN.join([*rows[-1], name]), size) <= wide:
            rows[-1].append(name)
        else:
            rows.append([name])
    return rows


def _lines_in(height: float, size: float) -> int:
    return max(int(height / (LINE_EM * size) + 0.001), 1)


def _wide(page: Page, place: Box) -> float:
    """What the sign leaves for names."""
    return place.w - 1.25 * page.layout.body - 3 * GRID
