"""Which language: each by its own name, the one that is spoken now marked."""

from functools import partial

from kiosk.languages import OWN_NAME
from kiosk.layout import GRID, Box
from kiosk.screens.page import CHECK, PRIMARY, SECOND
from kiosk.screens.paged import Paged
from kiosk.screens.text import text_width


class Language(Paged):
    """ "Welke taal?" """

    def build(self) -> None:
        languages, layout = self.flow.config.kiosk.languages, self.layout
        widest = max(text_width(OWN_NAME[language], layout.readable, bold=True) for language in languages)
        most = (2, 5) if layout.portrait else (3, 4)
        places = self.shape(most, (max(layout.target, widest + 2 * GRID), layout.target), tallest=44)
        self.header(self._("Which language?"), places[0].top)
        rooms = [place.inset(GRID / 2, 0) for place in places]
        self.one_size = min(
            self.fitting(OWN_NAME[language], rooms[0], layout.title_size, bold=True, lines=1) for language in languages
        )
        self.show(languages, places, self.language)

    def language(self, language: str, place: Box) -> None:
        """One language; the one of this screen with a tick."""
        spoken = language == self.flow.language
        kind = PRIMARY if spoken else SECOND
        self.surface(place, partial(self.flow.serving.language, language), kind)
        room = place.inset(GRID / 2, 0)
        self.words(OWN_NAME[language], room, self.one_size, kind=kind, bold=True, halign="center")
        if spoken:
            side = 2.2 * GRID
            corner = Box(place.right - side - GRID / 2, place.top - side - GRID / 2, side, side)
            self.glyph(CHECK, corner, kind=kind)
