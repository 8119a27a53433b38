"""Nothing that people read is left untranslated."""

import ast
from collections.abc import Iterator
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
    rooms = [ROOT / room for room in ("retention", "kiosk", "recorder", "desk")]
    found = {sentence for room in rooms for path in room.rglob("*.py") for sentence in in_code(path)}
    for room in rooms:
        for _, _, message, _, _ in extract_from_dir(room, method_map=[("**/templates/**.*", "jinja2")]):
            found |= {message} if isinstance(message, str) else set(message)
    return found


def in_code(path: Path) -> Iterator[str]:
    """Read from the syntax tree, which also sees into f-strings."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _name(node.func) in ("_", "N_", "gettext") and node.args:
            sentence = node.args[0]
            if isinstance(sentence, ast.Constant) and isinstance(sentence.value, str):
                yield sentence.value


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


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
