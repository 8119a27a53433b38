"""`portier footage ...` as it is typed: moments, and what is refused."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import click
import pytest
from click.testing import CliRunner, Result

from recorder.commands import footage
from recorder.room.holds import Holds
from retention.base.audit import Trail
from retention.base.clock import SystemClock
from retention.base.errors import PortierError
from retention.base.state import State
from retention.base.trusted import TrustedTime
from tests.project.house import ROOT
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, looped, packets_of
from tests.support.clock import ManualClock


def typed(stage: Stage, *words: str) -> Result:
    (stage.state.footage / CAMERA).mkdir(parents=True, exist_ok=True)
    return CliRunner().invoke(footage, words, obj=stage.office)


def timeline(stage: Stage, start: str, end: str | None = None) -> Result:
    until = ["--to", end] if end else []
    return typed(stage, "timeline", "--camera", CAMERA, "--from", start, *until)


@pytest.mark.parametrize("moment", ["0001-01-01", "1969-12-31", "2100-01-01", "9999-12-31T23:59:59"])
@pytest.mark.parametrize("other", ["--from", "--to"])
def test_a_year_without_cameras_is_refused(stage: Stage, moment: str, other: str) -> None:
    refused = typed(stage, "timeline", "--camera", CAMERA, other, moment)
    assert (refused.exit_code, "from 1970 up to 2099" in refused.output) == (click.UsageError.exit_code, True)


def test_a_time_that_comes_twice_is_refused_with_both_choices(stage: Stage) -> None:
    refused = timeline(stage, "2026-10-25T02:30")
    assert "2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00" in " ".join(refused.output.split())


def test_a_time_that_was_skipped_is_refused_with_what_lies_around_it(stage: Stage) -> None:
    refused = timeline(stage, "2027-03-28T02:30")
    assert "2027-03-28T01:30:00+01:00 or 2027-03-28T03:30:00+02:00" in " ".join(refused.output.split())


@pytest.mark.parametrize("offset", ["+02:00", "+01:00"])
def test_both_half_past_twos_can_be_asked_for(stage: Stage, offset: str) -> None:
    stage.clock.at = datetime(2026, 10, 25, 12, tzinfo=UTC)
    told = timeline(stage, f"2026-10-25T02:30{offset}", f"2026-10-25T02:31{offset}")
    assert (told.exception, told.exit_code) == (None, 0)
    assert f"2026-10-25T02:30:00{offset}" in told.output


def test_an_export_that_is_ended_from_outside_leaves_nothing(state: State, heavy_film: Path, tmp_path: Path) -> None:
    stage = Stage(state, ManualClock(SystemClock().now() - timedelta(minutes=5)))
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, looped(packets_of(heavy_film), 120)))
    (tmp_path / "out").mkdir()
    words = [
        "footage",
        "export",
        "--camera",
        CAMERA,
        "--from",
        begin.isoformat(),
        "--to",
        stage.clock.now().isoformat(),
    ]
    words += ["--reason", "incident", "--as", "h264", "--output", str(tmp_path / "out" / "a.mp4")]
    command = [sys.executable, "-m", "portier", *words]
    around = os.environ | {"PORTIER_STATE": str(state.directory)}
    with subprocess.Popen(command, cwd=ROOT, env=around, stderr=subprocess.DEVNULL) as process:
        while not any((tmp_path / "out").iterdir()):
            assert process.poll() is None
            Event().wait(0.02)
        process.terminate()
        assert process.wait(timeout=20) == 130
    assert list((tmp_path / "out").iterdir()) == []


def test_a_camera_that_is_not_there_is_refused_by_name(stage: Stage) -> None:
    refused = typed(stage, "timeline", "--camera", "garage")
    assert isinstance(refused.exception, PortierError)
    assert "'garage'" in str(refused.exception)


SPAN = ("--from", "2027-03-02T08:00Z", "--to", "2027-03-02T09:00Z")


def test_footage_is_held_and_let_go_on_record(stage: Stage) -> None:
    placed = json.loads(typed(stage, "hold", "--camera", CAMERA, *SPAN, "--reason", "incident", "--json").output)
    told = typed(stage, "holds", "--camera", CAMERA).output
    assert (placed["hold"] in told, "2027-03-02T09:00:00+01:00" in told) == (True, True)
    typed(stage, "release", "--camera", CAMERA, "--hold", placed["hold"])
    assert typed(stage, "holds", "--camera", CAMERA).output == "nothing is held\n"
    noted = [(entry.act, entry.category) for entry in Trail(stage.state, stage.clock).entries()]
    assert noted == [("footage.hold", "incident"), ("footage.release", "incident")]


def test_a_hold_needs_a_reason_that_is_known(stage: Stage) -> None:
    refused = typed(stage, "hold", "--camera", CAMERA, *SPAN, "--reason", "curious")
    assert (refused.exit_code, list(Trail(stage.state, stage.clock).entries())) == (click.UsageError.exit_code, [])


def test_a_hold_placed_while_the_clock_is_ahead_lets_go_of_none_before_it(stage: Stage) -> None:
    TrustedTime(stage.state, stage.clock).advance()
    now = stage.clock.now()
    span = ("--from", (now - timedelta(hours=2)).isoformat(), "--to", now.isoformat(), "--reason", "incident")
    assert typed(stage, "hold", "--camera", CAMERA, *span).exit_code == 0

    stage.clock.at += timedelta(days=30)  # the system clock alone
    assert typed(stage, "hold", "--camera", CAMERA, *span).exit_code == 0

    assert len(Holds(stage.state, CAMERA).all()) == 2


def test_people_are_made_unrecognisable_by_a_plan_on_standard_input(
    stage: Stage, small_film: Path, tmp_path: Path
) -> None:
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, packets_of(small_film)))
    words = ["blur", "--camera", CAMERA, "--from", begin.isoformat(), "--to", stage.clock.now().isoformat()]
    words += ["--plan", "-", "--reason", "person_asked", "--output", str(tmp_path / "a.mp4")]
    scene = {"start": 0, "end": 4, "mode": "keep", "regions": [{"box": [0.1, 0.1, 0.2, 0.8]}]}
    made = CliRunner().invoke(footage, words, obj=stage.office, input=json.dumps({"scenes": [scene]}))
    gone = (stage.clock.now() + timedelta(days=28)).astimezone(stage.office.config.site.zone)
    assert made.exit_code == 0
    assert f"destroy these files by {gone.isoformat(timespec='seconds')}" in made.output
    assert (tmp_path / "a.mp4").stat().st_size > 1_000


def test_a_plan_that_cannot_be_followed_is_told_and_nothing_is_made(stage: Stage, tmp_path: Path) -> None:
    words = ["blur", "--camera", CAMERA, *SPAN, "--plan", "-", "--reason", "incident"]
    refused = CliRunner().invoke(footage, [*words, "--output", str(tmp_path / "a.mp4")], obj=stage.office, input="{}")
    assert isinstance(refused.exception, PortierError)
    assert (refused.exception.exit_code, str(refused.exception)) == (
        64,
        "the plan cannot be followed: scenes: Field required",
    )
