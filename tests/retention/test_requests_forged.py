"""A head that somebody changed keeps the clock of no other request from running."""

import json

import pytest

from retention.asked.register import Requests
from retention.asked.reminders import Reminding
from retention.asked.request import Content
from retention.base.command import Office

ENDLESS = "9999-12-31T23:59:59Z"


@pytest.mark.parametrize(
    "change",
    [
        {"received": ENDLESS, "answered": ENDLESS, "state": "answered"},
        {"answered": ENDLESS, "state": "answered"},
        {"answered": "2027-03-02T09:00:00", "state": "answered"},
        {"received": "2027-03-02T09:00:00"},
        {"received": "0001-01-01T00:00:00Z"},
    ],
)
def test_it_is_told_and_the_others_are_seen_to(office: Office, change: dict[str, str]) -> None:
    requests = Requests(office.state, office.clock, office.config.site.zone)
    requests.register("access", Content("Fatima el Amrani", "", "", None), by="staff:jan")
    whole = requests.register("access", Content("Jan de Wit", "", "", None), by="staff:jan")
    path = sorted(office.state.requests.glob("*.req"))[0]
    line, _, sealed = path.read_bytes().partition(b"\n")
    path.write_bytes(json.dumps(json.loads(line) | change).encode() + b"\n" + sealed)
    reminding = Reminding(office)
    reminding.look()
    assert len(reminding.problems) == 1
    assert [head.number for head in requests.heads()] == [whole.number]
