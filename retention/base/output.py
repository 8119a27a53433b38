"""Where a command puts what it makes: standard output, or a file that only its maker reads."""

import os
import sys
from pathlib import Path
from typing import Final

from retention.base.errors import DiskRefused, UsageRefused
from retention.base.state import State

FORMS: Final = ("text", "json", "pdf")


def refuse_inside(state: State, output: Path | None) -> None:
    """What is taken out must not lie where it would outlive its term unseen."""
    if output is not None and output.absolute().resolve().is_relative_to(state.directory.resolve()):
        raise UsageRefused("write it outside the state directory: there it would outlive its term")


def form_for(asked: str | None, output: Path | None) -> str:
    """The form that was asked for; else what the file's name ends in, so that a list.pdf is one; else text."""
    ending = output.suffix.lower().removeprefix(".") if output is not None else ""
    return asked or (ending if ending in FORMS else FORMS[0])


def put(content: bytes, output: Path | None) -> None:
    """Write it all. Raises DiskRefused."""
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError as error:
        raise DiskRefused(f"{output} cannot be written ({error.strerror}): name another file") from error
