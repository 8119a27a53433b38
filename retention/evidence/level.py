"""How far the assurance reaches that what is erased here opens nowhere, as certificate and desk state it."""

from pathlib import Path
from typing import Final, Literal

from retention.base.state import State

Level = Literal["file", "bound"]
_BOUND: Final = (Path("/etc/credstore.encrypted"), Path("/run/credstore.encrypted"))


def level(state: State) -> Level:
    """`bound` only where the reader key is no file under the state directory, and systemd holds it encrypted."""
    if (state.keys / "reader.key").exists():
        return "file"
    held = any((folder / name).exists() for folder in _BOUND for name in ("reader.key", "portier.reader.key"))
    return "bound" if held else "file"
