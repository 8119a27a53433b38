"""What a polygon goes round is hidden altogether: none is taken that leaves a part of it in sight."""

import pytest
from pydantic import TypeAdapter, ValidationError

from retention.base.mask import Polygon

ROUND = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
TAKES = TypeAdapter[object](Polygon)


@pytest.mark.parametrize(
    "points",
    [
        ROUND,
        [*ROUND, ROUND[0]],
        [ROUND[0], *ROUND],
        [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.7, 0.9], [0.7, 0.3], [0.3, 0.3], [0.3, 0.9], [0.1, 0.9]],  # a U
    ],
)
def test_a_way_round_is_taken_closed_or_not(points: list[list[float]]) -> None:
    TAKES.validate_python(points)


@pytest.mark.parametrize(
    "points",
    [
        ROUND * 2,
        [*ROUND, ROUND[0], *ROUND],
        [*ROUND, [0.1, 0.1], [0.2, 0.2], [0.8, 0.2], [0.8, 0.8], [0.2, 0.8], [0.2, 0.2]],  # round, in, and round again
        [[0.1, 0.1], [0.5, 0.5], [0.9, 0.1], [0.9, 0.9], [0.5, 0.5], [0.1, 0.9]],  # two that touch
    ],
)
def test_a_way_that_goes_round_twice_or_touches_itself_is_refused(points: list[list[float]]) -> None:
    with pytest.raises(ValidationError, match="edges must not cross"):
        TAKES.validate_python(points)
