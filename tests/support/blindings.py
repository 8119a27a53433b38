"""What can be done to a camera so that it sees nothing: staged before the lens, so the sensor still does its part."""

from collections.abc import Callable

import cv2
import numpy as np

from tests.support.scenes import HEIGHT, WIDTH, Light

Rng = np.random.Generator
Blinding = Callable[[Light, Rng], Light]


def hand(light: Light, rng: Rng) -> Light:
    """Something near and dark, light leaking in from a side."""
    return _uneven(rng, 0.5) * float(rng.uniform(0.10, 0.35)) * _mean(light)


def tape(light: Light, rng: Rng) -> Light:
    """Something flat that lets some light through."""
    return _uneven(rng, 0.15) * float(rng.uniform(0.3, 1.0)) * _mean(light)


def cloth(light: Light, rng: Rng) -> Light:
    """Folds, far too near to be in focus."""
    folds = _clouds(rng, float(rng.uniform(14, 40)))
    return np.asarray(np.clip(1 + 0.35 * folds, 0.1, 3) * float(rng.uniform(0.15, 0.6)) * _mean(light), np.float32)


def paper(light: Light, rng: Rng) -> Light:
    """A white sheet, lit from behind; its grain is out of focus."""
    return np.asarray(_uneven(rng, 0.3) * (1 + 0.03 * _clouds(rng, 6)) * _mean(light) * 1.4, np.float32)


def bag(light: Light, rng: Rng) -> Light:
    """A plastic bag: bright and dim spots of what is behind it, and creases."""
    behind = cv2.GaussianBlur(light, (0, 0), float(rng.uniform(18, 40)))
    return np.asarray(behind * 0.4 + 0.4 * _mean(light) * np.clip(1 + 0.2 * _clouds(rng, 12), 0.2, 2), np.float32)


def spray(light: Light, rng: Rng) -> Light:
    """Paint from a can: blots with soft rims, here and there a hole."""
    share = float(rng.uniform(0.86, 1.0))
    clouds = _clouds(rng, float(rng.uniform(25, 50)))
    rim = float(np.quantile(clouds, 1 - share)) if share < 1 else float(clouds.min()) - 1
    paint = np.clip((clouds - rim) * 2.5, 0, 1)
    shade = float(rng.uniform(0.03, 0.9)) * _mean(light) * 1.2
    seen = cv2.GaussianBlur(light, (0, 0), 3)
    return np.asarray(seen * (1 - paint) + shade * (1 + 0.08 * _clouds(rng, 8)) * paint, np.float32)


def cap(light: Light, rng: Rng) -> Light:
    """No light at all."""
    return np.full_like(light, float(rng.uniform(0, 0.0004)))


def lamp(light: Light, rng: Rng) -> Light:
    """A torch or the low sun into the lens."""
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    x, y, wide = float(rng.uniform(0.3, 0.7)), float(rng.uniform(0.3, 0.7)), float(rng.uniform(0.5, 0.9))
    flare = np.exp(-(((xs / WIDTH - x) ** 2 + (ys / HEIGHT - y) ** 2) / wide**2))
    return np.asarray(light + flare * float(rng.uniform(80, 300)), np.float32)


def defocus(light: Light, rng: Rng) -> Light:
    """The lens turned: every point becomes a disk. In widths of the picture about one in a hundred."""
    radius = int(rng.integers(5, 13))
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)).astype(np.float32)
    return np.asarray(cv2.filter2D(light, -1, disk / disk.sum(), borderType=cv2.BORDER_REFLECT), np.float32)


def turn(elsewhere: Light) -> Blinding:
    """The camera turned aside, so that part or all of the picture is the room beside it."""

    def turned(light: Light, rng: Rng) -> Light:
        aside = np.hstack((light, elsewhere)) if rng.random() < 0.5 else np.hstack((elsewhere, light))
        share = float(rng.uniform(0.3, 1.0))
        left = int(share * WIDTH) if aside[0, 0] == light[0, 0] else int((1 - share) * WIDTH)
        tilted = cv2.warpAffine(
            aside[:, left : left + WIDTH],
            cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), float(rng.uniform(-12, 12)), 1.1),
            (WIDTH, HEIGHT),
            borderMode=cv2.BORDER_REFLECT,
        )
        return np.asarray(tilted, np.float32)

    return turned


COVERS = (hand, tape, cloth, paper, bag, spray)


def _mean(light: Light) -> float:
    return float(np.minimum(light, 2.0).mean())


def _uneven(rng: Rng, amount: float) -> Light:
    """Brighter on one side than on the other."""
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    angle = float(rng.uniform(0, 2 * np.pi))
    slope = (xs / WIDTH - 0.5) * np.cos(angle) + (ys / HEIGHT - 0.5) * np.sin(angle)
    return np.asarray(np.clip(1 + amount * 2 * slope, 0.02, 3), np.float32)


def _clouds(rng: Rng, size: float) -> Light:
    small = rng.normal(0, 1, (HEIGHT // 4, WIDTH // 4)).astype(np.float32)
    clouds = cv2.resize(cv2.GaussianBlur(small, (0, 0), size / 4), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.asarray((clouds - clouds.mean()) / clouds.std(), np.float32)
