"""Nothing that people read is left untranslated."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from kiosk.languages import OWN_NAME
from retention.base.config import Language
from retention.base.translations import LOCALES, SOURCE, domains, translator

ROOT = Path(__file__).parents[2]
LANGUAGES = sorted(path.name for path in LOCALES.iterdir())
STAFF = {"nl"}  # the desk and the commands speak Dutch and English; the kiosk speaks the languages of its visitors
VISITORS = ("kiosk/screens", "kiosk/ways", "kiosk/visits.py", "kiosk/voice", "kiosk/labels/drawing.py")
TERMS = {"until the end of the day", "{days} days", "1 day", "{hours} hours", "1 hour"}  # of the rules, at the kiosk
CATALOGUES = [(language, domain) for language in LANGUAGES for domain in domains(language)]


@cache
def sentences() -> set[str]:
    """Every sentence marked with `_()` or `N_()` in code and templates."""
    rooms = [ROOT / room for room in ("retention", "kiosk", "recorder", "desk")]
    found = {sentence for room in rooms for path in room.rglob("*.py") for sentence in in_code(path)}
    for room in rooms:
        for _, _, message, _, _ in extract_from_dir(room, method_map=[("**/templates/**.*", "jinja2")]):
            found |= {message} if isinstance(message, str) else set(message)
    return found


@cache
def of_visitors() -> set[str]:
    """Every sentence that a visitor can meet at the kiosk."""
    places = [ROOT / place for place in VISITORS]
    files = [path for place in places for path in ([place] if place.is_file() else place.rglob("*.py"))]
    return TERMS | {sentence for path in files for sentence in in_code(path)}


def in_code(path: Path) -> Iterator[str]:
    """Read from the syntax tree, which also sees into f-strings."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _name(node.func) in ("_", "N_", "gettext") and node.args:
            said = node.args[0]
            for sentence in (said.body, said.orelse) if isinstance(said, ast.IfExp) else (said,):
                if isinstance(sentence, ast.Constant) and isinstance(sentence.value, str):
                    yield sentence.value


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


@cache
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
    assert (sentences() if language in STAFF else of_visitors()) - known == set()


def test_the_kiosk_speaks_every_language_there_is_a_catalogue_for() -> None:
    assert {SOURCE, *LANGUAGES} == set(OWN_NAME) == set(get_args(Language))


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


# Whether somebody who grew up with a language has read its catalogue

HEADER = "X-Read-By-Native-Speaker"
SIGNED = re.compile(r"no|\d{4}-\d{2}-\d{2}, [a-z ]+, [A-Z]\.[A-Z.]*")


def read_by_native_speaker(language: str, domain: str) -> str:
    text = (LOCALES / language / "LC_MESSAGES" / f"{domain}.po").read_text(encoding="utf-8")
    header = re.search(rf'^"{HEADER}: (.*)\\n"$', text, flags=re.MULTILINE)
    return header[1] if header else ""


@pytest.mark.parametrize(("language", "domain"), [pair for pair in CATALOGUES if pair[0] not in STAFF])
def test_a_catalogue_says_who_read_it_or_that_nobody_did(language: str, domain: str) -> None:
    assert SIGNED.fullmatch(read_by_native_speaker(language, domain))


def test_the_table_of_languages_says_what_the_catalogues_say() -> None:
    table = (ROOT / "docs" / "languages.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| [^|]+ \| (\w\w) \| ([^|]+) \|", table, flags=re.MULTILINE))
    said = {language: read_by_native_speaker(language, "kiosk") for language in LANGUAGES if language not in STAFF}
    assert {language: rows[language] for language in said} == said
    assert set(rows) == set(OWN_NAME)
