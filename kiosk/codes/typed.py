"""What somebody typed from a slip that is no code: its groups as they stand on the paper, and which cannot be right.

One check digit tells that a digit is wrong and not which. A group is told where it can be: of another length, with
something else than digits, or beyond what 128 bits hold.
"""

import re
from dataclasses import dataclass
from typing import Final

from kiosk.codes.code import BETWEEN, BYTES, DIGITS

GROUP: Final = 5
_LARGEST_FIRST: Final = str((1 << 8 * BYTES) - 1)[:GROUP]
_FIVE: Final = re.compile(r"[0-9]{5}")


@dataclass(frozen=True, repr=False)
class Typed:
    """Groups by their place on the slip, counted from one in `wrong`."""

    groups: tuple[str, ...]
    wrong: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "Typed":
        groups = tuple(group for word in BETWEEN.split(text) for group in _groups(word))
        wrong = {place for place, group in enumerate(groups, 1) if not _FIVE.fullmatch(group)}
        if len(groups) * GROUP == DIGITS and not wrong and groups[0] > _LARGEST_FIRST:
            wrong = {1}
        return cls(groups, tuple(sorted(wrong)))

    @property
    def signs(self) -> int:
        """How many digits, or what was taken for one."""
        return sum(map(len, self.groups))


def _groups(word: str) -> list[str]:
    """One digit too many in a group is that group's fault, and does not shift those behind it."""
    if len(word) < 2 * GROUP:
        return [word] if word else []
    return [word[place : place + GROUP] for place in range(0, len(word), GROUP)]
