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
from desk.errors import LookRefused, TimeUnclear, TrailAway
from desk.pages import page
from desk.parts import NeedsLogIn, NeedsOfficer, Parts, somebody_or_nobody
from desk.views import alarm, cameras, evidence, exports, inside, login, motion, privacy, wellbeing
from retention.base.errors import DatabaseUnavailable, PortierError
from retention.base.translations import N_

_log = logging.getLogger(__name__)
STATIC = Path(__file__).parent / "static"

NOT_FOUND = N_("This page is not here. It may have ended.")
NOT_UNDERSTOOD = N_("Something is missing from the form. Go back and fill it in.")
FOR_OFFICER = N_("This is for the privacy officer. Log in as the privacy officer.")
NO_DATABASE = N_("The database does not answer. The calamity list can be printed all the same, at Alarm.")
OUR_FAULT = N_("Something went wrong here. Try again; if it stays, call facilities.")


def create_app(parts: Parts) -> FastAPI:
    """The application around these parts; tests make one per test."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.parts = parts
    for view in (login, inside, alarm, cameras, motion, exports, privacy, evidence, wellbeing):
        app.include_router(view.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(NeedsLogIn, _to_log_in)
    app.add_exception_handler(NeedsOfficer, _for_the_officer)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(LookRefused, _look_refused)
    app.add_exception_handler(TimeUnclear, _which_moment)
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
    asked = [(name, str(value)[:200]) for name, value in given.items() if name != error.field]
    return page(request, "which.html", 422, unclear=error, asked=asked, method=request.method)


def _refused(request: Request, error: Exception) -> Response:
    _log.warning("%s %s: %s", request.method, request.scope["route"].path, type(error).__name__)
    message = NO_DATABASE if isinstance(error, DatabaseUnavailable) else OUR_FAULT
    return page(request, "sorry.html", 503, message=message)


def _our_fault(request: Request, error: Exception) -> Response:
    # The frames without the message: a message of a library may hold what somebody typed.
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s in %s\n%s", type(error).__name__, request.method, frames)
    return page(request, "sorry.html", 500, message=OUR_FAULT)
