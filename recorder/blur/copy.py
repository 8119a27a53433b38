"""A clip made anew from veiled pictures: no picture that the camera sent is in it, neither shown nor kept aside.

Takes pieces from wherever they come, one group of pictures in memory at a time. Gaps, manifest and "whole or nothing"
are those of every clip (`recorder.clips`). A door to av.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import av
import av.error

from recorder.blur.plan import Plan
from recorder.blur.veil import CELLS, LEVELS, RENEWED, Veil
from recorder.clips import Manifest, Piece, Progress, Story, write_clip
from recorder.errors import CannotBeConverted
from recorder.footage import Footage
from recorder.sources.capture import Packet
from recorder.video import boxes
from recorder.video.encoder import Encoder
from recorder.video.h264 import Shaper
from recorder.video.transcode import end_of, pictures

_RATE = 25.0
_FRAME = boxes.TIMESCALE // 25  # how long the last picture before damage is taken to last


def blur_clip(
    destination: Path, pieces: Iterable[Piece], plan: Plan, story: Story, progress: Progress | None = None
) -> Manifest:
    """Make clip and manifest from pieces, or nothing. Only pictures of the span itself are in it.

    Raises PlanRefused where the plan leaves a moment of the span undecided, and what `write_clip` raises.
    """
    plan.refuse_holes((story.end - story.start).total_seconds())
    told = {"fill": plan.fill, "cells": CELLS, "levels": LEVELS, "renewed_seconds": RENEWED, "scenes": len(plan.scenes)}
    return write_clip(destination, _Copy(plan, story).pieces(pieces), replace(story, blurred=told), progress)


def blur_footage(
    footage: Footage,
    camera: str,
    start: datetime,
    end: datetime,
    destination: Path,
    *,
    plan: Plan,
    reason: str,
    actor: str,
    progress: Progress | None = None,
) -> Manifest:
    """A veiled copy of a camera's own footage. The trail knows before a byte is written. Raises as `Footage.export`."""
    plan.refuse_holes((end - start).total_seconds())
    story, pieces = footage.take_out("footage.blur", camera, start, end, destination, reason=reason, actor=actor)
    return blur_clip(destination, pieces, plan, story, progress)


class _Copy:
    """A copy in the making: one encoder for all of it, so that its format stays the same."""

    def __init__(self, plan: Plan, story: Story) -> None:
        self._veil, self._story = Veil(plan), story
        self._encoder: Encoder | None = None
        self._ticks = 0  # of what is made so far

    def pieces(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """The pieces, veiled; what cannot be decoded is left out."""
        before: Piece | None = None
        for piece in pieces:
            follows = before is not None and before.end == piece.start and before.init == piece.init
            lead, before = (before.media if before and follows else b""), piece
            made, whole = self._veiled(piece, lead)
            if not whole:
                before = None  # what follows cannot lean on it
            if made is not None:
                yield made

    def _veiled(self, piece: Piece, lead: bytes) -> tuple[Piece | None, bool]:
        """The piece, veiled, as far as it can be decoded; and whether that is to its end."""
        begin, packets, times, whole = boxes.head_of(piece.media).decode_time, list[Packet](), list[int](), True
        first = max(0, _ticks(self._story.start - piece.start))
        last = min(end_of(piece.media) - begin, _ticks(self._story.end - piece.start))
        try:
            for frame in pictures(piece.init, lead, piece.media, strict=True):
                if frame.pts is None or not first <= (tick := frame.pts - begin) < last:
                    continue
                # The first that can be decoded stands for those before it, so that the group is as long as it was.
                times.append(tick if times or first else 0)
                packets += self._encoded(frame, piece, times)
        except av.error.FFmpegError:
            whole = False
        if not packets:
            return None, whole
        ends = max(last if whole else min(last, times[-1] + _FRAME), times[-1] + 1)
        spans = [(after - now, 0) for now, after in pairwise([*times, ends])]
        samples = [Shaper.slices_of(packet.data) for packet in packets]
        media = boxes.part(1, self._ticks, spans, samples, key=True)
        self._ticks += ends - times[0]
        start, end = (piece.start + timedelta(seconds=tick / boxes.TIMESCALE) for tick in (times[0], ends))
        if whole and last == end_of(piece.media) - begin:
            end = piece.end  # exactly: what follows goes on from there
        return Piece(boxes.init(packets[0].format), media, start, end, converted=True), whole

    def _encoded(self, frame: av.VideoFrame, piece: Piece, times: list[int]) -> list[Packet]:
        at = (piece.start - self._story.start).total_seconds() + times[-1] / boxes.TIMESCALE
        safe = self._veil.over(frame, at)
        if self._encoder is None or self._encoder.pictures != (safe.width, safe.height):
            self._encoder = Encoder(safe.width, safe.height, _RATE, preset="veryfast", key_every=None)
        try:
            found = self._encoder.encode(safe, self._ticks + times[-1] - times[0], key=len(times) == 1)
        except av.error.FFmpegError as error:
            raise CannotBeConverted(f"the pictures cannot be encoded ({type(error).__name__})") from error
        assert len(found) == 1, "the encoder keeps nothing back"
        return found


def _ticks(span: timedelta) -> int:
    return round(span.total_seconds() * boxes.TIMESCALE)
