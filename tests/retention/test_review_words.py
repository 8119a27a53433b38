"""Every act and category that the product writes into the trail has words, in Dutch and in English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk import words as desk_words
from desk.accounts import ROLES
from recorder.footage import REASONS as FOOTAGE_REASONS
from retention.asked import register, request
from retention.asked.words import CLOSINGS
from retention.cases.cases import ASKED, CATEGORIES
from retention.review.words import ACTS, REASONS, ReviewWords
from tests.retention.test_review import TUESDAY, ZONE, line, of

ROOT = Path(__file__).parents[2]
ACT = re.compile(r"[a-z]+\.[a-z_]+")
# What is called to write a line, by whatever name: the trail itself, and the helpers in front of it.
NOTERS = {"note", "_note", "_note_taken", "_Note", "Happened", "take_out", "_place", "_decide", "_write"}
# Acts put together while the product runs; the blanks of the f-string stand as "?".
MADE = {
    "?.look": {"footage.look", "case.look"},
    "?.seen": {"footage.seen", "case.seen"},
    "request.?": {f"request.{act}" for act in register.ACTS.values()},
}
# `recorder.casefootage` calls what is taken out of a case by the room it is in.
RENAMED = {"footage.export": "case.export", "footage.blur": "case.blur"}


def acts_in(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = dict(constants_of(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node.func) in NOTERS:
            given = [*node.args, *(word.value for word in node.keywords if word.arg in ("act", "category"))]
            for one in given:
                yield from acts_of(one, constants)


def constants_of(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            yield name_of(node.target), node.value
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                yield from zip(map(name_of, target.elts), node.value.elts, strict=True)
            else:
                yield name_of(target), node.value


def acts_of(given: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    if isinstance(given, ast.Constant) and isinstance(given.value, str) and ACT.fullmatch(given.value):
        yield given.value
    if isinstance(given, ast.IfExp):
        yield from (act for one in (given.body, given.orelse) for act in acts_of(one, constants))
    if isinstance(given, ast.Name) and given.id in constants:
        yield from acts_of(constants[given.id], {})
    if isinstance(given, ast.JoinedStr):
        made = "".join(str(one.value) if isinstance(one, ast.Constant) else "?" for one in given.values)
        if re.fullmatch(r"[a-z?]+\.[a-z_?]+", made):
            yield from MADE[made]


def name_of(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def written() -> set[str]:
    rooms = [path for room in ("retention", "recorder", "kiosk", "desk") for path in (ROOT / room).rglob("*.py")]
    found = {act for path in rooms for act in acts_in(path)}
    return found | {RENAMED[act] for act in found if act in RENAMED}


def test_every_act_that_is_written_has_words() -> None:
    found = written()
    assert {"visit.delete", "case.seen", "request.freeze", "clock.clamped", "review.signed", "calamity.cancel"} <= found
    assert found - set(ACTS) == set()


CATEGORIES_WRITTEN = {
    *desk_words.REASONS,
    *FOOTAGE_REASONS,
    *CATEGORIES,
    ASKED,
    *request.KINDS,
    *request.WAYS,
    *request.DECISIONS,
    *CLOSINGS,
    *ROLES,
    "person",
    "two_people",
    "hardware_clock",
    "waited",
    "erasure",
    "unreadable",
    "one_account",
    "clock_set_or_late",
    "not_in_the_trail",
}


def test_every_category_of_a_fixed_list_has_words() -> None:
    assert set(CATEGORIES_WRITTEN) - set(REASONS) == set()


@pytest.mark.parametrize("known", [ACTS, REASONS], ids=["acts", "categories"])
def test_their_words_are_words_and_in_both_languages(known: dict[str, str]) -> None:
    dutch, english = ReviewWords("nl", ZONE), ReviewWords("en", ZONE)
    for id, sentence in known.items():
        assert "_" not in english.say(sentence), id
        assert dutch.say(sentence) != english.say(sentence), id


@pytest.mark.parametrize(
    ("act", "about", "category", "what", "because"),
    [
        ("request.freeze", "0a1b", "access", "legde vast wat er met de gevraagde beelden is gebeurd, 0a1b", "Inzage"),
        ("request.answer", "0a1b", "partly", "beantwoordde een verzoek, 0a1b", "deels"),
        ("case.confirm", "8f3a", "os:root", "bevestigde een dossier, 8f3a", "via root (opdracht)"),
        ("visit.delete", "0123456789abcdef" * 2, "", "verwijderde een bezoek, 01234567", ""),
        ("clock.trusted", "+18000s", "two_people", "bevestigde de klok, 5 uur", "twee mensen aan de balie"),
        ("clock.proposed", "1793000000", "", "stelde voor de klok te bevestigen", ""),
        ("clock.clamped", "camera-entree", "12", "teruggezet, entree", ""),
        ("clock.clamped", "visits", "3", "teruggezet, bezoeken", ""),
    ],
)
def test_no_code_is_shown_to_the_officer(act: str, about: str, category: str, what: str, because: str) -> None:
    words = ReviewWords("nl", ZONE)
    (found,) = of(line(act, TUESDAY, about=about, why=category)).findings
    assert what in words.what(found)
    assert words.because(found).startswith(because)
    assert bool(because) == bool(words.because(found))


def test_what_was_done_outside_hours_is_said_also_where_it_is_about_no_camera() -> None:
    words, night = ReviewWords("nl", ZONE), TUESDAY.replace(hour=2)
    one = of(line("visit.list", night, "os:root", about="", why=""))
    assert words.what(*one.of("off_hours")) == "vroeg wie er binnen is"
    assert words.who(one.findings[0].actor) == "root (opdracht)"
    several = of(line("visit.list", night, about=""), line("footage.look", night, about="entree"))
    assert words.what(*several.of("off_hours")) == "verschillende dingen"
