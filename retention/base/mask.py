"""What of a camera's picture is blackened before anything is stored: polygons whose edges never cross."""

from typing import Annotated

from pydantic import AfterValidator, Field

_SMALLEST = 1e-5  # of the picture: a few pixels
Share = Annotated[float, Field(ge=0, le=1)]
Point = tuple[Share, Share]


def _polygon(points: tuple[Point, ...]) -> tuple[Point, ...]:
    if len(points) < 3:
        raise ValueError(
            "a mask is a polygon of three points or more, as shares of the picture: [[0, 0], [0.5, 0], ...]"
        )
    # Where edges cross or touch, part of what the polygon goes round, as all that lies within twice, is left in sight.
    corners = [point for point, after in zip(points, (*points[1:], points[0]), strict=True) if point != after]
    edges = list(zip(corners, (*corners[1:], *corners[:1]), strict=True))
    apart = ((a, b) for i, a in enumerate(edges) for b in edges[i + 2 :] if not (i == 0 and b is edges[-1]))
    if any(_cross(*a, *b) for a, b in apart) or _area(points) < _SMALLEST:
        raise ValueError("a mask goes round what it hides: its edges must not cross, nor lie on one another")
    return points


def _turn(a: Point, b: Point, c: Point) -> float:
    """Above zero where the way from `a` over `b` to `c` turns one way, below it where it turns the other."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two edges have a point in common."""
    near = all(min(a[i], b[i]) <= max(c[i], d[i]) and min(c[i], d[i]) <= max(a[i], b[i]) for i in (0, 1))
    return near and _turn(a, b, c) * _turn(a, b, d) <= 0 and _turn(c, d, a) * _turn(c, d, b) <= 0


def _area(points: tuple[Point, ...]) -> float:
    return abs(sum(_turn((0, 0), a, b) for a, b in zip(points, (*points[1:], points[0]), strict=True))) / 2


Polygon = Annotated[tuple[Point, ...], AfterValidator(_polygon)]
