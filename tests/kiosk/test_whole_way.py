"""From the screen to the paper: flow, reception, roll, rows, desk and list together, on both databases."""

from collections.abc import Callable, Iterator

import pytest

from kiosk.calamity.paper import paper
from kiosk.calamity.post import CalamityPost
from kiosk.calamity.text import text
from kiosk.flow import Flow
from kiosk.guests import Guests
from kiosk.invitation import Invitation
from kiosk.passes import Pass
from kiosk.steps import Step
from kiosk.visits import Details, Help
from retention.base.config import Config
from retention.base.errors import DatabaseUnavailable
from tests.kiosk.lobby import Lobby, make_lobby, refusing
from tests.support.clock import ManualClock
from tests.support.state import make_config


@pytest.fixture
def lobby(config: Config, clock: ManualClock) -> Iterator[Lobby]:
    site = make_config(
        config.where().directory, database=config.database, visits={"invitations": True, "confirm": True}
    )
    with make_lobby(site, clock) as lobby:
        yield lobby


def at_once(function: Callable[[], object], then: Callable[[object], None], failed: Callable[[], None]) -> None:
    then(function())


def screen(lobby: Lobby) -> Flow:
    return Flow(lobby.office.config, lobby.reception, at_once, lobby.clock.monotonic)


def come(flow: Flow) -> None:
    """One who was invited and needs help, with a companion."""
    flow.coming.toggle_help(Help.STAIRS)
    flow.coming.toggle_help(Help.COMPANION)
    flow.coming.go_on()
    flow.typing.enter("Cem Yilmaz")
    flow.coming.go_on()
    flow.coming.go_on()


@pytest.mark.parametrize("away", [False, True])
def test_who_was_invited_comes_with_a_companion_waits_and_is_let_in(lobby: Lobby, away: bool) -> None:
    today = lobby.reception.today()
    invitation = Invitation.new(today)
    lobby.reception.expect(Details("Zoë Öztürk", "Bo Bakker"), today, by="staff:bo", invitation=invitation)
    flow = screen(lobby)
    if away:
        with refusing(lobby.database, DatabaseUnavailable("away")):
            flow.coming.show_code(invitation.text)
            come(flow)
    else:
        flow.coming.show_code(invitation.text)
        come(flow)
    assert flow.step is Step.PASS
    shown = [str(one.given) for one in (flow.visitor.beside, flow.visitor) if one]
    waiting = Guests.of(lobby.register.visits()).waiting
    assert [(seen.name, seen.help, seen.pass_id) for seen in waiting] == [
        ("Zoë Öztürk", ("stairs",), shown[0]),
        ("Cem Yilmaz", (), shown[1]),
    ]
    the_list = CalamityPost(lobby.office).the_list()
    assert [line.entry.name for line in the_list.waiting] == ["Zoë Öztürk", "Cem Yilmaz"]
    for seen in waiting:
        lobby.reception.confirm(seen.visit, by="staff:bo")
    the_list = CalamityPost(lobby.office).the_list()
    assert [line.entry.name for line in the_list.help_first] == ["Zoë Öztürk", "Cem Yilmaz"]
    printed = text(the_list)
    assert printed.index("Zoë Öztürk") < printed.index("samen met nr. 2") < printed.index("Cem Yilmaz")
    assert paper().pdf(the_list).startswith(b"%PDF")
    flow.begin_again()
    for pass_id in shown:
        flow.leaving.begin()
        given = Pass.parse(pass_id)
        flow.leaving.choose_colour(given.colour)
        flow.leaving.choose_picture(given.picture)
        if flow.step is Step.DIGIT:
            flow.leaving.choose_digit(given.digit)
        flow.begin_again()
    assert lobby.states() == ["left", "left"]
