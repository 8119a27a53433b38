"""What happened to one visit: the record that the roll keeps, and what a visit is once all are replayed."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from retention.base.errors import SealBroken

PADDING: Final = 512
"""Records are filled up to a multiple of this, so that their length says nothing about a name or a wish for help."""


class Act(StrEnum):
    """What a record says about a visit."""

    EXPECT = "expect"
    JOIN = "join"
    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    CORRECT = "correct"
    STAY = "stay"
    UNDO = "undo"
    PROBABLY_LEFT = "probably_left"
    SIGN_OUT = "sign_out"
    REFUSE = "refuse"
    DELETE = "delete"
    NOBODY = "nobody"


class Whereabouts(StrEnum):
    """The four states of a visit; a later one outranks nothing, only a later version does."""

    EXPECTED = "expected"
    ON_SITE = "on_site"
    PROBABLY_LEFT = "probably_left"
    LEFT = "left"


_LEADS_TO: Final[dict[str, Whereabouts]] = {
    Act.EXPECT: Whereabouts.EXPECTED,
    Act.SIGN_IN: Whereabouts.ON_SITE,
    Act.STAY: Whereabouts.ON_SITE,
    Act.UNDO: Whereabouts.ON_SITE,
    Act.PROBABLY_LEFT: Whereabouts.PROBABLY_LEFT,
    Act.SIGN_OUT: Whereabouts.LEFT,
    Act.REFUSE: Whereabouts.LEFT,
}
_CAME: Final = (Act.SIGN_IN, Act.STAY, Act.UNDO, Act.CONFIRM)
"""What happens only to somebody who came."""
# Two writers may give one version to two records. Then all are taken, and the one that keeps a person on the list last.
_SAFEST_LAST: Final[dict[str, int]] = {
    Act.EXPECT: 0,
    Act.JOIN: 0,
    Act.DELETE: 0,
    Act.SIGN_OUT: 1,
    Act.REFUSE: 1,
    Act.PROBABLY_LEFT: 2,
    Act.SIGN_IN: 3,
    Act.STAY: 3,
    Act.UNDO: 3,
}


IDENTIFYING: Final = ("name", "host", "host_telephone", "help", "statement")
"""What a record with a name carries, all anew."""
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
_LAST_VERSION: Final = 2**31 - 1
_VISIT, _PASS = 32, 40
"""As long as `kiosk.tables` has them."""


@dataclass(frozen=True, kw_only=True)
class RollRecord:
    """One change of one visit. With a name it carries all details anew; without one it leaves them as they are, but
    for the help wanted of who signs in by an invitation.

    `visit` is empty where the writer could not know it (a pass handed in while the database is away): then it is
    about whoever held the pass at that moment. `since` is the arrival where that was before `at` (stay, restore).
    A `delete` takes the place of all records before it: `state` is where the visitor was, `wipes` names the frames
    that are overwritten. `together` is shared by those who came together, `waits` says whether nobody has confirmed
    the visitor yet; both stay as they are where a record does not speak of them. `code` is that of the invitation of
    an expected visit, and `into` the visit that turned out to be it. `codes` is what is kept of the code on a tear-off.
    An `undo` without a `visit` takes back the sign-out of this pass or code at `since`; `nobody` is about no visit.
    """

    visit: str
    version: int
    act: str
    pass_id: str
    at: datetime
    name: str | None = None
    host: str | None = None
    host_telephone: str | None = None
    help: tuple[str, ...] = ()
    by: str = "visitor"
    since: datetime | None = None
    state: str | None = None
    statement: str | None = None
    wipes: tuple[str, ...] = ()
    together: str | None = None
    waits: bool | None = None
    code: str | None = None
    into: str | None = None
    codes: tuple[str, ...] = ()

    def pack(self) -> bytes:
        """JSON, padded with blanks."""
        plain = {key: value for key, value in asdict(self).items() if value not in (None, ())}
        plain["at"] = self.at.isoformat()
        if self.since:
            plain["since"] = self.since.isoformat()
        data = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return data.ljust(-(-len(data) // PADDING) * PADDING)

    @staticmethod
    def unpack(data: bytes) -> "RollRecord":
        """Read a record; keys of a later version are passed over. SealBroken when it makes no sense."""
        try:
            raw: dict[str, Any] = json.loads(data)
            known = {field.name: raw[field.name] for field in fields(RollRecord) if field.name in raw}
            known |= {key: moment(known[key]) for key in ("at", "since") if key in known}
            known |= {key: tuple(known.get(key, ())) for key in ("help", "wipes", "codes")}
            return _sane(RollRecord(**known))
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            raise SealBroken("a record of the roll opened but makes no sense: it is counted as unreadable") from error

    def order(self) -> tuple[object, ...]:
        """Where it stands among the records of its visit: by version, not by clock. What follows decides ties."""
        details = (
            self.act,
            self.by,
            self.pass_id,
            self.name or "",
            self.host or "",
            self.host_telephone or "",
            self.help,
            self.statement or "",
            self.together or "",
            str(self.waits),
            self.into or "",
            self.codes,
        )
        return self.version, _SAFEST_LAST.get(self.act, 0), self.at, *details, self.since or self.at


def _sane(record: RollRecord) -> RollRecord:
    """The record, if each field is what its type says: a writer that was tampered with takes no list away."""
    told = (record.visit, record.act, record.pass_id, record.by, *record.help, *record.wipes, *record.codes)
    named = (record.name, record.host, record.host_telephone, record.statement)
    perhaps = (*named, record.state, record.together, record.code, record.into)
    if not all(isinstance(text, str) for text in told) or not all(isinstance(text, str | None) for text in perhaps):
        raise TypeError("text that is no text")
    if record.state is not None:
        Whereabouts(record.state)
    if not isinstance(record.waits, bool | None):
        raise TypeError("waiting that is neither yes nor no")
    if type(record.version) is not int:
        raise TypeError("a version that is no number")
    if not 0 <= record.version <= _LAST_VERSION or len(record.visit) > _VISIT or len(record.pass_id) > _PASS:
        raise ValueError("more than any writer writes, and than a row holds")
    "".join((*told, *filter(None, perhaps))).encode()  # half a letter is a ValueError: nothing could print it
    if not all(_EARLIEST < at < _LATEST for at in (record.at, record.since or record.at)):
        raise ValueError("a moment that no clock shows")
    return record


def moment(text: str) -> datetime:
    """A moment as it was written; ValueError or TypeError for none, and for one without a zone."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return at.astimezone(UTC)


