"""Verifies Portier's evidence without Portier: Python and its package `cryptography` are all it needs.

    python verify_evidence.py FOLDER --first-key KEY [--first-key KEY] --head NUMBER:HASH [--at 2027-03-09T12:00:00Z]

FOLDER holds the folders `evidence` and `audit`, or a copy of them. Key and head are those kept elsewhere. The formats,
and what this proves, are described in formats-evidence.md. Exit code 0: all holds; 1: it does not.
"""

import argparse
import hashlib
import json
import struct
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Fields = dict[str, Any]
Line = tuple[Any, ...]
Key = tuple[bytes, int, int, int]
Head = tuple[int, str]
FIELDS = ["number", "day", "previous", "key", "next", "body", "signature"]
PLACE = 256
LINE = struct.Struct("<4sBBHQ48sqqqII32s64s32s32s")
OPEN = struct.Struct("<48sqIIq32s")
MADE, ERASED, BEGUN, TORN = 1, 2, 3, 4
WHY = ("", "deadline", "interrupted", "damaged", "room", "early", "rederived")
NOTHING = "0" * 64
SLACK = 300_000_000  # microseconds
DAY, MONTH, YEAR = timedelta(days=1), timedelta(days=31), timedelta(days=365)


def sha(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def name_of(stream: bytes) -> str:
    return stream.rstrip(b"\0").decode("ascii", "replace")


def canonical(value: Fields) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def days_of(folder: Path, suffix: str) -> list[date]:
    found = []
    for path in folder.glob("????-??-??" + suffix):
        with suppress(ValueError):
            found.append(date.fromisoformat(path.name.removesuffix(suffix)))
    return sorted(found)


def digest_in(raw: bytes) -> Fields | None:
    """The digest in these bytes with its statement and hash, or None."""
    try:
        told: Fields = json.loads(raw)
        if canonical(told) != raw or list(told) != FIELDS or type(told["number"]) is not int:
            return None
        whole = isinstance(told["body"], dict)
        body = sha(canonical(told["body"])).hex() if whole else told["body"]
        parts = ("portier digest 1", told["number"], told["day"], told["previous"], told["key"], told["next"], body, "")
        statement = "\n".join(str(part) for part in parts).encode()
        texts = [told["previous"], told["key"], told["next"], body, told["signature"]]
        if [bytes.fromhex(text).hex() for text in texts] != texts or [*map(len, texts)] != [64, 64, 64, 64, 128]:
            return None  # other letters would be another text of the same value
        told |= {"statement": statement, "hash": sha(statement).hex(), "body": told["body"] if whole else None}
        told["day"] = date.fromisoformat(told["day"])
        return told
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def is_signed(digest: Fields) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(digest["key"]))
        key.verify(bytes.fromhex(digest["signature"]), digest["statement"])
    except (InvalidSignature, ValueError):
        return False
    return True


def is_sound(body: Fields) -> bool:
    """Whether what is read of a body is there; who forges may leave it out."""
    try:
        heads = [body["receipts"], body["trail"]]
        body["figures"], body["open"]
        when = datetime.fromisoformat(body["made_at"])
        whole = all(type(head["number"]) is int and len(bytes.fromhex(head["hash"])) == 32 for head in heads)
        return whole and when.tzinfo is not None
    except (KeyError, ValueError, TypeError, AttributeError):
        return False


def read_digests(folder: Path, problems: list[str]) -> list[Fields]:
    """Links, then digests: each read, none dropped. What is not signed by the key it names states nothing."""
    places: list[tuple[str, bytes, bool, date | None]] = []
    links = folder / "links.jsonl"
    if links.exists():
        lines = enumerate(links.read_bytes().splitlines(True), 1)
        places += [(f"links line {at}", line, False, None) for at, line in lines]
    for each in days_of(folder, ".digest"):
        places.append((f"{each}.digest", (folder / f"{each}.digest").read_bytes(), True, each))
    found: list[Fields] = []
    after_link = False
    for where, raw, whole, day in places:
        digest = digest_in(raw)
        if digest is None or (digest["body"] is not None) != whole or (day is not None and digest["day"] != day):
            problems.append(f"{where}: changed")
            continue
        digest |= {"where": where, "signed": is_signed(digest)}
        if whole and not (digest["signed"] and is_sound(digest["body"])):
            problems.append(f"{where}: not signed by the key it names, or not a digest")
            digest["body"] = None
        if after_link and whole and found[-1]["statement"] == digest["statement"]:
            found[-1] = digest
        else:
            found.append(digest)
        after_link = not whole
    return found


