"""Where everything stands on the panel, in millimetres from its lower left corner; portrait and landscape by design.

Sizes follow from the panel's diagonal and resolution. Targets are 20 mm or more (main buttons 30 mm high), capitals
7.3 mm or more, nothing lies within 16 mm of the edge, and in portrait what is touched lies low.
"""

from dataclasses import dataclass
from math import hypot

from retention.base.config import KioskSection

MILLIMETRES_PER_INCH = 25.4
GRID = 4.0
EDGE = 16.0
TARGET = 20.0
CAPITAL = 1485 / 2048  # of Andika's em
READABLE = 7.4 / CAPITAL  # the em whose capitals are 7.3 mm high, with a tenth to spare for rounding to pixels


@dataclass(frozen=True)
class Box:
    """A rectangle in millimetres; x and y are its lower left corner."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def top(self) -> float:
        return self.y + self.h

    def inset(self, across: float, along: float | None = None) -> "Box":
        along = across if along is None else along
        return Box(self.x + across, self.y + along, self.w - 2 * across, self.h - 2 * along)

    def lower(self, height: float) -> "Box":
        return Box(self.x, self.y, self.w, height)

    def upper(self, height: float) -> "Box":
        return Box(self.x, self.top - height, self.w, height)

    def left_part(self, width: float) -> "Box":
        return Box(self.x, self.y, width, self.h)

    def right_part(self, width: float) -> "Box":
        return Box(self.right - width, self.y, width, self.h)

    def above(self, other: "Box", gap: float) -> "Box":
        """What of this box lies above another."""
        return Box(self.x, other.top + gap, self.w, self.top - other.top - gap)

    def grid(self, columns: int, rows: int, gap: float = GRID) -> list["Box"]:
        """Cells from the upper left on, row by row."""
        width, height = (self.w - (columns - 1) * gap) / columns, (self.h - (rows - 1) * gap) / rows
        return [
            Box(self.x + column * (width + gap), self.top - (row + 1) * height - row * gap, width, height)
            for row in range(rows)
            for column in range(columns)
        ]


@dataclass(frozen=True)
class Panel:
    """The glass: its size in millimetres, and how many pixels a millimetre has where it is drawn."""

    width: float
    height: float
    density: float

    @classmethod
    def of(cls, kiosk: KioskSection, window: tuple[int, int] | None = None) -> "Panel":
        """The configured panel; a smaller window shows the same, drawn smaller, in the window's own proportions."""
        across, along = window or (kiosk.width, kiosk.height)
        density = hypot(across, along) / (kiosk.diagonal_inches * MILLIMETRES_PER_INCH)
        return cls(across / density, along / density, density)

    @property
    def portrait(self) -> bool:
        return self.height >= self.width


