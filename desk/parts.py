"""What one desk is made of, handed to every view; there is no global application."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from desk.accounts import Staff
from desk.alarm import Alarm
from desk.asking import Asking
from desk.bells import Bells
from desk.caseroom import CaseRoom
from desk.drafts import Drafts
from desk.exports import ExportRoom
from desk.frontdoor import FrontDoor
from desk.looks import Looks
from desk.throttle import Throttle
from kiosk.labels.handing import Labels
from kiosk.reception import Reception
from kiosk.register import Register
from recorder.footage import Footage
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.database import Database
from retention.base.errors import PortierError

LOGIN_COOKIE = "portier_login"


@dataclass(frozen=True)
class Parts:
    """Everything a view may use."""

    office: Office
    database: Database
    front_door: FrontDoor
    reception: Reception
    register: Register
    alarm: Alarm
    bells: Bells
    footage: Footage
    looks: Looks
    drafts: Drafts
    exports: ExportRoom
    caseroom: CaseRoom
    trail: Trail
    asking: Asking
    slips: Throttle
    labels: Labels

    def close(self) -> None:
        """Let go of the database and of what was exported."""
        self.exports.close()
        self.caseroom.close()
        self.alarm.close()
        self.reception.close()
        self.labels.close()
        self.database.close()


class NeedsLogIn(Exception):
    """Whoever asks is not logged in."""


class NeedsOfficer(Exception):
    """This is for the privacy officer alone."""


def parts(request: Request) -> Parts:
    """The desk this request came to."""
    found = request.app.state.parts
    assert isinstance(found, Parts)
    return found


def somebody(request: Request) -> Staff | None:
    """Who asks, if they are logged in."""
    staff = parts(request).front_door.who(request.cookies.get(LOGIN_COOKIE))
    request.state.staff = staff
    return staff


def somebody_or_nobody(request: Request) -> Staff | None:
    """Who asks, where the answer may not keep anybody waiting: without a database it is nobody."""
    try:
        return somebody(request)
    except PortierError:
        return None


def logged_in(request: Request) -> Staff:
    """Who asks; anybody else is sent to the log-in page."""
    staff = somebody(request)
    if staff is None:
        raise NeedsLogIn
    return staff


def privacy_officer(request: Request) -> Staff:
    """Who asks, if it is the privacy officer; anybody else is told so."""
    staff = logged_in(request)
    if not staff.is_officer:
        raise NeedsOfficer
    return staff


Officer = Annotated[Staff, Depends(privacy_officer)]
Inside = Annotated[Staff, Depends(logged_in)]
Perhaps = Annotated[Staff | None, Depends(somebody)]
InAHurry = Annotated[Staff | None, Depends(somebody_or_nobody)]
