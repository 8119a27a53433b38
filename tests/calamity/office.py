"""An office with a roll and nothing else: no database, desk or kiosk; printers only where the test names them."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from kiosk.calamity.caller import ask
from kiosk.calamity.errors import ServiceAway
from kiosk.calamity.post import CalamityPost
from retention.base.command import Office
from retention.base.state import State
from tests.support.clock import ManualClock
from tests.support.state import make_config


def make_office(state: State, clock: ManualClock, *printers: str, **sections: Any) -> Office:
    """The office over this state directory; its CUPS is nowhere unless CUPS_SERVER says otherwise."""
    named = {"printers": printers or ("nowhere",)}
    return Office(make_config(Path(state.directory), calamity=named, **sections), state, clock)


def make_post(state: State, clock: ManualClock, *printers: str, **sections: Any) -> CalamityPost:
    return CalamityPost(make_office(state, clock, *printers, **sections))


def answers(state: State) -> bool:
    """Whether the calamity service of this state directory stands."""
    with suppress(ServiceAway):
        return bool(ask(state, {"do": "ping"})["ok"])
    return False
