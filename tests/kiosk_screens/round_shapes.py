"""Run where there is a display: cards and the door as the screens lay them out, beside Kivy drawing them in one go.

    xvfb-run -a python -m tests.kiosk_screens.round_shapes

One line of JSON: by shape the largest difference of any point, of 255, and how many tones it has.
"""

import json
import os
from collections.abc import Iterable
from typing import Any

import numpy as np

from tests.kiosk_screens.quiet_kivy import QUIET

os.environ |= QUIET

from kivy.core.window import Window
from kivy.graphics import ClearBuffers, ClearColor, Color, Fbo, Rectangle
from kivy.graphics import SmoothEllipse as Round
from kivy.graphics import SmoothLine as Outline
from kivy.graphics import SmoothRoundedRectangle as Surface

from kiosk.screens.parts import Card, Doorway
from kiosk.screens.shapes import rgba

GLASS, LIES_ON, PLACE = (400, 300), "#F3E6CF", (40, 30)
CARDS = [
    {"size": (300, 200), "ground": "#0B5A52", "corner": 16},
    {"size": (300, 200), "ground": "#FFFFFF", "corner": 14.4, "edge": "#8A7A5A", "edge_width": 1.0},
    {"size": (111, 64), "ground": "#000000", "corner": 20, "edge": "#FFEB3B", "edge_width": 4.2},
    {"size": (70, 41), "ground": "#FFEB3B", "corner": 9, "edge": "#000000", "edge_width": 2},
]
FRAME, DOOR, THICK, WIDE = "#D9C39B", "#FBF8F2", 24, 301


def card(look: dict[str, Any]) -> int:
    laid = Card(pos=PLACE, **look)
    (x, y), (w, h), corner = PLACE, look["size"], look["corner"]
    whole = [Color(*rgba(look["ground"])), Surface(pos=PLACE, size=(w, h), radius=[corner])]
    if look.get("edge"):
        whole += [
            Color(*rgba(look["edge"])),
            Outline(rounded_rectangle=(x, y, w, h, corner), width=look["edge_width"]),
        ]
    return apart(points([laid.canvas]), points(whole))


def door() -> int:
    high = 230
    laid = Doorway((FRAME, DOOR), THICK, pos=PLACE, size=(WIDE, high))
    whole: list[Any] = []
    for number, tone in enumerate((FRAME, DOOR)):
        left, across = PLACE[0] + number * THICK, WIDE - 2 * number * THICK
        foot = PLACE[1] + high - (WIDE + 1) // 2
        upper = {"angle_start": -90, "angle_end": 90, "segments": 128}
        whole += [
            Color(*rgba(tone)),
            Rectangle(pos=(left, PLACE[1]), size=(across, foot - PLACE[1])),
            Round(pos=(left, foot - across / 2), size=(across, across), **upper),
        ]
    return apart(points([laid.canvas]), points(whole))


def points(drawn: Iterable[Any]) -> np.ndarray:
    """What stands on a glass of one tone once this is drawn on it."""
    glass = Fbo(size=GLASS)
    for one in (ClearColor(*rgba(LIES_ON)), ClearBuffers(), *drawn):
        glass.add(one)
    glass.draw()
    return np.frombuffer(glass.pixels, np.uint8).reshape(-1, 4)[:, :3].astype(int)


def apart(one: np.ndarray, other: np.ndarray) -> int:
    assert len(np.unique(other, axis=0)) > 2  # something was drawn, and smoothly
    return int(np.abs(one - other).max())


if __name__ == "__main__":
    Window.size = (800, 600)
    print(json.dumps({"cards": [card(look) for look in CARDS], "door": door()}))
