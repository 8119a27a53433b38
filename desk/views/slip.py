"""A visitor shows the tear-off of their sticker: its code is answered with that one entry, to see, correct or delete.

The code comes by POST alone, so that it stands in no address, and is kept nowhere.
"""

import logging
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from desk.pages import page
from desk.parts import Inside, parts
from kiosk.codes.code import Code
from kiosk.errors import VisitUnknown
from kiosk.labels.daymark import SIGNS, DayMark
from retention.base.errors import DiskRefused
from retention.base.translations import N_

router = APIRouter()
log = logging.getLogger(__name__)

NO_CODE = N_("This is not the code of a slip. It has forty digits: look at them once more.")
UNKNOWN = N_("No visit of today has this slip. Slips end with their day.")
WAIT = N_("That was wrong too often. Wait %(seconds)s seconds, then try again.")


@router.get("/slip")
def ask(request: Request, staff: Inside) -> Response:
    return _form(request)


@router.post("/slip")
def answer(request: Request, staff: Inside, code: Annotated[str, Form(max_length=200)] = "") -> Response:
    desk, given = parts(request), Code.parse(code)
    if seconds := ceil(desk.slips.wait(staff.actor)):
        return _form(request, 429, problem=WAIT, seconds=seconds)
    if given is None:
        return _form(request, 422, problem=NO_CODE)
    try:
        seen = desk.register.with_code(given)
    except VisitUnknown:
        desk.slips.failed(staff.actor)
        _note(request, "slip.unknown", staff.actor)
        return _form(request, 422, problem=UNKNOWN)
    desk.slips.passed(staff.actor)
    _note(request, "slip.look", staff.actor, seen.visit)
    return page(request, "slip.html", seen=seen, names=True)


def _form(request: Request, status: int = 200, *, problem: str | None = None, seconds: int = 0) -> Response:
    reception = parts(request).reception
    mark = DayMark.of(reception.today())
    return page(request, "slip_ask.html", status, problem=problem, seconds=seconds, mark=mark, sign=SIGNS[mark.sign])


def _note(request: Request, act: str, actor: str, about: str = "") -> None:
    """A visitor who stands at the counter does not wait for the trail's disk."""
    try:
        parts(request).trail.note(act, actor=actor, about=about)
    except DiskRefused as error:
        log.warning("%s", error)
