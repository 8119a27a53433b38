"""Where the focus is for whoever does not touch: moved by keys, or by itself while scanning for one switch.

Many targets are chosen in two steps, the row (a long one in two halves) and then what stands in it: twenty-four
pictures or twenty-eight letters cost few presses so. Nothing here knows Kivy.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kiosk.told import Group, Item, Target, Told

IN_ONE_STEP: Final = 9
LONGEST_ROW: Final = 8
ROUNDS_IN_A_GROUP: Final = 2


@dataclass(frozen=True)
class Place:
    """Where the focus is: the item, and within a group the target. None: nowhere yet."""

    item: int | None = None
    target: int | None = None


class Steering:
    """The focus on the page that is shown."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._scanning = False
        self._since = 0.0
        self._rounds = 0
        self.place = Place()

    @property
    def current(self) -> Item | None:
        """What has the focus."""
        if self.place.item is None or self.place.item >= len(self._items):
            return None
        item = self._items[self.place.item]
        if self.place.target is None or not isinstance(item, Group):
            return item
        return item.targets[self.place.target]

    def show(self, told: Told, now: float, *, scanning: bool, again: Target | None) -> None:
        """Another page: the focus is on its question (`again`), or on the first thing to choose while scanning."""
        self._scanning = scanning
        self._items = items(told, scanning=scanning)
        if again is not None and not scanning:
            self._items.insert(0, again)
        self._restart(now)

    def refresh(self, told: Told, again: Target | None) -> None:
        """The same page with something changed: the focus stays where it is."""
        found = items(told, scanning=self._scanning)
        if again is not None and not self._scanning:
            found.insert(0, again)
        same = len(found) == len(self._items)
        self._items = found
        if not same:
            self.place = Place(0 if found else None)
        elif self.place.target is not None and self.place.target >= _length(found[self.place.item or 0]):
            self.place = Place(self.place.item)  # a row has grown shorter: out of it

    def step(self, by: int) -> None:
        """To the next or the one before, round and round; within a group, in that group."""
        item = self._items[self.place.item] if self.place.item is not None and self._items else None
        if isinstance(item, Group) and self.place.target is not None:
            self.place = Place(self.place.item, (self.place.target + by) % len(item.targets))
        elif self._items:
            at = self.place.item if self.place.item is not None else (-1 if by > 0 else 0)
            self.place = Place((at + by) % len(self._items))

    def take(self, now: float) -> Target | None:
        """What is chosen by this press; none where it only leads into a group. The focus goes on from the row."""
        chosen = self.current
        self._since, self._rounds = now, 0
        if isinstance(chosen, Group):
            self.place = Place(self.place.item, 0)
            return None
        if self._scanning:
            self._restart(now)
        else:
            self.place = Place(self.place.item)
        return chosen

    def leave(self) -> bool:
        """Out of the group; False where the focus is in none."""
        if self.place.target is None:
            return False
        self.place = Place(self.place.item)
        return True

    def tick(self, now: float, pace: float) -> bool:
        """While scanning, the focus goes on by itself; whether it did."""
        if not self._scanning or not self._items or now - self._since < pace:
            return False
        self._since = now
        if self.place.target is not None:
            group = self._items[self.place.item or 0]
            assert isinstance(group, Group)
            self._rounds += self.place.target + 1 == len(group.targets)
            if self._rounds == ROUNDS_IN_A_GROUP:
                self._rounds = 0
                return self.leave()
        self.step(1)
        return True

    def _restart(self, now: float) -> None:
        self._since, self._rounds = now, 0
        self.place = Place(0 if self._items else None)


def items(told: Told, *, scanning: bool) -> list[Item]:
    """What the focus goes over: single targets, or rows where there are many.

    The ring of one switch comes to the letters first, for it begins there again after each.
    """
    content = [target for target in told.targets if not target.strip]
    strip = [target for target in told.targets if target.strip]
    listed: list[Item] = list(content) if len(content) <= IN_ONE_STEP else list(_rows(content))
    if not scanning:
        return [*listed, *strip]
    listed.sort(key=lambda item: not _has_letters(item))
    return [*listed, Group(tuple(strip))] if len(strip) > 1 else [*listed, *strip]


def _length(item: Item) -> int:
    return len(item.targets) if isinstance(item, Group) else 0


def _has_letters(item: Item) -> bool:
    return any(target.letter for target in (item.targets if isinstance(item, Group) else [item]))


def _rows(targets: list[Target]) -> Iterable[Item]:
    """Neighbours in the order of reading whose middles stand at one height; a long row is two halves."""
    row: list[Target] = []
    for target in targets:
        if row and not _beside(row[-1], target):
            yield from _halves(row)
            row = []
        row.append(target)
    if row:
        yield from _halves(row)


def _beside(one: Target, other: Target) -> bool:
    height = one.place.y + one.place.h / 2
    return other.place.y < height < other.place.top


def together(columns: int) -> int:
    """How many of so many in a row are gone over together."""
    return columns if columns <= LONGEST_ROW else (columns + 1) // 2


def _halves(row: list[Target]) -> Iterable[Item]:
    first = together(len(row))
    return (_item(part) for part in (row[:first], row[first:]) if part)


def _item(row: list[Target]) -> Item:
    return row[0] if len(row) == 1 else Group(tuple(row))
