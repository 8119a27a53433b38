"""Footage at the desk: a reason first, every minute in the trail, honest gaps, exports; nothing without the trail."""

import hashlib
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import httpx
import pytest

from desk.exports import ExportRoom
from desk.views import cameras
from recorder.causes import Cause
from retention.base.clock import microseconds
from retention.base.config import Config
from tests.desk.site import Site, missing, record
from tests.support.clock import ManualClock
from tests.support.video import frame_numbers

LOOK = {"reason": "incident"}


@pytest.fixture
def start(clock: ManualClock) -> datetime:
    return clock.now().replace(microsecond=0) - timedelta(minutes=10)


@pytest.fixture
def footage(site: Site, config: Config, clock: ManualClock, film: Path, start: datetime) -> datetime:
    """Forty seconds of footage, twenty without, and twenty more; where the first ends."""
    end = record(config, clock, "entree", film, start, turns=4)
    missing(config, clock, "entree", end, Cause.UNREACHABLE)
    record(config, clock, "entree", film, end + timedelta(seconds=20), turns=2)
    return end


def begin(client: httpx.Client, camera: str = "entree", at: datetime | None = None, **form: str) -> str:
    """Give a reason; the look that is opened."""
    answer = client.post(f"/cameras/{camera}/look", data={"at": str(microseconds(at)) if at else "0", **LOOK, **form})
    assert answer.status_code == 303
    found = re.search(r"look=([\w-]+)", answer.headers["Location"])
    assert found
    return found[1]


def fetch(client: httpx.Client, look: str, at: datetime, camera: str = "entree") -> httpx.Response:
    return client.get(f"/cameras/{camera}/fragment", params={"look": look, "at": microseconds(at)})


def spans(site: Site) -> list[tuple[str, str, str, datetime]]:
    seen = (entry for entry in site.parts.trail.entries() if entry.act == "footage.seen" and entry.span)
    return [(entry.actor, entry.about, entry.category, entry.span[0]) for entry in seen if entry.span]


def test_a_fragment_holds_the_moment_and_can_be_decoded(
    client: httpx.Client, footage: datetime, start: datetime, tmp_path: Path
) -> None:
    answer = fetch(client, begin(client), start + timedelta(seconds=5))
    begins, ends = (int(answer.headers[f"X-Portier-{name}"]) for name in ("Start", "End"))
    assert begins <= microseconds(start + timedelta(seconds=5)) < ends
    (tmp_path / "piece.mp4").write_bytes(answer.content)
    assert frame_numbers(tmp_path / "piece.mp4") == list(range(100, 150))


def test_each_fragment_names_the_next_to_the_end_of_all(
    client: httpx.Client, footage: datetime, start: datetime
) -> None:
    look, at, seen = begin(client), microseconds(start), []
    while at:
        answer = client.get("/cameras/entree/fragment", params={"look": look, "at": at})
        seen.append(int(answer.headers["X-Portier-Start"]))
        at = int(answer.headers["X-Portier-Next"] or 0)
    assert len(seen) == 30
    assert seen == sorted(set(seen))
    after = client.get("/cameras/entree/fragment", params={"look": look, "at": seen[-1] + 60_000_000})
    assert after.status_code == 204


def test_every_minute_seen_is_in_the_trail_once(
    site: Site, client: httpx.Client, footage: datetime, start: datetime
) -> None:
    look = begin(client)
    for seconds in (0, 2, 4, 65, 61, 1):
        fetch(client, look, start + timedelta(seconds=seconds))
    minute = start.replace(second=0, microsecond=0)
    assert spans(site) == [
        ("staff:jan", "entree", "incident", minute),
        ("staff:jan", "entree", "incident", minute + timedelta(minutes=1)),
    ]


@pytest.mark.parametrize("reason", ["", "curious", "INCIDENT"])
def test_without_a_reason_nothing_is_opened(site: Site, client: httpx.Client, reason: str) -> None:
    answer = client.post("/cameras/entree/look", data={"reason": reason})
    assert answer.status_code == 403
    assert "Kies eerst waarom u kijkt." in answer.text
    assert list(site.parts.trail.entries()) == []


@pytest.mark.parametrize("look", ["", "AAAAAAAAAAAAAAAAAAAAAA"])
def test_without_a_look_no_byte_of_footage_leaves(
    client: httpx.Client, footage: datetime, start: datetime, look: str
) -> None:
    answer = fetch(client, look, start)
    assert answer.status_code == 403
    assert b"moof" not in answer.content


