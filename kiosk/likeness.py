"""Whether two names may be one person's, as somebody at a desk would guess. It decides nothing: a person does.

Nothing is remembered here: names must not outlive their day in a cache.
"""

import unicodedata
from difflib import SequenceMatcher

# Between a first name and a surname; whoever leaves them out means the same.
_SMALL_WORDS = frozenset(["van", "de", "der", "den", "het", "ten", "ter", "te", "von", "el", "al"])
_ALIKE = 0.8
_SLIPS = 3  # letters that one may be longer than the other


def plain(name: str) -> tuple[str, ...]:
    """The words of a name that tell, without case, accents and small words."""
    bare = unicodedata.normalize("NFKD", name.casefold().replace("-", " "))
    words = "".join(letter for letter in bare if not unicodedata.combining(letter)).split()
    return tuple(word for word in words if word not in _SMALL_WORDS) or tuple(words)


def alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """One name says no more than the other, or they differ by a slip; both as `plain` makes them."""
    if set(one) <= set(other) or set(other) <= set(one):
        return True
    left, right = " ".join(one), " ".join(other)
    if abs(len(left) - len(right)) > _SLIPS:
        return False
    match = SequenceMatcher(None, left, right, autojunk=False)
    return match.real_quick_ratio() >= _ALIKE and match.quick_ratio() >= _ALIKE and match.ratio() >= _ALIKE