def check_digests(digests: list[Fields], first_keys: list[str], heads: list[Head], problems: list[str]) -> None:
    number, hashed, following, day = 0, NOTHING, first_keys[0], None
    for digest in digests:
        where = digest["where"]
        if (digest["number"], digest["previous"]) != (number + 1, hashed):
            problems.append(f"{where}: number {digest['number']} does not follow number {number}")
        elif day is not None and digest["day"] != day + timedelta(days=1):
            problems.append(f"{where}: its day does not follow {day}")
        if digest["key"] != following and digest["key"] not in first_keys[1:]:
            problems.append(f"{where}: signed by a key that none before it named: {digest['key']}")
        if not digest["signed"]:
            problems.append(f"{where}: not signed by the key it names")
        number, hashed, following, day = digest["number"], digest["hash"], digest["next"], digest["day"]
    there = {digest["number"]: digest["hash"] for digest in digests}
    missing = [kept for kept, head in heads if there.get(kept) != head]
    problems += [f"the digest with the kept head {at} is not here: changed, cut off or older" for at in missing]


def line_in(raw: bytes) -> Line | None:
    """The fields of a line, or None."""
    if len(raw) != PLACE or sha(raw[:224]) != raw[224:]:
        return None
    fields = LINE.unpack(raw)
    magic, kind, why, form, *_ = fields
    if magic != b"RCPT" or form != 1 or not MADE <= kind <= TORN or why >= len(WHY) or any(fields[12]):
        return None
    return fields


