"""Words set in lines: every run measured and drawn in its own font and direction, broken where the width ends.

Kivy's own labels set one font in one direction; here a line may hold Arabic, digits and a Latin name. What is measured
is kept only of the screens' own words: any other may be a visitor's name.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any, NamedTuple, cast

from kivy.core.image import ImageData
from kivy.core.text import Label as CoreLabel

from kiosk import bidi, fonts
from kiosk.keyboard import KEY_FACE, LETTERS
from kiosk.languages import OWN_NAME
from kiosk.layout import READABLE, Box

LINE_EM = 1.42
FOOT_EM = 1.06  # from the top of a line to the foot of its letters; below it the deepest Arabic letters have room
FOOT_EM_ARABIC = 0.9  # they stand deep, and their marks deeper
SCALE = {"Latn": 1.0, "Arab": 0.93}
SCALE_OF_OTHERS = 0.9  # other scripts fill more of their line than Andika's letters do
MEASURED_AT = 200
OVERHANG_EM = 0.15  # letters may stand out of the width they are said to have
KEPT_POINTS = 8_000_000
UNKNOWN = "·"  # stands for a letter no font can draw; the sentence beside it says so


_letters = "".join(LETTERS.values())
_public: set[str] = {" ", *OWN_NAME.values(), *KEY_FACE.values(), *_letters, *_letters.upper(), "İ"}
_widths: dict[tuple[str, bool], float] = {}


def publish(text: str) -> None:
    """Say that this text is the screens' own, no visitor's: how wide it is, and each word of it, may be kept."""
    if text not in _public:
        _public.update((text, *text.split(" ")))


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide text is on one line with all its spaces, in the unit of `size`."""
    return _ems(text, bold) * size


def _ems(text: str, bold: bool) -> float:
    """In ems; measured each time, but for what was published."""
    if text not in _public:
        return _pen(bold).wide(text) / MEASURED_AT
    if (text, bold) not in _widths:
        _widths[text, bold] = _pen(bold).wide(text) / MEASURED_AT
    return _widths[text, bold]


def line_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text stands on one line as it is set, word by word: letters that run on may take less."""
    return Measured(text, bold).widest(float("inf")) * size


def line_count(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """How many lines the text takes in this width."""
    return max(len(list(Measured(text, bold).rows(width / size))), 1)


def fitting(text: str, box: Box, size: float, *, least: float, bold: bool = False, lines: int = 9) -> float:
    """The largest size up to the one asked at which the text stands in the box.

    Not below the least, but where a long word of some language would be cut off; never below what can be read.
    """
    measured, size = Measured(text, bold), max(size, least)
    for floor in (least, READABLE):
        while size > floor and not measured.fits(box, size, lines):
            size = max(size - 0.5, floor)
    return size


def fits(text: str, box: Box, size: float, *, bold: bool = False, lines: int = 9) -> bool:
    """Whether the text stands in the box at this size."""
    return Measured(text, bold).fits(box, size, lines)


class Measured:
    """A text's words and how wide each is, in ems: measured once, so that widths and sizes can be tried.

    A space that may not break, as French has before "?", is part of a word.
    """

    def __init__(self, text: str, bold: bool) -> None:
        self._words = [(word, _ems(word, bold)) for word in text.split(" ") if word]
        self._space = _ems(" ", bold)

    def rows(self, width: float) -> Iterator[tuple[list[str], float]]:
        """The words of each line, and how wide they stand together."""
        row: list[str] = []
        used = 0.0
        for word, wide in self._words:
            if row and used + self._space + wide > width:
                yield row, used
                row, used = [], 0.0
            used += wide + (self._space if row else 0)
            row.append(word)
        if row:
            yield row, used

    def widest(self, width: float) -> float:
        """How wide the widest line is; a word that is too long counts in full."""
        return max((used for _, used in self.rows(width)), default=0.0)

    def fits(self, box: Box, size: float, most: int) -> bool:
        """Whether these words stand in the box at this size, in so many lines at most."""
        room = box.w - 0.5
        taken = len(list(self.rows(room / size)))
        return self.widest(room / size) * size <= room and taken <= most and taken * LINE_EM * size <= box.h


class Shaped(CoreLabel):
    """Kivy's drawn text with lines of runs in the place of one font: what `Words` shows.

    Its font is Andika, or bold; other scripts get their own. Its lines run as its first letter does.
    """

    options: dict[str, Any]
    _size: tuple[int, int] = (0, 0)
    whole: tuple[int, int] = (0, 0)
    """What it takes of its place, with what is blank beside it ..."""
    shift = 0
    """... and how far its texture begins from the left of that."""

    def wide(self, text: str) -> float:
        """How wide this stands on one line, in pixels."""
        return sum(self._wide(run) for run in fonts.runs(text))

    def lines(self) -> list[list[fonts.Run]]:
        """The text as it stands, line by line, each from left to right."""
        width = (self._text_size[0] or float("inf")) / self.options["font_size"]
        rows = Measured(self.text, self._bold).rows(width)
        leftward = bidi.leftward(self.text)
        return [fonts.runs(" ".join(words), rtl=leftward) for words, _ in rows]

    def render(self, real: bool = False) -> tuple[int, int]:
        """Kivy's first pass, how large it will be; and its second, the drawing."""
        if real:
            self._render_real()
            return self._size
        self.is_shortened = False
        self._rows = [[(run, self._wide(run)) for run in row] for row in self.lines()]
        if not self._rows:
            return 0, 0
        across = [sum(wide for _, wide in row) for row in self._rows]
        self._across, along = max(ceil(max(across)), int(self._text_size[0] or 0), 2), len(self._rows) * self._line
        self.whole = self._across, along
        # Only as wide as what is written, for every point is drawn again with every frame.
        over = ceil(OVERHANG_EM * self.options["font_size"])
        lefts = [self._left(wide) for wide in across]
        self.shift = max(int(min(lefts)) - over, 0)
        right = min(ceil(max(left + wide for left, wide in zip(lefts, across, strict=True))) + over, self._across)
        return max(right - self.shift, 2), along

    def _left(self, wide: float) -> float:
        """Where a line of this width begins."""
        free = self._across - wide
        return {"left": 0.0, "center": free / 2}.get(self.options["halign"], free)

    def _render_real(self) -> None:
        # A line is drawn on a surface of its own height: fonts that ask for more would wipe out the line before.
        whole = self._size
        self._size = (whole[0], self._line)
        drawn = [self._draw(row) for row in self._rows]
        self._size = whole
        self.texture.blit_data(ImageData(*whole, "rgba", b"".join(drawn)))

    def _draw(self, row: list[tuple[fonts.Run, float]]) -> bytes:
        x = self._left(sum(wide for _, wide in row)) - self.shift
        deep = any(run.face and run.face.script == "Arab" for run, _ in row)
        foot = round((FOOT_EM_ARABIC if deep else FOOT_EM) * self.options["font_size"])
        self._render_begin()
        for run, wide in row:
            with self._in_its_font(run):
                self._render_text(_shown(run), round(x), foot - self.get_ascent())
            x += wide
        return bytes(self._render_end().data)

    def _wide(self, run: fonts.Run) -> float:
        with self._in_its_font(run):
            if run.face and run.face.script != "Latn":
                self._point_font()
            return float(self.get_extents(_shown(run))[0])

    def _point_font(self) -> None:
        """Kivy tells a font its script and direction when it draws, not when it measures: so draw nothing first."""
        whole, self._size = self._size, (1, 1)
        self._render_begin()
        self._render_text(" ", 0, 0)
        self._size = whole

    @contextmanager
    def _in_its_font(self, run: fonts.Run) -> Iterator[None]:
        plain, face = self.options, run.face or fonts.TEXT
        face = face.heavier if self._bold else face
        self.options = plain | {
            "font_name": face.file,
            "font_size": plain["font_size"] * SCALE.get(face.script, SCALE_OF_OTHERS),
            "font_script_name": face.script,
            "font_direction": run.direction,
        }
        self.resolve_font_name()
        yield
        self.options = plain

    @property
    def _bold(self) -> bool:
        return bool(self.options["font_name"] == fonts.BOLD.file)

    @property
    def _line(self) -> int:
        return round(LINE_EM * float(self.options["font_size"]))


