"""What commands about footage share: moments as people write them, cameras, progress, a manifest read out."""

import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import NoReturn
from zoneinfo import ZoneInfo

import click

from recorder.clips import Manifest
from recorder.footage import Footage
from retention.base.command import Office
from retention.base.errors import UsageRefused
from retention.base.localtime import FIRST_YEAR, LAST_YEAR, instants_of, readings_of, within_reason
from retention.base.readerkey import private_half

MOMENT_HELP = "ISO 8601 (without an offset: local time at the site)"


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


camera_option = click.option("--camera", required=True, help="The camera's name in the configuration.")
from_option = click.option("--from", "start", type=Moment(), required=True, help=f"From when, {MOMENT_HELP}.")
to_option = click.option("--to", "end", type=Moment(), required=True, help=f"Until when, {MOMENT_HELP}.")
output_option = click.option(
    "--output", required=True, type=click.Path(path_type=Path), help="The MP4 to make; not overwritten."
)


def end_tidily() -> None:
    """Whoever ends the command from outside interrupts it, as Ctrl-C does: nothing half made stays."""

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def refuse_unknown(office: Office, camera: str) -> None:
    """UsageRefused unless there is, or was, such a camera."""
    known = {one.name for one in office.config.cameras} | {path.name for path in office.state.footage.glob("*")}
    if camera not in known:
        raise UsageRefused(f"there is no camera {camera!r}; there are: {', '.join(sorted(known)) or 'none'}")


def footage_of(office: Office, camera: str) -> Footage:
    refuse_unknown(office, camera)
    return Footage(office, private_half(office.state))


def progress(as_json: bool) -> Callable[[float], None] | None:
    """A line that fills up, for somebody at a terminal."""
    if as_json or not sys.stderr.isatty():
        return None

    def show(done: float) -> None:
        click.echo(f"\r{done:4.0%}", nl=done >= 1, err=True)

    return show


def local(office: Office, moment: datetime | str) -> str:
    """As people at the site say it, and as --from and --to take it."""
    moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return moment.astimezone(office.config.site.zone).isoformat(timespec="seconds")


def told(office: Office, manifest: Manifest, output: Path) -> list[str]:
    """An export for people to read."""

    def span(start: datetime | str, end: datetime | str) -> str:
        return f"from {local(office, start)} to {local(office, end)}"

    lines = [f"{one.file}: {span(one.start, one.end)}" for one in manifest.stretches]
    lines += [f"gap: {span(one['start'], one['end'])}, {one['cause']}" for one in manifest.gaps]
    lines += [f"{one.name}: {one.frames} frames, {one.codec}, SHA-256 {one.sha256}" for one in manifest.files]
    lines.append(f"manifest: {output.with_suffix('.json')}; asked for by {manifest.actor}, {manifest.reason}")
    return [*lines, f"destroy these files by {local(office, manifest.destroy_by)}"]
