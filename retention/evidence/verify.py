"""Verifies the evidence: digests and their keys, receipts, the trail, and that nothing noted was left alive.

It needs the first public key and a head kept elsewhere to trust nothing on this machine; without them it says what it
could not prove. docs/verify_evidence.py does the same without Portier.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from retention.base.audit import Trail
from retention.base.clock import microseconds
from retention.base.errors import UsageRefused
from retention.base.state import State
from retention.evidence.archive import Archive
from retention.evidence.book import Book
from retention.evidence.chain import Chain
from retention.evidence.digest import NOTHING, Digest, is_sound
from retention.evidence.line import LINE_BYTES, file_head
from retention.evidence.reading import start
from retention.rules import DIGEST, RECEIPT, TRAIL

SLACK: Final = timedelta(minutes=5)
"""An erasure in time has its receipt by then."""
SPARE: Final = timedelta(days=1)
"""Between two digests, in which more reaches its term."""
_HEAD: Final = re.compile(r"(?<![0-9a-fA-F])([1-9][0-9]{0,8}):([0-9a-f]{64})(?![0-9a-fA-F])")


@dataclass(frozen=True)
class Known:
    """What whoever verifies knows from elsewhere: public keys that began a chain, heads, and the time."""

    first_keys: tuple[str, ...] = ()
    heads: tuple[tuple[int, str], ...] = ()
    at: datetime | None = None


@dataclass
class Verdict:
    """Problems break the evidence; remarks do not."""

    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    receipts: int = 0
    digests: int = 0
    entries: int = 0
    head: str = ""
    trail_head: str = ""


Told = Callable[[str, int], None]


def heads_in(text: str) -> tuple[tuple[int, str], ...]:
    """Every head (`NUMBER:HASH`) in a text: a file of heads, or the mails in which they came."""
    return tuple((int(number), head) for number, head in _HEAD.findall(text))


def one_head(text: str) -> tuple[int, str]:
    """The head that somebody typed. Raises UsageRefused."""
    found = heads_in(text.strip().lower())
    if len(found) != 1:
        raise UsageRefused("a head is a number, a colon and 64 hexadecimal digits, as on the certificate")
    return found[0]


def verify(state: State, trail: Trail, known: Known, told: Told = lambda _, __: None) -> Verdict:
    """Walk everything. Raises no error for what was tampered with; OSError where it cannot be read."""
    verdict = Verdict()
    archive = Archive.of(state)
    digests = _Keys(verdict, known).walk(archive, told)
    _kept_heads(verdict, digests, known)
    book = _Receipts(verdict, archive, Chain(state), {one.day: one for one in digests if one.body}).walk(told)
    _omissions(verdict, book, digests, known)
    _too_soon(verdict, archive, trail, digests, known)
    stated = {int(one.body["trail"]["number"]): str(one.body["trail"]["hash"]) for one in digests if one.body}
    seen = trail.examine(stated, lambda count: told("trail", count))
    verdict.problems += seen.problems
    verdict.remarks += seen.remarks
    verdict.entries, verdict.trail_head = seen.entries, seen.head
    return verdict


class _Keys:
    """The chain of digests: each signed, each naming the one before it and the key of the next."""

    def __init__(self, verdict: Verdict, known: Known) -> None:
        self._verdict, self._known = verdict, known
        self._last: Digest | None = None
        self._following = known.first_keys[0] if known.first_keys else None

    def walk(self, archive: Archive, told: Told) -> list[Digest]:
        found: list[Digest] = []
        whole = True
        for where, digest in archive.all():
            if digest is None:
                self._verdict.problems.append(f"{where}: it was changed after it was signed")
            elif found and digest.body and not whole and found[-1].statement == digest.statement:
                found[-1] = (
                    digest if is_sound(digest.body) else found[-1]
                )  # its link was written and the power failed before its file went
            else:
                states = self._take(where, digest)
                found.append(digest if states else replace(digest, body=None))
                told("digests", len(found))
            whole = digest is None or digest.body is not None
        if not self._known.first_keys:
            self._verdict.remarks.append("no first public key was given: keys are checked among themselves only")
        self._verdict.digests = len(found)
        self._verdict.head = self._last.head if self._last else ""
        return found

    def _take(self, where: str, digest: Digest) -> bool:
        """Whether what it states may be held against the rest: what is not signed states nothing."""
        number, hashed, day = (self._last.number, self._last.hash, self._last.day) if self._last else (0, NOTHING, None)
        if (digest.number, digest.previous) != (number + 1, hashed):
            self._say(
                f"{where}: number {digest.number} does not follow number {number}: digests are missing or changed"
            )
        elif day is not None and digest.day != day + timedelta(days=1):
            self._say(f"{where}: its day does not follow {day}")
        is_signed, sound = digest.is_signed(), digest.body is not None and is_sound(digest.body)
        if not is_signed:
            self._say(f"{where}: its signature is not of the key it names")
        elif digest.body is not None and not sound:
            self._say(f"{where}: it does not state what a digest states")
        if (
            self._following is not None
            and digest.key != self._following
            and digest.key not in self._known.first_keys[1:]
        ):
            self._say(
                f"{where}: signed by {digest.key}, which no digest before it named: a key was lost, or it is forged; "
                "who knows why it was lost gives it as one more --first-key"
            )
        self._last, self._following = digest, digest.next
        return is_signed and sound

    def _say(self, problem: str) -> None:
        self._verdict.problems.append(problem)


def _kept_heads(verdict: Verdict, digests: list[Digest], known: Known) -> None:
    there = {digest.number: digest.hash for digest in digests}
    for number, head in known.heads:
        if number > max(there, default=0):
            verdict.problems.append(
                f"a head kept elsewhere has number {number}, the digests end at {max(there, default=0)}: "
                "they were cut off or an older copy was put in their place"
            )
        elif there.get(number) != head:
            verdict.problems.append(f"digest {number} is not the one whose head was kept elsewhere")
    if not known.heads:
        verdict.remarks.append("no head kept elsewhere was given: whether the end was cut off cannot be told")


class _Receipts:
    """The chain of receipts, held against what each day's digest states of it."""

    def __init__(self, verdict: Verdict, archive: Archive, chain: Chain, digests: Mapping[date, Digest]) -> None:
        self._verdict, self._archive, self._chain, self._digests = verdict, archive, chain, digests

    def walk(self, told: Told) -> Book:
        book, opened = start(self._archive), self._archive.opened()
        if opened is not None:
            digest = self._digests.get(opened[0])
            if digest is None or digest.body is None or digest.body["open"] != book.stated():
                self._verdict.problems.append(
                    f"{opened[0]}.open: not what the digest of that day says was open; it was changed"
                )
        files = [day for day in self._chain.days() if opened is None or day > opened[0]]
        signed = [day for day in self._digests if opened is None or day > opened[0]]
        for day in sorted({*files, *signed}):
            self._day(day, book, last=bool(files) and day >= self._last_used(files))
            told("receipts", self._verdict.receipts)
        self._verdict.problems += book.problems
        self._verdict.remarks += book.remarks
        return book

    def _last_used(self, files: list[date]) -> date:
        return next((day for day in reversed(files) if self._chain.body(day, 0, 16).strip(b"\0")), files[-1])

    def _day(self, day: date, book: Book, *, last: bool) -> None:
        digest = self._digests.get(day)
        path, where = self._chain.path(day), f"receipts of {day}"
        body = self._chain.body(day)
        if path.exists():
            with path.open("rb") as file:
                if file.read(LINE_BYTES) != file_head(day):
                    self._verdict.problems.append(f"{where}: the head of the file was changed")
        book.read(day, body, last=last and digest is None)
        figures = book.end_of_day().figures()
        self._verdict.receipts += figures["lines"]
        if digest is None or digest.body is None:
            return
        stated: Mapping[str, Any] = digest.body
        if stated["receipts"] != {"number": book.number, "hash": book.hash.hex()}:
            self._verdict.problems.append(
                f"{where}: they end at number {book.number}, and the digest signed {stated['receipts']['number']}; "
                "lines are missing or were changed"
            )
        elif stated["figures"] != figures or stated["open"] != book.stated():
            self._verdict.problems.append(f"{where}: the figures that the digest states are not those of the lines")


