"""The documents for the privacy officer say what the program does: the register's periods are those of the rules."""

import re

import pytest

from retention.base.config import Config
from retention.base.translations import translator
from retention.rules import Rule, bounds, explain, rules
from tests.project.house import ROOT

FOLDER = ROOT / "docs/privacy"


def row(rule: Rule) -> str:
    """A line of the register, as it must stand there."""
    _ = translator("nl", "retention")
    ground = _(rule.ground) + (f". Let op: {_(rule.note)}" if rule.note else "")
    most = bounds(rule, _)
    return f"| {_(rule.what)} | {_(rule.starts)} | {explain(rule, _)} | {ground} | {most} |"


def test_the_register_holds_the_rules_as_they_are() -> None:
    text = (FOLDER / "register.md").read_text(encoding="utf-8")
    held = text.partition("<!-- rules -->")[2].partition("<!-- /rules -->")[0].strip().splitlines()[2:]
    wanted = [row(rule) for rule in rules(Config())]
    assert held == wanted, "put these lines between the marks:\n" + "\n".join(wanted)


@pytest.mark.parametrize("page", ["README.md", "dpia.md", "register.md", "processor.md"])
def test_each_document_has_a_summary_in_english(page: str) -> None:
    assert re.search(r"\*(In English|Summary in English)", (FOLDER / page).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "topic",
    [
        "medewerkers",
        "bezoekers",
        "72 uur",
        "gezondheid",
        "telefoon",
        "printer",
        "niveau van zekerheid",
        "WOR art. 27",
        "Advies van de functionaris gegevensbescherming",
        "art. 36",
    ],
)
def test_the_dpia_speaks_of_what_it_must(topic: str) -> None:
    assert topic in (FOLDER / "dpia.md").read_text(encoding="utf-8")


def test_the_dpia_leaves_what_only_the_organisation_knows_to_it() -> None:
    assert (FOLDER / "dpia.md").read_text(encoding="utf-8").count("`[") > 30


def test_every_risk_has_a_likelihood_and_an_impact() -> None:
    text = (FOLDER / "dpia.md").read_text(encoding="utf-8")
    risks = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if re.match(r"\| \d+ \|", line)]
    open_ones = [cells[1] for cells in risks if "[eigen risico]" not in cells[2] and not (cells[4] and cells[5])]
    assert (len(risks) >= 12, open_ones) == (True, [])
