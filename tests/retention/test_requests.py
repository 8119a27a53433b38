"""The register of requests: sealed, counted in weeks, each step on record, gone six weeks after its answer."""

import errno
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from retention.asked.errors import RequestChanged, RequestRefused, RequestUnknown, RequestUnreadable
from retention.asked.register import Requests, start_of
from retention.asked.request import Answer, Content, Facts, Head, Span, epoch_of, number_of
from retention.base import slots as slots_module
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.errors import DiskRefused, NoFreeSlot
from retention.base.readerkey import private_half, public_half
from retention.base.slots import SlotFile
from retention.base.state import REQUESTS
from retention.evidence.archive import Archive
from retention.evidence.chain import Chain
from retention.evidence.reading import Reading
from retention.reaper import Reaper
from tests.support.clock import ManualClock
from tests.support.crash import PowerCut, power_goes_at
from tests.support.refusals import refusing

NAME = "Fatima el Amrani"
CONTENT = Content(NAME, "06 12345678", "Wat weet u van mij?")
BY = "staff:jan"


@pytest.fixture
def requests(office: Office) -> Requests:
    public_half(office.state)
    return Requests(office.state, office.clock, office.config.site.zone)


@pytest.fixture
def reader(requests: Requests, office: Office) -> X25519PrivateKey:
    return private_half(office.state)


def answer(requests: Requests, head: Head, reader: X25519PrivateKey, clock: ManualClock) -> Head:
    """Identify whoever asks, and answer."""
    head = requests.identify(head.number, head.version, reader, way="shown", by=BY).head
    said = Answer(clock.now(), BY, "nl", "yes", Facts(clock.now()))
    return requests.answer(head.number, head.version, reader, said).head


def notes(office: Office) -> list[tuple[str, str, str]]:
    found = Trail(office.state, office.clock).entries()
    return [(entry.act, entry.about, entry.category) for entry in found if entry.act.startswith("request.")]


def test_a_request_is_listed_without_a_key_and_opened_with_one(
    requests: Requests, reader: X25519PrivateKey, office: Office
) -> None:
    head = requests.register("access", CONTENT, by=BY)
    (office.state.keys / "reader.key").unlink()
    assert requests.heads() == [head]
    assert requests.read(head.number, reader, by=BY).content == replace(CONTENT, by=BY)


def test_a_key_is_noted_as_made_before_anybody_can_close_its_request(requests: Requests, office: Office) -> None:
    head = requests.register("access", CONTENT, by=BY)
    requests.close(head.number, head.version, by=BY, why="mistake")
    Reaper(office.state).step(office.clock.now())
    told = Reading(Chain(office.state), Archive.of(office.state)).on(None).today
    assert (told.made[REQUESTS], told.erased[REQUESTS], told.unnoted) == (1, 1, 0)


def test_no_name_stands_plainly_on_disk(requests: Requests, office: Office) -> None:
    requests.register("access", CONTENT, by=BY)
    for path in office.state.directory.rglob("*"):
        assert NAME not in path.name
        if path.is_file():
            assert NAME.encode() not in path.read_bytes()


def test_four_weeks_are_counted_by_the_calendar_of_the_site(requests: Requests, clock: ManualClock) -> None:
    clock.at = datetime(2027, 3, 2, 23, 30, tzinfo=UTC)  # already the third in Amsterdam
    head = requests.register("access", CONTENT, by=BY)
    assert head.answer_by.isoformat() == "2027-03-31"
    assert head.days_left(head.answer_by) == 0


def test_a_letter_of_last_week_counts_from_last_week(requests: Requests, office: Office, clock: ManualClock) -> None:
    received = start_of((clock.now() - timedelta(days=7)).date(), office.config.site.zone)
    head = requests.register("access", CONTENT, by=BY, received=received)
    assert head.answer_by.isoformat() == "2027-03-23"
    (slot,) = SlotFile(office.state, REQUESTS).live()
    assert slot.deadline == received + timedelta(weeks=10)


@pytest.mark.parametrize("days", [1, -57])
def test_a_day_that_cannot_be_meant_is_refused(requests: Requests, clock: ManualClock, days: int) -> None:
    with pytest.raises(RequestRefused):
        requests.register("access", CONTENT, by=BY, received=clock.now() + timedelta(days=days))


def test_before_its_answer_a_request_lives_ten_weeks(
    requests: Requests, reader: X25519PrivateKey, office: Office, clock: ManualClock
) -> None:
    head = requests.register("access", CONTENT, by=BY)
    clock.advance(timedelta(weeks=10))
    assert requests.heads() == []
    with pytest.raises(RequestUnknown):
        requests.read(head.number, reader, by=BY)
    Reaper(office.state).step(clock.now())
    assert list(office.state.requests.glob("*.req")) == []


