"""The roll keeps what it said it kept, whatever became of its files since."""

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.calamity.record import PADDING
from kiosk.calamity.roll import Entry, RollReader, RollRecord, assemble
from kiosk.calamity.rollfile import HEAD_BYTES, Head, digest, pack_frame, scan
from retention.base.errors import DiskRefused
from retention.base.siteday import day_number
from retention.base.state import VISITS
from tests.calamity.lobby import MORNING, Lobby, arrival, change, edit


def names(entries: list[Entry]) -> list[str | None]:
    return [entry.name for entry in entries]


def test_who_signed_in_is_on_site_with_all_that_was_said(lobby: Lobby) -> None:
    record = arrival("Noor de Vries", host="A. Bakker", host_telephone="06 1234", help=("stairs", "sight"))
    lobby.write(record)
    (entry,) = lobby.roll().on_site
    assert (entry.name, entry.host, entry.host_telephone, entry.help) == (
        "Noor de Vries",
        "A. Bakker",
        "06 1234",
        ("stairs", "sight"),
    )
    assert (entry.visit, entry.pass_id, entry.arrived) == (record.visit, "blue-owl", MORNING)


def test_who_signed_out_has_left_and_keeps_the_name(lobby: Lobby) -> None:
    record = arrival("Noor")
    lobby.write(record, change(record, "sign_out", by="os:desk"))
    roll = lobby.roll()
    assert (names(roll.on_site), names(roll.left)) == ([], ["Noor"])
    assert roll.left[0].left == MORNING + timedelta(hours=1)
    assert roll.left[0].by == "os:desk"


def test_an_undone_sign_out_puts_the_visitor_back(lobby: Lobby) -> None:
    record = arrival("Noor")
    lobby.write(record, change(record, "probably_left"), change(record, "undo", version=3, minute=61))
    (entry,) = lobby.roll().on_site
    assert entry.left is None


def test_a_correction_replaces_all_details_and_moves_nobody(lobby: Lobby) -> None:
    record = arrival("Nor", host="A. Bakker", help=("stairs",))
    lobby.write(record, change(record, "correct", name="Noor"))
    (entry,) = lobby.roll().on_site
    assert (entry.name, entry.host, entry.help, entry.arrived) == ("Noor", None, (), MORNING)


def test_version_counts_and_not_the_clock(lobby: Lobby) -> None:
    record = arrival("Noor", minute=50)
    lobby.write(change(record, "sign_out", minute=-500, version=2), record)
    assert names(lobby.roll().left) == ["Noor"]


def test_of_two_records_with_one_version_the_one_that_keeps_somebody_on_the_list_counts(lobby: Lobby) -> None:
    record = arrival("Noor")
    lobby.write(record, change(record, "undo", version=2, minute=1))
    lobby.write(change(record, "sign_out", version=2, minute=2))
    assert names(lobby.roll().on_site) == ["Noor"]


def test_a_visit_that_stays_keeps_its_arrival(lobby: Lobby) -> None:
    record = arrival("Noor")
    lobby.write(change(record, "stay", name="Noor", since=MORNING - timedelta(hours=9)))
    assert lobby.roll().on_site[0].arrived == MORNING - timedelta(hours=9)


def test_a_pass_handed_in_without_the_database_signs_out_its_latest_holder(lobby: Lobby) -> None:
    first, second = arrival("Eerste", minute=0), arrival("Tweede", minute=50)
    lobby.write(first, change(first, "sign_out", minute=10), second)
    lobby.write(
        RollRecord(visit="", version=0, act="sign_out", pass_id="blue-owl", at=MORNING + timedelta(minutes=55)),
        RollRecord(visit="", version=0, act="sign_out", pass_id="red-cat", at=MORNING + timedelta(minutes=56)),
    )
    assert names(lobby.roll().left) == ["Eerste", "Tweede"]


def test_a_visit_whose_start_is_lost_still_counts_as_inside(lobby: Lobby) -> None:
    lobby.write(change(arrival("Noor"), "correct", name=None))
    (entry,) = lobby.roll().on_site
    assert entry.name is None


