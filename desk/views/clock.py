"""The clock: trusted time beside the system clock, and two colleagues who say that the system clock is right."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from desk.pages import page, see
from desk.parts import Inside, parts
from retention.timekeeping.confirmation import ConfirmationRefused, Confirmations
from retention.timekeeping.standing import Standing

router = APIRouter()
Offset = Annotated[float, Form(allow_inf_nan=False)]


@router.get("/clock")
def show(request: Request, staff: Inside) -> Response:
    return _page(request)


@router.post("/clock/propose")
def propose(request: Request, staff: Inside, offset: Offset) -> Response:
    """The first of two."""
    try:
        _confirmations(request).propose(staff.actor, offset)
    except ConfirmationRefused as refused:
        return _page(request, str(refused))
    return see("/clock")


@router.post("/clock/confirm")
def confirm(request: Request, staff: Inside, offset: Offset) -> Response:
    """The second of two; retention takes it within a minute."""
    try:
        _confirmations(request).confirm(staff.actor, offset)
    except ConfirmationRefused as refused:
        return _page(request, str(refused))
    return see("/clock")


def _page(request: Request, problem: str | None = None) -> Response:
    confirmations = _confirmations(request)
    return page(
        request,
        "clock.html",
        409 if problem else 200,
        standing=Standing.of(parts(request).office),
        proposed=confirmations.proposed(),
        confirmed=confirmations.is_confirmed(),
        problem=problem,
    )


def _confirmations(request: Request) -> Confirmations:
    office = parts(request).office
    return Confirmations(office.state, office.clock)
