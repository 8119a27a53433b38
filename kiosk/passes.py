"""The passes: eight colours and twenty-four pictures, by language-free ids, and what people call them.

Pure data. Fills and inks are chosen so that the picture stands on its colour at 7:1 or more and any two
colours differ (CIE delta E >= 20) also for people who see red, green or blue less; each has its own pattern too.
"""

import re
from dataclasses import dataclass
from itertools import product

from retention.base.errors import UsageRefused


@dataclass(frozen=True)
class Colour:
    """One colour of a pass: what it is painted with, and its name in each language."""

    fill: str
    ink: str
    pattern: str
    nl: str
    nl_before_noun: str
    en: str


@dataclass(frozen=True)
class Picture:
    """One picture of a pass: its glyph in the Material Design Icons font, and its name with article."""

    glyph: str
    nl_article: str
    nl: str
    en: str


_INK, _WHITE = "#10243E", "#FFFFFF"

COLOUR: dict[str, Colour] = {
    "red": Colour("#A80F1E", _WHITE, "bars", "rood", "rode", "red"),
    "orange": Colour("#FF9833", _INK, "triangles", "oranje", "oranje", "orange"),
    "yellow": Colour("#FFE600", _INK, "dots", "geel", "gele", "yellow"),
    "green": Colour("#7BC47F", _INK, "zigzag", "groen", "groene", "green"),
    "blue": Colour("#1B55A5", _WHITE, "waves", "blauw", "blauwe", "blue"),
    "pink": Colour("#F7A8C4", _INK, "diamonds", "roze", "roze", "pink"),
    "black": Colour("#1A1A1A", _WHITE, "lines", "zwart", "zwarte", "black"),
    "white": Colour("#FFFFFF", _INK, "squares", "wit", "witte", "white"),
}

PICTURE: dict[str, Picture] = {
    "owl": Picture("\uf3d2", "de", "uil", "owl"),
    "cat": Picture("\uf11b", "de", "kat", "cat"),
    "fish": Picture("\uf23a", "de", "vis", "fish"),
    "duck": Picture("\uf1e5", "de", "eend", "duck"),
    "tree": Picture("\uf531", "de", "boom", "tree"),
    "flower": Picture("\uf24a", "de", "bloem", "flower"),
    "apple": Picture("\uf25b", "de", "appel", "apple"),
    "cake": Picture("\uf0eb", "de", "taart", "cake"),
    "cup": Picture("\uf176", "het", "kopje", "cup"),
    "car": Picture("\uf10b", "de", "auto", "car"),
    "ship": Picture("\uf213", "het", "schip", "ship"),
    "house": Picture("\uf2dc", "het", "huis", "house"),
    "castle": Picture("\uf11a", "het", "kasteel", "castle"),
    "key": Picture("\uf306", "de", "sleutel", "key"),
    "book": Picture("\uf5da", "het", "boek", "book"),
    "gift": Picture("\uf2a1", "het", "cadeau", "gift"),
    "lamp": Picture("\uf335", "de", "lamp", "lamp"),
    "bell": Picture("\uf09a", "de", "bel", "bell"),
    "glasses": Picture("\uf2aa", "de", "bril", "glasses"),
    "guitar": Picture("\uf2c4", "de", "gitaar", "guitar"),
    "ball": Picture("\uf4b8", "de", "bal", "ball"),
    "star": Picture("\uf4ce", "de", "ster", "star"),
    "heart": Picture("\uf2d1", "het", "hart", "heart"),
    "crown": Picture("\uf1a5", "de", "kroon", "crown"),
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
        colour, picture = COLOUR[self.colour], PICTURE[self.picture]
        if language == "nl":
            name = f"{picture.nl_article} {colour.nl_before_noun} {picture.nl}"
        else:
            name = f"the {colour.en} {picture.en}"
        return name if self.digit is None else f"{name} {self.digit}"


def colour_name(colour: str, language: str) -> str:
    """The colour's written name, as it stands on the tile."""
    return COLOUR[colour].nl if language == "nl" else COLOUR[colour].en


def picture_name(picture: str, language: str) -> str:
    """The picture's name without article, as it stands on the tile."""
    return PICTURE[picture].nl if language == "nl" else PICTURE[picture].en


def all_passes() -> list[Pass]:
    """Every pass without a digit."""
    return [Pass(colour, picture) for colour, picture in product(COLOURS, PICTURES)]
