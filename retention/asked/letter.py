"""The answer, composed from fixed sentences in plain Dutch or English: what we keep, what is gone, what we do not give.

Pure. Paper and mail show the same letter. Staff write one free part, the remark; all else follows from what was found
and decided, and from the rules table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.dates import format_date

from retention.asked import words
from retention.asked.request import Answer, Request, Stretch
from retention.base.config import Config
from retention.base.translations import N_, translator
from retention.rules import Rule, explain, request_deadline, rules


@dataclass(frozen=True)
class ToldVisit:
    """What is kept of one visit, in the words of the letter. It is never kept with the answer."""

    name: str
    host: str
    help: str
    pass_words: str
    arrived: datetime | None
    left: datetime | None
    until: datetime
    expected_on: date | None = None
    statement: str = ""  # the version of the privacy statement that was shown
    together_with: int = 0  # how many others; who they are is theirs


@dataclass(frozen=True)
class Section:
    """Part of a letter: sentences, then what has a label, then a table with its heads."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    heads: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letter:
    """Everything that is printed or mailed, in that order."""

    language: str
    title: str
    organisation: str
    place: str
    to: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    salutation: str
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    page: str


def letter(request: Request, answer: Answer, visits: Mapping[str, ToldVisit], config: Config) -> Letter:
    """The letter. `visits` holds what can still be told of the visits the answer is about, by their ids."""
    return _Writer(request, answer, visits, config).letter()


_Part = Callable[[], Section | None]


