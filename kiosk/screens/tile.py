"""What stands on something to tap: a picture over its word, beside it in a low place, the word alone in a small one."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.layout import GRID, READABLE, Box
from kiosk.screens.parts import Glyph, Words
from kiosk.screens.text import LINE_EM, fits, line_count, line_width

if TYPE_CHECKING:
    from kiosk.screens.page import Look, Page

TIGHT = 1.3  # of an em: under a picture one line needs less room than lines need among themselves
SMALLEST, LARGEST = 0.85, 3.4  # a picture with its word, in ems of the word
BESIDE = (1.15, 1.0, SMALLEST)  # ... and beside it: smaller where else there were none


@dataclass(frozen=True)
class Filling:
    """A picture and a word that go together; each returns what it drew, without the picture where there is no room.

    Where the picture is `needed`, for it tells more than the word (a tick), the word rather grows smaller.
    """

    page: "Page"
    glyph: str
    text: str
    look: "Look"
    size: float
    needed: bool = False

    def on(self, place: Box, pad: float) -> tuple[Words, Glyph | None]:
        """Put them on this place, in the arrangement it has room for."""
        inside = place.inset(min(pad, place.w * 0.04), min(pad, place.h * 0.06))
        size = self.page.fitting(self.text, inside, self.size)
        if size < self.size:  # a long word of some language
            return replace(self, size=size).on(place, pad)
        lines = line_count(self.text, inside.w - 0.5, self.size)
        along = self.size * (TIGHT if lines == 1 else LINE_EM * lines)
        wide_enough = fits(self.text, Box(0, 0, inside.w, self.size * LINE_EM * lines), self.size)
        if wide_enough and inside.h >= along + SMALLEST * self.size:
            return self._over(inside, along)
        for ems in BESIDE:
            side = min(inside.h * 0.8, self.size * ems)
            beside = Box(inside.x + side + GRID / 2, inside.y, inside.w - side - GRID / 2, inside.h)
            if fits(self.text, beside, self.size):
                return self._beside(inside, beside, lines)
        if self.needed and self.size > READABLE:
            return replace(self, size=max(self.size - 0.5, READABLE)).on(place, pad)
        return self._words(inside, "center"), None

    def _beside(self, inside: Box, beside: Box, lines: int) -> tuple[Words, Glyph]:
        """In the middle together."""
        wide = min(line_width(self.text, self.size) + 1, beside.w) if lines == 1 else beside.w
        side = inside.w - beside.w - GRID / 2
        left = inside.x + (beside.w - wide) / 2
        words = self._words(Box(left + side + GRID / 2, inside.y, wide, inside.h), "left")
        picture = Box(left, inside.y + (inside.h - side) / 2, side, side)
        return words, self.page.glyph(self.glyph, picture, kind=self.look)

    def _over(self, inside: Box, along: float) -> tuple[Words, Glyph]:
        side = min((inside.h - along) * 0.92, self.size * LARGEST, inside.w)
        free = inside.h - along - side
        low = inside.y + free * 0.45
        picture = Box(inside.x, low + along + free * 0.1, inside.w, side)
        words = self._words(Box(inside.x, low, inside.w, along), "center")
        return words, self.page.glyph(self.glyph, picture, kind=self.look)

    def _words(self, room: Box, halign: str) -> Words:
        return self.page.words(self.text, room, self.size, kind=self.look, halign=halign, fitted=True)
