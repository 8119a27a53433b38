"""Logging in and out, the first account, and the language."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from desk.errors import AccountRefused
from desk.frontdoor import Refused
from desk.logins import LASTS
from desk.pages import LANGUAGE_COOKIE, own_path, page, see
from desk.parts import LOGIN_COOKIE, Perhaps, parts
from desk.words import LANGUAGES
from retention.base.translations import N_

router = APIRouter()

WRONG = N_("Name or password is not right.")
WAIT = N_("Too many tries. Try again in %(seconds)s seconds.")
UNEQUAL = N_("The two passwords differ. Type them again.")


@router.get("/login")
def show(request: Request, staff: Perhaps, next: str = "/") -> Response:
    if staff:
        return see(own_path(next))
    first = not parts(request).front_door.anyone()
    return page(request, "login.html", next=own_path(next), problem=None, first=first)


@router.post("/login")
def log_in(
    request: Request,
    name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1_000)],
    next: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    outcome = parts(request).front_door.log_in(name, password)
    if not isinstance(outcome, Refused):
        return _let_in(outcome, own_path(next))
    problem = (WAIT, {"seconds": round(outcome.wait + 0.5)}) if outcome.wait else (WRONG, {})
    return page(request, "login.html", 403, next=own_path(next), problem=problem, first=False)


@router.post("/logout")
def log_out(request: Request) -> Response:
    if token := request.cookies.get(LOGIN_COOKIE):
        parts(request).front_door.log_out(token)
    response = see("/login")
    response.delete_cookie(LOGIN_COOKIE, path="/", httponly=True, samesite="strict")
    return response


@router.get("/first")
def show_first(request: Request, staff: Perhaps) -> Response:
    if staff:
        return see("/")
    return page(request, "first.html", problem=None, name="", link="", taken=parts(request).front_door.anyone())


@router.post("/first")
def make_first(
    request: Request,
    link: Annotated[str, Form(max_length=200)],
    name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1_000)],
    again: Annotated[str, Form(max_length=1_000)],
) -> Response:
    front_door = parts(request).front_door
    try:
        if password != again:
            raise AccountRefused(UNEQUAL)
        return _let_in(front_door.make_first(link, name, password), "/")
    except AccountRefused as error:
        return page(request, "first.html", 403, problem=str(error), name=name, link=link, taken=front_door.anyone())


@router.post("/language")
def choose_language(language: Annotated[str, Form()], back: Annotated[str, Form(max_length=500)] = "/") -> Response:
    response = see(own_path(back))
    if language in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, path="/", httponly=True, samesite="strict")
    return response


def _let_in(token: str, path: str) -> Response:
    response = see(path)
    response.set_cookie(
        LOGIN_COOKIE, token, max_age=int(LASTS.total_seconds()), path="/", httponly=True, samesite="strict"
    )
    return response
