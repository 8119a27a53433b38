"""Whether the lens is in focus: how much of the fine detail learned before is still there, beside the coarse.

Held against what was learned, pixel by pixel, a sensor's noise cancels out; beside the coarse detail, so does light.
Learned within minutes and kept in memory alone. A camera that was nudged is looked for where it points now.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from recorder.eyes.eyesight import HEIGHT, WIDTH, Grey

_FAINTEST = 0.05  # square grey levels a pixel: no detail that could be lost
_SLOWEST = 150  # pictures over which is learned
_ENOUGH = 6
_NEAR = 6  # pixels that a nudge may move the picture
_NUDGED = 0.5  # below this the camera may have moved a little
_ALIKE, _FAINT = 0.2, 0.02  # less of the coarse detail is too little to judge by

Band = NDArray[np.float32]
Where = NDArray[np.bool_]


class Focus:
    """What a camera's picture holds of fine and of coarse detail."""

    def __init__(self) -> None:
        self.pictures = 0
        # Every other picture in each half: their common part holds no noise.
        self._halves: tuple[Band, Band] = (np.zeros((HEIGHT, WIDTH), np.float32), np.zeros((HEIGHT, WIDTH), np.float32))
        self._coarse: Band = np.zeros((HEIGHT, WIDTH), np.float32)

    def learn(self, grey: Grey) -> None:
        fine, coarse = _bands(grey)
        half = self._halves[self.pictures % 2]
        half += (fine - half) / min(self.pictures // 2 + 1, _SLOWEST)
        self._coarse += (coarse - self._coarse) / min(self.pictures + 1, _SLOWEST)
        self.pictures += 1

    def left(self, grey: Grey, where: Where) -> float | None:
        """The share of the fine detail that is left, about 1 in focus; None where that cannot be told."""
        if self.pictures < _ENOUGH or not where.any():
            return None
        mask = cv2.resize(where.astype(np.uint8), (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST).astype(np.float32)
        fine, coarse = _bands(grey)
        found = self._left(fine, coarse, mask)
        if found is None or found > _NUDGED:
            return found
        (across, down), _ = cv2.phaseCorrelate(self._halves[0], fine)
        if max(abs(across), abs(down)) > _NEAR:
            return found
        back = (-round(down), -round(across))
        return self._left(np.roll(fine, back, (0, 1)), np.roll(coarse, back, (0, 1)), mask) or found

    def _left(self, fine: Band, coarse: Band, mask: Band) -> float | None:
        both, known, own = (
            float((mask * one * other).sum())
            for one, other in ((coarse, self._coarse), (self._coarse, self._coarse), (coarse, coarse))
        )
        if abs(both) < _ALIKE * (known * own) ** 0.5 + 1e-3 or abs(both) < _FAINT * known:
            return None
        first, second = self._halves
        learned = float((mask * first * second).sum())
        if learned < _FAINTEST * float(mask.sum()):
            return None
        seen = float((mask * (first + second) * fine).sum()) / 2 / learned
        return max(0.0, seen * known / both)


def _bands(grey: Grey) -> tuple[Band, Band]:
    picture = grey.astype(np.float32)
    smooth = cv2.GaussianBlur(picture, (0, 0), 1.2)
    small = cv2.resize(smooth, (WIDTH // 4, HEIGHT // 4), interpolation=cv2.INTER_AREA)
    coarse = cv2.GaussianBlur(small, (0, 0), 1.0) - cv2.GaussianBlur(small, (0, 0), 4.0)
    return picture - smooth, np.asarray(cv2.resize(coarse, (WIDTH, HEIGHT)), np.float32)
