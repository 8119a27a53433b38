"""The long tier's ledger: what was measured against which bar, and which tests need not run again.

A test of the long tier asks for `bars` and holds each figure against its bar; `make test-slow` ends with the
table. A tier that was stopped goes on where it was, as long as nothing in the product or the tests changed.
"""

import hashlib
import json
from collections.abc import Generator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEDGER = ROOT / ".pytest_cache" / "long-tier.json"
WATCHED = ("retention", "recorder", "kiosk", "desk", "tests", "locale", "portier.py", "requirements")


@dataclass(frozen=True)
class Bar:
    """One figure and the bar it must stay under (`at_most`) or reach."""

    what: str
    value: float
    bar: float
    unit: str
    at_most: bool = True

    @property
    def held(self) -> bool:
        return self.value <= self.bar if self.at_most else self.value >= self.bar

    def row(self) -> str:
        sign = "<=" if self.at_most else ">="
        word = "ok" if self.held else "MISSED"
        return f"{self.what:<58} {self.value:>12.6g} {sign} {self.bar:>10.6g} {self.unit:<8} {word}"


class Bars:
    """Where a test writes down its figures."""

    def __init__(self) -> None:
        self.all: list[Bar] = []

    def at_most(self, what: str, value: float, bar: float, unit: str = "") -> None:
        """Write a figure down, and fail where it is above its bar."""
        self._hold(Bar(what, value, bar, unit))

    def at_least(self, what: str, value: float, bar: float, unit: str = "") -> None:
        self._hold(Bar(what, value, bar, unit, at_most=False))

    def _hold(self, bar: Bar) -> None:
        self.all.append(bar)
        assert bar.held, bar.row()


class Ledger:
    """The tests of the long tier that passed since anything changed, with their figures."""

    def __init__(self, path: Path = LEDGER) -> None:
        self._path = path
        self._state = source_state()
        self.passed: dict[str, list[Bar]] = {}
        if path.exists():
            known = json.loads(path.read_text(encoding="utf-8"))
            if known["state"] == self._state:
                self.passed = {test: [Bar(**bar) for bar in bars] for test, bars in known["passed"].items()}

    def note(self, test: str, bars: list[Bar]) -> None:
        self.passed[test] = bars
        passed = {name: [asdict(bar) for bar in known] for name, known in self.passed.items()}
        self._path.parent.mkdir(exist_ok=True)
        self._path.write_text(json.dumps({"state": self._state, "passed": passed}), encoding="utf-8")

    def clear(self) -> None:
        self._path.unlink(missing_ok=True)


def source_state() -> str:
    """A hash of everything the long tier tests."""
    total = hashlib.sha256()
    for name in WATCHED:
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts:
                total.update(f"{path}\0".encode() + path.read_bytes())
    return total.hexdigest()


_LEDGER = pytest.StashKey[Ledger]()
_BARS = pytest.StashKey[Bars]()


@pytest.fixture
def bars(request: pytest.FixtureRequest) -> Bars:
    """Where a test of the long tier writes down its figures."""
    bars = Bars()
    request.node.stash[_BARS] = bars
    return bars


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.markexpr != "slow":
        return
    ledger = config.stash[_LEDGER] = Ledger()
    done = [item for item in items if item.nodeid in ledger.passed]
    if done:
        config.hook.pytest_deselected(items=done)
        items[:] = [item for item in items if item.nodeid not in ledger.passed]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    ledger = item.config.stash.get(_LEDGER, None)
    if ledger is not None and call.when == "call" and report.passed:
        ledger.note(item.nodeid, item.stash[_BARS].all if _BARS in item.stash else [])
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    ledger = terminalreporter.config.stash.get(_LEDGER, None)
    if ledger is None:
        return
    terminalreporter.section("bars of the long tier")
    for test, bars in sorted(ledger.passed.items()):
        for row in [bar.row() for bar in bars] or [f"{test:<58} held"]:
            terminalreporter.write_line(row)
    if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        # The tier is through: the next one starts from the beginning.
        ledger.clear()
