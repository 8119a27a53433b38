"""Taking a sign-out back at the door: within a minute, by the kiosk that made it, and the same for everybody."""

import pytest

from kiosk.calamity.record import Act
from kiosk.codes.code import Code
from kiosk.passes import Pass
from retention.base.config import Config
from retention.base.errors import DatabaseUnavailable
from tests.kiosk.lobby import ANN, ZOE, Lobby, make_lobby, refusing
from tests.kiosk.test_visits import unused


def test_a_sign_out_is_taken_back_with_the_same_pass(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    token = lobby.reception.sign_out(ann.pass_)
    lobby.clock.advance(seconds=59)
    lobby.reception.put_back(token)
    (seen,) = lobby.register.visits()
    assert (str(seen.state), seen.pass_id, seen.left) == ("on_site", str(ann.pass_), None)
    (entry,) = lobby.roll().on_site
    assert (entry.name, entry.by, entry.left) == ("Ann de Vries", "visitor", None)
    lobby.reception.sign_out(ann.pass_)
    assert lobby.states() == ["left"]


def test_it_stands_on_the_roll_with_the_database_away(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    with refusing(lobby.database, DatabaseUnavailable("away")):
        token = lobby.reception.sign_out(ann.pass_)
        lobby.reception.put_back(token)
        assert [entry.name for entry in lobby.roll().on_site] == ["Ann de Vries"]
    assert lobby.states() == ["on_site"]


def test_a_sign_out_that_is_in_doubt_is_taken_back_too(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    for pass_ in unused(lobby)[:6]:
        lobby.reception.sign_out(pass_)
    token = lobby.reception.sign_out(ann.pass_)
    assert lobby.states() == ["probably_left"]
    lobby.reception.put_back(token)
    assert lobby.states() == ["on_site"]


def test_later_than_a_minute_and_a_half_nothing_is_taken_back(lobby: Lobby) -> None:
    token = lobby.reception.sign_out(lobby.reception.sign_in(ANN).pass_)
    lobby.clock.advance(seconds=91)
    lobby.reception.put_back(token)
    assert lobby.states() == ["left"]


def test_a_token_counts_once(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    token = lobby.reception.sign_out(ann.pass_)
    lobby.reception.put_back(token)
    lobby.reception.sign_out(ann.pass_)
    lobby.reception.put_back(token)
    assert lobby.states() == ["left"]


def test_another_kiosk_takes_nothing_back(lobby: Lobby, config: Config) -> None:
    token = lobby.reception.sign_out(lobby.reception.sign_in(ANN).pass_)
    with make_lobby(config, lobby.clock, kiosk="other") as other:
        other.reception.put_back(token)
    assert lobby.states() == ["left"]


@pytest.mark.parametrize("by_code", [True, False])
def test_who_hands_in_twice_can_still_take_it_back(lobby: Lobby, *, by_code: bool) -> None:
    code = Code.new()
    ann = lobby.reception.sign_in(ANN, code=code)

    def leave() -> str:
        return lobby.reception.sign_out_by_code(code) if by_code else lobby.reception.sign_out(ann.pass_)

    leave()
    lobby.reception.put_back(leave())
    assert lobby.states() == ["on_site"]


def test_a_pass_that_rests_since_long_is_not_brought_back(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    lobby.reception.sign_out(ann.pass_)
    lobby.clock.advance(minutes=5)
    lobby.reception.put_back(lobby.reception.sign_out(ann.pass_))
    assert lobby.states() == ["left"]


def test_taking_back_what_hit_nobody_changes_nobody(lobby: Lobby) -> None:
    lobby.reception.sign_in(ANN)
    for token in (lobby.reception.sign_out(unused(lobby)[0]), lobby.reception.sign_out_by_code(Code.new()), "no token"):
        lobby.reception.put_back(token)
    assert lobby.states() == ["on_site"]


def test_who_was_deleted_meanwhile_comes_back_without_a_name(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    token = lobby.reception.sign_out(ann.pass_)
    lobby.register.delete(ann.visit, by="desk:bo")
    lobby.reception.put_back(token)
    assert [entry.name for entry in lobby.roll().on_site] in ([], [None])
    assert ANN.name not in {seen.name for seen in lobby.register.visits()}


def test_an_undo_of_a_pass_only_the_roll_knew_takes_back_that_sign_out_alone(config: Config, lobby: Lobby) -> None:
    lobby.reception.sign_in(ANN)
    with make_lobby(config, lobby.clock, away=True) as away:
        zoe = away.reception.sign_in(ZOE)
        away.office.state.passes.unlink()
        lobby.clock.advance(minutes=1)
        token = away.reception.sign_out(zoe.pass_)
        assert [entry.name for entry in away.roll().left] == ["Zoë Öztürk"]
        lobby.clock.advance(seconds=20)
        away.reception.put_back(token)
        assert {entry.name for entry in away.roll().on_site} == {"Ann de Vries", "Zoë Öztürk"}


def test_a_record_of_undo_says_so(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(ANN)
    lobby.reception.put_back(lobby.reception.sign_out(ann.pass_))
    lobby.register.visits()
    (reader,) = lobby.register._rolls.values()
    assert [record.act for record in reader.records()[0]] == [Act.SIGN_IN, Act.SIGN_OUT, Act.UNDO]
    assert Pass.parse(reader.records()[0][-1].pass_id) == ann.pass_
