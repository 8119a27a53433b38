"""What all screens share: placing parts in millimetres, the strip that never changes place, buttons and headers.

A page is built anew each time it is shown and dropped when it goes, so that nothing typed stays behind in a widget.
"""

from collections.abc import Callable
from typing import Any

from kiosk import fonts
from kiosk.languages import FROM_THE_RIGHT
from kiosk.layout import GRID, Box
from kiosk.passes import COLOUR
from kiosk.screens.parts import Glyph, Ground, Press, Words
from kiosk.screens.setting import Setting
from kiosk.screens.text import LINE_EM, fitting, line_count, line_width, publish
from kiosk.screens.tile import Filling
from kiosk.theme import Kind, Role
from retention.base.translations import translator

BACK, GLOBE, VOICE, HELP = "\uf04d", "\uf1e7", "\uf57e", "\uf09e"
CHECK, ERASE, LOCK = "\uf12c", "\uf06e", "\uf33e"
MIRRORED = {BACK: "\uf054"}
LINE_MM = 0.8

SECOND, QUIET, KEY, TONED, PLAIN = Role.SECOND, Role.QUIET, Role.KEY, Role.TONED, Role.PLAIN
PRIMARY, ATTENTION = Role.PRIMARY, Role.ATTENTION
Look = Role | Kind
"""How a part looks: by its role, or on its own where that is what it tells (a pass)."""


