"""The words of the monthly review: why a finding stands there, what acts and reasons are called."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta

from retention.asked.words import CLOSINGS, KINDS, WAYS
from retention.base.localtime import comes_twice
from retention.base.state import CALAMITIES, CAMERA_STREAM, CASES, REQUESTS, TEXTS, VISITS
from retention.base.translations import N_, translator
from retention.review.findings import AGAIN, MUCH, SEEN, SEVERAL, TECHNICAL, Finding, Review
from retention.review.month import Month

TITLES = {
    "no_reason": N_("Looked without a reason"),
    "off_hours": N_("Looked outside working hours"),
    "again": N_("The same stretch, again and again"),
    "much": N_("Much footage in one day"),
    "technical": N_("A long technical check"),
    "export": N_("Footage taken out"),
    "kept": N_("Footage kept longer"),
    "request": N_("Requests of people about their own data"),
    "deleted": N_("Visits deleted before the day was over"),
    "account": N_("Accounts that changed"),
    "login": N_("Failed log-ins"),
    "clock": N_("The clock was confirmed or changed"),
    "door": N_("Passes that somebody seemed to guess"),
}
WHY = {
    "no_reason": N_("Who looks at footage names a reason first. Here there is none: ask why."),
    "off_hours": N_("Nobody is expected at work then. Ask what the look was for."),
    "again": N_("One person opened the same minutes %(times)s times or more. Ask what they were looking for."),
    "much": N_("One person saw more than %(minutes)s minutes in a day. Ask whether the reason needed that much."),
    "technical": N_("Whether a camera works is seen within %(minutes)s minutes. Ask what was really looked at."),
    "export": N_(
        "A copy outside Portier cannot be destroyed by Portier. Ask whether it is still needed, and where it is."
    ),
    "kept": N_("This footage outlives its four days, or was let go of. See whether the incident still asks for it."),
    "request": N_("People have a right to an answer within four weeks. See whether each has one."),
    "deleted": N_("A visitor can ask for this, and it cannot be undone. See whether somebody asked each time."),
    "account": N_("Who may look, changed. See whether each account and role is still right."),
    "login": N_("Somebody could not get in. Once is a slip; often may be an attack."),
    "clock": N_("A confirmed clock destroys what it makes old. See whether you know of each of these."),
    "door": N_("Sign-outs at that screen counted as probably left for ten minutes. Ask reception what happened."),
}
ACTS = {
    "footage.look": N_("began to look"),
    SEEN: N_("saw footage"),
    "footage.motion": N_("looked for movement"),
    "footage.timeline": N_("asked for the timeline"),
    "footage.export": N_("took out footage"),
    "footage.hold": N_("kept footage from being erased for room"),
    "footage.release": N_("let go of footage that was kept"),
    "footage.blur": N_("took out footage with others made unrecognisable"),
    "case.export": N_("took out footage of a case"),
    "case.blur": N_("took out footage of a case with others made unrecognisable"),
    "case.look": N_("began to look at a case"),
    "case.seen": N_("saw footage of a case"),
    "case.place": N_("asked to keep footage as a case"),
    "case.freeze": N_("froze footage that somebody asked for"),
    "case.confirm": N_("confirmed a case"),
    "case.lapse": N_("a case that nobody confirmed lapsed"),
    "case.renew": N_("renewed a case"),
    "case.shorten": N_("shortened a case"),
    "case.release": N_("released a case"),
    "case.end": N_("ended a case"),
    "request.new": N_("noted a request"),
    "request.look": N_("looked at a request"),
    "request.close": N_("closed a request"),
    "request.identity": N_("noted how it is known who asks"),
    "request.freeze": N_("noted what became of the footage asked for"),
    "request.delete": N_("deleted a visit for a request"),
    "request.correct": N_("corrected a visit for a request"),
    "request.answer": N_("answered a request"),
    "request.command": N_("let the privacy officer act by a command"),
    "visit.list": N_("asked who is inside"),
    "slip.look": N_("looked up a visit by its slip"),
    "slip.unknown": N_("looked for a visit by a slip that nobody has"),
    "visit.correct": N_("corrected a visit"),
    "visit.delete": N_("deleted a visit"),
    "visit.expect": N_("announced a visit"),
    "visit.join": N_("said that an expected visitor is one who signed in"),
    "visit.confirm": N_("confirmed a visitor"),
    "visit.refuse": N_("sent a visitor away"),
    "visit.sign_out": N_("signed a visitor out"),
    "visit.stay": N_("let a visitor stay after hours"),
    "visit.undo_sign_out": N_("took back that a visitor was signed out"),
    "calamity.list": N_("looked at the calamity list"),
    "calamity.print": N_("printed the calamity list"),
    "calamity.start": N_("gave the alarm"),
    "calamity.cancel": N_("took back the alarm"),
    "calamity.end": N_("ended the alarm"),
    "help.call": N_("called for help"),
    "help.answer": N_("answered a call for help"),
    "help.withdraw": N_("took back a call for help"),
    "help.lapse": N_("a call for help that nobody answered ended"),
    "kiosk.close": N_("closed the screen by the door"),
    "kiosk.open": N_("opened the screen by the door"),
    "kiosk.pin": N_("set the PIN of the screen by the door"),
    "camera.look_anew": N_("had a camera measured anew"),
    "review.signed": N_("signed a month off"),
    "account.add": N_("made an account"),
    "account.reset": N_("set another password"),
    "account.disable": N_("closed an account"),
    "account.role": N_("changed a role"),
    "clock_trusted": N_("confirmed the clock"),
    "clock.trusted": N_("confirmed the clock"),
    "clock.confirmed": N_("confirmed the clock"),
    "clock.proposed": N_("proposed to confirm the clock"),
    "clock.confirmation_refused": N_("a confirmation of the clock was refused"),
    "clock.repaired": N_("repaired the clock"),
    "clock.doubted": N_("the clock was doubted"),
    "clock.clamped": N_("deadlines beyond their ceiling were brought back"),
    "clock.floor_made": N_("trusted time began"),
    "clock.stepped_back": N_("the clock was set back"),
    "clock.stepped_forward": N_("the clock was set forward"),
    "passes.guessed": N_("passes were guessed"),
}
REASONS = {
    "": N_("no reason"),
    SEVERAL: N_("several reasons"),
    "incident": N_("Something happened (incident)"),
    "damage_or_theft": N_("Damage or theft"),
    "unauthorised_entry": N_("Somebody came in without permission"),
    "person_asked": N_("Somebody asks for footage of themselves"),
    "technical_check": N_("Checking whether the camera works"),
    "privacy_officer": N_("privacy officer"),
    "staff": N_("staff"),
    "person": N_("a person, by command"),
    "two_people": N_("two people at the desk"),
    "hardware_clock": N_("the hardware clock vouched for it"),
    "waited": N_("nobody set it for a day"),
    "erasure": N_("an erasure on the disk was later"),
    "unreadable": N_("what was written could not be read"),
    "one_account": N_("both words came from one account"),
    "clock_set_or_late": N_("the clock was set since, or it was too late"),
    "not_in_the_trail": N_("the trail does not know of it"),
    "yes": N_("yes"),
    "partly": N_("in part"),
    "no": N_("no"),
    **KINDS,
    **WAYS,
    **CLOSINGS,
}
_MOVED = re.compile(r"[+-](\d{1,11})s")
SAYS_ACT = frozenset({"off_hours", "export", "kept", "request", "deleted", "account", "clock", "login"})
STREAMS = {
    VISITS: N_("visits"),
    TEXTS: N_("sealed texts"),
    CALAMITIES: N_("calamity lists"),
    CASES: N_("cases"),
    REQUESTS: N_("requests"),
}
SEVERAL_THINGS = N_("several things")
NOTHING = N_("Nothing stands out.")
WHOLE = N_("The trail of this month is whole: no line was changed or taken away.")
EMPTY = N_("There is no line of this month in the trail.")
BROKEN = N_("The trail is broken. Keep this page, and have somebody from outside look at the machine.")


class ReviewWords:
    """One language at one site."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self.language, self.zone = language, zone
        self._gettext = translator(language, "oversight")

    def say(self, sentence: str, **values: object) -> str:
        said = self._gettext(sentence)
        return said % values if values else said

    def why(self, kind: str) -> str:
        """Why findings of a kind stand there."""
        values = {"again": {"times": AGAIN}, "much": {"minutes": MUCH}, "technical": {"minutes": TECHNICAL}}
        return self.say(WHY[kind], **values.get(kind, {}))

    def act(self, act: str) -> str:
        """What was done; an act of another version stands as it is, several together as nothing."""
        return self.say(ACTS[act]) if act in ACTS else act

    def reason(self, category: str) -> str:
        if category.startswith("os:"):
            return self.say(N_("through %(who)s"), who=self.who(category))
        return self.say(REASONS[category]) if category in REASONS else category

    def month(self, month: Month) -> str:
        """As "maart 2027"."""
        return str(format_date(month.first, "LLLL yyyy", locale=self.language))

    def day(self, day: date) -> str:
        """As "di 2 mrt": on which day of the week somebody looked matters."""
        return str(format_date(day, "EEE d MMM", locale=self.language)).replace(".", "")

    def who(self, actor: str) -> str:
        """A member of staff by log-in name; anybody else with the way they came."""
        way, _, name = actor.partition(":")
        if way == "staff" and name:
            return name
        beside = {"os": N_("command"), "kiosk": N_("screen at the door")}
        return f"{name} ({self.say(beside[way])})" if way in beside and name else actor.replace("portier", "Portier")

    def when(self, finding: Finding) -> str:
        """When it happened, by the site's clock; nothing where only the stretch that was seen is known."""
        return "" if finding.kind == "again" else self.span(finding.first, finding.last)

    def span(self, start: datetime, end: datetime) -> str:
        begins, ends = start.astimezone(self.zone), end.astimezone(self.zone)
        first, last = self._minute(start), self._minute(end)
        if begins.date() != ends.date():
            return f"{self.day(begins.date())} {first} – {self.day(ends.date())} {last}"
        return f"{self.day(begins.date())} {first}" + (f"–{last}" if last != first else "")

    def _minute(self, moment: datetime) -> str:
        local = moment.astimezone(self.zone)
        season = N_("summer time") if local.dst() else N_("winter time")
        return f"{local:%H:%M}" + (f" ({self.say(season)})" if comes_twice(moment, self.zone) else "")

    def what(self, finding: Finding) -> str:
        """What it is about: an act where the kind does not tell it, a camera or account, the stretch of time."""
        act = self.act(finding.act) if finding.kind in SAYS_ACT else ""
        span = self.span(*finding.span) if finding.span else ""
        said = ", ".join(part for part in (act, self._about(finding), span) if part)
        return said or (self.say(SEVERAL_THINGS) if finding.count > 1 else "")

    def _about(self, finding: Finding) -> str:
        """A case's footage by both, its number and the camera; a visit by the beginning of its id."""
        number, _, camera = finding.about.rpartition("/")
        if number:
            return self.say(N_("case %(number)s, %(camera)s"), number=number, camera=camera)
        if finding.kind == "clock":
            return self._by_how_much(finding.about)
        return finding.about[:8] if finding.act.startswith("visit.") else finding.about

    def _by_how_much(self, about: str) -> str:
        """How far the clock was moved; which clock two people meant is a number that tells nobody anything."""
        moved = _MOVED.fullmatch(about)
        if moved is not None:
            return str(format_timedelta(timedelta(seconds=int(moved[1])), locale=self.language, threshold=2))
        if about.lstrip("-").isdigit():
            return ""
        return self.say(STREAMS[about]) if about in STREAMS else about.removeprefix(CAMERA_STREAM)

    def because(self, finding: Finding) -> str:
        """The reason that was given, where one is asked for."""
        if finding.kind in ("no_reason", "again", "login", "door") or not finding.category:
            return ""
        # Beside some lines about the clock stands a number, which is no reason.
        return "" if finding.kind == "clock" and finding.category.isdigit() else self.reason(finding.category)

    def groups(self, review: Review) -> Iterator[tuple[str, str, list[Finding]]]:
        """Title, why, and the findings of each kind that there is."""
        for kind, title in TITLES.items():
            if found := review.of(kind):
                yield self.say(title), self.why(kind), found
