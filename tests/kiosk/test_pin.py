"""The PIN of staff: only its hash is kept, guessing gets slower, and neither plug nor full disk helps a guesser."""

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import pin
from kiosk.app import Counter
from kiosk.errors import PinUnreadable
from kiosk.pin import FREE_TRIES, PinLock, pin_path, set_pin
from kiosk.shutter import DayShutter
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.config import KioskSection
from retention.base.errors import UsageRefused
from retention.base.service import Life
from retention.base.state import State
from retention.base.trusted import TrustedTime
from tests.support.clock import ManualClock
from tests.support.state import make_config, write_config

KIOSK = KioskSection()


@pytest.fixture(autouse=True)
def quick_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real hash, with the least of work: these tests try often."""
    monkeypatch.setattr(pin, "COST", (1, 8, 1))


@pytest.fixture
def lock(state: State, clock: ManualClock) -> PinLock:
    set_pin(pin_path(KIOSK, state), "4711")
    return PinLock(KIOSK, state, clock)


def test_the_right_pin_opens_and_a_wrong_one_does_not(lock: PinLock) -> None:
    assert lock.opens("4711")
    assert not lock.opens("4712")
    assert not lock.opens("")


def test_the_file_holds_a_hash_that_others_cannot_read(lock: PinLock, state: State) -> None:
    path = pin_path(KIOSK, state)
    assert path.read_text().startswith("$argon2id$")
    assert "4711" not in path.read_text()
    assert path.stat().st_mode & 0o007 == 0


def test_five_wrong_tries_make_everybody_wait_and_longer_each_time(lock: PinLock, clock: ManualClock) -> None:
    for _ in range(4):
        lock.opens("0000")
    assert (lock.wait(), lock.guessed) == (0.0, False)
    waits = []
    for _ in range(7):
        lock.opens("0000")
        waits.append(lock.wait())
        assert not lock.opens("4711")  # the right one does not count either
        clock.advance(seconds=lock.wait())
    assert waits == [30, 60, 120, 240, 480, 900, 900]
    assert lock.guessed
    assert lock.opens("4711")
    assert (lock.wait(), lock.guessed) == (0.0, False)


def test_pulling_the_plug_wins_no_try(lock: PinLock, state: State, clock: ManualClock) -> None:
    for _ in range(5):
        lock.opens("0000")
    again = PinLock(KIOSK, state, clock)
    assert again.wait() == 30
    assert not again.opens("4711")


@pytest.mark.parametrize("content", ["{", '{"wrong": -9}', '{"wrong": Infinity}', "[" * 5_000])
def test_a_count_that_cannot_be_read_lets_nobody_guess(state: State, clock: ManualClock, content: str) -> None:
    (state.run / "kiosk-pin.json").write_text(content)
    assert PinLock(KIOSK, state, clock).wait() == 30


def test_without_a_pin_nothing_opens(state: State, clock: ManualClock) -> None:
    lock = PinLock(KIOSK, state, clock)
    assert not lock.exists()
    with pytest.raises(PinUnreadable):
        lock.opens("")


DAMAGED = [b"\xff\x00", b"", b"$argon2id$v=19$m=8,t=1,p=1$", b"$argon2id$v=19$m=0,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_file_that_cannot_be_read_opens_nothing_and_is_no_guess(lock: PinLock, state: State, content: bytes) -> None:
    pin_path(KIOSK, state).write_bytes(content)
    for _ in range(FREE_TRIES + 1):
        with pytest.raises(PinUnreadable):
            lock.opens("4711")
    assert (lock.exists(), lock.guessed, lock.wait()) == (True, False, 0.0)


def test_what_stands_in_the_place_of_the_file_is_no_guess_either(lock: PinLock, state: State) -> None:
    pin_path(KIOSK, state).unlink()
    assert (lock.exists(), lock.unreadable) == (False, False)
    with pytest.raises(PinUnreadable):
        lock.opens("4711")
    assert not lock.guessed


def test_health_says_in_a_sentence_that_the_pin_cannot_be_read(state: State, clock: ManualClock) -> None:
    set_pin(pin_path(KIOSK, state), "4711")
    counter = Counter(Office(make_config(state.directory), state, clock), Life())
    told = [problem.sentence for problem in counter._problems()]
    pin_path(KIOSK, state).write_bytes(b"\xff\x00")
    broken = [problem.sentence for problem in counter._problems()]
    counter.close()
    assert (told, [sentence.split(":")[0] for sentence in broken]) == (
        [],
        ["the PIN of the screen by the door cannot be read"],
    )


@pytest.mark.parametrize("digits", ["", "123", "123456789", "1234", "4321", "7777", "47a1", "٤٧١١"])
def test_a_pin_that_everybody_tries_first_is_refused(digits: str, tmp_path: Path) -> None:
    with pytest.raises(UsageRefused):
        set_pin(tmp_path / "pin", digits)


def test_the_command_takes_the_pin_from_standard_input_and_notes_that_it_was_set(
    state: State, clock: ManualClock, tmp_path: Path
) -> None:
    path = tmp_path / "pin"
    config = write_config(
        tmp_path / "portier.toml", {"state": {"directory": state.directory}, "kiosk": {"pin_file": path}}
    )
    words = [sys.executable, "-m", "portier", "--config", str(config), "account", "pin"]
    done = subprocess.run(words, input="471108\n", capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "471108" not in done.stdout + done.stderr + path.read_text()
    assert [entry.act for entry in Trail(state, clock).entries()] == ["kiosk.pin"]
    assert path.read_text().startswith("$argon2id$")


# The shutter


@pytest.fixture
def office(state: State, clock: ManualClock) -> Office:
    return Office(make_config(state.directory), state, clock)


def test_a_screen_closed_for_today_stays_closed_over_a_restart_and_opens_the_next_day(
    office: Office, clock: ManualClock
) -> None:
    DayShutter(office).close()
    again = DayShutter(office)
    assert again.is_closed()
    clock.advance(hours=24)
    assert not again.is_closed()


def test_a_note_nested_beyond_reason_closes_nothing(office: Office, state: State) -> None:
    (state.run / "kiosk-closed.json").write_text("[" * 5_000)
    assert not DayShutter(office).is_closed()


def test_a_system_clock_that_is_set_back_opens_and_closes_nothing(
    office: Office, state: State, clock: ManualClock
) -> None:
    TrustedTime(state, clock).advance()
    shutter = DayShutter(office)
    shutter.close()
    clock.step(days=-2)
    assert (shutter.is_closed(), DayShutter(office).is_closed()) == (True, True)


def test_opening_it_opens_it_for_good(office: Office, state: State, clock: ManualClock) -> None:
    shutter = DayShutter(office)
    shutter.close()
    shutter.open()
    assert not DayShutter(office).is_closed()
    assert [entry.act for entry in Trail(state, clock).entries()] == ["kiosk.close", "kiosk.open"]


def test_a_disk_that_takes_nothing_keeps_nobody_from_closing_it(office: Office, state: State) -> None:
    shutter = DayShutter(office)
    state.run.rename(state.run.with_name("elsewhere"))
    state.run.write_text("in the way")
    shutter.close()
    assert shutter.is_closed()
