"""Lobbies that were never built, as a camera would see them: furniture, light, people, a sensor's noise; all by seed.

A `Lobby` is what stands there, a `Moment` what happens in it, `Sensor` what the camera makes of it: a grey picture of
640 x 360. `tests.support.blindings` spoils such pictures, `tests.support.hours` tells whole hours of them.
"""

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Light = NDArray[np.float32]
WIDTH, HEIGHT = 640, 360


@dataclass
class Person:
    """Somebody at a place (in widths and heights of the picture), as high as `size`, in clothes of a brightness."""

    x: float
    foot: float
    size: float
    cloth: float
    seed: int = 0


@dataclass
class Moment:
    """How it is in the lobby now. Light: 1 is a lit office by day."""

    lamps: float = 1.0
    daylight: float = 0.6
    infrared: bool = False
    door: float = 0.0  # how far it stands open
    people: list[Person] = field(default_factory=list)
    rain: float = 0.0
    sun: float = 0.5  # where its patch lies on the floor


class Lobby:
    """One room: its surfaces, its windows, where its lamps hang."""

    def __init__(self, seed: int) -> None:
        self.rng = rng = np.random.default_rng(seed)
        self.surface = _walls_and_floor(rng)
        self.windows = np.zeros((HEIGHT, WIDTH), np.float32)
        _furnish(rng, self.surface, self.windows)
        self.surface *= 1 + 0.10 * _cloudy(rng, 1.2) + 0.08 * _cloudy(rng, 5)
        # Under infrared light cloth, paint and plants shine otherwise than by day.
        self.infrared = self.surface * np.clip(1 + 0.22 * _cloudy(rng, 11), 0.5, 1.6) + 0.1 * rng.random()
        self.lamps = _pools(rng, int(rng.integers(2, 6)), 0.25) + 0.35
        self.beam = _pools(rng, 1, 0.5, around=(0.5, 0.55)) + 0.08
        self.spill = cv2.GaussianBlur(self.windows, (0, 0), 60) * 2.5 + 0.12
        self.door_at = int(rng.integers(60, WIDTH - 160))
        self.lit = bool(rng.random() < 0.7)  # an emergency sign that never goes out
        self.sign_at = (int(rng.integers(40, WIDTH - 80)), int(rng.integers(20, 90)))

    def light(self, moment: Moment) -> Light:
        """What reaches the lens."""
        surface = (self.infrared if moment.infrared else self.surface).copy()
        if moment.door > 0:
            self._open_door(surface, moment.door)
        windows = self.windows * moment.daylight * 1.3 * (not moment.infrared)
        for person in sorted(moment.people, key=lambda one: one.foot):
            _draw_person(surface, person)
            _draw_person(windows, replace(person, cloth=0.0))
        falls = np.asarray(self.lamps * moment.lamps + self.spill * moment.daylight + 0.0005, np.float32)
        if moment.daylight > 0.3:
            _sun_patch(falls, moment)
        if moment.infrared:
            falls = falls + self.beam * 0.5
        seen = surface * falls + windows
        if self.lit:
            x, y = self.sign_at
            seen[y : y + 14, x : x + 34] += 0.25
        return seen.astype(np.float32)

    def _open_door(self, surface: Light, share: float) -> None:
        left, width = self.door_at, max(2, int(90 * share))
        surface[110:300, left : left + width] = 0.75 - 0.3 * share
        surface[110:300, left + width : left + width + 4] = 0.1


class Sensor:
    """Exposure that follows with a delay, gain with its noise, 8 bits, a lossy code."""

    def __init__(self, seed: int, *, noise: float = 1.0, quality: int = 60, target: float = 0.42) -> None:
        self._rng = np.random.default_rng(seed)
        self._bank = [self._rng.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32) for _ in range(12)]
        self._noise, self._quality, self._target = noise, quality, target
        self.exposure = 0.8

    def settle(self, light: Light) -> None:
        self.exposure = self._wanted(light)

    def picture(self, light: Light, *, step: float = 0.7) -> Grey:
        """The next picture; exposure goes `step` of the way to where it should be."""
        self.exposure *= (self._wanted(light) / self.exposure) ** step
        gain = max(1.0, self.exposure)
        signal = np.clip(light * self.exposure, 0, None)
        grain = self._bank[self._rng.integers(12)]
        grain = np.roll(grain, (int(self._rng.integers(HEIGHT)), int(self._rng.integers(WIDTH))), (0, 1))
        signal = signal + grain * self._noise * (0.004 + 0.004 * np.sqrt(gain) + 0.006 * np.sqrt(signal))
        shown = np.clip(signal, 0, 1) ** (1 / 2.2) * 255
        return coded(np.rint(shown).astype(np.uint8), self._quality)

    def _wanted(self, light: Light) -> float:
        mean = float(np.minimum(light, 2.0).mean())
        return float(np.clip(self._target**2.2 * 1.6 / max(mean, 1e-4), 0.05, 6.0))


