"""The colours of the screens and the contrast between them, computed; nothing here knows Kivy.

Text keeps 7:1 to its ground and what can be touched 3:1 to what lies around it (WCAG 2.2, 1.4.6 and 1.4.11).
"""

from dataclasses import dataclass

from retention.base.errors import ConfigurationRefused

INK = "#10243E"
PAPER = "#F6F3EC"
SAND = "#E7DFCE"
DUNE = "#D8CDB6"
WHITE = "#FFFFFF"
QUIET = "#3F4A5A"
ATTENTION = "#F2C14E"
INFORMATION = "#1D4E89"
ACTION = "#0B5D57"
ALARM = "#8A1C1C"

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


@dataclass(frozen=True)
class Theme:
    """What an organisation may choose of the looks; refused where it could not be read."""

    organisation: str
    action: str = ACTION

    def __post_init__(self) -> None:
        if contrast(WHITE, self.action) < TEXT_CONTRAST:
            better = self.action
            while contrast(WHITE, better) < TEXT_CONTRAST:
                better = mixed(better, "#000000", 0.05)
            raise ConfigurationRefused(
                "the action colour", [f"white on {self.action} cannot be read well enough; {better} would do"]
            )
