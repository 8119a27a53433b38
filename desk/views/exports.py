"""Exports: a piece of footage as MP4 with its manifest, for a reason, through the trail."""

from datetime import date, time
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import FileResponse, Response

from desk.errors import LookRefused
from desk.exports import FAILED, LONGEST, NOTHING, Export
from desk.looks import NO_REASON
from desk.pages import page, see
from desk.parts import Inside, parts
from desk.views.cameras import span_asked
from desk.words import REASONS
from recorder.room.space import refuse_export
from retention.base.errors import DiskRefused
from retention.base.translations import N_

router = APIRouter()
BACKWARDS = N_("The end of the piece lies before its start. Go back and change the times.")
DISK_FULL = N_("The disk is full and recording pauses. Nothing is exported until there is room again: call facilities.")
TOO_LONG = N_("This is too long for one export: take at most four hours.")


@router.post("/cameras/{name}/export")
def ask(
    request: Request,
    *,
    staff: Inside,
    name: str,
    day: Annotated[date, Form()],
    start: Annotated[time, Form()],
    end: Annotated[time, Form()],
    reason: Annotated[str, Form(max_length=40)] = "",
    form: Annotated[Literal["h264", ""], Form(alias="as")] = "",
) -> Response:
    camera, begins, ends = span_asked(request, staff, name, (day, start), (day, end))
    if reason not in REASONS:
        raise LookRefused(NO_REASON)
    if ends <= begins or ends - begins > LONGEST:
        return page(request, "sorry.html", 422, message=BACKWARDS if ends <= begins else TOO_LONG)
    office = parts(request).office
    try:
        refuse_export(office.state, office.config.recorder)
    except DiskRefused:
        return page(request, "sorry.html", 503, message=DISK_FULL, camera=name)
    export = parts(request).exports.ask(staff, camera.name, begins, ends, reason=reason, as_h264=form == "h264")
    return see(f"/exports/{export.id}")


@router.get("/exports/{id}")
def show(request: Request, staff: Inside, id: str) -> Response:
    export = _mine(request, staff, id)
    files = [(path.name, path.stat().st_size) for path in export.files] if export.state == "done" else []
    return page(request, "export.html", export=export, files=files, failures={"failed": FAILED, "nothing": NOTHING})


@router.get("/exports/{id}/{name}")
def fetch(request: Request, *, staff: Inside, id: str, name: str) -> Response:
    export = _mine(request, staff, id)
    path = next((path for path in export.files if path.name == name), None) if export.state == "done" else None
    if path is None:
        raise HTTPException(404)
    return FileResponse(path, media_type="video/mp4" if path.suffix == ".mp4" else "application/json", filename=name)


def _mine(request: Request, staff: Inside, id: str) -> Export:
    export = parts(request).exports.find(staff, id)
    if export is None:
        raise HTTPException(404)
    return export
