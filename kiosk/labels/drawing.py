"""A sticker as a PDF, made by Typst: the mark of the day, the picture of the pass, and the tear-off with its code.

No name is on it, nor anything else of a visitor.
"""

import io
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import segno

from kiosk.codes.code import Code
from kiosk.labels.ribbon import with_ribbon
from kiosk.labels.sticker import Sticker
from kiosk.passes import COLOUR, PICTURE, PICTURE_FONT
from retention.base.labels import Label
from retention.base.translations import N_, translator
from retention.base.typeset import typesetter

KEEP, SCAN = N_("Keep this with you."), N_("Show it when you leave.")
TITLE: Final = "Portier"
PAPER, INK = "#FFFFFF", "#000000"


def warm_up() -> None:
    """Load fonts and layout, so that the first sticker is as quick as any."""
    typesetter()
    _source()


def pdf(sticker: Sticker, label: Label, at: datetime, *, colour: bool) -> bytes:
    """The sticker on this label, in black or in colours; TypesettingRefused when Typst will not."""
    setter, data = typesetter(), layout(sticker, label, colour=colour)
    words = " ".join([data["words"], *([data["tear"]["keep"], data["tear"]["scan"]] if data["tear"] else [])])
    data["fonts"] = setter.families(words)
    return setter.pdf(_source(), data, at)


def layout(sticker: Sticker, label: Label, *, colour: bool) -> dict[str, Any]:
    """What Typst is told: places follow from the size of the label alone."""
    given, mark = sticker.pass_, sticker.mark
    look, day = COLOUR[given.colour], COLOUR[mark.colour]
    plain = (INK, PAPER) if mark.reversed else (PAPER, INK)
    return {
        "title": TITLE,
        "lang": sticker.language,
        "width": label.width,
        "height": label.height,
        "picture_font": PICTURE_FONT,
        "glyph": PICTURE[given.picture].glyph,
        "digit": "" if given.digit is None else str(given.digit),
        "words": given.spoken(sticker.language),
        "pattern": look.pattern,
        "ground": look.fill if colour else PAPER,
        "ink": look.ink if colour else INK,
        "day": {
            "sign": mark.sign,
            "ground": day.fill if colour else plain[0],
            "ink": day.ink if colour else plain[1],
        },
        "tear": _tear_off(sticker.code, sticker.language) if sticker.code else None,
    }


def _tear_off(code: Code, language: str) -> dict[str, Any]:
    say = translator(language, "codes")
    drawn = io.BytesIO()
    segno.make_qr(code.text, error="m").save(drawn, kind="svg", border=0, xmldecl=False)
    return {"qr": drawn.getvalue().decode(), "keep": say(KEEP), "scan": say(SCAN), "groups": code.groups}


def _source() -> bytes:
    return with_ribbon(Path(__file__).with_name("sticker.typ"))
