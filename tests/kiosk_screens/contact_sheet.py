"""Draw every screen, in portrait and landscape, and put them together on one sheet: docs/pictures/kiosk-*.png.

    xvfb-run -a python -m tests.kiosk_screens.contact_sheet

Real pages through real OpenGL, at the panel's own resolution, made smaller; look at them as a designer would.
"""

import os
import sys
import tempfile
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
from tests.kiosk_screens.scenes import SCENES, panel, setting

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
PANELS = {"portrait": (panel(21.5, 1080, 1920), 8, 200), "landscape": (panel(21.5, 1920, 1080), 5, 340)}
SPACE = 10
WALL = 88


def main() -> None:
    """Draw the two sheets."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, (kiosk, columns, width) in PANELS.items():
            pictures = [draw(scene, kiosk, Path(folder), width) for scene in SCENES]
            save(PICTURES / f"kiosk-{name}.png", sheet(pictures, columns))


def draw(scene: str, kiosk, folder: Path, width: int) -> np.ndarray:
    """One screen as a picture of this width."""
    page = page_for(setting(scene, kiosk))
    Window.add_widget(page)
    EventLoop.idle()
    EventLoop.idle()
    path = folder / "page.png"
    page.export_to_png(str(path))
    Window.remove_widget(page)
    picture = cv2.imread(str(path))
    return cv2.resize(picture, (width, picture.shape[0] * width // picture.shape[1]), interpolation=cv2.INTER_AREA)


def sheet(pictures: list[np.ndarray], columns: int) -> np.ndarray:
    """All pictures on a grey wall."""
    height, width = pictures[0].shape[:2]
    rows = -(-len(pictures) // columns)
    wall = np.full((rows * (height + SPACE) + SPACE, columns * (width + SPACE) + SPACE, 3), WALL, np.uint8)
    for number, picture in enumerate(pictures):
        top, left = SPACE + number // columns * (height + SPACE), SPACE + number % columns * (width + SPACE)
        wall[top : top + height, left : left + width] = picture
    return wall


def save(path: Path, picture: np.ndarray) -> None:
    """As a small PNG: few colours are in it."""
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    print(f"{path.name}: {path.stat().st_size // 1024} kB", file=sys.stderr)


if __name__ == "__main__":
    main()
