"""The one table `make bench` prints."""

from collections.abc import Iterable
from dataclasses import dataclass

_FORM = "{:<46} {:>12} {:>12} {:>8}   {}"


@dataclass(frozen=True)
class Row:
    """One figure, beside the same of another tool where there is one, and what is aimed at."""

    what: str
    ours: float
    unit: str
    theirs: float | None = None
    goal: str = ""

    def line(self) -> str:
        theirs = "" if self.theirs is None else f"{self.theirs:.4g} {self.unit}"
        ratio = "" if not self.theirs else f"{self.ours / self.theirs:.2f}"
        return _FORM.format(self.what, f"{self.ours:.4g} {self.unit}", theirs, ratio, self.goal).rstrip()


def table(rows: Iterable[Row]) -> str:
    head = _FORM.format("", "Portier", "ffmpeg", "ratio", "goal").rstrip()
    return "\n".join((head, "-" * len(head), *(row.line() for row in rows)))
