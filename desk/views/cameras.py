"""Cameras: the timeline, which shows nobody; the reason; and the footage, minute by minute through the trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from threading import BoundedSemaphore
from typing import Annotated, Any, Literal

from anyio import from_thread
from fastapi import APIRouter, Form, HTTPException, Query, Request
from starlette.responses import Response

from desk import timeline
from desk.accounts import Staff
from desk.errors import TimeUnclear
from desk.figures import of_camera, of_disk
from desk.looks import ENDED, NO_TRAIL, Look
from desk.pages import page, see, words_of
from desk.parts import Inside, parts
from desk.timeline import LATEST, Stretch
from desk.views.motion import strip_of
from desk.views.wellbeing import recorder_figures
from recorder.errors import Cancelled, CannotBeConverted
from recorder.footage import Footage
from retention.base.clock import from_microseconds, microseconds
from retention.base.config import CameraSection
from retention.base.localtime import instants_of, readings_of, within_reason
from retention.base.translations import N_

router = APIRouter(prefix="/cameras")
# What the scripts of the page say.
SCRIPT_WORDS = {
    "play": N_("Play"),
    "pause": N_("Pause"),
    "slider": N_("Timeline: choose a moment with the arrow keys"),
    "in_gap": N_("gap: no footage"),
    "gap": N_("No footage from %(from)s to %(to)s: %(cause)s."),
    "gap_unknown": N_("No footage from %(from)s to %(to)s."),
    "edge": N_("Nothing is recorded yet after %(time)s. It goes on by itself."),
    "no_movement": N_("Nothing moved after this, as far as is known."),
    "no_movement_before": N_("Nothing moved before this, as far as is known."),
    "connection": N_("No connection with the server. Trying again."),
    "no_trail": NO_TRAIL,
    "ended": ENDED,
    "summer": N_("summer time"),
    "winter": N_("winter time"),
    "converted": N_("These pictures are converted for this browser. The recording itself stays as it is."),
    "unsupported": N_("This browser cannot play what this camera sends. Make an export instead."),
    "broken": N_("This piece cannot be played. Choose another moment."),
}
Instant = Annotated[int | None, Query(ge=0, le=LATEST)]
KEPT = timedelta(days=4)
MOST_CONVERSIONS = 5  # made or waited for at once: each holds a thread of the desk, and the alarm needs one too
conversions = BoundedSemaphore(MOST_CONVERSIONS)
# What is being sealed at this moment is not footage yet, and no gap either.
SETTLING = timedelta(seconds=20)


@dataclass(frozen=True)
class Glance:
    """One camera on the page of all cameras: today's bar, and how it is now."""

    camera: CameraSection
    shown: timeline.Window
    bars: list[timeline.Bar]
    now: Stretch | None


@router.get("")
def show_all(request: Request, staff: Inside) -> Response:
    cameras = parts(request).office.config.cameras
    measured, words = recorder_figures(request), words_of(request)
    return page(
        request,
        "cameras.html",
        cameras=[_glance(request, camera) for camera in cameras],
        measured={camera.name: of_camera(measured, camera.name, words) for camera in cameras},
        disk=of_disk(measured, words),
    )


@router.get("/{name}")
def show(
    request: Request,
    *,
    staff: Inside,
    name: str,
    at: Instant = None,
    day: date | None = None,
    clock: Annotated[time | None, Query(alias="time")] = None,
    zoom: str = "day",
    look: str | None = None,
) -> Response:
    camera = _camera(request, name)
    moment = chosen(request, at, day, clock)
    found = parts(request).looks.find(staff, camera.name, look) if look else None
    values = _timeline(request, camera, moment, zoom, found)
    return page(
        request,
        "camera.html",
        anchor=_now(request) - timedelta(days=6),
        plays_everywhere=parts(request).footage.plays_everywhere(camera.name, moment),
        minute_later=moment + timedelta(minutes=1),
        **values,
    )


@router.get("/{name}/timeline")
def show_timeline(
    request: Request, *, staff: Inside, name: str, at: Instant = None, zoom: str = "day", look: str | None = None
) -> Response:
    camera = _camera(request, name)
    found = parts(request).looks.find(staff, camera.name, look) if look else None
    return page(request, "timeline.html", **_timeline(request, camera, chosen(request, at, None, None), zoom, found))


@router.post("/{name}/look")
def look(
    request: Request,
    *,
    staff: Inside,
    name: str,
    reason: Annotated[str, Form(max_length=40)] = "",
    at: Annotated[int, Form(ge=0, le=LATEST)] = 0,
    zoom: Annotated[str, Form(max_length=10)] = "day",
) -> Response:
    opened = parts(request).looks.begin(staff, _camera(request, name).name, reason)
    return see(f"/cameras/{name}?look={opened.id}&at={at}&zoom={zoom if zoom in timeline.ZOOMS else 'day'}")


