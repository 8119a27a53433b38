"""The monthly review of the trail: what stands out in a month and why, and the privacy officer's signature under it."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import Response

from desk.pages import page, see, words_of
from desk.parts import Officer, parts
from retention.base.audit import Entry
from retention.base.errors import DiskRefused, UsageRefused
from retention.base.readerkey import private_half
from retention.base.translations import N_
from retention.review.month import Month
from retention.review.paper import paper
from retention.review.sheet import sheet
from retention.review.signing import NoTrail, ReviewRefused, Reviews
from retention.review.words import ReviewWords
from retention.texts import LONGEST, Texts

router = APIRouter()
NOT_WRITTEN = N_("The trail cannot be written, so nothing is signed. Ask facilities to check the disk of the server.")


@router.get("/review")
def show_months(request: Request, staff: Officer) -> Response:
    return page(request, "reviews.html", months=_reviews(request).months(), review_words=_words(request))


@router.get("/review/{month}.pdf")
def show_paper(request: Request, staff: Officer, month: str) -> Response:
    office, asked, language = parts(request).office, _month(month), words_of(request).language
    try:
        _reviews(request).must_reach(asked)
    except NoTrail as error:
        raise HTTPException(404) from error
    made = paper(_reviews(request).of(asked), _signature(request, asked), office.config, language, office.clock.now())
    headers = {"Content-Disposition": f'attachment; filename="review-{asked}.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)


@router.get("/review/{month}")
def show_month(request: Request, staff: Officer, month: str) -> Response:
    asked, reviews = _month(month), _reviews(request)
    standing = next((one for one in reviews.months() if one.month == asked), None)
    if standing is None:
        raise HTTPException(404)
    seen, signature = reviews.of(asked), standing.signature
    return page(
        request,
        "review.html",
        standing=standing,
        shown=sheet(seen, signature, parts(request).office.config, _words(request)),
        as_signed=reviews.is_as_signed(seen, signature) if signature else None,
        note=_note(request, signature),
        longest=LONGEST,
    )


@router.post("/review/{month}")
def sign(
    request: Request,
    *,
    staff: Officer,
    month: str,
    digest: Annotated[str, Form(max_length=64)],
    note: Annotated[str, Form(max_length=4 * LONGEST)] = "",
) -> Response:
    """Sign off what was seen: the digest is that of the page the officer looked at."""
    asked, office = _month(month), parts(request).office
    try:
        mark = Texts(office.state, office.clock).write(note) if note.strip() else ""
        _reviews(request).sign(asked, digest, actor=staff.actor, text=mark)
    except ReviewRefused as error:
        return page(request, "sorry.html", 409, message=str(error))
    except UsageRefused:
        return page(request, "sorry.html", 422, message=N_("This note is too long: write at most 2000 characters."))
    except DiskRefused:
        return page(request, "sorry.html", 503, message=NOT_WRITTEN)
    return see(f"/review/{asked}")


def _reviews(request: Request) -> Reviews:
    office = parts(request).office
    return Reviews(office.state, office.config, office.clock)


def _words(request: Request) -> ReviewWords:
    words = words_of(request)
    return ReviewWords(words.language, words.zone)


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except UsageRefused as error:
        raise HTTPException(404) from error


def _signature(request: Request, month: Month) -> Entry | None:
    return next((one.signature for one in _reviews(request).months() if one.month == month), None)


def _note(request: Request, signature: Entry | None) -> str | None:
    """What was written with the signature, as long as it is kept."""
    if signature is None or not signature.text:
        return None
    office = parts(request).office
    return Texts(office.state, office.clock).read(signature.text, private_half(office.state))
