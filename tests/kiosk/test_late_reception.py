"""The reception that the screen opens late is the real one: the same questions, the same names, the same kiosk."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from kiosk import takeback
from kiosk.app import Counter, LateReception
from kiosk.books import Books
from kiosk.passes import all_passes
from kiosk.reception import Reception
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.service import Life
from retention.base.state import State
from tests.support.clock import ManualClock
from tests.support.state import make_config

OWN = {"open", "close"}
GIVEN_HERE = {"by", "codes", "state", "reception", "database"}
"""What the screen's reception puts in by itself: who asks is a visitor, and a sticker has its own code."""
ACTS = [name for name, act in vars(LateReception).items() if callable(act) and not name.startswith("_")]


def real(name: str) -> Callable[..., Any]:
    return takeback.take_back if name == "take_back" else getattr(Reception, name)  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", sorted(set(ACTS) - OWN))
def test_each_act_takes_what_the_real_one_takes(name: str) -> None:
    late, there = (inspect.signature(act).parameters for act in (getattr(LateReception, name), real(name)))
    asked = {key: (one.kind, one.annotation) for key, one in there.items() if key not in GIVEN_HERE}
    assert {key: (one.kind, one.annotation) for key, one in late.items()} == asked | (
        {"self": (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.empty)}
    )


def test_the_real_one_is_told_which_kiosk_it_is_and_what_was_read_there(state: State, clock: ManualClock) -> None:
    office = Office(make_config(state.directory, kiosk={"title": "Achteringang"}), state, clock)
    counter = Counter(office, Life())
    for pass_ in all_passes()[:6]:
        counter._reception.sign_out(pass_)
    doubted, statement = counter._reception.doubted(), counter._reception._real._statement
    counter.close()
    assert (list(doubted), bool(statement)) == (["Achteringang"], True)
    assert [entry.about for entry in Trail(state, clock).entries()] == ["Achteringang"]
    taken = set(inspect.signature(Books).parameters)
    assert taken == {"office", "database", "kiosk", "statement"}  # another one is passed on here too
