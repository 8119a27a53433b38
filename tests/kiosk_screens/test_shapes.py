"""Round shapes are kept as drawn once, and look as if they were drawn each time."""

import json
import subprocess
import sys

import pytest

SEEN = 24
"""Of 255: less than this on the smoothed points of a rim is seen by nobody."""


def test_cards_and_the_door_look_as_if_each_were_drawn_in_one_go(make_display):
    words = [sys.executable, "-m", "tests.kiosk_screens.round_shapes"]
    done = subprocess.run(
        words, env=make_display(1280, 1024).environment(), check=True, timeout=120, capture_output=True, text=True
    )
    apart = json.loads(done.stdout.splitlines()[-1])
    assert len(apart["cards"]) == 4
    assert max(*apart["cards"], apart["door"]) < SEEN, apart


def test_a_card_of_another_size_is_not_drawn_anew(frames):
    from kiosk.screens.parts import Card  # noqa: PLC0415 - Kivy is loaded by these tests alone
    from kiosk.screens.shapes import plate  # noqa: PLC0415

    look = {"ground": "#123456", "edge": "#FEDCBA", "corner": 9}
    Card(size=(200, 100), **look)
    drawn = plate.cache_info().misses
    for size in ((300, 100), (90, 60), (1000, 400)):
        Card(size=size, **look)
    assert plate.cache_info().misses == drawn


@pytest.mark.parametrize("size", [(8, 40), (40, 17), (4, 4)])
def test_a_card_that_is_smaller_than_its_corners_has_smaller_ones(frames, size: tuple[int, int]):
    from kiosk.screens.parts import Card  # noqa: PLC0415 - Kivy is loaded by these tests alone

    card = Card(size=size, ground="#123456", corner=30)
    border, (wide, high) = card._area.border[0], card._area.size
    assert 2 * border <= min(wide, high)
