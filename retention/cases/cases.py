"""Cases: placed by one person, confirmed by a second; renewed, released, or ended by their own deadline.

The footage is sealed anew as soon as a case is proposed, because it may die within the hour, under a key that dies with
the first of its originals, and after 24 hours at the latest. Only a second person gives it a later end. So nothing
outlives its term unconfirmed, and nobody needs to remember to let a proposal lapse.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.errors import DiskRefused, EpochErased
from retention.base.translations import N_
from retention.base.trusted import TrustedTime
from retention.cases.case import Case, Standing, Step, Term
from retention.cases.errors import CaseBusy, CaseRefused, NoSuchCase
from retention.cases.keys import Keys
from retention.cases.ledger import Ledger
from retention.cases.originals import originals
from retention.cases.reseal import Film, Span
from retention.cases.securing import GONE, Progress, Securing
from retention.cases.shelf import Shelf
from retention.rules import AFTER_ANSWER, ANSWER_WITHIN, LEAD, RENEWALS, case_deadline
from retention.texts import Texts

CATEGORIES: Final = ("incident", "damage_or_theft", "unauthorised_entry")
ASKED: Final = "person_asked"
PROPOSED_FOR: Final = timedelta(hours=24)
PROPOSALS: Final = 16  # of one person at a time, so that nobody takes the places of all
HASTE: Final = LEAD + timedelta(seconds=15)  # so long before the deadline nothing is begun any more
SOON: Final = HASTE + timedelta(minutes=1)  # footage that dies before that is not proposed: nobody could confirm it
SOON_ENDS: Final = timedelta(days=3)  # so long before its end somebody is told
LONGEST_ASKED: Final = ANSWER_WITHIN + AFTER_ANSWER

CATEGORY = N_("Choose why this footage is to be kept.")
REASON = N_("Write in a few words why this footage is to be kept.")
BACKWARDS = N_("The span ends before it begins. Change the times.")
AHEAD = N_("The span lies ahead. Only footage that is there can be kept.")
NO_CAMERA = N_("There is no such camera.")
NOTHING = N_("There is no footage of that time. Nothing was placed.")
MANY = N_("Many cases of yours wait for a second person. Ask somebody to look at those first.")
TWICE = N_("This case is confirmed already.")
SECOND = N_("You placed this case yourself. Somebody else must confirm it.")
TOO_LATE = N_("It is too late for this case: its footage is being destroyed.")
BUSY = N_("The footage of this case is still being secured. Try again in a moment.")
NOT_KEPT = N_("Only a case that two people decided on can be renewed.")
NO_MORE = N_("This case was renewed %(times)s times. It cannot be renewed again.")
TOO_LONG = N_("Footage that somebody asked for is kept for ten weeks at most.")


class Cases:
    """The cases of one site, for whoever holds the reader key. Every step is in the trail before it is taken."""

    def __init__(self, office: Office, reader: X25519PrivateKey, film: Film) -> None:
        self._office, self._state = office, office.state
        self._trusted = TrustedTime(office.state, office.clock)
        self._trail = Trail(office.state, office.clock)
        self._texts = Texts(office.state, office.clock)
        self._shelf = Shelf(office.state)
        self._ledger = Ledger(office.state.cases)
        self._keys = Keys(office.state, self._shelf, reader, self._trusted)
        self._securing = Securing(office.state, self._shelf, self._keys, reader, film)

    def propose(
        self, cameras: Sequence[str], start: datetime, end: datetime, *, category: str, reason: str, by: str
    ) -> Case:
        """Place a case; its footage is yet to be secured, and a second person to confirm it before `until`.

        Raises CaseRefused with the rule that is broken.
        """
        if category not in CATEGORIES:
            raise CaseRefused(CATEGORY)
        if not reason.strip():
            raise CaseRefused(REASON)
        mine = [one for one in self.standing() if one.state == "proposed" and one.case.placed.by == by]
        if len(mine) >= PROPOSALS:
            raise CaseRefused(MANY)
        draft, first = self._draft(cameras, (start, end), Step(self.now(), by), category, SOON)
        return self._place(draft, min(draft.placed.at + PROPOSED_FOR, first), reason, "case.place")

    def freeze(
        self, cameras: Sequence[str], start: datetime, end: datetime, *, request: str, by: str, deadline: datetime
    ) -> Case:
        """Keep what somebody asked to see of themselves, secured at once, until `deadline`: the law asks for it.

        `request` is the number of their request. Needs no second person. Raises CaseRefused, DiskRefused (then what
        was made stays, and `secure` goes on).
        """
        draft, _ = self._draft(cameras, (start, end), Step(self.now(), by), ASKED, timedelta(0))
        if deadline > draft.placed.at + LONGEST_ASKED:
            raise CaseRefused(TOO_LONG)
        placed = self._place(replace(draft, request=request), deadline, "", "case.freeze")
        return self.secure(placed.number)

    def secure(self, number: str, progress: Progress | None = None) -> Case:
        """Seal the footage of a case anew; a second call goes on where the first was cut short."""
        with self._shelf.turn("hand"):
            case = self._must_find(number).case
            if case.secured:
                return case
            try:
                missing = self._securing.secure(case, self.now, progress)
            except EpochErased as error:
                raise NoSuchCase(GONE) from error
            with self._shelf.turn():
                case = replace(self._must_find(number).case, secured=True, missing=missing)
                self._shelf.store(case)
        return case

    def confirm(self, number: str, *, by: str, through: str = "") -> Case:
        """The second person's word. `through`: the operating-system user, where it was given on a command line."""
        with self._shelf.turn():
            case = self._in_time(number).case
            if case.is_decided:
                raise CaseRefused(TWICE)
            if case.placed.by == by:
                raise CaseRefused(SECOND)
            until = case_deadline(case.placed.at, self._office.config.retention)
            return self._decide(case, Term(Step(self.now(), by), until), "case.confirm", through)

    def renew(self, number: str, *, reason: str, by: str, through: str = "") -> Case:
        """A later end, counted from now, for a reason; by the privacy officer, whom the caller has made sure of."""
        with self._shelf.turn():
            case = self._in_time(number).case
            if case.confirmed is None:
                raise CaseRefused(NOT_KEPT)
            if len(case.renewals) >= RENEWALS:
                raise CaseRefused(NO_MORE, times=RENEWALS)
            if not reason.strip():
                raise CaseRefused(REASON)
            step = Step(self.now(), by, self._texts.write(reason))
            until = case_deadline(step.at, self._office.config.retention)
            return self._decide(case, Term(step, until), "case.renew", through)

    def shorten(self, number: str, deadline: datetime, *, by: str) -> None:
        """An earlier end, as when a request is answered; a later one changes nothing."""
        with self._shelf.turn():
            case = self._must_find(number).case
            self._note("case.shorten", case, by)
            self._keys.shorten(case.epoch, deadline)

    def release(self, number: str, *, reason: str, by: str) -> list[str]:
        """Destroy a case's key and files now; sentences on what would not go, which the reaper tries again."""
        with self._shelf.turn():
            case = self._must_find(number).case
            if not reason.strip():
                raise CaseRefused(REASON)
            self._note("case.release", case, by, text=self._texts.write(reason))
            self._keys.shorten(case.epoch, self.now())  # should this process end here, the reaper goes on
            self._ledger.close(number)
            return self._keys.destroy(case.epoch)

    def standing(self) -> list[Standing]:
        """Every case there is a record of, the newest first."""
        live = self._keys.live(self.now())
        return [Standing(case, live[case.epoch].deadline if case.epoch in live else None) for case in self._shelf.all()]

    def find(self, number: str) -> Standing | None:
        """A case and until when it stands."""
        return next((one for one in self.standing() if one.case.number == number), None)

    def tidy(self) -> list[Case]:
        """Finish what a crash left half done, and note what has ended; the cases that are yet to be secured."""
        with self._shelf.turn():
            self._keys.tidy(self.now())
            there = {one.number for one in self._shelf.all()}
            for number, decided in self._ledger.all().items():
                if number not in there:
                    self._trail.note("case.end" if decided else "case.lapse", actor="portier", about=number)
                    self._ledger.close(number)
        return [one.case for one in self.standing() if one.deadline is not None and not one.case.secured]

    def until(self, standing: Standing) -> datetime | None:
        """Until when a second person is in time to confirm: a whole minute, so that it reads the same everywhere."""
        return (standing.deadline - HASTE).replace(second=0, microsecond=0) if standing.deadline else None

    def ends(self, standing: Standing) -> datetime | None:
        """When it is over as people are told: what nobody confirmed is lost when it is too late to confirm it."""
        return self.until(standing) if standing.state == "proposed" else standing.deadline

    def _draft(
        self, cameras: Sequence[str], span: Span, placed: Step, category: str, soon: timedelta
    ) -> tuple[Case, datetime]:
        """A case as it would be, without what dies within `soon`; and when the first of its footage dies."""
        start, end = span[0].astimezone(UTC), min(span[1].astimezone(UTC), placed.at)
        names = sorted(set(cameras))
        known = {one.name for one in self._office.config.cameras} | set(self._state.cameras())
        if not names or not known.issuperset(names):
            raise CaseRefused(NO_CAMERA)
        if start >= placed.at:
            raise CaseRefused(AHEAD)
        if end <= start:
            raise CaseRefused(BACKWARDS)
        found = [one for name in names for one in originals(self._state, name, start, end, placed.at)]
        kept = [one for one in found if one.deadline > placed.at + soon]
        if not kept:
            raise CaseRefused(NOTHING)
        if len(kept) < len(found):  # nobody could confirm before these die: the rest shall not die with them
            start = max(start, min(one.begins for one in kept))
        case = Case(secrets.token_hex(4), 0, tuple(names), start, end, category, placed)
        return case, min(one.deadline for one in kept)

    def _place(self, draft: Case, deadline: datetime, reason: str, act: str) -> Case:
        text = self._texts.write(reason) if reason else ""
        draft = replace(draft, placed=replace(draft.placed, text=text))
        with self._shelf.turn():
            self._note(act, draft, draft.placed.by, text=text)
            slot = self._keys.claim(draft.placed.at, deadline)
            case = replace(draft, epoch=slot.epoch)
            try:
                self._shelf.store(case)
                self._ledger.put(case.number, decided=case.is_decided)
            except DiskRefused:
                self._keys.destroy(slot.epoch)
                raise
        return case

    def _decide(self, case: Case, term: Term, act: str, through: str) -> Case:
        self._note(act, case, term.step.by, through, term.step.text)
        decided = replace(case, becoming=term)
        self._ledger.put(case.number, decided=True)
        self._shelf.store(decided)
        done = self._keys.carry_out(decided, self.now())
        if done is None:
            raise CaseRefused(TOO_LATE)
        return done

    def _in_time(self, number: str) -> Standing:
        """A case that is secured and stays long enough to be decided on."""
        standing = self._must_find(number)
        assert standing.deadline is not None
        if self.now() >= standing.deadline - HASTE:
            raise CaseRefused(TOO_LATE)
        if not standing.case.secured:
            raise CaseBusy(BUSY)
        return standing

    def _must_find(self, number: str) -> Standing:
        standing = self.find(number)
        if standing is None or standing.deadline is None:
            raise NoSuchCase(GONE)
        return standing

    def _note(self, act: str, case: Case, by: str, category: str = "", text: str = "") -> None:
        span = (case.start, case.end)
        self._trail.note(act, actor=by, about=case.number, category=category or case.category, span=span, text=text)

    def now(self) -> datetime:
        """What cases go by: the later of trusted time and system clock."""
        return self._trusted.latest()
