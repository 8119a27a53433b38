"""The second pair of eyes: what it finds, whoever left it behind."""

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from retention.base.command import Office
from retention.base.files import locked
from retention.base.readerkey import public_half
from retention.base.slots import SlotFile
from retention.check import Finding, check
from tests.retention.conftest import Store
from tests.support.clock import ManualClock
from tests.support.state import write_config

CAMERA = "camera-entree"


def wrong(office: Office, **more: Path) -> list[Finding]:
    return [finding for finding in check(office, office.clock.now(), **more) if not finding.holds]


@pytest.fixture
def well(store: Store, clock: ManualClock) -> Store:
    """An office with footage and visits in which nothing is wrong."""
    store.minute(clock.now())
    store.day(clock.now())
    assert wrong(store.office) == []
    return store


@pytest.mark.parametrize("stream", ["cases", "requests", "texts", "a-stream-of-tomorrow"])
def test_every_stream_is_held_to_the_deadlines_in_its_slots(well: Store, clock: ManualClock, stream: str) -> None:
    epoch = int(clock.now().timestamp()) if stream in ("cases", "requests") else 20270302
    SlotFile(well.state, stream).claim(epoch, clock.now() + timedelta(days=1), public_half(well.state))
    assert wrong(well.office) == []
    clock.advance(hours=25)
    assert f"slots of {stream}" in [finding.what for finding in wrong(well.office)]


def test_a_case_may_not_be_kept_for_more_than_four_weeks(well: Store, clock: ManualClock) -> None:
    SlotFile(well.state, "cases").claim(1, clock.now() + timedelta(days=29), public_half(well.state))
    (finding,) = wrong(well.office)
    assert "1 dated too late" in finding.said


@pytest.mark.parametrize("stream", ["visits", "texts", "camera-fietsen", "cases", "requests", "calamities"])
@pytest.mark.parametrize("epoch", [99_999_999, -5, 2**62, -(2**62)])
def test_a_slot_of_an_epoch_that_no_calendar_has_is_found(
    well: Store, clock: ManualClock, stream: str, epoch: int
) -> None:
    SlotFile(well.state, stream).claim(epoch, clock.now() + timedelta(days=3_650), public_half(well.state))
    (finding,) = wrong(well.office)
    assert (finding.what, "1 dated too late" in finding.said) == (f"slots of {stream}", True)


@pytest.mark.parametrize("where", ["keys/camera-entree.slots.bak", "backup/slots", "footage-old"])
def test_a_copy_of_the_slots_anywhere_else_is_found(well: Store, where: str) -> None:
    copy = well.state.directory / where
    copy.parent.mkdir(exist_ok=True)
    shutil.copy(well.state.slots("visits"), copy)
    (finding,) = wrong(well.office)
    assert (finding.what, str(copy) in finding.said) == ("copies of keys", True)


def test_a_slot_file_with_one_copy_is_found(well: Store) -> None:
    well.state.slots(CAMERA).unlink()
    assert "camera-entree.slots is missing" in wrong(well.office)[0].said


@pytest.mark.parametrize(
    "where",
    ["export.mp4", "roll/list.pdf", "footage/entree/still.jpg", "calamities/names.txt", "cases/notes", "roll/names"],
)
def test_what_no_deadline_reaches_is_found(well: Store, where: str) -> None:
    (well.state.directory / where).write_bytes(b"who was here")
    (finding,) = wrong(well.office)
    assert (finding.what, where in finding.said) == ("other files", True)


def test_certificates_and_what_services_leave_for_each_other_are_no_strays(well: Store) -> None:
    for where in ("evidence/2027-03-02.pdf", "cases/register.json", "footage/entree/.lock", "run/anything"):
        (well.state.directory / where).write_bytes(b"no name")
    assert wrong(well.office) == []


def test_a_list_that_the_print_service_kept_past_its_day_is_found(
    well: Store, clock: ManualClock, tmp_path: Path
) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    for name, hours in (("d00017-001", 30), ("d00018-001", 1), ("c00017", 30)):
        (spool / name).write_bytes(b"%PDF")
        moment = (clock.now() - timedelta(hours=hours)).timestamp()
        os.utime(spool / name, (moment, moment))
    (finding,) = wrong(well.office, spool=spool)
    assert "1 documents older than a day" in finding.said


def test_a_file_in_a_folder_in_quarantine_is_held_to_its_deadline(well: Store, clock: ManualClock) -> None:
    folder = well.state.quarantine / f"{int(clock.now().timestamp()) + 60}-0badcafe-holiday"
    folder.mkdir(parents=True)
    (folder / "film").write_bytes(b"somebody")
    os.utime(folder / "film", (clock.now().timestamp(),) * 2)
    assert wrong(well.office) == []
    clock.advance(minutes=2)
    assert [finding.what for finding in wrong(well.office)] == ["quarantine"]


def test_a_folder_that_cannot_be_read_is_told_and_ends_nothing(well: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.iterdir

    def refuse(path: Path):  # type: ignore[no-untyped-def]
        if path == well.state.roll:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    findings = list(check(well.office, well.office.clock.now()))
    assert [finding.what for finding in findings if not finding.holds] == ["disk"]
    assert findings[-1].what == "audit trail"


def test_it_can_be_interrupted(well: Store, tmp_path: Path) -> None:
    """It waits for somebody who makes the tables, and Ctrl-C ends that."""
    for file in well.state.directory.glob(f"{well.state.database_file.name}*"):
        file.unlink()
    config = write_config(tmp_path / "portier.toml", {"state": {"directory": well.state.directory}})
    words = [sys.executable, "-m", "portier", "--config", str(config), "retention", "check"]
    with locked(well.state.run / "database.lock"):
        # Whoever runs the tests in the background has them ignore Ctrl-C, and what they start.
        hears = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
        with subprocess.Popen(
            words,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=hears,  # noqa: PLW1509 - no thread
        ) as running:
            waits = waits_for_a_lock(running)
            running.send_signal(signal.SIGINT)
            said, failed = running.communicate(timeout=30)
    assert waits
    assert (said, running.returncode) == ("", 75)
    assert "start it again at any time" in failed


def waits_for_a_lock(process: subprocess.Popen[str]) -> bool:
    """Whether it comes to wait for one; not where it ends before, or within a minute."""
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        if f"-> FLOCK  ADVISORY  WRITE {process.pid} " in Path("/proc/locks").read_text():
            return True
        time.sleep(0.02)
    return False
