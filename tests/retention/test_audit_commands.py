"""`portier audit`: the trail as a privacy officer reads it."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from retention.audit_commands import audit
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.errors import UsageRefused
from tests.support.clock import ManualClock


def run(office: Office, *words: str) -> tuple[str, object]:
    result = CliRunner().invoke(audit, words, obj=office, standalone_mode=False)
    if isinstance(result.exception, Exception):
        raise result.exception
    return result.output, result.return_value


@pytest.fixture
def trail(office: Office, clock: ManualClock) -> Trail:
    trail = Trail(office.state, clock)
    for camera in ("entree", "achter"):
        span = (clock.now() - timedelta(hours=1), clock.now())
        trail.note("footage_looked", actor="os:test", about=camera, category="incident", span=span)
        clock.advance(hours=1)
    return trail


def test_a_look_is_listed_with_who_what_when_and_why(office: Office, trail: Trail) -> None:
    first, second = json.loads(run(office, "list", "--json")[0])
    assert (first["act"], first["actor"], first["about"], first["category"]) == (
        "footage_looked",
        "os:test",
        "entree",
        "incident",
    )
    assert second["about"] == "achter"


def test_a_span_of_the_trail_is_listed(office: Office, trail: Trail, clock: ManualClock) -> None:
    since = (clock.now() - timedelta(minutes=90)).isoformat()
    assert [row["about"] for row in json.loads(run(office, "list", "--from", since, "--json")[0])] == ["achter"]


def test_a_moment_that_cannot_be_read_is_refused(office: Office) -> None:
    with pytest.raises(UsageRefused):
        run(office, "list", "--from", "gisteren")


def test_a_whole_trail_verifies_and_a_changed_one_does_not(office: Office, trail: Trail) -> None:
    output, code = run(office, "verify")
    assert (code, output.startswith("ok: 2 entries")) == (0, True)
    (day,) = office.state.audit.glob("????-??-??.jsonl")
    day.write_text(day.read_text().replace("entree", "keuken"))
    output, code = run(office, "verify")
    assert (code, output.startswith("NOT")) == (70, True)
