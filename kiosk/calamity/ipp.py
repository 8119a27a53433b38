"""Purges one print job, document included, by the print service's own protocol (IPP over HTTP, RFC 8010).

`cancel -x` is meant for that, and before CUPS 2.4.7 it leaves the document in the spool: it asks for `purge-jobs` where
the service knows `purge-job`. Only a job with our title is purged, so that no other is hit on another service.
"""

import os
import socket
import struct
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from pwd import getpwuid
from typing import Final

_SOCKET: Final = "/run/cups/cups.sock"
_PORT: Final = 631
_CANCEL_JOB, _GET_JOB = 0x0008, 0x0009
_NOT_FOUND, _GONE = 0x0406, 0x0407
_CHARSET, _LANGUAGE, _URI, _NAME, _KEYWORD, _BOOLEAN = 0x47, 0x48, 0x45, 0x42, 0x44, 0x22
_SECONDS: Final = 4


def purge(job: str, title: str) -> bool:
    """Whether the job with this title is purged, or not there any more. Never raises."""
    number = job.rpartition("-")[2]
    try:
        status, told = _ask(_GET_JOB, number, _attribute(_KEYWORD, "requested-attributes", b"job-name"))
        if status in (_NOT_FOUND, _GONE):
            return True
        if _attribute(_NAME, "job-name", title.encode()) not in told:
            return False
        status, _ = _ask(_CANCEL_JOB, number, _attribute(_BOOLEAN, "purge-job", b"\x01"))
        return status < 0x0100 or status in (_NOT_FOUND, _GONE)
    except (OSError, HTTPException, struct.error):
        return False


def _ask(operation: int, number: str, more: bytes) -> tuple[int, bytes]:
    """The service's status and its whole answer."""
    attributes = (
        _attribute(_CHARSET, "attributes-charset", b"utf-8"),
        _attribute(_LANGUAGE, "attributes-natural-language", b"en"),
        _attribute(_URI, "job-uri", f"ipp://localhost/jobs/{number}".encode()),
        _attribute(_NAME, "requesting-user-name", getpwuid(os.getuid()).pw_name.encode()),
    )
    body = struct.pack(">HHIB", 0x0101, operation, 1, 0x01) + b"".join(attributes) + more + b"\x03"
    service = _Service("localhost", timeout=_SECONDS)
    try:
        service.request("POST", "/jobs/", body, {"Content-Type": "application/ipp"})
        told = service.getresponse().read()
    finally:
        service.close()
    return struct.unpack_from(">H", told, 2)[0], told


def _attribute(kind: int, name: str, value: bytes) -> bytes:
    return struct.pack(">BH", kind, len(name)) + name.encode() + struct.pack(">H", len(value)) + value


class _Service(HTTPConnection):
    """The print service that `lp` talks to: a socket of this machine, or a host."""

    def connect(self) -> None:
        named = os.environ.get("CUPS_SERVER", "").partition("/version=")[0]
        if named.startswith("/") or (not named and Path(_SOCKET).exists()):
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(_SECONDS)
            self.sock.connect(named or _SOCKET)
        else:
            host, _, port = (named or "localhost").partition(":")
            self.sock = socket.create_connection((host, int(port) if port.isdigit() else _PORT), _SECONDS)
