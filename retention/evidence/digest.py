"""The digest of one day: figures, heads of both chains, the key of the next day; signed by the key of its own day.

What is signed is a short statement that names the SHA-256 of the body. So the statement alone, the *link*, keeps the
chain of keys verifiable when the body has reached its term.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NOTHING: Final = "0" * 64
_FIELDS: Final = ("number", "day", "previous", "key", "next", "body", "signature")


@dataclass(frozen=True)
class Digest:
    """One digest, or the link that is left of it: then there is no body. Hashes and keys in hexadecimal."""

    number: int
    day: date
    previous: str
    key: str
    next: str
    body_hash: str
    signature: str
    body: Mapping[str, Any] | None

    @property
    def statement(self) -> bytes:
        """What is signed."""
        told = (self.number, self.day.isoformat(), self.previous, self.key, self.next, self.body_hash)
        return "\n".join(("portier digest 1", *map(str, told), "")).encode()

    @property
    def hash(self) -> str:
        """The head as of this day, as it is kept elsewhere."""
        return sha256(self.statement).hexdigest()

    @property
    def head(self) -> str:
        return f"{self.number}:{self.hash}"

    def is_signed(self) -> bool:
        """Whether the key that it names signed it."""
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key)).verify(
                bytes.fromhex(self.signature), self.statement
            )
        except (InvalidSignature, ValueError):
            return False
        return True

    def image(self, *, link: bool = False) -> bytes:
        """The digest as it stands on disk; or its link."""
        told: tuple[object, ...] = (self.number, self.day.isoformat(), self.previous, self.key, self.next)
        body = self.body_hash if link or self.body is None else self.body
        return canonical(dict(zip(_FIELDS, (*told, body, self.signature), strict=True)))


def canonical(value: Mapping[str, Any]) -> bytes:
    """JSON in one form: keys in order, no blanks, ASCII, a line end."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def is_sound(body: Mapping[str, Any]) -> bool:
    """Whether a body has every field that is read of it; who forges may leave any of them out."""
    try:
        made_at, figures = datetime.fromisoformat(body["made_at"]), body["figures"]
        heads = (body["receipts"], body["trail"])
        hashes = [bytes.fromhex(head["hash"]) for head in heads]
        numbers = [head["number"] for head in heads] + [body["open"]["count"], figures["late"], figures["lines"]]
        numbers.append(figures["overdue"])
        counts = [*figures["made"].values(), *figures["erased"].values(), *figures["why"].values()]
        counts += figures["moved"].values()
        return (
            made_at.tzinfo is not None
            and all(len(hashed) == 32 for hashed in hashes)
            and all(type(number) is int for number in (*numbers, *counts))
            and body["level"] in ("file", "bound")
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        return False


def sign(
    private: Ed25519PrivateKey,
    following: str,
    *,
    number: int,
    day: date,
    previous: str,
    body: dict[str, Any],
) -> Digest:
    """The digest of `day`, signed; `following` is the public key of the next one."""
    key = private.public_key().public_bytes_raw().hex()
    hashed = sha256(canonical(body)).hexdigest()
    bare = Digest(number, day, previous, key, following, hashed, "", body)
    signature = private.sign(bare.statement).hex()
    return Digest(number, day, previous, key, bare.next, hashed, signature, body)


def parse(raw: bytes) -> Digest | None:
    """The digest or link in these bytes; None where a byte of them is not as it was written."""
    try:
        told = json.loads(raw)
        number, day, previous, key, following, body, signature = (told[name] for name in _FIELDS)
        whole = isinstance(body, dict)
        hashed = sha256(canonical(body)).hexdigest() if whole else str(body)
        texts = (str(previous), str(key), str(following), hashed, str(signature))
        found = Digest(int(number), date.fromisoformat(day), *texts, body if whole else None)
        lengths = (32, 32, 32, 32, 64)
        plain = all(_is_hex(text, length) for text, length in zip(texts, lengths, strict=True))
        return found if plain and found.image() == raw else None
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def _is_hex(text: str, length: int) -> bool:
    """Whether these are so many bytes in the one way to write them: capitals would be another text of one value."""
    return len(text) == 2 * length and bytes.fromhex(text).hex() == text
