"""Hours in lobbies that were never built, as the key frames of a camera, one each two seconds; told by seed."""

import math
from collections.abc import Callable, Iterator

import numpy as np

from tests.support.scenes import Grey, Lobby, Moment, Person, Sensor, rained

STEP = 2.0  # seconds between two key frames
Rng = np.random.Generator
Story = Callable[[float, Moment, Rng], None]


class Visitors:
    """People who come, stand about and go; `near` walk past close to the lens."""

    def __init__(self, rng: Rng, per_minute: float, near: float = 0.0) -> None:
        self._rng, self._rate, self._near = rng, per_minute * STEP / 60, near
        self._inside: list[tuple[Person, float, float]] = []

    def step(self) -> list[Person]:
        rng = self._rng
        if rng.random() < self._rate:
            close = rng.random() < self._near
            size = float(rng.uniform(1.2, 2.4) if close else rng.uniform(0.25, 0.8))
            foot = min(1.5, 0.55 + size * 0.45)
            from_left = rng.random() < 0.5
            speed = float(rng.uniform(0.08, 0.2)) * (1.6 if close else 1.0) * (1 if from_left else -1)
            person = Person(
                -0.1 if from_left else 1.1, foot, size, float(rng.uniform(0.03, 0.9)), int(rng.integers(10**9))
            )
            self._inside.append(
                (person, speed, float(rng.uniform(0.2, 0.8)) if rng.random() < 0.4 and not close else -9)
            )
        for number, (person, speed, stop_at) in enumerate(self._inside):
            waits = abs(person.x - stop_at) < abs(speed) and rng.random() < 0.93
            person.x += float(rng.normal(0, 0.004)) if waits else speed * float(rng.uniform(0.6, 1.4))
            self._inside[number] = (person, speed, stop_at)
        self._inside = [one for one in self._inside if -0.4 < one[0].x < 1.4]
        return [person for person, _, _ in self._inside]


def by_day(seconds: float, moment: Moment, rng: Rng) -> None:
    """Clouds before the sun."""
    moment.daylight = 0.6 + 0.35 * math.sin(seconds / 97) * math.sin(seconds / 31)
    moment.sun = 0.1 + 0.7 * seconds / 3600


def by_night(seconds: float, moment: Moment, rng: Rng) -> None:
    """Little light: a street lamp, a sign; now and then a car."""
    moment.lamps, moment.daylight = 0.012, 0.012 + (0.06 if int(seconds) % 300 < 6 else 0.0)


def lights_switching(seconds: float, moment: Moment, rng: Rng) -> None:
    """A sensor switches the lamps; outside it is evening."""
    lit = int(seconds / 90) % 2 == 0
    moment.lamps, moment.daylight = (1.0 if lit else 0.02), 0.05


def half_the_lights(seconds: float, moment: Moment, rng: Rng) -> None:
    moment.lamps, moment.daylight = (1.0, 0.45, 0.15, 0.7)[int(seconds / 60) % 4], 0.25


def raining(seconds: float, moment: Moment, rng: Rng) -> None:
    moment.rain, moment.daylight = 0.4 + 0.6 * math.sin(seconds / 200) ** 2, 0.5


def dusk(seconds: float, moment: Moment, rng: Rng) -> None:
    """From a bright afternoon to the dark within forty minutes, the lamps out; then infrared light."""
    left = max(0.0, 1 - seconds / 2400)
    moment.daylight, moment.lamps = left**2, 0.01 + 0.3 * left
    moment.infrared = seconds > 2700


def infrared_on_and_off(seconds: float, moment: Moment, rng: Rng) -> None:
    """At the edge of darkness: the filter goes in and out."""
    moment.infrared = int(seconds / 240) % 2 == 1
    moment.lamps, moment.daylight = 0.06, 0.05


def door_and_sun(seconds: float, moment: Moment, rng: Rng) -> None:
    moment.door = max(0.0, math.sin(seconds / 9)) if int(seconds) % 120 < 40 else 0.0
    moment.daylight = 0.9 if moment.door > 0.3 else 0.55


STORIES: dict[str, Story] = {
    "day": by_day,
    "night": by_night,
    "lights switching": lights_switching,
    "half the lights": half_the_lights,
    "rain": raining,
    "dusk": dusk,
    "infrared": infrared_on_and_off,
    "door": door_and_sun,
}


def pictures(story: str, seed: int, minutes: float = 60, *, crowd: float = 6, near: float = 0.3) -> Iterator[Grey]:
    """A camera's key frames. Exposure follows at a speed of its own, now and then with a jerk."""
    rng = np.random.default_rng((seed, 1))
    lobby, visitors = Lobby(seed), Visitors(rng, crowd, near)
    sensor = Sensor(seed, noise=float(rng.uniform(0.6, 2.5)), quality=int(rng.integers(30, 80)))
    follows = float(rng.uniform(0.5, 1.0))
    for number in range(round(minutes * 60 / STEP)):
        moment = Moment(people=visitors.step())
        STORIES[story](number * STEP, moment, rng)
        light = lobby.light(moment)
        if number == 0:
            sensor.settle(light)
        if moment.rain:
            light = rained(light, moment.rain, rng)
        if rng.random() < 0.004:
            sensor.exposure *= float(rng.uniform(0.4, 2.5))
        yield sensor.picture(light, step=follows)
