"""Requests of people about their own data: the list with its clock, and a new one. The list needs no key."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from starlette.responses import Response

from desk.asking import SPAN_OFF
from desk.pages import page, see, words_of
from desk.parts import Inside, parts
from retention.asked import fit, words
from retention.asked.errors import RequestRefused
from retention.asked.register import start_of
from retention.asked.reminders import countdown, urgency
from retention.asked.request import KINDS, Content, Kind, Span
from retention.base.localtime import readings_of, within_reason
from retention.base.translations import N_
from retention.base.trusted import TrustedTime

Text = Annotated[str, Form(max_length=20_000)]
NO_KIND = N_("Choose what is asked.")


def no_attachments(request: Request) -> None:
    """Nobody sends a copy of a passport: forms here carry text alone."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise HTTPException(415)


router = APIRouter(prefix="/requests", dependencies=[Depends(no_attachments)])


@router.get("")
def show_all(request: Request, staff: Inside, done: str | None = None) -> Response:
    heads, today, language = parts(request).asking.requests.heads(), today_of(request), words_of(request).language
    lines = [(head, countdown(head, today, language), urgency(head, today)) for head in heads]
    unreadable = len(parts(request).asking.requests.unreadable())
    return page(request, "requests.html", lines=lines, asked=words, unreadable=unreadable, done=done)


@router.get("/new")
def show_new(request: Request, staff: Inside) -> Response:
    return _form(request, {})


@router.post("/new")
def ask(
    request: Request,
    *,
    staff: Inside,
    kind: Annotated[str, Form(max_length=20)] = "",
    name: Text = "",
    reach: Text = "",
    said: Text = "",
    received: Annotated[date | None, Form()] = None,
    cameras: Annotated[list[str] | None, Form(max_length=100)] = None,
    day: Annotated[str, Form(max_length=10)] = "",
    start: Annotated[str, Form(max_length=8)] = "",
    end: Annotated[str, Form(max_length=8)] = "",
) -> Response:
    given: dict[str, Any] = {"kind": kind, "name": name, "reach": reach, "said": said, "received": received}
    given |= {"cameras": cameras or [], "day": day, "start": start, "end": end}
    zone, today = parts(request).office.config.site.zone, today_of(request)
    try:
        wanted = _kind(kind)
        content = Content(
            fit.name(name),
            fit.lines(reach, fit.LONGEST_REACH),
            fit.lines(said, fit.LONGEST_TEXT),
            _span(request, cameras or [], day, start, end),
        )
        at = start_of(received, zone) if received and received != today else None
        head = parts(request).asking.ask(wanted, content, by=staff.actor, received=at)
    except RequestRefused as error:
        return _form(request, given, 422, str(error))
    return see(f"/requests/{head.number}")


def today_of(request: Request) -> date:
    """The day by the site's calendar, by the later of trusted time and system clock."""
    office = parts(request).office
    return TrustedTime(office.state, office.clock).latest().astimezone(office.config.site.zone).date()


def _kind(kind: str) -> Kind:
    found = next((one for one in KINDS if one == kind), None)
    if found is None:
        raise RequestRefused(NO_KIND)
    return found


def _span(request: Request, cameras: list[str], day: str, start: str, end: str) -> Span | None:
    """The footage asked about; where the clock was set in that hour, the longer of two readings."""
    if not cameras and not (day and start and end):
        return None
    zone = parts(request).office.config.site.zone
    try:
        times = [datetime.combine(date.fromisoformat(day), time.fromisoformat(one)) for one in (start, end)]
    except ValueError as error:
        raise RequestRefused(SPAN_OFF) from error
    if not all(within_reason(moment) and moment.tzinfo is None for moment in times):
        raise RequestRefused(SPAN_OFF)
    begin, stop = min(readings_of(times[0], zone)), max(readings_of(times[1], zone))
    return Span(tuple(dict.fromkeys(cameras)), begin.astimezone(UTC), stop.astimezone(UTC))


def _form(request: Request, given: dict[str, Any], status: int = 200, problem: str | None = None) -> Response:
    empty: dict[str, Any] = dict.fromkeys(("kind", "name", "reach", "said", "day", "start", "end"), "")
    given = empty | {"cameras": [], "received": None} | given
    return page(request, "request_new.html", status, given=given, problem=problem, asked=words, today=today_of(request))
