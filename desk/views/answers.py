"""The answer to a request: composed, looked at, noted by the privacy officer; then as a letter and for a mail."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from starlette.responses import Response

from desk.accounts import Staff
from desk.asking import Choices
from desk.errors import NotYours
from desk.namesakes import alike, same
from desk.pages import page, see
from desk.parts import Inside, Officer, parts
from desk.views.request import Version
from desk.views.requests import Text, no_attachments
from retention.asked import fit, words
from retention.asked.errors import RequestRefused
from retention.asked.paper import pdf, text
from retention.asked.request import DECISIONS, Answer
from retention.asked.request import Request as Asked
from retention.base.errors import TypesettingRefused
from retention.base.translations import N_

router = APIRouter(prefix="/requests", dependencies=[Depends(no_attachments)])
NO_DECISION = N_("Choose what you decide.")
ONLY_THEY = N_("Only who noted this request, and the privacy officer, can see it now that it is answered.")
NO_PAPER = N_("The letter cannot be made as a PDF now. Take the text, or call facilities.")


@router.get("/{number}/answer")
def show(request: Request, staff: Officer, number: str) -> Response:
    found = parts(request).asking.read(number, by=staff.actor)
    if found.head.state == "answered":
        return see(f"/requests/{number}")
    asking = parts(request).asking
    visits = tuple(seen.visit for seen in same(found.content.name, asking.visits()))
    kept = asking.kept(found) is not None
    return _form(request, found, Choices("yes", visits=visits, withheld=_withheld(request, found), copy=kept))


@router.post("/{number}/answer")
def answer(
    request: Request,
    *,
    staff: Officer,
    number: str,
    version: Version,
    act: Annotated[str, Form(max_length=20)] = "look",
    decision: Annotated[str, Form(max_length=20)] = "",
    language: Annotated[str, Form(max_length=5)] = "nl",
    visits: Annotated[list[str] | None, Form(max_length=500)] = None,
    not_theirs: Annotated[list[str] | None, Form(max_length=500)] = None,
    withheld: Annotated[list[str] | None, Form(max_length=20)] = None,
    promised: Annotated[bool, Form(alias="copy")] = False,
    account: Annotated[str, Form(max_length=200)] = "",
    remark: Text = "",
) -> Response:
    """Show the letter as it would be; with `act=answer` note it."""
    asking = parts(request).asking
    found = asking.read(number, by=staff.actor)
    chosen = next((one for one in DECISIONS if one == decision), None)
    reasons = tuple(one for one in words.WITHHELD if one in (withheld or []))
    spoken = language if language in ("nl", "en") else "nl"
    theirs, others = tuple(visits or ()), tuple(not_theirs or ())
    choices = Choices(chosen or "yes", spoken, theirs, reasons, account, not_theirs=others, copy=promised)
    try:
        if chosen is None:
            raise RequestRefused(NO_DECISION)
        choices = replace(choices, remark=fit.lines(remark, fit.LONGEST_TEXT))
        drafted = asking.draft(found, choices, by=staff.actor)
        if act == "answer":
            asking.answer(number, version, drafted)
            return see(f"/requests/{number}")
    except RequestRefused as error:
        return _form(request, found, choices, 422, problem=str(error))
    return _form(request, found, choices, drafted=drafted)


@router.get("/{number}/letter.pdf")
def show_pdf(request: Request, staff: Inside, number: str) -> Response:
    found, said = _answered(request, staff, number)
    try:
        made = pdf(parts(request).asking.letter(found, said), said.at)
    except TypesettingRefused:
        return page(request, "sorry.html", 503, message=NO_PAPER, back=f"/requests/{number}")
    return Response(made, media_type="application/pdf", headers=_as_file(f"antwoord-{number}.pdf"))


@router.get("/{number}/letter.txt")
def show_text(request: Request, staff: Inside, number: str) -> Response:
    found, said = _answered(request, staff, number)
    letter = text(parts(request).asking.letter(found, said))
    return Response(letter, media_type="text/plain; charset=utf-8", headers=_as_file(f"antwoord-{number}.txt"))


@router.post("/{number}/close")
def close(
    request: Request, *, staff: Officer, number: str, version: Version, why: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    if why not in words.CLOSINGS:
        raise HTTPException(422)
    parts(request).asking.close(number, version, by=staff.actor, why=why)
    return see(f"/requests?done={number}")


def _answered(request: Request, staff: Staff, number: str) -> tuple[Asked, Answer]:
    asking = parts(request).asking
    if asking.closed_to(staff, number):
        raise NotYours(ONLY_THEY)
    found = asking.read(number, by=staff.actor)
    if found.content.answer is None:
        raise HTTPException(404)
    return found, found.content.answer


def _withheld(request: Request, found: Asked) -> tuple[str, ...]:
    """What is chosen beforehand: others are in any footage, and the list of a calamity stays."""
    chosen = ["others"] if found.content.told("frozen") else []
    chosen += ["safety"] if found.head.kind == "deletion" else []
    chosen += ["calamity"] if found.head.kind != "objection" and parts(request).asking.calamity() else []
    return tuple(chosen)


def _form(
    request: Request,
    found: Asked,
    choices: Choices,
    status: int = 200,
    *,
    drafted: Answer | None = None,
    problem: str | None = None,
) -> Response:
    asking = parts(request).asking
    visits = asking.visits()
    first, others = alike(found.content.name, visits)
    return page(
        request,
        "answer.html",
        status,
        names=True,
        found=found,
        choices=choices,
        letter=asking.letter(found, drafted) if drafted else None,
        first=first,
        others=others,
        named={seen.visit for seen in same(found.content.name, visits)},
        kept=asking.kept(found),
        copy_until=asking.kept_until(found),
        problem=problem,
        asked=words,
    )


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
