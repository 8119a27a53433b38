"""The audit trail: chained, shared by processes, honest about power cuts and tampering."""

import json
import multiprocessing
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from retention.base.audit import Trail, system_actor
from retention.base.clock import SystemClock
from retention.base.errors import DiskRefused
from retention.base.state import State
from tests.support.clock import ManualClock


@pytest.fixture
def trail(state: State, clock: ManualClock) -> Trail:
    return Trail(state, clock)


def files(state: State) -> list[Path]:
    return sorted(state.audit.glob("*.jsonl"))


def acts(trail: Trail) -> list[str]:
    return [entry.act for entry in trail.entries()]


def edit(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


def test_a_note_tells_who_did_what_and_whose_time_was_looked_at(trail: Trail, clock: ManualClock) -> None:
    hour = (clock.now() - timedelta(hours=1), clock.now())
    trail.note("footage.look", actor="desk:ann", about="entree", category="incident", span=hour)
    (entry,) = trail.entries()
    assert (entry.number, entry.at, entry.act, entry.actor) == (1, clock.now(), "footage.look", "desk:ann")
    assert (entry.about, entry.category, entry.span) == ("entree", "incident", hour)


def test_an_untouched_trail_over_three_days_verifies(trail: Trail, clock: ManualClock, state: State) -> None:
    for number in range(9):
        trail.note(f"act-{number}", actor="os:test")
        clock.advance(hours=7)
    assert len(files(state)) == 3
    assert trail.verify() == []
    assert trail.examine().entries == 9


def test_the_first_line_of_a_day_names_the_last_of_the_day_before(
    trail: Trail, clock: ManualClock, state: State
) -> None:
    trail.note("one", actor="os:test")
    clock.advance(days=3)
    trail.note("two", actor="os:test")
    first, second = (json.loads(path.read_text()) for path in files(state))
    assert second["previous"] == first["hash"]


@pytest.mark.parametrize(
    "tamper",
    [
        lambda lines: [lines[0], lines[1].replace(b"act-1", b"act-x"), *lines[2:]],
        lambda lines: [lines[0], *lines[2:]],
        lambda lines: lines[1:],
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: [*lines[:2], b'{"note": "nothing to see"}\n', *lines[2:]],
        lambda lines: [lines[0], lines[0], *lines[1:]],
    ],
    ids=["changed", "taken out", "start taken away", "swapped", "put in", "doubled"],
)
def test_tampering_is_found(trail: Trail, state: State, tamper: Callable[[list[bytes]], list[bytes]]) -> None:
    for number in range(4):
        trail.note(f"act-{number}", actor="os:test")
    edit(files(state)[0], tamper)
    assert trail.verify() != []


def test_a_whole_day_taken_away_is_found(trail: Trail, clock: ManualClock, state: State) -> None:
    for _ in range(3):
        trail.note("look", actor="os:test")
        clock.advance(days=1)
    files(state)[1].unlink()
    assert len(trail.verify()) == 1


@pytest.mark.parametrize("kept", range(1, 60, 7))
def test_a_line_torn_by_a_power_cut_stays_is_told_and_the_chain_goes_on(trail: Trail, state: State, kept: int) -> None:
    trail.note("whole", actor="os:test")
    trail.note("torn", actor="os:test")
    edit(files(state)[0], lambda lines: [lines[0], lines[1][:kept]])
    assert trail.verify() == []
    assert "torn" in trail.examine().remarks[0]
    trail.note("after", actor="os:test")
    trail.note("later", actor="os:test")
    assert acts(trail) == ["whole", "after", "later"]
    assert trail.verify() == []
    assert "the chain goes on" in trail.examine().remarks[0]


def test_a_line_torn_at_the_end_of_a_day_is_named_by_the_next_day(
    trail: Trail, clock: ManualClock, state: State
) -> None:
    trail.note("whole", actor="os:test")
    trail.note("torn", actor="os:test")
    edit(files(state)[0], lambda lines: [lines[0], lines[1][:30]])
    clock.advance(days=1)
    trail.note("next day", actor="os:test")
    assert (acts(trail), trail.verify(), len(trail.examine().remarks)) == (["whole", "next day"], [], 1)


def test_a_first_line_torn_does_not_stop_the_trail(trail: Trail, state: State) -> None:
    trail.note("torn", actor="os:test")
    edit(files(state)[0], lambda lines: [lines[0][:20]])
    trail.note("first", actor="os:test")
    assert (acts(trail), trail.verify()) == (["first"], [])


def test_a_whole_line_that_lacks_only_its_line_end_counts(trail: Trail, state: State) -> None:
    trail.note("one", actor="os:test")
    edit(files(state)[0], lambda lines: [lines[0].rstrip(b"\n")])
    trail.note("two", actor="os:test")
    assert (acts(trail), trail.verify()) == (["one", "two"], [])


def test_torn_bytes_taken_away_later_are_missed(trail: Trail, state: State) -> None:
    trail.note("one", actor="os:test")
    trail.note("torn", actor="os:test")
    edit(files(state)[0], lambda lines: [lines[0], lines[1][:30]])
    trail.note("two", actor="os:test")
    edit(files(state)[0], lambda lines: [lines[0], lines[2]])
    assert trail.verify() != []


def test_a_clock_run_back_over_midnight_keeps_the_order_of_writing(
    trail: Trail, clock: ManualClock, state: State
) -> None:
    trail.note("one", actor="os:test")
    clock.step(days=-2)
    trail.note("two", actor="os:test")
    assert (acts(trail), trail.verify(), len(files(state))) == (["one", "two"], [], 1)


def test_entries_of_a_span_leave_out_the_rest(trail: Trail, clock: ManualClock) -> None:
    start = clock.now()
    for number in range(5):
        trail.note(f"act-{number}", actor="os:test")
        clock.advance(hours=1)
    since: datetime = start + timedelta(hours=1)
    assert [entry.act for entry in trail.entries(since, since + timedelta(hours=2))] == ["act-1", "act-2"]


def test_a_span_of_all_time_takes_everything(trail: Trail) -> None:
    trail.note("visit.list", actor="os:test")
    ends = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    assert len(list(trail.entries(*ends))) == 1


def test_lines_of_one_act_are_found_among_others(trail: Trail) -> None:
    for act in ("visit.list", "review.signed", "review.signed.not"):
        trail.note(act, actor="os:test", about='"act":"review.signed"')
    assert [entry.number for entry in trail.entries(act="review.signed")] == [2]


def test_days_past_their_term_go_and_what_remains_still_verifies(
    trail: Trail, clock: ManualClock, state: State
) -> None:
    for number in range(6):
        trail.note(f"act-{number}", actor="os:test")
        clock.advance(days=1)
    assert trail.forget_before(clock.now().date() - timedelta(days=3)) == 3
    assert (acts(trail), trail.verify(), len(files(state))) == (["act-3", "act-4", "act-5"], [], 3)


def test_with_every_day_past_its_term_the_chain_goes_on_from_where_it_was(trail: Trail, clock: ManualClock) -> None:
    trail.note("old", actor="os:test")
    clock.advance(days=400)
    trail.forget_before(clock.now().date())
    trail.note("new", actor="os:test")
    (entry,) = trail.entries()
    assert (entry.number, entry.act, trail.verify()) == (2, "new", [])


def test_a_line_torn_on_the_last_day_that_goes_is_still_accounted_for(
    trail: Trail, clock: ManualClock, state: State
) -> None:
    trail.note("whole", actor="os:test")
    trail.note("torn", actor="os:test")
    edit(files(state)[0], lambda lines: [lines[0], lines[1][:30]])
    clock.advance(days=1)
    trail.note("after", actor="os:test")
    trail.forget_before(clock.now().date())
    assert (acts(trail), trail.verify()) == (["after"], [])


def test_a_crash_between_anchor_and_files_leaves_a_trail_that_verifies(
    trail: Trail, clock: ManualClock, state: State
) -> None:
    trail.note("old", actor="os:test")
    clock.advance(days=2)
    trail.note("new", actor="os:test")
    old = files(state)[0].read_bytes(), files(state)[0]
    trail.forget_before(clock.now().date())
    old[1].write_bytes(old[0])
    assert (acts(trail), trail.verify()) == (["new"], [])
    trail.forget_before(clock.now().date())
    assert not old[1].exists()


@pytest.mark.parametrize("anchor", ["", "{}", '{"before": "2027-03-04", "number": 1, "hash": "0", "torn": null}'])
def test_a_changed_anchor_is_found(trail: Trail, clock: ManualClock, state: State, anchor: str) -> None:
    for _ in range(3):
        trail.note("look", actor="os:test")
        clock.advance(days=1)
    trail.forget_before(clock.now().date() - timedelta(days=1))
    (state.audit / "anchor.json").write_text(anchor)
    assert trail.verify() != []


def _write_many(state: State, who: str) -> None:
    trail = Trail(state, SystemClock())
    for _ in range(50):
        trail.note("look", actor=who)


def test_four_processes_appending_at_once_make_one_chain(state: State, trail: Trail) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_write_many, args=(state, f"os:{number}")) for number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert trail.verify() == []
    assert trail.examine().entries == 200


