"""What every command shares: printing, asking, and how it ends."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

import portier
from retention.base.command import asked, emit, plain, read_object
from retention.base.errors import DiskRefused, TryAgain, UsageRefused
from tests.support.state import write_config

ROOT = Path(__file__).parents[2]


def test_rows_of_equal_keys_become_a_table() -> None:
    assert plain([{"pass": "blue-owl", "name": "Ann"}, {"pass": "red-cat", "name": None}]) == [
        "pass      name",
        "blue-owl  Ann",
        "red-cat   -",
    ]


def test_what_would_steer_a_terminal_is_not_printed() -> None:
    assert plain({"name": "Ann\x1b[2J\nBo"}) == ["name: Ann\ufffd[2J\ufffdBo"]


def test_lists_and_nothing_are_readable() -> None:
    assert plain({"help": ["stairs", "sight"], "left": None, "hosts": []}) == [
        "help: stairs, sight",
        "left: -",
        "hosts: -",
    ]


def test_json_is_printed_as_it_is_in_letters_people_read(capsys: pytest.CaptureFixture[str]) -> None:
    emit({"name": "Zoë"}, as_json=True)
    printed = capsys.readouterr().out
    assert json.loads(printed) == {"name": "Zoë"}
    assert "Zoë" in printed


@pytest.mark.parametrize(
    "given",
    [b"", b"null", b"7", b"[]", b'"Ann"', b"{", b"\xff\xfe", b"[" * 200_000, b'{"name": ' + b"9" * 5_000 + b"}"],
)
def test_standard_input_without_one_object_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, given: bytes
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given)))
    with pytest.raises(UsageRefused) as refused:
        read_object()
    assert "\n" not in str(refused.value)


def test_standard_input_is_read_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"name": "Zo\xc3\xab"}')))
    assert asked({"name": "Name"}) == {"name": "Zoë"}


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (DiskRefused("the disk is full: make room"), 69, "portier: the disk is full: make room\n"),
        (TryAgain("busy"), 75, "portier: busy\n"),
        (KeyboardInterrupt(), 130, "portier: stopped\n"),
        (click.Abort(), 130, "portier: stopped\n"),
    ],
)
def test_an_error_on_purpose_ends_as_one_sentence_and_its_code(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, said: str
) -> None:
    assert end_with(error) == code
    assert capsys.readouterr().err.lstrip("\n") == said  # click ends the line of a terminal's ^C


def test_a_fault_of_ours_ends_with_70_and_is_told_in_full(caplog: pytest.LogCaptureFixture) -> None:
    assert end_with(KeyError("slot")) == 70
    assert "KeyError" in caplog.text


def test_what_this_user_may_not_touch_is_told_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert end_with(PermissionError(13, "Permission denied", "/var/lib/portier/footage")) == 69
    assert capsys.readouterr().err.startswith("portier: /var/lib/portier/footage is not for this user: ")


def end_with(error: BaseException) -> int:
    """How `portier` ends when a command raises this."""

    @portier.cli.command("fail")
    def fail() -> None:
        raise error

    try:
        with pytest.raises(SystemExit) as ended:
            portier.main(["fail"])
    finally:
        del portier.cli.commands["fail"]
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_nobody_reading_on_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m portier --help | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0
    assert done.stderr == ""


def test_run_starts_every_service_says_where_the_desk_is_and_ends_all_with_ctrl_c(tmp_path: Path) -> None:
    config = write_config(tmp_path / "portier.toml", {"desk": {"port": 0}, "state": {"directory": tmp_path / "state"}})
    surroundings = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    command = [sys.executable, "-m", "portier", "--config", str(config), "run"]
    waited_for = {f"{name:<9} | ready" for name in ("retention", "calamity", "recorder", "desk")}
    lines: list[str] = []
    with subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if waited_for and waited_for <= set(lines):
                process.send_signal(signal.SIGINT)
                waited_for = set()
    assert process.returncode == 0, lines
    assert any("no display here" in line for line in lines)
    assert any("http://127.0.0.1:" in line for line in lines)
    assert lines[-1] == "portier   | all services have ended"
    assert not any("Traceback" in line for line in lines)
