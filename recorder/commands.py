"""`portier recorder ...` and `portier footage ...`. Every look at footage is in the trail before it happens."""

import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import NoReturn
from zoneinfo import ZoneInfo

import click

from recorder.check import Check
from recorder.clips import Manifest
from recorder.footage import REASONS, Footage
from recorder.journal import read
from recorder.room.holds import Holds
from recorder.service import Recorder
from recorder.timeline import Interval
from retention.base.audit import Trail, system_actor
from retention.base.command import Office, emit, json_option, pass_office, plain
from retention.base.database import open_database
from retention.base.errors import DatabaseUnavailable, DiskRefused, ReaderKeyMissing, TryAgain, UsageRefused
from retention.base.localtime import FIRST_YEAR, LAST_YEAR, instants_of, readings_of, within_reason
from retention.base.readerkey import private_half
from retention.base.service import serve
from retention.base.trusted import TrustedTime


class Moment(click.ParamType[datetime]):
    """An instant in ISO 8601; without an offset it is local time at the site, where that is one instant."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no moment: write it as 2026-03-29T14:05 or 2026-03-29T12:05Z", param, ctx)
        if not within_reason(moment):
            self.fail(f"{value!r}: give a year from {FIRST_YEAR} up to {LAST_YEAR - 1}", param, ctx)
        if moment.tzinfo is None:
            assert ctx is not None
            return self._at_the_site(moment, ctx.ensure_object(Office).config.site.zone, param, ctx)
        return moment.astimezone(UTC)

    def _at_the_site(
        self, local: datetime, zone: ZoneInfo, param: click.Parameter | None, ctx: click.Context
    ) -> datetime:
        """The one instant that a bare local time means; refused with both choices where it is not one."""
        meant = instants_of(local, zone)
        if len(meant) != 1:
            self._refuse(local, zone, bool(meant), param, ctx)
        return meant[0]

    def _refuse(
        self, local: datetime, zone: ZoneInfo, twice: bool, param: click.Parameter | None, ctx: click.Context
    ) -> NoReturn:
        choices = " or ".join(one.astimezone(zone).isoformat() for one in readings_of(local, zone))
        why = "comes twice, because the clock was set back" if twice else "is skipped, because the clock was set on"
        self.fail(f"{local.isoformat()} {why} that night: write {choices}", param, ctx)


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
        found = list(examination.differences(_progress(as_json)))
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
    _known(office, camera)
    Trail(office.state, office.clock).note("camera.look_anew", actor=system_actor(), about=camera)
    office.state.view(camera).unlink(missing_ok=True)
    click.echo(f"camera {camera}: what it looks at now is learned anew")


@click.group()
def footage() -> None:
    """Timeline and export of footage."""


_camera = click.option("--camera", required=True, help="The camera's name in the configuration.")
_to = click.option("--to", "end", type=Moment(), help="Until when, ISO 8601; now if left out.")


@footage.command()
@_camera
@click.option("--from", "start", type=Moment(), help="From when, ISO 8601; four days ago if left out.")
@_to
@json_option
@pass_office
def timeline(office: Office, camera: str, start: datetime | None, end: datetime | None, as_json: bool) -> None:
    """What is recorded, what is not, and why."""
    end = end or office.clock.now() + timedelta(minutes=1)
    start = start or _first_start(office, camera, end)
    reading = _footage(office, camera)
    _trail(office).note("footage.timeline", actor=system_actor(), about=camera, span=(start, end))
    spans = reading.timeline(camera, start, end)
    emit([one.words() for one in spans], as_json, lambda _: plain([_read_out(office, one) for one in spans]))


@footage.command()
@_camera
@click.option("--from", "start", type=Moment(), required=True, help="From when, ISO 8601.")
@click.option("--to", "end", type=Moment(), required=True, help="Until when, ISO 8601.")
@click.option("--reason", required=True, help=f"Why: {', '.join(REASONS)}.")
@click.option("--output", required=True, type=click.Path(path_type=Path), help="The MP4 to make; not overwritten.")
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
    _end_tidily()
    manifest = _footage(office, camera).export(
        camera,
        start,
        end,
        output,
        reason=reason,
        actor=system_actor(),
        as_h264=form == "h264",
        progress=_progress(as_json),
    )
    emit(manifest.words(), as_json, lambda _: _told(office, manifest, output))


_reason = click.option("--reason", required=True, type=click.Choice(REASONS), help="Why.")


@footage.command()
@_camera
@click.option("--from", "start", type=Moment(), required=True, help="From when, ISO 8601.")
@click.option("--to", "end", type=Moment(), required=True, help="Until when, ISO 8601.")
@_reason
@json_option
@pass_office
def hold(  # noqa: PLR0917 - click passes them by name
    office: Office, camera: str, start: datetime, end: datetime, reason: str, as_json: bool
) -> None:
    """Keep footage from being erased early to make room. Its term stays as it is: at its deadline it dies."""
    _known(office, camera)
    _trail(office).note("footage.hold", actor=system_actor(), about=camera, category=reason, span=(start, end))
    now = TrustedTime(office.state, office.clock).for_destroying()
    placed = Holds(office.state, camera).place(start, end, reason, now)
    emit(placed.words(), as_json, lambda _: [f"held as {placed.number}; let go with `portier footage release`"])


@footage.command()
@_camera
@click.option("--hold", "number", required=True, help="Its number, as `portier footage holds` tells it.")
@pass_office
def release(office: Office, camera: str, number: str) -> None:
    """Let footage that was held be erased early again, when room is needed."""
    _known(office, camera)
    held = Holds(office.state, camera)
    for one in (one for one in held.all() if one.number == number):
        span = (one.start, one.end)
        _trail(office).note("footage.release", actor=system_actor(), about=camera, category=one.category, span=span)
    held.release(number)
    click.echo(f"{number} is let go")


@footage.command()
@_camera
@json_option
@pass_office
def holds(office: Office, camera: str, as_json: bool) -> None:
    """What is held of a camera."""
    _known(office, camera)
    found = [one.words() for one in Holds(office.state, camera).all()]
    emit(found, as_json, lambda rows: plain([_in_local(office, row) for row in rows]) if rows else ["nothing is held"])


def _in_local(office: Office, row: dict[str, str]) -> dict[str, str]:
    return row | {key: _local(office, row[key]) for key in ("start", "end", "placed")}


def _trail(office: Office) -> Trail:
    return Trail(office.state, office.clock)


def _end_tidily() -> None:
    """Whoever ends the command from outside interrupts it, as Ctrl-C does: nothing half made stays."""

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def _known(office: Office, camera: str) -> None:
    """UsageRefused unless there is, or was, such a camera."""
    known = {one.name for one in office.config.cameras} | {path.name for path in office.state.footage.glob("*")}
    if camera not in known:
        raise UsageRefused(f"there is no camera {camera!r}; there are: {', '.join(sorted(known)) or 'none'}")


def _footage(office: Office, camera: str) -> Footage:
    _known(office, camera)
    return Footage(office, private_half(office.state))


def _first_start(office: Office, camera: str, end: datetime) -> datetime:
    """From the camera's first start if that is later than footage lives."""
    entries = read(office.state.gaps(camera))
    oldest = end - office.config.retention.footage
    return max(oldest, entries[0].at) if entries else oldest


