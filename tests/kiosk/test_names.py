"""Names as people have them are taken as text; what nobody could read out is refused in words a visitor understands."""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import NameRefused
from kiosk.visits import LONGEST_NAME, TOO_LONG, TOO_SHORT, UNREADABLE, clean_name, details, graphemes, refused_in
from retention.base.errors import UsageRefused
from retention.base.translations import translator
from tests.kiosk.lobby import Lobby

TAKEN = [
    "Ann",
    "J",
    "Zoë Öztürk-van 't Hof",
    "O'Neill; DROP TABLE visit;--",
    "<script>alert('1')</script>",
    "{{ 7*7 }} ${HOME} %s %n \\n",
    "李小龍",
    "محمد علي",
    "שרה כהן",
    "Анна Ковальчук",
    "नरेन्द्र मोदी",
    "สมชาย",
    "Ann محمد 李 Анна",
    "👩‍👧 Ann",
    "😀",
    "NULL",
    "../../etc/passwd",
    "-rf",
    "=1+1",
    "N'Golo 3e",
    "é" * LONGEST_NAME,
]

REFUSED = [
    ("", TOO_SHORT),
    ("   \t\n", TOO_SHORT),
    ("\u200b\u200b\u202e", TOO_SHORT),
    ("\x00\x01\x7f", TOO_SHORT),
    ("x" * (LONGEST_NAME + 1), TOO_LONG),
    ("x" * 300, TOO_LONG),
    ("x" * 10_000, TOO_LONG),
    (" " * 10_000, TOO_LONG),
    ("Z" + "\u0300" * 60 + "alg", UNREADABLE),
    ("...", UNREADABLE),
    ("\u0301", UNREADABLE),
]


@pytest.fixture
def database_url() -> None:
    """SQLite alone: what is stored of a name is sealed."""


@pytest.mark.parametrize("name", TAKEN)
def test_a_name_comes_back_from_table_and_roll_as_it_was_told(lobby: Lobby, name: str) -> None:
    given_ = lobby.reception.sign_in(details({"name": name, "host": name[:40]}))
    kept = unicodedata.normalize("NFC", name)
    assert lobby.seen()[given_.visit].name == kept
    assert lobby.roll().on_site[0].name == kept


@pytest.mark.parametrize(("name", "said"), REFUSED)
def test_what_is_no_name_is_refused_with_a_sentence_in_the_visitors_language(name: str, said: str) -> None:
    with pytest.raises(NameRefused) as refused:
        clean_name(name)
    assert refused.value.sentence == said
    dutch = refused_in(refused.value, translator("nl"))
    assert dutch != said
    assert len(dutch.split()) <= 12


def test_blanks_and_line_ends_become_one_blank() -> None:
    assert clean_name("  Ann\r\n\tde   Vries ") == "Ann de Vries"


def test_what_turns_text_round_or_hides_is_left_out() -> None:
    assert clean_name("A\u202en\u200bn\x07\ufeff") == "Ann"


@pytest.mark.parametrize("blank", ["\u3164", "\u115f\u1160", "\uffa0", "\u2800", "\U0001d159"])
def test_nobody_is_called_by_letters_that_cannot_be_seen(blank: str) -> None:
    assert clean_name(f"Ann{blank}Bo") == "Ann Bo"
    with pytest.raises(NameRefused):
        clean_name(blank)


def test_joiners_that_spelling_needs_stay() -> None:
    assert clean_name("نیم\u200cفاصله") == "نیم\u200cفاصله"


def test_a_decomposed_name_is_kept_composed() -> None:
    assert clean_name("Zoe\u0308") == "Zoë"


def test_a_family_of_emoji_counts_as_one_letter() -> None:
    assert graphemes("👩\u200d👩\u200d👧") == 1
    assert graphemes("né" + "e\u0323\u0302") == 3


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=600))
def test_any_text_is_taken_or_refused_and_what_is_taken_is_clean(text: str) -> None:
    try:
        name = clean_name(text)
    except NameRefused:
        return
    assert 1 <= graphemes(name) <= LONGEST_NAME
    assert not any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") for letter in name)
    assert clean_name(name) == name
    name.encode("utf-8")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=60))
def test_any_name_that_is_taken_survives_table_and_roll(lobby: Lobby, text: str) -> None:
    try:
        name = clean_name(text)
    except NameRefused:
        return
    given_ = lobby.reception.sign_in(details({"name": text}))
    entries = {entry.visit: entry for entry in lobby.roll().on_site}
    assert (lobby.seen()[given_.visit].name, entries[given_.visit].name) == (name, name)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["name", "host", "help", "age"]), ANYTHING, max_size=4)
    | st.fixed_dictionaries({"name": st.just("Ann"), "host": ANYTHING, "help": ANYTHING})
)
def test_any_json_object_makes_details_or_is_refused_in_a_sentence(raw: dict[str, Any]) -> None:
    raw = json.loads(json.dumps(raw))
    said = ""
    try:
        assert details(raw).name
    except (NameRefused, UsageRefused) as refused:
        said = str(refused)
    assert "\n" not in said


@pytest.mark.parametrize(
    "raw",
    [
        {"name": 7},
        {"name": "Ann", "host": ["Bo"]},
        {"name": "Ann", "help": "stairs"},
        {"name": "Ann", "help": ["gold"]},
        {"name": "Ann", "help": [["stairs"]]},
        {"name": "Ann", "help": [None]},
        {"name": "Ann", "age": 40},
    ],
)
def test_what_is_not_asked_or_not_of_its_shape_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(UsageRefused):
        details(raw)


def test_help_is_not_taken_where_it_is_not_asked() -> None:
    with pytest.raises(UsageRefused):
        details({"name": "Ann", "help": ["stairs"]}, help_asked=False)
