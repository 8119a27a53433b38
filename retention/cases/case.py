"""One case as it is written down: what is kept, why, who decided it. Its deadline stands in its key slot alone.

Never a visitor's name; the reason is the mark of a sealed text. Bytes in docs/formats-cases.md.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from retention.base.clock import from_microseconds, microseconds
from retention.base.errors import SealBroken

State = Literal["proposed", "kept", "asked", "ended"]


@dataclass(frozen=True)
class Missing:
    """A part of the span that could not be secured, and why (a gap cause)."""

    camera: str
    start: datetime
    end: datetime
    cause: str


@dataclass(frozen=True)
class Step:
    """A decision that gives a case a later end: its confirmation or a renewal. `text` is the mark of the reason."""

    at: datetime
    by: str
    text: str = ""


@dataclass(frozen=True)
class Term:
    """A step that is decided and not yet carried out: whoever comes next carries it out (a crash came between)."""

    step: Step
    deadline: datetime


@dataclass(frozen=True)
class Case:
    """Footage of some cameras from `start` to `end`, sealed anew under the slot `epoch` of the stream `cases`."""

    number: str
    epoch: int
    cameras: tuple[str, ...]
    start: datetime
    end: datetime
    category: str
    placed: Step
    request: str = ""  # the number of the data-subject request it was frozen for
    secured: bool = False  # all of the span that could be had is sealed under the case's key
    missing: tuple[Missing, ...] = ()
    confirmed: Step | None = None
    renewals: tuple[Step, ...] = ()
    becoming: Term | None = None

    @property
    def is_decided(self) -> bool:
        """Whether it needs no second person: it was confirmed, or the law asks for it."""
        return self.confirmed is not None or bool(self.request)


@dataclass(frozen=True)
class Standing:
    """A case and what its key slot says: until when it stands."""

    case: Case
    deadline: datetime | None

    @property
    def state(self) -> State:
        """Ended: nothing opens it any more."""
        if self.deadline is None:
            return "ended"
        if self.case.request:
            return "asked"
        return "kept" if self.case.confirmed else "proposed"

    def ends_within(self, span: timedelta, now: datetime) -> bool:
        """Whether it stands, and not for longer than that."""
        return self.deadline is not None and self.deadline - now < span


def written(case: Case) -> bytes:
    """The record as it stands on disk: one line of JSON, and the hash of what it says."""
    told = json.dumps(asdict(case), default=microseconds, separators=(",", ":"))
    return json.dumps({"case": told, "sum": _sum(told)}).encode() + b"\n"


def read(content: bytes) -> Case:
    """The case of a record; SealBroken where it is damaged."""
    try:
        outer = json.loads(content)
        if outer["sum"] != _sum(outer["case"]):
            raise SealBroken("the check sum does not fit")
        return _case(json.loads(outer["case"]))
    except (ValueError, KeyError, TypeError, OverflowError, AttributeError) as error:
        raise SealBroken("this is no record of a case") from error


def _sum(told: str) -> str:
    return hashlib.sha256(told.encode()).hexdigest()


def _case(raw: dict[str, Any]) -> Case:
    placed, confirmed, becoming = _step(raw["placed"]), raw["confirmed"], raw["becoming"]
    return Case(
        number=str(raw["number"]),
        epoch=int(raw["epoch"]),
        cameras=tuple(map(str, raw["cameras"])),
        start=from_microseconds(raw["start"]),
        end=from_microseconds(raw["end"]),
        category=str(raw["category"]),
        placed=placed,
        request=str(raw["request"]),
        secured=bool(raw["secured"]),
        missing=tuple(_missing(one) for one in raw["missing"]),
        confirmed=_step(confirmed) if confirmed else None,
        renewals=tuple(_step(one) for one in raw["renewals"]),
        becoming=Term(_step(becoming["step"]), from_microseconds(becoming["deadline"])) if becoming else None,
    )


def _step(raw: dict[str, Any]) -> Step:
    return Step(from_microseconds(raw["at"]), str(raw["by"]), str(raw["text"]))


def _missing(raw: dict[str, Any]) -> Missing:
    return Missing(
        str(raw["camera"]), from_microseconds(raw["start"]), from_microseconds(raw["end"]), str(raw["cause"])
    )
