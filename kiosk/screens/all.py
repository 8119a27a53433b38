"""Which page shows which step of the flow."""

from kiosk.screens.choices import HelpWanted, Host, LeaveColour, LeaveDigit, LeavePicture
from kiosk.screens.farewell import Farewell, JustLeft, TakenBack
from kiosk.screens.name import Name
from kiosk.screens.page import Page
from kiosk.screens.privacy import Privacy
from kiosk.screens.setting import Setting
from kiosk.screens.telling import Attention, PassShown, StillThere, Waiting
from kiosk.screens.welcome import Welcome
from kiosk.steps import Step

PAGES: dict[Step, type[Page]] = {
    Step.WELCOME: Welcome,
    Step.NAME: Name,
    Step.HOST: Host,
    Step.HELP: HelpWanted,
    Step.PASS: PassShown,
    Step.COLOUR: LeaveColour,
    Step.PICTURE: LeavePicture,
    Step.DIGIT: LeaveDigit,
    Step.DONE: Farewell,
    Step.JUST_LEFT: JustLeft,
    Step.TAKEN_BACK: TakenBack,
    Step.WAIT: Waiting,
    Step.STILL_THERE: StillThere,
    Step.ATTENTION: Attention,
    Step.PRIVACY: Privacy,
}


def page_for(setting: Setting) -> Page:
    """The page of the step the flow is at, in its language."""
    return PAGES[setting.flow.step](setting)