@dataclass(frozen=True)
class Entry:
    """One visit as the roll tells it. `name` is None where the record that held it cannot be read, or was deleted."""

    visit: str
    pass_id: str
    state: Whereabouts
    arrived: datetime
    name: str | None = None
    host: str | None = None
    host_telephone: str | None = None
    help: tuple[str, ...] = ()
    statement: str | None = None
    left: datetime | None = None
    by: str = "visitor"
    version: int = 0
    deleted: bool = False
    together: str | None = None
    waits: bool = False
    refused: bool = False
    code: str | None = None
    into: str | None = None
    codes: tuple[str, ...] = ()
    moved: datetime | None = None

    @property
    def forgotten(self) -> bool:
        """Whether nothing is told of it any more: its visitor is not inside and asked to be deleted, or came under
        another visit."""
        if self.state is Whereabouts.EXPECTED:
            return self.deleted or self.into is not None
        return self.deleted and self.state is Whereabouts.LEFT

    @property
    def unit(self) -> str:
        """What is the same for all who came together: that of who came alone is their own."""
        return self.together or self.visit

    def after(self, record: RollRecord) -> "Entry":
        """The same visit once `record` has happened too."""
        changed: dict[str, Any] = {
            "version": max(self.version, record.version),
            "pass_id": record.pass_id or self.pass_id,
            "together": record.together or self.together,
            "code": record.code or self.code,
            "into": record.into or self.into,
        }
        if record.waits is not None or record.act == Act.CONFIRM:
            changed["waits"] = bool(record.waits)
        if record.act == Act.DELETE:
            changed |= {"name": None, "host": None, "host_telephone": None, "help": (), "statement": None}
            changed |= {"deleted": True, "code": None, "codes": ()}
            changed |= {"state": Whereabouts(record.state or Whereabouts.ON_SITE), "arrived": record.since or record.at}
        elif record.name is not None and not self.deleted:
            # All or nothing: help that was withdrawn is an empty tuple, which a merge would take for "unchanged".
            changed |= {key: getattr(record, key) for key in IDENTIFYING}
        elif record.act == Act.SIGN_IN and not self.deleted:
            # By an invitation: who it is was announced, the help they want is told at the door.
            changed |= {"help": record.help, "statement": record.statement or self.statement}
        if record.codes and not self.deleted and record.act != Act.DELETE:
            changed["codes"] = record.codes
        # An undone sign-out is no new arrival.
        if record.act in (Act.SIGN_IN, Act.STAY):
            changed["arrived"] = record.since or record.at
        if record.act in _LEADS_TO:
            gone = record.act in (Act.SIGN_OUT, Act.PROBABLY_LEFT, Act.REFUSE)
            changed["refused"] = record.act == Act.REFUSE
            changed["moved"] = record.at
            changed |= {"state": _LEADS_TO[record.act], "left": record.at if gone else None, "by": record.by}
        return replace(self, **changed)


def follow(records: Iterable[RollRecord]) -> Entry:
    """One visit from all its records, in whatever order they come. A visit whose start is lost counts as inside."""
    ordered = sorted(records, key=RollRecord.order)
    first = ordered[0]
    # Without its first record nobody knows how the visit began; on the list is the safe side.
    entry = Entry(first.visit, first.pass_id, Whereabouts.ON_SITE, first.since or first.at)
    for record in _only_begins(ordered):
        entry = entry.after(record)
    came = [record.since or record.at for record in ordered if record.act in _CAME]
    if came and entry.state is Whereabouts.EXPECTED:
        # Of who came the record that says so may be lost, or another forged: on the list is the safe side.
        return replace(entry, state=Whereabouts.ON_SITE, arrived=min(came))
    return entry


def _only_begins(ordered: Iterable[RollRecord]) -> Iterator[RollRecord]:
    """An expectation begins a visit. One that comes later is forged: it moves nobody, nor brings back who has left."""
    begun = False
    for record in ordered:
        yield replace(record, act=Act.CORRECT) if begun and record.act == Act.EXPECT else record
        begun = begun or record.act != Act.EXPECT
