"""How else reception is reached: its telephone number in a sentence, which no line breaks in two."""

from typing import Final

from kiosk.screens.page import Page
from retention.base.translations import N_

OR_CALL: Final = N_("Or call {number}.")
UNBROKEN_SPACE: Final = "\u00a0"


def or_call(page: Page, otherwise: str = "") -> str:
    """The number, where the site has one; else this sentence."""
    number = page.flow.config.site.reception_telephone
    if number:
        return page._(OR_CALL).format(number=number.replace(" ", UNBROKEN_SPACE))
    return page._(otherwise) if otherwise else ""
