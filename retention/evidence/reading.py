"""Reads on along the chain from where it was last read, and keeps the figures of the days that are over."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from retention.evidence.archive import Archive
from retention.evidence.book import Book, Day
from retention.evidence.chain import Chain
from retention.evidence.digest import is_sound
from retention.evidence.line import GENESIS


@dataclass(frozen=True)
class Over:
    """A day that is over: its figures, where the chain stood, and what was open."""

    figures: dict[str, Any]
    number: int
    hash: str
    open: dict[str, Any]


class Reading:
    """The book of one chain; `on` brings it up to date."""

    def __init__(self, chain: Chain, archive: Archive) -> None:
        self._chain, self._archive = chain, archive
        self.book = start(archive)
        opened = archive.opened()
        self._day = opened[0] + timedelta(days=1) if opened else date.min
        self._place = 0
        self.over: dict[date, Over] = {}

    def on(self, signed: date | None) -> Book:
        """Take what was added meanwhile. Figures are kept of days after `signed`, the last that has a digest."""
        end = self._chain.end()
        for day in self._chain.days():
            if not self._day <= day <= end.day:
                continue
            if day != self._day:
                self._end_of_day(signed)
                self._day, self._place = day, 0
            count = end.place - self._place if day == end.day else None
            body = self._chain.body(day, self._place, count)
            self._place += self.book.read(day, body, self._place)
        return self.book

    def _end_of_day(self, signed: date | None) -> None:
        figures = self.book.end_of_day().figures()
        if self._day != date.min and (signed is None or self._day > signed):
            over = Over(figures, self.book.number, self.book.hash.hex(), self.book.stated())
            self.over[self._day] = over

    def missed(self, before: Over | None) -> Over:
        """A day on which nothing was written."""
        nothing = Day().figures()
        return Over(nothing, before.number, before.hash, before.open) if before else _nothing(nothing)


def _nothing(figures: dict[str, Any]) -> Over:
    return Over(figures, 0, GENESIS.hex(), Book().stated())


def start(archive: Archive) -> Book:
    """The book as it stood where the receipts that are kept begin."""
    opened = archive.opened()
    digest = archive.digest(opened[0]) if opened else None
    if opened is None or digest is None or digest.body is None or not is_sound(digest.body):
        return Book(known=opened[1] if opened else b"")
    stood = digest.body["receipts"]
    return Book(int(stood["number"]), bytes.fromhex(stood["hash"]), opened[1])
