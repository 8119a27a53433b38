"""How wide words are and how many lines they take, before anything is drawn; every run measured in its own font."""

from functools import cache

from kivy.core.text import Label as Measure

from kiosk import fonts
from kiosk.layout import READABLE, Box

LINE_EM = 1.42


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide text is on one line, in the unit of `size`."""
    return sum(_ems(word, bold) for word in text.split()) * size + _ems(" ", bold) * size * max(
        len(text.split()) - 1, 0
    )


def line_count(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """How many lines the text takes in this width."""
    lines, used = 1, 0.0
    for word in text.split():
        wide = _ems(word, bold) * size
        if used and used + _ems(" ", bold) * size + wide > width:
            lines, used = lines + 1, wide
        else:
            used += wide + (_ems(" ", bold) * size if used else 0)
    return lines


def fitting(text: str, box: Box, size: float, *, bold: bool = False, lines: int = 9) -> float:
    """The largest size up to the one asked at which the text stands in the box; never below what can be read."""
    while size > READABLE and not fits(text, box, size, bold=bold, lines=lines):
        size -= 0.5
    return max(size, READABLE)


def fits(text: str, box: Box, size: float, *, bold: bool = False, lines: int = 9) -> bool:
    """Whether the text stands in the box at this size."""
    longest = max((_ems(word, bold) for word in text.split()), default=0) * size
    taken = line_count(text, box.w - 0.5, size, bold=bold)
    return longest <= box.w - 0.5 and taken <= lines and taken * LINE_EM * size <= box.h


@cache
def _ems(word: str, bold: bool) -> float:
    # Only words of the screens and of the configuration come here, never what a visitor typed.
    return sum(_run_ems(run, bold) for run in fonts.runs(word))


def _run_ems(run: fonts.Run, bold: bool) -> float:
    face = fonts.BOLD if bold and run.face in (None, fonts.TEXT) else run.face or fonts.TEXT
    measure = Measure(
        text=run.text,
        font_name=face.file,
        font_size=200,
        font_script_name=face.script,
        font_direction=face.direction,
    )
    return float(measure.get_extents(run.text)[0]) / 200
