"""The small "i" beside a question: what happens with the answer, one tap away."""

from typing import Final

from kiosk.layout import GRID, Box
from kiosk.screens.page import QUIET, Page
from retention.base.translations import N_

ABOUT: Final = "\uf64e"
CALLED: Final = N_("What do we do with your name?")


def about(page: Page, place: Box) -> None:
    """In this place."""
    page.surface(place, page.flow.reading.begin, QUIET, spoken=page.whisper(CALLED))
    side = min(place.w, place.h) - 2 * GRID
    page.glyph(ABOUT, Box(place.x + (place.w - side) / 2, place.y + (place.h - side) / 2, side, side), kind=QUIET)


def about_left_of(page: Page, button: Box) -> Box:
    """At the left end of a button's place; what is left for the button, which needs its width where words are large."""
    wide = page.layout.target if page.layout.larger else button.h
    about(page, button.left_part(wide))
    return button.right_part(button.w - wide - GRID)
