"""Which language: each by its own name, the one that is spoken now marked."""

from functools import partial

from kiosk.languages import OWN_NAME
from kiosk.layout import GRID, Box
from kiosk.screens.choices import CHECK
from kiosk.screens.page import PRIMARY, SECOND
from kiosk.screens.paged import Paged
from kiosk.screens.text import text_width


class Language(Paged):
    """ "Welke taal?" """

    def build(self) -> None:
        languages = self.flow.config.kiosk.languages
        widest = max(text_width(OWN_NAME[language], self.layout.readable, bold=True) for language in languages)
        least = max(self.layout.target, widest + GRID), self.layout.target
        places = self.shape((2, 5) if self.layout.portrait else (3, 4), least, tallest=44)
        self.letters = min(
            self.fitting(OWN_NAME[language], self.room(places[0]), self.layout.title_size, bold=True, lines=1)
            for language in languages
        )
        self.header(self._("Which language?"), places[0].top)
        self.show(languages, places, self.own_name)

    def own_name(self, language: str, place: Box) -> None:
        """One language; the one of this screen with a tick."""
        spoken = language == self.flow.language
        kind = PRIMARY if spoken else SECOND
        self.surface(place, partial(self.flow.serving.language, language), kind)
        self.words(OWN_NAME[language], self.room(place), self.letters, kind=kind, bold=True, halign="center")
        if spoken:
            side = 3 * GRID
            corner = Box(place.right - side - GRID / 2, place.top - side - GRID / 2, side, side)
            self.glyph(CHECK, corner, kind=kind)

    def room(self, place: Box) -> Box:
        """The room for the name of a language."""
        return place.inset(GRID / 2, GRID / 2)