def test_who_was_confirmed_is_inside_also_where_the_record_of_the_sign_in_is_lost(lobby: Lobby) -> None:
    expected = replace(arrival("Noor", version=0, minute=-600, pass_id=""), act="expect")
    lobby.write(expected, change(expected, "confirm", version=2, minute=5))
    (entry,) = lobby.roll().on_site
    assert (entry.name, entry.arrived) == ("Noor", MORNING + timedelta(minutes=5))


def test_who_is_inside_is_not_made_expected_again_by_a_later_announcement(lobby: Lobby) -> None:
    record = arrival("Noor")
    lobby.write(record, change(record, "expect", version=99, name="Noor"))
    (entry,) = lobby.roll().on_site
    assert (entry.name, entry.arrived) == ("Noor", MORNING)


@pytest.mark.parametrize("act", ["sign_out", "refuse"])
def test_who_has_left_is_not_brought_back_by_a_later_announcement(lobby: Lobby, act: str) -> None:
    record = arrival("Noor")
    lobby.write(record, change(record, act, version=2), change(record, "expect", version=99, name="Noor"))
    roll = lobby.roll()
    assert (roll.on_site, names(roll.left)) == ([], ["Noor"])


def test_a_deleted_visitor_who_is_inside_is_not_taken_off_by_a_later_announcement(lobby: Lobby) -> None:
    record = arrival("Noor")
    deleted = replace(change(record, "delete", version=2), state="on_site", name=None)
    lobby.write(deleted, change(record, "expect", version=99, name="Noor"))  # the sign-in is overwritten
    (entry,) = lobby.roll().on_site
    assert entry.name is None


def test_who_is_only_announced_is_not_inside(lobby: Lobby) -> None:
    expected = replace(arrival("Noor", version=0, pass_id=""), act="expect")
    lobby.write(expected, change(expected, "correct", version=1, name="Nour"))
    assert lobby.roll().on_site == []


def test_files_of_all_processes_are_one_roll(lobby: Lobby) -> None:
    writers = [lobby.writer() for _ in range(3)]
    for number in range(9):
        writers[number % 3].append(arrival(f"Bezoeker {number}", minute=number))
    assert len(lobby.files()) == 3
    assert names(lobby.roll().on_site) == [f"Bezoeker {number}" for number in range(9)]


def test_a_process_that_starts_again_opens_a_new_file(lobby: Lobby) -> None:
    lobby.write(arrival("Eerste"))
    before = lobby.files()[0].read_bytes()
    lobby.write(arrival("Tweede", minute=1))
    assert before in [path.read_bytes() for path in lobby.files()]
    assert names(lobby.roll().on_site) == ["Eerste", "Tweede"]


def test_no_name_stands_in_the_file_and_its_length_tells_nothing(lobby: Lobby) -> None:
    lobby.write(arrival("Li"))
    lobby.write(arrival("Wilhelmina van der Meulen-Oosterhout", host="A. Bakker", help=("stairs", "companion")))
    first, second = (path.read_bytes() for path in lobby.files())
    for data in (first, second):
        assert b"Wilhelmina" not in data
    lengths = {len(scan(data, Head.unpack(data).file_id).frames[0].sealed) for data in (first, second)}
    assert lengths == {PADDING + 48}


def test_a_reader_opens_only_what_is_new(lobby: Lobby) -> None:
    writer = lobby.writer()
    writer.append(arrival("Eerste"))
    reader = RollReader(lobby.state, VISITS, day_number(lobby.day), lobby.day_private())
    assert names(reader.roll().on_site) == ["Eerste"]
    writer.append(arrival("Tweede", minute=1))
    assert names(reader.roll().on_site) == ["Eerste", "Tweede"]


def test_a_reader_sees_damage_to_what_it_has_read_before(lobby: Lobby) -> None:
    writer = lobby.writer()
    writer.append(arrival("Eerste"))
    writer.append(arrival("Tweede", minute=1))
    reader = RollReader(lobby.state, VISITS, day_number(lobby.day), lobby.day_private())
    assert len(reader.roll().on_site) == 2
    (path,) = lobby.files()
    whole = path.read_bytes()
    edit(path, lambda data: data.__setitem__(HEAD_BYTES + 90, data[HEAD_BYTES + 90] ^ 1))
    assert (names(reader.roll().on_site), reader.roll().unreadable) == (["Tweede"], 1)
    path.write_bytes(whole)
    writer.append(arrival("Derde", minute=2))
    assert (len(reader.roll().on_site), reader.roll().unreadable) == (3, 0)


