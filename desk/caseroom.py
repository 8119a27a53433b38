"""Cases at the desk: footage is secured in the background, one case after the other, also after a restart."""

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Lock

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from recorder.casefootage import CaseFootage, cases_of
from recorder.errors import Cancelled
from retention.base.command import Office
from retention.base.errors import DiskRefused, PortierError
from retention.base.translations import N_
from retention.cases.case import Case, Standing
from retention.cases.cases import SOON_ENDS
from retention.texts import Texts

_log = logging.getLogger(__name__)
STUCK = N_("The footage could not be secured: the disk is full or fails. Call facilities; it goes on by itself.")
FAILED = N_("The footage could not be secured. Call facilities; it is tried again.")


class CaseRoom:
    """The cases of one desk, and the one hand that secures their footage."""

    def __init__(self, office: Office, reader: X25519PrivateKey) -> None:
        self._office, self._reader = office, reader
        self.cases = cases_of(office, reader)
        self.calls = 0  # cases that ask for somebody: to be confirmed, or about to end
        self.shares: dict[str, float] = {}  # how far each is that is being secured, 0 to 1
        self.failures: dict[str, str] = {}
        self._texts = Texts(office.state, office.clock)
        self._footage: dict[tuple[str, int], CaseFootage] = {}
        self._lock = Lock()
        self._hand = ThreadPoolExecutor(1, "cases")
        self._closing = False

    def secure(self, case: Case) -> None:
        """Secure a case's footage soon; what is at work already is not begun twice."""
        with self._lock:
            if case.number in self.shares:
                return
            self.shares[case.number] = 0.0
        self._hand.submit(self._secure, case.number)

    def tidy(self) -> None:
        """Once in a while: finish what a crash left, go on with what is not secured, count what asks for somebody."""
        try:
            for case in self.cases.tidy():
                self.secure(case)
            self.calls = len(self.calling(self.cases.standing()))
        except (PortierError, OSError) as error:
            _log.warning("cases are not looked after: %s", error)

    def calling(self, found: Iterable[Standing]) -> list[Standing]:
        """Those that somebody must confirm, or that end within three days."""
        return [one for one in found if one.ends_within(SOON_ENDS, self.now())]

    def footage(self, case: Case) -> CaseFootage:
        """A case read like footage; what is known of its files is kept until it is renewed."""
        key = case.number, case.epoch
        with self._lock:
            if key not in self._footage:
                self._footage = {known: one for known, one in self._footage.items() if known[0] != case.number}
                self._footage[key] = CaseFootage(self._office, self._reader, case)
            return self._footage[key]

    def text(self, mark: str) -> str | None:
        """The reason behind a mark, while it is kept."""
        return self._texts.read(mark, self._reader) if mark else None

    def now(self) -> datetime:
        """What cases go by."""
        return self.cases.now()

    def close(self) -> None:
        """Stop after the file that is being secured; the next start goes on."""
        self._closing = True
        self._hand.shutdown(cancel_futures=True)

    def _secure(self, number: str) -> None:
        try:
            self.cases.secure(number, lambda share: self._went_on(number, share))
            self.failures.pop(number, None)
        except Cancelled:
            pass  # the next start goes on
        except DiskRefused as error:
            self._failed(number, STUCK, error)
        except (PortierError, OSError) as error:
            self._failed(number, FAILED, error)
        finally:
            with self._lock:
                self.shares.pop(number, None)

    def _failed(self, number: str, sentence: str, error: Exception) -> None:
        _log.warning("a case is not secured yet: %s", type(error).__name__)
        self.failures[number] = sentence

    def _went_on(self, number: str, share: float) -> None:
        if self._closing:
            raise Cancelled("the desk ends")
        self.shares[number] = share
