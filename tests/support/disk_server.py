"""A disk as one file of a FUSE file system, which writes down every write and every sync before it says yes.

`tests.support.powerdisk` starts it as a process of its own, so that no lock of a test can keep a disk waiting. It
speaks the kernel's FUSE protocol itself: one folder, one file. The log tells what a power cut may leave at any moment.
"""

import argparse
import ctypes
import errno
import os
import stat
import struct
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

IN = struct.Struct("<IIQQIIIHH")
OUT = struct.Struct("<IiQ")
WRITE_IN = struct.Struct("<QQIIQII")
ATTR = struct.Struct("<6Q10I")
ENTRY = struct.Struct("<4Q2I")
INIT_OUT = struct.Struct("<IIIIHHIIHHI28x")
RECORD = struct.Struct("<QQI")  # nanoseconds of the system clock, offset, length; a sync has length 0
NAME, LARGEST = b"disk", 1 << 17
LOOKUP, FORGET, GETATTR, SETATTR, OPEN, READ, WRITE, STATFS, RELEASE, FSYNC = 1, 2, 3, 4, 14, 15, 16, 17, 18, 20
FLUSH, INIT, OPENDIR, RELEASEDIR, ACCESS, INTERRUPT, DESTROY, BATCH_FORGET = 25, 26, 27, 29, 34, 36, 38, 42
SILENT = (FORGET, BATCH_FORGET, INTERRUPT)
EMPTY = (FLUSH, RELEASE, RELEASEDIR, ACCESS, DESTROY)


class Disk:
    """Answers the kernel. `failing`: writes and syncs end in EIO; `slow`: seconds that each of them takes."""

    def __init__(self, image: Path, log: Path) -> None:
        self.failing, self.slow = False, 0.0
        self._image = os.open(image, os.O_RDWR)
        self._size = os.fstat(self._image).st_size
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def forget(self) -> None:
        """The past begins here."""
        os.ftruncate(self._log, 0)

    def answer(self, opcode: int, node: int, body: bytes) -> bytes:
        """The reply to one request; OSError is the reply that it failed."""
        answers: dict[int, Callable[[], bytes]] = {
            INIT: lambda: INIT_OUT.pack(7, 31, LARGEST, 0, 16, 12, LARGEST, 1, 32, 0, 0),
            LOOKUP: lambda: self._look_up(body.rstrip(b"\0")),
            GETATTR: lambda: struct.pack("<QII", 3600, 0, 0) + self._attributes(node),
            SETATTR: lambda: struct.pack("<QII", 3600, 0, 0) + self._attributes(node),
            OPEN: lambda: struct.pack("<QII", 0, 0, 0),
            OPENDIR: lambda: struct.pack("<QII", 0, 0, 0),
            READ: lambda: os.pread(self._image, *reversed(struct.unpack_from("<8xQI", body))),
            WRITE: lambda: self._write(body),
            FSYNC: lambda: self._take(0, b""),
            STATFS: lambda: struct.pack("<5Q4I24x", self._size // 4096, 0, 0, 2, 0, 4096, 255, 4096, 0),
        }
        if opcode in EMPTY:
            return b""
        if opcode not in answers:
            raise OSError(errno.ENOSYS, "not of this disk")
        return answers[opcode]()

    def _look_up(self, name: bytes) -> bytes:
        if name != NAME:
            raise OSError(errno.ENOENT, "no such file")
        return ENTRY.pack(2, 0, 3600, 3600, 0, 0) + self._attributes(2)

    def _write(self, body: bytes) -> bytes:
        _, offset, size, *_ = WRITE_IN.unpack_from(body)
        data = body[WRITE_IN.size : WRITE_IN.size + size]
        self._take(offset, data)
        os.pwrite(self._image, data, offset)
        return struct.pack("<II", size, 0)

    def _take(self, offset: int, data: bytes) -> bytes:
        """Write down what came, unless it is to fail."""
        if self.slow:
            time.sleep(self.slow)
        if self.failing:
            raise OSError(errno.EIO, "told to fail")
        os.write(self._log, RECORD.pack(time.time_ns(), offset, len(data)) + data)
        return b""

    def _attributes(self, node: int) -> bytes:
        mode, size = (stat.S_IFDIR | 0o755, 0) if node == 1 else (stat.S_IFREG | 0o600, self._size)
        return ATTR.pack(node, size, size // 512, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


def mount(where: Path) -> int:
    """Mount the file system; what the kernel asks is read from the descriptor."""
    device = os.open("/dev/fuse", os.O_RDWR)
    libc = ctypes.CDLL(None, use_errno=True)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    if libc.mount(b"powerdisk", os.fsencode(where), b"fuse", 0, options) != 0:
        raise OSError(ctypes.get_errno(), "FUSE cannot be mounted")
    return device


def serve(disk: Disk, device: int) -> None:
    """Answer until the file system is unmounted."""
    while True:
        try:
            request = os.read(device, LARGEST + 4096)
        except OSError as error:
            if error.errno == errno.ENODEV:
                return
            if error.errno in (errno.ENOENT, errno.EINTR):
                continue
            raise
        _, opcode, unique, node, *_ = IN.unpack_from(request)
        if opcode in SILENT:
            continue
        try:
            reply, failed = disk.answer(opcode, node, request[IN.size :]), 0
        except OSError as error:
            reply, failed = b"", -(error.errno or errno.EIO)
        os.write(device, OUT.pack(OUT.size + len(reply), failed, unique) + reply)


def obey(disk: Disk) -> None:
    for line in sys.stdin:
        word, _, number = line.strip().partition(" ")
        if word in ("fail", "work"):
            disk.failing = word == "fail"
        elif word == "forget":
            disk.forget()
        elif word == "slow":
            disk.slow = float(number)
        print("done", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("image", "log", "where"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    disk = Disk(options.image, options.log)
    device = mount(options.where)
    print("mounted", flush=True)
    threading.Thread(target=obey, args=(disk,), daemon=True).start()
    serve(disk, device)


main()
