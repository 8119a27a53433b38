"""What a visitor told, shown again over several lines. Nothing of it is kept in any cache."""

from typing import Final

from kiosk.layout import Box
from kiosk.screens.field import FROM_THE_END
from kiosk.screens.page import KEY, Page
from kiosk.screens.text import fits

CHANGE: Final = "\uf3eb"
"""The sign on what can be corrected by a tap."""


def show_told(page: Page, text: str, box: Box, size: float) -> None:
    """As large as asked or as fits, on the ground of a key; what finds no place at the smallest size ends in dots."""
    size = max(page.fitting(text, box, size), page.layout.readable)
    shown = text
    while len(shown) > 2 and not fits(shown, box, size):
        shown = shown.removesuffix(FROM_THE_END)[:-1].rstrip() + FROM_THE_END
    page.words(shown, box, size, kind=KEY, personal=True).spoken = text
