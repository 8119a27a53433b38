"""A stranger with the reader key and docs/formats*.md, and nothing else of Portier: STATE CAMERA SEGMENT FILM.mp4."""

import json
import struct
import sys
from pathlib import Path
from zlib import crc32

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def slots(raw):
    """ "Slot file": every slot that is not empty, as a dictionary."""
    names = ("kind", "form", "generation", "epoch", "deadline", "other", "stream", "public", "sealed")
    for offset in range(4096, len(raw), 4096):
        magic, kind, _, *rest = struct.unpack_from("<8sBBHIqqq48s32s80s", raw, offset)
        if magic == b"PORTSLOT":
            yield dict(zip(names, (kind, *rest), strict=True))


def epoch_key(raw, epoch, reader):
    """The private half of an epoch, where its slot is live."""
    slot = next(slot for slot in slots(raw) if (slot["kind"], slot["form"], slot["epoch"]) == (1, 1, epoch))
    bound = (slot[name] for name in ("stream", "epoch", "generation", "other", "public"))
    info = b"portier slot 1" + struct.pack("<48sqIq32s", *bound)
    return X25519PrivateKey.from_private_bytes(SUITE.decrypt(slot["sealed"], reader, info))


def chunks(raw, key):
    """ "Sealed file": first and last moment of each chunk, and its plain text."""
    magic, form, stream, epoch, file_id, sealed = struct.unpack_from("<8sH6x48sq16s80s", raw)
    assert (magic, form) == (b"PORTSEAL", 1)
    cipher = AESGCM(SUITE.decrypt(sealed, key, b"portier file 1" + struct.pack("<48sq16s", stream, epoch, file_id)))
    offset, tag = 168, bytes(16)
    while offset + 32 <= len(raw):
        length, number, first, last, final = struct.unpack_from("<IIqqB7x", raw, offset)
        text, offset = raw[offset + 32 : offset + 32 + length], offset + 32 + length
        bound = struct.pack("<48sq16sIqq16s", stream, epoch, file_id, number, first, last, tag)
        yield first, last, cipher.decrypt(struct.pack("<Q3xB", number, final), text, bound)
        tag = text[-16:]


def gaps(log):
    """ "Gaps": the lines whose check sum is right."""
    lines = [line.rpartition(', "sum": ') for line in log.splitlines() if line]
    return [json.loads(text + "}") for text, _, end in lines if end == f'"{crc32(text.encode()):08x}"}}']


if __name__ == "__main__":
    state, segment = Path(sys.argv[1]), Path(sys.argv[3])
    reader = X25519PrivateKey.from_private_bytes((state / "keys/reader.key").read_bytes())
    raw = (state / f"keys/camera-{sys.argv[2]}.slots").read_bytes()
    key = epoch_key(raw, int(segment.name.partition("-")[0]), reader)
    Path(sys.argv[4]).write_bytes(b"".join(text for _, _, text in chunks(segment.read_bytes(), key)))
