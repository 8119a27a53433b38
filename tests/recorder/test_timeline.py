"""Recorded and gaps tile any span: no overlap, no silent hole, the right cause, whatever files and journal say."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.causes import Cause
from recorder.journal import Entry, Journal, damaged_lines, read
from recorder.timeline import EDGE, Known, Present, Span, tile
from tests.support.clock import ManualClock

NOON = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)
TERM = timedelta(hours=96)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def spans(*seconds: tuple[float, float]) -> list[Span]:
    return [(at(begin), at(end)) for begin, end in seconds]


def told(entries: list[tuple[float, Cause | None]], boot: str = "boot-1") -> list[Entry]:
    return [Entry(at(moment), cause, boot) for moment, cause in entries]


def short(
    seconds: list[tuple[float, float]],
    entries: list[Entry],
    now: float,
    *,
    start: float = 0,
    end: float = 1e6,
    boot: str = "boot-1",
    damaged: list[tuple[float, float]] | None = None,
    fates: dict[int, Cause] | None = None,
) -> list[tuple[str, float, float]]:
    """The timeline in short; `fates` by minutes after noon."""
    destroyed = {int(NOON.timestamp()) + minute * 60: cause for minute, cause in (fates or {}).items()}
    newest = max((min(at(finish), at(now)) for begin, finish in seconds if begin < now), default=None)
    known = Known(
        spans=spans(*seconds),
        entries=entries,
        present=Present(at(now), boot, TERM),
        newest=newest,
        damaged=spans(*(damaged or [])),
        fate=destroyed.get,
    )
    return [
        (str(one.cause or one.state), (one.start - NOON).total_seconds(), (one.end - NOON).total_seconds())
        for one in tile(at(start), at(end), known)
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


def test_an_evicted_minute_is_told_from_its_tombstone_up_to_the_footage_after_it() -> None:
    found = short([(0, 60), (135, 300)], told([(0, None)]), 300, fates={1: Cause.EVICTED})

    assert found == [("recorded", 0, 60), ("evicted", 60, 135), ("recorded", 135, 300)]


def test_a_part_that_begins_in_what_spilled_out_of_an_evicted_minute_says_the_same() -> None:
    found = short([(0, 60), (135, 300)], told([(0, None)]), 300, start=125, end=130, fates={1: Cause.EVICTED})

    assert found == [("evicted", 125, 130)]


def test_what_is_lost_after_an_evicted_minute_is_no_spill_of_it() -> None:
    found = short([(0, 60), (200, 300)], told([(0, None)]), 300, fates={1: Cause.EVICTED})

    assert found[1:3] == [("evicted", 60, 120), ("lost", 120, 200)]


def test_a_minute_in_which_the_camera_failed_keeps_that_cause_when_it_is_evicted() -> None:
    found = short([(180, 300)], told([(0, None), (30, Cause.STALLED), (180, None)]), 300, fates={0: Cause.EVICTED})

    assert found == [("evicted", 0, 30), ("stalled", 30, 180), ("recorded", 180, 300)]


def test_a_term_that_was_shorter_once_left_expired_minutes() -> None:
    assert short([(60, 90)], told([(0, None)]), 90, fates={0: Cause.EXPIRED})[0] == ("expired", 0, 60)


def test_what_is_known_to_be_damaged_says_so() -> None:
    found = short([(0, 20), (25, 60)], told([(0, None)]), 60, damaged=[(20, 25)])

    assert found == [("recorded", 0, 20), ("damaged", 20, 25), ("recorded", 25, 60)]


def test_footage_of_a_future_that_a_jumping_clock_left_is_no_footage_yet() -> None:
    entries = told([(0, None), (60, Cause.STALLED)])

    assert short([(0, 60), (5_000, 6_000)], entries, 90) == [("recorded", 0, 60), ("stalled", 60, 90)]


def test_a_recorder_that_fell_silent_is_no_loss_though_footage_of_the_future_is_there() -> None:
    assert short([(0, 60), (5_000, 6_000)], told([(0, None)]), 90)[1:] == [("stopped", 60, 90)]


moments = st.integers(0, 2_000)
journals = st.lists(st.tuples(moments, st.sampled_from([None, *Cause])), max_size=12)
files = st.lists(st.tuples(moments, st.integers(1, 300)), max_size=12)
fates = st.dictionaries(st.integers(0, 33), st.sampled_from([Cause.EXPIRED, Cause.EVICTED]), max_size=6)


@settings(max_examples=150, deadline=None)
@given(
    sizes=files,
    journal=journals,
    harmed=files,
    destroyed=fates,
    start=st.integers(0, 1_000),
    length=st.integers(1, 2_000),
    now=st.integers(0, 2_500),
)
def test_the_timeline_tiles_any_span_and_a_part_of_it_is_the_same_part(
    *,
    sizes: list[tuple[int, int]],
    journal: list[tuple[int, Cause | None]],
    harmed: list[tuple[int, int]],
    destroyed: dict[int, Cause],
    start: int,
    length: int,
    now: int,
) -> None:
    covered = [(begin, begin + size) for begin, size in sizes]
    damaged = [(float(begin), float(begin + size)) for begin, size in harmed]
    entries = told(sorted(dict(journal).items()))

    def asked(begin: float, finish: float) -> list[tuple[str, float, float]]:
        return short(covered, entries, now, start=begin, end=finish, damaged=damaged, fates=destroyed)

    whole, part = asked(-200, 5_000), asked(start, start + length)

    assert part == clipped(whole, start, start + length)
    assert all(begin < finish for _, begin, finish in whole)
    assert all(before[2] == after[1] and before[0] != after[0] for before, after in pairwise(whole))
    recorded = {second for begin, finish in covered for second in range(begin, finish)}
    for cause, begin, finish in whole:
        for second in range(int(begin), int(finish)):
            assert (cause == "recorded") == (second in recorded)
    assert whole[0][1] == -200
    assert now - EDGE.total_seconds() < whole[-1][2] <= now


def clipped(whole: list[tuple[str, float, float]], start: float, end: float) -> list[tuple[str, float, float]]:
    cut = ((cause, max(begin, start), min(finish, end)) for cause, begin, finish in whole)
    return [one for one in cut if one[1] < one[2]]


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


def test_a_line_with_a_flipped_bit_counts_for_nothing(tmp_path: Path, clock: ManualClock) -> None:
    journal = Journal(tmp_path / "gaps.log", clock)
    for second, cause in enumerate([None, Cause.UNREACHABLE, Cause.STALLED]):
        journal.note(at(second), cause)
    content = bytearray(journal.path.read_bytes())
    content[content.index(b"unreachable") - 20] ^= 1  # in its moment
    journal.path.write_bytes(content)

    assert [entry.cause for entry in read(journal.path)] == [None, Cause.STALLED]
    assert damaged_lines(journal.path) == 1


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
