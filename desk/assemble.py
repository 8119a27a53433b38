"""Puts one desk together from an office: the only place where the desk's parts meet the other rooms."""

from desk.alarm import Alarm
from desk.asking import Asking
from desk.bells import Bells
from desk.caseroom import CaseRoom
from desk.drafts import Drafts
from desk.exports import ExportRoom
from desk.frontdoor import FrontDoor
from desk.looks import Looks
from desk.parts import Parts
from desk.throttle import Throttle
from kiosk.labels.handing import Labels
from kiosk.reception import Reception
from kiosk.register import Register
from recorder.footage import Footage
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.database import open_database
from retention.base.readerkey import private_half_whatever
from retention.base.slots import SlotFile
from retention.base.state import VISITS


def assemble(office: Office) -> Parts:
    """Open database, reader key and trail. Raises what they raise: a desk without them is not started."""
    office.state.prepare()
    database = open_database(office.config)
    reader = private_half_whatever(office.state, SlotFile(office.state, VISITS).opens)
    trail = Trail(office.state, office.clock)
    footage = Footage(office, reader)
    reception = Reception(office, database, kiosk="staff")
    register = Register(office, database, reader, reception)
    caseroom = CaseRoom(office, reader)
    return Parts(
        office=office,
        database=database,
        front_door=FrontDoor(database, office.clock),
        reception=reception,
        register=register,
        alarm=Alarm(office),
        bells=Bells(office),
        footage=footage,
        looks=Looks(trail, office.clock),
        drafts=Drafts(),
        exports=ExportRoom(footage, office.clock),
        caseroom=caseroom,
        trail=trail,
        asking=Asking(office, database, reader, register=register, footage=footage, cases=caseroom.cases),
        slips=Throttle(office.clock),
        labels=Labels(office, lambda: office.config.kiosk.languages[0]),
    )
