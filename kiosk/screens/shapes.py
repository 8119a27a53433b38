"""Round shapes, drawn once each: without a graphics card they would cost more than all else on a screen.

Of a card only the corners are kept, with one point between them: a card of any size is laid out from those nine pieces.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from math import ceil
from typing import Any, NamedTuple

from kivy.graphics import ClearBuffers, ClearColor, Color, Fbo, SmoothEllipse, SmoothLine, SmoothRoundedRectangle
from kivy.utils import get_color_from_hex

SMOOTHED = 2  # points beside a line that are drawn to make it smooth


class Plate(NamedTuple):
    """A card of any size: colours as `#RRGGBB` (`edge` may be ""), measures in pixels."""

    ground: str
    edge: str
    edge_width: float
    corner: float

    @property
    def margin(self) -> int:
        """How far it is drawn outside the card itself: half of its edge, and what is smoothed of it."""
        return ceil(self.edge_width) + SMOOTHED

    @property
    def border(self) -> int:
        """How far a corner reaches into the picture."""
        return 2 * self.margin + ceil(self.corner)

    def within(self, side: float) -> "Plate":
        """The same with corners that have room in a card whose shortest side is this."""
        return self._replace(corner=max(min(self.corner, side // 2 - self.margin), 0))

    def shapes(self, across: int) -> Iterator[Any]:
        """What it is drawn with, in a picture so wide and high."""
        inside = across - 2 * self.margin
        place = {"pos": (self.margin, self.margin), "size": (inside, inside)}
        yield Color(*rgba(self.ground))
        yield SmoothRoundedRectangle(radius=[self.corner], **place)
        if self.edge:
            yield Color(*rgba(self.edge))
            outline = (self.margin, self.margin, inside, inside, self.corner)
            yield SmoothLine(rounded_rectangle=outline, width=self.edge_width)


class Arch(NamedTuple):
    """Half rounds within one another, the widest as wide as the picture and half as high: tones from outside in."""

    tones: tuple[str, ...]
    thickness: float
    width: int

    def shapes(self) -> Iterator[Any]:
        for number, tone in enumerate(self.tones):
            left = number * self.thickness
            across = self.width - 2 * left
            yield Color(*rgba(tone))
            yield SmoothEllipse(pos=(left, -across / 2), size=(across, across), segments=128)


@lru_cache(maxsize=256)
def plate(wanted: Plate) -> Any:
    """The four corners with one point between them, as a texture."""
    across = 2 * wanted.border + 1
    return _drawn((across, across), wanted.edge or wanted.ground, wanted.shapes(across))


@lru_cache(maxsize=4)
def arch(wanted: Arch) -> Any:
    """The upper half of the rounds, as a texture."""
    return _drawn((wanted.width, ceil(wanted.width / 2)), wanted.tones[0], wanted.shapes())


def _drawn(size: tuple[int, int], outermost: str, shapes: Iterator[Any]) -> Any:
    """On clear glass in the tone of the rim, so that its smoothed points mix with whatever it is laid on."""
    glass = Fbo(size=size)
    for one in (ClearColor(*rgba(outermost)[:3], 0), ClearBuffers(), *shapes):
        glass.add(one)
    glass.draw()
    glass.texture.min_filter = glass.texture.mag_filter = "nearest"
    return glass.texture


@cache
def rgba(colour: str) -> tuple[float, ...]:
    """`#RRGGBB` as Kivy draws with it."""
    return tuple(get_color_from_hex(colour))
