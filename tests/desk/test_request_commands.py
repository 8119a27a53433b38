"""`portier request`, driven as an operator would: names and free text on standard input, never in an argument."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from desk import accounts
from desk.errors import AccountRefused
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
from tests.desk.site import NAME, PASSWORD, kept_password, record
from tests.support.clock import ManualClock

Run = Callable[..., Result]
WHO = "Fatima el Amrani"


@pytest.fixture
def office(config: Config, state: State, clock: ManualClock) -> Office:
    return Office(config, state, clock)


@pytest.fixture
def officer(office: Office, clock: ManualClock) -> dict[str, str]:
    """What proves that somebody is the privacy officer."""
    database = open_database(office.config)
    with database.write() as session:
        accounts.add(session, NAME, kept_password(), now=clock.now())
        accounts.appoint(session, NAME, accounts.OFFICER)
    database.close()
    return {"account": NAME, "password": PASSWORD}


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


def test_from_asking_to_letter(  # noqa: PLR0917 - fixtures
    run: Run, visit: str, officer: dict[str, str], office: Office, clock: ManualClock, tmp_path: Path
) -> None:
    number = asked(run, words="Alles graag.")
    run("identify", number, "--way", "known")
    assert WHO in run("show", number).output
    assert (
        "U komt voor: Marieke de Vries"
        in run("answer", number, "--look", **officer, decision="yes", visits=[visit]).output
    )
    assert json.loads(run("list", "--json").output)[0]["state"] == "open"
    run("answer", number, **officer, decision="yes", visits=[visit])
    entries = [(one.act, one.actor.partition(":")[0]) for one in Trail(office.state, clock).entries()]
    assert entries[-2:] == [("request.command", "os"), ("request.answer", "staff")]
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
    assert said == f"{number}  See what we keep  2 days left, by Tuesday 30 March at the latest\n"
    dutch = f"{number}  Inzage: wat bewaart u van mij?  nog 2 dagen, uiterlijk dinsdag 30 maart\n"
    assert run("remind", "--language", "nl").output == dutch
    assert "2 days left, by Tuesday 30 March at the latest" in run("list").output
    plain = {"number": number, "kind": "access", "state": "open", "answer_by": "2027-03-30", "days_left": 2}
    assert json.loads(run("list", "--json").output) == [plain]
    assert json.loads(run("remind", "--json").output) == [plain | {"urgency": "urgent"}]
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


def test_closing_ends_it(run: Run, officer: dict[str, str]) -> None:
    number = asked(run)
    run("close", number, "--why", "withdrawn", **officer)
    assert run("list").output == "nobody has asked anything now\n"
    with pytest.raises(RequestUnknown):
        run("close", number, "--why", "withdrawn", **officer)


def test_only_the_privacy_officer_answers_and_closes(
    run: Run, officer: dict[str, str], office: Office, clock: ManualClock
) -> None:
    number = asked(run)
    run("identify", number, "--way", "known")
    database = open_database(office.config)
    with database.write() as session:
        accounts.add(session, "els", kept_password(), now=clock.now())
    database.close()
    for proof in ({}, {"account": "els", "password": PASSWORD}, officer | {"password": "wrong"}):
        for words in (("answer", number), ("answer", number, "--look"), ("close", number, "--why", "withdrawn")):
            decision = {"decision": "yes"} if words[0] == "answer" else {}
            with pytest.raises((UsageRefused, AccountRefused)):
                run(*words, **proof, **decision)
    assert json.loads(run("list", "--json").output)[0]["state"] == "open"


def test_a_visit_of_the_same_name_is_not_forgotten(run: Run, officer: dict[str, str], visit: str) -> None:
    number = asked(run)
    run("identify", number, "--way", "known")
    with pytest.raises(UsageRefused, match=visit) as refused:
        run("answer", number, **officer, decision="yes")
    assert WHO not in str(refused.value)
    said = run("answer", number, "--look", **officer, decision="yes", not_theirs=[visit]).output
    assert "Wij vinden geen bezoek van u van vandaag" in said


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
    "given",
    [
        {"decision": "perhaps"},
        {"decision": "yes", "copy": "yes"},
        {"decision": "yes", "withheld": ["x"]},
        {"decision": "yes", "language": "fr"},
    ],
)
def test_an_answer_that_cannot_be_meant_is_refused(run: Run, officer: dict[str, str], given: dict[str, object]) -> None:
    number = asked(run)
    run("identify", number, "--way", "known")
    with pytest.raises(UsageRefused):
        run("answer", number, **officer, **given)