def test_a_trail_that_cannot_be_written_says_so(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "audit").write_text("a file where the folder should be")
    with pytest.raises(DiskRefused, match="audit trail"):
        Trail(State(tmp_path), clock).note("look", actor="os:test")


def test_the_actor_of_a_command_is_the_operating_system_user() -> None:
    assert system_actor().startswith("os:")


def test_days_past_their_year_are_forgotten_and_the_rest_still_verifies(state: State, clock: ManualClock) -> None:
    trail = Trail(state, clock)
    for _ in range(4):
        trail.note("looked", actor="os:test")
        clock.advance(days=1)
    assert trail.forget_before(clock.now().date() - timedelta(days=2)) == 2
    trail.note("looked", actor="os:test")
    assert trail.verify() == []
    assert [entry.number for entry in trail.entries()] == [3, 4, 5]


def test_a_trail_that_forgot_all_its_days_goes_on_from_where_it_was(state: State, clock: ManualClock) -> None:
    trail = Trail(state, clock)
    trail.note("looked", actor="os:test")
    trail.forget_before(clock.now().date() + timedelta(days=1))
    clock.advance(days=1)
    trail.note("looked", actor="os:test")
    assert [entry.number for entry in trail.entries()] == [2]
    assert trail.verify() == []


def test_a_line_taken_from_the_start_of_what_is_kept_is_found(state: State, clock: ManualClock) -> None:
    trail = Trail(state, clock)
    for _ in range(3):
        trail.note("looked", actor="os:test")
        clock.advance(days=1)
    trail.forget_before(clock.now().date() - timedelta(days=2))
    (state.audit / f"{(clock.now() - timedelta(days=2)).date()}.jsonl").unlink()
    assert trail.verify() != []