def _too_soon(verdict: Verdict, archive: Archive, trail: Trail, digests: Iterable[Digest], known: Known) -> None:
    """What goes at its term goes at no earlier moment: else whoever cuts off the beginning would go unseen."""
    at = _latest(digests, known)
    if at is None:
        return
    opened, kept = archive.opened(), trail.kept_since()
    if opened is not None and opened[0] > (at - RECEIPT).date():
        verdict.problems.append(f"receipts up to {opened[0]} are gone before their term: they were taken away")
    early = [one.day for one in digests if one.body is None and one.day > (at - DIGEST).date()]
    if early:
        verdict.problems.append(f"{early[0]}: of its digest a link is left before its term: what it stated was taken")
    if kept is not None and kept > (at - TRAIL + SPARE).date():
        verdict.problems.append(f"the trail before {kept} is gone before its term: it was taken away")


def _latest(digests: Iterable[Digest], known: Known) -> datetime | None:
    """The latest moment that is known; what went since then went within a day of it."""
    moments = [datetime.fromisoformat(one.body["made_at"]) for one in digests if one.body]
    return max([*(moment + SPARE for moment in moments), *([known.at] if known.at else [])], default=None)


def _omissions(verdict: Verdict, book: Book, digests: Iterable[Digest], known: Known) -> None:
    moments = [datetime.fromisoformat(one.body["made_at"]) for one in digests if one.body]
    at = max([*moments, *([known.at] if known.at else [])], default=None)
    if at is None:
        return
    for stream, _, _, epoch in book.overdue(microseconds(at - SLACK))[:20]:
        verdict.problems.append(f"epoch {epoch} of {stream}: made, past its deadline, and no line says it was erased")
