"""The passes of a group on paper: cards to cut out, without a name, and a page that says who gets which.

The page with names is for reception, and is destroyed once the passes are handed out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from kiosk.labels.ribbon import with_ribbon
from kiosk.passes import COLOUR, PICTURE, PICTURE_FONT, Pass
from retention.base.config import Config
from retention.base.translations import N_, translator
from retention.base.typeset import typesetter

CUT: Final = N_("Passes: cut them out")
TITLE: Final = N_("Who gets which pass")
DESTROY: Final = N_("Destroy this page once the passes are handed out.")
HEADS: Final = N_("No."), N_("Name"), N_("Pass")


@dataclass(frozen=True)
class Handed:
    """One pass, and who gets it."""

    name: str
    pass_: Pass


def pdf(handed: Sequence[Handed], config: Config, at: datetime, language: str = "nl") -> bytes:
    """Cards and list; TypesettingRefused when Typst will not."""
    return typesetter().pdf(_source(), layout(handed, config, language), at)


def layout(handed: Sequence[Handed], config: Config, language: str) -> dict[str, Any]:
    """What Typst is told."""
    setter, _ = typesetter(), translator(language, "people")
    said: dict[str, Any] = {
        "language": language,
        "organisation": setter.printable(config.organisation.name),
        "cut": _(CUT),
        "title": _(TITLE),
        "destroy": _(DESTROY),
        "heads": [_(head) for head in HEADS],
        "cards": [_card(number, one, language) for number, one in enumerate(handed, 1)],
    }
    for card in said["cards"]:
        card["who"] = setter.printable(card["who"])
    return said | {"fonts": setter.families(str(said)), "picture_font": PICTURE_FONT}


def _card(number: int, handed: Handed, language: str) -> dict[str, Any]:
    given = handed.pass_
    return {
        "number": number,
        "who": handed.name,
        "says": given.spoken(language),
        "glyph": PICTURE[given.picture].glyph,
        "fill": COLOUR[given.colour].fill,
        "ink": COLOUR[given.colour].ink,
        "pattern": COLOUR[given.colour].pattern,
    }


def _source() -> bytes:
    return with_ribbon(Path(__file__).with_name("passes.typ"))
