"""The languages of the kiosk: what each calls itself, and which are written from the right."""

from collections.abc import Iterable
from typing import Final

OWN_NAME: Final[dict[str, str]] = {
    "nl": "Nederlands",
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "pl": "Polski",
    "tr": "Türkçe",
    "ar": "العربية",
    "uk": "Українська",
    "es": "Español",
    "fa": "فارسی",
}
"""By its own name, so that whoever reads it finds it; in the order of `kiosk.languages` unless configured."""

FROM_THE_RIGHT: Final = frozenset({"ar", "fa"})


def others(languages: Iterable[str], now: str) -> list[str]:
    """The languages that are not spoken now."""
    return [language for language in languages if language != now]
