"""Draw every screen in every mode, and put them together on sheets: docs/pictures/kiosk-*.

    xvfb-run -a python -m tests.kiosk_screens.contact_sheet

Real pages through real OpenGL, made smaller; look at them as a designer would. Two sheets show the usual mode, and one
for each panel shows all modes, one under another: usual, lower, larger, both; then the same in yellow on black, and in
black on yellow. Names of sheets (portrait, modes-portrait-15.6) behind the command draw these alone.
"""

import os
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tests.kiosk_screens.quiet_kivy import QUIET

os.environ |= QUIET

from kivy.base import EventLoop
from kivy.core.window import Window

from kiosk.screens.all import page_for
from kiosk.screens.parts import Ground
from kiosk.theme import Contrast
from retention.base.config import KioskSection
from tests.kiosk_screens.scenes import SCENES, panel, setting

PICTURES = Path(os.environ.get("PORTIER_PICTURES", Path(__file__).resolve().parents[2] / "docs" / "pictures"))
USUAL = {"portrait": (panel(21.5, 1080, 1920), 10, 150), "landscape": (panel(21.5, 1920, 1080), 7, 240)}
SIZES = (15.6, 21.5, 24)
OF_MODES = {"portrait": (panel(15.6, 1080, 1920), 24, 64), "landscape": (panel(15.6, 1920, 1080), 16, 108)}
DRAWN = 4  # times as large as they are shown: fine enough to be made smaller well
SPACE = 8
WALL = 88


def main(names: list[str]) -> None:
    """Draw all sheets, or those named."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, (kiosk, columns, width) in USUAL.items():
        if not names or name in names:
            pictures = [draw(scene, kiosk, width) for scene in SCENES]
            save(PICTURES / f"kiosk-{name}.png", sheet(pictures, columns))
    for size, (name, (kiosk, columns, width)) in product(SIZES, OF_MODES.items()):
        called = f"modes-{name}-{size:g}"
        if not names or called in names:
            sized = kiosk.model_copy(update={"diagonal_inches": size})
            rows = [
                [draw(scene, sized, width, **mode) for scene in SCENES] for mode in modes(upright=name == "portrait")
            ]
            save(PICTURES / f"kiosk-{called}.webp", np.vstack([sheet(row, columns, space=3) for row in rows]))


def modes(*, upright: bool) -> Iterator[dict[str, Any]]:
    """Every way to be served; in landscape nothing goes lower."""
    for contrast, larger, lower in product(Contrast, (False, True), (False, True) if upright else (False,)):
        yield {"contrast": contrast, "larger": larger, "lower": lower}


def draw(scene: str, kiosk: KioskSection, width: int, **mode: Any) -> np.ndarray:
    """One screen as a picture of this width."""
    along = round(width * kiosk.height / kiosk.width)
    share = min(DRAWN, kiosk.width / width)
    page = page_for(setting(scene, kiosk, window=(round(width * share), round(along * share)), **mode))
    whole = Ground(ground=page.ground, size=page.size)
    whole.add_widget(page)
    Window.add_widget(whole)
    EventLoop.idle()
    EventLoop.idle()
    texture = whole.export_as_image().texture
    Window.remove_widget(whole)
    drawn = np.frombuffer(texture.pixels, np.uint8).reshape(texture.height, texture.width, 4)
    return cv2.resize(cv2.cvtColor(drawn, cv2.COLOR_RGBA2BGR), (width, along), interpolation=cv2.INTER_AREA)


def sheet(pictures: list[np.ndarray], columns: int, space: int = SPACE) -> np.ndarray:
    """All pictures on a grey wall."""
    height, width = pictures[0].shape[:2]
    rows = -(-len(pictures) // columns)
    wall = np.full((rows * (height + space) + space, columns * (width + space) + space, 3), WALL, np.uint8)
    for number, picture in enumerate(pictures):
        top, left = space + number // columns * (height + space), space + number % columns * (width + space)
        wall[top : top + height, left : left + width] = picture
    return wall


def save(path: Path, picture: np.ndarray) -> None:
    """As a small file: two sheets exact, those of all modes well enough to be judged."""
    how = [cv2.IMWRITE_WEBP_QUALITY, 70] if path.suffix == ".webp" else [cv2.IMWRITE_PNG_COMPRESSION, 9]
    cv2.imwrite(str(path), picture, how)
    print(f"{path.name}: {path.stat().st_size // 1024} kB", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
