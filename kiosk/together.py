"""Who came together stands together: on the list, on paper and at the desk."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def beside(ordered: Iterable[T], unit: Callable[[T], str]) -> list[T]:
    """The same order, but all of one unit next to each other, where its first stood."""
    units: dict[str, list[T]] = {}
    for one in ordered:
        units.setdefault(unit(one), []).append(one)
    return [one for together in units.values() for one in together]
