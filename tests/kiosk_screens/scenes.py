"""Every screen in every state worth seeing: a flow brought there by hand, for measuring and for pictures."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.codes.code import Code
from kiosk.flow import Flow
from kiosk.keyboard import Page as Letters
from kiosk.keyboard import Typed
from kiosk.layout import Layout, Panel
from kiosk.passes import Pass
from kiosk.screens.setting import Setting
from kiosk.steps import Step
from kiosk.taps import Taps
from kiosk.theme import Theme
from kiosk.visits import TOO_SHORT, Details, Help
from kiosk.ways.typing import CANNOT_DRAW
from retention.base.config import Config, Host, KioskSection, VisitsSection


@dataclass(frozen=True)
class Given:
    pass_: Pass


class OpenReception:
    """A reception that says yes at once, and remembers what it was told."""

    def __init__(self, given: Pass | None = None, *, digits: bool = False) -> None:
        self.given, self.digits = given or Pass("blue", "owl"), digits
        self.came: list[Details] = []
        self.left: list[Pass | Code] = []
        self.taken_back: list[str] = []

    def sign_in(self, details: Details) -> Given:
        self.came.append(details)
        return Given(self.given)

    def sign_out(self, pass_: Pass) -> str:
        self.left.append(pass_)
        return f"token {len(self.left)}"

    def sign_out_by_code(self, code: Code) -> str:
        self.left.append(code)
        return f"token {len(self.left)}"

    def take_back(self, token: str) -> None:
        self.taken_back.append(token)

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
    languages = ("nl", "en") if language == "nl" else ("en", "nl")
    return Config(visits=asked, kiosk=KioskSection(languages=languages))


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


def _at_reading(step: Step) -> Callable[[Flow], None]:
    """Where a camera or a scanner is set up."""

    def bring(flow: Flow) -> None:
        flow.config = flow.config.model_copy(update={"kiosk": flow.config.kiosk.model_copy(update=READS)})
        flow.step = step

    return bring


def _just_left(flow: Flow) -> None:
    flow.leaving.show(Code(bytes(16)))
    flow.leaving.finish()


READS = {"code_camera": "/dev/video0"}
LONG_NAME = "Wilhelmina Antoinette van den Bergh-Hoogerheide tot Slochteren en Ommelanden"

SCENES: dict[str, Callable[[Flow], None]] = {
    "welcome": _at(Step.WELCOME),
    "name, empty": _at(Step.NAME),
    "name": _at(Step.NAME, typed=Typed("Zoë de Wit")),
    "name, accents": _at(Step.NAME, typed=Typed("Zo", Letters.WEST)),
    "name, more accents": _at(Step.NAME, typed=Typed("Ma", Letters.EAST)),
    "name, long": _at(Step.NAME, typed=Typed(LONG_NAME)),
    "name, other script": _at(Step.NAME, typed=Typed("محمد العلي")),
    "name, missing": _noticed(TOO_SHORT, ""),
    "name, not shown": _noticed(CANNOT_DRAW, "Jan 😀"),
    "host": _at(Step.HOST),
    "help": _at(Step.HELP),
    "help, asked": _at(Step.HELP, help=frozenset({Help.STAIRS, Help.COMPANION})),
    "wait": _at(Step.WAIT),
    "pass": _at(Step.PASS, given=Pass("blue", "owl")),
    "pass, white": _at(Step.PASS, given=Pass("white", "guitar")),
    "pass, digit": _at(Step.PASS, given=Pass("orange", "castle", 3)),
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
}


def setting(scene: str, kiosk: KioskSection, language: str = "nl", organisation: str = "Onze organisatie") -> Setting:
    """What a page needs to be built in this scene, on this panel, in this language."""
    now = 0.0
    flow = Flow(config(language), OpenReception(), at_once, lambda: now)
    SCENES[scene](flow)
    return Setting(flow, Layout(Panel.of(kiosk)), Theme(organisation), Taps(lambda: now))


def panel(inches: float, width: int, height: int) -> KioskSection:
    return KioskSection(diagonal_inches=inches, width=width, height=height)
