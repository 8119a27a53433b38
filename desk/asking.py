"""What a request needs from several rooms: visits found by name, footage kept apart, deletion, and the answer.

The register itself knows none of them. Each act can be done again: what a crash left half done shows on the page of
the request, and pressing once more finishes it.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from desk import accounts
from desk.accounts import Staff
from desk.namesakes import same
from desk.stretches import of_case, told_shortly
from desk.toldvisits import told_visits, visit_ends
from kiosk.announcing import AHEAD
from kiosk.errors import VisitUnknown
from kiosk.register import Register, SeenVisit
from recorder.footage import Footage
from retention.asked.errors import RequestChanged, RequestRefused, RequestUnknown, SameName
from retention.asked.letter import Letter, letter
from retention.asked.register import Requests
from retention.asked.request import (
    Account,
    Answer,
    Content,
    Decision,
    Facts,
    Head,
    Kind,
    Request,
    Span,
    Stretch,
    Way,
    epoch_of,
)
from retention.base.command import Office
from retention.base.database import Database
from retention.base.errors import EpochErased, Unavailable
from retention.base.slots import SlotFile
from retention.base.state import CALAMITIES, REQUESTS
from retention.base.translations import N_
from retention.base.trusted import TrustedTime
from retention.cases.case import Standing
from retention.cases.cases import NOTHING, Cases
from retention.cases.errors import CaseRefused
from retention.cases.securing import GONE
from retention.rules import request_deadline, visits_day

log = logging.getLogger("portier.requests")
LONGEST: Final = timedelta(hours=4)  # of footage in one request: it is sealed anew while somebody waits
SPAN_OFF: Final = N_("Choose a camera, and at most four hours that are over.")
NO_ACCOUNT: Final = N_("There is no account of that name.")
NO_COPY: Final = N_("No images are kept for this request any more: a copy cannot be promised.")
UNFINISHED: Final = N_("A visit is not deleted yet. Press Delete once more.")


@dataclass(frozen=True)
class Choices:
    """What the privacy officer chose for an answer."""

    decision: Decision
    language: str = "nl"
    visits: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    account: str = ""
    remark: str = ""
    not_theirs: tuple[str, ...] = ()  # visits of the same name, but of somebody else
    copy: bool = False  # of the footage that is kept for the request


class Asking:
    """The requests of one site, with all that is needed to answer them."""

    def __init__(
        self,
        office: Office,
        database: Database,
        reader: X25519PrivateKey,
        *,
        register: Register,
        footage: Footage,
        cases: Cases,
    ) -> None:
        self._office, self._database, self._reader = office, database, reader
        self._register, self._footage, self._cases = register, footage, cases
        self._time = TrustedTime(office.state, office.clock)
        self.requests = Requests(office.state, office.clock, office.config.site.zone)

    def ask(self, kind: Kind, content: Content, *, by: str, received: datetime | None = None) -> Head:
        """Note a request; footage it asks about is kept apart at once. Raises RequestRefused.

        When keeping it fails, the request stands all the same, and says so until it is done.
        """
        if content.span is not None:
            self._refuse_span(content.span)
        head = self.requests.register(kind, content, by=by, received=received)
        if content.span is None:
            return head
        try:
            return self.freeze(head.number, head.version, by=by).head
        except (CaseRefused, Unavailable) as error:
            log.warning("footage of request %s is not kept yet: %s", head.number, error)
            return head

    def read(self, number: str, *, by: str) -> Request:
        """Open one, on record."""
        return self.requests.read(number, self._reader, by=by)

    def identify(self, number: str, version: int, *, way: Way, by: str) -> Request:
        return self.requests.identify(number, version, self._reader, way=way, by=by)

    def closed_to(self, staff: Staff, number: str) -> Head | None:
        """All that this person may know of it, where it is answered and neither theirs nor are they privacy officer."""
        if staff.is_officer:
            return None
        request = self.requests.open(number, self._reader)
        return request.head if request.head.state == "answered" and request.content.by != staff.actor else None

    def freeze(self, number: str, version: int, *, by: str) -> Request:
        """Keep the footage of a request apart until its own end; a second call finds what the first one made."""
        request = self._current(number, version)
        span = request.content.span
        if request.head.state != "to_freeze" or span is None:
            return request
        case = self._case_of(number)
        try:
            if case is None:
                case = self._cases.freeze(
                    span.cameras, span.start, span.end, request=number, by=by, deadline=request.deadline
                ).number
            else:
                self._cases.secure(case)
        except CaseRefused as error:
            if error.sentence not in (NOTHING, GONE):
                raise
            return self.requests.note(number, version, self._reader, act="not_frozen", told="", by=by)
        return self.requests.note(number, version, self._reader, act="frozen", told=case, by=by)

    def visits(self) -> list[SeenVisit]:
        """All visits of today, and those expected on the days to come; without those that were deleted."""
        today = visits_day(self._time.latest(), self._office.config.site, self._office.config.visits)
        ahead = [today + timedelta(days=days) for days in range(1, AHEAD.days + 1)]
        found = [*self._register.visits(), *(seen for day in ahead for seen in self._register.expected(day))]
        return [seen for seen in found if not seen.deleted]

    def delete(self, number: str, version: int, visit: str, *, by: str) -> Request:
        """Delete a visit for its visitor. The request knows first: after a crash, a second call goes on."""
        request = self._current(number, version)
        until = visit_ends(self._must_find(visit), self._office.config)
        if visit not in request.content.told("deleted"):
            request = self.requests.note(number, version, self._reader, act="deleted", told=visit, by=by, until=until)
        self._register.delete(visit, by=by)
        return request

    def correct(self, number: str, version: int, visit: str, changes: dict[str, Any], *, by: str) -> Request:
        """Put a visit right. Raises what `Register.correct` raises."""
        request = self._current(number, version)
        if request.content.last("identity") is None:
            return self.requests.note(number, version, self._reader, act="corrected", told=visit, by=by)  # refuses
        self._register.correct(visit, changes, by=by)
        return self.requests.note(number, version, self._reader, act="corrected", told=visit, by=by)

    def draft(self, request: Request, choices: Choices, *, by: str) -> Answer:
        """The answer as it would be now. Raises RequestRefused."""
        now, content = self._time.latest(), request.content
        there = self.visits()
        if any(seen.visit in content.told("deleted") for seen in there):
            raise RequestRefused(UNFINISHED)
        if choices.decision != "no" and request.head.kind == "access":
            _refuse_undecided(same(content.name, there), choices)
        kept, promised = self.kept(request), choices.copy and choices.decision != "no"
        if promised and kept is None:
            raise RequestRefused(NO_COPY)
        facts = Facts(
            at=now,
            visits=tuple(seen.visit for seen in there if seen.visit in choices.visits),
            footage=self._stretches(content),
            frozen_until=self.kept_until(request) if kept else None,
            account=self._account(choices.account),
        )
        return Answer(now, by, choices.language, choices.decision, facts, choices.withheld, choices.remark, promised)

    def answer(self, number: str, version: int, answer: Answer) -> Request:
        """Note the answer; request and footage kept for it live six weeks more."""
        request = self.requests.answer(number, version, self._reader, answer)
        for case in request.content.told("frozen"):
            self._shorten(case, request.deadline, by=answer.by)
        return request

    def close(self, number: str, version: int, *, by: str, why: str) -> None:
        """End a request now, and the footage kept for it."""
        case = self._case_of(number)
        self.requests.close(number, version, by=by, why=why)
        if case:
            self._shorten(case, self._time.latest(), by=by)

    def settle(self) -> None:
        """Bring footage kept for a request to the request's end: a crash may have come between the two."""
        requests = SlotFile(self._office.state, REQUESTS)
        if not requests.exists():
            return
        now = self._time.latest()
        for one in self._cases.standing():
            if not one.case.request or one.deadline is None:
                continue
            with suppress(RequestUnknown):  # its record was changed: it ends by its slot
                slot = requests.find(epoch_of(one.case.request))
                ends = slot.deadline if slot else now
                if ends < one.deadline:
                    self._shorten(one.case.number, ends, by="portier")

    def letter(self, request: Request, answer: Answer) -> Letter:
        """The letter, with what can still be told of the visits it is about."""
        told = told_visits(self.visits(), answer.facts.visits, self._office.config, answer.language)
        return letter(request, answer, told, self._office.config)

    def kept(self, request: Request) -> Standing | None:
        """The case with the footage of a request, while it stands."""
        found = (self._cases.find(case) for case in reversed(request.content.told("frozen")))
        return next((one for one in found if one is not None and one.deadline is not None), None)

    def kept_until(self, request: Request) -> datetime:
        """When its footage ends if it is answered now."""
        return request_deadline(request.head.received, self._time.latest())

    def calamity(self) -> bool:
        """Whether the list of a real calamity is kept at this moment."""
        now = self._time.latest()
        return any(now < slot.deadline for slot in SlotFile(self._office.state, CALAMITIES).live())

    def _current(self, number: str, version: int) -> Request:
        request = self.requests.open(number, self._reader)
        if request.head.version != version:
            raise RequestChanged("somebody else changed this request meanwhile: look at it again")
        return request

    def _must_find(self, visit: str) -> SeenVisit:
        found = next((seen for seen in self.visits() if seen.visit == visit), None)
        if found is None:
            raise VisitUnknown("there is no such visit: see `portier visit list`")
        return found

    def _refuse_span(self, span: Span) -> None:
        # Also of a camera that is gone from the configuration, as long as there is footage of it.
        known = {camera.name for camera in self._office.config.cameras} | set(self._office.state.cameras())
        now = self._time.latest()
        if not span.cameras or not known.issuperset(span.cameras) or not span.start < span.end <= span.start + LONGEST:
            raise RequestRefused(SPAN_OFF)
        if span.end > now:
            raise RequestRefused(SPAN_OFF)

    def _case_of(self, number: str) -> str | None:
        """The case that was made for a request, also where a crash kept the request from knowing."""
        return next(
            (one.case.number for one in self._cases.standing() if one.case.request == number and one.deadline), None
        )

    def _shorten(self, case: str, deadline: datetime, *, by: str) -> None:
        try:
            self._cases.shorten(case, deadline, by=by)
        except (CaseRefused, EpochErased):
            return  # it has ended by itself

    def _stretches(self, content: Content) -> tuple[Stretch, ...]:
        """What of the footage asked about is held, and why not: from the case, else from the timeline."""
        span = content.span
        if span is None:
            return ()
        cases = [one for case in content.told("frozen") if (one := self._cases.find(case)) and one.deadline]
        return told_shortly(of_case(cases[0].case, span) if cases else self._of_timeline(span))

    def _of_timeline(self, span: Span) -> list[Stretch]:
        return [
            Stretch(camera, one.start, one.end, one.state == "recorded", one.cause or "")
            for camera in span.cameras
            for one in self._footage.timeline(camera, span.start, span.end)
        ]

    def _account(self, name: str) -> Account | None:
        if not name.strip():
            return None
        with self._database.read() as session:
            wanted = accounts.login_name(name)
            found = next((one for one in accounts.everyone(session) if one.name == wanted), None)
        if found is None:
            raise RequestRefused(NO_ACCOUNT)
        return Account(found.name, found.role, found.made_at, found.last_login_at, found.expires_at)


def _refuse_undecided(visits: Sequence[SeenVisit], choices: Choices) -> None:
    """Of each visit of the same name it is decided whose it is; the letter would be untrue by one tick forgotten."""
    undecided = [seen.visit for seen in visits if (seen.visit in choices.visits) == (seen.visit in choices.not_theirs)]
    if undecided:
        raise SameName(undecided)
