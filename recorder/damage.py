"""What somebody with the key found damaged, written down, so that timelines say so without one.

`damaged.log` of a camera: a line for each span of a file that cannot be shown. `portier recorder check` writes it anew
each time it is through; whoever takes an unreadable file out of the way adds a line. Times and file names, no pictures.
"""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from recorder.journal import lines_of, summed, unsummed
from recorder.timeline import Span
from retention.base.clock import from_microseconds, microseconds
from retention.base.errors import DiskRefused
from retention.base.files import replace_file

Damage = dict[str, list[Span]]


def read(path: Path) -> Damage:
    """Spans by the name of the file they are missing from."""
    found: Damage = {}
    for told in map(unsummed, lines_of(path)):
        try:
            if told is not None:
                span = from_microseconds(told["from"]), from_microseconds(told["to"])
                found.setdefault(str(told["file"]), []).append(span)
        except (ValueError, KeyError, TypeError, OverflowError):
            continue
    return found


def write(path: Path, found: Damage) -> None:
    """Let the log say this and nothing else; where there is nothing to say there is no log. Raises DiskRefused."""
    if found:
        replace_file(path, b"".join(_lines(found)), 0o640)
    elif path.exists():
        try:
            path.unlink()
        except OSError as error:
            raise DiskRefused(f"{path} cannot be taken away ({error.strerror}): see to its rights") from error


def add(path: Path, found: Damage) -> None:
    """Say this besides what is said already. Raises DiskRefused."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            os.write(descriptor, b"\n" + b"".join(_lines(found)))
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise DiskRefused(f"{path} cannot be written ({error.strerror}): see to the disk and its rights") from error


def still(found: Damage, since: datetime) -> Damage:
    """Without what is past its term."""
    kept = {name: [span for span in spans if span[1] > since] for name, spans in found.items()}
    return {name: spans for name, spans in kept.items() if spans}


def _lines(found: Damage) -> Iterable[bytes]:
    return (
        summed({"file": name, "from": microseconds(begin), "to": microseconds(end)})
        for name, spans in sorted(found.items())
        for begin, end in spans
    )
