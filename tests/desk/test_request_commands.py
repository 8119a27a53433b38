"""`portier request`, driven as an operator would: names and free text on standard input, never in an argument."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from desk.request_commands import request
from kiosk.reception import Reception
from kiosk.visits import Details
from retention.asked.errors import RequestRefused, RequestUnknown
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.config import Config
from retention.base.database import open_database
from retention.base.errors import PortierError, ReaderKeyMissing, UsageRefused
from retention.base.state import State
from tests.desk.site import record
from tests.support.clock import ManualClock

Run = Callable[..., Result]
WHO = "Fatima el Amrani"


@pytest.fixture
def office(config: Config, state: State, clock: ManualClock) -> Office:
    return Office(config, state, clock)


@pytest.fixture
def run(office: Office) -> Run:
    def run(*words: str, **given: object) -> Result:
        done = CliRunner().invoke(
            request, words, obj=office, standalone_mode=False, input=json.dumps(given) if given else None
        )
        if isinstance(done.exception, PortierError):
            raise done.exception
        assert done.exception is None, done.exception
        return done

    return run


@pytest.fixture
def visit(office: Office) -> Iterator[str]:
    database = open_database(office.config)
    reception = Reception(office, database, kiosk="test")
    yield reception.sign_in(Details(WHO, "Marieke de Vries"), by="x").visit
    reception.close()
    database.close()


def asked(run: Run, kind: str = "access", **more: object) -> str:
    number: str = json.loads(run("new", "--json", kind=kind, name=WHO, reach="06 1", **more).output)["number"]
    return number


def test_from_asking_to_letter(run: Run, visit: str, tmp_path: Path) -> None:
    number = asked(run, words="Alles graag.")
    run("identify", number, "--way", "known")
    assert WHO in run("show", number).output
    assert "U komt voor: Marieke de Vries" in run("answer", number, "--look", decision="yes", visits=[visit]).output
    assert json.loads(run("list", "--json").output)[0]["state"] == "open"
    run("answer", number, decision="yes", visits=[visit])
    run("letter", number, "--output", str(tmp_path / "letter.pdf"))
    assert WHO in PdfReader(tmp_path / "letter.pdf").pages[0].extract_text()
    run("letter", number, "--output", str(tmp_path / "letter.txt"))
    assert WHO in (tmp_path / "letter.txt").read_text()


def test_list_and_remind_need_no_key_and_tell_no_name(run: Run, office: Office, clock: ManualClock) -> None:
    number = asked(run)
    (office.state.keys / "reader.key").unlink()
    assert run("remind").output == ""
    clock.advance(days=26)
    said = run("remind").output
    assert said == f"{number}  access  nog 2 dagen, uiterlijk dinsdag 30 maart\n"
    assert "2 days left, by Tuesday 30 March at the latest" in run("list", "--language", "en").output
    assert WHO not in run("list").output
    with pytest.raises(ReaderKeyMissing):
        run("show", number)


def test_noting_needs_no_private_key(run: Run, office: Office) -> None:
    asked(run)
    (office.state.keys / "reader.key").unlink()
    assert asked(run, "deletion")


def test_footage_is_kept_apart(run: Run, office: Office, config: Config, clock: ManualClock, film: Path) -> None:
    start = clock.now().replace(microsecond=0) - timedelta(hours=1)
    end = record(config, clock, "entree", film, start, turns=7)
    span = {"cameras": ["entree"], "from": start.isoformat(), "to": end.isoformat()}
    number = asked(run, footage=span)
    assert run("freeze", number).output == "kept apart\n"
    assert [entry.act for entry in Trail(office.state, clock).entries() if entry.act == "case.freeze"] == [
        "case.freeze"
    ]


def test_closing_ends_it(run: Run) -> None:
    number = asked(run)
    run("close", number, "--why", "withdrawn")
    assert run("list").output == "nobody has asked anything now\n"
    with pytest.raises(RequestUnknown):
        run("close", number, "--why", "withdrawn")


@pytest.mark.parametrize(
    "given",
    [
        {"name": WHO},
        {"kind": "access", "name": 7},
        {"kind": "access", "name": WHO, "passport": "x"},
        {"kind": "access", "name": WHO, "received": "yesterday"},
        {"kind": "access", "name": WHO, "received": "9999-12-31"},
        {"kind": "access", "name": WHO, "footage": []},
        {"kind": "access", "name": WHO, "footage": {"cameras": "entree"}},
        {"kind": "access", "name": WHO, "footage": {"cameras": ["entree"], "from": "2027-03-02T09:00", "to": "x"}},
    ],
)
def test_what_cannot_be_meant_is_refused(run: Run, given: dict[str, object]) -> None:
    with pytest.raises((UsageRefused, RequestRefused)) as refused:
        run("new", **given)
    assert refused.value.exit_code == 64
    assert WHO not in str(refused.value)


@pytest.mark.parametrize(
    "given", [{"decision": "perhaps"}, {"decision": "yes", "withheld": ["x"]}, {"decision": "yes", "language": "fr"}]
)
def test_an_answer_that_cannot_be_meant_is_refused(run: Run, given: dict[str, object]) -> None:
    number = asked(run)
    run("identify", number, "--way", "known")
    with pytest.raises(UsageRefused):
        run("answer", number, **given)
