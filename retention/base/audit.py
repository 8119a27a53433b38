"""The audit trail: who did what, when. Append-only, chained by hashes, written by several processes at once.

One file of JSON lines for each UTC day under `<state>/audit`. Every line carries its number, the hash of the line
before it (across days too) and its own hash, so that nothing can be changed or taken out of the middle unseen. A
line torn by a power cut stays where it is; the next line names the hash of what was torn. Never a visitor's name.
"""

import hashlib
import json
import os
import pwd
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from retention.base.clock import Clock
from retention.base.errors import DiskRefused
from retention.base.files import lock_within, replace_file, sync_folder
from retention.base.state import State

GENESIS = "0" * 64
_ANCHOR = "anchor.json"
PATIENCE: Final = 2.0
"""Seconds in which whoever writes the trail and lives is done."""
# Far enough from both ends of the calendar to reckon with days.
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One line of the trail."""

    number: int
    at: datetime
    act: str
    actor: str
    about: str
    category: str
    span: tuple[datetime, datetime] | None
    hash: str
    text: str = ""


@dataclass(frozen=True)
class Verdict:
    """What an examination of the whole trail found: problems break the chain, remarks do not."""

    problems: tuple[str, ...]
    remarks: tuple[str, ...]
    entries: int
    head: str


class Trail:
    """The trail of one state directory. A note is on disk when the call returns, or DiskRefused is raised."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._folder = state.audit
        self._clock = clock

    def note(
        self,
        act: str,
        *,
        actor: str,
        about: str = "",
        category: str = "",
        span: tuple[datetime, datetime] | None = None,
        text: str = "",
    ) -> None:
        """Append one line: `act` is a fixed word, `about` an id or a camera; neither holds free text or a name.

        `text` is the mark of a sealed text (`retention.texts`), never the text.
        """
        now = self._clock.now()
        fields: dict[str, Any] = {"at": now.isoformat(), "act": act, "actor": actor, "about": about}
        fields |= {"category": category, "span": [moment.isoformat() for moment in span] if span else None}
        fields |= {"text": text} if text else {}
        try:
            with self._turn():
                self._append(fields, now)
        except OSError as error:
            raise DiskRefused(
                f"the audit trail in {self._folder} cannot be written ({error.strerror}): make room, or give this user "
                "the right to write there"
            ) from error

    def entries(
        self, since: datetime | None = None, until: datetime | None = None, *, act: str | None = None
    ) -> Iterator[Entry]:
        """The lines written in [since, until), oldest first; torn ones are passed over. One day is held at a time."""
        files = self._files()
        since, until = since and max(since, _EARLIEST), until and min(until, _LATEST)
        if since:  # no line stands in a file of a day before its own: the clock back, the newest file goes on
            files = [path for path in files if path.stem >= since.astimezone(UTC).date().isoformat()]
        wanted = f'"act":{json.dumps(act)}'.encode() if act else b""
        early, late = _day_before(since), _day_after(until)
        for _, line in _lines(files):
            # A look at the bytes leaves out most of what is not asked for, ten times as fast as reading it.
            if wanted not in line or not early <= line.partition(b'"at":"')[2][:10] <= late:
                continue
            entry = _parse(line)
            if entry is None or (since and entry.at < since) or (until and entry.at >= until):
                continue
            if act is None or entry.act == act:
                yield entry

    def kept_since(self) -> date | None:
        """The first day whose lines are still kept; None while none has reached its term."""
        before = self._anchor().before
        return date.fromisoformat(before) if before else None

    def verify(self) -> list[str]:
        """Everything that breaks the chain; empty when nothing does. `examine` also tells what is healed."""
        return list(self.examine().problems)

    def examine(self, heads: Mapping[int, str] | None = None, told: Callable[[int], None] | None = None) -> Verdict:
        """Walk the whole chain. `heads`: numbers of lines to the hashes they had when somebody kept them.

        `told` is called after every line with the number of lines so far.
        """
        walk = _Walk(self._anchor(), heads or {})
        for count, (where, line) in enumerate(_lines(self._files()), 1):
            walk.take(where, line)
            if told is not None:
                told(count)
        return walk.end()

    def examine_days(self, first: date, last: date) -> Verdict:
        """Walk the chain of these UTC days alone: from the line before them up to the first one after them."""
        files = self._files()
        before = [path for path in files if path.stem < first.isoformat()]
        after = [path for path in files if path.stem > last.isoformat()]
        number, head, torn, _ = self._tail(before)
        walk = _Walk(_Anchor("", number, head, torn), {})
        for where, line in _lines(files[len(before) : len(files) - len(after)]):
            walk.take(where, line)
        for where, line in _lines(after[:1]):
            walk.take(where, line)
            if _parse(line) is not None:
                break
        return walk.end()

    def head(self) -> tuple[int, str]:
        """Number and hash of the last line; 0 and zeros of a trail without one."""
        number, hashed, _, _ = self._tail(self._files())
        return number, hashed

    def forget_before(self, day: date) -> int:
        """Take away the files of the days before `day`, whose term is over; how many there were.

        Where they ended is kept as the anchor of the chain, so that it still verifies; it is on disk before the
        first file goes, and a file that a crash left behind goes the next time.
        """
        with self._turn():
            gone = [path for path in self._files() if path.stem < day.isoformat()]
            if gone:
                walk = _Walk(self._anchor(), {})
                for where, line in _lines(gone):
                    walk.take(where, line)
                anchor = _Anchor(day.isoformat(), walk.number, walk.head, _torn_hash([line for _, line in walk.torn]))
                replace_file(self._folder / _ANCHOR, json.dumps(asdict(anchor)).encode(), 0o660)
            for path in self._folder.glob("????-??-??.jsonl"):
                if path.stem < day.isoformat():
                    path.unlink()
        return len(gone)

    def _anchor(self) -> "_Anchor":
        try:
            text = (self._folder / _ANCHOR).read_text()
            anchor = _Anchor(**json.loads(text))
            whole = json.dumps(asdict(anchor)) == text and type(anchor.number) is int
            return anchor if whole and str(date.fromisoformat(anchor.before)) == anchor.before else _UNREADABLE
        except FileNotFoundError:
            return _Anchor()
        except (ValueError, TypeError, RecursionError):
            return _UNREADABLE  # verify tells; nothing is hidden and notes go on

    def _append(self, fields: dict[str, Any], now: datetime) -> None:
        files = self._files()
        path = self._folder / f"{now.astimezone(UTC).date().isoformat()}.jsonl"
        # With the clock run back, the newest file goes on: lines stand in the order in which they were written.
        path = max([path, *files[-1:], self._folder / f"{self._anchor().before}.jsonl"])
        number, previous, torn, unended = self._tail(files)
        line = {"number": number + 1, **fields, "previous": previous}
        if torn:
            line["torn"] = torn
        line["hash"] = _hash(line)
        fresh = not path.exists()
        with path.open("ab") as file:
            end_torn = b"\n" if unended and path == files[-1] else b""
            file.write(end_torn + _bytes(line) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if fresh:
            sync_folder(self._folder)

    def _tail(self, files: list[Path]) -> tuple[int, str, str | None, bool]:
        """Number and hash of the last whole line; the hash of torn bytes after it; whether they end in a line end."""
        torn: list[bytes] = []
        unended = False
        for path in reversed(files):
            content = path.read_bytes()
            if path == files[-1]:
                unended = bool(content) and not content.endswith(b"\n")
            for line in reversed(_split(content)):
                if (entry := _parse(line)) is not None:
                    return entry.number, entry.hash, _torn_hash(torn[::-1]), unended
                torn.append(line)
        anchor = self._anchor()
        return anchor.number, anchor.hash, _torn_hash(torn[::-1]) or anchor.torn, unended

    def _files(self) -> list[Path]:
        """The files still in the chain, oldest first; a crash may have left a forgotten one behind."""
        before = self._anchor().before
        return sorted(path for path in self._folder.glob("????-??-??.jsonl") if path.stem >= before)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / ".turn").open("a") as turn:
            if not lock_within(turn.fileno(), PATIENCE):
                # A list is on its way to paper, or a key is due: neither waits for who hangs with the trail.
                raise DiskRefused(f"{turn.name} is held by a process that hangs: see which one (fuser {turn.name})")
            yield


