"""Finding a moment: how much moved, small pictures, and the next movement. All of it within a look, through the trail.

A small picture is footage: its minute goes on record as one that was seen. Movement shows nobody, but tells when
somebody came: which stretch was asked for goes on record too.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from desk import motion
from desk.errors import TrailAway
from desk.looks import Look
from desk.parts import Inside, parts
from desk.timeline import LATEST, Window
from recorder.eyes.glances import Glance
from retention.base.clock import from_microseconds, microseconds

router = APIRouter(prefix="/cameras")
Moment = Annotated[int, Query(ge=0, le=LATEST)]
_PIECE = timedelta(hours=6)


@router.get("/{name}/thumbnail")
def thumbnail(request: Request, *, staff: Inside, name: str, look: str, at: Moment) -> Response:
    """The small picture of a moment; 204 where there is none."""
    desk = parts(request)
    found = desk.looks.find(staff, name, look)
    small = desk.footage.thumbnail(name, from_microseconds(at))
    if small is None:
        return Response(status_code=204)
    desk.looks.see(found, small.at, small.at)
    return Response(small.jpeg, media_type="image/jpeg", headers={"X-Portier-At": str(microseconds(small.at))})


@router.get("/{name}/movement")
def movement(
    request: Request, *, staff: Inside, name: str, look: str, at: Moment, way: Literal["next", "before"]
) -> Response:
    """Where the next movement begins, or the one before; 204 where there is none in the days that are kept."""
    desk = parts(request)
    opened = desk.looks.find(staff, name, look)
    moment, now = from_microseconds(at), desk.office.clock.now()
    oldest = now - desk.office.config.retention.footage
    seen: list[Glance] = []
    for start, end in _pieces(min(max(moment, oldest), now), oldest, now, way):
        desk.looks.search(opened, start, end)
        more = desk.footage.glances(name, start, end)
        seen = seen + more if way == "next" else more + seen
        found = motion.following(seen, moment) if way == "next" else motion.preceding(seen, moment)
        # What begins at the edge of what was asked for may have begun before it.
        if found is not None and (way == "next" or start == oldest or found - start > motion.PAUSE):
            return JSONResponse({"at": microseconds(found)})
    return Response(status_code=204)


def strip_of(request: Request, look: Look, shown: Window) -> motion.Strip | None:
    """The strip of what is shown; None when the trail cannot be written."""
    desk = parts(request)
    end = min(shown.end, desk.office.clock.now())
    if end <= shown.start:
        return motion.strip([], shown)
    try:
        desk.looks.search(look, shown.start, end)
    except TrailAway:
        return None
    return motion.strip(desk.footage.glances(look.camera, shown.start, end), shown)


def _pieces(moment: datetime, oldest: datetime, now: datetime, way: str) -> Iterator[tuple[datetime, datetime]]:
    """What is kept on that side of a moment, piece by piece, the nearest first."""
    if way == "next":
        start = moment - motion.PAUSE - motion.LOOK
        while start < now:
            yield start, min(start + _PIECE, now)
            start += _PIECE
        return
    end = moment + motion.LOOK
    while end > oldest:
        yield max(end - _PIECE, oldest), end
        end -= _PIECE
