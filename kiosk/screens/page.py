"""What all screens share: placing parts in millimetres, the strip with "Terug" and the language, fitting text.

A page is built anew each time it is shown and dropped when it goes, so that nothing typed stays behind in a widget.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from kivy.core.text import Label as Measure

from kiosk import fonts
from kiosk.layout import GRID, READABLE, Box
from kiosk.screens.parts import Glyph, Ground, Press, Words
from kiosk.screens.setting import Setting
from kiosk.theme import INK, PAPER, SAND, WHITE
from retention.base.translations import translator

BACK = "\uf04d"
LANGUAGE_NAMES = {"nl": "Nederlands", "en": "English"}
LINE_EM = 1.42
EDGE_TONE = "#6B7686"


@dataclass(frozen=True)
class Kind:
    """How something to tap looks."""

    ground: str
    ink: str
    edge: str = ""
    edge_mm: float = 0.8


SECOND = Kind(PAPER, INK, INK)
QUIET = Kind(PAPER, INK, EDGE_TONE, 0.4)
KEY = Kind(WHITE, INK, EDGE_TONE, 0.4)
TONED = Kind(SAND, INK)


class Page(Ground):
    """One screen. Subclasses place their parts in `build` and follow small changes in `refresh`."""

    goes_back = True
    around = ""  # what the strip lies on, where that is neither paper nor sand

    def __init__(self, setting: Setting) -> None:
        panel = setting.layout.panel
        super().__init__(ground=PAPER, size_hint=(None, None), pos=(0, 0))
        self.size = (panel.width * panel.density, panel.height * panel.density)
        self.setting, self.flow, self.layout = setting, setting.flow, setting.layout
        self.primary = Kind(setting.theme.action, WHITE)
        self.shows = (self.flow.step, self.flow.choices)
        self._translate = translator(self.flow.language, "kiosk")
        self.said: list[str] = []
        self._changing: list[Any] = []
        self._fixed = 0
        self.build()
        self.frame()

    def build(self) -> None:
        """Place the parts of this screen."""
        raise NotImplementedError

    def _(self, sentence: str) -> str:
        """The sentence in the visitor's language; what a screen says is remembered, to be held short."""
        self.said.append(self._translate(sentence))
        return self.said[-1]

    def refresh(self) -> None:
        """Follow what changed without a change of screen."""

    def instead(self, say: Callable[[], None]) -> None:
        """Put words in the place of those said here before; what can be tapped stays, also under a finger."""
        for part in self._changing:
            self.remove_widget(part)
        del self.said[self._fixed or len(self.said) :]
        self._fixed, before = len(self.said), set(self.children)
        say()
        self._changing = [part for part in self.children if part not in before]

    # Placing

    def place(self, box: Box) -> dict[str, Any]:
        """Position and size in pixels; round, so that edges are sharp."""
        density = self.layout.panel.density
        left, low, right, top = (round(edge * density) for edge in (box.x, box.y, box.right, box.top))
        return {"pos": (left, low), "size": (right - left, top - low), "size_hint": (None, None)}

    def words(
        self, text: str, box: Box, size: float, *, kind: Kind = SECOND, bold: bool = False, halign: str = "left"
    ) -> Words:
        """Text in a box, as large as asked or as fits, never smaller than can be read; in the middle of the height."""
        size = fitting(text, box, size, bold=bold)
        label = Words(
            text=text,
            font_name=(fonts.BOLD if bold else fonts.TEXT).file,
            font_size=size * self.layout.panel.density,
            ink=kind.ink,
            ground=kind.ground,
            halign=halign,
            valign="middle",
            **self.place(box),
        )
        self.add_widget(label)
        return label

    def glyph(self, picture: str, box: Box, *, kind: Kind = SECOND) -> Glyph:
        """A picture as high as its box."""
        size = min(box.w, box.h) * self.layout.panel.density
        label = Glyph(text=picture, font_size=size, ink=kind.ink, ground=kind.ground, **self.place(box))
        self.add_widget(label)
        return label

    def surface(self, box: Box, act: Callable[[], object], kind: Kind, *, around: str = PAPER, **kwargs: Any) -> Press:
        """Something to tap, still without words."""
        density = self.layout.panel.density
        press = Press(
            self.setting.taps,
            density,
            act,
            ground=kind.ground,
            around=around,
            edge=kind.edge,
            edge_width=max(kind.edge_mm * density / 2, 1),
            corner=GRID * density,
            **self.place(box),
            **kwargs,
        )
        self.add_widget(press)
        return press

    def button(
        self,
        box: Box,
        text: str,
        act: Callable[[], object],
        kind: Kind,
        *,
        glyph: str = "",
        size: float = 0,
        **kwargs: Any,
    ) -> Press:
        """A button: a picture and a word or two beside it, in the middle together."""
        press = self.surface(box, act, kind, **kwargs)
        size = size or self.layout.body
        inside = box.inset(0.5 if kwargs.get("letter") else GRID if glyph or kwargs.get("main") else GRID / 2, 0)
        if glyph:
            across = size * 1.25
            room = Box(inside.x, inside.y, inside.w - across - GRID, inside.h)
            size = fitting(text, room, size, bold=kwargs.get("main", False))
            wide = min(text_width(text, size, bold=kwargs.get("main", False)) + 1, room.w)
            left = inside.x + (inside.w - across - GRID - wide) / 2
            self.glyph(glyph, Box(left, box.y + (box.h - across) / 2, across, across), kind=kind)
            inside = Box(left + across + GRID, inside.y, wide, inside.h)
        label = self.words(
            text, inside, size, kind=kind, bold=kwargs.get("main", False), halign="left" if glyph else "center"
        )
        press.label = label
        return press

    def header(self, text: str, top: float, *, under: str = "") -> None:
        """The question of the screen on its toned area, above what is touched (which ends at `top`)."""
        band, place = self.layout.header(top)
        self.band(band)
        kind = TONED if self.layout.portrait else SECOND
        if under:
            below = place.lower(self.layout.body * LINE_EM * line_count(under, place.w, self.layout.body))
            self.words(under, below, self.layout.body, kind=kind)
            place = place.above(below, GRID / 2)
        lines = self.layout.title_size * LINE_EM * line_count(text, place.w, self.layout.title_size, bold=True)
        self.words(text, place.lower(min(place.h, lines)), self.layout.title_size, kind=kind, bold=True)

    def band(self, band: Box) -> None:
        self.add_widget(Ground(ground=SAND, **self.place(band)))

    def picture_title(self, picture: str, text: str, under: str, room: Box, kind: Kind) -> None:
        """A large picture with a sentence or two under it, in the middle of a room: screens that only tell."""
        size = min(room.h * 0.4, room.w * 0.5)
        lines = self.layout.title_size * LINE_EM * line_count(text, room.w, self.layout.title_size, bold=True)
        more = self.layout.body * 1.1 * LINE_EM * line_count(under, room.w, self.layout.body * 1.1) if under else 0
        free = room.h - size - lines - more - self.layout.gap
        size += min(free, 0)
        top = room.top - max(free, 0) / 2
        self.glyph(picture, Box(room.x, top - size, room.w, size), kind=kind)
        words = Box(room.x, top - size - self.layout.gap - lines, room.w, lines)
        self.words(text, words, self.layout.title_size, kind=kind, bold=True, halign="center")
        if under:
            self.words(
                under, Box(room.x, words.y - more, room.w, more), self.layout.body * 1.1, kind=kind, halign="center"
            )

    # The strip that is always in the same place

    def frame(self) -> None:
        """ "Terug", "Hulp" and the language."""
        around = self.around or (PAPER if self.layout.portrait else SAND)
        self.button(self.layout.help, self._("Help"), self.flow.helping.call, QUIET, around=around)
        if self.goes_back:
            self.button(self.layout.back, self._("Back"), self.flow.back, QUIET, glyph=BACK, around=around)
        other = self.flow.other_language()
        if other:
            name = LANGUAGE_NAMES[other]
            self.button(self.layout.language, name, self.flow.next_language, QUIET, around=around)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide text is on one line, in the unit of `size`."""
    return sum(_ems(word, bold) for word in text.split()) * size + _ems(" ", bold) * size * max(
        len(text.split()) - 1, 0
    )


def line_count(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """How many lines the text takes in this width."""
    lines, used = 1, 0.0
    for word in text.split():
        wide = _ems(word, bold) * size
        if used and used + _ems(" ", bold) * size + wide > width:
            lines, used = lines + 1, wide
        else:
            used += wide + (_ems(" ", bold) * size if used else 0)
    return lines


def fitting(text: str, box: Box, size: float, *, bold: bool = False, lines: int = 9) -> float:
    """The largest size up to the one asked at which the text stands in the box; never below what can be read."""
    while size > READABLE and not fits(text, box, size, bold=bold, lines=lines):
        size -= 0.5
    return max(size, READABLE)


def fits(text: str, box: Box, size: float, *, bold: bool = False, lines: int = 9) -> bool:
    """Whether the text stands in the box at this size."""
    longest = max((_ems(word, bold) for word in text.split()), default=0) * size
    taken = line_count(text, box.w - 0.5, size, bold=bold)
    return longest <= box.w - 0.5 and taken <= lines and taken * LINE_EM * size <= box.h


@cache
def _ems(word: str, bold: bool) -> float:
    # Only words of the screens and of the configuration come here, never what a visitor typed.
    face = fonts.BOLD if bold else fonts.TEXT
    return float(Measure(text=word, font_name=face.file, font_size=200).get_extents(word)[0]) / 200
