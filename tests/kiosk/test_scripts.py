"""Names in every script: read by a voice that can, or spelled; never silence."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.voice.engine import Programs
from kiosk.voice.saying import Saying
from kiosk.voice.scripts import OF_SCRIPT, READS, SPELLED_IN, spelled, voiced
from retention.base.serving import VoiceSection
from tests.support.sound import loudness, sound_card

OFFERED = ("nl", "en", "de", "fr", "pl", "tr", "ar", "uk", "es", "fa")
ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyzéëïßłğñ",
    "абвгґдеєжзиіїйклмн",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "پچژگکی",
    "αβγδεζηθ",
    "अआइईउऊकखगघ",
    "王李張劉陳楊",
    "かきくけこ",
    "김이박최",
    "אבגדה",
    "ⵣⴰⵎ",
    "😀❤",
)
NAMES = st.lists(
    st.sampled_from(ALPHABETS).flatmap(lambda letters: st.text(letters + "\u0301-' ", min_size=1, max_size=12)),
    min_size=1,
    max_size=5,
).map(" ".join)


def pieces(text: str, language: str = "nl") -> list[tuple[str, str]]:
    return [(piece.language, piece.text) for piece in voiced(Saying(text, language, personal=True))]


def test_a_name_is_read_by_the_voice_of_the_visitors_language():
    assert pieces("Zoë de Wit") == [("nl", "Zoë de Wit")]
    assert pieces("Анна", "uk") == [("uk", "Анна")]
    assert pieces("محمد", "fa") == [("fa", "محمد")]


def test_another_script_is_read_by_a_voice_of_its_own():
    assert pieces("محمد") == [("ar", "محمد")]
    assert pieces("Jan محمد, 2") == [("nl", "Jan "), ("ar", "محمد, 2")]
    assert pieces("Jan", "ar") == [("nl", "Jan")]


def test_a_script_without_a_voice_is_spelled():
    assert pieces("ⵣⴰ") == [("en", "tifinagh letter yaz, tifinagh letter ya")]


def test_every_piece_stays_as_personal_as_the_whole():
    assert all(piece.personal for piece in voiced(Saying("Jan محمد ⵣ", "nl", personal=True)))


@given(NAMES, st.sampled_from(OFFERED))
@settings(max_examples=300, deadline=None)
def test_no_letter_of_any_name_is_lost(name: str, language: str):
    said = voiced(Saying(name, language))
    kept = "".join(piece.text for piece in said)
    for letter in name:
        if unicodedata.category(letter)[0] == "L":
            assert letter in kept or unicodedata.name(letter).lower() in kept
    assert {piece.language for piece in said} <= {*OFFERED, *OF_SCRIPT.values(), SPELLED_IN}


@pytest.mark.parametrize("language", sorted({*OF_SCRIPT.values(), *READS, SPELLED_IN}))
def test_the_engine_has_a_voice_for_each(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    settings_, heard = sound_card(tmp_path)
    monkeypatch.setenv("ALSA_CONFIG_PATH", settings_["ALSA_CONFIG_PATH"])
    Programs(VoiceSection()).start(Saying(spelled("a1"), language), 5, headphone=False).finish()
    assert loudness(heard) > 0.05
