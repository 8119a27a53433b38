"""One camera, one process: who captures a camera, or writes down why nobody does, holds its lock.

The lock ends with the process that holds it, however that ends; the file that carries it stays.
"""

import errno
import fcntl
import os
from types import TracebackType
from typing import Self

from retention.base.errors import DiskRefused
from retention.base.state import State


class CameraLock:
    """The lock of one camera, taken or not, within a `with` block."""

    def __init__(self, state: State, camera: str) -> None:
        self._path = state.footage / camera / ".lock"
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Whether the camera is ours now; False while another process has it. DiskRefused when there can be no lock."""
        if self._descriptor is not None:
            return True
        try:
            self._path.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
            descriptor = self._open()
        except OSError as error:
            raise DiskRefused(f"{self._path} cannot be made ({error.strerror}): see to the disk") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        """Open for writing, or for reading alone on a disk that allows no more: a lock needs no more."""
        try:
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
        except OSError as error:
            if error.errno not in (errno.EROFS, errno.EACCES):
                raise
            return os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
