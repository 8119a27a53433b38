"""The passes of a group on paper: told apart also by who sees no colour."""

import subprocess
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np

from kiosk.handouts.passes import Handed, pdf
from kiosk.passes import COLOUR, COLOURS, Pass
from retention.base.config import Config

AT = datetime(2027, 3, 2, 9, tzinfo=UTC)
CARDS = 8
DOTS = 4  # a millimetre


def page_of_owls(folder: Path) -> np.ndarray:
    """One owl in each colour, as they come out of the printer."""
    (folder / "passes.pdf").write_bytes(pdf([Handed("Gast", Pass(colour, "owl")) for colour in COLOURS], Config(), AT))
    asked = ["-r", f"{DOTS * 25.4}", "-f", "1", "-singlefile", "-png"]
    subprocess.run(["pdftoppm", *asked, str(folder / "passes.pdf"), str(folder / "passes")], check=True)
    page = cv2.imread(str(folder / "passes.png"))
    assert page is not None
    return page.astype(int)


def drawn(page: np.ndarray, number: int) -> np.ndarray:
    """Where a card has ink and not its colour, in the middle of its picture's field."""
    colour = COLOUR[COLOURS[number]]
    fill, ink = (np.array([int(text[at : at + 2], 16) for at in (5, 3, 1)]) for text in (colour.fill, colour.ink))
    red = np.array([0x1E, 0x0F, 0xA8])
    rows, columns = np.nonzero(np.abs(page - red).sum(axis=2) < 12)  # the first card is red
    top, left = rows.min() + (number // 2) * 63 * DOTS, columns.min() + (number % 2) * 93 * DOTS
    field = page[top + DOTS : top + 48 * DOTS, left + 3 * DOTS : left + 40 * DOTS]
    return np.abs(field - ink).sum(axis=2) < np.abs(field - fill).sum(axis=2)


def test_two_passes_with_the_same_picture_are_told_apart_without_their_colour(tmp_path: Path) -> None:
    page = page_of_owls(tmp_path)
    seen = [drawn(page, number) for number in range(CARDS)]
    for one, other in combinations(range(CARDS), 2):
        assert (seen[one] != seen[other]).mean() > 0.02, (COLOURS[one], COLOURS[other])
