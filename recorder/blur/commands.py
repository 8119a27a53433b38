"""`portier footage blur`: a copy of footage in which everybody but who is meant is made unrecognisable."""

import sys
from datetime import datetime
from pathlib import Path

import click

from recorder.blur.plan import Plan, read_plan
from recorder.errors import PlanRefused
from recorder.footage import REASONS
from recorder.terminal import (
    camera_option,
    end_tidily,
    footage_of,
    from_option,
    output_option,
    progress,
    to_option,
    told,
)
from retention.base.audit import system_actor
from retention.base.command import Office, emit, json_option, pass_office

LARGEST = 4_000_000  # bytes of a plan


@click.command()
@camera_option
@from_option
@to_option
@click.option("--plan", required=True, help="A file with the plan as JSON; - for standard input.")
@click.option("--reason", required=True, type=click.Choice(REASONS), help="Why.")
@output_option
@json_option
@pass_office
def blur(  # noqa: PLR0917 - click passes them by name
    office: Office, camera: str, start: datetime, end: datetime, plan: str, reason: str, output: Path, as_json: bool
) -> None:
    """Take footage out with everybody made unrecognisable but who is meant, for good."""
    end_tidily()
    wanted = plan_in(plan)
    from recorder.blur.copy import blur_footage  # noqa: PLC0415 - OpenCV loads where a copy is made

    footage = footage_of(office, camera)
    actor, shown = system_actor(), progress(as_json)
    manifest = blur_footage(
        footage, camera, start, end, output, plan=wanted, reason=reason, actor=actor, progress=shown
    )
    emit(manifest.words(), as_json, lambda _: told(office, manifest, output))


def plan_in(file: str) -> Plan:
    """The plan in a file, or on standard input. Raises PlanRefused."""
    return read_plan(_text(file))


def _text(plan: str) -> bytes:
    try:
        if plan == "-":
            text = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(plan).open("rb") as file:
                text = file.read(LARGEST + 1)
    except OSError as error:
        raise PlanRefused(f"{plan} cannot be read ({error.strerror}): name a file with the plan, or -") from error
    if len(text) > LARGEST:
        raise PlanRefused("this is too long for a plan: take a shorter span")
    return text
