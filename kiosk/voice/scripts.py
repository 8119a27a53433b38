"""Text in voices that can read it: each run of one script goes to a voice of that script, or is spelled.

A name is read by the voice of the visitor's language wherever that reads its letters; else by a voice of its script;
letters of a script without a voice are named one by one, so that nobody hears silence in the place of a name.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Final

from kiosk.voice.saying import Saying

LATIN: Final = "LATIN"
OF_SCRIPT: Final = {
    "ARABIC": "ar",
    "ARMENIAN": "hy",
    "BENGALI": "bn",
    "CJK": "cmn",
    "CYRILLIC": "uk",
    "DEVANAGARI": "hi",
    "ETHIOPIC": "am",
    "GEORGIAN": "ka",
    "GREEK": "el",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "HEBREW": "he",
    "HIRAGANA": "ja",
    "KANNADA": "kn",
    "KATAKANA": "ja",
    "MALAYALAM": "ml",
    "MYANMAR": "my",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
}
"""The language that reads a script where the visitor's own does not; espeak-ng has a voice for each."""
READS: Final = {"ar": "ARABIC", "fa": "ARABIC", "uk": "CYRILLIC"}
"""The script of an offered language; Latin for the others."""
SPELLED_IN: Final = "en"  # the names of characters in Unicode are English
_NEUTRAL: Final = ""


def voiced(saying: Saying) -> list[Saying]:
    """The saying in as many pieces as it needs voices."""
    own = READS.get(saying.language, LATIN)
    return [replace(saying, text=text, language=language) for language, text in _runs(saying, own) if text.strip()]


def _runs(saying: Saying, own: str) -> Iterable[tuple[str, str]]:
    scripts = list(_filled([_script(sign) for sign in saying.text], own))
    for script, signs in groupby(zip(scripts, saying.text, strict=True), key=lambda pair: pair[0]):
        text = "".join(sign for _, sign in signs)
        if script == own:
            yield saying.language, text
        elif script == LATIN:
            yield "nl", text
        elif script in OF_SCRIPT:
            yield OF_SCRIPT[script], text
        else:
            yield SPELLED_IN, spelled(text)


def spelled(text: str) -> str:
    """Each character by its name."""
    return ", ".join(unicodedata.name(sign, "unknown letter").lower() for sign in text if not sign.isspace())


def _script(sign: str) -> str:
    """The script of a letter, by the first word of its name; nothing for what every script has."""
    category = unicodedata.category(sign)
    if category[0] not in "LS" or category in ("Lm", "Sk", "Sc", "Sm"):
        return _NEUTRAL
    return unicodedata.name(sign, "UNNAMED").partition(" ")[0].partition("-")[0]


def _filled(scripts: list[str], own: str) -> Iterable[str]:
    """Blanks, marks and figures go with the letter before them; in front, with what comes."""
    last = next((script for script in scripts if script), own)
    for script in scripts:
        last = script or last
        yield last