class Book:
    """What the lines add up to."""

    def __init__(self, number: int, hashed: bytes, known: bytes, problems: list[str]) -> None:
        self.number, self.hash, self.problems = number, hashed, problems
        self.open: dict[Key, tuple[bytes, int]] = {}
        self.at: dict[tuple[bytes, int], Key] = {}
        self.gone: tuple[set[Key], set[Key]] = (set(), set())
        self.lines = 0
        for stream, epoch, place, generation, deadline, slot in OPEN.iter_unpack(known):
            self.put((stream, place, generation, epoch), slot, deadline)
        self.begin_day()

    def begin_day(self) -> None:
        self.made: Counter[str] = Counter()
        self.erased: Counter[str] = Counter()
        self.why: Counter[str] = Counter()
        self.late = self.unnoted = self.torn = self.breaks = self.count = 0
        self.latest: int | None = None  # seconds after the deadline
        self.earliest: int | None = None
        self.gone = (self.gone[1], set())

    def put(self, key: Key, slot: bytes, deadline: int) -> None:
        self.open[key] = (slot, deadline)
        self.at[key[:2]] = key

    def take(self, fields: Line, where: str) -> None:
        _, kind, why, _, number, stream, epoch, deadline, moment, place, generation, slot, _, _, hashed = fields
        self.number, self.hash, self.count, self.lines = number, hashed, self.count + 1, self.lines + 1
        key, name = (stream, place, generation, epoch), name_of(stream)
        if kind == MADE:
            if key not in self.open and key not in self.gone[0] and key not in self.gone[1]:
                self.made[name] += 1
                self.put(key, slot, deadline)
        elif kind == ERASED:
            if WHY[why] == "damaged":
                key = self.at.get((stream, place), key)
            if key in self.gone[0] or key in self.gone[1]:
                return
            self.erased[name] += 1
            self.why[WHY[why]] += 1
            if WHY[why] in ("deadline", "interrupted"):
                after = -((deadline - moment) // 1_000_000)
                self.late += moment > deadline
                self.latest = after if self.latest is None else max(after, self.latest)
                self.earliest = after if self.earliest is None else min(after, self.earliest)
            self.close(key, slot, where)

    def close(self, key: Key, slot: bytes, where: str) -> None:
        noted = self.open.pop(key, None)
        self.gone[1].add(key)
        if self.at.get(key[:2]) == key:
            del self.at[key[:2]]
        if noted is None:
            self.unnoted += 1
        elif slot not in (noted[0], bytes(32)):
            self.problems.append(f"{where}: another slot than the one that was noted when it was made")

    def read(self, body: bytes, where: str, last: bool) -> None:
        """The places of one file. `last`: what a power cut left at the very end has no line yet that names it."""
        places = [body[at : at + PLACE] for at in range(0, len(body.rstrip(b"\0")), PLACE)]
        at = end = 0
        while at < len(places):
            fields = line_in(places[at])
            if fields and self.follows(fields):
                self.take(fields, f"{where}, place {at + 1}")
                end = at + 1
            elif (count := self.mended(places, at)) is not None:
                self.torn += count
                at += count
                self.take(line_in(places[at]) or (), where)
                end = at + 1
            elif last and fields is None and len(places) - end <= 16:
                return
            else:
                self.breaks += 1
                self.problems.append(f"{where}, place {at + 1}: no line, or none that follows number {self.number}")
                if fields:
                    self.take(fields, where)
                    end = at + 1
            at += 1

    def follows(self, fields: Line) -> bool:
        return (fields[4], fields[13]) == (self.number + 1, self.hash)

    def mended(self, places: list[bytes], at: int) -> int | None:
        for after in range(at + 1, min(at + 17, len(places))):
            fields = line_in(places[after])
            if fields and fields[1] == TORN and fields[6] == after - at and self.follows(fields):
                return after - at if fields[11] == sha(b"".join(places[at:after])) else None
        return None

    def figures(self) -> Fields:
        kinds = {"made": self.made, "erased": self.erased, "why": self.why}
        found: Fields = {name: dict(sorted(counts.items())) for name, counts in kinds.items()}
        found |= {"late": self.late, "latest_seconds": self.latest, "earliest_seconds": self.earliest}
        return found | {"unnoted": self.unnoted, "torn": self.torn, "breaks": self.breaks, "lines": self.count}

    def stated(self) -> Fields:
        rows = sorted(OPEN.pack(s, e, p, g, until, slot) for (s, p, g, e), (slot, until) in self.open.items())
        return {"count": len(rows), "hash": sha(b"".join(rows)).hex()}


def check_lines(folder: Path, digests: list[Fields], problems: list[str]) -> Book:
    signed = {digest["day"]: digest["body"] for digest in digests if digest["body"] is not None}
    opened = days_of(folder, ".open")
    before = opened[-1] if opened else date.min
    book = Book(0, bytes(32), b"", problems)
    if opened:
        stood = signed.get(before, {"receipts": {"number": 0, "hash": NOTHING}, "open": None})
        known = (folder / f"{before}.open").read_bytes()
        if len(known) % OPEN.size:
            problems.append(f"{before}.open: changed")
            known = b""
        book = Book(int(stood["receipts"]["number"]), bytes.fromhex(stood["receipts"]["hash"]), known, problems)
        if stood["open"] != book.stated():
            problems.append(f"{before}.open: not what the digest of that day states")
    files = {day: (folder / f"{day}.receipts").read_bytes() for day in days_of(folder, ".receipts") if day > before}
    newest = max((day for day, content in files.items() if content[PLACE:].strip(b"\0")), default=before)
    for day in sorted({*files, *(day for day in signed if day > before)}):
        content, where = files.get(day, b""), f"receipts of {day}"
        number = day.year * 10_000 + day.month * 100 + day.day
        if content and content[:PLACE] != struct.pack("<8sHxxI", b"PORTRCPT", 1, number).ljust(PLACE, b"\0"):
            problems.append(f"{where}: head changed")
        book.begin_day()
        book.read(content[PLACE:], where, day >= newest and day not in signed)
        if day in signed:
            told = signed[day]
            if told["receipts"] != {"number": book.number, "hash": book.hash.hex()}:
                problems.append(f"{where}: they end at number {book.number}, signed was {told['receipts']['number']}")
            elif told["figures"] != book.figures() or told["open"] != book.stated():
                problems.append(f"{where}: other figures than its digest states")
    return book


def anchor_in(folder: Path, problems: list[str]) -> Fields:
    """Where the trail begins, once its first days have gone."""
    path, fields = folder / "anchor.json", ["before", "number", "hash", "torn"]
    if not path.exists():
        return {"before": "", "number": 0, "hash": NOTHING, "torn": None}
    try:
        anchor: Fields = json.loads(path.read_bytes())
        whole = json.dumps(anchor).encode() == path.read_bytes() and list(anchor) == fields
        if whole and type(anchor["number"]) is int and str(date.fromisoformat(anchor["before"])) == anchor["before"]:
            return anchor
    except (ValueError, TypeError, RecursionError):
        pass
    problems.append("audit/anchor.json: changed")
    return {"before": "", "number": 0, "hash": "", "torn": None}


def check_trail(folder: Path, stated: dict[int, str], problems: list[str]) -> int:
    """`stated`: numbers of lines to their hashes, as the digests name them."""
    anchor = anchor_in(folder, problems)
    number, hashed, torn_before, torn = anchor["number"], anchor["hash"], anchor["torn"], []
    wanted = {at: head for at, head in stated.items() if at >= number}
    if wanted.pop(number, hashed) != hashed:
        problems.append("audit: it does not begin with the line that was signed")
    for raw in trail_raw(folder, anchor["before"]):
        line = trail_line(raw)
        if line is None:
            torn.append(raw)
            continue
        where = f"audit, number {line['number']}"
        if (sha(b"\n".join(torn)).hex() if torn else torn_before) != line.get("torn"):
            problems.append(f"{where}: bytes before it that are no line, or such bytes taken away")
        bare = {name: value for name, value in line.items() if name != "hash"}
        if canonical(line)[:-1] != raw or sha(canonical(bare)[:-1]).hex() != line["hash"]:
            problems.append(f"{where}: changed")
        if (line["number"], line["previous"]) != (number + 1, hashed):
            problems.append(f"{where}: does not follow number {number}")
        number, hashed, torn, torn_before = line["number"], line["hash"], [], None
        if wanted.pop(number, hashed) != hashed:
            problems.append(f"{where}: not the line that was signed")
    if wanted:
        problems.append(f"audit: it ends at number {number}; signed was number {max(wanted)}")
    return int(number)


def trail_raw(folder: Path, before: str) -> Iterator[bytes]:
    for day in days_of(folder, ".jsonl"):
        content = (folder / f"{day}.jsonl").read_bytes()
        if content and day.isoformat() >= before:
            yield from content.removesuffix(b"\n").split(b"\n")


def trail_line(raw: bytes) -> Fields | None:
    try:
        line: Fields = json.loads(raw)
        for name in ("at", "act", "actor", "about", "category", "span", "previous", "hash"):
            line[name]
        return line if isinstance(line["number"], int) and isinstance(line["hash"], str) else None
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def check_terms(folder: Path, digests: list[Fields], latest: datetime, problems: list[str]) -> None:
    """What goes at its term goes no earlier: else whoever cuts off the beginning would go unseen."""
    gone = [(f"receipts up to {day}", day + MONTH) for day in days_of(folder / "evidence", ".open")]
    gone += [(f"what {one['day']} stated", one["day"] + YEAR) for one in digests if one["body"] is None]
    if before := anchor_in(folder / "audit", [])["before"]:
        gone.append((f"the trail before {before}", date.fromisoformat(before) + YEAR - DAY))
    problems += [f"{what}: gone before its term" for what, term in gone if term > latest.date()]


def verify(
    folder: Path, first_keys: list[str], heads: list[Head], at: datetime | None = None
) -> tuple[list[str], Fields]:
    """Sentences on what does not hold; and what was counted."""
    problems: list[str] = []
    digests = read_digests(folder / "evidence", problems)
    check_digests(digests, first_keys, heads, problems)
    book = check_lines(folder / "evidence", digests, problems)
    bodies = [digest["body"] for digest in digests if digest["body"] is not None]
    moments = [datetime.fromisoformat(body["made_at"]) for body in bodies] + ([at] if at else [])
    if moments:
        check_terms(folder, digests, max(moments) + DAY, problems)
        now = (max(moments) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) - SLACK
        late = [(name_of(key[0]), key[3]) for key, (_, deadline) in book.open.items() if deadline <= now]
        problems += [f"epoch {epoch} of {name}: past its deadline, never erased" for name, epoch in late]
    trail = [body["trail"] for body in bodies]
    entries = check_trail(folder / "audit", {head["number"]: head["hash"] for head in trail}, problems)
    return problems, {"receipts": book.lines, "digests": len(digests), "trail": entries}


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("folder", type=Path, help="holds the folders evidence and audit")
    parser.add_argument("--first-key", action="append", required=True, help="the first public key, kept elsewhere")
    parser.add_argument("--head", action="append", default=[], help="NUMBER:HASH, kept elsewhere")
    parser.add_argument("--at", type=datetime.fromisoformat, help="judge what is past its deadline at this moment")
    given = parser.parse_args()
    heads = [(int(number), head.lower()) for number, _, head in (text.partition(":") for text in given.head)]
    problems, counts = verify(given.folder, [key.lower() for key in given.first_key], heads, given.at)
    sys.stdout.writelines(f"NOT  {problem}\n" for problem in problems)
    print("broken" if problems else "ok", *(f"{name} {count}" for name, count in counts.items()))
    if not heads:
        print("no head was given: whether the end was cut off cannot be told")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
