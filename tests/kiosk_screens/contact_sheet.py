"""Draw every screen in every mode, and put them together on sheets: docs/pictures/kiosk-*.png.

    xvfb-run -a python -m tests.kiosk_screens.contact_sheet

Real pages through real OpenGL, at the panel's own resolution, made smaller; look at them as a designer would. Two
sheets show the usual mode, and one for each panel shows all modes: a row is a mode, a column a screen.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import cv2
import numpy as np

os.environ |= {
    "KIVY_HOME": tempfile.mkdtemp(prefix="kivy-"),
    "KIVY_LOG_MODE": "PYTHON",
    "KIVY_NO_ARGS": "1",
    "KIVY_NO_CONFIG": "1",
    "KIVY_NO_CONSOLELOG": "1",
    "KIVY_NO_FILELOG": "1",
}

from kivy.base import EventLoop
from kivy.core.window import Window

from kiosk.screens.all import page_for
from kiosk.theme import Contrast
from retention.base.config import KioskSection
from tests.kiosk_screens.scenes import SCENES, panel, setting

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
USUAL = {"portrait": (panel(21.5, 1080, 1920), 8, 200), "landscape": (panel(21.5, 1920, 1080), 5, 340)}
SIZES = (15.6, 21.5, 24)
SPACE = 10
WALL = 88


def main() -> None:
    """Draw all sheets."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, (kiosk, columns, width) in USUAL.items():
            pictures = [draw(scene, kiosk, Path(folder), width) for scene in SCENES]
            save(PICTURES / f"kiosk-{name}.png", sheet(pictures, columns))
        for size, upright in product(SIZES, (True, False)):
            kiosk = panel(size, 1080, 1920) if upright else panel(size, 1920, 1080)
            width = 96 if upright else 160
            pictures = [draw(scene, kiosk, Path(folder), width, **mode) for mode in modes(upright) for scene in SCENES]
            name = "portrait" if upright else "landscape"
            save(PICTURES / f"kiosk-modes-{name}-{size:g}.png", sheet(pictures, len(SCENES), space=4))


def modes(upright: bool) -> Iterator[dict[str, object]]:
    """Every way to be served; in landscape nothing goes lower."""
    for contrast, larger, lower in product(Contrast, (False, True), (False, True) if upright else (False,)):
        yield {"contrast": contrast, "larger": larger, "lower": lower}


def draw(scene: str, kiosk: KioskSection, folder: Path, width: int, **mode: object) -> np.ndarray:
    """One screen as a picture of this width."""
    page = page_for(setting(scene, kiosk, **mode))
    Window.add_widget(page)
    EventLoop.idle()
    EventLoop.idle()
    path = folder / "page.png"
    page.export_to_png(str(path))
    Window.remove_widget(page)
    picture = cv2.imread(str(path))
    return cv2.resize(picture, (width, picture.shape[0] * width // picture.shape[1]), interpolation=cv2.INTER_AREA)


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
    """As a small PNG: few colours are in it."""
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    print(f"{path.name}: {path.stat().st_size // 1024} kB", file=sys.stderr)


if __name__ == "__main__":
    main()
