"""Where everything stands on the panel, in millimetres from its lower left corner; portrait and landscape by design.

Sizes follow from the panel's diagonal and resolution, and from how the visitor wants to be served: `larger` makes all
half as large again, `lower` brings what is touched within reach of somebody who sits. Targets are 20 mm or more (main
buttons 30 mm high), capitals 7.3 mm or more, nothing lies within 16 mm of the edge, and in portrait what is touched
lies low.
"""

from dataclasses import dataclass, replace

from kiosk.box import GRID, Box, Panel
from kiosk.keyplaces import NamePlaces, name_places

EDGE = 16.0
TARGET = 20.0
MAIN = 30.0
CAPITAL = 1485 / 2048  # of Andika's em
READABLE = 7.4 / CAPITAL  # the em whose capitals are 7.3 mm high, with a tenth to spare for rounding to pixels
LARGER = 1.5
HIGHEST = 278.0
"""In portrait what is touched ends at half the panel, or here on a small one."""
LOWEST = 250.0
"""What is touched ends here where somebody asks for it lower: 1100 mm above the floor, as the panel hangs at 850."""

__all__ = ["GRID", "READABLE", "Box", "Hero", "Layout", "NamePlaces", "Panel"]


@dataclass(frozen=True)
class Hero:
    """Where a screen with one large thing on it has its parts; without a place of its own, `lead` joins the words."""

    band: Box
    lead: Box | None
    card: Box
    words: Box
    go_on: Box


