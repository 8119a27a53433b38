"""Whether a camera is blind, and how: covered, black, overexposed, out of focus, frozen, turned away.

Each key frame is measured and judged by itself, against what was learned of this camera; only what lasts is told. While
something seems wrong nothing is learned, so a camera that was turned is told until it is turned back, or until a
person says that it looks elsewhere from now on.
"""

from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

import cv2
import numpy as np

from recorder.eyes.eyesight import Grey
from recorder.eyes.focus import Focus
from recorder.eyes.view import COLUMNS, ROWS, Edges, View, Where, alike, edges_of

COVERED, BLACK, OVEREXPOSED = "covered", "black", "overexposed"
OUT_OF_FOCUS, FROZEN, TURNED_AWAY = "out_of_focus", "frozen", "turned_away"
KINDS = (COVERED, BLACK, OVEREXPOSED, OUT_OF_FOCUS, FROZEN, TURNED_AWAY)

LASTS = timedelta(seconds=3.5)  # three key frames of two seconds
_FEWEST = 3
_ENOUGH = 0.05  # of a picture must not be masked to judge it
_YOUNG = 5  # pictures, before which nothing is held against what was learned

_WHITE = 0.6  # of the picture at its brightest
_DARK = 60  # grey levels that nothing but noise reaches
_SAME = 0.97  # of the picture not changed by a bit: a clock in a corner may go on
_KEPT = 0.28  # of what was learned must still be seen
_KEPT_AT_LEAST, _EXACT = 0.08, 0.6  # less will do where it is seen pixel by pixel: people stand before the rest
_KEPT_IN_THE_DARK = 0.12
_BLURRED = 0.35  # of the fine detail
_DETAIL = 0.58  # of the sharp edges there used to be, elsewhere: another view, no cover
_PLAIN = 0.012  # of a picture with sharp edges: less is none at all
_MOVED = 6  # grey levels


@dataclass(frozen=True)
class Measures:
    """What one picture is like."""

    brightest: float  # grey levels of its brightest part
    white: float  # share
    same: float  # share that equals the picture before
    detail: float  # share with sharp edges
    elsewhere: float | None  # sharp edges where none were, beside those there used to be
    kept: float | None  # share of what was learned that is still seen
    focus: float | None  # share of the fine detail that is left


@dataclass(frozen=True)
class Seen:
    """What is to be said of a camera after a picture."""

    motion: float
    blind: str | None
    since: datetime | None


def judge(one: Measures) -> str | None:
    """What a single picture looks like, if not like the view of a camera that sees."""
    lost = one.kept is not None and one.kept < (_KEPT_AT_LEAST if (one.focus or 0) > _EXACT else _KEPT)
    dark = one.brightest < _DARK
    if one.white >= _WHITE:
        return OVEREXPOSED
    if dark and (one.kept < _KEPT_IN_THE_DARK if one.kept is not None else one.detail < _PLAIN):
        return BLACK
    if lost and not dark:
        return TURNED_AWAY if (one.elsewhere or 0) > _DETAIL else COVERED
    if one.kept is None and one.detail < _PLAIN:
        return COVERED
    if one.same >= _SAME:
        return FROZEN
    return OUT_OF_FOCUS if one.focus is not None and one.focus < _BLURRED else None


class Watch:
    """One camera through time. `shown` are the cells that no mask covers."""

    def __init__(self, shown: Where | None = None, view: View | None = None) -> None:
        self.shown: Where = np.ones((ROWS, COLUMNS), np.bool_) if shown is None else shown
        self.view = view or View(self.shown)
        self._focus = Focus()
        self._before: tuple[Grey, Edges] | None = None
        self._seems = _Lasting()

    def look(self, grey: Grey, at: datetime) -> Seen:
        """Take the next key frame in."""
        if self.shown.mean() < _ENOUGH:
            return Seen(0.0, None, None)
        edges = edges_of(grey, self.shown)
        one = self.measure(grey, edges)
        motion = self._motion(grey, edges)
        seems = judge(one)
        self._seems.take(seems, at)
        if seems is None and self._seems.steady:
            self.view.learn(edges)
            self._focus.learn(grey)
        self._before = grey, edges
        return Seen(motion, *(self._seems.told or (None, None)))

    def measure(self, grey: Grey, edges: Edges) -> Measures:
        """What this picture is like, beside the one before it and what was learned."""
        kept = elsewhere = focus = None
        strong = self.view.strong()
        if self.view.pictures >= _YOUNG and strong.sum() >= 0.05 * self.shown.sum():
            fits = self.view.fits(edges)
            kept = float(fits[strong].mean())
            elsewhere = float((edges.sharp & ~fits).sum() / max(1.0, self.view.sharp * self.shown.sum()))
            focus = self._focus.left(grey, fits & strong)
        cells = cv2.resize(grey, (COLUMNS * 2, ROWS * 2), interpolation=cv2.INTER_AREA)
        bright = cv2.resize((grey >= 250).astype(np.float32), (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
        double = np.repeat(np.repeat(self.shown, 2, 0), 2, 1)
        seen = int(self.shown.sum())
        return Measures(
            brightest=float(np.quantile(cells[double], 0.99)),
            white=float(bright[self.shown].sum() / seen),
            same=self._same(grey),
            detail=float(edges.sharp.sum() / seen),
            elsewhere=elsewhere,
            kept=kept,
            focus=focus,
        )

    def _same(self, grey: Grey) -> float:
        if self._before is None:
            return 0.0
        changed = (cv2.absdiff(grey, self._before[0]) > 0).astype(np.float32)
        cells = cv2.resize(changed, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
        return float((cells[self.shown] == 0).mean())

    def _motion(self, grey: Grey, edges: Edges) -> float:
        """The share of the picture whose edges and brightness changed; light that is switched moves nothing."""
        if self._before is None:
            return 0.0
        then, now = (
            cv2.resize(one, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA).astype(np.float32)
            for one in (self._before[0], grey)
        )
        difference = now - then
        brighter = np.abs(difference - np.median(difference[self.shown])) > _MOVED
        edged = edges.sharp | self._before[1].sharp
        other = ~alike(edges.cells, self._before[1].cells, self.shown) & edged
        outline = cv2.dilate(other.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        return float((brighter & outline & self.shown).sum() / self.shown.sum())


class _Lasting:
    """Whether a camera seems to see, and since when; told once it has lasted, by the kind it seemed most often."""

    def __init__(self) -> None:
        self._kinds: deque[str | None] = deque(maxlen=_FEWEST)
        self._since: datetime | None = None
        self._times = 0
        self.told: tuple[str, datetime] | None = None

    @property
    def steady(self) -> bool:
        """Whether what it seems to be now is no mere moment."""
        return self._times > 1

    def take(self, seems: str | None, at: datetime) -> None:
        """Take in what one picture seemed."""
        turns = bool(self._kinds) and (seems is None) != (self._kinds[-1] is None)
        if self._since is None or turns or at < self._since:
            self._since, self._times = at, 0
            self._kinds.clear()
        self._kinds.append(seems)
        self._times += 1
        if self._times < _FEWEST or at - self._since < LASTS:
            return
        kind, since = Counter(self._kinds).most_common(1)[0][0], self._since
        if kind is None:
            self.told = None
        elif self.told is None or self.told[0] not in self._kinds:  # no going to and fro between two words
            self.told = kind, since
