"""Remnants: places where what was erased could still stand, outside what erasing reaches.

Each look tells what it found and what to do. It is done at the start of retention, every hour, and by `portier doctor`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from retention.base.machine import Machine, NotSeen
from retention.base.remnants import copies, disk, memory
from retention.base.remnants.trace import Trace, unseen
from retention.base.state import State

# What backup programs look for, to leave a folder out; the text of the first is that of its specification.
MARKS: Final = {
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n# Keys of Portier, for no back-up.\n",
    ".nobackup": "",
}

__all__ = ["MARKS", "Site", "Trace", "look", "mark"]


@dataclass(frozen=True)
class Site:
    """Where to look: the machine, the state directory on it, and where services put temporary files."""

    machine: Machine
    state: Path
    temporary: Path = Path("/tmp")  # noqa: S108 - looked at, not written to


_LOOKS: Final[dict[str, Callable[[Machine, Path, Path], Trace]]] = {
    "file system": lambda machine, state, _: disk.file_system(machine, state / "keys"),
    "snapshots": lambda machine, state, _: disk.snapshots(machine, state / "keys"),
    "discard": lambda machine, state, _: disk.discard(machine, state / "keys"),
    "swap": lambda machine, _, __: memory.swap(machine),
    "hibernation": lambda machine, _, __: memory.hibernation(machine),
    "core dumps": lambda machine, _, __: memory.core_dumps(machine),
    "kernel dumps": lambda machine, _, __: memory.kernel_dumps(machine),
    "temporary files": lambda machine, _, temporary: memory.temporary(machine, temporary),
    "spool": lambda machine, _, __: copies.spool(machine),
    "back-ups": lambda machine, state, _: copies.backups(machine, state),
}


def look(site: Site) -> dict[str, Trace]:
    """Every place, by what it is called."""
    return {what: _look(what, site) for what in _LOOKS}


def _look(what: str, site: Site) -> Trace:
    try:
        return _LOOKS[what](site.machine, site.state, site.temporary)
    except NotSeen as error:
        return unseen(error.path)


def mark(state: State) -> None:
    """Put the marks into the folder of keys that backup programs leave folders out by. Raises OSError."""
    for name, text in MARKS.items():
        place = state.keys / name
        if not place.exists():
            place.write_text(text)
            place.chmod(0o640)
