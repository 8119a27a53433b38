"""The code on a tear-off: what is kept of it, signing out by it, and that it ends with its day."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.calamity.record import Act, RollRecord
from kiosk.calamity.roll import assemble
from kiosk.codes.code import DIGITS, Code
from kiosk.codes.typed import Typed
from kiosk.tables import Visit
from retention.base.config import Config
from retention.base.errors import DatabaseUnavailable
from tests.kiosk.lobby import ANN, ZOE, Lobby, make_lobby, refusing
from tests.support.clock import ManualClock


def kept(lobby: Lobby, visit: str) -> tuple[str | None, str | None]:
    assert lobby.database is not None
    with lobby.database.read() as session:
        row = session.get(Visit, visit)
        assert row is not None
        return row.code, row.code_next


@given(st.binary(min_size=16, max_size=16))
def test_a_code_is_read_as_it_was_written(secret: bytes) -> None:
    code = Code(secret)
    assert Code.parse(code.text) == code
    assert Code.parse(" ".join(code.groups)) == code


@given(st.binary(min_size=16, max_size=16), st.integers(0, DIGITS - 1), st.integers(1, 9))
def test_a_wrong_digit_is_seen(secret: bytes, place: int, more: int) -> None:
    text = Code(secret).text
    assert Code.parse(text[:place] + str((int(text[place]) + more) % 10) + text[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "1", "9" * 40, "0" * 41, "٣" * 40, "https://example.org", "²" * 40, "\0" * 40])
def test_what_is_no_code_is_none(text: str) -> None:
    assert Code.parse(text) is None


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", ()),
        ("12345 6789 01234", (2,)),
        ("12345 678901 O1234", (2, 3)),
        ("12345678901", (3,)),
        ("34028" + "0" * 35, ()),
        ("34029" + "0" * 35, (1,)),
    ],
)
def test_of_what_was_typed_the_groups_are_told_that_cannot_be_right(text: str, wrong: tuple[int, ...]) -> None:
    assert Typed.of(text).wrong == wrong


@given(st.binary(min_size=16, max_size=16))
def test_of_a_code_no_group_is_called_wrong(secret: bytes) -> None:
    code = Code(secret)
    assert Typed.of(code.text) == Typed.of(" ".join(code.groups)) == Typed(tuple(code.groups), ())


def test_a_code_stands_in_no_representation() -> None:
    code = Code.new()
    assert code.text not in repr(code)
    assert code.text[:5] not in repr(Typed.of(code.text))
    assert code.secret.hex() not in repr(code)


def test_two_codes_differ() -> None:
    assert len({Code.new().secret for _ in range(100)}) == 100


def test_who_shows_their_code_is_signed_out_and_nobody_else(lobby: Lobby) -> None:
    code = Code.new()
    ann, zoe = lobby.reception.sign_in(ANN, code=code), lobby.reception.sign_in(ZOE, code=Code.new())
    lobby.reception.sign_out_by_code(code)
    states = {visit: str(seen.state) for visit, seen in lobby.seen().items()}
    assert states == {ann.visit: "left", zoe.visit: "on_site"}
    assert [entry.name for entry in lobby.roll().left] == ["Ann de Vries"]


def test_a_code_nobody_has_changes_nobody(lobby: Lobby) -> None:
    lobby.reception.sign_in(ANN, code=Code.new())
    lobby.reception.sign_out_by_code(Code.new())
    assert lobby.states() == ["on_site"]


def test_the_code_itself_stands_in_no_file(lobby: Lobby) -> None:
    code = Code.new()
    lobby.reception.sign_in(ANN, code=code)
    lobby.reception.sign_out_by_code(code)
    written = b"".join(path.read_bytes() for path in lobby.office.state.directory.rglob("*") if path.is_file())
    for form in (code.secret, code.secret.hex().encode(), code.text.encode()):
        assert form not in written


def test_the_same_code_is_kept_otherwise_on_another_day(lobby: Lobby) -> None:
    code, days = Code.new(), lobby.reception._days
    today, tomorrow = days.kept_of(code, lobby.reception.today())
    assert today != tomorrow
    assert days.kept_of(code, lobby.reception.today() + timedelta(days=1))[0] == tomorrow


def test_rows_are_rebuilt_from_the_roll_with_their_codes(config: Config, clock: ManualClock) -> None:
    code = Code.new()
    with make_lobby(config, clock, away=True) as away:
        ann = away.reception.sign_in(ANN, code=code)
    with make_lobby(config, clock) as lobby:
        lobby.register.add_missing_rows()
        assert kept(lobby, ann.visit) == lobby.reception._days.kept_of(code, lobby.reception.today())


def test_with_the_database_away_a_code_signs_out_all_the_same(lobby: Lobby) -> None:
    code = Code.new()
    lobby.reception.sign_in(ANN, code=code)
    with refusing(lobby.database, DatabaseUnavailable("away")):
        lobby.reception.sign_out_by_code(code)
        assert [entry.name for entry in lobby.roll().left] == ["Ann de Vries"]
    assert lobby.states() == ["left"]


def test_with_database_and_board_away_the_roll_settles_whose_code_it_was(config: Config, clock: ManualClock) -> None:
    code = Code.new()
    with make_lobby(config, clock, away=True) as away:
        away.reception.sign_in(ANN, code=code)
        away.reception.sign_in(ZOE, code=Code.new())
        away.office.state.passes.unlink()
        clock.advance(minutes=1)
        token = away.reception.sign_out_by_code(code)
        assert [entry.name for entry in away.roll().left] == ["Ann de Vries"]
        clock.advance(seconds=30)
        away.reception.put_back(token)
        assert len(away.roll().on_site) == 2


def test_who_stays_over_can_show_their_code_the_next_day_and_no_later(lobby: Lobby) -> None:
    code = Code.new()
    ann = lobby.reception.sign_in(ANN, code=code)
    lobby.register.stay(ann.visit, by="desk:bo")
    lobby.clock.advance(days=1)
    lobby.register.stay(ann.visit, by="desk:bo")
    assert kept(lobby, ann.visit)[1] is not None
    lobby.reception.sign_out_by_code(code)
    assert lobby.states() == ["left"]
    lobby.reception.undo_sign_out(ann.visit, by="desk:bo")
    lobby.clock.advance(days=1)
    lobby.reception.sign_out_by_code(code)
    assert lobby.states() == ["on_site"]


def test_a_code_goes_when_its_visitor_asks_to_be_deleted(lobby: Lobby) -> None:
    code = Code.new()
    ann = lobby.reception.sign_in(ANN, code=code)
    hashed = lobby.reception._days.kept_of(code, lobby.reception.today())[0]
    lobby.register.delete(ann.visit, by="desk:bo")
    lobby.register.visits()
    assert kept(lobby, ann.visit) == (None, None)
    assert lobby.reception._passes.seen().with_code(hashed) is None
    assert [entry.codes for entry in lobby.roll().entries] == [()]


def test_an_expected_visitor_who_arrives_can_have_a_code(lobby: Lobby) -> None:
    code = Code.new()
    visit = lobby.reception.expect(ZOE, lobby.reception.today(), by="desk:bo")
    lobby.reception.sign_in(ANN, expected=visit, code=code)
    lobby.reception.sign_out_by_code(code)
    assert lobby.states() == ["left"]


@pytest.mark.parametrize("codes", [("a",), ("a" * 32,) * 3, ("a" * 33, "b" * 32)])
def test_a_roll_with_odd_codes_takes_no_visitor_away(lobby: Lobby, codes: tuple[str, ...]) -> None:
    days = lobby.reception._days
    record = RollRecord(
        visit="f" * 32, version=1, act=Act.SIGN_IN, pass_id="blue-owl", at=days.now(), name="Ann", codes=codes
    )
    lobby.reception._put_down(record)
    assert [seen.name for seen in lobby.register.visits()] == ["Ann"]


def test_records_about_nobody_are_passed_over(clock: ManualClock) -> None:
    nobody = RollRecord(visit="", version=0, act=Act.NOBODY, pass_id="", at=clock.now())
    assert assemble([nobody]).entries == ()
