"""The one table `make bench` prints."""

from collections.abc import Iterable
from dataclasses import dataclass

_FORM = "{:<50} {:>12} {:>18} {:>20}   {}"


@dataclass(frozen=True)
class Row:
    """One figure, beside the same of another tool where there is one, and what is aimed at."""

    what: str
    ours: float
    unit: str
    theirs: float | None = None
    goal: str = ""
    other: str = "ffmpeg"
    spread: tuple[float, float] | None = None  # of the ratio, where it was taken several times

    def line(self) -> str:
        theirs = "" if self.theirs is None else f"{self.theirs:.4g} {self.unit} {self.other}"
        ratio = "" if not self.theirs else f"{self.ours / self.theirs:.2f}"
        if self.spread is not None:
            ratio += f" ({self.spread[0]:.2f}..{self.spread[1]:.2f})"
        return _FORM.format(self.what, f"{self.ours:.4g} {self.unit}", theirs, ratio, self.goal).rstrip()


def table(rows: Iterable[Row]) -> str:
    head = _FORM.format("", "Portier", "beside it", "ratio (spread)", "bar").rstrip()
    return "\n".join((head, "-" * len(head), *(row.line() for row in rows)))
