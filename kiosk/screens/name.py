"""Asking the name: the keyboard, what is typed so far, and why it is asked."""

from functools import partial

from kiosk.keyboard import FROM_THE_RIGHT, GROUPS, KEY_FACE, LETTERS, TILES, pages, scanned
from kiosk.keyboard import Page as Letters
from kiosk.layout import GRID, Box, NamePlaces
from kiosk.screens.field import Field
from kiosk.screens.page import ATTENTION, BACK, KEY, PLAIN, PRIMARY, QUIET, TONED, Page
from kiosk.screens.parts import Card, Press
from kiosk.voice.letters import PAGES_CALLED, UP_TO
from retention.base.translations import N_

ERASE, ABOUT, WIPE = "\uf06e", "\uf64e", N_("Wipe a letter")
ABOUT_MM = 12.0
TITLE = N_("What is your name?")
REASON = N_("For your safety. Kept for today only.")


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
            about = go_on.left_part(go_on.h)
            go_on = go_on.right_part(go_on.w - about.w - GRID)
        else:
            about = field.right_part(max(field.h, 2 * ABOUT_MM))
            field = field.left_part(field.w - about.w - GRID)
        self.about(about)
        self.field = Field(self, field)
        self.board: Keys | Tiles = Tiles(self, places) if places.grouped else Keys(self, places)
        size = self.layout.title_size
        self.button(go_on, self._("Next"), self.flow.coming.go_on, PRIMARY, size=size, main=True)
        self.refresh()

    def about(self, place: Box) -> None:
        """What happens with a name, one tap from where it is asked."""
        self.surface(place, self.flow.reading.begin, QUIET)
        self.glyph(ABOUT, place.inset(GRID, GRID), kind=QUIET)

    def notice(self, places: NamePlaces) -> None:
        """The question and the reason; a notice takes the place of the reason, or of both in a small room."""
        size, kind = self.layout.title_size, self.quiet
        if places.reason is not None:
            self.words(self._(TITLE), places.title, size, kind=kind, bold=True)
        strip = inside = places.reason or places.title
        if self.layout.portrait:  # the sentence stands under the question, its strip a little wider
            strip = Box(strip.x - GRID, strip.y, strip.w + 2 * GRID, strip.h)
        else:
            inside = strip.inset(GRID, 0)
        corner = GRID * self.layout.panel.density
        self.signal = Card(ground=self.look(kind).ground, corner=corner, **self.place(strip))
        self.add_widget(self.signal)
        if places.reason is not None:
            self.usual, self.usual_size = REASON, self.layout.body
            self.sentence = self.words(self._(REASON), inside, self.layout.body, kind=kind)
        else:
            self.usual, self.usual_size = TITLE, self.fitting(self._(TITLE), inside, size, bold=True, lines=1)
            self.sentence = self.words(self._(TITLE), inside, self.usual_size, kind=kind, bold=True)

    def refresh(self) -> None:
        typed = self.flow.visitor.typed
        self.field.show(typed.text)
        self.board.refresh()
        self.say(self.flow.notice)

    def say(self, notice: str) -> None:
        """What to do, in the place of the reason; never what went wrong."""
        kind = self.look(ATTENTION if notice else self.quiet)
        size = self.layout.body if notice else self.usual_size
        self.sentence.font_size = size * self.layout.panel.density
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
        self._columns = sum(place.y == places.keys[0].y for place in places.keys)
        size = min(page.layout.title_size * 0.9, min(place.h for place in places.keys) * 0.72)
        for key in self._letters:
            key.label.font_size = size * page.layout.panel.density
        *turns, space, erase = places.tools
        self._turns = {
            letters: page.button(place, KEY_FACE[letters], partial(self._typing.turn, letters), QUIET, letter=True)
            for letters, place in zip(pages(page.flow.language)[1:], turns, strict=True)
        }
        page.button(space, page._("space"), self._typing.space, KEY, letter=True)
        draw_erase(page, erase, letter=True)

    def refresh(self) -> None:
        typed = self._page.flow.visitor.typed
        letters = LETTERS[typed.page]
        if self._page.flow.choices.scanning:
            letters = scanned(letters, self._columns)
        for key, letter in zip(self._in_order(typed.page), letters, strict=True):
            key.label.text = typed.face(letter)
            key.act = partial(self._typing.letter, letter)
        for turn, key in self._turns.items():
            brings(self._page, key, typed.home if typed.page is turn else turn)

    def _in_order(self, letters: Letters) -> list[Press]:
        """The keys row by row as this script is read, whichever way the screen itself runs."""
        way = -1 if letters in FROM_THE_RIGHT else 1
        return sorted(self._letters, key=lambda key: (-key.y, way * key.x))


class Tiles:
    """Five letters on a tile: one tap shows them large, another takes one. The last tile leads back."""

    def __init__(self, page: Name, places: NamePlaces) -> None:
        self._page, self._typing, self._places = page, page.flow.typing, places.keys
        self._tiles: list[Press] = []
        accents, space, erase = places.tools
        self._accents = page.button(accents, KEY_FACE[Letters.WEST], self._typing.turn_on, QUIET)
        page.button(space, page._("space"), self._typing.space, KEY)
        draw_erase(page, erase)

    def refresh(self) -> None:
        for tile in self._tiles:
            self._page.remove_widget(tile.label)
            self._page.remove_widget(tile)
        typed = self._page.flow.visitor.typed
        groups = GROUPS[typed.page]
        if typed.group is None:
            self._tiles = [
                self._tile(place, letters, partial(self._typing.open, number))
                for number, (place, letters) in enumerate(zip(self._places, groups, strict=True))
            ]
        else:
            self._tiles = [
                self._tile(place, typed.face(letter), partial(self._typing.letter, letter), 1.3)
                for place, letter in zip(self._places[: TILES - 1], groups[typed.group], strict=False)
            ]
            self._tiles.append(self._back(self._places[-1]))
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
    return page.whisper(UP_TO).format(first=signs[0], last=signs[-1])


def draw_erase(page: Page, place: Box, *, letter: bool = False) -> None:
    """The key that takes the last letter away."""
    page.surface(place, page.flow.typing.erase, QUIET, letter=letter, spoken=page.whisper(WIPE))
    side = max(3 * GRID, page.layout.body * 0.9)
    page.glyph(ERASE, place.inset(0, (place.h - side) / 2), kind=QUIET)