class Sign(CoreLabel):
    """One picture of the picture font, drawn by Kivy as it is."""

    shift = 0

    @property
    def whole(self) -> tuple[int, int]:
        """What it takes of its place: all it draws."""
        return tuple(self.texture.size)


class Setting(NamedTuple):
    """How a text is set: its font, how large, towards which side, in what width (pixels)."""

    font: str
    size: float
    halign: str
    across: int


class Drawings:
    """What the screens show again and again, drawn once: their own words and pictures, never a visitor's."""

    def __init__(self, points: int) -> None:
        self._points, self._left = points, points
        self._kept: OrderedDict[tuple[object, ...], CoreLabel] = OrderedDict()

    def get(self, key: tuple[object, ...], draw: Callable[[], CoreLabel]) -> CoreLabel:
        """As drawn before, or drawn now; what was not shown for longest goes where there is no more room."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        drawn = self._kept[key] = draw()
        self._left -= drawn.size[0] * drawn.size[1]
        while self._left < 0 and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            self._left += old.size[0] * old.size[1]
        return drawn


_drawings = Drawings(KEPT_POINTS)


def shaped(text: str, setting: Setting, *, keep: bool) -> Shaped:
    """The text set in lines and ready to be shown; kept where it is the screens' own."""

    def draw() -> Shaped:
        font, size, halign, across = setting
        drawn = Shaped(text=text, font_name=font, font_size=size, halign=halign, text_size=(across, None))
        drawn.refresh()
        return drawn

    if keep and text in _public:
        return cast(Shaped, _drawings.get((text, setting), draw))
    return draw()


def sign(text: str, font: str, size: float) -> Sign:
    """A picture of the picture font, ready to be shown."""

    def draw() -> Sign:
        drawn = Sign(text=text, font_name=font, font_size=size)
        drawn.refresh()
        return drawn

    return cast(Sign, _drawings.get((text, font, size), draw))


def _pen(bold: bool) -> Shaped:
    return Shaped(font_size=MEASURED_AT, font_name=(fonts.BOLD if bold else fonts.TEXT).file)


def _shown(run: fonts.Run) -> str:
    return run.text if run.face else UNKNOWN * len(run.text)
