"""Signs a digest of every day that is over, one after the other; each key signs its successor and is destroyed."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from retention.base.assurance import assurance
from retention.base.audit import Trail
from retention.base.state import State
from retention.evidence.archive import Archive
from retention.evidence.digest import NOTHING, Digest, is_sound, sign
from retention.evidence.reading import Over, Reading
from retention.evidence.signing import DayKeys, Held

log = logging.getLogger("portier.retention")
AT_ONCE: Final = 40
ONE: Final = timedelta(days=1)


@dataclass(frozen=True)
class Stand:
    """The last digest, as far as the next one needs it."""

    number: int = 0
    day: date | None = None
    hash: str = NOTHING


class Signer:
    """Steps, each finished by the next turn where it was cut: next key, digest, destroy the old key."""

    def __init__(self, state: State, archive: Archive, trail: Trail) -> None:
        self._state, self._archive, self._trail = state, archive, trail
        self._keys = DayKeys(state)
        self._key: Held | None = None
        self.stand = Stand()
        self.is_keyless = False

    def look(self) -> None:
        """Where the digests stand and which key is next; a key that has signed and outlived that is destroyed."""
        newest = self._archive.newest()
        for held in self._keys.held():
            if newest is not None and held.number <= newest.number:
                self._keys.destroy(held.number)
        self._key = next(iter(self._keys.held()), None)
        self.stand = Stand(newest.number, newest.day, newest.hash) if newest else Stand()
        self._key = self._fitting(self._key, newest)
        self.is_keyless = self._key is None and self.stand.number > 0
        if self._key is None and self.stand.number == 0:
            self._key = self._keys.make(1)
        if self._key is not None and self._key.number == 1:
            self._tell_first(self._key)

    def sign_days(self, reading: Reading, end: date, now: datetime, doubt: timedelta) -> list[date]:
        """Sign every day before `end`, the day in which the chain now stands; the days signed."""
        days: list[date] = []
        day = self.stand.day + ONE if self.stand.day else min(reading.over, default=end)
        before = self._over_last()
        while day < end and len(days) < AT_ONCE:
            before = reading.over.pop(day, None) or reading.missed(before)
            self._sign(day, self._body(before, now, doubt))
            days.append(day)
            day += ONE
        return days

    def _fitting(self, held: Held | None, newest: Digest | None) -> Held | None:
        """The key, where it carries the chain on; and where it stands, which it may know better than the archive."""
        if held is None or held.number == 1:
            return held
        if held.day is not None:
            self.stand = Stand(held.number - 1, held.day, held.previous)
            return held
        if newest is not None and (newest.number, newest.next) == (held.number - 1, held.public):
            self._keys.follow(held, newest.day, newest.hash)
            return held
        return None

    def _over_last(self) -> Over | None:
        last = self._archive.digest(self.stand.day) if self.stand.day else None
        if last is None or last.body is None or not is_sound(last.body):
            return None
        stood = last.body["receipts"]
        return Over({}, int(stood["number"]), str(stood["hash"]), last.body["open"])

    def _body(self, over: Over, now: datetime, doubt: timedelta) -> dict[str, Any]:
        number, head = self._trail.head()
        return {
            "made_at": now.isoformat(timespec="seconds"),
            "receipts": {"number": over.number, "hash": over.hash},
            "figures": over.figures,
            "open": over.open,
            "trail": {"number": number, "hash": head},
            "level": assurance(self._state).name,
            "clock_doubt_seconds": round(doubt.total_seconds()),
            "key_is_new": self._key is None or self._key.number == 1,
        }

    def _sign(self, day: date, body: dict[str, Any]) -> None:
        number = self.stand.number + 1
        key, following = self._key or self._keys.make(number), self._keys.make(number + 1)
        if body["key_is_new"]:
            self._tell_first(key)
        digest = sign(key.private, following.public, number=number, day=day, previous=self.stand.hash, body=body)
        self._archive.keep(digest)
        self._keys.follow(following, day, digest.hash)
        self._keys.destroy(number)
        self._key, self.stand = following, Stand(number, day, digest.hash)
        self.is_keyless = False

    def _tell_first(self, key: Held) -> None:
        if key.public not in self._archive.first_keys():
            self._archive.note_first(key.public, key.number)
            log.warning(
                "a chain of signing keys begins at number %d with %s: keep this elsewhere", key.number, key.public
            )
