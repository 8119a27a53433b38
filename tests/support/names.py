"""Names as they may come to a door: every script of the kiosk's languages and more, mixed, marked, very long."""

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.keyboard import LETTERS, LONGEST, Page

LATIN = "".join(LETTERS[page] for page in (Page.LETTERS, Page.WEST, Page.EAST)).replace("-'", "")
ALPHABETS = {
    "latin": LATIN,
    "cyrillic": LETTERS[Page.CYRILLIC] + "ґєфцщёыэъ",
    "arabic": LETTERS[Page.ARABIC] + "أإآءؤئىة",
    "persian": LETTERS[Page.PERSIAN] + "ثذژضظ",
    "han": "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗小明华文丽芳田中山本",
    "kana": "さくらはなことみかイロハニホヘトアユミ",
    "hangul": "김이박최정강조윤장임민준서연지우현수영",
    "devanagari": "कखगघचछजझटठडढतथदधनपफबभमयरलवशषसह",
    "greek": "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώ",
    "hebrew": "אבגדהוזחטיכלמנסעפצקרשת",
}
SIGNS = {
    "devanagari": "ािीुूेैोौं्",
    "arabic": "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652",
    "latin": "\u0301\u0308\u0323\u0302",
}
WITHOUT_A_FONT = "".join(map(chr, range(0x12000, 0x12040)))  # cuneiform: no font of the kiosk has it
FROM_THE_RIGHT = ("arabic", "persian", "hebrew")


@dataclass(frozen=True)
class Name:
    """A name, and what is in it."""

    text: str
    scripts: tuple[str, ...]
    marked: bool = False
    drawable: bool = True


def names(count: int, seed: int) -> Iterator[Name]:
    """So many names, the same for the same seed: plain ones of every script, then everything that makes them hard."""
    dice = random.Random(seed)
    for number in range(count):
        kind = number % 8
        if kind == 6:
            yield _name(dice, tuple(dice.sample(sorted(ALPHABETS), dice.choice([2, 2, 3]))))
        elif kind == 7:
            yield dice.choice([_marked, _very_long, _strange])(dice)
        else:
            yield _name(dice, (dice.choice(sorted(ALPHABETS)),))


def _name(dice: random.Random, scripts: tuple[str, ...], longest: int = 9) -> Name:
    words = [_word(dice, script, dice.randint(2, longest)) for script in scripts for _ in range(dice.choice([1, 2]))]
    return Name(dice.choice([" ", " ", " ", "-"]).join(words), scripts)


def _word(dice: random.Random, script: str, letters: int) -> str:
    word = "".join(dice.choices(ALPHABETS[script], k=letters))
    if script == "devanagari":
        word = "".join(letter + dice.choice(["", "", *SIGNS[script]]) for letter in word)
    return word.capitalize() if dice.random() < 0.9 else word.upper()


def _marked(dice: random.Random) -> Name:
    """Marks on their own behind letters, as some keyboards send them."""
    script = dice.choice(sorted(SIGNS))
    plain = _name(dice, (script,)).text
    marked = "".join(
        letter + dice.choice(["", dice.choice(SIGNS[script])]) if letter.isalpha() else letter for letter in plain
    )
    return Name(unicodedata.normalize("NFC", marked), (script,), marked=True)


def _very_long(dice: random.Random) -> Name:
    """As long as the keyboard lets a name become, of one word or of many."""
    script = dice.choice(sorted(ALPHABETS))
    word = _word(dice, script, 60)
    cut = word if dice.random() < 0.5 else " ".join(word[at : at + 7] for at in range(0, len(word), 7))
    return Name(cut[:LONGEST].strip(), (script,))


def _strange(dice: random.Random) -> Name:
    """With letters that no font of the kiosk can draw."""
    start = _name(dice, ("latin",)).text
    return Name(f"{start} {''.join(dice.choices(WITHOUT_A_FONT, k=3))}", ("latin", "cuneiform"), drawable=False)
