"""The veil over what is hidden: so little of it is left that nothing can be made of it again.

Hidden pixels are replaced by blocks, six over the shorter side, of four greys and no colour, made anew once a second
at most. A block takes the mean of a part that is hidden altogether; one on the edge takes it from its neighbours, for
from the mean and its visible part one could reckon the rest. So all that is left of a hidden picture of 16:9 are 60
numbers of two bits a second, however sharp it was: no face and no gait. `solid` leaves nothing, for people so near that
a head is more than a quarter of the picture high.
"""

from typing import Final, Literal

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from recorder.blur.plan import NOTHING, Plan, View
from recorder.video.colours import reckonable

CELLS: Final = 6  # over the shorter side of the picture
LEVELS: Final = 4
RENEWED: Final = 1.0  # seconds
MARGIN: Final = 0.02  # of the shorter side, around what is hidden: a hand moves faster than its box
_STEP = 256 // LEVELS
_SOLID, _NEUTRAL = 96, 128  # luma of what is left out, and colour at rest
Grey = NDArray[np.uint8]
Cover = NDArray[np.bool_]


class Veil:
    """Covers the pictures of one span, in order."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._fill: Literal["blocks", "solid"] = plan.fill
        self._seen: tuple[View, int, int] | None = None
        self._hidden: tuple[Cover, Cover]
        self._ground: Grey = np.zeros((0, 0), np.uint8)
        self._made_at = 0.0

    def over(self, frame: av.VideoFrame, at: float) -> av.VideoFrame:
        """The picture of moment `at`, in 4:2:0, with nothing left under the veil. The frame given is spent.

        Of a damaged picture all is hidden: damage moves what is hidden to where nothing hides it.
        """
        view = NOTHING if frame.is_corrupt else self._plan.view(at)
        if frame.format.name != "yuv420p":
            frame = reckonable(frame).reformat(format="yuv420p")
        frame.make_writable()  # a decoder still makes later pictures from this one
        width, height = frame.width, frame.height
        if self._seen != (view, width, height):
            self._seen, self._hidden = (view, width, height), hidden(view, width, height)
        planes = [np.frombuffer(p, np.uint8).reshape(-1, p.line_size) for p in frame.planes]  # type: ignore[call-overload]
        cover, colour = self._hidden
        self._renew(planes[0][:height, :width], at)
        np.copyto(planes[0][:height, :width], self._ground, where=cover)
        for plane in planes[1:]:
            np.copyto(plane[: colour.shape[0], : colour.shape[1]], np.uint8(_NEUTRAL), where=colour)
        return frame

    def _renew(self, luma: Grey, at: float) -> None:
        if self._ground.shape == luma.shape and 0 <= at - self._made_at < RENEWED:
            return
        self._made_at = at
        self._ground = np.full(luma.shape, _SOLID, np.uint8) if self._fill == "solid" else blocks(luma, self._hidden[0])


def hidden(view: View, width: int, height: int) -> tuple[Cover, Cover]:
    """Which samples of luma and of each colour are hidden: rather a pixel too many than one too few."""
    painted = np.zeros((height, width), np.uint8)
    for shape in view.shapes:
        corners = np.round(np.array(shape) * (width - 1, height - 1)).astype(np.int32)
        cv2.fillPoly(painted, [corners], 255)
    if view.mode == "keep":
        cover = cv2.bitwise_not(cv2.erode(painted, np.ones((3, 3), np.uint8)))
    else:
        reach = 2 * max(1, round(MARGIN * min(width, height))) + 1
        cover = cv2.dilate(painted, np.ones((reach, reach), np.uint8))
    # A sample of colour belongs to four pixels: it is hidden if one of them is, for then their mean is not nothing.
    even = cv2.copyMakeBorder(cover, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    colour = cv2.resize(even, (even.shape[1] // 2, even.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return cover.astype(np.bool_), colour.astype(np.bool_)


def blocks(luma: Grey, cover: Cover) -> Grey:
    """A picture of the coarsest kind; only what is hidden altogether has a say in it."""
    height, width = luma.shape
    side = max(1.0, min(width, height) / CELLS)
    size = max(1, int(width / side)), max(1, int(height / side))
    means = cv2.resize(luma.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    shown = cv2.resize((~cover).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    coarse = _spread(np.asarray(means, np.float32), np.asarray(shown == 0, np.float32))
    levels = np.clip(coarse // _STEP, 0, LEVELS - 1) * _STEP + _STEP / 2
    return np.asarray(cv2.resize(levels.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def _spread(means: NDArray[np.float32], known: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means where they are known, carried on to where they are not."""
    if not known.any():
        return np.full_like(means, _SOLID)
    found, weight = means * known, known.copy()
    while not weight.all():
        around = cv2.blur(found, (3, 3), borderType=cv2.BORDER_CONSTANT)
        near = cv2.blur(weight, (3, 3), borderType=cv2.BORDER_CONSTANT)
        new = (weight == 0) & (near > 1e-6)
        found[new], weight[new] = around[new] / near[new], 1
    return found
