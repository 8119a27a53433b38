"""One request: the little that stands plainly on disk, and all the rest, which is sealed. Pure.

The plain head holds no name: lists and reminders need no key. What a person asked, how to reach them and what was
done stands in the sealed content; of the proof of who they are only the way it was seen, by whom and when.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal

from retention.asked.errors import RequestUnknown

Kind = Literal["access", "correction", "deletion", "objection"]
State = Literal["to_freeze", "open", "answered"]
Way = Literal["shown", "known", "called", "post"]
Decision = Literal["yes", "partly", "no"]
Act = Literal["identity", "frozen", "not_frozen", "deleted", "corrected", "answered"]
KINDS: Final[tuple[Kind, ...]] = ("access", "correction", "deletion", "objection")
WAYS: Final[tuple[Way, ...]] = ("shown", "known", "called", "post")
DECISIONS: Final[tuple[Decision, ...]] = ("yes", "partly", "no")


@dataclass(frozen=True)
class Head:
    """What stands plainly. `answer_by` is the last day of the four weeks, by the site's calendar.

    `identified`: whether somebody noted how it is known who asks.
    """

    number: str
    kind: Kind
    received: datetime
    registered: datetime
    answer_by: date
    state: State = "open"
    answered: datetime | None = None
    version: int = 1
    identified: bool = False

    def days_left(self, today: date) -> int:
        """Whole days until the last day; 0 on that day, less when it is over."""
        return (self.answer_by - today).days


@dataclass(frozen=True)
class Span:
    """The footage a person asks about."""

    cameras: tuple[str, ...]
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Step:
    """Something that was done: `told` is a word of a fixed list, the number of a case, or the id of a visit.

    `until`: when copies of a deleted visit become unreadable.
    """

    at: datetime
    by: str
    act: Act
    told: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class Stretch:
    """Part of a span of footage: held, or why not (a cause as the timeline tells it)."""

    camera: str
    start: datetime
    end: datetime
    held: bool
    cause: str = ""


@dataclass(frozen=True)
class Account:
    """The account of a member of staff who asks about themselves."""

    name: str
    role: str
    made: datetime
    last_login: datetime | None
    ends: datetime


@dataclass(frozen=True)
class Facts:
    """What was found at one moment. Of visits only their ids: what they hold never outlives its day for an answer."""

    at: datetime
    visits: tuple[str, ...] = ()
    footage: tuple[Stretch, ...] = ()
    frozen_until: datetime | None = None
    account: Account | None = None


@dataclass(frozen=True)
class Answer:
    """What was decided. `withheld` holds words of a fixed list; `remark` is the one part that staff write freely.

    `copy`: a copy of the footage is promised.
    """

    at: datetime
    by: str
    language: str
    decision: Decision
    facts: Facts
    withheld: tuple[str, ...] = ()
    remark: str = ""
    copy: bool = False


@dataclass(frozen=True)
class Content:
    """What is sealed."""

    name: str
    reach: str
    words: str = ""
    span: Span | None = None
    steps: tuple[Step, ...] = ()
    answer: Answer | None = None
    by: str = ""  # who registered it

    def last(self, act: Act) -> Step | None:
        """The latest step of a kind."""
        return next((step for step in reversed(self.steps) if step.act == act), None)

    def told(self, act: Act) -> tuple[str, ...]:
        """What all steps of a kind tell, oldest first."""
        return tuple(step.told for step in self.steps if step.act == act)


@dataclass(frozen=True)
class Request:
    """One request, opened. `deadline` is when it is destroyed."""

    head: Head
    content: Content
    deadline: datetime


def number_of(epoch: int) -> str:
    """How people name a request: the UTC day on which it was registered, and the second of that day."""
    return f"{datetime.fromtimestamp(epoch, UTC):%y%m%d}-{epoch % 86_400:05d}"


def epoch_of(number: str) -> int:
    """The epoch a number was made of. Raises RequestUnknown for anything else."""
    day, dash, second = number.partition("-")
    if len(number) == 12 and dash and (day + second).isascii() and (day + second).isdecimal() and int(second) < 86_400:
        try:
            begin = datetime(2000 + int(day[:2]), int(day[2:4]), int(day[4:]), tzinfo=UTC)
        except ValueError:
            pass
        else:
            return int(begin.timestamp()) + int(second)
    raise RequestUnknown("there is no such request: see `portier request list`")
