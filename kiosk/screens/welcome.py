"""The first screen: an open door, and the two things people come to this screen for."""

from collections.abc import Callable, Iterator
from functools import partial

from kivy.uix.image import Image

from kiosk.languages import OWN_NAME, others
from kiosk.layout import GRID, Box
from kiosk.screens.page import LOCK, PLAIN, PRIMARY, QUIET, SECOND, TONED, Look, Page
from kiosk.screens.parts import Doorway
from kiosk.screens.text import LINE_EM, fits, line_count, publish, text_width
from kiosk.screens.tongues import draw_tongues, height_of_tongues
from retention.base.translations import N_

COMING, LEAVING, INVITED = "\uf342", "\uf343", "\uf432"
SPACE = 3.0
PRIVACY = N_("Privacy")
STAFF = N_("Staff")
COME, LEAVE, WITH_CODE = N_("I am visiting"), N_("I am leaving"), N_("With a code")


class Welcome(Page):
    """ "Ik kom op bezoek" or "Ik ga weg"."""

    goes_back = False

    def build(self) -> None:
        choices: list[tuple[tuple[str, str], Callable[[], None], Look]]
        choices = [((COMING, COME), self.flow.coming.begin, PRIMARY)]
        if self.flow.coming.asks_code:
            choices.append(((INVITED, WITH_CODE), self.flow.coming.ask_code, SECOND))
        choices.append(((LEAVING, LEAVE), self.flow.leaving.begin, SECOND))
        places = self.layout.welcome_places(len(choices))
        tiles = self.languages(len(choices))
        self.greeting(places[0], tiles)
        self.choose_language(tiles)
        size = min(
            self.fitting(self._(text), self.beside(places[0]), self.layout.title_size * 1.2, bold=True, lines=2)
            for (_, text), _, _ in choices
        )
        for place, (words, act, kind) in zip(places, choices, strict=True):
            if self.layout.larger and place.w < 2 * place.h:
                self.tile(place, words[0], self._(words[1]), act, kind, main=True, pad=0.5)
            else:
                self.choice(place, words, act, kind, size)

    def greeting(self, coming: Box, tiles: list[Box]) -> None:
        """The toned area with the open door; enlarged in landscape there is room for the welcome alone."""
        layout, panel = self.layout, self.layout.panel
        if layout.portrait:
            low = max(place.top for place in (coming, *tiles)) + layout.gap
            greet = Box(0, low, panel.width, panel.height - low)
            self.band(greet)
            self.door(greet)
        elif layout.larger:
            self.band(layout.header(0)[0])
            size = layout.title_size
            room = Box(layout.content.x, coming.top, layout.content.w, layout.content.top - coming.top)
            self.words(self._("Welcome"), room, size, bold=True)
        else:
            greet = layout.stage()[0]
            self.band(greet)
            low = tiles[0].top + layout.gap if tiles else 0.0
            self.door(Box(layout.content.x, low, greet.right - layout.content.x, panel.height - low))

    # The languages, by their own names

    def languages(self, choices: int) -> list[Box]:
        """A place for each other language, in rows, each as wide as its name asks; or one place for all."""
        names = [OWN_NAME[one] for one in self.others()]
        room, low = self.layout.languages_room(choices), self.layout.target
        if not names:
            return []
        wide = [text_width(name, self.layout.body) + 1.2 * GRID for name in names]
        for columns in _columns(len(names)):
            rows = [wide[start : start + columns] for start in range(0, len(names), columns)]
            along = len(rows) * low + (len(rows) - 1) * SPACE
            if len(names) > 1 and along <= room.h and all(_across(row, columns) <= room.w for row in rows):
                height = min((room.h + SPACE) / len(rows) - SPACE, low * 1.2)
                whole = room.lower(len(rows) * height + (len(rows) - 1) * SPACE)
                return [
                    place
                    for row, band in zip(rows, whole.grid(1, len(rows), SPACE), strict=True)
                    for place in _filled(band, row, columns)
                ]
        return [room.lower(height_of_tongues(self, names, room))]

    def others(self) -> list[str]:
        """The languages that are not spoken now."""
        return others(self.flow.config.kiosk.languages, self.flow.language)

    def choose_language(self, places: list[Box]) -> None:
        """On each place a language; on a single one the way to all of them."""
        languages = self.others()
        if len(places) == len(languages):
            for place, one in zip(places, languages, strict=True):
                self.button(place, OWN_NAME[one], partial(self.flow.serving.language, one), QUIET, around=self.around())
        elif places:
            names = [OWN_NAME[one] for one in languages]
            draw_tongues(self, names, places[0], self.flow.serving.begin_language, around=self.around())

    def around(self) -> str:
        return self.palette.paper if self.layout.portrait else self.palette.tone

    def frame(self) -> None:
        """Where "Terug" stands on other screens: what happens with a name."""
        self.aside()
        self.button(self.layout.staff, self._(STAFF), self.flow.staff.begin, QUIET)
        super().frame()

    def aside(self) -> None:
        """What stands where "Terug" is on other screens."""
        self.strip(self.layout.back, LOCK, self._(PRIVACY), self.flow.reading.begin)

    def choice(self, box: Box, words: tuple[str, str], act: Callable[[], None], kind: Look, size: float) -> None:
        """A large answer: picture and words begin at the same place in both."""
        picture, text = words
        self.surface(box, act, kind, main=True)
        beside = self.beside(box)
        across = beside.x - box.x - 4 * GRID
        self.glyph(picture, Box(box.x + 2 * GRID, box.y, across, box.h), kind=kind)
        self.words(self._(text), beside, size, kind=kind, bold=True)

    def beside(self, box: Box) -> Box:
        """The room for words beside the picture."""
        across = min(box.w * 0.24, box.h * 0.7)
        return Box(box.x + across + 4 * GRID, box.y + 0.5, box.w - across - 6 * GRID, box.h - 1)

    def door(self, room: Box) -> None:
        """The open door with the welcome in it; where it would be too narrow, the welcome alone."""
        step = 2 * GRID
        width = min(room.w * (0.8 if self.layout.portrait else 0.94), room.h * 0.86)
        height = min(room.h * 0.86, width * 1.5)
        frame = Box(room.x + (room.w - width) / 2, room.y, width, height)
        inner = Box(frame.x + step + GRID, frame.y + GRID, width - 2 * (step + GRID), height - width * 0.3)
        if not self.goes_in(inner):
            self.greet(room.inset(GRID, GRID), TONED)
            return
        tones, density = (self.palette.frame, self.palette.paper), self.layout.panel.density
        self.add_widget(Doorway(tones, step * density, **self.place(frame)))
        self.greet(inner, PLAIN)

    def goes_in(self, inner: Box) -> bool:
        """Whether welcome and name stand in the door at a size that can be read."""
        least, large = self.layout.readable, self.layout.title_size
        under = Box(inner.x, inner.y, inner.w, inner.h - large * LINE_EM)
        return fits(self._("Welcome"), inner, large, bold=True) and fits(self.setting.theme.organisation, under, least)

    def greet(self, room: Box, inside: Look) -> None:
        """The logo, the welcome and the house's name, in the middle of the open door."""
        size, body = self.layout.title_size * (1.3 if self.layout.larger else 1.7), self.layout.body * 1.1
        organisation = self.setting.theme.organisation
        publish(organisation)
        upper = Box(room.x, room.y, room.w, room.h - self.layout.readable * LINE_EM)
        size = self.fitting(self._("Welcome"), upper, size, bold=True, lines=1)
        large = size * LINE_EM
        body = self.fitting(organisation, Box(room.x, room.y, room.w, room.h - large), body)
        small = line_count(organisation, room.w, body) * body * LINE_EM
        free = max(room.h - large - small, 0)
        logo = self.logo_height(free)
        low = room.y + (free - logo) * 0.45
        welcome = Box(room.x, low + small, room.w, large)
        self.words(self._("Welcome"), welcome, size, kind=inside, bold=True, halign="center")
        self.words(organisation, Box(room.x, low, room.w, small), body, kind=inside, halign="center")
        if logo:
            place = Box(room.x, welcome.top, room.w, logo).inset(room.w * 0.15, 0)
            source = str(self.setting.theme.logo)
            self.add_widget(Image(source=source, fit_mode="contain", mipmap=True, **self.place(place)))

    def logo_height(self, free: float) -> float:
        """How high the logo may stand; nothing where it could not be made out, and in two colours it keeps none."""
        if self.setting.theme.logo is None or self.palette.spare or free < 2 * self.layout.body:
            return 0.0
        return min(free * 0.8, 4 * self.layout.body)


def _columns(count: int) -> Iterator[int]:
    """How many to try in a row, most first; before each the fewest in as many rows, which leaves no name alone."""
    for most in range(min(count, 5), 0, -1):
        rows = -(-count // most)
        yield from (-(-count // rows), most)


def _across(row: list[float], columns: int) -> float:
    return sum(row) + (columns - 1) * SPACE


def _filled(band: Box, row: list[float], columns: int) -> list[Box]:
    """Places over the whole row; a last row that is not full keeps to the width of its names."""
    if len(row) < columns:
        band = band.left_part(max(band.w * len(row) / columns - SPACE, _across(row, len(row))))
    return band.split(row, SPACE)