def test_a_file_cut_anywhere_gives_every_record_before_the_cut(lobby: Lobby) -> None:
    lobby.write(*(arrival(f"Bezoeker {number}", minute=number) for number in range(3)))
    (path,) = lobby.files()
    whole, private = path.read_bytes(), lobby.day_private()
    ends = [frame.end for frame in scan(whole, Head.unpack(whole).file_id).frames]
    seams = {place + near for place in (0, HEAD_BYTES, *ends) for near in range(-3, 4)}
    for cut in sorted({cut for cut in seams if 0 <= cut <= ends[-1]} | set(range(0, ends[-1], 7))):
        path.write_bytes(whole[:cut])
        roll = RollReader(lobby.state, VISITS, day_number(lobby.day), private).roll()
        expected = sum(end <= cut for end in ends)
        assert len(roll.on_site) == expected
        at_a_seam = cut <= HEAD_BYTES or cut in ends
        assert roll.unreadable == (0 if at_a_seam else 1)


@pytest.mark.slow
def test_a_file_cut_at_any_byte_gives_every_record_before_the_cut(lobby: Lobby) -> None:
    lobby.write(*(arrival(f"Bezoeker {number}", minute=number) for number in range(12)))
    (path,) = lobby.files()
    whole, private = path.read_bytes(), lobby.day_private()
    ends = [frame.end for frame in scan(whole, Head.unpack(whole).file_id).frames]
    for cut in range(ends[-1] + 1):
        path.write_bytes(whole[:cut])
        roll = RollReader(lobby.state, VISITS, day_number(lobby.day), private).roll()
        assert len(roll.on_site) == sum(end <= cut for end in ends)


@settings(max_examples=40, deadline=None)
@given(place=st.integers(min_value=0, max_value=3 * 680), flip=st.integers(min_value=1, max_value=255))
def test_a_changed_byte_costs_one_record_and_is_counted(
    tmp_path_factory: pytest.TempPathFactory, place: int, flip: int
) -> None:
    from tests.support.state import make_state  # noqa: PLC0415 - a directory for each example

    lobby = Lobby(make_state(tmp_path_factory.mktemp("roll") / "state"))
    lobby.write(*(arrival(f"Bezoeker {number}", minute=number) for number in range(3)))
    lobby.close()
    (path,) = lobby.files()
    end = scan(path.read_bytes(), Head.unpack(path.read_bytes()).file_id).frames[-1].end
    edit(path, lambda data: data.__setitem__(place % end, data[place % end] ^ flip))
    roll = lobby.roll()
    assert len(roll.on_site) >= (3 if place % end < HEAD_BYTES else 2)
    assert len(roll.on_site) + roll.unreadable == 3


def test_a_record_moved_to_another_place_does_not_open(lobby: Lobby) -> None:
    lobby.write(arrival("Eerste"), arrival("Tweede", minute=1))
    (path,) = lobby.files()
    data = path.read_bytes()
    head = Head.unpack(data)
    frames = scan(data, head.file_id).frames
    moved = pack_frame(head, 0, digest(head.pack()), frames[1].sealed)
    path.write_bytes(head.pack() + moved)
    roll = lobby.roll()
    assert (names(roll.on_site), roll.unreadable) == ([], 1)


def test_a_file_that_cannot_be_read_is_counted(lobby: Lobby) -> None:
    lobby.write(arrival("Noor"))
    (lobby.state.roll / f"{lobby.day.isoformat()}-{'0' * 32}.roll").mkdir()
    roll = lobby.roll()
    assert (names(roll.on_site), roll.unreadable) == (["Noor"], 1)


