"""Free text of staff: sealed on the day it is written, read by its mark, gone after four weeks."""

import hashlib
from datetime import timedelta

import pytest

from retention.base.errors import UsageRefused
from retention.base.readerkey import private_half, public_half
from retention.base.state import State
from retention.reaper import Reaper
from retention.texts import LONGEST, Texts
from tests.support.clock import ManualClock

WORDS = "Iemand reed tegen de paal; zie de melding van dinsdag."


@pytest.fixture
def texts(state: State, clock: ManualClock) -> Texts:
    public_half(state)
    return Texts(state, clock)


def test_a_text_is_read_by_its_mark(texts: Texts, state: State) -> None:
    assert texts.read(texts.write(f"  {WORDS}\n"), private_half(state)) == WORDS


def test_the_mark_is_the_hash_of_what_stands_on_disk(texts: Texts, state: State) -> None:
    mark = texts.write(WORDS)
    (path,) = state.texts.iterdir()
    assert hashlib.sha256(path.read_bytes()).hexdigest() == mark
    assert b"paal" not in path.read_bytes()


def test_the_length_of_a_text_tells_nothing(texts: Texts, state: State) -> None:
    texts.write("ja")
    texts.write(WORDS)
    assert len({path.stat().st_size for path in state.texts.iterdir()}) == 1


def test_no_text_outlives_four_weeks(texts: Texts, state: State, clock: ManualClock) -> None:
    written, reader = clock.now(), private_half(state)
    mark = texts.write(WORDS)
    assert texts.deadline(written) <= written + timedelta(days=28)
    clock.advance(timedelta(days=28))
    assert texts.read(mark, reader) is None
    Reaper(state).step(clock.now())
    assert list(state.texts.iterdir()) == []


def test_what_steers_a_terminal_or_turns_text_round_is_left_out(texts: Texts, state: State) -> None:
    mark = texts.write("viel\x1b[2J van de\u202e trap\nom 9 uur")
    assert texts.read(mark, private_half(state)) == "viel[2J van de trap\nom 9 uur"


@pytest.mark.parametrize("text", ["", "  \n", "a" * (LONGEST + 1)])
def test_an_empty_or_endless_text_is_refused(texts: Texts, text: str) -> None:
    with pytest.raises(UsageRefused):
        texts.write(text)


@pytest.mark.parametrize("mark", ["", "*", "../../etc/passwd", "0" * 64])
def test_what_is_no_mark_finds_nothing(texts: Texts, state: State, mark: str) -> None:
    assert texts.read(mark, private_half(state)) is None
