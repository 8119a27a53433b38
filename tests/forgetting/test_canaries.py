"""Canary names and canary pictures through a day with crashes, on a disk of their own: afterwards there are none."""

from pathlib import Path

import pytest

from tests.forgetting import canaries
from tests.forgetting.day import CanaryDay, Left
from tests.support.bars import Bars
from tests.support.loopfs import in_memory, made, why_not

SHORT = {"names": 40, "frames": 50, "shift": 40}
FULL = {"names": 10_000, "frames": 1_000, "shift": 300}
MEGABYTES = 400


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(SHORT, id="short"),
        pytest.param(FULL, id="full", marks=[pytest.mark.slow, pytest.mark.timeout(3_600)]),
    ],
)
def plan(request: pytest.FixtureRequest) -> dict[str, int]:
    chosen: dict[str, int] = request.param
    return chosen


@pytest.fixture(scope="module")
def left(plan: dict[str, int], tmp_path_factory: pytest.TempPathFactory, film: Path) -> Left:
    if reason := why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("canaries")
    with in_memory(megabytes=MEGABYTES) as memory, canaries.nothing_shown():
        image = made((memory or folder) / "disk.img", megabytes=MEGABYTES)
        return CanaryDay(folder, image, film, **plan, seed=4).live()


def test_the_day_was_a_real_one(left: Left, plan: dict[str, int]) -> None:
    assert left.visitors == plan["names"]
    assert left.listed >= plan["names"]
    assert left.kills > 0
    assert left.kept > 0
    assert {secret.what for secret in left.secrets} == {
        "a private half",
        "a wrapped private half",
        "a file key",
        "a public half of a site day",
    }


def test_no_key_lives_past_its_deadline(left: Left) -> None:
    assert left.live == 0


def test_no_name_is_on_the_raw_disk(left: Left, tmp_path: Path) -> None:
    assert canaries.found_in(left.raw, canaries.WORDS) == 0
    behind = [*canaries.inflated(left.raw), *canaries.papers(left.raw, tmp_path)]
    assert sum(canaries.found_in(one, canaries.WORDS) for one in behind) == 0


def test_no_code_of_a_tear_off_is_on_the_raw_disk_in_the_spool_or_in_files(left: Left) -> None:
    assert canaries.found_in(left.raw, canaries.CODES) + canaries.found_in(left.elsewhere, canaries.CODES) == 0


def test_no_picture_is_on_the_raw_disk(left: Left) -> None:
    assert canaries.FRAME not in left.raw


def test_no_key_is_on_the_raw_disk(left: Left) -> None:
    assert [secret.what for secret in left.secrets if secret.content in left.raw] == []


def test_no_name_or_picture_is_in_the_spool_in_logs_or_in_files(left: Left) -> None:
    assert canaries.found_in(left.elsewhere, (*canaries.WORDS, canaries.FRAME)) == 0


@pytest.mark.slow
def test_bars_of_the_canaries(left: Left, plan: dict[str, int], bars: Bars) -> None:
    bars.at_least("canary names that came", plan["names"], 40)
    bars.at_most("canary names found on the raw disk", canaries.found_in(left.raw, canaries.WORDS), 0)
    bars.at_most("canary codes found on the raw disk", canaries.found_in(left.raw, canaries.CODES), 0)
    bars.at_most("canary keys found on the raw disk", sum(one.content in left.raw for one in left.secrets), 0)
    bars.at_most("canary frames found on the raw disk", left.raw.count(canaries.FRAME), 0)


def test_a_canary_that_was_left_would_be_found(tmp_path: Path) -> None:
    """The search itself: on a disk where a name and a picture lie in the open, both are found."""
    if reason := why_not():
        pytest.skip(reason)
    from tests.support.loopfs import mounted  # noqa: PLC0415

    image = made(tmp_path / "open.img", megabytes=8)
    with mounted(image, tmp_path / "open") as folder:
        (folder / "note").write_text(canaries.names(3)[2])
        (folder / "picture").write_bytes(canaries.FRAME)
    raw = canaries.written(image)
    assert canaries.found_in(raw, canaries.WORDS) == 2
    assert canaries.FRAME in raw