def test_a_look_is_for_one_camera(client: httpx.Client, footage: datetime, start: datetime) -> None:
    assert fetch(client, begin(client, "fietsen"), start).status_code == 403


def test_a_look_is_for_one_person(site: Site, client: httpx.Client, footage: datetime, start: datetime) -> None:
    from desk.accounts import add, hashed  # noqa: PLC0415 - a second colleague, for this test alone

    look = begin(client)
    kept = hashed("piet", "heel andere woorden")
    with site.parts.database.write() as session:
        add(session, "piet", kept, now=site.parts.office.clock.now())
    with httpx.Client(base_url=site.address, headers={"Sec-Fetch-Site": "same-origin"}) as piet:
        piet.post("/login", data={"name": "piet", "password": "heel andere woorden"})
        assert fetch(piet, look, start).status_code == 403


def test_a_look_ends_when_it_is_not_used(
    client: httpx.Client, footage: datetime, start: datetime, clock: ManualClock
) -> None:
    look = begin(client)
    clock.advance(minutes=29)
    assert fetch(client, look, start).status_code == 200
    clock.advance(minutes=30)
    assert fetch(client, look, start).status_code == 403


@pytest.fixture
def trail_refuses(site: Site) -> Iterator[None]:
    """The disk says no to the trail: its files are a folder's place taken by a file."""
    folder = site.state.audit
    moved = folder.with_name("audit-away")
    folder.rename(moved)
    folder.write_text("")
    yield
    folder.unlink()
    moved.rename(folder)


def test_looking_fails_closed_when_the_trail_cannot_be_written(
    client: httpx.Client, footage: datetime, start: datetime, site: Site, request: pytest.FixtureRequest
) -> None:
    look = begin(client)
    request.getfixturevalue("trail_refuses")
    answer = fetch(client, look, start)
    assert answer.status_code == 503
    assert b"moof" not in answer.content
    assert "het logboek kan niet worden geschreven" in answer.text
    assert client.post("/cameras/entree/look", data=LOOK).status_code == 503


def test_what_was_not_shown_is_noted_when_the_trail_is_back(
    client: httpx.Client, footage: datetime, start: datetime, site: Site, request: pytest.FixtureRequest
) -> None:
    look = begin(client)
    request.getfixturevalue("trail_refuses")
    fetch(client, look, start)
    site.state.audit.unlink()
    site.state.audit.with_name("audit-away").rename(site.state.audit)
    assert fetch(client, look, start).status_code == 200
    assert len(spans(site)) == 1
    site.state.audit.rename(site.state.audit.with_name("audit-away"))
    site.state.audit.write_text("")


def test_the_timeline_needs_no_reason_and_tells_gaps_with_their_cause(
    client: httpx.Client, footage: datetime, start: datetime
) -> None:
    text = client.get("/cameras/entree", params={"at": microseconds(start), "zoom": "ten"}).text
    assert "20 s" in text
    assert "de camera was niet bereikbaar" in text
    assert "09:50:40–09:51:00" in text
    assert "<video" not in text


@pytest.mark.parametrize(
    "query", ["at=-1", "at=x", "at=99999999999999999999", "day=x", "time=25:00", "zoom=year", "look=x"]
)
def test_an_odd_address_gets_a_page_and_never_a_fault(client: httpx.Client, query: str) -> None:
    assert client.get(f"/cameras/entree?{query}").status_code in (200, 403, 422)


def test_a_time_of_the_sites_clock_leads_to_its_instant(
    client: httpx.Client, footage: datetime, start: datetime
) -> None:
    text = client.get("/cameras/entree?day=2027-03-02&time=09:50:12&zoom=ten").text
    assert f'data-at="{(start + timedelta(seconds=12)).timestamp()}"' in text


def test_a_camera_that_is_not_set_up_is_not_there(client: httpx.Client) -> None:
    assert client.get("/cameras/garage").status_code == 404
    assert client.post("/cameras/garage/look", data=LOOK).status_code == 404