class _Writer:
    """One letter in the making."""

    def __init__(self, request: Request, answer: Answer, visits: Mapping[str, ToldVisit], config: Config) -> None:
        self._request, self._answer, self._visits, self._config = request, answer, visits, config
        self._kind, self._facts = request.head.kind, answer.facts
        self._translate = translator(answer.language, "requests")
        self._rules = {rule.kind: rule for rule in rules(config)}
        self._zone = config.site.zone

    def letter(self) -> Letter:
        organisation, content = self._config.organisation, self._request.content
        officer = organisation.privacy_officer
        received = self._request.head.received.astimezone(self._zone).date()
        return Letter(
            language=self._answer.language,
            title=self._say(words.TITLES[self._kind]),
            organisation=organisation.name,
            place=" · ".join(part for part in (self._config.site.name, self._config.site.building) if part),
            to=(content.name, *(part for part in content.reach.split("\n") if part)),
            facts=(
                (self._say(N_("Date")), self._day(self._answer.at.astimezone(self._zone).date())),
                (self._say(N_("Our number")), self._request.head.number),
            ),
            salutation=self._say(N_("Dear {name},"), name=content.name),
            opening=(self._say(words.OPENINGS[self._kind], day=self._day(received)),),
            sections=tuple(section for section in self._sections() if section is not None),
            closing=(
                self._say(N_("Kind regards,")),
                organisation.name,
                *(
                    (
                        self._say(
                            N_(
                                "Questions? Ask {officer}.",
                            ),
                            officer=officer,
                        ),
                    )
                    if officer
                    else ()
                ),
            ),
            page=self._say(N_("page")),
        )

    def _sections(self) -> list[Section | None]:
        middle: tuple[_Part, ...] = (self._weighed,)
        if self._kind == "access":
            middle = (self._visit, self._footage, self._account, self._gone)
        elif self._kind == "correction":
            middle = (self._corrected, *((self._gone,) if self._answer.decision == "no" else ()))
        elif self._kind == "deletion":
            middle = (self._deleted, self._goes_later)
        told = self._kind == "access" and self._answer.decision != "no"
        last: tuple[_Part, ...] = (self._purposes, self._who_sees) if told else ()
        return [part() for part in (*middle, self._withheld, self._remark, *last, self._this_request, self._rights)]

    def _visit(self) -> Section | None:
        facts, said = self._facts, list[str]()
        if self._answer.decision == "no":
            return None
        told = [self._visits[visit] for visit in facts.visits if visit in self._visits]
        if not facts.visits:
            said.append(self._say(N_("We find no visit of yours of today, nor one that is expected.")))
        elif not told:
            said.append(self._say(N_("We told you what we kept of your visit. That is destroyed by now.")))
        rows = tuple(row for visit in told for row in self._visit_rows(visit))
        return Section(self._say(N_("What we keep now: your visit")), tuple(said), rows)

    def _footage(self) -> Section | None:
        held = [stretch for stretch in self._facts.footage if stretch.held]
        if self._answer.decision == "no" or not held:
            return None
        rows = tuple((self._say(N_("Camera images")), self._stretch(stretch)) for stretch in held)
        after = list[str]()
        if self._facts.frozen_until:
            until, promised = self._local_day(self._facts.frozen_until), self._answer.copy
            kept = N_("We keep this apart until {day}, so that you can have it.")
            after.append(self._say(kept if promised else N_("We keep this apart until {day}."), day=until))
        if self._answer.copy:
            after.append(self._say(N_("You get a copy. Nobody else can be recognised in it.")))
        return Section(self._say(N_("What we keep now: camera images")), (), rows, after=tuple(after))

    def _account(self) -> Section | None:
        rows = self._account_rows() if self._answer.decision != "no" else []
        return Section(self._say(N_("What we keep now: your account")), (), tuple(rows)) if rows else None

    def _visit_rows(self, visit: ToldVisit) -> list[tuple[str, str]]:
        labelled = {
            N_("Your name"): visit.name,
            N_("You visit"): visit.host,
            N_("Help you want"): visit.help,
            N_("Your pass"): visit.pass_words,
            N_("Expected on"): self._day(visit.expected_on) if visit.expected_on else "",
            N_("Came in"): self._moment(visit.arrived) if visit.arrived else "",
            N_("Left"): self._moment(visit.left) if visit.left else "",
            N_("You signed in together with"): self._others(visit.together_with),
            N_("Privacy statement you could read"): self._version(visit.statement),
            N_("Destroyed on"): self._moment(visit.until),
        }
        return [(self._say(label), value) for label, value in labelled.items() if value]

    def _others(self, count: int) -> str:
        if count == 0:
            return ""
        return self._say(N_("one other")) if count == 1 else self._say(N_("{count} others"), count=count)

    def _version(self, version: str) -> str:
        return self._say(N_("version {version}"), version=version) if version else ""

    def _account_rows(self) -> list[tuple[str, str]]:
        account = self._facts.account
        if account is None:
            return []
        role = self._say(words.ROLES.get(account.role, account.role))
        return [
            (self._say(N_("Your account")), f"{account.name} ({role})"),
            (self._say(N_("Made on")), self._local_day(account.made)),
            (self._say(N_("Last log-in")), self._moment(account.last_login) if account.last_login else "-"),
            (self._say(N_("Ends on")), self._local_day(account.ends)),
        ]

    def _gone(self) -> Section:
        footage = explain(self._rules["footage"], self._translate)
        said = [
            self._say(
                words.EARLIER_DAYS,
                time=f"{self._config.visits.day_ends:%H:%M}",
            ),
            self._say(N_("Camera images we destroy after {footage}."), footage=footage),
        ]
        gone = [stretch for stretch in self._facts.footage if not stretch.held]
        rows = tuple((self._stretch(stretch), self._cause(stretch)) for stretch in gone)
        if rows:
            said.append(self._say(N_("Of the time you asked about, this is not there:")))
        return Section(self._say(N_("What is not there any more")), tuple(said), rows)

    def _corrected(self) -> Section:
        count = len(set(self._request.content.told("corrected")))
        if self._answer.decision != "no" and count:
            said = self._say(N_("We have put right what you told us. It is changed at once, on the list too."))
        elif self._answer.decision != "no":
            said = self._say(N_("We have put right what you told us."))
        else:
            said = self._say(N_("We have changed nothing."))
        return Section(self._say(N_("What we have changed")), (said,))

    def _deleted(self) -> Section:
        said = []
        if self._request.content.told("deleted"):
            said.append(self._say(N_("We have deleted your visit: your name, whom you visit and the help you want.")))
            said.append(self._say(words.NAMELESS_LINE))
        if self._answer.decision == "no" or not said:
            said.append(self._say(N_("We have deleted nothing early.")) if not said else "")
        return Section(self._say(N_("What we have deleted")), tuple(part for part in said if part))

    def _goes_later(self) -> Section:
        said, step = list[str](), self._request.content.last("deleted")
        if step and step.until:
            sentence = words.COPIES_GO if step.until > self._answer.at else words.COPIES_GONE
            said.append(self._say(sentence, moment=self._moment(step.until)))
        said.append(
            self._say(
                N_("Camera images go by themselves: each of them {footage} after it was made."),
                footage=explain(self._rules["footage"], self._translate),
            )
        )
        return Section(self._say(N_("What goes by itself")), tuple(said))

    def _weighed(self) -> Section:
        decision = self._answer.decision
        said = [self._say(N_("We have weighed your interest against that of everybody in the building."))]
        if decision == "no":
            said.append(self._say(words.WE_GO_ON))
        else:
            said.append(self._say(words.DECISIONS["objection"][decision]) + ".")
        return Section(self._say(N_("What we decided")), tuple(said))

    def _withheld(self) -> Section | None:
        periods = {kind: explain(self._rules[kind], self._translate) for kind in ("footage", "calamity")}
        said = tuple(self._say(words.WHY[reason], **periods) for reason in self._answer.withheld if reason in words.WHY)
        return Section(self._say(N_("What we do not give or do, and why")), said) if said else None

    def _remark(self) -> Section | None:
        parts = tuple(part for part in self._answer.remark.split("\n") if part)
        return Section(self._say(N_("What we want to add")), parts) if parts else None

    def _purposes(self) -> Section:
        kinds = ["visit", "footage", "request", *(("staff", "trail") if self._facts.account else ())]
        kinds[2:2] = ["case_asked"] if self._facts.frozen_until else []
        heads = tuple(self._say(head) for head in (N_("What"), N_("How long"), N_("What for")))
        table = tuple(self._rule_row(self._rules[kind]) for kind in kinds)
        return Section(self._say(N_("What we keep data for")), heads=heads, table=table)

    def _rule_row(self, rule: Rule) -> tuple[str, str, str]:
        period = explain(rule, self._translate)
        if rule.period is not None:
            period = self._say(N_("{period} from {start}"), period=period, start=self._say(rule.starts))
        return self._say(rule.what), period, self._say(rule.ground)

    def _who_sees(self) -> Section:
        return Section(
            self._say(N_("Who sees it, and where it comes from")),
            (
                self._say(words.RECIPIENTS),
                self._say(N_("It comes from you, or from whoever expected you. Images come from our cameras.")),
                self._say(N_("No computer decides about you. Nobody is recognised by their face.")),
            ),
        )

    def _this_request(self) -> Section:
        until = self._local_day(
            min(self._request.deadline, request_deadline(self._request.head.received, self._answer.at))
        )
        return Section(
            self._say(N_("This question and this answer")),
            (
                self._say(
                    N_("We keep your name, how we reach you, your question and our answer until {day}."), day=until
                ),
                self._say(N_("What you showed us to prove who you are, we did not copy.")),
            ),
        )

    def _rights(self) -> Section:
        return Section(
            self._say(N_("Your rights")),
            (
                self._say(words.RIGHTS),
                self._say(words.COMPLAIN),
            ),
        )

    def _stretch(self, stretch: Stretch) -> str:
        title = next((one.title for one in self._config.cameras if one.name == stretch.camera), "") or stretch.camera
        start, end = (moment.astimezone(self._zone) for moment in (stretch.start, stretch.end))
        to = f"{end:%H:%M}" if start.date() == end.date() else self._moment(end)
        return self._say(N_("{camera}, {start} to {end}"), camera=title, start=self._moment(start), end=to)

    def _cause(self, stretch: Stretch) -> str:
        return self._say(words.CAUSES.get(stretch.cause, words.NOT_CAPTURED))

    def _say(self, sentence: str, **values: Any) -> str:
        said = self._translate(sentence)
        return said.format(**values) if values else said

    def _local_day(self, moment: datetime) -> str:
        return self._day(moment.astimezone(self._zone).date())

    def _day(self, day: date) -> str:
        return str(format_date(day, "d MMMM y", locale=self._answer.language))

    def _moment(self, moment: datetime) -> str:
        local = moment.astimezone(self._zone)
        return f"{format_date(local.date(), 'd MMMM', locale=self._answer.language)} {local:%H:%M}"
