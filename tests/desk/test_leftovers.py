"""What a desk leaves behind when it is killed, and what its log says when it fails: nobody's footage, nobody's name."""

import logging
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from desk import exports
from desk.exports import ExportRoom
from kiosk.visits import Details
from tests.desk.site import Site
from tests.support.clock import ManualClock


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, of this test alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_footage_that_a_killed_desk_had_exported_goes_when_the_next_one_starts(
    temporary: Path, clock: ManualClock
) -> None:
    left = temporary / f"{exports.PREFIX}of-a-killed-desk" / "an-export"
    left.mkdir(parents=True)
    (left / "entree.mp4").write_bytes(b"somebody at the door")
    ExportRoom(None, clock).close()  # type: ignore[arg-type]
    assert list(temporary.iterdir()) == []


def test_a_desk_that_starts_takes_nothing_from_one_that_runs(temporary: Path, clock: ManualClock) -> None:
    running = ExportRoom(None, clock)  # type: ignore[arg-type]
    (kept,) = temporary.iterdir()
    ExportRoom(None, clock).close()  # type: ignore[arg-type]
    assert list(temporary.iterdir()) == [kept]
    running.close()


def test_desks_that_start_at_once_take_away_no_new_one(temporary: Path, clock: ManualClock) -> None:
    def start_and_end(_: int) -> None:
        ExportRoom(None, clock).close()  # type: ignore[arg-type]

    with ThreadPoolExecutor(8) as desks:
        list(desks.map(start_and_end, range(400)))
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a folder of somebody else")
def test_a_folder_of_another_user_is_left_alone(temporary: Path, clock: ManualClock) -> None:
    theirs = temporary / f"{exports.PREFIX}theirs"
    theirs.mkdir()
    os.chown(theirs, 65_534, 65_534)
    ExportRoom(None, clock).close()  # type: ignore[arg-type]
    assert theirs.exists()


def test_a_fault_is_logged_without_what_was_typed(
    site: Site, client: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(details: Details, **_: object) -> None:
        raise LookupError(details.name)

    monkeypatch.setattr(site.parts.reception, "sign_in", fail)
    with caplog.at_level(logging.INFO):
        assert client.post("/visits/new", data={"name": "Noor Jansen"}).status_code == 500
    assert "LookupError" in caplog.text
    assert "Noor" not in caplog.text


@pytest.mark.parametrize("day", ["0001-01-01", "1960-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_all_calendars_is_refused_in_a_sentence(client: httpx.Client, day: str) -> None:
    assert client.get(f"/cameras/entree?day={day}&time=23:59").status_code == 422
