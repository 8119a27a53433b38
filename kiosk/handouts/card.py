"""An invitation to give or mail to somebody who is expected: a card with a code and the day. It holds no name.

As a PDF, and as a picture for who reads mail on a telephone.
"""

import io
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import segno
from babel.dates import format_date

from kiosk.invitation import Invitation
from retention.base.config import Config
from retention.base.translations import N_, translator
from retention.base.typeset import typesetter

TITLE: Final = N_("Invitation")
SHOW: Final = N_("Show this code at the screen by the door. You need not type your name.")
ONE_DAY: Final = N_("The code works on this day only.")
CODE: Final = N_("The code of the invitation")
DOTS_PER_INCH: Final = 200


def pdf(invitation: Invitation, config: Config, at: datetime) -> bytes:
    """The card as a PDF; TypesettingRefused when Typst will not."""
    return typesetter().pdf(_source(), layout(invitation, config), at)


def png(invitation: Invitation, config: Config) -> bytes:
    """The card as a picture; TypesettingRefused when Typst will not."""
    return typesetter().png(_source(), layout(invitation, config), DOTS_PER_INCH)


def layout(invitation: Invitation, config: Config) -> dict[str, Any]:
    """What Typst is told."""
    setter, nl = typesetter(), translator("nl", "people")
    drawn = io.BytesIO()
    segno.make_qr(invitation.text, error="m").save(drawn, kind="svg", border=0, xmldecl=False)
    day = [format_date(invitation.day, "EEEE d MMMM y", locale=language) for language in ("nl", "en_GB")]
    said = {
        "title": [nl(TITLE), TITLE],
        "organisation": setter.printable(config.organisation.name),
        "place": setter.printable(" · ".join(part for part in (config.site.name, config.site.building) if part)),
        "day": day,
        "show": [nl(SHOW), SHOW],
        "one_day": [nl(ONE_DAY), ONE_DAY],
        "code_says": nl(CODE),
    }
    return said | {"code": drawn.getvalue().decode(), "fonts": setter.families(str(said))}


@cache
def _source() -> bytes:
    return Path(__file__).with_name("card.typ").read_bytes()
