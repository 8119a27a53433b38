"""Trembling hands sign in under their own name: touches beside their aim, and twice."""

from collections.abc import Iterator
from random import Random
from statistics import mean

import pytest

from tests.kiosk_screens.scenes import panel
from tests.kiosk_screens.tremor import Door, Trembling
from tests.support.bars import Bars

NAMES = ("Anna de Vries", "Ali", "Jan Jansen", "Zoë de Wit", "Fatima El Amrani", "Bo", "Paweł Nowak", "Cor")
SMALLEST = {"portrait": panel(15.6, 1080, 1920), "landscape": panel(15.6, 1920, 1080)}


@pytest.fixture(params=SMALLEST)
def door(request: pytest.FixtureRequest, frames: object) -> Iterator[Door]:
    return Door(SMALLEST[request.param])


def visits(door: Door, sigma: float, number: int) -> tuple[float, float]:
    """The share of visits that end with the intended name and a pass; touches a letter."""
    visitor = Trembling(door, sigma, Random(f"{sigma} {number}"))
    went = [visitor.visit(NAMES[one % len(NAMES)]) for one in range(number)]
    letters = sum(len(NAMES[one % len(NAMES)]) for one in range(number))
    return mean(visit.reached for visit in went), sum(visit.touches for visit in went) / letters


def test_somebody_whose_hands_tremble_signs_in_under_their_own_name(door: Door) -> None:
    reached, _ = visits(door, 3, 30)
    assert reached == 1


def test_steady_hands_need_one_touch_a_letter_and_three_more(door: Door) -> None:
    visit = Trembling(door, 0, Random(1)).visit("Anna")
    assert (visit.reached, visit.touches) == (True, 4 + 3)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("sigma", "bar"), [(3, 0.99), (5, 0), (8, 0)])
def test_two_thousand_visits_with_trembling_hands(door: Door, sigma: float, bar: float, bars: Bars) -> None:
    reached, touches = visits(door, sigma, 2000)
    way = "portrait" if door.page.layout.portrait else "landscape"
    bars.at_least(f"tremor {sigma} mm, {way}: the intended name and a pass", reached, bar)
    bars.at_most(f"tremor {sigma} mm, {way}: touches a letter", touches, 100)
