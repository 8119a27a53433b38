"""How services run: signals, notifications, health reports, and the supervisor behind `portier run`."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

import portier
from retention.base.clock import SystemClock
from retention.base.errors import DiskRefused
from retention.base.health import Problem, Report, publish, reports
from retention.base.service import Life, loop, notify
from retention.base.state import State
from tests.support.clock import ManualClock

SERVICE = """
    import sys
    from retention.base.errors import DiskRefused, StateRefused
    from retention.base.service import Life, loop, serve

    class Doorman:
        name = "doorman"
        def run(self, life):
            life.ready()
            {body}

    sys.exit(serve(Doorman()))
"""


@pytest.fixture
def door(tmp_path: Path) -> Iterator[socket.socket]:
    door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    door.bind(str(tmp_path / "notify"))
    door.settimeout(30)
    yield door
    door.close()


def start(body: str, **environment: str) -> subprocess.Popen[str]:
    script = textwrap.dedent(SERVICE).format(body=body)
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment}
    return subprocess.Popen([sys.executable, "-c", script], env=surroundings, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_service_between_two_steps(door: socket.socket, number: signal.Signals) -> None:
    process = start("loop(life, lambda: print('step'), 0.05)", NOTIFY_SOCKET=door.getsockname())
    assert door.recv(100) == b"READY=1"
    assert door.recv(100) == b"WATCHDOG=1"
    process.send_signal(number)
    assert process.wait(30) == 0
    said = [door.recv(100)]
    while said[-1] != b"STOPPING=1":
        said.append(door.recv(100))
    process.communicate()


def test_an_error_of_the_family_ends_as_one_sentence_and_its_exit_code() -> None:
    process = start("raise StateRefused('put the key back')")
    _, said = process.communicate(timeout=30)
    assert process.returncode == 78
    assert said.strip() == "ERROR portier.service: doorman ends: put the key back"


def test_a_fault_of_ours_is_told_with_its_traceback() -> None:
    process = start("raise KeyError('x')")
    _, said = process.communicate(timeout=30)
    assert process.returncode == 70
    assert "Traceback" in said


def test_a_step_is_never_cut_and_none_begins_after_the_stop() -> None:
    life, steps = Life(), []

    def step() -> None:
        life.stop.set()
        steps.append("finished")

    loop(life, step, 3600)
    assert steps == ["finished"]


def test_a_supervisor_that_went_away_stops_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    notify("READY=1")


def test_a_notification_reaches_an_abstract_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(f"\0portier-test-{os.getpid()}")
        monkeypatch.setenv("NOTIFY_SOCKET", f"@portier-test-{os.getpid()}")
        notify("READY=1")
        assert door.recv(100) == b"READY=1"


def test_a_published_report_is_read_back(state: State, clock: ManualClock) -> None:
    report = Report("recorder", clock.now(), (Problem("P5", "the camera is away"),), {"cameras": 2})
    publish(state, report)
    assert reports(state) == [report]


def test_a_later_report_takes_the_place_of_the_former(state: State, clock: ManualClock) -> None:
    publish(state, Report("recorder", clock.now(), (Problem("P5", "the camera is away"),)))
    publish(state, Report("recorder", clock.now()))
    assert [report.problems for report in reports(state)] == [()]


@pytest.mark.parametrize("content", ["", "[]", '{"at": "yesterday", "problems": [], "figures": {}}'])
def test_an_unreadable_report_is_a_problem_and_never_silence(state: State, content: str) -> None:
    (state.run / "health-recorder.json").write_text(content)
    (report,) = reports(state)
    assert [problem.promise for problem in report.problems] == ["P7"]


def test_a_report_that_cannot_be_written_says_so(tmp_path: Path, clock: ManualClock) -> None:
    with pytest.raises(DiskRefused):
        publish(State(tmp_path / "nowhere"), Report("recorder", clock.now()))


# The supervisor: children are small scripts, the end comes by a signal as in a terminal.


def supervise(
    tmp_path: Path,
    until: str,
    *,
    silence: float = 60.0,
    patience: float = 15.0,
    readiness: float = 60.0,
    press: signal.Signals = signal.SIGINT,
    **scripts: str,
) -> tuple[int, list[str]]:
    """Run the scripts under a supervisor until a line holds `until`, then press Ctrl-C; all that was said."""
    program = tmp_path / "supervise.py"
    trades = {name: [sys.executable, "-c", textwrap.dedent(script)] for name, script in scripts.items()}
    program.write_text(
        "import os, sys\n"
        "from retention.base.clock import SystemClock\n"
        "from retention.base.supervise import Supervisor, Trade\n"
        f"how = {{'silence': {silence}, 'patience': {patience}, 'readiness': {readiness}}}\n"
        f"trades = [Trade(name, command, **how) for name, command in {trades!r}.items()]\n"
        "say = lambda name, line: print(f'{name} | {line}', flush=True)\n"
        "sys.exit(Supervisor(trades, SystemClock(), say).run(os.environ))\n"
    )
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    lines: list[str] = []
    with subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True, env=surroundings) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.strip())
            if until and until in line:
                process.send_signal(press)
                until = ""
    return process.returncode, lines


READY = """
import os, signal, socket, sys, threading
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
door.connect(os.environ["NOTIFY_SOCKET"])
door.send(b"READY=1")
"""


def test_what_children_print_is_shown_under_their_name_and_ctrl_c_ends_them_cleanly(tmp_path: Path) -> None:
    script = READY + "print('good day'); stop.wait(60); print('good bye')"
    code, lines = supervise(tmp_path, "one | ready", one=script)
    assert code == 0
    assert "one | good day" in lines
    assert lines[-1] == "one | good bye"


def test_a_child_that_died_is_started_again(tmp_path: Path) -> None:
    once = f"""
