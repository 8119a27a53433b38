"""Expected visits: on the roll of their day, let in by an invitation that holds no name, or joined by hand."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from kiosk.calamity.post import CalamityPost
from kiosk.calamity.record import Whereabouts
from kiosk.calamity.roll import RollReader
from kiosk.day import Days
from kiosk.errors import InvitationUnknown, VisitElsewhere
from kiosk.guests import Guests
from kiosk.invitation import Invitation, Invited
from kiosk.likeness import alike, plain
from kiosk.visits import Details, Help
from retention.base.audit import Trail
from retention.base.config import Config
from retention.base.errors import DatabaseUnavailable
from retention.base.readerkey import private_half
from retention.base.siteday import day_number
from retention.base.state import VISITS
from tests.kiosk.lobby import ANN, ZOE, Lobby, make_lobby, refusing
from tests.support.clock import ManualClock
from tests.support.state import make_config

TODAY = date(2027, 3, 2)
GONE = DatabaseUnavailable("the server is away")


@pytest.fixture
def lobby(config: Config, clock: ManualClock) -> Iterator[Lobby]:
    site = make_config(config.where().directory, database=config.database, visits={"invitations": True})
    with make_lobby(site, clock) as lobby:
        yield lobby


def announced(lobby: Lobby, day: date = TODAY, details: Details = ZOE) -> tuple[str, Invitation]:
    invitation = Invitation.new(day)
    return lobby.reception.expect(details, day, by="desk:bo", invitation=invitation), invitation


def test_a_code_is_47_digits_that_are_read_back(lobby: Lobby) -> None:
    invitation = Invitation.new(TODAY)
    assert len(invitation.text) == 47
    assert invitation.text.isdigit()
    assert Invitation.read(f" {invitation.text}\n") == invitation


@pytest.mark.parametrize("text", ["", "1" * 40, "https://example.org", "20270231" + "0" * 39, "20270302" + "9" * 39])
def test_anything_else_is_no_invitation(text: str) -> None:
    assert Invitation.read(text) is None


def test_a_code_lets_the_expected_visitor_in_under_the_name_that_was_announced(lobby: Lobby) -> None:
    visit, invitation = announced(lobby)
    (given,) = lobby.reception.come([Invited(invitation, frozenset({Help.STAIRS}))])
    seen = lobby.seen()[visit]
    assert given.visit == visit
    assert (seen.state, seen.name, seen.help, seen.pass_id) == ("on_site", "Zoë Öztürk", ("stairs",), str(given.pass_))
    assert [entry.name for entry in lobby.roll().on_site] == ["Zoë Öztürk"]


def test_what_the_kiosk_knows_of_a_code_is_a_hash(lobby: Lobby) -> None:
    visit, invitation = announced(lobby)
    assert visit not in invitation.text
    assert invitation.secret.hex() not in visit
    trail = [(entry.act, entry.about) for entry in Trail(lobby.office.state, lobby.clock).entries()]
    assert trail == [("visit.expect", visit)]


def test_a_code_works_once_and_on_its_day_only(lobby: Lobby) -> None:
    _, tomorrow = announced(lobby, TODAY + timedelta(days=1))
    _, today = announced(lobby)
    assert (lobby.reception.is_invited(tomorrow), lobby.reception.is_invited(today)) == (False, True)
    with refusing(lobby.database, GONE):
        assert (lobby.reception.is_invited(tomorrow), lobby.reception.is_invited(today)) == (False, True)
    lobby.reception.come([Invited(today)])
    assert not lobby.reception.is_invited(today)
    for used in (today, tomorrow, Invitation.new(TODAY)):
        with pytest.raises(InvitationUnknown):
            lobby.reception.come([Invited(used)])
    lobby.clock.advance(hours=24)
    assert lobby.reception.is_invited(tomorrow)
    assert not lobby.reception.is_invited(today)


def test_with_the_database_away_the_list_has_the_announced_name_all_the_same(lobby: Lobby) -> None:
    visit, invitation = announced(lobby)
    with refusing(lobby.database, GONE):
        assert lobby.reception.is_invited(invitation)
        (given,) = lobby.reception.come([Invited(invitation, frozenset({Help.SIGHT}))])
        (line,) = CalamityPost(lobby.office).the_list().inside
        assert (line.entry.name, line.entry.help, line.entry.pass_id) == ("Zoë Öztürk", ("sight",), str(given.pass_))
        assert not lobby.reception.is_invited(invitation)
        assert lobby.seen()[visit].name == "Zoë Öztürk"
    seen = lobby.seen()[visit]
    assert (seen.state, seen.name, seen.help) == ("on_site", "Zoë Öztürk", ("sight",))


def test_a_visit_announced_while_the_database_is_away_is_in_the_table_later(lobby: Lobby) -> None:
    with refusing(lobby.database, GONE):
        visit, invitation = announced(lobby)
        assert lobby.seen()[visit].state is Whereabouts.EXPECTED
    seen = lobby.seen()[visit]
    assert (seen.name, seen.state, seen.arrived, seen.code) == ("Zoë Öztürk", "expected", None, invitation.text)
    lobby.reception.come([Invited(invitation)])
    assert lobby.seen()[visit].state is Whereabouts.ON_SITE


def test_a_code_of_nobody_shown_while_the_database_is_away_is_a_line_with_a_pass(lobby: Lobby) -> None:
    with refusing(lobby.database, GONE):
        (given,) = lobby.reception.come([Invited(Invitation.new(TODAY))])
    (entry,) = lobby.roll().on_site
    assert (entry.name, entry.pass_id) == (None, str(given.pass_))


def test_who_came_by_a_code_signs_out_by_the_pass(lobby: Lobby) -> None:
    visit, invitation = announced(lobby)
    (given,) = lobby.reception.come([Invited(invitation)])
    lobby.reception.sign_out(given.pass_)
    assert (lobby.seen()[visit].state, [entry.name for entry in lobby.roll().left]) == ("left", ["Zoë Öztürk"])


def test_a_corrected_announcement_is_the_one_on_the_list(lobby: Lobby) -> None:
    visit, invitation = announced(lobby)
    lobby.register.correct(visit, {"name": "Zoë Özturk", "host": "Bo"}, by="desk:bo")
    lobby.reception.come([Invited(invitation)])
    seen = lobby.seen()[visit]
    assert (seen.name, seen.host, seen.state) == ("Zoë Özturk", "Bo", "on_site")
    assert lobby.roll().on_site[0].host == "Bo"


def test_an_announcement_that_is_deleted_lets_nobody_in(lobby: Lobby) -> None:
    visit, invitation = announced(lobby)
    lobby.register.delete(visit, by="desk:bo")
    assert lobby.states() == []
    assert lobby.roll().forgotten == 0
    assert not lobby.reception.is_invited(invitation)


def test_who_is_only_expected_stands_on_no_list_and_in_no_frozen_roll(lobby: Lobby) -> None:
    announced(lobby)
    late, invitation = announced(lobby, details=Details("Late Gast"))
    post = CalamityPost(lobby.office)
    post.start(drill=False, by="os:test")
    assert post.the_list().lines == ()
    assert post.frozen_list() is None
    lobby.clock.advance(minutes=5)
    lobby.reception.come([Invited(invitation)])
    post.step()
    frozen = post.frozen_list()
    assert frozen is not None
    assert [(line.entry.visit, line.entry.name) for line in frozen.lines] == [(late, "Late Gast")]


def test_a_whole_day_of_announcements_ends_with_it(lobby: Lobby) -> None:
    announced(lobby)
    lobby.clock.advance(hours=24)
    assert lobby.states() == []


# By the name, at the desk.


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jan de Vries", "jan vries"),
        ("Jan", "Jan de Vries"),
        ("Zoë Öztürk", "Zoe Ozturk"),
        ("Willem Jansen", "Willem Janssen"),
        ("Anne-Marie Bos", "Anne Marie Bos"),
        ("Karin Smit", "karin smid"),
    ],
)
def test_names_that_may_be_one_persons(one: str, other: str) -> None:
    assert alike(plain(one), plain(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Jan de Vries", "Piet de Vries"), ("Ali", "Alice Bos"), ("Bo", "Cor"), ("Kees Bakker", "Anneke Bakker")],
)
def test_names_that_are_two_peoples(one: str, other: str) -> None:
    assert not alike(plain(one), plain(other))


def test_the_desk_sees_who_may_be_expected_and_the_kiosk_nothing_of_it(lobby: Lobby) -> None:
    visit, _ = announced(lobby)
    lobby.reception.sign_in(ANN)
    came = lobby.reception.sign_in(Details("Zoe Ozturk")).visit
    perhaps = Guests.of(lobby.register.visits()).perhaps()
    assert {awaited: seen.visit for awaited, seen in perhaps.items()} == {visit: came}


def test_a_person_joins_the_two_and_there_is_one_visit(lobby: Lobby) -> None:
    visit, invitation = announced(lobby, details=Details("Zoë Öztürk", "Bo Bakker"))
    came = lobby.reception.sign_in(Details("Zoe", None, frozenset({Help.HEARING}))).visit
    lobby.register.join(visit, came, by="desk:bo")
    (seen,) = lobby.register.visits()
    assert (seen.visit, seen.name, seen.host, seen.help) == (came, "Zoe", "Bo Bakker", ("hearing",))
    assert [entry.host for entry in lobby.roll().on_site] == ["Bo Bakker"]
    assert not lobby.reception.is_invited(invitation)
    assert Guests.of(lobby.register.visits()).perhaps() == {}
    with pytest.raises(VisitElsewhere):
        lobby.register.join(came, came, by="desk:bo")


def test_a_joined_announcement_does_not_come_back_from_the_roll(lobby: Lobby) -> None:
    visit, _ = announced(lobby)
    came = lobby.reception.sign_in(Details("Zoe")).visit
    with refusing(lobby.database, GONE):
        assert visit in lobby.seen()
    lobby.register.join(visit, came, by="desk:bo")
    with refusing(lobby.database, GONE):
        assert set(lobby.seen()) == {came}


def test_who_asks_to_be_deleted_is_gone_from_the_announcement_they_were_joined_with_too(lobby: Lobby) -> None:
    visit, _ = announced(lobby)
    came = lobby.reception.sign_in(Details("Zoe")).visit
    lobby.register.join(visit, came, by="desk:bo")
    lobby.register.delete(came, by="desk:bo")
    day = Days(lobby.office).private(TODAY, private_half(lobby.office.state), lobby.clock.now())
    records, unreadable = RollReader(lobby.office.state, VISITS, day_number(TODAY), day).records()
    assert ([record.name for record in records if record.name], unreadable) == ([], 0)
    (seen,) = lobby.register.visits()
    assert (seen.visit, seen.name, seen.deleted) == (came, None, True)
    lobby.register.delete(came, by="desk:bo")


def test_nobody_else_says_that_somebody_wants_help(lobby: Lobby) -> None:
    visit, invitation = announced(lobby)
    lobby.reception.come([Invited(invitation)])
    with pytest.raises(Exception, match="help wanted is told by visitors themselves"):
        lobby.register.correct(visit, {"help": ["stairs"]}, by="desk:bo")


def used(lobby: Lobby) -> tuple[str, Invitation]:
    """An invitation whose visitor came and left, and whose pass has rested."""
    visit, invitation = announced(lobby)
    (given,) = lobby.reception.come([Invited(invitation)])
    lobby.register.visits()
    lobby.reception.sign_out(given.pass_)
    lobby.clock.advance(minutes=45)
    lobby.reception.sign_in(ANN)  # and the board has let go of it
    return visit, invitation


def test_a_used_invitation_shown_again_with_the_database_away_puts_its_visitor_on_the_list(lobby: Lobby) -> None:
    visit, invitation = used(lobby)
    with refusing(lobby.database, GONE):
        (given,) = lobby.reception.come([Invited(invitation)])
        inside = {line.entry.visit: line.entry for line in CalamityPost(lobby.office).the_list().inside}
        assert (inside[visit].name, inside[visit].pass_id) == ("Zoë Öztürk", str(given.pass_))
    assert lobby.seen()[visit].state is Whereabouts.ON_SITE


def test_who_arrives_again_at_the_desk_with_the_database_away_is_on_the_list(lobby: Lobby) -> None:
    visit, _ = used(lobby)
    with refusing(lobby.database, GONE):
        lobby.register.arrive(visit, by="desk:bo")
        assert visit in [line.entry.visit for line in CalamityPost(lobby.office).the_list().inside]
