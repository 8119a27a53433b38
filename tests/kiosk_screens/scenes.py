"""Every screen in every state worth seeing: a flow brought there by hand, for measuring and for pictures."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from kiosk.flow import Flow
from kiosk.keyboard import Page as Letters
from kiosk.keyboard import Typed
from kiosk.languages import OWN_NAME
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
        self.left: list[Pass] = []

    def sign_in(self, details: Details) -> Given:
        self.came.append(details)
        return Given(self.given)

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


LONG_NAME = "Wilhelmina Antoinette van den Bergh-Hoogerheide tot Slochteren en Ommelanden"

SCENES: dict[str, Callable[[Flow], None]] = {
    "welcome": _at(Step.WELCOME),
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
    "pass": _at(Step.PASS, given=Pass("blue", "owl")),
    "pass, white": _at(Step.PASS, given=Pass("white", "guitar")),
    "pass, digit": _at(Step.PASS, given=Pass("orange", "castle", 3)),
    "colour": _at(Step.COLOUR),
    "picture": _at(Step.PICTURE, colour="blue"),
    "picture, yellow": _at(Step.PICTURE, colour="yellow"),
    "digit": _at(Step.DIGIT, colour="red", picture="cat"),
    "done": _at(Step.DONE),
    "still there": _at(Step.STILL_THERE),
    "attention": _at(Step.ATTENTION),
    "privacy": _at(Step.PRIVACY),
    "serving": _at(Step.SERVING),
    "language": _at(Step.LANGUAGE),
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