@dataclass(frozen=True)
class _Anchor:
    """Where the chain ended that was taken away at its term; or its very beginning."""

    before: str = ""
    number: int = 0
    hash: str = GENESIS
    torn: str | None = None


_UNREADABLE = _Anchor(hash="unreadable")


class _Walk:
    """The state of a walk along the chain."""

    def __init__(self, anchor: _Anchor, heads: Mapping[int, str]) -> None:
        self.problems: list[str] = []
        self.remarks: list[str] = []
        self.torn: list[tuple[str, bytes]] = []
        self.number, self.head, self._torn_before = anchor.number, anchor.hash, anchor.torn
        # What reached its term before the anchor is nobody's to prove any more.
        self._heads = {number: head for number, head in heads.items() if number >= anchor.number}
        self._meet("the beginning of the trail")

    def take(self, where: str, line: bytes) -> None:
        entry = _parse(line)
        if entry is None:
            self.torn.append((where, line))
            return
        fields = json.loads(line)
        self._settle_torn(fields.get("torn"))
        whole = _hash({name: value for name, value in fields.items() if name != "hash"}) == entry.hash
        if not whole or _bytes(fields) != line:
            self.problems.append(f"{where}: it was changed after it was written")
        if fields.get("previous") != self.head or entry.number != self.number + 1:
            self.problems.append(f"{where}: it does not follow number {self.number}; lines are missing or were changed")
        self.number, self.head = entry.number, entry.hash
        self._meet(where)

    def _meet(self, where: str) -> None:
        kept = self._heads.pop(self.number, None)
        if kept is not None and kept != self.head:
            self.problems.append(f"{where}: number {self.number} is not the line that was kept elsewhere or signed")

    def _settle_torn(self, named: str | None) -> None:
        found = _torn_hash([line for _, line in self.torn]) or self._torn_before
        self._torn_before = None
        if found != named:
            where = self.torn[0][0] if self.torn else f"after number {self.number}"
            self.problems.append(f"{where}: bytes that are no line of the trail, or such bytes taken away")
        elif self.torn:
            self.remarks.append(f"{self.torn[0][0]}: torn while it was written (power cut); the chain goes on after it")
        self.torn = []

    def end(self) -> Verdict:
        if self._heads:
            self.problems.append(
                f"the trail ends at number {self.number} and once had {max(self._heads)}: lines were taken from its end"
            )
        if self.torn:
            self.remarks.append(f"{self.torn[0][0]}: the last line is torn (power cut); the next line will name it")
        return Verdict(tuple(self.problems), tuple(self.remarks), self.number, self.head)