@router.get("/{name}/fragment")
def fragment(
    request: Request,
    *,
    staff: Inside,
    name: str,
    look: str,
    at: Annotated[int, Query(ge=0, le=LATEST)],
    form: Annotated[Literal["h264"] | None, Query(alias="as")] = None,
) -> Response:
    """The footage at a moment, or the next there is: initialisation and media in one body, times in the headers.

    A browser that plays no H.265 asks for it `as=h264`.
    """
    found = parts(request).looks.find(staff, _camera(request, name).name, look)
    return fragment_of(request, parts(request).footage, found, name, at, form)


def fragment_of(  # noqa: PLR0917 - what is asked for
    request: Request, footage: Footage, found: Look, camera: str, at: int, form: str | None
) -> Response:
    """The answer with a fragment of the site's footage or of a case; in the trail before it is given."""
    piece = footage.fragment(camera, from_microseconds(at))
    if piece is None:
        return Response(status_code=204)
    parts(request).looks.see(found, piece.start, piece.end)
    sent = piece.codec
    if form == "h264":
        if not conversions.acquire(blocking=False):
            return Response(status_code=429, headers={"Retry-After": "2"})
        try:
            piece = piece.as_h264(lambda: from_thread.run(request.is_disconnected))
        except (Cancelled, CannotBeConverted):
            return Response(status_code=415)
        finally:
            conversions.release()
    headers = {
        "X-Portier-Codec": piece.codec,
        "X-Portier-Converted": str(int(piece.codec != sent)),
        "X-Portier-Init": str(len(piece.init)),
        "X-Portier-Start": str(microseconds(piece.start)),
        "X-Portier-End": str(microseconds(piece.end)),
        "X-Portier-Next": str(microseconds(piece.next_start)) if piece.next_start else "",
    }
    return Response(piece.init + piece.media, media_type="application/octet-stream", headers=headers)


def _now(request: Request) -> datetime:
    return parts(request).office.clock.now()


def _camera(request: Request, name: str) -> CameraSection:
    for camera in parts(request).office.config.cameras:
        if camera.name == name:
            return camera
    raise HTTPException(404)


def chosen(request: Request, at: int | None, day: date | None, clock: time | None, field: str = "time") -> datetime:
    """The moment asked for, by instant or by the site's own day and time; a minute ago when none is asked for.

    Raises TimeUnclear where the site's clock shows this time twice, or not at all: `field` of the form asks again.
    """
    if at is not None:
        return from_microseconds(at)
    now = _now(request)
    if day is None and clock is None:
        return now - timedelta(minutes=1)
    zone = parts(request).office.config.site.zone
    local = datetime.combine(day or now.astimezone(zone).date(), clock or time(0, 0))
    if not within_reason(local):
        raise HTTPException(422)
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    meant = instants_of(local, zone)
    if len(meant) != 1:
        raise TimeUnclear(field, readings_of(local, zone), twice=bool(meant))
    return meant[0]


def _stretches(request: Request, camera: CameraSection, start: datetime, end: datetime) -> Sequence[Stretch]:
    end = min(end, _now(request))
    return parts(request).footage.timeline(camera.name, start, end) if start < end else []


def _timeline(request: Request, camera: CameraSection, at: datetime, zoom: str, look: Look | None) -> dict[str, Any]:
    """Everything the page and its timeline show."""
    zone, now = parts(request).office.config.site.zone, _now(request)
    shown = timeline.window(at, zoom, zone)
    stretches = _stretches(request, camera, shown.start, shown.end)
    gaps = timeline.gaps(stretches, shown, now)
    today = now.astimezone(zone).date()
    return {
        "camera": camera,
        "look": look,
        "at": at,
        "shown": shown,
        "bars": timeline.bars(stretches, shown, now),
        "ticks": timeline.ticks(shown, zone),
        "gaps": gaps[: timeline.LISTED],
        "more_gaps": max(0, len(gaps) - timeline.LISTED),
        "strip": strip_of(request, look, shown) if look else None,
        "recorded": timeline.recorded(stretches, now),
        "days": [today - timedelta(days=back) for back in range(KEPT.days, -1, -1)],
        "zooms": timeline.ZOOMS,
        "script_words": {key: words_of(request).say(text) for key, text in SCRIPT_WORDS.items()},
    }


def _glance(request: Request, camera: CameraSection) -> Glance:
    now = _now(request)
    shown = timeline.window(now, "day", parts(request).office.config.site.zone)
    stretches = _stretches(request, camera, shown.start, now)
    settled = [one for one in stretches if one.start <= now - SETTLING]
    return Glance(camera, shown, timeline.bars(stretches, shown, now), settled[-1] if settled else None)


def span_asked(
    request: Request, staff: Staff, name: str, start: tuple[date, time], end: tuple[date, time]
) -> tuple[CameraSection, datetime, datetime]:
    """The camera and the stretch of time of an export form."""
    return _camera(request, name), chosen(request, None, *start, "start"), chosen(request, None, *end, "end")
