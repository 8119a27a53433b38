"""Calls for help from the screens by the door: on every page, with or without log-in, and "Ik kom"."""

from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from desk.pages import own_path, page, see, words_of
from desk.parts import InAHurry, parts
from desk.views.alarm import actor
from retention.base.translations import N_

router = APIRouter()

NOT_REACHED = N_("This did not reach the screen. Try again, or go there.")


@router.get("/calls")
def show(request: Request) -> Response:
    """The part of every page that rings; 204 when it is as the browser has it. Without a name, so without log-in."""
    seen = sha256(repr((parts(request).bells.calls(), words_of(request).language)).encode()).hexdigest()
    if request.headers.get("x-seen") == seen:
        return Response(status_code=204)
    answer = page(request, "calls.html")
    answer.headers["X-Seen"] = seen
    return answer


@router.post("/calls/answer")
def answer(
    request: Request,
    *,
    staff: InAHurry,
    kiosk: Annotated[str, Form(max_length=200)],
    back: Annotated[str, Form(max_length=2_000)] = "/",
) -> Response:
    if not parts(request).bells.answer(kiosk, actor(staff)):
        return page(request, "sorry.html", 503, message=NOT_REACHED)
    return see(own_path(back))
