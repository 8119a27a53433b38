"""A visitor shows the tear-off of their sticker: its code is answered with that one entry, to see, correct or delete.

The code comes by POST alone, so that it stands in no address, and is kept nowhere.
"""

import logging
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from desk.pages import page, words_of
from desk.parts import Inside, parts
from kiosk.codes.code import DIGITS, Code
from kiosk.codes.typed import Typed
from kiosk.errors import VisitUnknown
from kiosk.labels.daymark import SIGNS, DayMark
from retention.base.errors import DiskRefused
from retention.base.translations import N_

router = APIRouter()
log = logging.getLogger(__name__)

NO_CODE = N_("Scan the code of the slip, or type its forty digits.")
WRONG_GROUP = N_("Group %(groups)s cannot be right: compare it with the slip. What you typed still stands here.")
WRONG_LENGTH = N_("These are %(count)s digits, and a slip has forty. What you typed still stands here.")
WRONG_DIGIT = N_("One of the digits is wrong. Compare the groups with the slip; what you typed still stands here.")
SHOWN = 12  # groups of what is far too long
UNKNOWN = N_("No visit of today has this slip. Slips end with their day.")
WAIT = N_("That was wrong too often. Wait %(seconds)s seconds, then try again.")


@router.get("/slip")
def ask(request: Request, staff: Inside) -> Response:
    return _form(request)


@router.post("/slip")
def answer(request: Request, staff: Inside, code: Annotated[str, Form(max_length=200)] = "") -> Response:
    desk, given = parts(request), Code.parse(code)
    if seconds := ceil(desk.slips.wait(staff.actor)):
        return _form(request, 429, typed=code, problem=words_of(request).say(WAIT, seconds=seconds))
    if given is None:
        return _form(request, 422, typed=code, problem=_what_is_wrong(request, Typed.of(code)), compare=True)
    try:
        seen = desk.register.with_code(given)
    except VisitUnknown:
        desk.slips.failed(staff.actor)
        _note(request, "slip.unknown", staff.actor)
        return _form(request, 422, typed=code, problem=words_of(request).say(UNKNOWN))
    desk.slips.passed(staff.actor)
    _note(request, "slip.look", staff.actor, seen.visit)
    return page(request, "slip.html", belongs_to="/", seen=seen, names=True)


def _what_is_wrong(request: Request, typed: Typed) -> str:
    """As exact as can be told: somebody stands at the counter, and behind them others."""
    say = words_of(request).say
    if not typed.groups:
        return say(NO_CODE)
    if typed.wrong and len(typed.groups) <= SHOWN:
        return say(WRONG_GROUP, groups=", ".join(map(str, typed.wrong)))
    if typed.signs != DIGITS:
        return say(WRONG_LENGTH, count=typed.signs)
    return say(WRONG_DIGIT)


def _form(
    request: Request, status: int = 200, *, typed: str = "", problem: str | None = None, compare: bool = False
) -> Response:
    """The question, with what was typed: by POST alone, and on this one page, which no browser keeps."""
    mark = DayMark.of(parts(request).reception.today())
    seen = Typed.of(typed) if compare else Typed((), ())
    told = {"typed": typed, "groups": seen.groups[:SHOWN], "wrong": seen.wrong, "problem": problem}
    return page(request, "slip_ask.html", status, belongs_to="/", mark=mark, sign=SIGNS[mark.sign], **told)


def _note(request: Request, act: str, actor: str, about: str = "") -> None:
    """A visitor who stands at the counter does not wait for the trail's disk."""
    try:
        parts(request).trail.note(act, actor=actor, about=about)
    except DiskRefused as error:
        log.warning("%s", error)
