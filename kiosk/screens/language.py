"""Which language: each by its own name, the one that is spoken now marked."""

from functools import partial
from math import ceil

from kiosk.languages import OWN_NAME
from kiosk.layout import GRID, Box
from kiosk.screens.choices import CHECK
from kiosk.screens.page import SECOND, Page
from kiosk.screens.text import fitting


class Language(Page):
    """ "Welke taal?" """

    def build(self) -> None:
        languages = self.flow.config.kiosk.languages
        columns = 2 if self.layout.portrait else 3
        places = self.layout.choices(columns, max(ceil(len(languages) / columns), 3), tallest=44)
        self.header(self._("Which language?"), places[0].top)
        size = min(
            fitting(OWN_NAME[language], self.room(place), self.layout.title_size, bold=True, lines=1)
            for language, place in zip(languages, places, strict=False)
        )
        for language, place in zip(languages, places, strict=False):
            self.tile(language, place, size)

    def tile(self, language: str, place: Box, size: float) -> None:
        """One language; the one of this screen with a tick."""
        spoken = language == self.flow.language
        kind = self.primary if spoken else SECOND
        self.surface(place, partial(self.flow.tongue.choose, language), kind, main=True)
        self.words(OWN_NAME[language], self.room(place), size, kind=kind, bold=True, halign="center")
        if spoken:
            side = 3 * GRID
            corner = Box(place.right - side - GRID / 2, place.top - side - GRID / 2, side, side)
            self.glyph(CHECK, corner, kind=kind)

    def room(self, place: Box) -> Box:
        """The room for the name of a language."""
        return place.inset(GRID, GRID)
