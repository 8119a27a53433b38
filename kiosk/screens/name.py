"""Asking the name: the keyboard, what is typed so far, and why it is asked."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from kiosk import fonts
from kiosk.keyboard import FROM_THE_RIGHT, GROUPS, KEY_FACE, LETTERS, TILES, scanned
from kiosk.keyboard import Page as Letters
from kiosk.layout import GRID, Box, NamePlaces
from kiosk.screens.about import about, about_left_of
from kiosk.screens.field import Field
from kiosk.screens.page import ATTENTION, BACK, ERASE, KEY, PLAIN, PRIMARY, QUIET, TONED, Page
from kiosk.screens.parts import Card, Press
from kiosk.screens.text import text_width
from kiosk.steering import together
from kiosk.visitor import Visitor
from kiosk.voice.letters import PAGES_CALLED, UP_TO, called
from retention.base.translations import N_

Place = TypeVar("Place", Press, Box)

WIPE = N_("Wipe a letter")
ABOUT_MM = 12.0
JOINER = "\u200c"  # keeps letters of a tile apart that would join to a word
REASON = N_("For your safety. Kept for today only.")


def question(visitor: Visitor) -> str:
    """Of two who come together the second is asked as the other."""
    return N_("What is the other's name?") if visitor.beside else N_("What is your name?")


class Name(Page):
    """ "Hoe heet u?" """

    def build(self) -> None:
        places = self.layout.name_places()
        self.band(places.band)
        self.quiet = TONED if self.layout.portrait else PLAIN
        self.notice(places)
        field, go_on = places.field, places.go_on
        # One tap from where a name is asked: beside the field, or low in portrait, where everybody reaches.
        if self.layout.portrait:
            go_on = about_left_of(self, go_on)
        elif places.about is not None:
            about(self, places.about)
        else:
            wide = max(field.h, 2 * ABOUT_MM)
            about(self, field.right_part(wide))
            field = field.left_part(field.w - wide - GRID)
        self.field = Field(self, field)
        self.board: Keys | Tiles = Tiles(self, places) if places.grouped else Keys(self, places)
        size = self.layout.title_size
        self.button(go_on, self._("Next"), self.flow.coming.go_on, PRIMARY, size=size, main=True)
        self.refresh()

    def notice(self, places: NamePlaces) -> None:
        """The question and the reason; a notice takes the place of the reason, or of both in a small room."""
        size, kind = self.layout.title_size, self.quiet
        if places.reason is not None:
            self.words(self._(question(self.flow.visitor)), places.title, size, kind=kind, bold=True)
        strip = inside = places.reason or places.title
        if self.layout.portrait or places.reason is None:  # the sentence begins where the question does
            strip = strip.inset(-GRID, 0)
        else:
            inside = strip.inset(GRID, 0)
        self.room = inside
        corner = GRID * self.layout.panel.density
        self.signal = Card(ground=self.look(kind).ground, corner=corner, **self.place(strip))
        self.add_widget(self.signal)
        if places.reason is not None:
            self.usual, self.usual_size = REASON, self.fitting(self._(REASON), inside, self.layout.body)
            self.sentence = self.words(self._(REASON), inside, self.layout.body, kind=kind)
        else:
            self.usual = question(self.flow.visitor)
            self.usual_size = self.fitting(self._(self.usual), inside, size, bold=True, lines=2)
            self.sentence = self.words(self._(self.usual), inside, self.usual_size, kind=kind, bold=True)

    def refresh(self) -> None:
        typed = self.flow.visitor.typed
        self.field.show(typed.text)
        self.board.refresh()
        self.say(self.flow.notice)

    def say(self, notice: str) -> None:
        """What to do, in the place of the reason; never what went wrong."""
        kind = self.look(ATTENTION if notice else self.quiet)
        size = self.fitting(self._(notice), self.room, self.layout.body) if notice else self.usual_size
        self.sentence.font_size = size * self.layout.panel.density
        self.sentence.font_name = (fonts.BOLD if self.usual is not REASON and not notice else fonts.TEXT).file
        self.sentence.text = self._(notice or self.usual)
        self.sentence.ground = self.signal.ground = kind.ground
        self.sentence.ink = kind.ink


class Keys:
    """A key for every letter."""

    def __init__(self, page: Name, places: NamePlaces) -> None:
        self._page, self._typing = page, page.flow.typing
        self._letters = [
            page.button(place, "", self._typing.erase, KEY, letter=True, key=True) for place in places.keys
        ]
        self._together = together(sum(place.y == places.keys[0].y for place in places.keys))
        self._size = min(page.layout.title_size * 0.9, min(place.h for place in places.keys) * 0.72)
        self._room = min(place.w for place in places.keys) - 2
        *turns, space, erase = places.tools
        self._turns = {
            further: page.button(place, KEY_FACE[further], partial(self._typing.turn, further), QUIET, letter=True)
            for further, place in zip(page.flow.visitor.typed.further, turns, strict=True)
        }
        page.button(space, page._("space"), self._typing.space, KEY, letter=True)
        draw_erase(page, erase, self._typing.erase, letter=True)

    def refresh(self) -> None:
        typed = self._page.flow.visitor.typed
        letters = LETTERS[typed.page]
        if self._page.flow.choices.scanning:
            letters = scanned(letters, self._together)
        widest = max(text_width(letter, 1) for letter in letters)  # some Arabic letters are very wide
        size = min(self._size, self._room / widest) * self._page.layout.panel.density
        keys = in_order(self._letters, leftward=typed.page in FROM_THE_RIGHT)
        for key, letter in zip(keys, letters, strict=True):
            key.label.font_size = size
            key.label.text = typed.face(letter)
            key.act = partial(self._typing.letter, letter)
        for turn, key in self._turns.items():
            brings(self._page, key, typed.home if typed.page is turn else turn)


class Tiles:
    """Five letters on a tile: one tap shows them large, another takes one. The last tile leads back."""

    def __init__(self, page: Name, places: NamePlaces) -> None:
        self._page, self._typing, self._places = page, page.flow.typing, places.keys
        self._tiles: list[Press] = []
        accents, space, erase = places.tools
        self._accents = page.button(accents, "", self._typing.turn_on, QUIET)
        page.button(space, page._("space"), self._typing.space, KEY)
        draw_erase(page, erase, self._typing.erase)

    def refresh(self) -> None:
        for tile in self._tiles:
            self._page.remove_widget(tile.label)
            self._page.remove_widget(tile)
        typed = self._page.flow.visitor.typed
        groups = GROUPS[typed.page]
        # The places are those before a whole screen is mirrored.
        places = in_order(self._places, leftward=(typed.page in FROM_THE_RIGHT) is not self._page.rtl)
        if typed.group is None:
            self._tiles = [
                self._tile(place, JOINER.join(letters), partial(self._typing.open, number))
                for number, (place, letters) in enumerate(zip(places, groups, strict=True))
            ]
        else:
            self._tiles = [
                self._tile(place, typed.face(letter), partial(self._typing.letter, letter), 1.3)
                for place, letter in zip(places[: TILES - 1], groups[typed.group], strict=False)
            ]
            self._tiles.append(self._back(places[-1]))
        brings(self._page, self._accents, typed.next_page())

    def _tile(self, place: Box, text: str, act: partial[None], grown: float = 1.0) -> Press:
        spoken = page_range(self._page, text) if len(text) > 1 else ""
        return self._page.button(place, text, act, KEY, size=self._page.layout.body * grown, key=True, spoken=spoken)

    def _back(self, place: Box) -> Press:
        spoken = self._page.whisper("Back")
        tile = self._page.surface(place, partial(self._typing.open, None), QUIET, spoken=spoken)
        side = self._page.layout.body
        tile.label = self._page.glyph(BACK, place.inset(0, (place.h - side) / 2), kind=QUIET)
        return tile


def brings(page: Page, key: Press, letters: Letters) -> None:
    """What stands on a key that brings other letters, and what it is called."""
    key.label.text, key.spoken = KEY_FACE[letters], page.whisper(PAGES_CALLED[letters])


def page_range(page: Page, letters: str) -> str:
    """What a tile with a few letters is called."""
    signs = letters.replace(" ", "")
    first, last = (called(sign, page.whisper) for sign in (signs[0], signs[-1]))
    return page.whisper(UP_TO).format(first=first, last=last)


def in_order(places: Iterable[Place], *, leftward: bool) -> list[Place]:
    """Places row by row, as they are read in a script from the left or from the right."""
    return sorted(places, key=lambda place: (-place.y, -place.x if leftward else place.x))


def draw_erase(page: Page, place: Box, act: Callable[[], object], *, letter: bool = False) -> None:
    """The key that takes the last letter away."""
    page.surface(place, act, QUIET, letter=letter, spoken=page.whisper(WIPE))
    side = max(3 * GRID, page.layout.body * 0.9)
    page.glyph(ERASE, place.inset(0, (place.h - side) / 2), kind=QUIET)
