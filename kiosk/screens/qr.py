"""A QR code drawn as rectangles: dark modules on white, with the four modules of quiet that readers need around it."""

from typing import Any

import segno
from kivy.graphics import Color, Rectangle
from kivy.uix.widget import Widget

from kiosk.screens.shapes import rgba
from kiosk.theme import BLACK, WHITE

QUIET_MODULES = 4


class Qr(Widget):
    """The code of an address; black on white in every mode, for it is read by telephones."""

    ground, ink = WHITE, BLACK

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = [bytes(row) for row in segno.make_qr(address, error="m").matrix]
        self.bind(pos=self._draw, size=self._draw)
        self._draw()

    @property
    def across(self) -> int:
        """Modules from edge to edge, the quiet ones included."""
        return len(self.rows) + 2 * QUIET_MODULES

    def _draw(self, *_: object) -> None:
        module = int(min(self.size) // self.across) or min(self.size) / self.across  # whole pixels: edges stay sharp
        side = module * self.across
        left, top = self.center_x - side / 2, self.center_y + side / 2
        self.canvas.clear()
        self.canvas.add(Color(*rgba(self.ground)))
        self.canvas.add(Rectangle(pos=(left, top - side), size=(side, side)))
        self.canvas.add(Color(*rgba(self.ink)))
        for line, row in enumerate(self.rows):
            low = top - (QUIET_MODULES + line + 1) * module
            for first, length in _runs(row):
                place = left + (QUIET_MODULES + first) * module, low
                self.canvas.add(Rectangle(pos=place, size=(length * module, module)))


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Where dark modules follow one another, and how many: one rectangle for each."""
    found: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if dark and found and sum(found[-1]) == place:
            found[-1] = found[-1][0], found[-1][1] + 1
        elif dark:
            found.append((place, 1))
    return found
