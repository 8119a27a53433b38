"""Every screen in every state worth seeing: a flow brought there by hand, for measuring and for pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flow import Flow
from kiosk.invitation import Invitation, Invited
from kiosk.keyboard import Page as Letters
from kiosk.keyboard import Typed
from kiosk.languages import OWN_NAME
from kiosk.layout import Layout, Panel
from kiosk.passes import Pass
from kiosk.screens.setting import Setting
from kiosk.steps import Step
from kiosk.taps import Taps
from kiosk.theme import Theme
from kiosk.visitor import Own, Visitor
from kiosk.visits import TOO_SHORT, Details, Help
from kiosk.ways.coming import CODE_UNKNOWN, Coming
from kiosk.ways.own import SAVED
from kiosk.ways.typing import CANNOT_DRAW
from retention.base.config import Config, Host, KioskSection, OrganisationSection, VisitsSection


@dataclass(frozen=True)
class Given:
    pass_: Pass
    visit: str = "0" * 32


class OpenReception:
    """A reception that says yes at once, and remembers what it was told."""

    def __init__(self, given: Pass | None = None, *, digits: bool = False) -> None:
        self.given, self.digits = given or Pass("blue", "owl"), digits
        self.came: list[Details] = []
        self.invited: list[Invited] = []
        self.announced: set[Invitation] = set()
        self.left: list[Pass] = []
        self.rewritten: list[Details] = []
        self.taken_back: list[str] = []

    def sign_in(self, details: Details) -> Given:
        self.came.append(details)
        return Given(self.given)

    def rewrite(self, visit: str, details: Details) -> None:
        self.rewritten.append(details)

    def take_back(self, visit: str, pass_: Pass) -> None:
        self.taken_back.append(visit)

    def come(self, comers: Sequence[Details | Invited]) -> list[Given]:
        given = []
        for comer in comers:
            if isinstance(comer, Invited):
                self.invited.append(comer)
                given.append(Given(self.given))
            else:
                given.append(self.sign_in(comer))
        return given

    def is_invited(self, invitation: Invitation) -> bool:
        return invitation in self.announced

    def sign_out(self, pass_: Pass) -> None:
        self.left.append(pass_)

    def digits_in_use(self) -> bool:
        return self.digits


def at_once(function: Callable[[], object], then: Callable[[object], None], failed: Callable[[], None]) -> None:
    """Work done on the spot."""
    try:
        answer = function()
    except Exception:  # noqa: BLE001 - as the kiosk's worker does
        return failed()
    return then(answer)


HOSTS = tuple(
    Host(name=name, telephone="030 123 45 67")
    for name in (
        "Fatima El Amrani",
        "Joost van der Heijden",
        "Anna de Wit",
        "Willemijn Oosterhuis-van Amerongen",
        "Bram",
        "Cor",
        "Ed",
        "Ina",
    )
)


def config(language: str = "nl", **visits: object) -> Config:
    """A configuration that asks everything there is to ask."""
    asked = VisitsSection.model_validate({"ask_host": "optional", "hosts": HOSTS, **visits})
    languages = (language, *(other for other in OWN_NAME if other != language))
    organisation = OrganisationSection(statement_url="https://www.voorbeeld.example/over-ons/privacyverklaring")
    return Config(visits=asked, kiosk=KioskSection(languages=languages), organisation=organisation)


def _at(step: Step, **told: object) -> Callable[[Flow], None]:
    def bring(flow: Flow) -> None:
        flow.step = step
        for name, value in told.items():
            setattr(flow.visitor, name, value)

    return bring


def _noticed(notice: str, text: str) -> Callable[[Flow], None]:
    def bring(flow: Flow) -> None:
        flow.step, flow.notice, flow.visitor.typed = Step.NAME, notice, Typed(text)

    return bring


def _reading(page: int) -> Callable[[Flow], None]:
    def bring(flow: Flow) -> None:
        flow.step, flow.reading.page = Step.STATEMENT, page

    return bring


def _asking(flow: Flow, **visits: object) -> None:
    """As a site that asks more would show it."""
    asked = flow.config.visits.model_copy(update=visits)
    flow.config = flow.config.model_copy(update={"visits": asked})
    flow.coming = Coming(flow, flow.typing, OpenReception())


def _inviting(step: Step) -> Callable[[Flow], None]:
    def bring(flow: Flow) -> None:
        _asking(flow, invitations=True)
        flow.step = step

    return bring


def _served(step: Step, **chosen: object) -> Callable[[Flow], None]:
    def bring(flow: Flow) -> None:
        flow.step, flow.choices = step, replace(flow.choices, **chosen)

    return bring


def _beside(step: Step) -> Callable[[Flow], None]:
    return _at(step, typed=Typed("Cem"), beside=Visitor(typed=Typed("Zoë de Wit")))


def _both(first: Pass, second: Pass) -> Callable[[Flow], None]:
    return _at(Step.PASS, given=second, own=OWN, beside=Visitor(given=first))


def _confirming(**told: object) -> Callable[[Flow], None]:
    def bring(flow: Flow) -> None:
        _asking(flow, confirm=True)
        _at(Step.PASS, **told)(flow)

    return bring


def _own_saved(flow: Flow) -> None:
    _at(Step.OWN, given=Pass("blue", "owl"), own=OWN)(flow)
    flow.notice = SAVED


def _silent(flow: Flow) -> None:
    flow.step, flow.listening.silent = Step.VOICE, True


LONG_NAME = "Wilhelmina Antoinette van den Bergh-Hoogerheide tot Slochteren en Ommelanden"

OWN = Own("0" * 32, Details("Zoë de Wit"))
OWN_LONG = Own("0" * 32, Details(LONG_NAME, "Willemijn Oosterhuis-van Amerongen", frozenset(Help)))

SCENES: dict[str, Callable[[Flow], None]] = {
    "welcome": _at(Step.WELCOME),
    "welcome, invited": _inviting(Step.WELCOME),
    "code": _inviting(Step.CODE),
    "name, code unknown": _noticed(CODE_UNKNOWN, ""),
    "name, of the other": _beside(Step.NAME),
    "help, of the other": _beside(Step.HELP),
    "name, empty": _at(Step.NAME),
    "name": _at(Step.NAME, typed=Typed("Zoë de Wit")),
    "name, accents": _at(Step.NAME, typed=Typed("Zo", Letters.WEST)),
    "name, more accents": _at(Step.NAME, typed=Typed("Ma", Letters.EAST)),
    "name, a tile open": _at(Step.NAME, typed=Typed("Jan ", group=3)),
    "name, long": _at(Step.NAME, typed=Typed(LONG_NAME)),
    "name, other script": _at(Step.NAME, typed=Typed("محمد العلي")),
    "name, missing": _noticed(TOO_SHORT, ""),
    "name, not shown": _noticed(CANNOT_DRAW, "Jan 😀"),
    "host": _at(Step.HOST),
    "help": _at(Step.HELP),
    "help, asked": _at(Step.HELP, help=frozenset({Help.STAIRS, Help.COMPANION})),
    "wait": _at(Step.WAIT),
    "pass": _at(Step.PASS, given=Pass("blue", "owl"), own=OWN),
    "pass, white": _at(Step.PASS, given=Pass("white", "guitar"), own=OWN),
    "pass, sit down": _confirming(given=Pass("blue", "owl"), own=OWN),
    "pass, both": _both(Pass("blue", "owl"), Pass("yellow", "gift")),
    "pass, both, sit down": _confirming(given=Pass("red", "cat"), beside=Visitor(given=Pass("white", "castle", 2))),
    "pass, digit": _at(Step.PASS, given=Pass("orange", "castle", 3), own=OWN),
    "colour": _at(Step.COLOUR),
    "picture": _at(Step.PICTURE, colour="blue"),
    "picture, yellow": _at(Step.PICTURE, colour="yellow"),
    "digit": _at(Step.DIGIT, colour="red", picture="cat"),
    "done": _at(Step.DONE),
    "still there": _at(Step.STILL_THERE),
    "attention": _at(Step.ATTENTION),
    "privacy": _at(Step.PRIVACY),
    "voice": _served(Step.VOICE, voice=True),
    "voice, off": _served(Step.VOICE, scanning=True),
    "voice, silent": _silent,
    "voice, scanning": _served(Step.VOICE, voice=True, scanning=True),
    "aloud": _served(Step.ALOUD, voice=True),
    "pace": _served(Step.PACE, scanning=True),
    "serving": _at(Step.SERVING),
    "language": _at(Step.LANGUAGE),
    "terms": _at(Step.TERMS),
    "statement": _at(Step.STATEMENT),
    "statement, last page": _reading(99),
    "own": _at(Step.OWN, given=Pass("blue", "owl"), own=OWN),
    "own, long": _at(Step.OWN, given=Pass("blue", "owl"), own=OWN_LONG),
    "own, saved": _own_saved,
    "take back": _at(Step.TAKE_BACK, given=Pass("blue", "owl"), own=OWN),
    "taken": _at(Step.TAKEN, given=Pass("blue", "owl")),
}


def setting(
    scene: str, kiosk: KioskSection, language: str = "nl", organisation: str = "Onze organisatie", **chosen: Any
) -> Setting:
    """What a page needs to be built in this scene, on this panel, as this visitor wants to be served."""
    now = 0.0
    flow = Flow(config(language), OpenReception(), at_once, lambda: now)
    SCENES[scene](flow)
    if flow.visitor.typed.page is Letters.LETTERS:
        flow.visitor.typed = flow.visitor.typed.speak(language)
    flow.choices = replace(flow.choices, **chosen)
    layout = Layout(Panel.of(kiosk), larger=flow.choices.larger, lower=flow.choices.lower)
    return Setting(flow, layout, Theme(organisation), Taps(lambda: now))


def panel(inches: float, width: int, height: int) -> KioskSection:
    return KioskSection(diagonal_inches=inches, width=width, height=height)
