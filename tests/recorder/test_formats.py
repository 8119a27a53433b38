"""The documents are enough: a stranger reads slot, segment and gaps with nothing but them and a crypto library."""

import json
import struct
from pathlib import Path

import av
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from tests.recorder.cameras import CAMERA, FakeCamera, Stage, looped, packets_of
from tests.support.video import frame_numbers

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def epoch_key(slots: bytes, stream: bytes, epoch: int, reader: X25519PrivateKey) -> X25519PrivateKey:
    """docs/formats.md, "Slot file"."""
    for offset in range(4096, len(slots), 4096):
        magic, kind, _, form, generation, found, _, made_with, name, public, sealed = struct.unpack_from(
            "<8sBBHIqqq48s32s80s", slots, offset
        )
        if (magic, kind, form, found) == (b"PORTSLOT", 1, 1, epoch) and name.rstrip(b"\0") == stream:
            info = b"portier slot 1" + struct.pack("<48sqIq32s", stream, epoch, generation, made_with, public)
            return X25519PrivateKey.from_private_bytes(SUITE.decrypt(sealed, reader, info))
    raise LookupError(epoch)


def chunks_of(segment: bytes, key: X25519PrivateKey) -> list[bytes]:
    """docs/formats.md, "Sealed file"."""
    magic, form, stream, epoch, file_id, sealed = struct.unpack_from("<8sH6x48sq16s80s", segment)
    assert (magic, form) == (b"PORTSEAL", 1)
    info = b"portier file 1" + struct.pack("<48sq16s", stream, epoch, file_id)
    cipher, offset, tag, found = AESGCM(SUITE.decrypt(sealed, key, info)), 168, bytes(16), list[bytes]()
    while offset + 32 <= len(segment):
        length, number, first, last, final = struct.unpack_from("<IIqqB7x", segment, offset)
        text = segment[offset + 32 : offset + 32 + length]
        bound = struct.pack("<48sq16sIqq16s", stream, epoch, file_id, number, first, last, tag)
        found.append(cipher.decrypt(struct.pack("<Q3xB", number, final), text, bound))
        tag, offset = text[-16:], offset + 32 + length
    return found


def test_a_segment_is_read_from_the_documents_alone(stage: Stage, small_film: Path, tmp_path: Path) -> None:
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 20)))
    keys, (segment,) = stage.state.directory / "keys", (stage.state.directory / "footage").glob("*/*/*.seg")
    reader = X25519PrivateKey.from_private_bytes((keys / "reader.key").read_bytes())
    epoch = int(segment.name.partition("-")[0])

    key = epoch_key((keys / f"camera-{CAMERA}.slots").read_bytes(), f"camera-{CAMERA}".encode(), epoch, reader)
    film = tmp_path / "film.mp4"
    film.write_bytes(b"".join(chunks_of(segment.read_bytes(), key)))

    assert frame_numbers(film) == [number % 100 for number in range(500)]
    with av.open(str(film)) as container:
        assert [round((packet.pts or 0) / 3600) for packet in container.demux(video=0) if packet.size] == [*range(500)]


def test_gaps_are_read_from_the_documents_alone(stage: Stage, small_film: Path) -> None:
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 20)))

    lines = (stage.state.directory / "footage" / CAMERA / "gaps.log").read_text().splitlines()
    told = [json.loads(line) for line in lines if line]

    assert [line["cause"] for line in told] == [None, "stopped"]
    assert told[1]["at"] - told[0]["at"] == 20_000_000
    assert {line["boot"] for line in told} == {"boot-1"}
