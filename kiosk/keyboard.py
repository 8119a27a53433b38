"""The keyboard on the screen, without Kivy: its pages of letters, and what a tap does to the name typed so far.

Letters come as names are written: a capital begins each part, and "van der" turns small. Twenty-eight letters a page,
so that seven in a row are each 20 mm or more on the smallest panel.
"""

import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

LONGEST = 80


class Page(StrEnum):
    """Which letters the keyboard shows."""

    LETTERS = "letters"
    WEST = "west"
    EAST = "east"
    TURKISH = "turkish"
    CYRILLIC = "cyrillic"
    MORE_CYRILLIC = "more cyrillic"
    ARABIC = "arabic"
    MORE_ARABIC = "more arabic"
    PERSIAN = "persian"
    MORE_PERSIAN = "more persian"
    POLISH = "polish"
    NOT_POLISH = "not polish"
    OF_TURKISH = "of turkish"
    NOT_TURKISH = "not turkish"
    GERMAN = "german"
    NOT_GERMAN = "not german"
    FRENCH = "french"
    NOT_FRENCH = "not french"
    SPANISH = "spanish"
    NOT_SPANISH = "not spanish"


LETTERS: dict[Page, str] = {
    Page.LETTERS: "abcdefghijklmnopqrstuvwxyz-'",
    Page.WEST: "áàâäãåæçéèêëíîïñóòôöõøœúùûüß",
    Page.EAST: "ąăćčďđęěğıłńňőřśšşșťțůűýÿźžż",
    Page.TURKISH: "abcdefghijklmnopqrstuvwxyz-'",
    Page.CYRILLIC: "абвгдежзиіїйклмнопрстухчшьюя",
    Page.MORE_CYRILLIC: "ґєфцщ'-ёыэъўјљњђћџѓќѕәғқңөұһ",
    Page.ARABIC: "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    Page.MORE_ARABIC: "أإآءؤئىة-'پچژگڤکیڕڵۆێەٹڈڑںےہ",
    Page.PERSIAN: "آابپتجچحخدرزسشصطعغفقکگلمنوهی",
    Page.MORE_PERSIAN: "ثذژضظءأؤئة-'كيىإټځڅډړږښګڼېۍے",
}
"""Twenty-eight each, in the order of reading. The second pages of a script serve its neighbours too: Russian and
Kazakh names, Kurdish and Urdu ones, Pashto ones."""
ACCENTS: dict[str, tuple[str, Page, Page]] = {
    "pl": ("ąćęłńóśźż", Page.POLISH, Page.NOT_POLISH),
    "tr": ("çğıöşü", Page.OF_TURKISH, Page.NOT_TURKISH),
    "de": ("äöüß", Page.GERMAN, Page.NOT_GERMAN),
    "fr": ("éèêëàâçîïôùûüÿæœ", Page.FRENCH, Page.NOT_FRENCH),
    "es": ("áéíñóúü", Page.SPANISH, Page.NOT_SPANISH),
}
"""What a language writes itself, all on its first page of accents and before all others; and its two pages."""
for _own, _first, _second in ACCENTS.values():
    _all = _own + "".join(letter for letter in LETTERS[Page.WEST] + LETTERS[Page.EAST] if letter not in _own)
    LETTERS[_first], LETTERS[_second] = _all[:28], _all[28:]
BY_USE = "aeinrlostdmhkuyjgbwvcfpzxq-'"
"""The plain letters by how often names in the Netherlands use them."""

KEY_FACE: dict[Page, str] = {
    Page.LETTERS: "abc",
    Page.WEST: "é ë ï",
    Page.EAST: "ć ł ş",
    Page.TURKISH: "abc",
    Page.CYRILLIC: "абв",
    Page.MORE_CYRILLIC: "ґ є ф",
    Page.ARABIC: "ا ب ت",
    Page.MORE_ARABIC: "أ ئ ة",
    Page.PERSIAN: "ا ب پ",
    Page.MORE_PERSIAN: "ث ذ ژ",
    Page.POLISH: "ą ć ę",
    Page.OF_TURKISH: "ç ğ ş",
    Page.GERMAN: "ä ö ü",
    Page.FRENCH: "é è ç",
    Page.SPANISH: "ñ á é",
    Page.NOT_POLISH: "ă ş ž",
    Page.NOT_TURKISH: "ć ł ž",
    Page.NOT_GERMAN: "ć ł ş",
    Page.NOT_FRENCH: "ć ł ş",
    Page.NOT_SPANISH: "ć ł ş",
}
"""What stands on the key that brings a page."""

