"""Rectangles on the panel and the panel itself, in millimetres from the lower left corner."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from retention.base.config import KioskSection

MILLIMETRES_PER_INCH = 25.4
GRID = 4.0


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

    def split(self, shares: Sequence[float], gap: float = GRID) -> list["Box"]:
        """Parts from the left on, as wide as their shares."""
        each = (self.w - (len(shares) - 1) * gap) / sum(shares)
        left, parts = self.x, []
        for share in shares:
            parts.append(Box(left, self.y, share * each, self.h))
            left = parts[-1].right + gap
        return parts

    def stack(self, shares: Sequence[float], gap: float = GRID) -> list["Box"]:
        """Parts from the top down, as high as their shares."""
        each = (self.h - (len(shares) - 1) * gap) / sum(shares)
        top, parts = self.top, []
        for share in shares:
            parts.append(Box(self.x, top - share * each, self.w, share * each))
            top = parts[-1].y - gap
        return parts

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
