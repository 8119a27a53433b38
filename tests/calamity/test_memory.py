"""The memory of the real service: a name whose day is over stands nowhere in it, also where a list was printed."""

import subprocess

from kiosk.calamity.caller import ask
from kiosk.reception import Reception
from kiosk.register import Register
from kiosk.visits import Details, Help
from retention.base.clock import SystemClock
from retention.base.command import Office
from retention.base.readerkey import private_half
from retention.base.siteday import day_number
from retention.base.slots import SlotFile
from retention.base.state import VISITS, State
from tests.calamity.office import answers
from tests.calamity.test_service import until
from tests.support.memory import occurrences
from tests.support.state import make_config

CANARY = "Qvzwjkxbrl"


def test_of_a_day_that_is_over_no_name_stands_in_the_memory_of_the_service(
    service: subprocess.Popen[bytes], state: State
) -> None:
    until(lambda: answers(state))
    reception = Reception(Office(make_config(state.directory), state, SystemClock()), None)
    host = f"{CANARY} Host"  # short enough to stand in Typst's own tables
    names = [f"{CANARY} {number}{rest}" for number in range(10) for rest in ("", " van Zandloper tot Kraanvogel")]
    given = [reception.sign_in(Details(name, host)) for name in names]
    reception.sign_in(Details(f"{CANARY} H", host, frozenset({Help.STAIRS})))
    assert ask(state, {"do": "print"})["printed"]["form"] == "pdf"
    reception.sign_out(given[0].pass_)
    until(lambda: occurrences(service.pid, [CANARY]))
    today = reception.today()
    reception.close()
    SlotFile(state, VISITS).erase(day_number(today), SystemClock().now())
    for path in state.data_of(VISITS, day_number(today)):
        path.unlink()
    until(lambda: not occurrences(service.pid, [CANARY, CANARY[1:]]))


def test_of_a_visitor_who_took_their_entry_back_no_name_stands_there_either(
    service: subprocess.Popen[bytes], state: State
) -> None:
    until(lambda: answers(state))
    office = Office(make_config(state.directory), state, SystemClock())
    reception = Reception(office, None)
    given = reception.sign_in(Details(f"{CANARY} van Zandloper tot Kraanvogel"))
    reception.sign_in(Details("Bo Bakker"))
    assert ask(state, {"do": "print"})["printed"]["form"] == "pdf"
    assert occurrences(service.pid, [CANARY])
    Register(office, None, private_half(state), reception).delete(given.visit, by="os:root")
    reception.close()
    until(lambda: not occurrences(service.pid, [CANARY, CANARY[1:]]))