@dataclass(frozen=True)
class NamePlaces:
    """Where the screen that asks the name has its parts; `tools` are two pages of accents, space and erase."""

    band: Box
    title: Box
    reason: Box
    field: Box
    keys: list[Box]
    tools: list[Box]
    go_on: Box


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

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.portrait = panel.portrait
        # Larger panels stand at the same distance: what is on them grows, but less than they do.
        shorter, longer = sorted((panel.width, panel.height))
        self.growth = min(max(min(shorter / 194.0, longer / 345.0), 1.0), 1.35)
        self.edge = EDGE if self.growth < 1.2 else EDGE + GRID
        self.body = READABLE * self.growth
        self.title_size = (17.0 if self.portrait else 14.0) * self.growth
        self.page = Box(0, 0, panel.width, panel.height)
        self.inner = self.page.inset(self.edge)

    @property
    def gap(self) -> float:
        return 2 * GRID if self.portrait or self.growth > 1.2 else 1.5 * GRID

    @property
    def frame(self) -> Box:
        """The strip that never changes place: "Terug" and the language; along the bottom, or down the left side."""
        return self.inner.lower(24.0 * self.growth) if self.portrait else self.inner.left_part(60.0 * self.growth)

    @property
    def back(self) -> Box:
        return self.frame.left_part(56.0 * self.growth) if self.portrait else self.frame.lower(24.0 * self.growth)

    @property
    def language(self) -> Box:
        return self.frame.right_part(60.0 * self.growth) if self.portrait else self.frame.upper(24.0 * self.growth)

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
    def main_button(self) -> Box:
        """The button that goes on: over the whole width low on the screen, or at the right in landscape."""
        height = 32.0 * self.growth
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
            split = self.panel.height * 0.52
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
        low = band.y + 2 * GRID
        return band, Box(self.edge, low, self.inner.w, min(self.inner.top - low, self.title_size * 3))

    def choices(
        self, columns: int, rows: int, *, gap: float = GRID, below: float = 0, tallest: float = 60, lines: float = 0
    ) -> list[Box]:
        """A grid of answers, low in portrait and over the whole content under the question in landscape.

        `below` is the height of a button under it, `lines` the lines of small text under the question.
        """
        room = self.content.above(self.content.lower(below), self.gap) if below else self.content
        question = self.title_size * (2.9 if self.portrait else 1.45) + self.body * 1.45 * lines + self.gap
        height = min(room.h - question, rows * tallest * self.growth + (rows - 1) * gap)
        if self.portrait:
            height = min(height, self.reach - room.y)
        return room.lower(height).grid(columns, rows, gap)

    def welcome_places(self) -> list[Box]:
        """Coming and leaving."""
        return self.stage()[1].grid(1, 2, 2 * GRID)

    def colour_places(self) -> list[Box]:
        """The eight colours, in the order of `kiosk.passes`."""
        return self.choices(2, 4, tallest=44) if self.portrait else self.choices(4, 2, tallest=70, lines=1)

    def picture_places(self) -> list[Box]:
        """The twenty-four pictures, in the order of `kiosk.passes`."""
        columns, rows = (4, 6) if self.portrait else (6, 4)
        return self.choices(columns, rows, gap=3.0, tallest=42)

    @property
    def reach(self) -> float:
        """In portrait what is touched ends here: at half the panel, or at 278 mm on a small one."""
        return max(self.panel.height * 0.52, 278.0)

    def name_places(self) -> NamePlaces:
        """The keyboard with what is typed above it: seven letters in a row in portrait, ten in landscape."""
        return self._name_portrait() if self.portrait else self._name_landscape()

    def _name_portrait(self) -> NamePlaces:
        gap, field = key_gap(self.content.w, 7), 28.0 * self.growth
        go_on = self.main_button
        low = go_on.top + self.gap
        above = self.title_size * 1.5 + self.body * 1.5 * 2 + field + 3 * self.gap
        height = min((min(self.content.top - above, self.reach) - low - 4 * gap) / 5, 24.0 * self.growth)
        board = Box(self.content.x, low, self.content.w, 5 * height + 4 * gap)
        tools = board.lower(height)
        column = (board.w - 6 * gap) / 7
        wide, half = 2 * column + gap, 1.5 * column + 0.5 * gap
        places = [Box(board.x, tools.y, half, height), Box(board.x + half + gap, tools.y, half, height)]
        places += [Box(places[1].right + gap, tools.y, wide, height), tools.right_part(wide)]
        typed = Box(board.x, board.top + self.gap, board.w, field)
        band, question = self.header(typed.top)
        reason = Box(question.x, question.y, question.w, self.body * 1.45 * 2)
        title = Box(question.x, reason.top + GRID / 2, question.w, self.title_size * 1.5)
        return NamePlaces(band, title, reason, typed, board.above(tools, gap).grid(7, 4, gap), places, go_on)

    def _name_landscape(self) -> NamePlaces:
        room = self.content
        gap = key_gap(room.w, 10)
        last = 30.0 * self.growth
        question = max(self.body * 1.45 * 2, self.title_size * 1.45)
        field = 24.0 * self.growth
        height = min((room.h - last - question - field - 4 * gap - GRID) / 3, 30.0 * self.growth)
        board = Box(room.x, room.y + last + gap, room.w, 3 * height + 2 * gap)
        cells = board.grid(10, 3, gap)
        column = cells[0].w
        half, bottom = 1.5 * column + 0.5 * gap, room.lower(last)
        west, east = Box(room.x, room.y, half, last), Box(room.x + half + gap, room.y, half, last)
        space = Box(east.right + gap, room.y, 3 * column + 2 * gap, last)
        erase = Box(cells[28].x, cells[28].y, 2 * column + gap, height)
        go_on = Box(space.right + gap, room.y, bottom.right - space.right - gap, last)
        typed = Box(room.x, board.top + gap, room.w, field)
        band, head = self.header(typed.top)
        head = Box(head.x, typed.top + GRID, head.w, room.top - typed.top - GRID)
        return NamePlaces(
            band,
            head.left_part(head.w * 0.4),
            head.right_part(head.w * 0.58),
            typed,
            cells[:28],
            [west, east, space, erase],
            go_on,
        )

    def hero(self) -> Hero:
        """The pass as the largest thing on the screen, its name beside it, and the button that ends."""
        go_on = self.main_button
        if self.portrait:
            low = go_on.top + self.gap
            words = Box(self.inner.x, low, self.inner.w, self.title_size * 1.45 * 2.1 + self.body * 1.6)
            lead = self.inner.upper(self.title_size * 1.45)
            room = Box(self.inner.x, words.top + self.gap, self.inner.w, lead.y - words.top - 2 * self.gap)
            side = min(room.w, room.h)
            card = Box(room.x + (room.w - side) / 2, room.y + (room.h - side) / 2, side, side)
            lead = Box(lead.x, min(lead.y, card.top + self.gap), lead.w, lead.h)
            band_low = card.y + side * 0.2
            band = Box(0, band_low, self.panel.width, self.panel.height - band_low)
            return Hero(band, lead, card, words, go_on)
        rail = Box(0, 0, self.frame.right + GRID, self.panel.height)
        side = min(self.content.h, self.content.w * 0.52)
        card = Box(self.content.x, self.content.y + (self.content.h - side) / 2, side, side)
        left = card.right + 2 * self.gap
        words = Box(left, self.content.y, self.content.right - left, self.content.h)
        button = words.lower(go_on.h)
        return Hero(rail, None, card, words.above(button, self.gap), button)


def key_gap(width: float, columns: int) -> float:
    """The space between keys: what a row of targets of full size leaves, up to what looks well."""
    return max(min((width - columns * (TARGET + 0.4)) / (columns - 1), 3.5), 2.0)
