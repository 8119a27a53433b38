"""The long tier goes on where it was stopped, and ends with its figures."""

from pathlib import Path

import pytest

from tests.support.bars import Bar, Bars, Ledger


def test_a_missed_bar_fails_the_test_and_is_written_down() -> None:
    bars = Bars()
    with pytest.raises(AssertionError, match="MISSED"):
        bars.at_most("list of 500 visitors", 130, 100, "ms")
    assert [bar.held for bar in bars.all] == [False]


def test_a_stopped_tier_remembers_what_passed(tmp_path: Path) -> None:
    Ledger(tmp_path / "ledger").note("test_a", [Bar("x", 1, 2, "s")])
    assert Ledger(tmp_path / "ledger").passed == {"test_a": [Bar("x", 1, 2, "s")]}


def test_a_change_makes_the_tier_start_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Ledger(tmp_path / "ledger").note("test_a", [])
    monkeypatch.setattr("tests.support.bars.WATCHED", ("README.md",))
    assert Ledger(tmp_path / "ledger").passed == {}