def test_an_answer_brings_the_end_forward_to_six_weeks(
    requests: Requests, reader: X25519PrivateKey, office: Office, clock: ManualClock
) -> None:
    head = requests.register("access", CONTENT, by=BY)
    clock.advance(days=3)
    answered = answer(requests, head, reader, clock)
    (slot,) = SlotFile(office.state, REQUESTS).live()
    assert slot.deadline == clock.now() + timedelta(weeks=6) == requests.read(head.number, reader, by=BY).deadline
    clock.advance(timedelta(weeks=6))
    assert answered.state == "answered"
    assert requests.heads() == []


def test_a_crash_between_answer_and_slot_is_made_good(
    requests: Requests, reader: X25519PrivateKey, office: Office, clock: ManualClock
) -> None:
    head = requests.register("access", CONTENT, by=BY)
    head = requests.identify(head.number, head.version, reader, way="shown", by=BY).head
    said = Answer(clock.now(), BY, "nl", "yes", Facts(clock.now()))
    for call in count():  # the power goes at a later change of the disk each time, until the answer stands there
        with power_goes_at(call), suppress(PowerCut):
            requests.answer(head.number, head.version, reader, said)
        if requests.heads()[0].state == "answered":
            break
    (slot,) = SlotFile(office.state, REQUESTS).live()
    assert slot.deadline > clock.now() + timedelta(weeks=6)
    requests.settle()
    requests.settle()
    (slot,) = SlotFile(office.state, REQUESTS).live()
    assert slot.deadline == clock.now() + timedelta(weeks=6)


def test_closing_hides_at_once_and_the_reaper_destroys(requests: Requests, office: Office, clock: ManualClock) -> None:
    head = requests.register("access", CONTENT, by=BY)
    requests.close(head.number, head.version, by=BY, why="withdrawn")
    assert requests.heads() == []
    assert Reaper(office.state).step(clock.now()).unlinked == 1
    with pytest.raises(RequestUnknown):
        requests.close(head.number, head.version, by=BY, why="withdrawn")


def test_every_step_is_in_the_trail_by_number_and_kind(
    requests: Requests, reader: X25519PrivateKey, office: Office, clock: ManualClock
) -> None:
    span = Span(("entree",), clock.now() - timedelta(hours=1), clock.now())
    head = requests.register("access", Content(NAME, "post", span=span), by=BY)
    requests.read(head.number, reader, by=BY)
    head = requests.note(head.number, head.version, reader, act="frozen", told="3", by=BY).head
    answer(requests, head, reader, clock)
    number = head.number
    assert notes(office) == [
        ("request.new", number, "access"),
        ("request.look", number, "access"),
        ("request.freeze", number, "access"),
        ("request.identity", number, "shown"),
        ("request.answer", number, "yes"),
    ]
    assert NAME not in "".join(path.read_text() for path in office.state.audit.glob("*.jsonl"))


def test_nothing_is_opened_that_the_trail_cannot_take(
    requests: Requests, reader: X25519PrivateKey, office: Office
) -> None:
    head = requests.register("access", CONTENT, by=BY)
    with refusing(office.state.audit), pytest.raises(DiskRefused):
        requests.read(head.number, reader, by=BY)


def test_a_request_that_the_disk_refuses_leaves_nothing(requests: Requests, office: Office, clock: ManualClock) -> None:
    with refusing(office.state.requests), pytest.raises(DiskRefused):
        requests.register("access", CONTENT, by=BY)
    assert requests.heads() == []
    Reaper(office.state).step(clock.now())
    assert SlotFile(office.state, REQUESTS).live() == []


def test_a_change_that_the_disk_refuses_leaves_the_request_as_it_was(
    requests: Requests, reader: X25519PrivateKey, office: Office
) -> None:
    head = requests.register("access", CONTENT, by=BY)
    with refusing(office.state.requests, errno.ENOSPC), pytest.raises(DiskRefused):
        requests.identify(head.number, head.version, reader, way="known", by=BY)
    assert requests.heads() == [head]
    assert requests.identify(head.number, head.version, reader, way="known", by=BY).head.version == 2


def test_of_two_at_once_the_second_is_told(requests: Requests, reader: X25519PrivateKey) -> None:
    head = requests.register("access", CONTENT, by=BY)
    requests.identify(head.number, 1, reader, way="known", by=BY)
    with pytest.raises(RequestChanged):
        requests.identify(head.number, 1, reader, way="shown", by="staff:piet")
    with pytest.raises(RequestChanged):
        requests.close(head.number, 1, by=BY, why="withdrawn")
    steps = requests.read(head.number, reader, by=BY).content.steps
    assert [(step.by, step.told) for step in steps] == [(BY, "known")]