RECORDS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(1, 4),
        st.sampled_from(["sign_in", "sign_out", "probably_left", "undo", "correct"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_in_which_records_are_found_changes_nothing(
    made: list[tuple[int, int, str]], random: "st.random.Random"
) -> None:
    records = [
        RollRecord(
            visit=f"visit-{visit}",
            version=version,
            act=act,
            pass_id=f"blue-owl-{visit}",
            at=MORNING + timedelta(minutes=number % 5),
            name=f"Naam {version}" if act in ("sign_in", "correct") else None,
        )
        for number, (visit, version, act) in enumerate(made)
    ]
    expected = assemble(records)
    shuffled = records + records[: len(records) // 2]  # a record may be there twice, after a failed write
    random.shuffle(shuffled)
    assert assemble(shuffled) == expected


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], None]:
    """The disk refuses calls of fdatasync number `first` up to `last`."""
    real, calls = os.fdatasync, [0]

    def arm(first: int, last: int) -> None:
        def refuse(descriptor: int) -> None:
            calls[0] += 1
            if first <= calls[0] <= last:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            real(descriptor)

        monkeypatch.setattr(os, "fdatasync", refuse)

    return arm


def test_a_record_is_synced_before_anybody_is_told(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    for call in ("pwrite", "fdatasync", "fsync"):
        real = getattr(os, call)
        monkeypatch.setattr(os, call, lambda *words, call=call, real=real: (calls.append(call), real(*words))[1])
    writer = lobby.writer()
    for number in range(2):
        calls.clear()
        writer.append(arrival(f"Bezoeker {number}", minute=number))
        assert calls[-2:] == ["pwrite", "fdatasync"]


def test_a_failed_write_goes_into_a_new_file_and_nothing_is_appended_to_the_old(
    lobby: Lobby, failing: Callable[[int, int], None]
) -> None:
    writer = lobby.writer()
    failing(2, 2)
    for number in range(3):
        writer.append(arrival(f"Bezoeker {number}", minute=number))
    counts = sorted(len(scan(p.read_bytes(), Head.unpack(p.read_bytes()).file_id).frames) for p in lobby.files())
    assert counts == [2, 2]
    roll = lobby.roll()
    assert (len(roll.on_site), roll.unreadable) == (3, 0)


def test_half_a_record_in_an_abandoned_file_is_no_loss(lobby: Lobby, failing: Callable[[int, int], None]) -> None:
    writer = lobby.writer()
    failing(2, 2)
    for number in range(2):
        writer.append(arrival(f"Bezoeker {number}", minute=number))
    (torn,) = [p for p in lobby.files() if len(scan(p.read_bytes(), Head.unpack(p.read_bytes()).file_id).frames) == 2]
    last = scan(torn.read_bytes(), Head.unpack(torn.read_bytes()).file_id).frames[-1]
    torn.write_bytes(torn.read_bytes()[: last.end - 9])
    roll = lobby.roll()
    assert (len(roll.on_site), roll.unreadable) == (2, 0)


@pytest.mark.parametrize("folder", [False, True], ids=["file", "folder"])
def test_what_is_written_after_the_file_was_taken_away_is_read(lobby: Lobby, folder: bool) -> None:
    writer = lobby.writer()
    writer.append(arrival("Noor"))
    for path in lobby.files():
        path.unlink()
    if folder:
        lobby.state.roll.rmdir()
    writer.append(arrival("Daan"))
    assert [entry.name for entry in lobby.roll().entries] == ["Daan"]


def test_a_disk_that_refuses_twice_is_said_and_the_next_call_tries_again(
    lobby: Lobby, failing: Callable[[int, int], None]
) -> None:
    writer = lobby.writer()
    failing(1, 2)
    with pytest.raises(DiskRefused, match="the roll cannot be written"):
        writer.append(arrival("Eerste"))
    writer.append(arrival("Tweede", minute=1))
    assert "Tweede" in names(lobby.roll().on_site)


def test_room_for_hundreds_of_records_is_kept_beforehand(lobby: Lobby) -> None:
    lobby.write(arrival("Noor"))
    status = lobby.files()[0].stat()
    assert status.st_blocks * 512 >= 256 * 1024


def test_a_process_that_ends_gives_back_the_room(lobby: Lobby) -> None:
    lobby.write(arrival("Noor"))
    lobby.close()
    assert lobby.files()[0].stat().st_size < 4_096
    assert names(lobby.roll().on_site) == ["Noor"]
