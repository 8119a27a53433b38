"""What is kept, how long and why: the rules table as this configuration makes it."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from desk.pages import page
from desk.parts import Perhaps, parts
from retention.base.translations import N_
from retention.rules import bounds, explain, rules

router = APIRouter()
# Further pages for staff about what is kept: path, and what the link says.
PAGES: tuple[tuple[str, str], ...] = (
    ("/requests", N_("Requests")),
    ("/review", N_("Monthly review")),
    ("/evidence", N_("Proof of erasure")),
)


@router.get("/privacy")
def show(request: Request, staff: Perhaps) -> Response:
    return page(
        request, "privacy.html", rules=rules(parts(request).office.config), explain=explain, bounds=bounds, pages=PAGES
    )
