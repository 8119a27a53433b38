"""A blurred copy from what a case holds: the original is gone after four days, a request may take four weeks."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from desk.accounts import OFFICER, appoint
from desk.case_commands import case as commands
from recorder.errors import PlanRefused
from retention.base.config import Config
from retention.base.errors import PortierError, UsageRefused
from retention.reaper import Reaper
from tests.desk.site import NAME, Site, record
from tests.support.clock import ManualClock
from tests.support.video import frame_numbers

BOX = {"left": "0", "top": "0", "width": "100", "height": "100"}
Begin = Callable[..., httpx.Response]


@pytest.fixture
def start(config: Config, clock: ManualClock, film: Path) -> datetime:
    """Twenty seconds of footage, nine minutes ago."""
    start = clock.now().replace(microsecond=0) - timedelta(minutes=9)
    record(config, clock, "entree", film, start, turns=2)
    return start


@pytest.fixture
def case(site: Site, start: datetime, clock: ManualClock) -> str:
    """The number of a case that was kept for a request, the original of which is destroyed."""
    end = start + timedelta(seconds=20)
    deadline = clock.now() + timedelta(weeks=10)
    made = site.parts.caseroom.cases.freeze(
        ("entree",), start, end, request="270302-00001", by="staff:jan", deadline=deadline
    )
    clock.advance(hours=97)
    Reaper(site.state).step(clock.now())
    return made.number


@pytest.fixture
def later(site: Site, case: str) -> Iterator[httpx.Client]:
    """The privacy officer, logged in after the original is gone."""
    with site.parts.database.write() as session:
        appoint(session, NAME, OFFICER)
    client = site.client()
    yield client
    client.close()


@pytest.fixture
def begin(site: Site, later: httpx.Client, case: str, start: datetime) -> Begin:
    def begin(seconds: float = 20, **more: str) -> httpx.Response:
        zone = site.parts.office.config.site.zone
        first, last = (start + timedelta(seconds=one) for one in (0, seconds))
        times = {"start": f"{first.astimezone(zone):%H:%M:%S}", "end": f"{last.astimezone(zone):%H:%M:%S}"}
        asked = {"camera": "entree", "day": start.date().isoformat(), "reason": "person_asked", **times, **more}
        return later.post(f"/cases/{case}/blur", data=asked)

    return begin


def test_a_copy_is_made_from_the_case_when_the_original_is_gone(
    site: Site, later: httpx.Client, case: str, begin: Begin, tmp_path: Path
) -> None:
    assert site.parts.footage.fragment("entree", site.parts.office.clock.now() - timedelta(hours=98)) is None
    assert f'action="/cases/{case}/blur"' in later.get(f"/cases/{case}").text
    where = begin().headers["Location"].partition("?")[0]
    assert f"/cases/{case}?camera=entree" in later.get(where).text
    for form in ("large", "small", "veiled"):
        picture = later.get(f"{where}/picture", params={"picture": 1, "as": form})
        assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/jpeg")
    for number in (0, 4, 9):
        later.post(where, data={"picture": str(number), "act": "draw", **BOX})
    made = later.post(f"{where}/make", data={"fill": "blocks"}).headers["Location"]
    site.parts.exports._hand.submit(lambda: None).result()
    (film, _) = re.findall(r'href="(/exports/[^"]+)" download', later.get(made).text)
    (tmp_path / "a.mp4").write_bytes(later.get(film).content)

    numbers = frame_numbers(tmp_path / "a.mp4")
    assert (len(numbers), set(numbers)) == (500, set(range(250)))
    assert [(one.act, one.about) for one in site.parts.trail.entries() if one.category == "person_asked"][-3:] == [
        ("case.look", f"{case}/entree"),
        ("case.seen", f"{case}/entree"),
        ("case.blur", f"{case}/entree"),
    ]


def test_without_a_reason_or_a_time_the_case_holds_nothing_begins(begin: Begin) -> None:
    assert begin(reason="").status_code == 403
    assert begin(-5).status_code == 422
    assert "Van die tijd is er niets in het dossier" in begin(day="2027-03-01").text
    assert begin(camera="fietsen").status_code == 404
    assert begin(3_000).status_code == 303  # what lies beyond the case is left off


def test_when_the_case_has_ended_its_draft_shows_nothing_any_more(
    site: Site, later: httpx.Client, case: str, begin: Begin
) -> None:
    where = begin().headers["Location"].partition("?")[0]
    site.parts.caseroom.cases.release(case, reason="done", by="staff:jan")
    assert later.get(where).status_code == 404
    assert later.get(f"{where}/picture", params={"picture": 0}).status_code == 404


@pytest.fixture
def run(site: Site, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    def run(*words: str, given: object) -> dict[str, Any]:
        asked = ["export", "--reason", "person_asked", "--json", *words]
        done = CliRunner().invoke(
            commands, asked, obj=site.parts.office, input=json.dumps(given), standalone_mode=False
        )
        if isinstance(done.exception, PortierError):
            raise done.exception
        assert done.exception is None, done.exception
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    return run


def test_the_command_makes_the_copy_by_a_plan(
    run: Callable[..., dict[str, Any]], site: Site, case: str, tmp_path: Path
) -> None:
    hide = {"scenes": [{"start": 0, "end": 20, "mode": "keep", "regions": []}]}
    words = ("--case", case, "--plan", "-", "--output", str(tmp_path / "a.mp4"))
    assert run(*words, given=hide)["blurred"]["scenes"] == 1
    assert [one.about for one in site.parts.trail.entries() if one.act == "case.blur"] == [f"{case}/entree"]
    with pytest.raises(UsageRefused):
        run(*words, "--as", "h264", given=hide)
    with pytest.raises(PlanRefused):
        run(*words, given={"scenes": []})


def test_nobody_but_the_privacy_officer_looks_into_what_somebody_asked_for(
    site: Site, case: str, later: httpx.Client
) -> None:
    with site.parts.database.write() as session:
        appoint(session, NAME, "staff")
    for form in ("look", "export", "blur"):
        given = {"camera": "entree", "reason": "incident", "day": "2027-03-02", "start": "09:51", "end": "09:52"}
        assert later.post(f"/cases/{case}/{form}", data=given).status_code == 403
    assert "functionaris" in later.get(f"/cases/{case}").text
