"""What a look at one place found."""

from dataclasses import dataclass, field
from typing import Literal

from retention.base.translations import N_


@dataclass(frozen=True)
class Trace:
    """`problem`: something may stay, and the sentence says what to do. `note`: only a person can know.

    The sentence is a message id with the names of `values` in it.
    """

    state: Literal["well", "note", "problem", "unseen"]
    sentence: str
    values: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def said(self) -> str:
        """In English."""
        return self.sentence % self.values if self.values else self.sentence


def well(sentence: str, **values: str) -> Trace:
    return Trace("well", sentence, values)


def note(sentence: str, **values: str) -> Trace:
    return Trace("note", sentence, values)


def problem(sentence: str, **values: str) -> Trace:
    return Trace("problem", sentence, values)


def unseen(path: str) -> Trace:
    return Trace("unseen", N_("this user may not read %(path)s: run `portier doctor` as root"), {"path": path})
