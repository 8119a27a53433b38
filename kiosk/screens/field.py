"""What is typed so far, drawn in runs of one font; the only part that ever holds a name, and it goes with its page."""

from kivy.uix.widget import Widget

from kiosk import bidi
from kiosk.layout import GRID, Box
from kiosk.screens.page import Page
from kiosk.screens.parts import Card, Ground
from kiosk.screens.text import text_width
from kiosk.theme import Role

FROM_THE_END = "…"
LINE_EM = 1.3  # one line alone needs less than lines among themselves


class Field:
    """A line of text in a frame with a caret behind it. Long names grow smaller, then show their end."""

    def __init__(self, page: Page, box: Box) -> None:
        self._page, self._box = page, box
        density = page.layout.panel.density
        self._kind = page.look(Role.KEY)
        ground, edge = self._kind.ground, page.palette.ink
        card = Card(ground=ground, edge=edge, edge_width=0.4 * density, corner=GRID * density, **page.place(box))
        page.add_widget(card)
        self._parts: list[Widget] = []
        self._least = page.layout.readable

    def show(self, text: str) -> None:
        """Draw this text and no other; what was drawn before is dropped."""
        for part in self._parts:
            self._page.remove_widget(part)
        self._parts.clear()
        inside = self._box.inset(GRID * 1.5, 0)
        room = inside.w - GRID
        size, shown = max(min(self._page.layout.title_size, self._box.h / LINE_EM), self._least), text
        while size > self._least and text_width(shown, size) > room:
            size = max(size - 1, self._least)
        while text_width(shown, size) > room:
            shown = FROM_THE_END + shown.removeprefix(FROM_THE_END)[1:]
        self._draw(shown, inside, size)

    def _draw(self, text: str, inside: Box, size: float) -> None:
        """The text, and a caret where the next letter goes: at its left where its script runs to the left."""
        wide = text_width(text, size)
        onward = not text or bidi.leftward(text) == self._page.rtl
        left = inside.x + (0 if onward else GRID / 2)
        if text:
            place = Box(left, self._box.y, wide + 1, self._box.h)
            name = self._page.words(text, place, size, kind=self._kind, fitted=True, personal=True)
            self._add(name)
        caret = Box(left + wide + 0.6 if onward else inside.x, self._box.y + (self._box.h - size) / 2, 0.8, size)
        self._add(Ground(ground=self._kind.ink, **self._page.place(caret)))

    def _add(self, part: Widget) -> None:
        self._parts.append(part)
        if part.parent is None:
            self._page.add_widget(part)
