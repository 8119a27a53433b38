"""Nothing that people read is left untranslated."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from retention.base.translations import LOCALES, domains, translator

ROOT = Path(__file__).parents[2]
LANGUAGES = sorted(path.name for path in LOCALES.iterdir())
CATALOGUES = [(language, domain) for language in LANGUAGES for domain in domains(language)]


def sentences() -> set[str]:
    """Every sentence marked with `_()` or `N_()` in code and templates."""
    found: set[str] = set()
    for room in ("retention", "kiosk", "recorder", "desk"):
        extracted = extract_from_dir(
            ROOT / room,
            method_map=[("**.py", "python"), ("**/templates/**.*", "jinja2")],
            keywords={"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)},
        )
        for _, _, message, _, _ in extracted:
            found |= {message} if isinstance(message, str) else set(message)
    return found


def catalogue(language: str, domain: str) -> dict[str, tuple[str, bool]]:
    with (LOCALES / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as source:
        return {
            message.id if isinstance(message.id, str) else message.id[0]: (
                message.string if isinstance(message.string, str) else min(message.string),
                message.fuzzy,
            )
            for message in read_po(source, locale=language, abort_invalid=True)
            if message.id
        }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    known = {key for name, domain in CATALOGUES if name == language for key in catalogue(language, domain)}
    assert sentences() - known == set()


@pytest.mark.parametrize(("language", "domain"), CATALOGUES)
def test_no_translation_is_empty_or_doubtful(language: str, domain: str) -> None:
    unfinished = [key for key, (text, fuzzy) in catalogue(language, domain).items() if not text or fuzzy]
    assert unfinished == []


@pytest.mark.parametrize(("language", "domain"), CATALOGUES)
def test_no_translation_is_kept_that_nothing_uses(language: str, domain: str) -> None:
    assert set(catalogue(language, domain)) - sentences() == set()


@pytest.mark.parametrize(("language", "domain"), CATALOGUES)
def test_a_translation_has_the_same_blanks_to_fill_in(language: str, domain: str) -> None:
    for key, (text, _) in catalogue(language, domain).items():
        assert _blanks(key) == _blanks(text), key


def _blanks(text: str) -> set[str]:
    return {part.partition("}")[0] for part in text.split("{")[1:]}


def test_dutch_comes_from_the_catalogue_and_english_is_the_sentence_itself() -> None:
    assert translator("nl")("Please type your name.") == "Typ uw naam, alstublieft."
    assert translator("en")("Please type your name.") == "Please type your name."


def test_a_room_without_the_sentence_borrows_it_from_another() -> None:
    assert translator("nl", "desk")("Please type your name.") == "Typ uw naam, alstublieft."


def test_an_unknown_language_reads_english() -> None:
    assert translator("xx")("Please type your name.") == "Please type your name."
