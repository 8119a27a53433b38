"""What a visitor gets on paper: said here without anything that draws, so that nobody waits for that to load."""

from dataclasses import dataclass, field

from kiosk.codes.code import Code
from kiosk.labels.daymark import DayMark
from kiosk.passes import Pass


@dataclass(frozen=True)
class Sticker:
    """What one visitor gets. The code is in no log and no traceback."""

    pass_: Pass
    language: str
    mark: DayMark
    code: Code | None = field(default=None, repr=False)
