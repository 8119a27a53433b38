"""Proof of erasure: the signed days, and the certificate of each as a PDF. No name stands in any of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from desk.pages import page
from desk.parts import Inside, parts
from retention.base.errors import StateRefused, TypesettingRefused, UsageRefused
from retention.base.translations import N_
from retention.evidence.archive import Archive
from retention.evidence.certificate import certificate
from retention.evidence.digest import Digest, is_sound
from retention.evidence.mail import HeadPost
from retention.evidence.wording import doubts

router = APIRouter()
A_PAGE = 31
CHANGED = N_("What was signed that day was changed afterwards. Tell the privacy officer.")
NO_PAPER = N_("The certificate cannot be made now. Call facilities.")


@dataclass(frozen=True)
class Row:
    """One day; without a digest it was changed after it was signed."""

    day: date
    digest: Digest | None
    erased: int = 0
    late: int = 0
    doubts: int = 0
    moved: int = 0  # keys that got another term and were not destroyed


@router.get("/evidence")
def show(request: Request, staff: Inside, before: date | None = None) -> Response:
    office = parts(request).office
    archive, post = Archive.of(office.state), HeadPost(office)
    days = [day for day in reversed(archive.days()) if before is None or day < before]
    rows = [_row(archive, day) for day in days[:A_PAGE]]
    midnight = datetime.combine(office.clock.now().date() + timedelta(days=1), time(), UTC)
    return page(
        request,
        "evidence.html",
        rows=rows,
        earlier=rows[-1].day if len(days) > A_PAGE else None,
        midnight=midnight,
        post=post,
        mailed=next((row.day for row in rows if row.digest and row.digest.number <= post.mailed()), None),
        first_key=next(iter(archive.first_keys()), None),
    )


@router.get("/evidence/{day}.pdf")
def fetch(request: Request, staff: Inside, day: date) -> Response:
    try:
        content = certificate(parts(request).office, day)
    except UsageRefused:
        raise HTTPException(404) from None
    except StateRefused:
        return page(request, "sorry.html", 409, message=CHANGED)
    except TypesettingRefused:
        return page(request, "sorry.html", 503, message=NO_PAPER)
    headers = {"Content-Disposition": f'attachment; filename="vernietigingsverklaring-{day}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _row(archive: Archive, day: date) -> Row:
    digest = archive.digest(day)
    if digest is None or digest.body is None or not digest.is_signed() or not is_sound(digest.body):
        return Row(day, None)
    figures = digest.body["figures"]
    erased, moved = (sum(figures[name].values()) for name in ("erased", "moved"))
    return Row(day, digest, erased, figures["late"], len(doubts(digest)), moved)