def test_requests_of_one_second_have_a_slot_each(requests: Requests, office: Office) -> None:
    others = [Requests(office.state, office.clock, office.config.site.zone) for _ in range(4)]
    threads = [Thread(target=one.register, args=("access", CONTENT), kwargs={"by": BY}) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({head.number for head in requests.heads()}) == 4
    assert len({slot.public_bytes for slot in SlotFile(office.state, REQUESTS).live()}) == 4


def test_a_full_register_says_what_to_do(office: Office, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots_module, "capacity_of", lambda _: 8)
    slots, reader = SlotFile(office.state, REQUESTS), public_half(office.state)
    requests = Requests(office.state, clock, office.config.site.zone)
    for number in range(slots.capacity):
        slots.claim(number + 1, clock.now() + timedelta(days=1), reader)
    with pytest.raises(NoFreeSlot, match="close those that are answered"):
        requests.register("access", CONTENT, by=BY)


def test_an_answer_needs_an_identity_unless_it_is_no(
    requests: Requests, reader: X25519PrivateKey, clock: ManualClock
) -> None:
    head = requests.register("deletion", CONTENT, by=BY)
    with pytest.raises(RequestRefused):
        requests.answer(head.number, 1, reader, Answer(clock.now(), BY, "nl", "yes", Facts(clock.now())))
    with pytest.raises(RequestRefused):
        requests.note(head.number, 1, reader, act="deleted", told="a visit", by=BY)
    done = requests.answer(head.number, 1, reader, Answer(clock.now(), BY, "nl", "no", Facts(clock.now())))
    assert done.head.state == "answered"
    with pytest.raises(RequestRefused):
        requests.identify(head.number, 2, reader, way="known", by=BY)


def test_footage_comes_before_the_answer(requests: Requests, reader: X25519PrivateKey, clock: ManualClock) -> None:
    span = Span(("entree",), clock.now() - timedelta(hours=1), clock.now())
    head = requests.register("access", Content(NAME, "", span=span), by=BY)
    with pytest.raises(RequestRefused):
        answer(requests, head, reader, clock)
    head = requests.note(head.number, 2, reader, act="not_frozen", told="none", by=BY).head
    assert answer(requests, head, reader, clock).state == "answered"


@pytest.mark.parametrize(
    "number", ["", "x", "270302-99999", "271302-00000", "270302_00000", "٢٧٠٣٠٢-٠٠٠٠٠", "../../etc"]
)
def test_what_is_no_number_is_unknown(requests: Requests, reader: X25519PrivateKey, number: str) -> None:
    with pytest.raises(RequestUnknown):
        requests.read(number, reader, by=BY)


def test_a_number_tells_its_epoch() -> None:
    for epoch in (1_803_978_000, 1_803_945_600, 1_804_031_999):
        assert epoch_of(number_of(epoch)) == epoch


def altered(office: Office) -> Iterator[str]:
    """The same file, damaged in every way that matters."""
    (path,) = office.state.requests.glob("*.req")
    whole = path.read_bytes()
    for name, content in {
        "an answer by another day": whole.replace(b"2027-03-30", b"2027-06-30", 1),
        "cut short": whole[:-1],
        "no sealed part": whole.partition(b"\n")[0] + b"\n",
        "a turned bit": whole[:-100] + bytes([whole[-100] ^ 1]) + whole[-99:],
    }.items():
        assert content != whole
        path.write_bytes(content)
        yield name
    path.write_bytes(whole)


def test_what_was_changed_outside_is_not_believed(requests: Requests, reader: X25519PrivateKey, office: Office) -> None:
    head = requests.register("access", CONTENT, by=BY)
    for _ in altered(office):
        with pytest.raises(RequestUnreadable):
            requests.read(head.number, reader, by=BY)
    assert requests.read(head.number, reader, by=BY).head == head


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\nx", b"\xff" * 5_000, b'{"number": "270302-00000"}\n'])
def test_a_file_that_is_no_request_is_told_and_stops_no_list(
    requests: Requests, office: Office, clock: ManualClock, content: bytes
) -> None:
    requests.register("access", CONTENT, by=BY)
    (path,) = office.state.requests.glob("*.req")
    path.write_bytes(content)
    clock.advance(seconds=5)
    kept = requests.register("deletion", CONTENT, by=BY)
    assert requests.heads() == [kept]
    assert len(requests.unreadable()) == 1


def test_the_plain_line_tells_only_what_lists_need(requests: Requests, office: Office) -> None:
    requests.register("access", CONTENT, by=BY)
    (path,) = office.state.requests.glob("*.req")
    head = json.loads(path.read_bytes().partition(b"\n")[0])
    plain = {"number", "kind", "received", "registered", "answer_by", "state", "answered", "version", "identified"}
    assert set(head) == plain


def test_a_clock_that_jumps_hides_and_destroys_nothing(requests: Requests, office: Office, clock: ManualClock) -> None:
    requests.register("access", CONTENT, by=BY)
    requests._time.advance()  # as the retention service does every minute
    clock.step(days=400)
    assert requests.heads() == []
    Reaper(office.state).step(requests._time.for_destroying())
    clock.step(days=-400)
    assert len(requests.heads()) == 1
