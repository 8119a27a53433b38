"""Gets the list onto paper: each printer in its order as PDF, then as plain text; CUPS first, then by address.

A job is watched until it has left its queue; one that is stuck is cancelled and the next printer tried.
"""

import socket
import threading
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from kiosk.calamity import cups
from kiosk.calamity.cups import Condition, PrinterState, Refused, Silent
from kiosk.calamity.errors import NothingPrints

_WATCH_SECONDS: Final = 15.0
_GLANCE_SECONDS: Final = 0.25
_RAW_PORT: Final = 9100
_RAW_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Printed:
    """What came of printing: which printer, as `pdf` or `text`, and whether its queue is known to be empty again."""

    printer: str
    form: str
    confirmed: bool


class Printers:
    """The printers of a site, in the order in which they are tried; where none is named, those CUPS has.

    A printer is a queue of CUPS, or `socket://host[:port]` for one that takes plain text without CUPS.
    """

    def __init__(self, names: tuple[str, ...], taken: Callable[[str], None] = lambda job: None) -> None:
        """`taken` is told each job that a print service took, so that none outlives its day."""
        self._taken = taken
        self._queues = tuple(name for name in names if "://" not in name)
        self._addresses = tuple(name for name in names if "://" in name)

    def names(self) -> list[str]:
        """The queues to try, in order."""
        return list(self._queues) or ([] if self._addresses else cups.queues())

    def look(self) -> list[PrinterState]:
        """How each of them stands, for health; never raises."""
        return [cups.state_of(name) for name in self.names()] + [_reach(address) for address in self._addresses]

    def print(self, pdf: Callable[[], bytes | None], text: Callable[[], str]) -> Printed:
        """Print once. `pdf` gives None where it cannot be made. NothingPrints when no printer took either form."""
        ways: list[Callable[[Callable[[], str]], Printed | None]] = [partial(self._through_cups, pdf), self._by_address]
        if self._hangs():
            ways.reverse()  # a print service that hangs takes long to refuse a document
        for way in ways:
            with suppress(Silent):  # what hangs once is not asked again
                if printed := way(text):
                    return printed
        return self._nothing()

    def _hangs(self) -> bool:
        """Whether the print service is silent while there is another way."""
        return bool(self._addresses and self._queues) and cups.state_of(self._queues[0]).condition is Condition.SILENT

    def _through_cups(self, pdf: Callable[[], bytes | None], text: Callable[[], str]) -> Printed | None:
        names = self.names()
        # A service that is silent about the first printer is not waited for again and again.
        states = [cups.state_of(name) for name in names[:1]]
        if states and states[0].condition is not Condition.SILENT:
            states += [cups.state_of(name) for name in names[1:]]
        usable = [state.name for state in states if state.condition in (Condition.READY, Condition.SILENT)]
        document = pdf() if usable else None  # laid out once, for all of them
        if document is not None:
            for name in usable:
                if printed := self._try(name, document, "pdf"):
                    return printed
        for name in usable:
            options = ("-o", "document-format=text/plain", "-o", "cpi=10", "-o", "lpi=6")
            if printed := self._try(name, text().encode(), "text", *options):
                return printed
        return None

    def _try(self, name: str, document: bytes, form: str, *options: str) -> Printed | None:
        """One document to one queue; None when it will not come out there."""
        try:
            job = cups.send(name, document, *options)
        except Refused:
            return None
        self._taken(job)
        outcome = _watch(name, job)
        if outcome is None:
            cups.cancel(job)
            return None
        return Printed(name, form, outcome)

    def _by_address(self, text: Callable[[], str]) -> Printed | None:
        for address in self._addresses:
            try:
                # Port 9100 says nothing back: what was taken is all that can be known.
                with _connect(address) as printer:
                    printer.sendall(raw(text()))
                    printer.shutdown(socket.SHUT_WR)
            except (OSError, ValueError):  # ValueError: an address that is none
                continue
            return Printed(address, "text", confirmed=False)
        return None

    def _nothing(self) -> Printed:
        tried = ", ".join((*self.names(), *self._addresses)) or "there is none"
        raise NothingPrints(
            f"no printer took the list ({tried}): show it with `portier calamity list` or at the desk, "
            "and see to the printer (lpstat -p)"
        )


def raw(text: str) -> bytes:
    """Bytes that any printer with letters of its own understands: ASCII, carriage returns, a form feed at the end."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return bare.encode("ascii", "replace").replace(b"\n", b"\r\n") + b"\f"


def _watch(name: str, job: str) -> bool | None:
    """True when the job left its queue, False when it is still being printed, None when it is stuck."""
    pause = threading.Event()
    with suppress(Silent):  # it took the document, so it may well be printing it
        for _ in range(int(_WATCH_SECONDS / _GLANCE_SECONDS)):
            if not cups.waiting(name, job):
                return True
            if cups.state_of(name).condition not in (Condition.READY, Condition.SILENT):
                return None
            pause.wait(_GLANCE_SECONDS)
    return False


def _connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname or "", parts.port or _RAW_PORT), timeout=_RAW_SECONDS)


def _reach(address: str) -> PrinterState:
    try:
        _connect(address).close()
    except (OSError, ValueError):
        return PrinterState(address, Condition.SILENT, "it cannot be reached")
    return PrinterState(address, Condition.READY)
