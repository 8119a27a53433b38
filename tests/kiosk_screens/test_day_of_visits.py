"""A day at the door in one process: visitor after visitor, and nothing of them stays, neither a name nor an object."""

import gc
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from retention.base.forgetful import forgetful
from tests.kiosk_screens.day_of_visits import CANARY, Day, holders
from tests.kiosk_screens.test_app import Glass, glass, office
from tests.project.house import ROOT
from tests.support.bars import Bars

__all__ = ["glass", "office"]


def test_a_dozen_visitors_leave_no_name_and_no_object_behind(glass: Glass) -> None:
    day, counts = Day(glass, 1), []
    for number in range(12):
        day.visit()
        if number % 6 == 5:
            glass.frames.advance(1)
            gc.collect()
            counts.append(len(gc.get_objects()))
    # The roll remembers where the last few records stand; nothing else grows.
    assert counts[1] - counts[0] < 200
    assert holders(f"{CANARY}1") == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_two_thousand_visitors_in_a_day_need_no_more_memory_than_the_first_two_hundred(
    tmp_path: Path, bars: Bars
) -> None:
    """In a process of its own, with the allocator of the kiosk: what it keeps and what it hands back is what counts."""
    words = [sys.executable, "-m", "tests.kiosk_screens.day_of_visits", "2000", str(tmp_path)]
    done = subprocess.run(words, env=forgetful(os.environ), cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=3500)
    told = json.loads(done.stdout.splitlines()[-1])
    _, objects, used, resident = zip(*told["measured"], strict=True)
    print(told)  # shown where a bar is missed
    # The night that begins a new day, after some thousand visits, brings objects of its own, once.
    bars.at_most("2,000 visits: objects of Python more, in all", objects[-1] - objects[0], 500)
    bars.at_most("2,000 visits: more in use, in all", used[-1] - used[0], 500, "kB")
    third = len(resident) // 3  # it goes up and down by a megabyte, so what is usual early and late
    bars.at_most("2,000 visits: more of the machine", median(resident[-third:]) - median(resident[:third]), 2000, "kB")
    bars.at_most("2,000 visits: names left in memory", told["left"], 0)
