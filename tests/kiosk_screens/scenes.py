"""Every screen in every state worth seeing: a flow brought there by hand, for measuring and for pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kiosk.codes.code import Code
from kiosk.flow import Flow
from kiosk.house import Going, House, Nobody
from kiosk.invitation import Invitation, Invited
from kiosk.keyboard import ACCENTS, Typed
from kiosk.keyboard import Page as Letters
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
from kiosk.ways.staff import NOT_PRINTED, PRINTED, WAIT, WRONG
from kiosk.ways.typing import CANNOT_DRAW
from retention.base.config import Config, Host, KioskSection, OrganisationSection, SiteSection, VisitsSection


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
        self.left: list[Pass | Code] = []
        self.rewritten: list[Details] = []
        self.taken_back: list[str] = []
        self.put_back_by: list[str] = []

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

    def sign_out(self, pass_: Pass) -> str:
        self.left.append(pass_)
        return f"token {len(self.left)}"

    def sign_out_by_code(self, code: Code) -> str:
        self.left.append(code)
        return f"token {len(self.left)}"

    def put_back(self, token: str) -> None:
        self.put_back_by.append(token)

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
    site = SiteSection(
        assembly_point="Grasveld bij de vijver", way_out="Door de hoofdingang", reception_telephone="030 123 45 67"
    )
    return Config(site=site, visits=asked, kiosk=KioskSection(languages=languages), organisation=organisation)


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


def _helped(*, long_ago: bool = False, answered: bool = False) -> Callable[[Flow], None]:
    def bring(flow: Flow) -> None:
        flow.step = Step.HELP_CALLED
        flow.helping.coming, flow.helping.unheard = answered, long_ago
        flow.helping._called_at = 0.0

    return bring


READS = {"code_camera": "/dev/video0"}


def _asking(flow: Flow, **visits: object) -> None:
    """As a site that asks more would show it."""
    asked = flow.config.visits.model_copy(update=visits)
    reads = flow.config.kiosk.model_copy(update=READS)
    flow.config = flow.config.model_copy(update={"visits": asked, "kiosk": reads})
    flow.coming = Coming(flow, flow.typing, OpenReception())


def _must_say(flow: Flow) -> None:
    _asking(flow, ask_host="asked")
    flow.step = Step.HOST


def _inviting(step: Step) -> Callable[[Flow], None]:
    def bring(flow: Flow) -> None:
        _asking(flow, invitations=True)
        flow.step = step

    return bring


def _at_reading(step: Step) -> Callable[[Flow], None]:
    """Where a camera or a scanner is set up."""

    def bring(flow: Flow) -> None:
        flow.config = flow.config.model_copy(update={"kiosk": flow.config.kiosk.model_copy(update=READS)})
        flow.step = step

    return bring


def _alarm_soon(flow: Flow) -> None:
    flow.staff.alarm()


def _pin(notice: str) -> Callable[[Flow], None]:
    def bring(flow: Flow) -> None:
        flow.step, flow.notice = Step.PIN, notice

    return bring


def _served(step: Step, **chosen: object) -> Callable[[Flow], None]:
    def bring(flow: Flow) -> None:
        flow.step, flow.choices = step, replace(flow.choices, **chosen)

    return bring


def _staff_told(sentence: str, **values: str) -> Callable[[Flow], None]:
    def bring(flow: Flow) -> None:
        flow.step, flow.staff.told = Step.STAFF_TOLD, (sentence, values)

    return bring


def _beside(step: Step) -> Callable[[Flow], None]:
    return _at(step, typed=Typed("Cem"), beside=Visitor(typed=Typed("Zoë de Wit")))


def _both(first: Pass, second: Pass) -> Callable[[Flow], None]:
    return _at(Step.PASS, given=second, own=OWN_OTHER, second=True, beside=Visitor(given=first, own=OWN))


def _alone_asked_no_help(flow: Flow) -> None:
    _asking(flow, ask_help=False)
    _at(Step.PASS, given=Pass("blue", "owl"), own=OWN, visit=OWN.visit)(flow)


def _confirming(**told: object) -> Callable[[Flow], None]:
    def bring(flow: Flow) -> None:
        _asking(flow, confirm=True)
        _at(Step.PASS, **told)(flow)

    return bring


def _emergency(*, drill: bool = False, helped: bool = False, untaken: bool = False) -> Callable[[Flow], None]:
    def bring(flow: Flow) -> None:
        flow.in_emergency, flow.step = True, Step.EMERGENCY
        flow.emergency.going = Going(drill)
        flow.emergency.untaken = flow.emergency.unprinted = untaken
        if helped:
            flow.helping._called_at = 0.0

    return bring


def _own_saved(flow: Flow) -> None:
    _at(Step.OWN, given=Pass("blue", "owl"), own=OWN)(flow)
    flow.notice = SAVED


def _silent(flow: Flow) -> None:
    flow.step, flow.listening.silent = Step.VOICE, True


def _closed(step: Step) -> Callable[[Flow], None]:
    def bring(flow: Flow) -> None:
        flow.is_closed, flow.step = True, step

    return bring


class Locked(Nobody):
    """A lock that has a key, and lets nobody try for a while."""

    def exists(self) -> bool:
        return True

    def wait(self) -> float:
        return 42.0


def _just_left(flow: Flow) -> None:
    flow.leaving.show(Code(bytes(16)))
    flow.leaving.finish()


LONG_NAME = "Wilhelmina Antoinette van den Bergh-Hoogerheide tot Slochteren en Ommelanden"

OWN = Own("0" * 32, Details("Zoë de Wit"))
OWN_OTHER = Own("1" * 32, Details("Cem Öztürk"))
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
    "host, asked": _must_say,
    "help": _at(Step.HELP),
    "help, asked": _at(Step.HELP, help=frozenset({Help.STAIRS, Help.COMPANION})),
    "wait": _at(Step.WAIT),
    "pass": _at(Step.PASS, given=Pass("blue", "owl"), own=OWN),
    "pass, white": _at(Step.PASS, given=Pass("white", "guitar"), own=OWN),
    "pass, sit down": _confirming(given=Pass("blue", "owl"), own=OWN),
    "pass, both": _both(Pass("blue", "owl"), Pass("yellow", "gift")),
    "pass, both, sit down": _confirming(
        given=Pass("red", "cat"), own=OWN_LONG, second=True, beside=Visitor(given=Pass("white", "castle", 2), own=OWN)
    ),
    "pass, both, one invited": _confirming(
        given=Pass("red", "cat"), own=OWN_OTHER, second=True, beside=Visitor(given=Pass("pink", "key"))
    ),
    "pass, invited": _at(Step.PASS, given=Pass("green", "tree")),
    "pass, one more": _alone_asked_no_help,
    "pass, digit": _at(Step.PASS, given=Pass("orange", "castle", 3), own=OWN),
    "colour": _at(Step.COLOUR),
    "picture": _at(Step.PICTURE, colour="blue"),
    "picture, yellow": _at(Step.PICTURE, colour="yellow"),
    "digit": _at(Step.DIGIT, colour="red", picture="cat"),
    "colour, or a slip": _at_reading(Step.COLOUR),
    "done": _at(Step.DONE),
    "just left": _just_left,
    "taken back": _at(Step.TAKEN_BACK),
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
    "own, and the other": _at(Step.OWN, given=Pass("red", "cat"), own=OWN, beside=Visitor(own=OWN)),
    "own": _at(Step.OWN, given=Pass("blue", "owl"), own=OWN),
    "own, long": _at(Step.OWN, given=Pass("blue", "owl"), own=OWN_LONG),
    "own, saved": _own_saved,
    "take back": _at(Step.TAKE_BACK, given=Pass("blue", "owl"), own=OWN),
    "taken": _at(Step.TAKEN, given=Pass("blue", "owl")),
    "help called": _helped(),
    "help called, long ago": _helped(long_ago=True),
    "help called, answered": _helped(answered=True),
    "staff": _at(Step.STAFF),
    "staff, closed": _closed(Step.STAFF),
    "alarm soon": _alarm_soon,
    "pin": _at(Step.PIN),
    "pin, typed": _at(Step.PIN, pin="1234"),
    "pin, wrong": _pin(WRONG),
    "pin, wait": _pin(WAIT),
    "list printed": _staff_told(PRINTED, printer="bhv-kast"),
    "list not printed": _staff_told(NOT_PRINTED),
    "emergency": _emergency(),
    "emergency, drill": _emergency(drill=True),
    "emergency, help called": _emergency(helped=True),
    "emergency, not taken": _emergency(untaken=True),
    "closed": _closed(Step.CLOSED),
}


def setting(
    scene: str,
    kiosk: KioskSection,
    language: str = "nl",
    organisation: str = "Onze organisatie",
    window: tuple[int, int] | None = None,
    **chosen: Any,
) -> Setting:
    """What a page needs to be built in this scene, on this panel, as this visitor wants to be served."""
    now = 0.0
    flow = Flow(config(language), OpenReception(), at_once, lambda: now, house=House(lock=Locked()))
    SCENES[scene](flow)
    if flow.visitor.typed.page is Letters.LETTERS:
        flow.visitor.typed = flow.visitor.typed.speak(language)
    elif flow.visitor.typed.page in (Letters.WEST, Letters.EAST) and language in ACCENTS:
        further = (Letters.WEST, Letters.EAST).index(flow.visitor.typed.page)
        spoken = flow.visitor.typed.speak(language)
        flow.visitor.typed = spoken.turn(spoken.further[further])
    flow.choices = replace(flow.choices, **chosen)
    layout = Layout(Panel.of(kiosk, window), larger=flow.choices.larger, lower=flow.choices.lower)
    return Setting(flow, layout, Theme(organisation), Taps(lambda: now))


def panel(inches: float, width: int, height: int) -> KioskSection:
    return KioskSection(diagonal_inches=inches, width=width, height=height)
