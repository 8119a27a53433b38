"""The letters on the screen, and which touches count."""

import pytest

from kiosk.fonts import OTHERS, TEXT, drawable, runs
from kiosk.keyboard import KEY_FACE, LETTERS, Page, Typed
from kiosk.taps import Taps
from tests.support.clock import ManualClock

ARABIC = OTHERS[1]


def typed(text: str) -> str:
    name = Typed()
    for letter in text:
        name = name.space() if letter == " " else name.tap(letter)
    return name.text


@pytest.mark.parametrize(
    ("taps", "name"),
    [
        ("jan", "Jan"),
        ("jan van den berg", "Jan van den Berg"),
        ("anne-marie o'brien", "Anne-Marie O'Brien"),
        ("van gogh", "Van Gogh"),
        ("el amrani  ", "El Amrani "),
        (" élodie", "Élodie"),
    ],
)
def test_names_come_out_as_names_are_written(taps, name):
    assert typed(taps) == name


def test_a_key_shows_exactly_what_it_writes():
    for page, letters in LETTERS.items():
        for before in ("", "Jan", "Jan "):
            for letter in letters:
                name = Typed(before, page)
                assert name.tap(letter).text == before + name.face(letter)


def test_every_letter_of_the_keyboard_is_in_a_font_of_the_screens():
    letters = "".join(LETTERS.values())
    faces = {run.face for sign in letters + letters.upper() for run in runs(sign)}
    assert faces == {TEXT, ARABIC}


@pytest.mark.parametrize("page", Page)
def test_every_page_of_letters_fills_all_keys_and_shows_no_letter_twice(page: Page):
    assert len(LETTERS[page]) == len(set(LETTERS[page])) == 28


@pytest.mark.parametrize(
    ("language", "alphabet"),
    [
        ("uk", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
        ("ar", "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأإؤئىة"),
        ("fa", "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیآئ"),
        ("pl", "aąbcćdeęfghijklłmnńoóprsśtuwyzźż"),
        ("tr", "abcçdefgğhıijklmnoöprsştuüvyz"),
        ("de", "abcdefghijklmnopqrstuvwxyzäöüß"),
        ("fr", "abcdefghijklmnopqrstuvwxyzàâæçéèêëîïôœùûü"),
        ("es", "abcdefghijklmnñopqrstuvwxyzáéíóúü"),
    ],
)
def test_everybody_can_type_their_name_in_their_own_letters(language: str, alphabet: str):
    name = Typed().speak(language)
    pages = (name.home, *name.further)
    assert set(alphabet) <= set("".join(LETTERS[page] for page in pages))


OWN = {"pl": "ąćęłńóśźż", "tr": "çğıöşü", "de": "äöüß", "fr": "àâæçéèêëîïôœùûü", "es": "áéíñóúü"}


@pytest.mark.parametrize(("language", "own"), OWN.items())
def test_the_accents_of_the_language_come_first_and_no_others_are_lost(language: str, own: str):
    name = Typed().speak(language)
    first, second = (LETTERS[page] for page in name.further)
    assert set(own) <= set(first[: len(own) + 1])
    assert sorted(first + second) == sorted(LETTERS[Page.WEST] + LETTERS[Page.EAST])
    assert set(KEY_FACE[name.further[0]]) - {" "} <= set(own)
    assert set(KEY_FACE[name.further[1]]) - {" "} <= set(second)
    assert name.next_page() is name.further[0]
    assert name.turn(name.further[0]).tap(own[0]).page is name.home


def test_who_speaks_another_language_has_the_accents_of_that_one():
    assert Typed().speak("pl").speak("nl") == Typed()


def test_signs_bring_the_letters_of_the_language_back_and_latin_ones_stay():
    name = Typed().speak("ar")
    assert name.turn(Page.MORE_ARABIC).tap("أ").page is Page.ARABIC
    assert name.turn(Page.LETTERS).tap("a").page is Page.LETTERS
    assert name.turn(Page.LETTERS).turn(Page.LETTERS).page is Page.ARABIC


def test_one_key_leads_through_all_pages_and_back():
    name, seen = Typed().speak("uk"), []
    for _ in range(3):
        name = name.turn(name.next_page())
        seen.append(name.page)
    assert seen == [Page.MORE_CYRILLIC, Page.LETTERS, Page.CYRILLIC]


def test_a_turkish_name_keeps_its_dotted_capital():
    assert Typed().speak("tr").tap("i").text == "İ"
    assert Typed().tap("i").text == "I"


def test_an_accent_brings_the_plain_letters_back():
    assert Typed("Zo").turn(Page.WEST).tap("ë") == Typed("Zoë", Page.LETTERS)


def test_the_key_of_a_page_turns_it_back():
    assert Typed("Zo").turn(Page.EAST).turn(Page.EAST).page is Page.LETTERS


@pytest.mark.parametrize(("before", "after"), [("", ""), ("Jan", "Ja"), ("a\u0301", ""), ("Zoe\u0308", "Zo")])
def test_erasing_takes_a_letter_with_its_accents(before, after):
    assert Typed(before).erase().text == after


def test_names_in_other_scripts_are_cut_into_runs_of_one_font():
    assert [(run.text, run.face.name) for run in runs("Jan 王小明")] == [
        ("Jan ", "Andika"),
        ("王小明", "Noto Sans CJK JP"),
    ]


def test_runs_stand_from_left_to_right_also_in_a_name_that_begins_at_the_right():
    assert [run.text for run in runs("محمد Jan")] == ["Jan", "محمد "]


def test_what_no_font_draws_is_known():
    assert drawable("Jan Łukasz Анна")
    assert not drawable("Jan \U0001f600")
    assert [run.face for run in runs("\U0001f600")] == [None]


@pytest.fixture
def taps(clock: ManualClock) -> Taps:
    return Taps(clock.monotonic)


def touch(taps: Taps, x: float, y: float, *, letter: bool = False) -> bool:
    counted = taps.accepts(x, y, letter=letter)
    if counted:
        taps.ended()
    return counted


def test_a_second_touch_within_400_ms_is_ignored(taps, clock):
    assert touch(taps, 10, 10)
    clock.advance(seconds=0.39)
    assert not touch(taps, 90, 90)
    clock.advance(seconds=0.02)
    assert touch(taps, 90, 90)


def test_quick_typing_loses_no_letter_and_a_double_tap_writes_one(taps, clock):
    assert touch(taps, 10, 10, letter=True)
    clock.advance(seconds=0.15)
    assert touch(taps, 34, 10, letter=True)
    clock.advance(seconds=0.15)
    assert not touch(taps, 38, 14, letter=True)


def test_while_a_finger_is_down_another_touch_does_not_count(taps):
    assert taps.accepts(10, 10, letter=True)
    assert not taps.accepts(200, 200, letter=True)