class Page(Ground):
    """One screen. Subclasses place their parts in `build` and follow small changes in `refresh`."""

    goes_back = True
    is_window = True
    secret = False  # what is typed is said to nobody but the headphone

    def __init__(self, setting: Setting) -> None:
        panel = setting.layout.panel
        self.palette = setting.palette
        super().__init__(ground=self.palette.paper, size_hint=(None, None), pos=(0, 0))
        self.size = (panel.width * panel.density, panel.height * panel.density)
        self.setting, self.flow, self.layout = setting, setting.flow, setting.layout
        self.primary = PRIMARY
        self.under_strip: Look = PLAIN if self.layout.portrait else TONED
        self.shows = self.flow.shown
        self.rtl = self.flow.language in FROM_THE_RIGHT
        self._translate = translator(self.flow.language, "kiosk")
        self.said: list[str] = []
        self._changing: list[Any] = []
        self._told = slice(0, 0)  # which of it was said by `instead`
        self.build()
        self.frame()

    def build(self) -> None:
        """Place the parts of this screen."""
        raise NotImplementedError

    def _(self, sentence: str) -> str:
        """The sentence in the visitor's language; what a screen says is remembered, to be held short."""
        said = self._translate(sentence)
        publish(said)
        self.said.append(said)
        return said

    def whisper(self, sentence: str) -> str:
        """What is only spoken, in the visitor's language."""
        return self._translate(sentence)

    def refresh(self) -> None:
        """Follow what changed without a change of screen."""

    def look(self, look: Look) -> Kind:
        """The colours of a role, as this visitor wants them."""
        return self.palette.kind(look) if isinstance(look, Role) else look

    def pass_kind(self, colour: str) -> Kind:
        """A pass's colour as the look of something to tap."""
        return self.palette.pass_kind(COLOUR[colour].fill, COLOUR[colour].ink)

    def fitting(self, text: str, box: Box, size: float, *, bold: bool = False, lines: int = 9) -> float:
        """The largest size up to the one asked at which the text stands in the box; never below what can be read."""
        return fitting(text, box, size, least=self.layout.readable, bold=bold, lines=lines)

    def instead(self, say: Callable[[], None]) -> None:
        """Put words in the place of those said here before; what can be tapped stays, also under a finger."""
        for part in self._changing:
            self.remove_widget(part)
        del self.said[self._told]
        begun, before = len(self.said), set(self.children)
        say()
        self._told = slice(begun, len(self.said))
        self._changing = [part for part in self.children if part not in before]

    # Placing

    def place(self, box: Box) -> dict[str, Any]:
        """Position and size in whole pixels, so that edges are sharp; mirrored for languages from the right."""
        if self.rtl:
            box = Box(self.layout.panel.width - box.right, box.y, box.w, box.h)
        density = self.layout.panel.density
        left, low, right, top = (round(edge * density) for edge in (box.x, box.y, box.right, box.top))
        return {"pos": (left, low), "size": (right - left, top - low), "size_hint": (None, None)}

    def words(
        self,
        text: str,
        box: Box,
        size: float,
        *,
        kind: Look = PLAIN,
        bold: bool = False,
        halign: str = "left",
        fitted: bool = False,
        personal: bool = False,
    ) -> Words:
        """Text in a box, as large as asked or as fits, never smaller than can be read; in the middle of the height."""
        size, kind = size if fitted else self.fitting(text, box, size, bold=bold), self.look(kind)
        label = Words(
            text=text,
            font_name=(fonts.BOLD if bold else fonts.TEXT).file,
            font_size=size * self.layout.panel.density,
            ink=kind.ink,
            ground=kind.ground,
            halign={"left": "right", "right": "left"}.get(halign, halign) if self.rtl else halign,
            personal=personal,
            **self.place(box),
        )
        self.add_widget(label)
        return label

    def glyph(self, picture: str, box: Box, *, kind: Look = PLAIN) -> Glyph:
        """A picture as high as its box."""
        size, kind = min(box.w, box.h) * self.layout.panel.density, self.look(kind)
        picture = MIRRORED.get(picture, picture) if self.rtl else picture
        label = Glyph(text=picture, font_size=size, ink=kind.ink, ground=kind.ground, **self.place(box))
        self.add_widget(label)
        return label

    def surface(self, box: Box, act: Callable[[], object], kind: Look, *, around: str = "", **kwargs: Any) -> Press:
        """Something to tap, still without words; `around` is the colour it lies on."""
        density, kind = self.layout.panel.density, self.look(kind)
        press = Press(
            self.setting.taps,
            density,
            act,
            ground=kind.ground,
            around=around or self.palette.paper,
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
        kind: Look,
        *,
        glyph: str = "",
        size: float = 0,
        **kwargs: Any,
    ) -> Press:
        """A button: a picture and a word or two beside it, in the middle together."""
        press = self.surface(box, act, kind, **kwargs)
        size = size or self.layout.body
        inside = box.inset(
            0.5 if kwargs.get("letter") or kwargs.get("key") else GRID if glyph or kwargs.get("main") else GRID / 2, 0
        )
        if glyph:
            across = size * 1.25
            room = Box(inside.x, inside.y, inside.w - across - GRID, inside.h)
            size = self.fitting(text, room, size, bold=kwargs.get("main", False))
            wide = min(line_width(text, size, bold=kwargs.get("main", False)) + 1, room.w)
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
        kind = TONED if self.layout.portrait else PLAIN
        if under:
            below = place.lower(self.layout.body * LINE_EM * line_count(under, place.w, self.layout.body))
            self.words(under, below, self.layout.body, kind=kind)
            place = place.above(below, 0.2 if self.layout.larger else GRID / 2)
        lines = self.layout.title_size * LINE_EM * line_count(text, place.w, self.layout.title_size, bold=True)
        self.words(text, place.lower(min(place.h, lines)), self.layout.title_size, kind=kind, bold=True)

    def band(self, band: Box) -> None:
        """The area of the question; where there are two colours only, a line ends it."""
        self.area(band, self.palette.tone)
        if self.palette.spare:
            upright = band.h >= self.layout.panel.height
            edge = Box(band.right - LINE_MM, band.y, LINE_MM, band.h) if upright else band.lower(LINE_MM)
            self.area(edge, self.palette.line)

    def area(self, box: Box, colour: str) -> None:
        """A plain area of this colour."""
        self.add_widget(Ground(ground=colour, **self.place(box)))

    def picture_title(self, picture: str, text: str, under: str, room: Box, kind: Look) -> None:
        """A large picture with a sentence or two under it, in the middle of a room: screens that only tell."""
        size = min(room.h * 0.4, room.w * 0.5)
        lines = self.layout.title_size * LINE_EM * line_count(text, room.w, self.layout.title_size, bold=True)
        more = self.layout.body * 1.1 * LINE_EM * line_count(under, room.w, self.layout.body * 1.1) if under else 0
        free = room.h - size - lines - more - self.layout.gap
        size += min(free, 0)
        top = room.top - max(free, 0) / 2
        if size >= self.layout.body:  # a smaller one would tell nothing
            self.glyph(picture, Box(room.x, top - size, room.w, size), kind=kind)
        words = Box(room.x, top - size - self.layout.gap - lines, room.w, lines)
        self.words(text, words, self.layout.title_size, kind=kind, bold=True, halign="center")
        if under:
            self.words(
                under, Box(room.x, words.y - more, room.w, more), self.layout.body * 1.1, kind=kind, halign="center"
            )

    # The strip that is always in the same place

    def frame(self) -> None:
        """ "Terug", "Hulp", "Voorlezen", and how the visitor wants to be served."""
        self.strip(self.layout.help, HELP, self._("Help"), self.flow.helping.call)
        if self.goes_back:
            self.strip(self.layout.back, BACK, self._("Back"), self.flow.back)
        if self.flow.listening.offered or self.flow.choices.scanning:
            self.strip(self.layout.voice, VOICE, self._("Listen"), self.flow.listening.begin)
        self.strip(self.layout.serving, GLOBE, self._("Other"), self.flow.serving.begin)

    def strip(self, box: Box, glyph: str, text: str, act: Callable[[], object]) -> Press:
        """A button of the strip: a picture and a word."""
        kind = SECOND if self.under_strip in (ATTENTION, Role.ALARM) else QUIET
        return self.tile(box, glyph, text, act, kind, around=self.look(self.under_strip).ground, pad=0.25)

    def tile(
        self,
        box: Box,
        glyph: str,
        text: str,
        act: Callable[[], object],
        kind: Look,
        *,
        pad: float = 2.0,
        needed: bool = False,
        **kwargs: Any,
    ) -> Press:
        """An answer with a picture and a word on it; the picture is always there where it is `needed`."""
        press = self.surface(box, act, kind, **kwargs)
        press.label, press.glyph = Filling(self, glyph, text, kind, self.layout.body, needed).on(box, pad)
        return press
