"""What lies where nothing should: copies of keys, documents and films, files in folders of sealed data that bear no
name of ours, print jobs that a print service kept. Read by `portier retention check`; it looks and takes nothing away.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from retention.base.state import NUMBERED, State, is_footage

SPOOL: Final = Path("/var/spool/cups")
PRINTED: Final = timedelta(days=1)  # a list that was printed is of no use after its day
_SLOT_FILE = b"PORTSLTF"
_KEYS = re.compile(r"[a-z0-9-]+\.slots(\.copy)?")
_DOCUMENTS = (".mp4", ".mkv", ".jpg", ".png", ".pdf", ".html", ".csv", ".txt", ".zip", ".tar", ".gz", ".dump", ".sql")
_NOTES = (".json", ".jsonl", ".log", ".lock")
_JOB = re.compile(r"d\d{5,}-\d{3,}")


def copies_of_keys(state: State) -> list[Path]:
    """Slot files anywhere but in their place: what is destroyed there lives on in them."""
    proper = {path for path in _files(state.keys) if path.parent == state.keys and _KEYS.fullmatch(path.name)}
    others = (path for folder in _rooms(state) if folder != state.footage for path in _files(folder))
    return [path for path in others if path not in proper and _begins(path) == _SLOT_FILE]


def documents(state: State) -> list[Path]:
    """Exports, lists and pictures under the state directory, where no deadline reaches them; certificates may stay."""
    rooms = (folder for folder in _rooms(state) if folder not in (state.footage, state.evidence, state.audit))
    return [path for folder in rooms for path in _files(folder) if path.suffix.lower() in _DOCUMENTS]


def nameless(state: State) -> list[Path]:
    """Files among sealed data whose name says no epoch, so that no key's end takes them along."""
    found = [path for path in _files(state.roll) if path.suffix != ".roll" and not _is_aside(path)]
    for stream in NUMBERED:
        files = _files(state.directory / stream)
        found += [path for path in files if not re.match(r"\d{1,12}-", path.name) and not _is_aside(path)]
    footage = (path for path in _files(state.footage) if state.quarantine not in path.parents)
    return found + [path for path in footage if not is_footage(path.name) and not _is_aside(path)]


def printed(spool: Path, now: datetime) -> int | None:
    """Documents that the print service still keeps after their day; None where this user may not look."""
    try:
        jobs = [path for path in spool.iterdir() if _JOB.fullmatch(path.name)]
    except FileNotFoundError:
        return 0
    except OSError:
        return None
    old = 0
    for job in jobs:
        with suppress(OSError):  # printed meanwhile
            old += now.timestamp() - job.lstat().st_mtime > PRINTED.total_seconds()
    return old


def quarantined(state: State) -> Iterator[tuple[str, float]]:
    """Each file in quarantine: the name under which it was put there, and when it was last changed."""
    for path in _files(state.quarantine):
        with suppress(OSError):
            yield path.relative_to(state.quarantine).parts[0], path.lstat().st_mtime


def _rooms(state: State) -> list[Path]:
    return [path for path in state.directory.iterdir() if path != state.run] if state.directory.is_dir() else []


def _files(top: Path) -> Iterator[Path]:
    if top.is_file():
        yield top
    for folder, _, names in os.walk(top):
        yield from (Path(folder, name) for name in names)


def _begins(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(len(_SLOT_FILE))
    except OSError:
        return b""


def _is_aside(path: Path) -> bool:
    """Locks and drafts, which begin with a dot, and notes without a name of anybody."""
    return path.name.startswith(".") or path.suffix in _NOTES
