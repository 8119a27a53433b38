"""Which page shows which step of the flow."""

from kiosk.screens.choices import HelpWanted, Host, LeaveColour, LeaveDigit, LeavePicture
from kiosk.screens.emergency import EmergencyShown
from kiosk.screens.farewell import Farewell, JustLeft, TakenBack
from kiosk.screens.helping import HelpCalled
from kiosk.screens.invited import ShowCode
from kiosk.screens.language import Language
from kiosk.screens.listening import NameAloud, Pace, ReadAloud
from kiosk.screens.name import Name
from kiosk.screens.own import OwnShown, TakeBack, Taken
from kiosk.screens.page import Page
from kiosk.screens.privacy import Privacy, Terms
from kiosk.screens.serving import Serving
from kiosk.screens.setting import Setting
from kiosk.screens.staff import AlarmSoon, Closed, PinAsked, StaffCorner, StaffTold
from kiosk.screens.statement import StatementRead
from kiosk.screens.telling import Attention, PassShown, StillThere, Waiting
from kiosk.screens.welcome import Welcome
from kiosk.steps import Step

PAGES: dict[Step, type[Page]] = {
    Step.WELCOME: Welcome,
    Step.CODE: ShowCode,
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
    Step.VOICE: ReadAloud,
    Step.ALOUD: NameAloud,
    Step.PACE: Pace,
    Step.SERVING: Serving,
    Step.LANGUAGE: Language,
    Step.TERMS: Terms,
    Step.STATEMENT: StatementRead,
    Step.OWN: OwnShown,
    Step.TAKE_BACK: TakeBack,
    Step.TAKEN: Taken,
    Step.HELP_CALLED: HelpCalled,
    Step.STAFF: StaffCorner,
    Step.ALARM: AlarmSoon,
    Step.PIN: PinAsked,
    Step.STAFF_TOLD: StaffTold,
    Step.EMERGENCY: EmergencyShown,
    Step.CLOSED: Closed,
}


def page_for(setting: Setting) -> Page:
    """The page of the step the flow is at, in its language."""
    return PAGES[setting.flow.step](setting)
