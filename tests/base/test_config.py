"""Configuration: runs without a file, refuses what it cannot mean, tells everything at once."""

from datetime import time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from retention.base.config import Config, load
from retention.base.errors import ConfigurationRefused

SECRET = "geheim-woord"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "portier.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigurationRefused) as refused:
        load(path)
    assert refused.value.exit_code == 78
    return refused.value.problems


def test_without_a_file_it_runs_with_a_test_camera_on_loopback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORTIER_STATE", str(tmp_path))
    config = load(None)
    assert [camera.url for camera in config.cameras] == ["test"]
    assert config.desk.address == "127.0.0.1"
    assert config.where().directory == tmp_path
    assert config.database_url() == f"sqlite:///{tmp_path}/portier.db"


def test_the_databases_url_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "database-url"
    secret.write_text(f"postgresql://portier:{SECRET}@db.example/portier\n")
    config = load(write(tmp_path, f'[database]\nurl_file = "{secret}"\n'))
    assert config.database_url() == f"postgresql://portier:{SECRET}@db.example/portier"
    assert SECRET not in repr(config)
    secret.unlink()
    with pytest.raises(ConfigurationRefused, match="url_file"):
        config.database_url()


def test_a_database_is_named_once(tmp_path: Path) -> None:
    (told,) = problems(write(tmp_path, '[database]\nurl = "sqlite:///a"\nurl_file = "b"\n'))
    assert "not by both" in told


def test_every_problem_is_told_in_one_go(tmp_path: Path) -> None:
    told = problems(write(tmp_path, '[site]\nname=""\nnaam="x"\ntimezone="Mars"\n[retention]\nfootage="5 days"\n'))
    assert [line.split(":")[0] for line in told] == ["site.name", "site.timezone", "site.naam", "retention.footage"]


def test_a_password_in_a_url_is_not_repeated_in_the_problem(tmp_path: Path) -> None:
    told = problems(write(tmp_path, f'[[camera]]\nname="entree"\nurl="ftp://user:{SECRET}@camera"\n'))
    assert SECRET not in str(told)


@pytest.mark.parametrize("text", ["[site", "\x00", 'site = "x"'])
def test_a_file_that_is_no_configuration_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    assert problems(write(tmp_path, text))


def test_a_file_that_is_not_there_is_refused_in_a_sentence(tmp_path: Path) -> None:
    assert "cannot be read" in problems(tmp_path / "none.toml")[0]


def test_the_period_of_footage_may_be_shortened(tmp_path: Path) -> None:
    config = load(write(tmp_path, '[retention]\nfootage = "48 hours"\n'))
    assert config.retention.footage == timedelta(hours=48)


@pytest.mark.parametrize("period", ['"97 hours"', '"0 hours"', "96", '"four days"'])
def test_a_period_outside_floor_and_ceiling_is_refused(tmp_path: Path, period: str) -> None:
    assert problems(write(tmp_path, f"[retention]\nfootage = {period}\n"))


def test_a_desk_open_to_the_network_is_refused(tmp_path: Path) -> None:
    assert "second factor" in problems(write(tmp_path, '[desk]\naddress = "0.0.0.0"\n'))[0]


def test_a_configuration_cannot_be_changed_once_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Config().site.name = "elders"  # type: ignore[misc]


def test_sizes_are_read_as_people_write_them(tmp_path: Path) -> None:
    config = load(write(tmp_path, '[recorder]\nquota = "1.5 TB"\nreserve = "500 MB"\nbuffer = 8000000\n'))
    assert (config.recorder.quota, config.recorder.reserve, config.recorder.buffer) == (
        1_500_000_000_000,
        500_000_000,
        8_000_000,
    )


@pytest.mark.parametrize("line", ['quota = "much"', 'quota = "5 kB"', 'buffer = "2 GB"', "reserve = -1"])
def test_a_size_that_is_none_or_out_of_range_is_refused(tmp_path: Path, line: str) -> None:
    assert problems(write(tmp_path, f"[recorder]\n{line}\n"))


