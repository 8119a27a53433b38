"""The power goes at a chosen change of the disk; and a disk without the wait for its platters."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

CHANGES = ("pwrite", "fdatasync", "unlink", "fsync", "replace", "posix_fadvise")


class PowerCut(BaseException):
    """No code of ours may catch this: nobody is there any more to run it."""


class Disk:
    """The door to the disk: counts changes of it, and lets the power go before one of them."""

    def __init__(self) -> None:
        self.left: int | None = None  # changes until the power goes
        self.changes = 0

    def cut(self, after: int) -> None:
        """Let the power go once that many more changes were made."""
        self.left = after

    @contextmanager
    def installed(self, *, syncs: bool = True) -> Iterator[None]:
        """`syncs`: whether a sync waits for the real disk."""
        real = {name: getattr(os, name) for name in CHANGES}
        quick = {} if syncs else dict.fromkeys(("fsync", "fdatasync"), lambda _: None)
        for name, function in (real | quick).items():
            setattr(os, name, self._guarded(function))
        try:
            yield
        finally:
            for name, function in real.items():
                setattr(os, name, function)

    def _guarded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def act(*arguments: object, **named: object) -> object:
            self.changes += 1
            if self.left is not None:
                self.left -= 1
                if self.left < 0:
                    self.left = None
                    raise PowerCut
            return function(*arguments, **named)

        return act
