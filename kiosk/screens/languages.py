"""The languages of the kiosk by their own names, as their speakers look for them."""

from typing import Final

from kiosk.flow import Flow

LANGUAGE_NAMES: Final = {"nl": "Nederlands", "en": "English"}


def others(flow: Flow) -> list[str]:
    """The languages that are not spoken now."""
    return [language for language in flow.config.kiosk.languages if language != flow.language]
