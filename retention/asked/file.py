"""A request on disk: one plain line, then the sealed content. Layout in docs/formats-requests.md.

The seal is bound to the line before it: whoever changes the line breaks the seal, and the reader is told.
"""

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from pydantic import TypeAdapter, ValidationError

from retention.asked.errors import RequestUnreadable
from retention.asked.request import Content, Head, number_of
from retention.base.errors import SealBroken
from retention.base.sealed import seal, unseal

SUFFIX: Final = ".req"
_INFO: Final = b"portier request 1\n"
_LONGEST_HEAD: Final = 1_000
_LARGEST: Final = 1_000_000
_PADDING: Final = 4_096
_HEAD: Final = TypeAdapter(Head)
_CONTENT: Final = TypeAdapter(Content)
REMEDY: Final = "bring it back from the last back-up, and ask who asked what"


def packed(head: Head, content: Content, public: X25519PublicKey) -> bytes:
    """The file as it is written; the sealed part is padded, so that its length tells little."""
    line = _HEAD.dump_json(head)
    plain = _CONTENT.dump_json(content)
    padded = plain.ljust(-(-len(plain) // _PADDING) * _PADDING)
    return line + b"\n" + seal(public, padded, _INFO + line)


def head_of(path: Path) -> Head:
    """The plain line of a file. Raises RequestUnreadable; it proves nothing until the content is opened."""
    try:
        with path.open("rb") as file:
            line, end, _ = file.read(_LONGEST_HEAD).partition(b"\n")
        head = _HEAD.validate_json(line)
        if not all(at is None or (at.tzinfo and 1970 <= at.year < 2200) for at in (head.received, head.answered)):
            raise RequestUnreadable(f"{path} tells of no moment: {REMEDY}")
    except (OSError, ValidationError) as error:
        raise RequestUnreadable(f"{path} cannot be read as a request: {REMEDY}") from error
    if not end or not path.name.startswith(f"{_epoch(path)}-") or number_of(_epoch(path)) != head.number:
        raise RequestUnreadable(f"{path} is not the file of its request: {REMEDY}")
    return head


def content_of(path: Path, private: X25519PrivateKey) -> tuple[Head, Content]:
    """The whole request. Raises RequestUnreadable."""
    head = head_of(path)
    try:
        with path.open("rb") as file:
            line, _, sealed = file.read(_LARGEST).partition(b"\n")
        return head, _CONTENT.validate_json(unseal(private, sealed, _INFO + line))
    except (OSError, SealBroken, ValidationError) as error:
        raise RequestUnreadable(f"{path} was changed or damaged outside Portier: {REMEDY}") from error


def _epoch(path: Path) -> int:
    first = path.name.partition("-")[0]
    return int(first) if first.isascii() and first.isdecimal() and len(first) <= 11 else 0
