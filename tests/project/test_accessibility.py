"""The accessibility statement names tests that exist, and every clause of the chapters it goes through."""

import ast
import re

import pytest

from tests.project.house import ROOT

STATEMENT = (ROOT / "docs/accessibility.md").read_text(encoding="utf-8")


def named() -> list[tuple[str, str]]:
    """The tests that the statement names: file and function."""
    return re.findall(r"`(tests/[a-z_0-9/]+\.py)(?:::(test_[a-z_0-9]+))?`", STATEMENT)


def test_every_test_the_statement_names_exists() -> None:
    missing = []
    for file, name in named():
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8")) if (ROOT / file).exists() else ast.parse("")
        there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if not there or (name and name not in there):
            missing.append(f"{file}::{name}")
    assert missing == []
    assert len(named()) > 40


@pytest.mark.parametrize(
    "clause",
    [f"5.1.3.{number}" for number in range(1, 17)]
    + ["5.1.2.1", "5.1.4", "5.1.5", "5.1.6.1", "5.1.6.2", "5.1.7", "5.2", "5.3", "5.4", "5.5.1", "5.5.2", "5.6.1"]
    + ["5.6.2", "5.7", "5.8", "5.9", "8.2.1", "8.2.2", "8.3.2.1", "8.3.4.2", "8.3.5", "8.3.6", "8.4.2.2", "8.5"]
    + ["11.1.1.1.2", "11.1.3.1.2", "11.1.4.4.2", "11.2.1.1.2", "11.2.5.2", "11.3.1.1.2", "11.3.3.1.2", "11.6", "11.7"],
)
def test_every_clause_is_answered(clause: str) -> None:
    assert re.search(rf"(?<![\d.]){re.escape(clause)}(?![\d]|\.\d)", STATEMENT)


def test_what_is_not_met_is_said_in_both_languages() -> None:
    assert "## Not met, or not known" in STATEMENT
    assert "Wat nog niet goed is" in (ROOT / "docs/toegankelijkheid.md").read_text(encoding="utf-8")
