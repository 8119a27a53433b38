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


LETTERS: dict[Page, str] = {
    Page.LETTERS: "abcdefghijklmnopqrstuvwxyz-'",
    Page.WEST: "áàâäãåæçéèêëíîïñóòôöõøœúùûüß",
    Page.EAST: "ąăćčďđęěğıłńňőřśšşșťțůűýÿźžż",
}
BY_USE = "aeinrlostdmhkuyjgbwvcfpzxq-'"
"""The plain letters by how often names in the Netherlands use them."""
TILES = 6
ON_A_TILE = 5
# Where keys are too large for all letters at once, five stand together on a tile, and a second tap takes one of them.
GROUPS: dict[Page, tuple[str, ...]] = {
    page: tuple(letters[start : start + ON_A_TILE] for start in range(0, len(letters), ON_A_TILE))
    for page, letters in LETTERS.items()
}
# Small between a first name and a surname; who writes them with a capital is read just as well.
_PARTICLES = frozenset(["van", "de", "der", "den", "het", "ten", "ter", "te", "von"])


@dataclass(frozen=True)
class Typed:
    """The name typed so far, the page of letters shown, and the tile of letters opened. Every tap makes a new one."""

    text: str = ""
    page: Page = Page.LETTERS
    group: int | None = None

    def capital_next(self) -> bool:
        """Whether the next letter begins a part of the name."""
        return not self.text or self.text[-1] in " -'’"

    def face(self, letter: str) -> str:
        """A key as it is shown: exactly what a tap on it will write."""
        if not self.capital_next() or letter == "ß":
            return letter
        return "I" if letter == "ı" else letter.upper()

    def tap(self, letter: str) -> "Typed":
        """The name with this key's letter behind it; accents go back to the letters by themselves."""
        return Typed((self.text + self.face(letter))[: LONGEST + 1])

    def space(self) -> "Typed":
        """One space, never two, never in front."""
        if not self.text or self.text.endswith(" "):
            return replace(self, page=Page.LETTERS, group=None)
        start, _, last = self.text.rpartition(" ")
        word = last.lower() if start and last.lower() in _PARTICLES else last
        return Typed((f"{start} {word} " if start else f"{word} ")[: LONGEST + 1])

    def enter(self, text: str) -> "Typed":
        """What a keyboard of the machine sends: taken as it is, control characters left out."""
        kept = "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cs"))
        return Typed((self.text + kept)[: LONGEST + 1])

    def erase(self) -> "Typed":
        """The name without its last letter, accents and joiners included."""
        end = len(self.text)
        while end > 1 and (unicodedata.combining(self.text[end - 1]) or self.text[end - 1] in "\u200d\ufe0f"):
            end -= 1
        return Typed(self.text[: max(end - 1, 0)])

    def turn(self, page: Page) -> "Typed":
        """Show these letters; the same key again brings the plain ones back."""
        return replace(self, page=Page.LETTERS if self.page is page else page, group=None)

    def open(self, group: int | None) -> "Typed":
        """Show the letters of one tile large, or all tiles again."""
        return replace(self, group=group)

    def next_page(self) -> Page:
        """What one key for all accents asks for: the first, then the others, then none."""
        return Page.WEST if self.page is Page.LETTERS else Page.EAST


def scanned(letters: str, columns: int) -> str:
    """The plain letters as one switch reaches them soonest: what is used most stands where few steps lead.

    A row is reached in as many steps as it lies down, a key in as many as it lies along its row. Letters with accents
    stay as they are, for whoever looks for one finds it by its kin.
    """
    if sorted(letters) != sorted(BY_USE):
        return letters
    cells = sorted(range(len(letters)), key=lambda cell: (sum(divmod(cell, columns)), cell))
    by_cell = dict(zip(cells, BY_USE, strict=True))
    return "".join(by_cell[cell] for cell in range(len(letters)))
