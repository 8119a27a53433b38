"""Where a camera looks: the directions of edges in a grid of cells, learned slowly, and held against each picture.

Directions without sign or strength stay the same in lamplight, by day, at night and under infrared light; people pass.
What is learned is no picture and shows nobody: 40 x 22 cells, each the mean direction of its edges over an hour.
"""

import base64
import json
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recorder.eyes.eyesight import Grey

COLUMNS, ROWS = 40, 22
_SIDE = 8  # pixels of a cell
_FASTEST, _SLOWEST = 2, 1_800  # pictures over which is learned: at first quickly, then about an hour
_ALIKE = 0.45
_FAINT = 1.5  # grey levels a pixel: no edge
_PLAIN = 0.02

Cells = NDArray[np.float32]
Where = NDArray[np.bool_]


@dataclass(frozen=True)
class Edges:
    """One picture's cells: three numbers each, and which of them hold something sharp."""

    cells: Cells
    sharp: Where


def edges_of(grey: Grey, shown: Where) -> Edges:
    """What a picture shows; cells that are masked hold nothing."""
    small = cv2.resize(grey, (COLUMNS * _SIDE, ROWS * _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), 0.8), np.float32)
    across, down = cv2.Scharr(small, cv2.CV_32F, 1, 0) / 32, cv2.Scharr(small, cv2.CV_32F, 0, 1) / 32
    energy = across**2 + down**2
    noise = float(np.median(energy)) + _FAINT**2
    weight = energy / (energy + 6 * noise)
    turned = weight / (energy + 1e-3)
    cells = cv2.resize(
        np.dstack(((across**2 - down**2) * turned, 2 * across * down * turned, weight)),
        (COLUMNS, ROWS),
        interpolation=cv2.INTER_AREA,
    )
    sharp = cv2.resize(energy, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA) > 4 * noise
    return Edges(np.where(shown[..., None], cells, 0).astype(np.float32), sharp & shown)


class View:
    """What a camera has been looking at."""

    def __init__(self, shown: Where) -> None:
        self.shown, self.pictures, self.sharp = shown, 0, 0.0
        self.cells: Cells = np.zeros((ROWS, COLUMNS, 3), np.float32)

    def learn(self, edges: Edges) -> None:
        """Take a picture in, the less of it the more are known."""
        share = 1 / min(max(self.pictures + 1, _FASTEST - 1), _SLOWEST)
        self.cells += share * (edges.cells - self.cells)
        self.sharp += share * (float(edges.sharp[self.shown].mean()) - self.sharp) if self.shown.any() else 0.0
        self.pictures += 1

    def told(self) -> bytes:
        """What `remembered` reads back."""
        cells = base64.b64encode(np.rint(self.cells * 127).astype(np.int8).tobytes()).decode()
        return json.dumps({"pictures": self.pictures, "sharp": round(self.sharp, 4), "cells": cells}).encode()

    def fits(self, edges: Edges) -> Where:
        """The cells in whose surroundings edges run as learned."""
        return alike(edges.cells, self.cells, self.shown)

    def strong(self) -> Where:
        """The cells that hold most of what can be recognised."""
        if not self.shown.any():
            return self.shown
        level = _level(self.cells, self.shown)
        weight = _around(level, level)
        return (weight >= np.quantile(weight[self.shown], 0.6)) & (weight > _PLAIN) & self.shown


def remembered(told: bytes, shown: Where) -> View | None:
    """A view as it was told; None where this is none."""
    view = View(shown)
    try:
        raw = json.loads(told)
        view.pictures, view.sharp = int(raw["pictures"]), float(raw["sharp"])
        cells = np.frombuffer(base64.b64decode(raw["cells"]), np.int8)
        view.cells = cells.reshape(ROWS, COLUMNS, 3).astype(np.float32) / np.float32(127)
    except (ValueError, KeyError, TypeError):
        return None
    view.cells[~shown] = 0
    return view


def alike(cells: Cells, others: Cells, shown: Where) -> Where:
    """The cells in whose surroundings both have edges of the same directions."""
    mine, known = _level(cells, shown), _level(others, shown)
    both, own, learned = _around(mine, known), _around(mine, mine), _around(known, known)
    return np.asarray(both > _ALIKE * np.sqrt(own * learned + 1e-6), np.bool_)


def _level(cells: Cells, shown: Where) -> Cells:
    """What cells hold beyond what all of them do."""
    return np.where(shown[..., None], cells - cells[shown].mean(axis=0), 0).astype(np.float32)


def _around(first: Cells, second: Cells) -> Cells:
    """The sum of products over each cell and its neighbours."""
    return np.asarray(cv2.boxFilter((first * second).sum(axis=2), -1, (3, 3), normalize=False), np.float32)
