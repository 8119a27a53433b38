"""Whether two names may be one person's, as somebody at a desk would guess. It decides nothing: a person does.

Nothing is remembered here: names must not outlive their day in a cache.
"""

import unicodedata
from dataclasses import dataclass

# Between a first name and a surname; whoever leaves them out means the same.
_SMALL_WORDS = frozenset(["van", "de", "der", "den", "het", "ten", "ter", "te", "von", "el", "al"])
_ALIKE = 0.7


@dataclass(frozen=True)
class Plain:
    """A name as it is compared: its words, and the pairs of letters that follow one another."""

    words: frozenset[str]
    pairs: frozenset[str]


def plain(name: str) -> Plain:
    """The words of a name that tell, without case, accents and small words."""
    bare = unicodedata.normalize("NFKD", name.casefold().replace("-", " "))
    words = "".join(letter for letter in bare if not unicodedata.combining(letter)).split()
    told = [word for word in words if word not in _SMALL_WORDS] or words
    line = " ".join(told)
    return Plain(frozenset(told), frozenset(line[place : place + 2] for place in range(len(line) - 1)))


def alike(one: Plain, other: Plain) -> bool:
    """One name says no more than the other, or most pairs of letters are the same (Dice's coefficient)."""
    if not one.words or not other.words:
        return False
    if one.words <= other.words or other.words <= one.words:
        return True
    return 2 * len(one.pairs & other.pairs) >= _ALIKE * (len(one.pairs) + len(other.pairs))