def _progress(as_json: bool) -> Callable[[float], None] | None:
    """A line that fills up, for somebody at a terminal."""
    if as_json or not sys.stderr.isatty():
        return None

    def show(done: float) -> None:
        click.echo(f"\r{done:4.0%}", nl=done >= 1, err=True)

    return show


def _local(office: Office, moment: datetime | str) -> str:
    """As people at the site say it, and as --from and --to take it."""
    moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return moment.astimezone(office.config.site.zone).isoformat(timespec="seconds")


def _read_out(office: Office, one: Interval) -> dict[str, str | None]:
    """A line of the timeline for people to read."""
    start, end = _local(office, one.start), _local(office, one.end)
    return {"start": start, "end": end, "state": one.state, "cause": one.words().get("cause")}


def _told(office: Office, manifest: Manifest, output: Path) -> list[str]:
    """An export for people to read."""

    def span(start: datetime | str, end: datetime | str) -> str:
        return f"from {_local(office, start)} to {_local(office, end)}"

    lines = [f"{one.file}: {span(one.start, one.end)}" for one in manifest.stretches]
    lines += [f"gap: {span(one['start'], one['end'])}, {one['cause']}" for one in manifest.gaps]
    lines += [f"{one.name}: {one.frames} frames, {one.codec}, SHA-256 {one.sha256}" for one in manifest.files]
    return [*lines, f"manifest: {output.with_suffix('.json')}; asked for by {manifest.actor}, {manifest.reason}"]


def _verdict(told: dict[str, object], rows: list[dict[str, str]]) -> list[str]:
    lines = [f"{row['camera'] or 'footage'}: {row['what']}: {row['said']}" for row in rows]
    compared = "" if told["rows_compared"] else " (the database did not answer: rows not compared)"
    return [*lines, f"{told['files']} files, {told['chunks_opened']} chunks opened, {len(rows)} differ{compared}"]
