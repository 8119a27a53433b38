"""The reader key: one X25519 pair per site. Writers know its public half; only readers get the private one.

The private half comes as a systemd credential (`reader.key`) or, where there is none, from `keys/reader.key`.
The reaper never calls this module.
"""

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from retention.base.errors import DiskRefused, ReaderKeyMissing, StateRefused
from retention.base.files import locked, replace_file
from retention.base.hpke import forget
from retention.base.state import State

log = logging.getLogger("portier.keys")
WAS_FILE: Final = "reader.was-file"


def public_half(state: State) -> X25519PublicKey:
    """The half that seals. The first caller of all, finding neither key nor slots, makes the pair."""
    path = state.keys / "reader.pub"
    if not path.exists():
        _make_pair(state)
    return X25519PublicKey.from_public_bytes(_read(path))


def private_half(state: State) -> X25519PrivateKey:
    """The half that opens; ReaderKeyMissing for whoever may not have it."""
    key = _private(state)
    if key.public_key() != public_half(state):
        path = _private_path(state)
        raise StateRefused(f"the reader key at {path} does not belong to {state.keys}: put the right one in its place")
    return key


def private_half_whatever(state: State, opens: Callable[[X25519PrivateKey], bool]) -> X25519PrivateKey:
    """As `private_half`, also where the public half beside it is damaged, for the list and the desk.

    `opens` tells whether a key opens what is kept here: a list that seems empty by a wrong key is worse than none.
    """
    try:
        return private_half(state)
    except (StateRefused, DiskRefused) as error:
        key = _private(state)
        if not opens(key):
            raise
        log.warning("what is there is read all the same: %s", error)
        return key


def _private(state: State) -> X25519PrivateKey:
    path = _private_path(state)
    if not path.exists() and not (state.keys / "reader.pub").exists():
        _make_pair(state)
    try:
        raw = _read(_private_path(state))
    except DiskRefused as error:
        raise ReaderKeyMissing(
            f"the reader key is not at {path}, or this user may not read it: "
            "give it as the credential reader.key, or run this as the user who may read the list"
        ) from error
    key = X25519PrivateKey.from_private_bytes(raw)
    forget(raw)
    _remember_file(state)
    return key


def _private_path(state: State) -> Path:
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    credential = Path(credentials) / "reader.key" if credentials else None
    return credential if credential and credential.exists() else state.keys / "reader.key"


def _remember_file(state: State) -> None:
    """Once the key stood here as a file, a copy of the disk may hold it: binding it later does not undo that."""
    marker = state.keys / WAS_FILE
    if _private_path(state).parent == state.keys and not marker.exists():
        with suppress(OSError):  # who may only read need not tell
            marker.touch(0o640)


def _read(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DiskRefused(f"{path} cannot be read ({error.strerror}): see to its rights") from error
    if len(raw) != 32:
        raise StateRefused(f"{path} is not a key of 32 bytes: put the right file in its place")
    return raw


def _make_pair(state: State) -> None:
    """Make the pair under a lock, private half first: a crash in between leaves a key without a public half."""
    state.prepare()
    public_path = state.keys / "reader.pub"
    with locked(state.keys / ".reader.lock"):
        if public_path.exists():
            return
        private_path = _private_path(state)
        if not private_path.exists():
            if any(state.keys.glob("*.slots")):
                raise ReaderKeyMissing(
                    f"{state.keys} holds slots and no reader key: bring the key back, "
                    "or take the slots away and lose what they open"
                )
            raw = X25519PrivateKey.generate().private_bytes_raw()
            replace_file(private_path, raw, 0o600)
            forget(raw)
        raw = _read(private_path)
        _remember_file(state)
        replace_file(public_path, X25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw(), 0o644)
        forget(raw)