def system_actor() -> str:
    """`os:<user>`: the operating-system user who runs this command or service."""
    try:
        return f"os:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"os:{os.getuid()}"


def _lines(files: list[Path]) -> Iterator[tuple[str, bytes]]:
    for path in files:
        for number, line in enumerate(_split(path.read_bytes()), 1):
            yield f"{path.name} line {number}", line


def _day_before(since: datetime | None) -> bytes:
    return f"{(since - timedelta(days=1)).date()}".encode() if since else b""


def _day_after(until: datetime | None) -> bytes:
    return f"{(until + timedelta(days=1)).date()}".encode() if until else b"~"


def _split(content: bytes) -> list[bytes]:
    """The lines; an empty one, which nobody wrote, is kept for the walk to stumble over."""
    return content.removesuffix(b"\n").split(b"\n") if content else []


def _parse(line: bytes) -> Entry | None:
    """The entry a line holds, or None where it holds none: torn, or never one of ours."""
    try:
        raw = json.loads(line)
        act, actor, about, category = (str(raw[name]) for name in ("act", "actor", "about", "category"))
        at, number, span = datetime.fromisoformat(raw["at"]), int(raw["number"]), _span(raw["span"])
        if not all(moment.tzinfo for moment in (at, *(span or ()))):
            return None
        return Entry(number, at, act, actor, about, category, span, str(raw["hash"]), str(raw.get("text", "")))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def _span(raw: list[str] | None) -> tuple[datetime, datetime] | None:
    if not raw:
        return None
    start, end = raw
    return datetime.fromisoformat(start), datetime.fromisoformat(end)


def _bytes(line: dict[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=True, separators=(",", ":")).encode()


def _hash(line: dict[str, Any]) -> str:
    return hashlib.sha256(_bytes(line)).hexdigest()


def _torn_hash(lines: list[bytes]) -> str | None:
    return hashlib.sha256(b"\n".join(lines)).hexdigest() if lines else None
