"""Asking the name: the keyboard, what is typed so far, and why it is asked."""

from functools import partial

from kiosk.keyboard import LETTERS
from kiosk.keyboard import Page as Letters
from kiosk.layout import GRID, Box
from kiosk.screens.field import Field
from kiosk.screens.page import KEY, QUIET, SECOND, TONED, Page
from kiosk.screens.parts import Card
from kiosk.theme import ATTENTION
from kiosk.visitor import Visitor
from retention.base.translations import N_

ERASE = "\uf06e"
PLAIN, WEST, EAST = "abc", "é ë ï", "ć ł ş"
REASON = N_("For your safety. Kept for today only.")


def question(visitor: Visitor) -> str:
    """Of two who come together the second is asked as the other."""
    return N_("What is the other's name?") if visitor.beside else N_("What is your name?")


class Name(Page):
    """ "Hoe heet u?" """

    def build(self) -> None:
        places = self.layout.name_places()
        self.band(places.band)
        kind = TONED if self.layout.portrait else SECOND
        self.words(self._(question(self.flow.visitor)), places.title, self.layout.title_size, kind=kind, bold=True)
        strip, inside = places.reason, places.reason.inset(GRID, 0)
        if self.layout.portrait:  # the sentence stands under the question, its strip a little wider
            strip, inside = Box(strip.x - GRID, strip.y, strip.w + 2 * GRID, strip.h), strip
        self.strip = Card(ground=kind.ground, corner=GRID * self.layout.panel.density, **self.place(strip))
        self.add_widget(self.strip)
        self.reason = self.words(self._(REASON), inside, self.layout.body, kind=kind)
        self.quiet = kind.ground
        self.field = Field(self, places.field)
        self.letters = [self.button(place, "", self.flow.typing.erase, KEY, letter=True) for place in places.keys]
        for key in self.letters:
            key.label.font_size = self.layout.title_size * 0.9 * self.layout.panel.density
        self.tools(places.tools)
        size = self.layout.title_size
        self.button(places.go_on, self._("Next"), self.flow.coming.go_on, self.primary, size=size, main=True)
        self.refresh()

    def tools(self, places: list[Box]) -> None:
        west, east, space, erase = places
        self.west = self.button(west, WEST, lambda: self.flow.typing.turn(Letters.WEST), QUIET, letter=True)
        self.east = self.button(east, EAST, lambda: self.flow.typing.turn(Letters.EAST), QUIET, letter=True)
        self.button(space, self._("space"), self.flow.typing.space, KEY, letter=True)
        self.surface(erase, self.flow.typing.erase, QUIET, letter=True)
        self.glyph(ERASE, erase.inset(GRID, (erase.h - 3 * GRID) / 2), kind=QUIET)

    def refresh(self) -> None:
        typed = self.flow.visitor.typed
        self.field.show(typed.text)
        for key, letter in zip(self.letters, LETTERS[typed.page], strict=True):
            key.label.text = typed.face(letter)
            key.act = partial(self.flow.typing.letter, letter)
        self.west.label.text = PLAIN if typed.page is Letters.WEST else WEST
        self.east.label.text = PLAIN if typed.page is Letters.EAST else EAST
        self.say(self.flow.notice)

    def say(self, notice: str) -> None:
        """What to do, in the place of the reason; never what went wrong."""
        self.reason.text = self._(notice or REASON)
        self.reason.ground = self.strip.ground = ATTENTION if notice else self.quiet