def coded(picture: Grey, quality: int) -> Grey:
    """What is left of a picture after a lossy code."""
    _, data = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, quality))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def rained(light: Light, amount: float, rng: np.random.Generator) -> Light:
    """Streaks of rain or snow before the lens, elsewhere in each picture."""
    streaks = np.zeros_like(light)
    for _ in range(int(amount * 400)):
        x, y, length = int(rng.integers(WIDTH)), int(rng.integers(HEIGHT)), int(rng.integers(4, 26))
        cv2.line(streaks, (x, y), (x + length // 5, y + length), float(rng.uniform(0.1, 0.5)), 1, cv2.LINE_AA)
    return np.asarray(light + streaks * (0.2 + light.mean()), np.float32)


def _walls_and_floor(rng: np.random.Generator) -> Light:
    surface = np.full((HEIGHT, WIDTH), rng.uniform(0.35, 0.7), np.float32)
    horizon = int(rng.integers(190, 260))
    surface[horizon:] = rng.uniform(0.15, 0.5)
    surface[: int(rng.integers(15, 60))] = rng.uniform(0.5, 0.85)
    middle = rng.uniform(0.2, 0.8) * WIDTH
    line = float(rng.uniform(0.05, 0.6))
    for left in range(-WIDTH, 2 * WIDTH, int(rng.integers(50, 130))):
        cv2.line(surface, (int(middle + (left - middle) * 0.5), horizon), (left, HEIGHT), line, 2, cv2.LINE_AA)
    for depth in (0.1, 0.25, 0.45, 0.7):
        y = int(horizon + (HEIGHT - horizon) * depth)
        cv2.line(surface, (0, y), (WIDTH, y), line, 1, cv2.LINE_AA)
    corner = int(middle)
    cv2.line(surface, (corner, 0), (corner, horizon), float(rng.uniform(0.1, 0.3)), 2, cv2.LINE_AA)
    return surface


def _furnish(rng: np.random.Generator, surface: Light, windows: Light) -> None:
    for _ in range(int(rng.integers(1, 4))):
        x, y, w, h = (int(v) for v in (rng.integers(0, 540), rng.integers(40, 110), *rng.integers(50, 130, 2)))
        cv2.rectangle(windows, (x, y), (x + w, y + h), 1.0, -1)
        for bar in range(x, x + w, max(16, w // int(rng.integers(2, 5)))):
            cv2.line(windows, (bar, y), (bar, y + h), 0.0, 3)
        cv2.rectangle(surface, (x - 4, y - 4), (x + w + 4, y + h + 4), float(rng.uniform(0.05, 0.9)), 5)
    for _ in range(int(rng.integers(8, 18))):
        x, y, w, h = (int(v) for v in (*rng.integers(0, 600, 1), rng.integers(40, 320), *rng.integers(14, 120, 2)))
        shade = float(rng.uniform(0.03, 0.95))
        cv2.rectangle(surface, (x, y), (x + w, y + h), shade, -1)
        cv2.rectangle(surface, (x, y), (x + w, y + h), float(rng.uniform(0.03, 0.9)), 2)
        for row in range(y + 5, y + h - 3, 7):  # print on a poster, slats of a chair, books
            if rng.random() < 0.5:
                cv2.line(surface, (x + 4, row), (x + int(w * rng.uniform(0.4, 0.95)), row), 1 - shade, 1)
    for _ in range(int(rng.integers(2, 7))):
        centre = (int(rng.integers(WIDTH)), int(rng.integers(150, 330)))
        for _ in range(14):  # leaves
            leaf = (centre[0] + int(rng.normal(0, 18)), centre[1] + int(rng.normal(0, 24)))
            size = (int(rng.integers(3, 12)), int(rng.integers(2, 6)))
            cv2.ellipse(surface, leaf, size, float(rng.uniform(0, 180)), 0, 360, float(rng.uniform(0.05, 0.4)), -1)


def _draw_person(surface: Light, person: Person) -> None:
    rng = np.random.default_rng(person.seed)
    face = 0.45 if person.cloth else 0.0
    high = person.size * HEIGHT
    x, foot = int(person.x * WIDTH), int(person.foot * HEIGHT)
    wide = max(3, int(high * 0.17))
    torso = (x, int(foot - high * 0.55))
    for side in (-1, 1):
        cv2.line(surface, (x + side * wide // 2, foot), (x + side * wide // 3, int(foot - high * 0.45)),
                 person.cloth * 0.6, max(2, wide // 2), cv2.LINE_AA)  # fmt: skip
    cv2.ellipse(surface, torso, (wide, int(high * 0.28)), 0, 0, 360, person.cloth, -1, cv2.LINE_AA)
    for _ in range(5):  # folds and buttons
        at = (x + int(rng.normal(0, wide / 2)), int(foot - high * rng.uniform(0.35, 0.75)))
        cv2.line(surface, at, (at[0] + int(rng.normal(0, wide)), at[1] + int(wide)), person.cloth * 0.7, 1, cv2.LINE_AA)
    cv2.circle(surface, (x, int(foot - high * 0.91)), max(2, int(high * 0.085)), face, -1, cv2.LINE_AA)


def _sun_patch(falls: Light, moment: Moment) -> None:
    left = int(moment.sun * WIDTH)
    patch = np.array([[left, 250], [left + 90, 250], [left + 150, 340], [left + 40, 340]], np.int32)
    mask = np.zeros_like(falls)
    cv2.fillPoly(mask, [patch], 1.0, cv2.LINE_AA)
    falls += mask * moment.daylight * 1.2


def _cloudy(rng: np.random.Generator, size: float) -> Light:
    clouds = cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), size)
    return np.asarray(clouds / clouds.std(), np.float32)


def _pools(rng: np.random.Generator, count: int, spread: float, around: tuple[float, float] | None = None) -> Light:
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    pools = np.zeros((HEIGHT, WIDTH), np.float32)
    for _ in range(count):
        x, y = around or (rng.uniform(0, 1), rng.uniform(0, 0.8))
        far = ((xs / WIDTH - x) ** 2 + ((ys / HEIGHT - y) * 0.7) ** 2) / spread**2
        pools += np.exp(-far).astype(np.float32) * rng.uniform(0.5, 1.0)
    return pools
