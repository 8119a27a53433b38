"""What is typed so far, drawn in runs of one font; the only part that ever holds a name, and it goes with its page."""

from typing import Any

from kivy.core.text import Label as Measure
from kivy.uix.widget import Widget

from kiosk import fonts
from kiosk.layout import GRID, Box
from kiosk.screens.parts import Card, Ground, Words
from kiosk.theme import Role

UNKNOWN = "·"  # stands for a letter no font can draw; the sentence beside it says so
FROM_THE_END = "…"
LINE_EM = 1.3


class Field:
    """A line of text in a frame with a caret behind it. Long names grow smaller, then show their end."""

    def __init__(self, page: Any, box: Box) -> None:
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
        least = self._least
        size = min(self._page.layout.title_size, self._box.h / LINE_EM)
        while size > least and self._width(text, size) > room:
            size = max(size - 1, least)
        shown, cut = text, False
        while self._width(shown, size) > room - (self._width(FROM_THE_END, size) if cut else 0):
            shown, cut = shown[1:], True
        pieces = fonts.runs(FROM_THE_END + shown if cut else shown)
        # Where the next letter goes: behind the name, which is at its left in a script that runs to the left.
        leftward = any(run.face and run.face.direction == "rtl" for run in pieces[-1:])
        left = inside.x + (GRID / 2 if leftward else 0)
        for run in pieces:
            left += self._draw(run, left, size)
        self._caret(inside.x if leftward else left, size)

    def _draw(self, run: fonts.Run, left: float, size: float) -> float:
        face, words = (run.face, run.text) if run.face else (fonts.TEXT, UNKNOWN * len(run.text))
        size = self._beside(face, size)
        wide = self._run_width(words, face, size)
        label = Words(
            text=words,
            font_name=face.file,
            font_size=size * self._page.layout.panel.density,
            font_script_name=face.script,
            font_direction=face.direction,
            ink=self._kind.ink,
            ground=self._kind.ground,
            personal=True,
            **self._page.place(Box(left, self._box.y, wide, self._box.h)),
        )
        label.text_size = (None, None)
        label.texture_update()
        # Shaped, a word of joined letters is narrower than its letters were measured.
        label.width = label.texture_size[0]
        self._add(label)
        shaped: float = label.width / self._page.layout.panel.density
        return shaped

    def _width(self, text: str, size: float) -> float:
        wide = 0.0
        for run in fonts.runs(text):
            face, words = (run.face, run.text) if run.face else (fonts.TEXT, UNKNOWN * len(run.text))
            wide += self._run_width(words, face, self._beside(face, size))
        return wide

    def _run_width(self, text: str, face: fonts.Face, size: float) -> float:
        """In millimetres; never cached, for it is a name."""
        density = self._page.layout.panel.density
        label = Measure(
            text=text,
            font_name=face.file,
            font_size=size * density,
            font_script_name=face.script,
            font_direction=face.direction,
        )
        wide: float = label.get_extents(text)[0] / density
        return wide

    def _caret(self, left: float, size: float) -> None:
        place = Box(left + 0.6, self._box.y + (self._box.h - size) / 2, 0.8, size)
        self._add(Ground(ground=self._kind.ink, **self._page.place(place)))

    def _add(self, part: Widget) -> None:
        self._parts.append(part)
        self._page.add_widget(part)

    def _beside(self, face: fonts.Face, size: float) -> float:
        """Other scripts stand higher on their line than Andika's letters do."""
        return size if face is fonts.TEXT else max(size * 0.85, self._least)
