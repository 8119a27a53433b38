"""Drafts of blurred copies: a box for whoever may be seen, picked on pictures two seconds apart. Kept in memory alone.

A draft belongs to a look and ends with it. What nobody decided is hidden: the box is shown a second around each picture
it was drawn on, and on its way between two of them that lie at most ten seconds apart.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Literal

from desk.looks import Look
from recorder.blur.plan import Box, Mark, Plan, Region, Scene

STEP = 2  # seconds from picture to picture
LONGEST = timedelta(minutes=10)
_FARTHEST = 5  # pictures from one drawn box to the next, for it to be shown on its way
_MOST = 20  # drafts of one desk; the oldest go

State = Literal["drawn", "absent", "between", "hidden"]


@dataclass
class Draft:
    """One copy in preparation. `marks`: the box on a picture, by its number; None where the person is not there."""

    id: str
    look: Look
    camera: str
    start: datetime
    end: datetime
    case: str = ""  # the number of the case it is made from; else from the camera's own footage
    marks: dict[int, Box | None] = field(default_factory=dict)
    version: int = 0

    @property
    def length(self) -> float:
        return (self.end - self.start).total_seconds()

    @property
    def pictures(self) -> int:
        return max(1, -int(-self.length // STEP))

    def at(self, number: int) -> datetime:
        return self.start + timedelta(seconds=number * STEP)

    def mark(self, number: int, box: Box | None) -> None:
        """This is where the person is on a picture, or that they are not there."""
        self.marks[number] = box
        self.version += 1

    def forget(self, number: int) -> None:
        """Leave a picture undecided again."""
        self.marks.pop(number, None)
        self.version += 1

    def shown(self, number: int) -> tuple[State, Box | None]:
        """What becomes of a picture, and the box on it."""
        if number in self.marks:
            box = self.marks[number]
            return ("drawn" if box else "absent", box)
        for region in self.regions():
            if (shape := region.shape(number * STEP)) is not None:
                (left, top), (right, bottom) = shape[0], shape[2]
                return "between", (left, top, right - left, bottom - top)
        return "hidden", None

    def before(self, number: int) -> Box | None:
        """The box last drawn before a picture: where to begin from."""
        drawn = [(n, box) for n, box in sorted(self.marks.items()) if n < number and box]
        return drawn[-1][1] if drawn else None

    def regions(self) -> list[Region]:
        """The box's ways, each from a drawn picture over the next ones that are near enough."""
        runs: list[list[tuple[int, Box]]] = []
        last: int | None = None
        for number, box in sorted(self.marks.items()):
            if box is None:
                last = None
                continue
            if last is None or number - last > _FARTHEST:
                runs.append([])
            runs[-1].append((number, box))
            last = number
        return [self._way(run) for run in runs]

    def seconds_shown(self) -> float:
        """How long the person can be seen in the copy."""
        return sum(region.marks[-1].at - region.marks[0].at for region in self.regions())

    def plan(self, *, solid: bool = False) -> Plan:
        scene = Scene(start=0, end=self.length, mode="keep", regions=tuple(self.regions()))
        return Plan(scenes=(scene,), fill="solid" if solid else "blocks")

    def _way(self, run: list[tuple[int, Box]]) -> Region:
        """A picture stands for the second around it."""
        marks = {float(number * STEP): box for number, box in run}
        first, last = min(marks), max(marks)
        around = {max(0.0, first - STEP / 2): marks[first], min(self.length, last + STEP / 2): marks[last]}
        return Region(marks=tuple(Mark(at=at, box=box) for at, box in sorted((around | marks).items())))


class Drafts:
    """The drafts of one desk."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._drafts: dict[str, Draft] = {}

    def begin(self, look: Look, camera: str, start: datetime, end: datetime, *, case: str = "") -> Draft:
        draft = Draft(secrets.token_urlsafe(16), look, camera, start, end, case)
        with self._lock:
            for old in list(self._drafts)[: max(0, len(self._drafts) - _MOST + 1)]:
                del self._drafts[old]
            self._drafts[draft.id] = draft
        return draft

    def find(self, id: str) -> Draft | None:
        """A draft by its id; whether its look is still open and whose it is, `Looks.find` tells."""
        with self._lock:
            return self._drafts.get(id)
