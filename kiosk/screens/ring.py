"""The ring round what has the focus: thick, in two tones, so that it stands out from whatever lies under it."""

from typing import Any

from kivy.graphics import Color, Line
from kivy.uix.widget import Widget

from kiosk.layout import GRID, Box
from kiosk.screens.shapes import rgba
from kiosk.theme import INK

OUTER_MM, INNER_MM = 3.0, 1.4
GLOW = "#FFEB3B"


class Ring(Widget):
    """Lies over the page and is never touched."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(size_hint=(None, None), size=(0, 0), **kwargs)

    def show(self, box: Box | None, density: float) -> None:
        """Round this box, in millimetres; nowhere for None."""
        self.canvas.clear()
        if box is None:
            return
        around = box.inset(-OUTER_MM / 2)
        shape = (*(part * density for part in (around.x, around.y, around.w, around.h)), GRID * density)
        for tone, wide in ((INK, OUTER_MM), (GLOW, INNER_MM)):
            self.canvas.add(Color(*rgba(tone)))
            self.canvas.add(Line(rounded_rectangle=shape, width=wide * density / 2))
