"""`portier retention` and `portier clock`, driven as an operator would."""

import json
from collections.abc import Callable
from datetime import timedelta

import click
import pytest
from click.testing import CliRunner, Result

from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.readerkey import public_half
from retention.base.slots import SlotFile
from retention.commands import retention
from retention.timekeeping.commands import clock as clock_group
from tests.retention.conftest import Store
from tests.support.clock import ManualClock

Run = Callable[..., Result]


@pytest.fixture
def run(office: Office) -> Run:
    def run(group: click.Group, *words: str, **more: object) -> Result:
        return CliRunner().invoke(group, words, obj=office, standalone_mode=False, **more)  # type: ignore[arg-type]

    return run


def test_step_destroys_what_is_due_and_says_how_much(store: Store, clock: ManualClock, run: Run) -> None:
    store.minute(clock.now())
    run(retention, "step")
    clock.advance(hours=96)
    done = json.loads(run(retention, "step", "--json").output)
    assert (done["erased"], done["files"], done["failures"]) == (1, 1, [])


def test_step_after_a_jump_of_the_clock_destroys_only_when_the_clock_is_trusted(
    store: Store, clock: ManualClock, run: Run
) -> None:
    path = store.minute(clock.now())
    run(retention, "step")
    clock.step(days=5)
    assert "hidden, not destroyed" in run(retention, "step").output
    assert path.exists()
    run(retention, "step", "--trust-clock")
    assert not path.exists()


def test_trusting_the_clock_is_in_the_trail(store: Store, office: Office, run: Run) -> None:
    run(retention, "step", "--trust-clock")
    run(clock_group, "repair", input="y\n")
    assert [entry.act for entry in Trail(office.state, office.clock).entries()] == ["clock.trusted", "clock.repaired"]


def test_check_is_content_with_a_fresh_office(run: Run) -> None:
    result = run(retention, "check")
    assert (result.return_value, "NOT" in result.output) == (0, False)


@pytest.mark.parametrize("fault", ["late", "no key", "trail"])
def test_check_finds_what_outlived_its_term(
    store: Store, office: Office, clock: ManualClock, run: Run, fault: str
) -> None:
    store.minute(clock.now())
    Trail(office.state, clock).note("looked", actor="os:test")
    assert run(retention, "check").return_value == 0
    if fault == "late":
        clock.advance(hours=97)
    elif fault == "no key":
        SlotFile(store.state, "camera-entree").erase(int(clock.now().timestamp()) // 60 * 60, clock.now())
    else:
        (day,) = store.state.audit.glob("????-??-??.jsonl")
        day.write_text(day.read_text().replace("looked", "blinked"))
    assert run(retention, "check").return_value == 70


def test_check_finds_an_epoch_that_was_given_more_time_than_the_law_allows(
    store: Store, clock: ManualClock, run: Run
) -> None:
    epoch = int(clock.now().timestamp())
    SlotFile(store.state, "camera-entree").claim(epoch, clock.now() + timedelta(hours=97), public_half(store.state))
    result = run(retention, "check")
    assert result.return_value == 70
    assert "1 dated too late" in result.output


def test_due_tells_the_reason_and_what_comes_next(store: Store, clock: ManualClock, run: Run) -> None:
    store.minute(clock.now())
    store.minute(clock.now() + timedelta(minutes=5))
    run(retention, "step")
    clock.advance(hours=96)
    (row,) = json.loads(run(retention, "due", "--json").output)
    assert (row["live"], row["due"], row["why"]) == (2, 1, ["deadline"])


def test_rules_are_printed_in_dutch_unless_asked_otherwise(run: Run) -> None:
    assert "Camerabeelden" in run(retention, "rules").output
    assert "Camera images" in run(retention, "rules", "--language", "en").output
    assert {row["kind"] for row in json.loads(run(retention, "rules", "--json").output)} >= {"footage", "visit"}


def test_clock_status_shows_the_doubt(store: Store, clock: ManualClock, run: Run) -> None:
    run(retention, "step")
    clock.step(hours=3)
    status = json.loads(run(clock_group, "status", "--json").output)
    assert status["in_doubt_seconds"] == 3 * 3600
