"""The mark of a day on its stickers: a colour and a sign. Yesterday's has another colour and another sign."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from kiosk.passes import COLOURS
from retention.base.translations import N_

SIGNS: Final[dict[str, str]] = {
    "cross": N_("cross"),
    "ring": N_("ring"),
    "arrow": N_("arrow"),
    "half": N_("half moon"),
    "hourglass": N_("hourglass"),
    "frame": N_("square"),
    "bolt": N_("lightning"),
}
"""Each unlike the one before, every picture of a pass and every pattern."""
_PACE: Final = 3  # colours that follow one another in the list are too alike


@dataclass(frozen=True)
class DayMark:
    """One day's colour and sign; on a printer that knows black alone, `reversed` stands for the colour."""

    colour: str
    sign: str
    reversed: bool

    @classmethod
    def of(cls, day: date) -> "DayMark":
        """The mark of a site day: every pair comes round once in 56 days."""
        number = day.toordinal()
        return cls(COLOURS[number * _PACE % len(COLOURS)], list(SIGNS)[number % len(SIGNS)], number % 2 == 1)
