"""Power cuts between two changes of the disk: the process dies at the n-th system call that makes one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

CHANGES: Final = ("pwrite", "write", "fdatasync", "fsync", "unlink", "replace", "truncate", "posix_fallocate", "mkdir")


class PowerCut(BaseException):
    """The end of the process; nothing catches it."""


@contextmanager
def power_goes_at(call: int) -> Iterator[None]:
    """Let the n-th change of the disk be the first that does not happen."""
    left, real = call, {name: getattr(os, name) for name in CHANGES}

    def guarded(name: str) -> Any:
        def act(*arguments: object, **named: object) -> object:
            nonlocal left
            left -= 1
            if left < 0:
                raise PowerCut
            return real[name](*arguments, **named)

        return act

    for name in real:
        setattr(os, name, guarded(name))
    try:
        yield
    finally:
        for name, function in real.items():
            setattr(os, name, function)
