"""The colours of the screens by the role they play, and the contrast between them, computed; nothing here knows Kivy.

Text keeps 7:1 to its ground and what can be touched 3:1 to what lies around it (WCAG 2.2, 1.4.6 and 1.4.11). A visitor
may ask for two colours alone, yellow and black: 17:1.
"""

from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from retention.base.errors import ConfigurationRefused

INK = "#10243E"
PAPER = "#F6F3EC"
SAND = "#E7DFCE"
ACTION = "#0B5D57"
WHITE, BLACK, YELLOW = "#FFFFFF", "#000000", "#FFEB3B"
EDGE_TONE = "#6B7686"
DEEPER = 0.9  # how light and how colourful the frame of the door is beside the toned ground it stands on

TEXT_CONTRAST = 7.0
CONTROL_CONTRAST = 3.0


def luminance(colour: str) -> float:
    """The relative luminance of `#RRGGBB` (WCAG 2.2)."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """`colour` with a share of `other` in it: the tone of a button under a finger."""
    pairs = ((int(colour[place : place + 2], 16), int(other[place : place + 2], 16)) for place in (1, 3, 5))
    return "#" + "".join(f"{round(own + (added - own) * share):02X}" for own, added in pairs)


def deepened(colour: str) -> str:
    """The same hue, somewhat darker: any house's own tone stays its own."""
    hue, light, colourful = rgb_to_hls(*(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)))
    return "#" + "".join(f"{round(255 * part):02X}" for part in hls_to_rgb(hue, light * DEEPER, colourful * DEEPER))


class Contrast(StrEnum):
    """The colours a visitor asks for."""

    PAPER = "paper"
    YELLOW_ON_BLACK = "yellow_on_black"
    BLACK_ON_YELLOW = "black_on_yellow"


class Role(StrEnum):
    """What a part is there for; the palette says how it looks."""

    PRIMARY = "primary"
    SECOND = "second"
    QUIET = "quiet"
    KEY = "key"
    PLAIN = "plain"
    TONED = "toned"
    ATTENTION = "attention"
    ALARM = "alarm"


@dataclass(frozen=True)
class Kind:
    """How one role looks: ground, ink, and an edge of so many millimetres."""

    ground: str
    ink: str
    edge: str = ""
    edge_mm: float = 0.8


@dataclass(frozen=True)
class Palette:
    """Every colour of the screens, by role. `spare` has two colours only, so that areas are told apart by lines."""

    kinds: dict[Role, Kind]
    line: str
    frame: str
    spare: bool = False

    def kind(self, role: Role) -> Kind:
        return self.kinds[role]

    @property
    def paper(self) -> str:
        return self.kinds[Role.PLAIN].ground

    @property
    def ink(self) -> str:
        return self.kinds[Role.PLAIN].ink

    @property
    def tone(self) -> str:
        return self.kinds[Role.TONED].ground

    def pass_kind(self, fill: str, ink: str) -> Kind:
        """A pass's colours, which are its own; where there are two colours, words about it keep to those."""
        return Kind(self.paper, self.ink, self.ink) if self.spare else Kind(fill, ink, self.ink)


@dataclass(frozen=True)
class Theme:
    """What an organisation may choose of the looks; refused where it could not be read."""

    organisation: str
    action: str = ACTION
    paper: str = PAPER
    tone: str = SAND
    logo: Path | None = None

    def __post_init__(self) -> None:
        problems = []
        if contrast(WHITE, self.action) < TEXT_CONTRAST:
            better = _until_readable(self.action, WHITE, BLACK)
            problems.append(f"white on {self.action} cannot be read well enough; {better} would do")
        for ground in (self.paper, self.tone):
            if contrast(INK, ground) < TEXT_CONTRAST:
                better = _until_readable(ground, INK, WHITE)
                problems.append(f"the letters' {INK} on {ground} cannot be read well enough; {better} would do")
        if problems:
            raise ConfigurationRefused("the colours of the theme", problems)

    def palette(self, wanted: Contrast) -> Palette:
        """The colours as this visitor wants them."""
        if wanted is Contrast.PAPER:
            return _of(self.action, self.paper, self.tone)
        return _spare(BLACK, YELLOW) if wanted is Contrast.YELLOW_ON_BLACK else _spare(YELLOW, BLACK)


def _until_readable(colour: str, against: str, towards: str) -> str:
    while contrast(against, colour) < TEXT_CONTRAST:
        colour = mixed(colour, towards, 0.05)
    return colour


@cache
def _of(action: str, paper: str, tone: str) -> Palette:
    kinds = {
        Role.PRIMARY: Kind(action, WHITE),
        Role.SECOND: Kind(paper, INK, INK),
        Role.QUIET: Kind(paper, INK, EDGE_TONE, 0.4),
        Role.KEY: Kind(WHITE, INK, EDGE_TONE, 0.4),
        Role.PLAIN: Kind(paper, INK),
        Role.TONED: Kind(tone, INK),
        Role.ATTENTION: Kind("#F2C14E", INK),
        Role.ALARM: Kind("#8A1C1C", WHITE),
    }
    return Palette(kinds, line=tone, frame=deepened(tone))


@cache
def _spare(paper: str, ink: str) -> Palette:
    plain, turned = Kind(paper, ink), Kind(ink, paper, ink)
    kinds = {
        Role.PRIMARY: turned,
        Role.SECOND: Kind(paper, ink, ink, 1.2),
        Role.QUIET: Kind(paper, ink, ink, 0.6),
        Role.KEY: Kind(paper, ink, ink, 0.6),
        Role.PLAIN: plain,
        Role.TONED: plain,
        Role.ATTENTION: Kind(ink, paper),
        Role.ALARM: Kind(ink, paper),
    }
    return Palette(kinds, line=ink, frame=ink, spare=True)