class Layout:
    """The places on one panel; the screens ask it and decide nothing about space themselves."""

    def __init__(self, panel: Panel, *, larger: bool = False, lower: bool = False) -> None:
        self.panel, self.larger, self.lower = panel, larger, lower
        self.portrait = panel.portrait
        # Larger panels stand at the same distance: what is on them grows, but less than they do.
        shorter, longer = sorted((panel.width, panel.height))
        self.growth = min(max(min(shorter / 194.0, longer / 345.0), 1.0), 1.35)
        self.enlarged = LARGER if larger else 1.0
        self.edge = EDGE if self.growth < 1.2 else EDGE + GRID
        self.readable = READABLE * self.enlarged
        self.body = self.readable * self.growth
        self.title_size = (17.0 if self.portrait else 14.0) * self.growth * self.enlarged
        self.target, self.main = TARGET * self.enlarged, MAIN * self.enlarged
        self.page = Box(0, 0, panel.width, panel.height)
        self.inner = self.page.inset(self.edge)

    @property
    def gap(self) -> float:
        if self.larger:  # half as large again leaves less between
            return 1.25 * GRID
        return 2 * GRID if self.portrait or self.growth > 1.2 else 1.5 * GRID

    # The strip that never changes place: along the bottom, or down the left side

    @property
    def frame(self) -> Box:
        """The strip: "Terug", "Hulp", "Voorlezen", and how the visitor wants to be served."""
        if not self.portrait:
            return self.inner.left_part((84.0 if self.larger else 60.0) * self.growth)
        if self.larger:  # two rows: what is written is too wide for one
            return self.inner.lower(2 * self.target + GRID)
        return self.inner.lower(28.0 * (1.0 if self.lower else self.growth))

    @property
    def back(self) -> Box:
        return self._strip()[0]

    @property
    def help(self) -> Box:
        """Where "Hulp" stands on every screen."""
        return self._strip()[1]

    @property
    def voice(self) -> Box:
        """Where "Voorlezen" stands on every screen."""
        return self._strip()[2]

    @property
    def serving(self) -> Box:
        """Where the language and the way of serving are chosen, on every screen."""
        return self._strip()[3]

    def _strip(self) -> list[Box]:
        """The four places; as wide as what is written there is long."""
        frame = self.frame
        if not self.portrait:
            return frame.grid(1, 4)[::-1]
        if self.larger:
            upper, lower = frame.grid(1, 2)
            (help_, voice), (back, serving) = upper.split((67, 91), GRID), lower.split((74, 84), GRID)
            return [back, help_, voice, serving]
        return frame.split((36, 35, 48.5, 35), 2.5)

    @property
    def content(self) -> Box:
        """Where the one question of the screen stands."""
        if self.portrait:
            return self.inner.above(self.frame, self.gap)
        left = self.frame.right + 3 * GRID
        return Box(left, self.inner.y, self.inner.right - left, self.inner.h)

    def line(self, size: float) -> float:
        """The height a line of text takes."""
        return size * 1.4

    @property
    def reach(self) -> float:
        """In portrait what is touched ends here."""
        return LOWEST if self.lower else max(self.panel.height * 0.52, HIGHEST)

    # Buttons and answers

    @property
    def main_button(self) -> Box:
        """The button that goes on: over the whole width low on the screen, or at the right in landscape."""
        height = self.main if self.larger or self.lower else 32.0 * self.growth
        if self.portrait:
            return self.content.lower(height)
        return self.content.lower(height).right_part(self.content.w * 0.4)

    @property
    def wide_button(self) -> Box:
        """The main button over the whole width, where it stands alone."""
        return self.content.lower(self.main_button.h)

    def stage(self) -> tuple[Box, Box]:
        """The upper half of the panel that greets and the lower half that is touched; left and right in landscape."""
        if self.portrait:
            split = min(self.panel.height * 0.52, self.reach + 3 * GRID)
            return Box(0, split, self.panel.width, self.panel.height - split), self.content.lower(
                split - self.content.y - 3 * GRID
            )
        split = self.content.x + self.content.w * 0.46
        return Box(0, 0, split, self.panel.height), Box(
            split + 4 * GRID, self.inner.y, self.inner.right - split - 4 * GRID, self.inner.h
        )

    def header(self, top: float) -> tuple[Box, Box]:
        """The toned area and the question in it, above what is touched; in landscape the tone lies under the strip."""
        if not self.portrait:
            rail = Box(0, 0, self.frame.right + GRID, self.panel.height)
            return rail, Box(self.content.x, top + self.gap, self.content.w, self.content.top - top - self.gap)
        band = Box(0, top + self.gap, self.panel.width, self.panel.height - top - self.gap)
        low = band.y + (GRID if self.larger else 2 * GRID)
        return band, Box(self.edge, low, self.inner.w, min(self.inner.top - low, self.title_size * 3))

    @property
    def question(self) -> float:
        """The height kept for the question: two lines in portrait, one in landscape; enlarged, no more than needed."""
        if self.larger:
            return self.title_size * (2.2 if self.portrait else 1.04)
        return self.title_size * (2.9 if self.portrait else 1.45)

    def choices(
        self, columns: int, rows: int, *, gap: float = GRID, below: float = 0, tallest: float = 60, lines: float = 0
    ) -> list[Box]:
        """A grid of answers, low in portrait and over the whole content under the question in landscape.

        `below` is the height of a button under it, `lines` the lines of small text under the question.
        """
        gap = min(gap, 3.0) if self.larger else gap
        room = self.content.above(self.content.lower(below), self.gap) if below else self.content
        question = self.question + self.body * 1.45 * lines + self.gap
        height = min(room.h - question, rows * tallest * self.growth * self.enlarged + (rows - 1) * gap)
        if self.portrait:
            height = min(height, self.reach - room.y)
        return room.lower(height).grid(columns, rows, gap)

    def welcome_places(self, count: int = 2) -> list[Box]:
        """Coming and leaving, and between them coming with a code where that is asked."""
        if not self.portrait:
            if not self.larger:
                touched = self.stage()[1]
                return touched.above(touched.lower(self.staff.h), 1.5 * GRID).grid(1, count, 2 * GRID)
            # Beside one another, under the welcome.
            room = self.content.above(self.content.lower(self.target), self.gap)
            return room.lower(room.h - 1.4 * self.title_size - self.gap).grid(count, 1)
        room = self.content.above(self.staff, self.gap)
        height = (46.0 if count < 3 else 43.0) * (1.0 if self.lower else self.growth)
        if self.larger:  # two lines of a button's name, and never more than two rows
            height = max(self.main, 2.84 * self.body + 1)
            rows = room.lower(2 * height + self.gap).grid(1, 2, self.gap)
            return [rows[0], *rows[1].grid(count - 1, 1)]
        # What is left above is for the languages: three rows of buttons where that leaves large answers, else one
        # button with as many lines of names as there is room for.
        for kept in (
            3 * (self.target + 0.4) + 6,
            *(lines * self.line(self.readable) + 2 for lines in (3, 2)),
            self.target,
        ):
            left = (self.reach - room.y - count * self.gap - kept) / count
            if left >= self.main + 2:
                break
        height = max(min(height, left), self.main)
        return room.lower(count * height + (count - 1) * self.gap).grid(1, count, self.gap)

    def languages_room(self, count: int = 2) -> Box:
        """Where the languages may stand on the first screen: above what people come for, or under the welcome.

        Enlarged, and where there is no room for them there, they stand beside the corner of staff.
        """
        row = self.content.lower(self.target)
        beside = row.left_part(row.w - self.staff.w - self.gap)
        if self.larger:
            return beside
        if self.portrait:
            low = self.welcome_places(count)[0].top + self.gap
            above = Box(self.content.x, low, self.content.w, self.reach - low)
            return above if above.h >= self.target else beside
        greet, _ = self.stage()
        room = Box(self.content.x, self.inner.y, greet.right - self.content.x - GRID, self.inner.h)
        return room.lower(room.h - 4.4 * self.body)

    @property
    def staff(self) -> Box:
        """The corner of staff, under what visitors come for: low, small, and always there."""
        touched = self.content if self.portrait or self.larger else self.stage()[1]
        row = touched.lower(self.target)
        return row.right_part((6.9 if self.larger and self.portrait else 7.4) * self.body)

    @property
    def picture_grid(self) -> tuple[int, int]:
        return (4, 6) if self.portrait else (6, 4)

    def name_places(self) -> NamePlaces:
        """The keyboard with what is typed above it."""
        return name_places(self)

    def hero(self) -> Hero:
        """The pass as the largest thing on the screen, its name beside it, and the button that ends."""
        return self._hero_portrait() if self.portrait else self._hero_landscape()

    def hero_of_two_buttons(self) -> tuple[Hero, Box]:
        """The same with a second button, as high as the one that ends."""
        return self._two_buttons_portrait() if self.portrait else self._two_buttons_landscape()

    def _two_buttons_portrait(self) -> tuple[Hero, Box]:
        """Beside it; over it where words are large and leave the pass large enough."""
        if self.larger:
            hero = self._hero_portrait(self.main + self.gap)
            if hero.card.w >= self.inner.w / 2:
                return hero, Box(hero.go_on.x, hero.go_on.top + self.gap, hero.go_on.w, self.main)
        hero = self._hero_portrait()
        other, go_on = hero.go_on.grid(2, 1, 2 * GRID)
        return replace(hero, go_on=go_on), other

    def _two_buttons_landscape(self) -> tuple[Hero, Box]:
        """Over it, at the foot of the words; where words are large under the pass."""
        hero = self._hero_landscape()
        if not self.larger:
            other = hero.words.lower(hero.go_on.h)
            return replace(hero, words=hero.words.above(other, self.gap)), other
        other = Box(self.content.x, hero.go_on.y, hero.go_on.x - GRID - self.content.x, hero.go_on.h)
        room = self.content.above(other, self.gap)
        side = min(hero.card.h, room.h)
        return replace(hero, card=Box(hero.card.x, room.y + (room.h - side) / 2, side, side)), other

    def _hero_portrait(self, taken: float = 0.0) -> Hero:
        go_on, gap = self.main_button, self.gap
        name = self.title_size * (1.45 * 2.1 if not self.larger else 2.55)
        words = Box(self.inner.x, go_on.top + taken + gap, self.inner.w, name + self.body * 1.6)
        head = 0.0 if self.larger else self.title_size * 1.45
        room = Box(self.inner.x, words.top + gap, self.inner.w, self.inner.top - head - words.top - 2 * gap)
        side = min(room.w, room.h)
        card = Box(room.x + (room.w - side) / 2, room.y + (room.h - side) / 2, side, side)
        lead = Box(self.inner.x, min(self.inner.top - head, card.top + gap), self.inner.w, head)
        low = card.y + side * 0.2
        band = Box(0, low, self.panel.width, self.panel.height - low)
        return Hero(band, lead if head else None, card, words, go_on)

    def _hero_landscape(self) -> Hero:
        rail = Box(0, 0, self.frame.right + GRID, self.panel.height)
        side = min(self.content.h, self.content.w * (0.4 if self.larger else 0.52))
        card = Box(self.content.x, self.content.y + (self.content.h - side) / 2, side, side)
        left = card.right + 2 * self.gap
        words = Box(left, self.content.y, self.content.right - left, self.content.h)
        button = words.lower(self.main_button.h)
        return Hero(rail, None, card, words.above(button, self.gap), button)
