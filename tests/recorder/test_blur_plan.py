"""A plan for blurring: what is decided for each moment, and that nothing is shown by mistake."""

import json
from typing import Any

import pytest

from recorder.blur.plan import NOTHING, Plan, read_plan
from recorder.errors import PlanRefused

EMPTY = {"start": 0, "end": 10, "mode": "keep"}
BOX = [0.1, 0.2, 0.1, 0.5]


def plan(*scenes: dict[str, Any], **more: Any) -> Plan:
    return read_plan(json.dumps({"scenes": scenes, **more}))


def corner(made: Plan, at: float) -> tuple[float, float]:
    (shape,) = made.view(at).shapes
    return (round(shape[0][0], 6), round(shape[0][1], 6))


def test_between_two_marks_a_box_moves_in_a_straight_line() -> None:
    marks = [{"at": 2, "box": BOX}, {"at": 6, "box": [0.5, 0.4, 0.1, 0.5]}, {"at": 8, "box": [0.5, 0.0, 0.1, 0.5]}]
    made = plan(EMPTY | {"regions": [{"marks": marks}]})
    assert [corner(made, at) for at in (2, 4, 6, 7, 8)] == [(0.1, 0.2), (0.3, 0.3), (0.5, 0.4), (0.5, 0.2), (0.5, 0)]


def test_before_its_first_mark_and_after_its_last_nothing_of_a_box_is_kept() -> None:
    made = plan(EMPTY | {"regions": [{"marks": [{"at": 2, "box": BOX}, {"at": 6, "box": BOX}]}]})
    assert [made.view(at) for at in (0, 1.9, 6.1, 9.9)] == [NOTHING] * 4


def test_where_no_scene_is_nothing_is_shown() -> None:
    made = plan(EMPTY | {"regions": [{"box": [0, 0, 1, 1]}]})
    assert (made.view(5) != NOTHING, made.view(10), made.view(11)) == (True, NOTHING, NOTHING)


def test_a_plan_that_leaves_seconds_undecided_is_refused_by_their_number() -> None:
    made = plan(EMPTY, {"start": 12, "end": 20, "mode": "keep"})
    with pytest.raises(PlanRefused, match="nothing of second 10 to 12 of 20"):
        made.refuse_holes(20)
    with pytest.raises(PlanRefused, match="nothing of second 0 to 5 of 5"):
        plan().refuse_holes(5)
    with pytest.raises(PlanRefused, match="nothing of second 10 to 15 of 15"):
        plan(EMPTY).refuse_holes(15)
    made.refuse_holes(10)


@pytest.mark.parametrize(
    ("scene", "said"),
    [
        ({"mode": "hide"}, "hides nothing shows everybody"),
        ({"mode": "hide", "regions": [{"marks": [{"at": 2, "box": BOX}, {"at": 9, "box": BOX}]}]}, "would come out"),
        ({"end": 0}, "ends after it begins"),
        ({"regions": [{"box": [0.9, 0, 0.2, 0.5]}]}, "lies within it"),
        ({"regions": [{"box": [0.1, 0, 0, 0.5]}]}, "a box is left, top, width, height"),
        ({"regions": [{"box": BOX, "marks": [{"at": 0, "box": BOX}]}]}, "one of: box, polygon, marks"),
        ({"regions": [{"marks": [{"at": 3, "box": BOX}, {"at": 3, "box": BOX}]}]}, "later than the one before"),
        ({"regions": [{"polygon": [[0, 0], [1, 1], [1, 0], [0, 1]]}]}, "edges must not cross"),
        ({"start": -1}, "greater than or equal to 0"),
        ({"end": "Infinity"}, "finite number"),
        ({"name": "who"}, "not permitted"),
    ],
)
def test_what_cannot_be_meant_is_refused(scene: dict[str, Any], said: str) -> None:
    with pytest.raises(PlanRefused, match=said):
        plan(EMPTY | scene)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"scenes": 3}', "\0", '{"scenes": []}x'])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(PlanRefused):
        read_plan(text)


def test_scenes_do_not_overlap() -> None:
    with pytest.raises(PlanRefused, match="without overlap"):
        plan(EMPTY, {"start": 9, "end": 20, "mode": "keep"})
