"""What people read, in their language: gettext, with the English sentence as the message id.

A room keeps its own catalogue, `locale/<language>/LC_MESSAGES/<domain>.po`; a sentence it lacks is looked for in the
others. Write `_ = translator(language, "kiosk")`, then `_("Sign in")`; mark a sentence kept in a table with
`N_("...")`, and put its translation in the catalogue: a test finds every sentence that has none.
"""

import gettext
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parents[2] / "locale"
SOURCE = "en"


def translator(language: str, domain: str = "portier") -> Callable[[str], str]:
    """A function from the English sentence to the same in `language`; unknown sentences stay English."""
    return _catalogue(language, domain).gettext


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a sentence for the catalogue without translating it yet."""
    return sentence


def domains(language: str) -> list[str]:
    """The catalogues there are in a language."""
    return sorted(path.stem for path in (LOCALES / language / "LC_MESSAGES").glob("*.po"))


@cache
def _catalogue(language: str, domain: str) -> gettext.NullTranslations:
    first: gettext.NullTranslations | None = None
    for name in sorted(domains(language), key=lambda name: name != domain):
        catalogue = _compiled(LOCALES / language / "LC_MESSAGES" / f"{name}.po", language)
        if first is None:
            first = catalogue
        else:
            first.add_fallback(catalogue)
    return first or gettext.NullTranslations()


def _compiled(path: Path, language: str) -> gettext.GNUTranslations:
    with path.open("rb") as source:
        catalogue = read_po(source, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
