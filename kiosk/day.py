"""The site day as visits know it: which day it is, when it is over, and what seals and opens it."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from kiosk.codes.code import Code
from kiosk.visits import Details, Help
from retention.base.command import Office
from retention.base.errors import DiskRefused, SealBroken, StateRefused
from retention.base.readerkey import public_half
from retention.base.sealed import seal, unseal
from retention.base.siteday import day_number, day_of_number
from retention.base.slots import Slot, SlotFile
from retention.base.state import VISITS
from retention.base.trusted import TrustedTime
from retention.rules import visits_day, visits_deadline

PADDING = 512
"""Details are filled up to a multiple of this: their length says nothing about a name or a wish for help."""


@dataclass(frozen=True)
class Opened:
    """The details of a row as its seal held them; no name where even the roll had lost it."""

    name: str | None
    host: str | None
    help: tuple[str, ...]
    statement: str | None = None
    together: str | None = None
    code: str | None = None

    def details(self) -> Details:
        wanted = frozenset(wish for wish in Help if wish in self.help)  # a later version may know more
        return Details(self.name or "", self.host, wanted, self.statement, self.together, self.code)


class Days:
    """The site days of one office."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._time = TrustedTime(office.state, office.clock)
        self._slots = SlotFile(office.state, VISITS)

    def now(self) -> datetime:
        """The later of trusted time and system clock: what begins now, and what is hidden from now on."""
        return self._time.latest()

    def today(self, now: datetime) -> date:
        config = self._office.config
        return visits_day(now, config.site, config.visits)

    def deadline(self, day: date) -> datetime:
        config = self._office.config
        return visits_deadline(day, config.site, config.visits)

    def slot(self, day: date) -> Slot:
        """The slot of the day, made where there is none yet; EpochErased when the day is destroyed."""
        try:
            reader = public_half(self._office.state)
        except (DiskRefused, StateRefused):
            # A damaged key of the house turns nobody away on a day that has its own.
            if (made := self._slots.find(day_number(day))) is not None:
                return made
            raise
        return self._slots.claim(day_number(day), self.deadline(day), reader)

    def private(self, day: date, reader: X25519PrivateKey, now: datetime) -> X25519PrivateKey:
        """What opens the day, for a reader; EpochErased once it is over."""
        return self._slots.open(day_number(day), reader, now)

    def kept_of(self, code: Code, day: date) -> tuple[str, str]:
        """What is kept of a tear-off's code: for its day and, for who stays over, for the next. Later it is void."""
        return code.hashed(self.slot(day).public), code.hashed(self.slot(day + timedelta(days=1)).public)

    def live(self, now: datetime) -> list[date]:
        """The days that can still be opened, oldest first."""
        return [day_of_number(slot.epoch) for slot in self._slots.live() if now < slot.deadline]


def seal_details(public: X25519PublicKey, visit: str, day: date, opened: Opened) -> bytes:
    """What the row keeps of a visitor: to be opened by the day's private half, under this visit and day only."""
    told = {key: value for key, value in asdict(opened).items() if value is not None or key in ("name", "host")}
    plain = json.dumps(told, ensure_ascii=False).encode()
    return seal(public, plain.ljust(-(-len(plain) // PADDING) * PADDING), _info(visit, day))


def open_details(private: X25519PrivateKey, visit: str, day: date, sealed: bytes) -> Opened:
    """What `seal_details` sealed; SealBroken for anything else."""
    try:
        raw = json.loads(unseal(private, sealed, _info(visit, day)))
        more = (raw.get("statement"), raw.get("together"), raw.get("code"))
        return Opened(raw["name"], raw["host"], tuple(raw["help"]), *more)
    except (ValueError, KeyError, TypeError) as error:
        raise SealBroken("the details of a visit opened but make no sense") from error


def _info(visit: str, day: date) -> bytes:
    return f"portier visit 1 {visit} {day.isoformat()}".encode()
