"""The passes: eight colours and twenty-four pictures, by language-free ids; their names are in `passnames`.

Pure data. Fills and inks are chosen so that the picture stands on its colour at 7:1 or more and any two
colours differ (CIE delta E >= 20) also for people who see red, green or blue less; each has its own pattern too.
"""

import re
from dataclasses import dataclass
from itertools import product

from kiosk.passnames import NAMES, Names
from retention.base.errors import UsageRefused
from retention.base.translations import SOURCE


@dataclass(frozen=True)
class Colour:
    """What one colour of a pass is painted with."""

    fill: str
    ink: str
    pattern: str


@dataclass(frozen=True)
class Picture:
    """One picture of a pass: its glyph in the Material Design Icons font."""

    glyph: str


_INK, _WHITE = "#10243E", "#FFFFFF"

COLOUR: dict[str, Colour] = {
    "red": Colour("#A80F1E", _WHITE, "bars"),
    "orange": Colour("#FF9833", _INK, "triangles"),
    "yellow": Colour("#FFE600", _INK, "dots"),
    "green": Colour("#7BC47F", _INK, "zigzag"),
    "blue": Colour("#1B55A5", _WHITE, "waves"),
    "pink": Colour("#F7A8C4", _INK, "diamonds"),
    "black": Colour("#1A1A1A", _WHITE, "lines"),
    "white": Colour("#FFFFFF", _INK, "squares"),
}

PICTURE: dict[str, Picture] = {
    "owl": Picture("\uf3d2"),
    "cat": Picture("\uf11b"),
    "fish": Picture("\uf23a"),
    "duck": Picture("\uf1e5"),
    "tree": Picture("\uf531"),
    "flower": Picture("\uf24a"),
    "apple": Picture("\uf25b"),
    "cake": Picture("\uf0eb"),
    "cup": Picture("\uf176"),
    "car": Picture("\uf10b"),
    "ship": Picture("\uf213"),
    "house": Picture("\uf2dc"),
    "castle": Picture("\uf11a"),
    "key": Picture("\uf306"),
    "book": Picture("\uf5da"),
    "gift": Picture("\uf2a1"),
    "lamp": Picture("\uf335"),
    "bell": Picture("\uf09a"),
    "glasses": Picture("\uf2aa"),
    "guitar": Picture("\uf2c4"),
    "ball": Picture("\uf4b8"),
    "star": Picture("\uf4ce"),
    "heart": Picture("\uf2d1"),
    "crown": Picture("\uf1a5"),
}

COLOURS: tuple[str, ...] = tuple(COLOUR)
PICTURES: tuple[str, ...] = tuple(PICTURE)
PICTURE_FONT = "Material Design Icons"  # Debian: fonts-materialdesignicons-webfont, SIL Open Font License
DIGITS = range(2, 10)  # a pass without a digit is the first of its kind, so digits count on from two

_PASS = re.compile(r"([a-z]+)-([a-z]+)(?:-([2-9]))?")


@dataclass(frozen=True)
class Pass:
    """What a visitor is given and signs out by; the digit only where all colours and pictures are in use."""

    colour: str
    picture: str
    digit: int | None = None

    def __post_init__(self) -> None:
        if self.colour not in COLOUR or self.picture not in PICTURE:
            raise UsageRefused(f"{self} is no pass: {', '.join(COLOURS)} with {', '.join(PICTURES)}")
        if self.digit is not None and self.digit not in DIGITS:
            raise UsageRefused(f"{self} is no pass: its digit is {DIGITS[0]} to {DIGITS[-1]}, or none")

    def __str__(self) -> str:
        return "-".join((self.colour, self.picture, *([str(self.digit)] if self.digit is not None else [])))

    @classmethod
    def parse(cls, text: str) -> "Pass":
        """The pass of an id such as `blue-owl` or `blue-owl-3`; UsageRefused for anything else."""
        match = _PASS.fullmatch(text)
        if match is None:
            raise UsageRefused("a pass is written as blue-owl, or blue-owl-3")
        return cls(match[1], match[2], int(match[3]) if match[3] else None)

    def spoken(self, language: str) -> str:
        """How people say it: "de blauwe uil", "the blue owl", with the digit behind it."""
        names = _names(language)
        name = names.whole(COLOURS.index(self.colour), PICTURES.index(self.picture))
        return name if self.digit is None else f"{name} {self.digit}"


def colour_name(colour: str, language: str) -> str:
    """The colour's written name, as it stands on the tile."""
    return _names(language).colour(COLOURS.index(colour))


def picture_name(picture: str, language: str) -> str:
    """The picture's name without article, as it stands on the tile."""
    return _names(language).picture(PICTURES.index(picture))


def _names(language: str) -> Names:
    return NAMES.get(language, NAMES[SOURCE])


def is_pass(text: str) -> bool:
    """Whether this is the id of a pass; a roll or row that was tampered with may hold anything."""
    match = _PASS.fullmatch(text)
    return match is not None and match[1] in COLOUR and match[2] in PICTURE


def all_passes() -> list[Pass]:
    """Every pass without a digit."""
    return [Pass(colour, picture) for colour, picture in product(COLOURS, PICTURES)]
