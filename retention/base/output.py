"""Where a command puts what it makes: standard output, or a file that only its maker reads."""

import os
import sys
from pathlib import Path

from retention.base.errors import DiskRefused, UsageRefused
from retention.base.state import State


def refuse_inside(state: State, output: Path | None) -> None:
    """What is taken out must not lie where it would outlive its term unseen."""
    if output is not None and output.absolute().resolve().is_relative_to(state.directory.resolve()):
        raise UsageRefused("write it outside the state directory: there it would outlive its term")


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
