"""The focus: moved by keys, or going round by itself; rows where there is much to choose."""

import pytest

from kiosk.keyboard import BY_USE, LETTERS, Page, scanned
from kiosk.layout import Box
from kiosk.steering import Place, Steering
from kiosk.told import Group, Target, Told


def page(rows: int, columns: int, strip: int = 2) -> Told:
    """A grid of answers over a strip."""
    answers = [
        Target(f"{row}{column}", lambda: None, Box(column * 30, 300 - row * 30, 25, 25))
        for row in range(rows)
        for column in range(columns)
    ]
    lowest = [Target(f"strip {at}", lambda: None, Box(at * 40, 0, 30, 25), strip=True) for at in range(strip)]
    return Told(targets=(*answers, *lowest))


def steered(told: Told, *, scanning: bool = False, question: bool = False) -> Steering:
    steering = Steering()
    again = Target("", lambda: None, Box(0, 350, 100, 20), question=True) if question else None
    steering.show(told, 0.0, scanning=scanning, again=again)
    return steering


def name(steering: Steering) -> str:
    current = steering.current
    assert current is not None
    return current.name if isinstance(current, Target) else "/".join(target.name for target in current.targets)


def walk(steering: Steering, steps: int, by: int = 1) -> list[str]:
    seen = []
    for _ in range(steps):
        steering.step(by)
        seen.append(name(steering))
    return seen


def test_the_focus_begins_at_the_question_and_goes_round():
    steering = steered(page(1, 2), question=True)
    assert name(steering) == ""
    assert walk(steering, 5) == ["00", "01", "strip 0", "strip 1", ""]
    assert walk(steering, 1, by=-1) == ["strip 1"]


def test_up_to_nine_answers_are_taken_in_one_step_and_more_by_rows():
    assert walk(steered(page(3, 3)), 8)[:3] == ["01", "02", "10"]
    assert walk(steered(page(2, 5)), 2) == ["10/11/12/13/14", "strip 0"]


def test_within_a_row_the_focus_stays_in_it_until_something_is_taken_or_it_is_left():
    steering = steered(page(2, 5))
    assert steering.take(0) is None
    assert walk(steering, 6) == ["01", "02", "03", "04", "00", "01"]
    assert steering.leave()
    assert name(steering) == "00/01/02/03/04"
    assert not steering.leave()
    steering.take(0)
    steering.step(1)
    chosen = steering.take(0)
    assert chosen is not None
    assert chosen.name == "01"
    assert name(steering) == "00/01/02/03/04"


def test_a_page_that_changes_a_little_keeps_the_focus_and_one_with_other_answers_does_not():
    steering = steered(page(2, 5))
    steering.step(1)
    steering.refresh(page(2, 5), None)
    assert steering.place == Place(1)
    steering.refresh(page(2, 2), None)
    assert steering.place == Place(0)


def test_a_row_that_grows_shorter_under_the_focus_is_left():
    steering = steered(page(4, 4))
    steering.take(0.0)
    steering.step(3)
    assert name(steering) == "03"
    shorter = page(4, 3)
    steering.refresh(shorter, None)
    assert name(steering) == "00/01/02"


def test_the_focus_of_an_empty_page_is_nowhere():
    steering = steered(Told())
    steering.step(1)
    assert steering.current is None
    assert steering.take(0) is None
    assert not steering.tick(9, 1)


def test_scanning_goes_on_at_its_pace_and_takes_the_strip_as_one():
    steering = steered(page(1, 2), scanning=True)
    seen = []
    for tenth in range(1, 41):
        if steering.tick(tenth / 10, pace=1.0):
            seen.append((tenth / 10, name(steering)))
    assert seen == [(1.0, "01"), (2.0, "strip 0/strip 1"), (3.0, "00"), (4.0, "01")]


def test_scanning_leaves_a_row_nobody_chose_from_after_two_rounds():
    steering = steered(page(2, 5), scanning=True)
    steering.take(0)
    seen = []
    for second in range(1, 12):
        steering.tick(second, pace=1.0)
        seen.append(name(steering))
    assert seen[:9] == ["01", "02", "03", "04", "00", "01", "02", "03", "04"]
    assert seen[9:] == ["00/01/02/03/04", "10/11/12/13/14"]


def test_after_something_is_taken_scanning_begins_again_with_its_whole_pace():
    steering = steered(page(2, 5), scanning=True)
    steering.tick(1, 1.0)
    steering.take(1.5)
    steering.take(2.0)
    assert name(steering) == "00/01/02/03/04"
    assert not steering.tick(2.9, 1.0)
    assert steering.tick(3.0, 1.0)


def test_a_row_is_as_large_as_what_stands_in_it():
    row = Group(page(2, 5).targets[:5])
    assert row.place == Box(0, 300, 145, 25)


@pytest.mark.parametrize("columns", [7, 10])
def test_while_scanning_the_letters_used_most_are_reached_first(columns: int):
    letters = scanned(LETTERS[Page.LETTERS], columns)
    steps = {letter: sum(divmod(cell, columns)) for cell, letter in enumerate(letters)}
    assert sorted(letters) == sorted(LETTERS[Page.LETTERS])
    assert [steps[letter] for letter in BY_USE] == sorted(steps.values())
    assert scanned(LETTERS[Page.WEST], columns) == LETTERS[Page.WEST]
