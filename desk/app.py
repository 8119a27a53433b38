"""The desk as an application: the parts, the pages, and what is answered when something goes wrong."""

import logging
import traceback
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from desk.doors import SAFE, Doors
from desk.errors import LookRefused, NotYours, TimeUnclear, TrailAway
from desk.pages import page, words_of
from desk.parts import NeedsLogIn, NeedsOfficer, Parts, somebody_or_nobody
from desk.views import (
    alarm,
    answers,
    blur,
    calls,
    cameras,
    casefilm,
    casenew,
    cases,
    clock,
    deletion,
    evidence,
    expected,
    exports,
    groups,
    inside,
    login,
    motion,
    privacy,
    request,
    requests,
    review,
    sendaway,
    slip,
    stills,
    wellbeing,
)
from retention.asked.errors import AskedError, RequestChanged, RequestRefused, RequestUnknown
from retention.base.errors import DatabaseUnavailable, DiskRefused, NoFreeSlot, PortierError
from retention.base.translations import N_
from retention.cases.errors import CaseBusy, CaseRefused, NoSuchCase
from retention.texts import LONGEST

_log = logging.getLogger(__name__)
# A path of its own before those with a name in them.
VIEWS = (
    login,
    expected,
    groups,
    deletion,
    sendaway,
    requests,
    request,
    answers,
    alarm,
    blur,
    calls,
    cameras,
    casefilm,
    casenew,
    cases,
    clock,
    evidence,
    exports,
    inside,
    motion,
    privacy,
    review,
    slip,
    stills,
    wellbeing,
)
STATIC = Path(__file__).parent / "static"

NOT_FOUND = N_("This page is not here. It may have ended.")
NOT_UNDERSTOOD = N_("Something is missing from the form. Go back and fill it in.")
FOR_OFFICER = N_("This is for the privacy officer. Log in as the privacy officer.")
NO_DATABASE = N_("The database does not answer. The calamity list can be printed all the same, at Alarm.")
OUR_FAULT = N_("Something went wrong here. Try again; if it stays, call facilities.")
NO_DISK = N_("The disk of the server takes nothing now, so nothing was done. Call facilities.")
CHANGED = N_("Somebody else changed this meanwhile. Look at it again.")
REQUEST_GONE = N_("This request is not here. It may have reached its term.")
REQUEST_BROKEN = N_("This request cannot be read any more. Call facilities: it may be in the last back-up.")


def create_app(parts: Parts) -> FastAPI:
    """The application around these parts; tests make one per test."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.parts = parts
    for view in VIEWS:
        app.include_router(view.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(NeedsLogIn, _to_log_in)
    app.add_exception_handler(NeedsOfficer, _for_the_officer)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(LookRefused, _look_refused)
    app.add_exception_handler(TimeUnclear, _which_moment)
    app.add_exception_handler(AskedError, _asked)
    app.add_exception_handler(NotYours, _not_yours)
    app.add_exception_handler(CaseRefused, _case_refused)
    app.add_exception_handler(CaseBusy, _case_busy)
    app.add_exception_handler(PortierError, _refused)
    app.add_exception_handler(Exception, _our_fault)
    app.add_middleware(Doors)
    return app


def _to_log_in(request: Request, _: Exception) -> Response:
    if request.method not in SAFE or "x-live" in request.headers:
        return PlainTextResponse("Log in first.\n", 401)
    return RedirectResponse(f"/login?next={request.url.path}", 303)


def _for_the_officer(request: Request, _: Exception) -> Response:
    return page(request, "sorry.html", 403, message=FOR_OFFICER)


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if not hasattr(request.state, "staff"):  # no view ran that would have asked: without it the page has no menu
        somebody_or_nobody(request)
    return page(request, "sorry.html", status, message=NOT_FOUND if status == 404 else NOT_UNDERSTOOD)


def _not_understood(request: Request, _: Exception) -> Response:
    return page(request, "sorry.html", 422, message=NOT_UNDERSTOOD)


def _look_refused(request: Request, error: Exception) -> Response:
    status = 503 if isinstance(error, TrailAway) else 403
    return page(request, "sorry.html", status, message=str(error), camera=request.path_params.get("name"))


async def _which_moment(request: Request, error: Exception) -> Response:
    """The same form again, with one question: which of the two moments."""
    assert isinstance(error, TimeUnclear)
    given = request.query_params if request.method in SAFE else await request.form()
    asked = [(name, str(value)[:LONGEST]) for name, value in given.multi_items() if name != error.field]
    return page(request, "which.html", 422, unclear=error, asked=asked, method=request.method)


def _asked(request: Request, error: Exception) -> Response:
    """What goes wrong with a request; the way back leads to all of them."""
    if isinstance(error, RequestRefused):
        return page(request, "sorry.html", 422, message=str(error), back="/requests")
    if isinstance(error, RequestUnknown):
        return page(request, "sorry.html", 404, message=REQUEST_GONE, back="/requests")
    if isinstance(error, RequestChanged):
        return page(request, "sorry.html", 409, message=CHANGED, back="/requests")
    return page(request, "sorry.html", 503, message=REQUEST_BROKEN, back="/requests")


def _not_yours(request: Request, error: Exception) -> Response:
    return page(request, "sorry.html", 403, message=str(error))


def _case_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, CaseRefused)
    status = 404 if isinstance(error, NoSuchCase) else 409
    message = words_of(request).say(error.sentence, **error.values)
    return page(request, "sorry.html", status, message=message, back="/cases")


def _case_busy(request: Request, error: Exception) -> Response:
    return page(request, "sorry.html", 409, message=str(error), back="/cases")


def _refused(request: Request, error: Exception) -> Response:
    _log.warning("%s %s: %s", request.method, request.scope["route"].path, type(error).__name__)
    known = {DatabaseUnavailable: NO_DATABASE, DiskRefused: NO_DISK, NoFreeSlot: NO_DISK}
    message = next((said for kind, said in known.items() if isinstance(error, kind)), OUR_FAULT)
    return page(request, "sorry.html", 503, message=message)


def _our_fault(request: Request, error: Exception) -> Response:
    # The frames without the message: a message of a library may hold what somebody typed.
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s in %s\n%s", type(error).__name__, request.method, frames)
    return page(request, "sorry.html", 500, message=OUR_FAULT)
