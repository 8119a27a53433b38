"""The pictures on which a blurred copy is prepared: as they are, small, or as the copy shows them; all are looks."""

from threading import BoundedSemaphore, Semaphore
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from desk.parts import Inside, parts
from desk.views.blur import Number, footage_of, mine

router = APIRouter(prefix="/cameras")
LARGE, SMALL = 960, 200
_hands = Semaphore(2)  # decode at once
places = BoundedSemaphore(12)  # ... or wait for it: each holds a thread of the desk, and the alarm needs one too


@router.get("/{name}/blur/{id}/picture")
def picture(
    request: Request,
    *,
    staff: Inside,
    name: str,
    id: str,
    number: Number,
    form: Annotated[Literal["large", "small", "veiled"], Query(alias="as")] = "large",
) -> Response:
    """A picture of a draft, by its number; 404 where there is no footage."""
    from recorder.blur.stills import preview, still  # noqa: PLC0415 - OpenCV loads where pictures are made

    draft = mine(request, staff, name, id)
    at, width = draft.at(min(number, draft.pictures - 1)), SMALL if form == "small" else LARGE
    parts(request).looks.see(draft.look, at, at)
    if not places.acquire(blocking=False):
        return Response(status_code=429, headers={"Retry-After": "2"})
    try:
        with _hands:
            footage, second = footage_of(request, draft), (at - draft.start).total_seconds()
            made = preview(footage, name, at, width, plan=draft.plan(), second=second) if form == "veiled" else None
            made = made if form == "veiled" else still(footage, name, at, width)
    finally:
        places.release()
    return Response(made, media_type="image/jpeg") if made else Response(status_code=404)
