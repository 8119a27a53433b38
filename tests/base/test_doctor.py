"""The doctor: every line is well, or says what to do."""

from pathlib import Path

import pytest

from retention.base.command import Office
from retention.base.config import Config
from retention.base.doctor import Line, display, examine
from retention.base.errors import ConfigurationRefused
from retention.base.health import Problem, Report, publish
from retention.base.machine import Machine
from retention.base.state import State
from retention.base.trusted import TrustedTime
from tests.support.clock import ManualClock
from tests.support.state import make_config


@pytest.fixture
def office(config: Config, state: State, clock: ManualClock) -> Office:
    return Office(config, state, clock)


def looked(office: Office) -> dict[str, Line]:
    return {line.what: line for line in examine(office)}


def test_a_new_site_is_well_as_far_as_portier_itself_goes(office: Office) -> None:
    lines = looked(office)
    for what in ("configuration", "state directory", "reader key", "database", "clock"):
        assert lines[what].ok, lines[what]


def test_services_that_report_are_named(office: Office, clock: ManualClock) -> None:
    for name in ("calamity", "retention"):
        publish(office.state, Report(name, clock.now()))
    assert looked(office)["services"] == Line("services", True, "calamity, retention")


def test_a_report_nobody_renews_tells_of_the_past(office: Office, clock: ManualClock) -> None:
    publish(office.state, Report("calamity", clock.now()))
    clock.advance(minutes=6)
    line = looked(office)["services"]
    assert not line.ok
    assert "calamity: has not reported" in line.said


def test_what_a_service_says_is_wrong_is_passed_on(office: Office, clock: ManualClock) -> None:
    publish(office.state, Report("calamity", clock.now(), (Problem("P1", "no printer answers"),)))
    assert looked(office)["services"].said == "calamity: no printer answers"


def test_with_no_service_running_it_says_how_to_start_them(office: Office) -> None:
    assert "portier run" in looked(office)["services"].said


@pytest.mark.parametrize(("capturing", "ok"), [(1.0, True), (0.0, False)])
def test_a_camera_without_pictures_is_named(office: Office, clock: ManualClock, capturing: float, ok: bool) -> None:
    publish(office.state, Report("recorder", clock.now(), (), {"entree.capturing": capturing}))
    line = looked(office)["cameras"]
    assert (line.ok, "entree" in line.said, "below" in line.said) == (ok, True, not ok)


def test_a_system_clock_that_ran_ahead_is_told(office: Office, clock: ManualClock) -> None:
    TrustedTime(office.state, clock).advance()
    clock.step(days=3)
    assert not looked(office)["clock"].ok


def test_a_printer_cups_does_not_know_is_named(state: State, clock: ManualClock) -> None:
    config = make_config(state.directory, calamity={"printers": ["nowhere-at-all"]})
    line = looked(Office(config, state, clock))["printers"]
    assert not line.ok


def test_keys_that_everybody_can_enter_are_told(office: Office) -> None:
    office.state.keys.chmod(0o755)
    line = looked(office)["state directory"]
    assert (line.ok, "chmod" in line.said) == (False, True)


def test_a_missing_reader_key_is_told_and_the_other_lines_follow(office: Office) -> None:
    looked(office)
    (office.state.keys / "reader.key").unlink()
    lines = looked(office)
    assert not lines["reader key"].ok
    assert lines["database"].ok


def test_a_refused_configuration_is_told(config: Config, state: State, clock: ManualClock) -> None:
    refused = ConfigurationRefused("portier.toml", ["site.nmae: there is no such key"])
    line = looked(Office(config, state, clock, refused))["configuration"]
    assert (line.ok, "site.nmae" in line.said) == (False, True)


@pytest.mark.parametrize(("hours", "said"), [(72, "3 days, 0:00:00 ahead of"), (-72, "3 days, 0:00:00 behind")])
def test_a_clock_that_is_off_either_way_is_told(office: Office, clock: ManualClock, hours: int, said: str) -> None:
    TrustedTime(office.state, clock).advance()
    clock.step(hours=hours)
    line = looked(office)["clock"]
    assert (line.ok, said in line.said) == (False, True)


def test_a_floor_that_cannot_be_read_is_told(office: Office) -> None:
    office.state.clock.write_text("nothing")
    assert not looked(office)["clock"].ok


# The kiosk's display, asked by somebody who sits elsewhere.


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """As over ssh: no display of one's own."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


def test_a_kiosk_that_reports_has_its_window_whoever_asks(
    office: Office, clock: ManualClock, elsewhere: None, tmp_path: Path
) -> None:
    assert not display(office, Machine(tmp_path))[0]
    publish(office.state, Report("kiosk", clock.now()))
    assert display(office, Machine(tmp_path))[0]


def test_a_kiosk_unit_that_says_nothing_is_told_though_the_caller_has_a_display(
    office: Office, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    assert display(office, Machine(tmp_path))[1].startswith(":7")
    unit = tmp_path / "etc/systemd/system/portier-kiosk.service"
    unit.parent.mkdir(parents=True)
    unit.touch()
    ok, said = display(office, Machine(tmp_path))
    assert (ok, "systemctl status portier-kiosk" in said) == (False, True)