@pytest.fixture
def week(trail: Trail, clock: ManualClock, state: State) -> list[Path]:
    """Three lines on each of seven days, 2 to 8 March."""
    for _ in range(7):
        for number in range(3):
            trail.note("visit.list", actor="os:test", about=str(number))
        clock.advance(days=1)
    return files(state)


FOURTH, SIXTH = date(2027, 3, 4), date(2027, 3, 6)


def test_some_days_of_the_chain_verify_by_themselves(trail: Trail, week: list[Path]) -> None:
    assert trail.examine_days(FOURTH, SIXTH).problems == ()
    assert trail.examine_days(date(2026, 1, 1), date(2028, 1, 1)).problems == ()
    assert trail.examine_days(date(2028, 1, 1), date(2028, 2, 1)).problems == ()


@pytest.mark.parametrize("day", [2, 3, 4], ids=["first", "middle", "last"])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_line_taken_away_from_those_days_is_found(trail: Trail, week: list[Path], day: int, number: int) -> None:
    edit(week[day], lambda lines: lines[:number] + lines[number + 1 :])
    assert trail.examine_days(FOURTH, SIXTH).problems != ()


def test_a_whole_day_taken_away_from_those_days_is_found(trail: Trail, week: list[Path]) -> None:
    for path in week[2:5]:
        path.unlink()
    assert trail.examine_days(FOURTH, SIXTH).problems != ()


def test_what_happened_to_other_days_is_not_told_of_these(trail: Trail, week: list[Path]) -> None:
    edit(week[0], lambda lines: lines[1:])
    edit(week[6], lambda lines: lines[:1])
    assert trail.examine_days(FOURTH, SIXTH).problems == ()
    assert trail.examine().problems != ()


def test_days_after_a_torn_line_verify(trail: Trail, week: list[Path], clock: ManualClock) -> None:
    week[-1].write_bytes(week[-1].read_bytes() + b'{"number": 22, "at"')
    trail.note("visit.list", actor="os:test")
    today = clock.now().date()
    assert trail.examine_days(today, today).problems == ()
