"""Recorded and gaps tile any span: no overlap, no silent hole, the right cause, whatever files and journal say."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.causes import Cause
from recorder.footprints import Footprint
from recorder.journal import Entry, Journal, read
from recorder.timeline import EDGE, Present, tile
from tests.support.clock import ManualClock

NOON = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)
TERM = timedelta(hours=96)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def covered(*spans: tuple[float, float]) -> list[Footprint]:
    return [
        Footprint(Path(str(begin)), 0, "", at(begin), at(end), chunks=1, bytes=1, closed=True) for begin, end in spans
    ]


def told(entries: list[tuple[float, Cause | None]], boot: str = "boot-1") -> list[Entry]:
    return [Entry(at(moment), cause, boot) for moment, cause in entries]


def short(
    spans: list[tuple[float, float]], entries: list[Entry], now: float, *, start: float = 0, boot: str = "boot-1"
) -> list[tuple[str, float, float]]:
    found = tile(at(start), at(1e6), covered(*spans), entries, Present(at(now), boot, TERM))
    return [
        (str(one.cause or one.state), (one.start - NOON).total_seconds(), (one.end - NOON).total_seconds())
        for one in found
    ]


def test_a_hole_gets_the_cause_that_was_written_down() -> None:
    entries = told([(0, None), (60, Cause.STALLED), (80, None)])

    assert short([(0, 60), (80, 200)], entries, 200) == [
        ("recorded", 0, 60),
        ("stalled", 60, 80),
        ("recorded", 80, 200),
    ]


def test_a_hole_is_cut_where_its_cause_changes() -> None:
    entries = told([(0, None), (60, Cause.RESTARTED), (70, Cause.UNREACHABLE), (75, Cause.UNAUTHORISED), (80, None)])

    assert [row[0] for row in short([(0, 60), (80, 90)], entries, 90)] == [
        "recorded",
        "restarted",
        "unreachable",
        "unauthorised",
        "recorded",
    ]


def test_what_the_camera_holds_in_memory_is_neither_recorded_nor_a_gap() -> None:
    assert short([(0, 60)], told([(0, None)]), 61.5) == [("recorded", 0, 60)]


def test_a_recorder_that_fell_silent_is_a_gap_up_to_now() -> None:
    assert short([(0, 60)], told([(0, None)]), 200)[-1] == ("stopped", 60, 200)


def test_after_a_power_cut_the_gap_says_so_before_the_recorder_is_back() -> None:
    assert short([(0, 60)], told([(0, None)]), 61, boot="boot-2")[-1] == ("power_lost", 60, 61)


def test_footage_that_was_there_and_is_not_any_more_is_lost() -> None:
    assert short([(0, 60), (120, 180)], told([(0, None)]), 180)[1] == ("lost", 60, 120)


def test_before_its_first_start_a_camera_was_disabled() -> None:
    assert short([(0, 60)], told([(0, None)]), 60, start=-100)[0] == ("disabled", -100, 0)


def test_what_is_past_its_term_is_expired_whatever_was_written_down() -> None:
    now = TERM.total_seconds() + 600
    entries = told([(0, None), (300, Cause.STALLED), (3_000, None)])

    found = short([(3_000, now)], entries, now)

    # The minute that is just past its term ends 660 seconds after noon.
    assert found[:2] == [("expired", 0, 660), ("stalled", 660, 3_000)]


def test_a_group_that_reached_out_of_its_expired_minute_is_expired_too() -> None:
    now = TERM.total_seconds() + 600

    assert short([(665, now)], told([(0, None)]), now)[0] == ("expired", 0, 665)


def test_overlapping_files_are_recorded_once() -> None:
    assert short([(0, 60), (30, 90), (90, 100)], told([(0, None)]), 100) == [("recorded", 0, 100)]


moments = st.integers(0, 2_000)
journals = st.lists(st.tuples(moments, st.sampled_from([None, *Cause])), max_size=12)
files = st.lists(st.tuples(moments, st.integers(1, 300)), max_size=12)


@settings(max_examples=300, deadline=None)
@given(files, journals, st.integers(0, 1_000), st.integers(1, 2_000), st.integers(0, 2_500))
def test_the_timeline_tiles_the_span(
    spans: list[tuple[int, int]], entries: list[tuple[int, Cause | None]], start: int, length: int, now: int
) -> None:
    present = Present(at(now), "boot-1", TERM)
    found = tile(
        at(start),
        at(start + length),
        covered(*((begin, begin + size) for begin, size in spans)),
        told(sorted(entries, key=lambda entry: entry[0])),
        present,
    )

    assert all(one.start < one.end for one in found)
    assert all(before.end == after.start for before, after in pairwise(found))
    assert all((one.state == "gap") == (one.cause is not None) for one in found)
    recorded = {second for begin, size in spans for second in range(begin, begin + size)}
    for one in found:
        for second in range(int((one.start - NOON).total_seconds()), int((one.end - NOON).total_seconds())):
            assert (one.state == "recorded") == (second in recorded)
    until = min(at(start + length), at(now))
    if found and found[0].start < until:
        assert found[0].start == at(start)
        assert until - found[-1].end < EDGE


def test_a_journal_entry_counts_from_its_moment_over_earlier_lines(tmp_path: Path, clock: ManualClock) -> None:
    journal = Journal(tmp_path / "gaps.log", clock)
    journal.note(at(0), None)
    journal.note(at(90), Cause.UNREACHABLE)
    journal.note(at(60), Cause.RESTARTED)

    assert [(entry.at, entry.cause) for entry in read(journal.path)] == [(at(0), None), (at(60), Cause.RESTARTED)]


def test_a_line_cut_short_takes_no_other_with_it(tmp_path: Path, clock: ManualClock) -> None:
    journal = Journal(tmp_path / "gaps.log", clock)
    journal.note(at(0), None)
    journal.path.write_bytes(journal.path.read_bytes() + b'{"at": 17')
    journal.note(at(60), Cause.POWER_LOST)

    assert [entry.cause for entry in read(journal.path)] == [None, Cause.POWER_LOST]


def test_what_a_full_disk_refuses_is_written_later(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "entree").write_bytes(b"in the way")
    journal = Journal(tmp_path / "entree" / "gaps.log", clock)
    journal.note(at(0), Cause.DISK_FULL)
    (tmp_path / "entree").unlink()

    journal.note(at(9), None)

    assert [entry.cause for entry in read(journal.path)] == [Cause.DISK_FULL, None]


def test_pruning_keeps_what_is_still_in_force(tmp_path: Path, clock: ManualClock) -> None:
    journal = Journal(tmp_path / "gaps.log", clock)
    entries = told([(second, Cause.STALLED if second % 4 else None) for second in range(0, 3_000, 2)])
    journal.path.write_bytes(b"".join(entry.line() for entry in entries))

    journal.prune(at(2_001))

    assert read(journal.path)[0].at == at(2_000)
    assert read(journal.path)[-1].at == at(2_998)
