"""A kiosk that was tampered with can seal anything to the day's public half; it takes nobody else off the list."""

import json
import os
import struct
import zlib
from typing import Any

import pytest

from kiosk.calamity.copies import Copies
from kiosk.calamity.rollfile import HEAD_BYTES, Head, digest, pack_frame
from kiosk.calamity.text import text
from retention.base.sealed import seal
from retention.base.state import State
from tests.calamity.lobby import DAY, Lobby, arrival
from tests.calamity.office import make_post
from tests.support.clock import ManualClock

AT = '"at": "2027-03-02T09:00:00+00:00"'
ENDS = "2027-01-01T00:00:00+00:00"
RECORDS = {
    "no record at all": "5",
    "nested beyond reason": "[" * 5_000,
    "a visit that is a list": f'{{"visit": ["a"], "version": 1, "act": "sign_in", "pass_id": "blue-owl", {AT}}}',
    "a version in letters": f'{{"visit": "a", "version": "1", "act": "sign_in", "pass_id": "blue-owl", {AT}}}',
    "an act that is a list": f'{{"visit": "a", "version": 1, "act": ["x"], "pass_id": "blue-owl", {AT}}}',
    "a name that is a number": f'{{"visit": "a", "version": 1, "act": "sign_in", "pass_id": "x", {AT}, "name": 7}}',
    "a host that is a table": f'{{"visit": "a", "version": 1, "act": "sign_in", "pass_id": "x", {AT}, "host": {{}}}}',
    "a version beyond every number": f'{{"visit": "a", "version": {2**70}, "act": "sign_in", "pass_id": "x", {AT}}}',
    "a visit longer than any": f'{{"visit": "{"a" * 33}", "version": 1, "act": "sign_in", "pass_id": "x", {AT}}}',
    "half a letter": f'{{"visit": "a", "version": 1, "act": "sign_in", "pass_id": "x", {AT}, "name": "\\ud800"}}',
    "help in numbers": f'{{"visit": "a", "version": 1, "act": "sign_in", "pass_id": "x", {AT}, "help": [5]}}',
    "an hour before time began": '{"visit": "a", "version": 1, "act": "sign_in", "pass_id": "x", '
    '"at": "0001-01-01T00:00:00+14:00", "name": "A"}',
    "the last hour there is": '{"visit": "a", "version": 1, "act": "sign_in", "pass_id": "x", '
    '"at": "9999-12-31T23:59:59+00:00", "name": "A"}',
}


def forge(lobby: Lobby, record: str) -> None:
    """A roll file as a writer makes it, with one record of the forger's own."""
    head = Head("visits", int(DAY.strftime("%Y%m%d")), os.urandom(16))
    previous = digest(head.pack())
    sealed = seal(lobby.slot.public, record.encode(), head.info(0, previous))
    path = lobby.state.roll_file(DAY, head.file_id.hex())
    path.write_bytes(head.pack() + pack_frame(head, 0, previous, sealed))


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS.keys())
def test_a_record_that_makes_no_sense_is_counted_and_the_list_comes_out(
    lobby: Lobby, state: State, clock: ManualClock, record: str
) -> None:
    lobby.write(arrival("Noor", visit="v-noor"))
    forge(lobby, record)
    the_list = make_post(state, clock).the_list()
    assert [line.entry.name for line in the_list.lines] == ["Noor"]
    assert [remark.count for remark in the_list.remarks] == [1]
    assert "Noor" in text(the_list)


def test_a_head_that_names_no_stream_takes_nobody_off_the_list(lobby: Lobby, state: State, clock: ManualClock) -> None:
    lobby.write(arrival("Noor", visit="v-noor"))
    head = bytearray(Head("visits", 1, b"a" * 16).pack())
    head[12:14] = b"\xff\xfe"
    head[HEAD_BYTES - 4 :] = struct.pack("<I", zlib.crc32(head[: HEAD_BYTES - 4]))
    state.roll_file(DAY, "61" * 16).write_bytes(head)
    assert [line.entry.name for line in make_post(state, clock).the_list().lines] == ["Noor"]


def test_a_roll_file_of_a_day_no_calendar_has_keeps_nothing_from_being_swept(state: State) -> None:
    (state.roll / "2027-99-99-x.roll").write_bytes(b"x")
    assert state.data_files() == []


@pytest.mark.parametrize(
    "changed",
    [{"triggered": "2027-03-02T08:00:00"}, {"epoch": -1}, {"epoch": 2**80}, {"triggered": 5}, {"number": "x"}],
    ids=str,
)
def test_an_alarm_on_the_disk_that_makes_no_sense_costs_nobody_the_list(
    lobby: Lobby, state: State, clock: ManualClock, changed: dict[str, Any]
) -> None:
    lobby.write(arrival("Noor"))
    alarm = {"epoch": 1, "triggered": "2027-03-02T08:00:00+00:00", "drill": False, "by": "x", "ended": None}
    (state.calamities / "current.json").write_text(json.dumps(alarm | {"cancelled": False} | changed))
    post = make_post(state, clock)
    post.step()
    assert [line.entry.name for line in post.the_list().lines] == ["Noor"]
    assert post.frozen_list() is None
    post.start(drill=False, by="os:test")
    assert post.frozen_list() is not None


@pytest.mark.parametrize(
    "told",
    [
        {"ends": 5, "job": "x-1"},
        {"ends": "2027-01-01T00:00:00", "job": "x-1"},
        {"ends": "today", "job": "x-1"},
        {"ends": ENDS, "job": 5},
        {"ends": ENDS, "job": "-a"},
        {"ends": ENDS, "path": 5},
        {"ends": ENDS, "path": "\0"},
        {"ends": ENDS, "elsewhere": ""},
    ],
    ids=str,
)
def test_a_note_of_another_user_that_makes_no_sense_names_no_copy(
    state: State, clock: ManualClock, told: dict[str, Any]
) -> None:
    (state.roll / "copies-999.json").write_text(json.dumps([told]))
    copies = Copies(state)
    copies._user = 998
    assert copies._of_others() == []
    assert copies.sweep(clock.now()) == []
