"""`portier recorder ...` and `portier footage ...`. Every look at footage is in the trail before it happens."""

from datetime import datetime, timedelta
from pathlib import Path

import click

from recorder.blur.commands import blur
from recorder.check import Check
from recorder.footage import REASONS
from recorder.journal import read
from recorder.room.holds import Holds
from recorder.service import Recorder
from recorder.terminal import (
    MOMENT_HELP,
    Moment,
    camera_option,
    end_tidily,
    footage_of,
    from_option,
    local,
    output_option,
    progress,
    refuse_unknown,
    to_option,
    told,
)
from recorder.timeline import Interval
from retention.base.audit import Trail, system_actor
from retention.base.command import Office, emit, json_option, pass_office, plain
from retention.base.database import open_database
from retention.base.errors import DatabaseUnavailable, DiskRefused, ReaderKeyMissing, TryAgain
from retention.base.readerkey import private_half
from retention.base.service import serve
from retention.base.trusted import TrustedTime


@click.group()
def recorder() -> None:
    """The cameras."""


@recorder.command()
@pass_office
def run(office: Office) -> int:
    """Capture from every camera, until stopped."""
    return serve(Recorder(office))


@recorder.command()
@json_option
@pass_office
def check(office: Office, as_json: bool) -> int:
    """Hold rows, files, seals and slots against each other; exit 0 only if nothing differs."""
    try:
        reader = private_half(office.state)
    except ReaderKeyMissing:
        reader = None
    try:
        database = open_database(office.config)
    except (DatabaseUnavailable, TryAgain, DiskRefused):
        database = None
    examination = Check(office, reader, database)
    try:
        found = list(examination.differences(progress(as_json)))
    except KeyboardInterrupt:
        raise TryAgain("the check was interrupted: the same command goes on where it was") from None
    looked = {"files": examination.files, "chunks_opened": examination.chunks, "rows_compared": database is not None}
    if database is not None:
        database.close()
    rows = [{"camera": one.camera, "what": one.what, "said": one.said} for one in found]
    emit(looked | {"differences": rows}, as_json, lambda told: _verdict(told, rows))
    return 1 if found else 0


@recorder.command("look-anew")
@click.option("--camera", required=True, help="The camera's name in the configuration.")
@pass_office
def look_anew(office: Office, camera: str) -> None:
    """Say that a camera looks elsewhere from now on, and that this is meant."""
    refuse_unknown(office, camera)
    Trail(office.state, office.clock).note("camera.look_anew", actor=system_actor(), about=camera)
    office.state.view(camera).unlink(missing_ok=True)
    click.echo(f"camera {camera}: what it looks at now is learned anew")


@click.group()
def footage() -> None:
    """Timeline and export of footage."""


footage.add_command(blur)

_to = click.option("--to", "end", type=Moment(), help=f"Until when, {MOMENT_HELP}; now if left out.")


@footage.command()
@camera_option
@click.option("--from", "start", type=Moment(), help=f"From when, {MOMENT_HELP}; four days ago if left out.")
@_to
@json_option
@pass_office
def timeline(office: Office, camera: str, start: datetime | None, end: datetime | None, as_json: bool) -> None:
    """What is recorded, what is not, and why."""
    end = end or office.clock.now() + timedelta(minutes=1)
    start = start or _first_start(office, camera, end)
    reading = footage_of(office, camera)
    _trail(office).note("footage.timeline", actor=system_actor(), about=camera, span=(start, end))
    spans = reading.timeline(camera, start, end)
    emit([one.words() for one in spans], as_json, lambda _: plain([_read_out(office, one) for one in spans]))


@footage.command()
@camera_option
@from_option
@to_option
@click.option("--reason", required=True, help=f"Why: {', '.join(REASONS)}.")
@output_option
@click.option("--as", "form", type=click.Choice(["h264"]), help="Convert H.265, for who cannot play it.")
@json_option
@pass_office
def export(  # noqa: PLR0917 - click passes them by name
    office: Office,
    camera: str,
    start: datetime,
    end: datetime,
    reason: str,
    output: Path,
    form: str | None,
    as_json: bool,
) -> None:
    """Take footage out as an MP4 with a manifest beside it."""
    end_tidily()
    manifest = footage_of(office, camera).export(
        camera,
        start,
        end,
        output,
        reason=reason,
        actor=system_actor(),
        as_h264=form == "h264",
        progress=progress(as_json),
    )
    emit(manifest.words(), as_json, lambda _: told(office, manifest, output))


_reason = click.option("--reason", required=True, type=click.Choice(REASONS), help="Why.")


@footage.command()
@camera_option
@from_option
@to_option
@_reason
@json_option
@pass_office
def hold(  # noqa: PLR0917 - click passes them by name
    office: Office, camera: str, start: datetime, end: datetime, reason: str, as_json: bool
) -> None:
    """Keep footage from being erased early to make room. Its term stays as it is: at its deadline it dies."""
    refuse_unknown(office, camera)
    _trail(office).note("footage.hold", actor=system_actor(), about=camera, category=reason, span=(start, end))
    now = TrustedTime(office.state, office.clock).for_destroying()
    placed = Holds(office.state, camera).place(start, end, reason, now)
    emit(placed.words(), as_json, lambda _: [f"held as {placed.number}; let go with `portier footage release`"])


@footage.command()
@camera_option
@click.option("--hold", "number", required=True, help="Its number, as `portier footage holds` tells it.")
@pass_office
def release(office: Office, camera: str, number: str) -> None:
    """Let footage that was held be erased early again, when room is needed."""
    refuse_unknown(office, camera)
    held = Holds(office.state, camera)
    for one in (one for one in held.all() if one.number == number):
        span = (one.start, one.end)
        _trail(office).note("footage.release", actor=system_actor(), about=camera, category=one.category, span=span)
    held.release(number)
    click.echo(f"{number} is let go")


@footage.command()
@camera_option
@json_option
@pass_office
def holds(office: Office, camera: str, as_json: bool) -> None:
    """What is held of a camera."""
    refuse_unknown(office, camera)
    found = [one.words() for one in Holds(office.state, camera).all()]
    emit(found, as_json, lambda rows: plain([_in_local(office, row) for row in rows]) if rows else ["nothing is held"])


def _in_local(office: Office, row: dict[str, str]) -> dict[str, str]:
    return row | {key: local(office, row[key]) for key in ("start", "end", "placed")}


def _trail(office: Office) -> Trail:
    return Trail(office.state, office.clock)


def _first_start(office: Office, camera: str, end: datetime) -> datetime:
    """From the camera's first start if that is later than footage lives."""
    entries = read(office.state.gaps(camera))
    oldest = end - office.config.retention.footage
    return max(oldest, entries[0].at) if entries else oldest


def _read_out(office: Office, one: Interval) -> dict[str, str | None]:
    """A line of the timeline for people to read."""
    start, end = local(office, one.start), local(office, one.end)
    return {"start": start, "end": end, "state": one.state, "cause": one.words().get("cause")}


def _verdict(told: dict[str, object], rows: list[dict[str, str]]) -> list[str]:
    lines = [f"{row['camera'] or 'footage'}: {row['what']}: {row['said']}" for row in rows]
    compared = "" if told["rows_compared"] else " (the database did not answer: rows not compared)"
    return [*lines, f"{told['files']} files, {told['chunks_opened']} chunks opened, {len(rows)} differ{compared}"]
