"""Retention on a disk that takes no new file: what is due is destroyed all the same."""

import os
from pathlib import Path

import pytest

import portier
from retention.base.command import Office
from retention.base.trusted import TrustedTime
from retention.service import Retention
from tests.retention.conftest import Store
from tests.support.clock import ManualClock


@pytest.fixture
def due(store: Store, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Footage past its term; nothing new can be written in the state directory, its clock or `run`."""
    path = store.minute(clock.now())
    TrustedTime(store.state, clock).advance()
    clock.advance(hours=97)
    store.state.clock.with_name(f".clock.json.{os.getpid()}.new").mkdir()
    store.state.run.rmdir()
    store.state.run.write_text("no report fits here")
    monkeypatch.setenv("PORTIER_STATE", str(store.state.directory))
    return path


def test_the_service_destroys_and_feeds_its_watchdog_though_no_report_can_be_written(due: Path, office: Office) -> None:
    service = Retention(office)
    service.wakes.run_all()
    assert not due.exists()
    assert "reap" not in service.wakes.failed


def test_a_pass_by_command_destroys_what_is_due_and_tells_what_it_could_not_write(
    due: Path, office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(portier, "SystemClock", lambda: office.clock)
    with pytest.raises(SystemExit) as ended:
        portier.main(["retention", "step"])
    assert ended.value.code == 69
    assert not due.exists()
    assert "cannot be written" in capsys.readouterr().out
