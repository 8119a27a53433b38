"""The first screen: an open door, and the two things people come to this screen for."""

from collections.abc import Callable

from kiosk.layout import GRID, Box
from kiosk.screens.page import LINE_EM, QUIET, SECOND, Kind, Page, fitting, line_count
from kiosk.screens.parts import Doorway, Ground
from kiosk.theme import DUNE, INK, PAPER, SAND
from retention.base.translations import N_

COMING, LEAVING = "\uf342", "\uf343"
PRIVACY = N_("Privacy")
COME, LEAVE = N_("I am visiting"), N_("I am leaving")


class Welcome(Page):
    """ "Ik kom op bezoek" or "Ik ga weg"."""

    goes_back = False

    def build(self) -> None:
        greet, _ = self.layout.stage()
        self.add_widget(Ground(ground=SAND, **self.place(greet)))
        self.door(greet)
        coming, leaving = self.layout.welcome_places()
        size = min(
            fitting(self._(text), self.beside(coming), self.layout.title_size * 1.2, bold=True, lines=2)
            for text in (COME, LEAVE)
        )
        self.choice(coming, (COMING, COME), self.flow.coming.begin, self.primary, size)
        self.choice(leaving, (LEAVING, LEAVE), self.flow.leaving.begin, SECOND, size)

    def frame(self) -> None:
        """Where "Terug" stands on other screens: what happens with a name."""
        around = PAPER if self.layout.portrait else SAND
        self.aside(around)
        super().frame()

    def aside(self, around: str) -> None:
        self.button(self.layout.back, self._(PRIVACY), self.flow.ask_privacy, QUIET, around=around)

    def choice(self, box: Box, words: tuple[str, str], act: Callable[[], None], kind: Kind, size: float) -> None:
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

    def door(self, greet: Box) -> None:
        room = (
            greet
            if self.layout.portrait
            else Box(self.layout.content.x, 0, greet.right - self.layout.content.x, greet.h)
        )
        width = min(room.w * (0.8 if self.layout.portrait else 0.94), room.h * 0.86)
        height = min(room.h * 0.86, width * 1.5)
        frame = Box(room.x + (room.w - width) / 2, room.y, width, height)
        step = 2 * GRID
        self.add_widget(Doorway((DUNE, PAPER), step * self.layout.panel.density, **self.place(frame)))
        room = Box(frame.x + step + GRID, frame.y + GRID, width - 2 * (step + GRID), height - width * 0.3)
        self.greet(room)

    def greet(self, room: Box) -> None:
        """The welcome and the house's name, in the middle of the open door."""
        inside, size, body = Kind(PAPER, INK), self.layout.title_size * 1.7, self.layout.body * 1.1
        organisation = self.setting.theme.organisation
        size = fitting(self._("Welcome"), room, size, bold=True, lines=1)
        large = size * LINE_EM
        body = fitting(organisation, Box(room.x, room.y, room.w, room.h - large), body)
        small = line_count(organisation, room.w, body) * body * LINE_EM
        low = room.y + max(room.h - large - small, 0) * 0.45
        self.words(
            self._("Welcome"), Box(room.x, low + small, room.w, large), size, kind=inside, bold=True, halign="center"
        )
        self.words(organisation, Box(room.x, low, room.w, small), body, kind=inside, halign="center")
