"""Which way letters run is what Unicode says, by Unicode's own test file, and as people read it."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import bidi
from kiosk.fonts import runs
from tests.support.bars import Bars

OFFICIAL = Path("/usr/share/unicode/BidiCharacterTest.txt")
NOT_AT_A_DOOR = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "B"}


def official(every: int) -> Iterator[tuple[str, bool, list[str], list[int]]]:
    """Text, whether the line runs to the left, the level of each character, and the order in which they are seen."""
    lines = [line for line in OFFICIAL.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    for line in lines[::every]:
        points, _, leftward, levels, order = line.split(";")
        text = "".join(chr(int(point, 16)) for point in points.split())
        if not {unicodedata.bidirectional(sign) or "B" for sign in text} & NOT_AT_A_DOOR:
            yield text, leftward == "1", levels.split(), [int(place) for place in order.split()]


def wrong(every: int) -> tuple[int, list[str]]:
    checked, faults = 0, []
    for text, leftward, levels, order in official(every):
        found = bidi.levels(text, rtl=leftward)
        seen = [place for place in bidi.visual(range(len(text)), found) if levels[place] != "x"]
        if seen != order or any(level not in ("x", str(own)) for level, own in zip(levels, found, strict=True)):
            faults.append(ascii(text))
        checked += 1
    return checked, faults


def test_letters_run_as_unicode_says():
    checked, faults = wrong(every=30)
    assert checked > 2000
    assert faults == []


@pytest.mark.slow
def test_letters_run_as_unicode_says_in_its_whole_test_file(bars: Bars):
    checked, faults = wrong(every=1)
    bars.at_least("lines of Unicode's test of directions", checked, 90_000)
    bars.at_most("... that run otherwise here", len(faults), 0)


def as_seen(text: str) -> str:
    """What stands on the line from left to right; shaped runs are turned around, as they are drawn."""
    return "".join(run.text[::-1] if run.direction == "rtl" else run.text for run in runs(text))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("البومة الزرقاء 3", "3 ءاقرزلا ةموبلا"),
        ("محمد Jan 2026", "Jan 2026 دمحم"),
        ("أو اتصل 030 123 45 67", "67 45 123 030 لصتا وأ"),
        ("أو اتصل \u200e030 123 45 67", "030 123 45 67 لصتا وأ"),
        ("\u200e+31 (0)30 123", "+31 (0)30 123"),
        ("ليلى (مديرة)", "(ةريدم) ىليل"),
        ("Jan محمد Smit", "Jan دمحم Smit"),
    ],
)
def test_a_mixed_line_is_seen_as_it_is_read(text: str, seen: str):
    assert as_seen(text) == seen
