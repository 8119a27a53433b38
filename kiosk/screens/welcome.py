"""The first screen: an open door, and the two things people come to this screen for."""

from collections.abc import Callable
from functools import partial

from kiosk.languages import OWN_NAME
from kiosk.layout import GRID, Box
from kiosk.screens.page import GLOBE, PLAIN, PRIMARY, QUIET, SECOND, TONED, Look, Page
from kiosk.screens.parts import Doorway
from kiosk.screens.text import LINE_EM, fits, line_count, text_width
from retention.base.translations import N_

COMING, LEAVING, LOCK = "\uf342", "\uf343", "\uf33e"
PRIVACY, STAFF = N_("Privacy"), N_("Staff")
COME, LEAVE = N_("I am visiting"), N_("I am leaving")


class Welcome(Page):
    """ "Ik kom op bezoek" or "Ik ga weg"."""

    goes_back = False

    def build(self) -> None:
        coming, leaving = self.layout.welcome_places()
        tiles = self.languages()
        self.greeting(tiles[0].top if tiles else coming.top)
        for place, (text, act) in zip(tiles, self.choose_language(tiles), strict=True):
            self.button(place, text, act, QUIET, around=self.around(), glyph=GLOBE if len(tiles) == 1 else "")
        size = min(
            self.fitting(self._(text), self.beside(coming), self.layout.title_size * 1.2, bold=True, lines=2)
            for text in (COME, LEAVE)
        )
        self.choice(coming, (COMING, COME), self.flow.coming.begin, PRIMARY, size)
        self.choice(leaving, (LEAVING, LEAVE), self.flow.leaving.begin, SECOND, size)
        self.button(self.layout.staff, self._(STAFF), self.flow.staff.begin, QUIET)

    def greeting(self, top: float) -> None:
        """The toned area with the open door."""
        panel = self.layout.panel
        if self.layout.portrait:
            low = top + self.layout.gap
            greet = Box(0, low, panel.width, panel.height - low)
            self.band(greet)
            self.door(greet)
        else:
            greet = self.layout.stage()[0]
            self.band(greet)
            left = self.layout.content.x
            self.door(Box(left, top + self.layout.gap, greet.right - left, panel.height - top - self.layout.gap))

    # The languages, by their own names

    def languages(self) -> list[Box]:
        """A place for each other language, as many beside one another as their names allow; or one for all."""
        names = [OWN_NAME[one] for one in self.flow.tongue.others()]
        if not names:
            return []
        room, gap, low = self.layout.languages_room(), 3.0, self.layout.target
        widest = max(text_width(name, self.layout.body) for name in names) + 2.5
        columns = min(max(int((room.w + gap) // (widest + gap)), 1), len(names))
        rows = -(-len(names) // columns)
        if len(names) == 1 or rows * low + (rows - 1) * gap > room.h or widest > room.w:
            return [room.lower(min(room.h, low * 1.2))]
        height = min((room.h + gap) / rows - gap, low * 1.2)
        return room.lower(rows * height + (rows - 1) * gap).grid(columns, rows, gap)[: len(names)]

    def choose_language(self, places: list[Box]) -> list[tuple[str, Callable[[], object]]]:
        """What stands on each place and what it does: a language, or the way to all of them."""
        languages = self.flow.tongue.others()
        if len(places) == len(languages):
            return [(OWN_NAME[one], partial(self.flow.tongue.choose, one)) for one in languages]
        room, shown = places[0].inset(GRID, 0), " · ".join(OWN_NAME[one] for one in languages)
        while not fits(shown, room.left_part(room.w - 2 * self.layout.body), self.layout.readable):
            shown = shown.rpartition(" · ")[0]
        return [(shown, self.flow.tongue.ask)]

    def around(self) -> str:
        return self.palette.paper if self.layout.portrait else self.palette.tone

    def frame(self) -> None:
        """Where "Terug" stands on other screens: what happens with a name."""
        self.strip(self.layout.back, LOCK, self._(PRIVACY), self.flow.ask_privacy)
        super().frame()

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
        return Box(box.x + across + 4 * GRID, box.y + GRID, box.w - across - 6 * GRID, box.h - 2 * GRID)

    def door(self, room: Box) -> None:
        """The open door with the welcome in it; without room for a door, the welcome alone."""
        step = 2 * GRID
        width = min(room.w * (0.8 if self.layout.portrait else 0.94), room.h * 0.86)
        if width < 6.4 * self.layout.body:
            self.greet(room.inset(GRID, GRID), TONED)
            return
        height = min(room.h * 0.86, width * 1.5)
        frame = Box(room.x + (room.w - width) / 2, room.y, width, height)
        tones, density = (self.palette.frame, self.palette.paper), self.layout.panel.density
        self.add_widget(Doorway(tones, step * density, **self.place(frame)))
        inner = Box(frame.x + step + GRID, frame.y + GRID, width - 2 * (step + GRID), height - width * 0.3)
        self.greet(inner, PLAIN)

    def greet(self, room: Box, inside: Look) -> None:
        """The welcome and the house's name, in the middle of the open door."""
        size, body = self.layout.title_size * 1.7, self.layout.body * 1.1
        organisation = self.setting.theme.organisation
        size = self.fitting(self._("Welcome"), room, size, bold=True, lines=1)
        large = size * LINE_EM
        body = self.fitting(organisation, Box(room.x, room.y, room.w, room.h - large), body)
        small = line_count(organisation, room.w, body) * body * LINE_EM
        low = room.y + max(room.h - large - small, 0) * 0.45
        self.words(
            self._("Welcome"), Box(room.x, low + small, room.w, large), size, kind=inside, bold=True, halign="center"
        )
        self.words(organisation, Box(room.x, low, room.w, small), body, kind=inside, halign="center")
