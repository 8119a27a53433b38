"""What is shown and what is hidden, moment by moment: scenes, and the regions in them. Pure, no picture.

A plan is JSON. Moments are seconds from the start of the span, places are shares of the picture:

    {"scenes": [{"start": 0, "end": 8, "mode": "keep", "regions": [
        {"marks": [{"at": 0, "box": [0.1, 0.2, 0.1, 0.5]}, {"at": 8, "box": [0.6, 0.2, 0.1, 0.5]}]}]}]}

A box is left, top, width, height. Between two marks it moves in a straight line. In doubt everything is hidden.
"""

from bisect import bisect_right
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from recorder.errors import PlanRefused
from retention.base.mask import Polygon

LONGEST = 86_400.0
_SLACK = 0.001  # seconds: moments are written with so many digits
_Seconds = Annotated[float, Field(ge=0, le=LONGEST, allow_inf_nan=False)]
_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


def _box(sides: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, top, width, height = sides
    if width <= 0 or height <= 0 or left + width > 1 + _SLACK or top + height > 1 + _SLACK:
        raise ValueError("a box is left, top, width, height, as shares of the picture, and lies within it")
    return sides


Box = Annotated[tuple[_Share, _Share, _Share, _Share], AfterValidator(_box)]


class View(NamedTuple):
    """What holds at one moment: these shapes are kept and all else is hidden, or they are hidden."""

    mode: Literal["keep", "hide"]
    shapes: tuple[Polygon, ...]


NOTHING = View("keep", ())  # all is hidden


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Mark(_Part):
    """Where a moving box is at one moment."""

    at: _Seconds
    box: Box


class Region(_Part):
    """A part of the picture: a box or a polygon that stays, or a box that moves from mark to mark."""

    box: Box | None = None
    polygon: Polygon | None = None
    marks: Annotated[tuple[Mark, ...], Field(max_length=10_000)] = ()

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.box is not None) + (self.polygon is not None) + bool(self.marks) != 1:
            raise ValueError("a region is one of: box, polygon, marks")
        if any(after.at <= before.at for before, after in pairwise(self.marks)):
            raise ValueError("marks stand in the order of their moments, each later than the one before")
        return self

    def shape(self, at: float) -> Polygon | None:
        """Its corners at a moment; None where no marks stand on both sides of it."""
        if self.polygon is not None:
            return self.polygon
        box = self.box or self._between_marks(at)
        if box is None:
            return None
        left, top, width, height = box
        return ((left, top), (left + width, top), (left + width, top + height), (left, top + height))

    def reaches(self, start: float, end: float) -> bool:
        """Whether it has a place at every moment from `start` to `end`."""
        return not self.marks or (self.marks[0].at <= start + _SLACK and self.marks[-1].at >= end - _SLACK)

    def _between_marks(self, at: float) -> Box | None:
        first, last = self.marks[0].at, self.marks[-1].at
        if not first - _SLACK <= at <= last + _SLACK:
            return None
        at = min(max(at, first), last)
        after = min(bisect_right(self.marks, at, key=lambda mark: mark.at), len(self.marks) - 1)
        late, early = self.marks[after], self.marks[max(after - 1, 0)]
        way = (at - early.at) / (late.at - early.at) if late.at > early.at else 0.0
        left, top, width, height = (a + (b - a) * way for a, b in zip(early.box, late.box, strict=True))
        return (left, top, width, height)


class Scene(_Part):
    """A stretch of the span with one decision: keep these regions and hide all else, or hide these."""

    start: _Seconds
    end: _Seconds
    mode: Literal["keep", "hide"]
    regions: Annotated[tuple[Region, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _can_be_meant(self) -> Self:
        if self.end <= self.start:
            raise ValueError("a scene ends after it begins")
        if self.mode == "hide" and not self.regions:
            raise ValueError("a scene that hides nothing shows everybody: to show all, keep the box [0, 0, 1, 1]")
        if self.mode == "hide" and not all(region.reaches(self.start, self.end) for region in self.regions):
            raise ValueError("what is hidden is marked at the start and at the end of its scene, or it would come out")
        return self

    def view(self, at: float) -> View:
        """What holds at a moment of this scene."""
        shapes = tuple(shape for region in self.regions if (shape := region.shape(at)) is not None)
        return View(self.mode, shapes)


class Plan(_Part):
    """The decisions for one span, and what hidden parts are filled with."""

    scenes: Annotated[tuple[Scene, ...], Field(max_length=10_000)]
    fill: Literal["blocks", "solid"] = "blocks"

    @model_validator(mode="after")
    def _are_in_order(self) -> Self:
        if any(after.start < before.end - _SLACK for before, after in pairwise(self.scenes)):
            raise ValueError("scenes follow each other without overlap")
        return self

    def view(self, at: float) -> View:
        """What holds at a moment; where no scene is, nothing is shown."""
        place = bisect_right(self.scenes, at, key=lambda scene: scene.start) - 1
        if place < 0 or at >= self.scenes[place].end:
            return NOTHING
        return self.scenes[place].view(at)

    def refuse_holes(self, length: float) -> None:
        """Raise PlanRefused where a second of the span is left without a decision."""
        decided = 0.0
        for scene in self.scenes:
            if scene.start > decided + _SLACK:
                break
            decided = scene.end
        if decided < length - _SLACK:
            ends = min([length, *(scene.start for scene in self.scenes if scene.start > decided)])
            raise PlanRefused(
                f"the plan says nothing of second {decided:g} to {ends:g} of {length:g}: add a scene for it; "
                'one without regions, {"start": ..., "end": ..., "mode": "keep"}, hides everything'
            )


def read_plan(text: str | bytes) -> Plan:
    """A plan from its JSON. Raises PlanRefused with what has to be put right."""
    try:
        return Plan.model_validate_json(text)
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, one['loc'])) or 'the plan'}: {one['msg']}" for one in error.errors()[:5]]
        raise PlanRefused("the plan cannot be followed: " + "; ".join(problems)) from error