import pathlib
mark = pathlib.Path({str(tmp_path / "was here")!r})
if mark.exists():
    print("again")
    stop.wait(60)
    sys.exit(0)
mark.touch()
sys.exit(1)
"""
    code, lines = supervise(tmp_path, "again", one=READY + once)
    assert code == 0
    assert "one | ended (exit code 1); started again in 1 s" in lines


def test_a_child_with_a_wrong_configuration_stays_down_and_the_others_go_on(tmp_path: Path) -> None:
    wrong = "import sys; print('portier: no such key'); sys.exit(78)"
    well = READY + "stop.wait(60)"
    code, lines = supervise(tmp_path, "stays down", one=wrong, two=well)
    assert code == 0
    assert "one | portier: no such key" in lines
    assert lines.count("one | stays down until that is put right; then start Portier again") == 1


def test_with_nothing_left_to_run_the_supervisor_ends(tmp_path: Path) -> None:
    code, _ = supervise(tmp_path, "", one="import sys; sys.exit(78)")
    assert code == 78


def test_a_child_that_falls_silent_is_ended_and_started_again(tmp_path: Path) -> None:
    code, lines = supervise(tmp_path, "ended (signal 9); started again", silence=1.0, one=READY + "stop.wait(60)")
    assert code == 0
    assert "one | silent for 1 s: it is ended and started again" in lines


def test_a_child_that_is_frozen_is_ended_and_started_again(tmp_path: Path) -> None:
    frozen = READY + "os.kill(os.getpid(), signal.SIGSTOP)"
    code, lines = supervise(tmp_path, "ended (signal 9); started again", silence=1.0, one=frozen)
    assert code == 0
    assert "one | silent for 1 s: it is ended and started again" in lines


def test_a_child_that_is_never_ready_is_started_again_too(tmp_path: Path) -> None:
    code, lines = supervise(
        tmp_path, "ended (signal 9); started again", readiness=1.0, one="import time; time.sleep(60)"
    )
    assert code == 0
    assert "one | silent for 1 s: it is ended and started again" in lines


def test_the_screen_by_the_door_is_missed_within_ten_seconds_and_back_at_once() -> None:
    screen = portier._trade("kiosk")
    assert screen.silence <= 9
    assert screen.first_wait <= 0.2
    assert portier._trade("recorder").silence > 60


def test_a_child_that_ignores_the_end_is_killed_in_the_end(tmp_path: Path) -> None:
    deaf = READY + "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); signal.pause()"
    code, lines = supervise(tmp_path, "deaf", patience=1.0, one=deaf)
    assert code == 0
    assert lines[-1] == "one | did not end within 1 s and is killed"


def test_a_supervisor_that_is_killed_leaves_no_child_behind(tmp_path: Path) -> None:
    mark = tmp_path / "ended"
    script = READY + f"print('here'); stop.wait(60); open({str(mark)!r}, 'w').close()"
    _, lines = supervise(tmp_path, "one | here", press=signal.SIGKILL, one=script)
    assert "one | here" in lines
    deadline = SystemClock().monotonic() + 30
    while not mark.exists() and SystemClock().monotonic() < deadline:
        Event().wait(0.05)
    assert mark.exists()
