"""The parts every screen is made of: words, pictures, cards, what can be tapped, and the pattern of a colour.

A part knows its ink and its ground, so that a test can hold every one of them against the numbers.
"""

from collections.abc import Callable
from math import pi, sin
from typing import Any

from kivy.clock import Clock
from kivy.graphics import BorderImage, Color, Ellipse, InstructionGroup, Line, Rectangle, Triangle
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk import fonts
from kiosk.screens.shapes import Arch, Plate, arch, plate, rgba
from kiosk.screens.text import Setting, Shaped, Sign, shaped, sign
from kiosk.taps import Taps
from kiosk.theme import BLACK, INK, PAPER, WHITE, luminance, mixed

UNDER_A_FINGER = 0.22
DARK = 0.02  # what is nearly black grows lighter under a finger


class Part(Widget):
    """A widget that draws itself: rules in a .kv file would cost a screen twice what all else of it costs."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(__no_builder=True, size_hint=kwargs.pop("size_hint", (None, None)), **kwargs)
        self._paint()
        self.bind(pos=self._move, size=self._move)

    def _paint(self) -> None:
        """Put on the canvas what it is drawn with."""

    def _move(self, *_: object) -> None:
        """Follow the place."""


def draw_plainly() -> None:
    """What has one colour needs no points mixed of several: without a graphics card that takes half the time."""
    plain = Rectangle().texture
    plain.min_filter = plain.mag_filter = "nearest"


class Ground(Part):
    """A plain area of one colour."""

    ground = StringProperty(PAPER)
    is_window = False  # the whole window, which has been filled with this colour before anything is drawn

    def _paint(self) -> None:
        self._tone, self._area = Color(*rgba(self.ground)), Rectangle(pos=self.pos, size=self.size)
        if not self.is_window:
            self.canvas.before.add(self._tone)
            self.canvas.before.add(self._area)
        self.bind(ground=self._colour)

    def _move(self, *_: object) -> None:
        self._area.pos, self._area.size = self.pos, self.size

    def _colour(self, *_: object) -> None:
        self._tone.rgba = rgba(self.ground)


class Drawn(Part):
    """Something written, in the middle of its place: a texture in one ink."""

    text = StringProperty("")
    font_size = NumericProperty(0)
    font_name = StringProperty(fonts.TEXT.file)
    ink = StringProperty(INK)
    ground = StringProperty(PAPER)

    def _paint(self) -> None:
        self._tone, self._area = Color(*rgba(self.ink)), Rectangle(size=(0, 0))
        self.canvas.add(self._tone)
        self.canvas.add(self._area)
        self.texture_size = (0, 0)
        self._again = Clock.create_trigger(self.texture_update, -1)
        self.texture_update()
        self.bind(text=self._again, font_size=self._again, font_name=self._again, ink=self._colour)

    def _colour(self, *_: object) -> None:
        self._tone.rgba = rgba(self.ink)

    def texture_update(self, *_: object) -> None:
        """Set the text anew, as large and in the font it has now."""
        self._label = self._written() if self.text.strip() else None
        if self._label is None or self._label.texture is None:
            self._area.size = self.texture_size = (0, 0)
            return
        self._area.texture = self._label.texture
        self._area.size = self.texture_size = tuple(self._label.texture.size)
        self._move()

    def _move(self, *_: object) -> None:
        if self._label is not None:
            wide, along = self._label.whole
            self._area.pos = int(self.center_x - wide / 2) + self._label.shift, int(self.center_y - along / 2)

    def _written(self) -> Shaped | Sign:
        raise NotImplementedError


class Words(Drawn):
    """Text on a known ground; it wraps within its width. `personal`: not everybody may hear it."""

    spoken = StringProperty("")  # where it is said otherwise than it is written
    personal = BooleanProperty(False)
    halign = StringProperty("left")

    def _written(self) -> Shaped:
        size, across = float(self.font_size), int(self.width)
        return shaped(self.text, Setting(self.font_name, size, self.halign, across), keep=not self.personal)


class Glyph(Drawn):
    """One picture of the picture font, flat and in one colour."""

    font_name = StringProperty(fonts.PICTURES.file)

    def _written(self) -> Sign:
        return sign(self.text, self.font_name, float(self.font_size))


class Card(Part):
    """A surface with round corners; `around` is what it lies on."""

    ground = StringProperty(PAPER)
    around = StringProperty(PAPER)
    edge = StringProperty("")
    corner = NumericProperty(0)
    edge_width = NumericProperty(1)
    down = BooleanProperty(False)

    @property
    def paint(self) -> str:
        """The colour it shows: another one under a finger."""
        dark = luminance(self.ground) < DARK
        return mixed(self.ground, WHITE if dark else BLACK, UNDER_A_FINGER * self.down)

    def _paint(self) -> None:
        self._area = BorderImage(auto_scale="off")
        self.canvas.before.add(Color(1, 1, 1))
        self.canvas.before.add(self._area)
        self._move()
        self.bind(ground=self._move, down=self._move)

    def _move(self, *_: object) -> None:
        wide = self.edge_width if self.edge else 0.0
        look = Plate(self.paint, self.edge, wide, self.corner).within(min(self.size))
        out = look.margin
        self._area.texture, self._area.border = plate(look), [look.border] * 4
        self._area.pos = self.x - out, self.y - out
        self._area.size = self.width + 2 * out, self.height + 2 * out


class Press(Card):
    """Something to tap: it acts when the finger is lifted on it, and not when the finger has slid off."""

    letter = BooleanProperty(False)
    key = BooleanProperty(False)  # it writes a letter of a name
    spoken = StringProperty("")  # its name, where that is not what stands on it
    language = StringProperty("")  # ... and of that, where it is not the page's
    main = BooleanProperty(False)
    label = ObjectProperty(None)
    glyph = ObjectProperty(None)
    check = ObjectProperty(None)

    def __init__(self, taps: Taps, density: float, act: Callable[[], object], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._taps, self._density, self.act, self._turn = taps, density, act, 0

    def on_touch_down(self, touch: Any) -> bool:
        if touch.is_mouse_scrolling or not self.collide_point(*touch.pos):
            return False
        if self._taps.accepts(touch.x / self._density, touch.y / self._density, letter=self.letter):
            touch.grab(self)
            self.down, self._turn = True, self._taps.turn
        return True

    def on_touch_move(self, touch: Any) -> bool:
        if touch.grab_current is self:
            self.down = self.collide_point(*touch.pos)
        return False

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        meant, self.down = self.down and self.collide_point(*touch.pos), False
        # A page that has gone meanwhile acts no more, nor does what has lain there for so long that another counted.
        if meant and self.parent is not None and self._turn == self._taps.turn:
            self.act()
        return True


class Ribbon(Widget):
    """The pattern of a colour, so that it is known without seeing colour: a row of one motif."""

    def __init__(self, pattern: str, ink: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pattern, self.ink = pattern, ink
        self.bind(pos=self._draw, size=self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        self.canvas.add(Color(*rgba(self.ink)))
        if self.pattern in ("lines", "waves", "zigzag"):
            self._draw_line()
            return
        cell = self.height * 1.5
        count = max(int(self.width // cell), 1)
        step = self.width / count
        for number in range(count):
            group = InstructionGroup()
            for shape in self._motif(self.x + step * (number + 0.5), self.center_y, self.height / 2):
                group.add(shape)
            self.canvas.add(group)

    def _motif(self, x: float, y: float, half: float) -> list[Any]:
        if self.pattern == "dots":
            return [Ellipse(pos=(x - half, y - half), size=(2 * half, 2 * half))]
        if self.pattern == "squares":
            return [Rectangle(pos=(x - half * 0.9, y - half * 0.9), size=(1.8 * half, 1.8 * half))]
        if self.pattern == "bars":
            return [Rectangle(pos=(x - half * 0.45, y - half), size=(0.9 * half, 2 * half))]
        up = Triangle(points=[x - half, y - half, x + half, y - half, x, y + half])
        if self.pattern == "triangles":
            return [up]
        return [
            Triangle(points=[x - half, y, x + half, y, x, y + half]),
            Triangle(points=[x - half, y, x + half, y, x, y - half]),
        ]

    def _draw_line(self) -> None:
        half = self.height / 2
        if self.pattern == "lines":
            for share in (0.1, 0.9):
                self.canvas.add(
                    Rectangle(pos=(self.x, self.y + self.height * share - half / 5), size=(self.width, half / 2.5))
                )
            return
        turns = max(round(self.width / (self.height * 2.4)), 1)
        fine = 12 if self.pattern == "waves" else 2
        steps = turns * fine
        points: list[float] = []
        for number in range(steps + 1):
            height = sin(2 * pi * number / fine) if self.pattern == "waves" else (number % 2) * 2 - 1
            points += [self.x + self.width * number / steps, self.center_y + height * half * 0.75]
        self.canvas.add(Line(points=points, width=max(half / 4.5, 1), joint="round", cap="round"))


class Doorway(Part):
    """An open door in tones, from its frame inward: what greets on the first screen."""

    def __init__(self, tones: tuple[str, ...], thickness: float, **kwargs: Any) -> None:
        self.tones, self._thickness = tones, thickness
        super().__init__(**kwargs)

    def _paint(self) -> None:
        self._move()

    def _move(self, *_: object) -> None:
        self.canvas.clear()
        top = arch(Arch(self.tones, self._thickness, int(self.width)))
        straight = self.height - top.height
        for number, tone in enumerate(self.tones):
            aside = number * self._thickness
            self.canvas.add(Color(*rgba(tone)))
            self.canvas.add(Rectangle(pos=(self.x + aside, self.y), size=(self.width - 2 * aside, straight)))
        self.canvas.add(Color(1, 1, 1))
        self.canvas.add(Rectangle(texture=top, pos=(self.x, self.y + straight), size=top.size))
