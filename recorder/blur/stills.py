"""Single pictures of footage for whoever makes a plan: as it is, or as it will be under the veil. Nothing is kept.

A door to av and cv2.
"""

from datetime import datetime

import av.error
import cv2
import numpy as np
from av.video.frame import VideoFrame

from recorder.blur.plan import Plan
from recorder.blur.veil import Veil
from recorder.footage import Footage, Fragment
from recorder.video import boxes
from recorder.video.colours import reckonable
from recorder.video.transcode import pictures

QUALITY = 80


def still(footage: Footage, camera: str, at: datetime, width: int) -> bytes | None:
    """The picture shown at a moment as JPEG, at most so wide; None where there is none."""
    frame = _frame(footage, camera, at)
    return None if frame is None else _jpeg(frame, width)


def preview(footage: Footage, camera: str, at: datetime, width: int, *, plan: Plan, second: float) -> bytes | None:
    """The same as a copy made by the plan shows it, at that second of its span."""
    frame = _frame(footage, camera, at)
    return None if frame is None else _jpeg(Veil(plan).over(frame, second), width)


def _frame(footage: Footage, camera: str, at: datetime) -> VideoFrame | None:
    fragment = footage.fragment(camera, at)
    if fragment is None or not fragment.start <= at < fragment.end:
        return None
    return _shown(fragment, at)


def _shown(fragment: Fragment, at: datetime) -> VideoFrame | None:
    """The last picture that is not later than the moment."""
    begin = boxes.head_of(fragment.media).decode_time
    wanted = begin + round((at - fragment.start).total_seconds() * boxes.TIMESCALE)
    found: VideoFrame | None = None
    try:
        for frame in pictures(fragment.init, b"", fragment.media):
            if found is not None and (frame.pts is None or frame.pts > wanted):
                break
            found = frame
    except av.error.FFmpegError:
        return found
    return found


def _jpeg(frame: VideoFrame, width: int) -> bytes:
    shrink = min(1.0, width / frame.width)
    size = max(2, round(frame.width * shrink)), max(2, round(frame.height * shrink))
    picture = np.asarray(reckonable(frame).reformat(*size, format="bgr24").to_ndarray(), np.uint8)
    _, data = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
    return data.tobytes()