def test_a_mask_may_have_any_shape_that_goes_round_something(tmp_path: Path) -> None:
    shape = "[[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.6, 0.9], [0.6, 0.4], [0.4, 0.4], [0.4, 0.9], [0.1, 0.9]]"
    assert len(load(write(tmp_path, f'[[camera]]\nname = "entree"\nmask = [{shape}]\n')).cameras[0].mask[0]) == 8


@pytest.mark.parametrize(
    "shape", ["[[0, 0], [1, 1], [1, 0], [0, 1]]", "[[0, 0], [0.5, 0.5], [1, 1]]", "[[0, 0], [0, 0], [0, 0]]"]
)
def test_a_mask_that_would_leave_something_in_sight_is_refused(tmp_path: Path, shape: str) -> None:
    assert "goes round" in problems(write(tmp_path, f'[[camera]]\nname = "entree"\nmask = [{shape}]\n'))[0]


@pytest.mark.parametrize("mask", ["[[[0, 0], [1, 1]]]", "[[[0, 0], [2, 0], [1, 1]]]", "[[0, 0, 0]]"])
def test_a_mask_that_is_no_polygon_inside_the_picture_is_refused(tmp_path: Path, mask: str) -> None:
    assert problems(write(tmp_path, f'[[camera]]\nname = "entree"\nmask = {mask}\n'))


def test_two_cameras_of_one_name_are_refused(tmp_path: Path) -> None:
    told = problems(write(tmp_path, '[[camera]]\nname = "entree"\n[[camera]]\nname = "entree"\nurl = "test"\n'))
    assert told == ["camera: two cameras are called entree: give each a name of its own"]


@pytest.mark.parametrize("url", ["usb:video0", "usb:/dev/../etc/passwd?", "http://camera"])
def test_an_address_of_no_known_kind_is_refused(tmp_path: Path, url: str) -> None:
    assert problems(write(tmp_path, f'[[camera]]\nname = "entree"\nurl = "{url}"\n'))


@pytest.mark.parametrize("hours", ["", "7-19", "07:00", "24:00-25:00", "07:00 - 19:00"])
def test_working_hours_that_cannot_be_read_are_refused(tmp_path: Path, hours: str) -> None:
    assert "07:00-19:00" in problems(write(tmp_path, f'[organisation]\nworking_hours = "{hours}"\n'))[0]


def test_working_hours_and_days_are_read(tmp_path: Path) -> None:
    text = '[organisation]\nworking_hours = "22:00-06:30"\nworking_days = ["friday"]\n'
    organisation = load(write(tmp_path, text)).organisation
    assert organisation.working_hours == (time(22), time(6, 30))
    assert organisation.working_days == ("friday",)


def test_the_camera_for_codes_is_none_of_those_that_are_captured(tmp_path: Path) -> None:
    camera = '[[camera]]\nname = "entree"\nurl = "usb:/dev/video0"\n'
    (told,) = problems(write(tmp_path, f'[kiosk]\ncode_camera = "/dev/video0"\n{camera}'))
    assert "kiosk.code_camera and [[camera]] entree are one device" in told
    assert load(write(tmp_path, f'[kiosk]\ncode_camera = "/dev/video2"\n{camera}')).kiosk.reads_codes
    assert load(write(tmp_path, f'[kiosk]\ncode_camera = "/dev/video0"\n{camera}enabled = false\n'))


def test_a_device_is_known_under_its_other_names(tmp_path: Path) -> None:
    with TemporaryDirectory(dir="/dev/shm") as devices:  # a device has a name in /dev
        device, other = Path(devices, "video0"), Path(devices, "usb-cam")
        device.touch()
        other.symlink_to(device)
        kiosk = f'[kiosk]\ncode_camera = "{other}"\n'
        assert problems(write(tmp_path, f'{kiosk}[[camera]]\nname = "entree"\nurl = "usb:{device}"\n'))
