"""The picture of every screen in every mode, on sheets; with PORTIER_PICTURES set they are kept."""

import os
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from tests.kiosk_screens.scenes import SCENES

LARGEST = 1.5 * 1024**2
SHEETS = [
    "portrait",
    "landscape",
    *(f"modes-{way}-{size:g}" for size in (15.6, 21.5, 24) for way in ("portrait", "landscape")),
]
PICTURES = os.environ.get("PORTIER_PICTURES")


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("sheet", SHEETS)
def test_every_screen_in_every_mode_is_pictured(sheet: str, make_display, tmp_path: Path):
    folder = Path(PICTURES).absolute() if PICTURES else tmp_path
    environment = {**make_display(1280, 1024).environment(), "PORTIER_PICTURES": str(folder)}
    words = [sys.executable, "-m", "tests.kiosk_screens.contact_sheet", sheet]
    subprocess.run(words, env=environment, check=True, timeout=3500, capture_output=True)
    drawn = folder / f"kiosk-{sheet}.{'webp' if 'modes' in sheet else 'png'}"
    assert drawn.stat().st_size <= LARGEST
    picture = cv2.imread(str(drawn))
    assert picture.shape[0] * picture.shape[1] > len(SCENES) * 100 * 100
    assert len({tuple(colour) for colour in picture[::7, ::7].reshape(-1, 3)}) > 16
