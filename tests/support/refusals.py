"""A disk that takes no more under one folder: the system calls that change anything there end in an error.

    with refusing(state.requests):
        ...

What goes past `os` (a file opened by name and written through Python's own buffer) is refused where it is synced.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

CHANGES: Final = ("pwrite", "fsync", "fdatasync", "posix_fallocate", "replace", "unlink", "mkdir")


@contextmanager
def refusing(
    under: Path, error: int = errno.EIO, *, after: int = 0, calls: tuple[str, ...] = CHANGES
) -> Iterator[None]:
    """Every such call under the folder fails until the end of the block, but for the first few (`after`)."""
    left, real = after, {name: getattr(os, name) for name in calls}

    def refused(name: str) -> Any:
        def call(what: Any, *arguments: Any, **named: Any) -> Any:
            nonlocal left
            if _path(what).is_relative_to(under):
                left -= 1
                if left < 0:
                    raise OSError(error, os.strerror(error), str(under))
            return real[name](what, *arguments, **named)

        return call

    for name in calls:
        setattr(os, name, refused(name))
    try:
        yield
    finally:
        for name, function in real.items():
            setattr(os, name, function)


def _path(what: Any) -> Path:
    """Of an open file, or as it was given."""
    return Path(f"/proc/self/fd/{what}").readlink() if isinstance(what, int) else Path(what)
