"""Hybrid public-key encryption (RFC 9180), one suite for all: X25519, HKDF-SHA256, AES-256-GCM.

A sealed text is 48 bytes longer than the plain one: 32 for the sender's ephemeral key, 16 for the tag.
"""

import ctypes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from retention.base.errors import SealBroken

OVERHEAD = 48
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def seal(public: X25519PublicKey, plain: bytes, info: bytes) -> bytes:
    """Seal `plain` so that only the private half opens it, and only under the same `info`."""
    return _SUITE.encrypt(plain, public, info)


def unseal(private: X25519PrivateKey, sealed: bytes, info: bytes) -> bytes:
    """Open what `seal` closed; SealBroken when a byte, the key or `info` is another."""
    try:
        return _SUITE.decrypt(sealed, private, info)
    except (InvalidTag, ValueError) as error:
        raise SealBroken(
            "these sealed bytes do not open with this key: they are damaged or belong elsewhere"
        ) from error


def forget(secret: bytes) -> None:
    """Overwrite a secret that nobody else refers to, where it stands in memory.

    Python's bytes cannot be wiped by the language. Their buffer is the end of the object, behind a header of
    fixed length; only CPython's layout is relied upon, and only for bytes made by the caller a moment ago.
    """
    ctypes.memset(id(secret) + bytes.__basicsize__ - 1, 0, len(secret))