FROM_THE_RIGHT = frozenset({Page.ARABIC, Page.MORE_ARABIC, Page.PERSIAN, Page.MORE_PERSIAN})
_HOME = {"tr": Page.TURKISH, "uk": Page.CYRILLIC, "ar": Page.ARABIC, "fa": Page.PERSIAN}
_FURTHER: dict[Page, tuple[Page, Page]] = {
    Page.LETTERS: (Page.WEST, Page.EAST),
    Page.TURKISH: (Page.WEST, Page.EAST),
    Page.CYRILLIC: (Page.MORE_CYRILLIC, Page.LETTERS),
    Page.ARABIC: (Page.MORE_ARABIC, Page.LETTERS),
    Page.PERSIAN: (Page.MORE_PERSIAN, Page.LETTERS),
}
# Where keys are too large for all letters at once, some stand together on a tile, and a second tap takes one of them.
ON_A_TILE = 5
GROUPS: dict[Page, tuple[str, ...]] = {
    page: tuple(letters[start : start + ON_A_TILE] for start in range(0, len(letters), ON_A_TILE))
    for page, letters in LETTERS.items()
}
GROUPS[Page.WEST] = ("áàâäã", "åæçé", "èêëíî", "ïñóòô", "öõøœ", "úùûüß")  # wide letters in a smaller company
GROUPS |= {
    page: tuple(letters[start : start + size] for start, size in ((0, 5), (5, 5), (10, 5), (15, 5), (20, 4), (24, 4)))
    for page, letters in LETTERS.items()
    if page in {page for _, *pages in ACCENTS.values() for page in pages}
}
GROUPS[Page.ARABIC] = ("ابتثج", "حخدذر", "زسشص", "ضطظعغ", "فقكلم", "نهوي")
TILES = 6
# Small between a first name and a surname; who writes them with a capital is read just as well.
_PARTICLES = frozenset(["van", "de", "der", "den", "het", "ten", "ter", "te", "von"])


@dataclass(frozen=True)
class Typed:
    """The name typed so far, the page of letters shown, and the tile of letters opened. Every tap makes a new one.

    `home` are the letters of the visitor's language; accents and signs go back to them by themselves. `accents` is
    the language, where it has accents of its own: these come first.
    """

    text: str = ""
    page: Page = Page.LETTERS
    group: int | None = None
    home: Page = Page.LETTERS
    accents: str = ""

    @property
    def further(self) -> tuple[Page, Page]:
        """The two pages beside the letters of this language."""
        return ACCENTS[self.accents][1:] if self.accents else _FURTHER[self.home]

    def capital_next(self) -> bool:
        """Whether the next letter begins a part of the name."""
        return not self.text or self.text[-1] in " -'’"

    def face(self, letter: str) -> str:
        """A key as it is shown: exactly what a tap on it will write."""
        if not self.capital_next() or letter == "ß":
            return letter
        if self.home is Page.TURKISH and letter == "i":
            return "İ"
        return "I" if letter == "ı" else letter.upper()

    def tap(self, letter: str) -> "Typed":
        """The name with this key's letter behind it; accents go back to the letters by themselves."""
        return self._with(self.text + self.face(letter))

    def space(self) -> "Typed":
        """One space, never two, never in front."""
        if not self.text or self.text.endswith(" "):
            return self._with(self.text)
        start, _, last = self.text.rpartition(" ")
        word = last.lower() if start and last.lower() in _PARTICLES else last
        return self._with(f"{start} {word} " if start else f"{word} ")

    def enter(self, text: str) -> "Typed":
        """What a keyboard of the machine sends: taken as it is, control characters left out."""
        kept = "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cs"))
        return self._with(self.text + kept)

    def erase(self) -> "Typed":
        """The name without its last letter, accents and joiners included."""
        end = len(self.text)
        while end > 1 and (unicodedata.combining(self.text[end - 1]) or self.text[end - 1] in "\u200d\ufe0f"):
            end -= 1
        return self._with(self.text[: max(end - 1, 0)])

    def cut(self, letters: int) -> "Typed":
        """The name without its last letters, each sign by itself: exactly what was added."""
        return self._with(self.text[: len(self.text) - letters])

    def turn(self, page: Page) -> "Typed":
        """Show these letters; the same key again brings the first ones back."""
        return replace(self, page=self.home if self.page is page else page, group=None)

    def open(self, group: int | None) -> "Typed":
        """Show the letters of one tile large, or all tiles again."""
        return replace(self, group=group)

    def next_page(self) -> Page:
        """What one key for all pages asks for: each in turn, then the first again."""
        ring = (self.home, *self.further)
        return ring[(ring.index(self.page) + 1) % len(ring)]

    def speak(self, language: str) -> "Typed":
        """The letters of another language from now on."""
        home = _HOME.get(language, Page.LETTERS)
        return replace(self, page=home, group=None, home=home, accents=language if language in ACCENTS else "")

    def _with(self, text: str) -> "Typed":
        # Latin letters beside another script are no accents: whoever turned to them writes on in them.
        page = self.page if self.page is Page.LETTERS else self.home
        return replace(self, text=text[: LONGEST + 1], page=page, group=None)


def scanned(letters: str, together: int) -> str:
    """The plain letters as one switch reaches them soonest: what is used most stands where few steps lead.

    So many keys are gone over `together`, a row or half of one: each such group is reached in as many steps as come
    before it, a key in as many as it lies along its group. Other pages stay as they are, for whoever looks for a
    letter there finds it by its kin.
    """
    if sorted(letters) != sorted(BY_USE):
        return letters
    cells = sorted(range(len(letters)), key=lambda cell: (sum(divmod(cell, together)), cell))
    by_cell = dict(zip(cells, BY_USE, strict=True))
    return "".join(by_cell[cell] for cell in range(len(letters)))