def test_several_viewers_at_once_each_get_their_footage_and_their_line(
    site: Site, footage: datetime, start: datetime
) -> None:
    def watch(_: int) -> int:
        client = site.client()
        look = begin(client)
        pieces = [fetch(client, look, start + timedelta(seconds=second)) for second in range(0, 40, 4)]
        client.close()
        return sum(piece.status_code == 200 and b"moof" in piece.content for piece in pieces)

    with ThreadPoolExecutor(6) as viewers:
        assert list(viewers.map(watch, range(6))) == [10] * 6
    assert len(spans(site)) == 6
    assert site.parts.trail.verify() == []


def export(client: httpx.Client, site: Site, **form: str) -> httpx.Response:
    form = {"day": "2027-03-02", "start": "09:50:05", "end": "09:50:15", "reason": "incident", **form}
    answer = client.post("/cameras/entree/export", data=form)
    if answer.status_code != 303:
        return answer
    id = answer.headers["Location"].rpartition("/")[2]
    made = next(one for one in site.parts.exports._exports.values() if one.id == id)
    waited = Event()
    for _ in range(200):
        if made.state != "busy":
            break
        waited.wait(0.05)
    return client.get(answer.headers["Location"])


def test_an_export_is_a_film_with_a_manifest_of_it(
    site: Site, client: httpx.Client, footage: datetime, tmp_path: Path
) -> None:
    page = export(client, site).text
    links = re.findall(r'href="(/exports/[^"]+)"', page)
    film, manifest = client.get(links[0]), client.get(links[1]).json()
    assert manifest["files"][0]["sha256"] == hashlib.sha256(film.content).hexdigest()
    assert (manifest["reason"], manifest["actor"]) == ("incident", "staff:jan")
    (tmp_path / "export.mp4").write_bytes(film.content)
    assert 150 <= len(frame_numbers(tmp_path / "export.mp4")) <= 300
    assert [entry.act for entry in site.parts.trail.entries()] == ["footage.export"]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"reason": ""}, 403),
        ({"reason": "x"}, 403),
        ({"end": "09:50:05"}, 422),
        ({"end": "23:00"}, 422),
        ({"day": "x"}, 422),
    ],
)
def test_an_export_without_reason_or_sense_is_refused(
    site: Site, client: httpx.Client, footage: datetime, form: dict[str, str], status: int
) -> None:
    assert export(client, site, **form).status_code == status


def test_an_export_of_nothing_says_so(site: Site, client: httpx.Client, footage: datetime) -> None:
    assert "geen beelden meer" in export(client, site, start="03:00", end="03:10").text


def test_while_the_disk_has_no_room_an_export_is_refused_in_words(
    site: Site, client: httpx.Client, footage: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result((4096, 4096, 100, 0, 0, 0, 0, 0, 0, 255)))
    refused = export(client, site)
    assert refused.status_code == 503
    assert "De schijf is vol en het opnemen staat stil." in refused.text


def test_an_export_is_for_whoever_asked_and_gone_after_a_quarter_of_an_hour(
    site: Site, client: httpx.Client, footage: datetime, clock: ManualClock
) -> None:
    link = re.findall(r'href="(/exports/[^"]+)"', export(client, site).text)[0]
    assert httpx.get(site.address + link).status_code == 303
    clock.advance(minutes=16)
    assert client.get(link).status_code == 404


def test_the_desk_leaves_no_export_behind(site: Site, client: httpx.Client, footage: datetime) -> None:
    export(client, site)
    folder = site.parts.exports._folder
    assert list(folder.rglob("*.mp4"))
    site.parts.exports.close()
    assert not folder.exists()
    object.__setattr__(site.parts, "exports", ExportRoom(site.parts.footage, site.parts.office.clock))


def test_an_export_asks_for_no_path(client: httpx.Client, footage: datetime, site: Site) -> None:
    page = str(export(client, site).url)
    assert client.get(page + "/..%2f..%2fetc%2fpasswd").status_code == 404
    assert os.sep not in page.rpartition("/exports/")[2]


def test_conversions_leave_threads_of_the_desk_for_everybody_else(
    client: httpx.Client, footage: datetime, start: datetime
) -> None:
    look = begin(client)
    asked: dict[str, str | int] = {"look": look, "at": microseconds(start), "as": "h264"}

    with ExitStack() as busy:
        for _ in range(cameras.MOST_CONVERSIONS):
            busy.enter_context(cameras.conversions)
        refused = client.get("/cameras/entree/fragment", params=asked)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
    assert client.get("/cameras/entree/fragment", params=asked).status_code == 200
    assert client.get("/cameras/entree/fragment", params=asked).status_code == 200
