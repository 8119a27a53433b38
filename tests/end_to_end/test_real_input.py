"""A day in a lobby on real input: RTSP, a real window, real paper, a real browser, a power cut; and the fifth day.

Short in the first tier, in full in the long one. Each test asks one question about what was seen.
"""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.end_to_end.colleague import NAME
from tests.end_to_end.day import Day, Plan, Seen

SHORT = Plan(("Anna de Boer", "Mehmet Yilmaz", "Jan Jansen"), leaving=1, capture=timedelta(seconds=30))
FIRST = ("Aafke", "Bram", "Chantal", "Driss", "Elif", "Fons", "Guusje", "Hamza", "Ingrid", "Joop")
LAST = ("Bakker", "de Wit")
FULL = Plan(tuple(f"{first} {last}" for last in LAST for first in FIRST), leaving=10, capture=timedelta(minutes=10))
# A frame more or less between two segments is a camera's rhythm, not a hole.
SLACK = timedelta(milliseconds=1)

pytestmark = pytest.mark.timeout(480)


@pytest.fixture(scope="module", params=[SHORT, pytest.param(FULL, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
def plan(request: pytest.FixtureRequest) -> Plan:
    chosen: Plan = request.param
    return chosen


@pytest.fixture(scope="module")
def seen(plan: Plan, tmp_path_factory: pytest.TempPathFactory, film: Path, browser: Browser) -> Seen:
    return Day(tmp_path_factory.mktemp("day"), plan, film, browser).live()


def test_visitors_sign_in_and_out_at_the_screen(seen: Seen, plan: Plan) -> None:
    states = {visit["name"]: visit["state"] for visit in seen.visits}
    left = dict.fromkeys(plan.names[: plan.leaving], "left")
    assert states == {**dict.fromkeys(plan.names, "on_site"), **left}


def test_the_list_holds_who_is_inside(seen: Seen, plan: Plan) -> None:
    assert sorted(seen.on_list) == sorted(plan.names[plan.leaving :])


def test_the_list_comes_out_on_paper(seen: Seen, plan: Plan) -> None:
    assert [name for name in plan.names[plan.leaving :] if name not in seen.on_paper] == []


def test_footage_plays_in_the_browser_from_the_middle(seen: Seen) -> None:
    middle, start = seen.glimpses
    assert middle.playhead > start.playhead
    assert 0 <= middle.frame < 250
    assert middle.frame != start.frame


def test_every_look_is_on_record(seen: Seen) -> None:
    assert NAME in seen.looks
    assert "entree" in seen.looks


def test_nobody_is_lost_in_a_power_cut(seen: Seen) -> None:
    assert seen.visits_after_the_cut == seen.visits


def test_the_timeline_tells_of_the_power_cut(seen: Seen) -> None:
    assert seen.before_the_cut
    gaps = [span for span in seen.timeline if span["state"] == "gap"]
    late = [span for span in gaps if datetime.fromisoformat(span["end"]) > seen.before_the_cut]
    assert late
    assert all(span["cause"] for span in late)


def test_the_timeline_tiles_its_span(seen: Seen) -> None:
    ends = [datetime.fromisoformat(span["end"]) for span in seen.timeline[:-1]]
    starts = [datetime.fromisoformat(span["start"]) for span in seen.timeline[1:]]
    assert [pair for pair in zip(ends, starts, strict=True) if abs(pair[0] - pair[1]) > SLACK] == []


def test_files_slots_and_rows_agree_after_a_power_cut(seen: Seen) -> None:
    assert seen.recorder_check
    assert seen.recorder_check.code == 0, seen.recorder_check.out + seen.recorder_check.err


def test_the_services_end_when_asked(seen: Seen) -> None:
    assert seen.exit_code == 0


def test_no_name_and_no_key_stands_readable_while_everything_runs(seen: Seen) -> None:
    wrapped = [line for line in seen.found_while_alive if not line.startswith("a wrapped")]
    assert wrapped == []


def test_the_search_would_find_what_is_there(seen: Seen) -> None:
    assert [line for line in seen.found_while_alive if line.startswith("a wrapped private half in keys/")]


def test_on_the_fifth_day_everything_due_is_destroyed(seen: Seen) -> None:
    assert seen.step
    assert seen.check
    assert seen.step.code == 0, seen.step.out + seen.step.err
    assert seen.check.code == 0, seen.check.out + seen.check.err


def test_on_the_fifth_day_no_name_no_file_key_and_no_private_half_is_anywhere(seen: Seen) -> None:
    assert seen.found_afterwards == []


def test_a_copy_of_before_tells_nothing_with_the_keys_of_after(seen: Seen) -> None:
    assert seen.copies == []
