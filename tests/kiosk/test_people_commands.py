"""`portier visit expect|invitation|confirm|refuse|group`: exit codes, files, names on standard input only."""

from pathlib import Path

import pytest

from kiosk.invitation import Invitation
from tests.kiosk.test_commands import Command, Done, portier  # noqa: F401 - the fixture
from tests.support.state import write_config

TODAY_AND_ON = {"invitations": True, "confirm": True}


@pytest.fixture
def site(portier: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:  # noqa: F811
    """A site that invites and confirms."""
    path = write_config(tmp_path / "portier.toml", {"visits": TODAY_AND_ON})
    monkeypatch.setenv("PORTIER_CONFIG", str(path))
    return portier


def states(site: Command) -> dict[str, str]:
    return {one["name"]: one["state"] for one in site.answer("visit", "list")}


def test_an_invitation_is_written_when_a_visit_is_announced_and_once_more(site: Command, tmp_path: Path) -> None:
    pdf, png = tmp_path / "in.pdf", tmp_path / "in.png"
    visit = site.answer("visit", "expect", "--invitation", str(pdf), said={"name": "Ann de Vries"})["visit"]
    assert site("visit", "invitation", "--visit", visit, "--output", str(png)).returncode == 0
    assert (pdf.read_bytes()[:5], png.read_bytes()[:4]) == (b"%PDF-", b"\x89PNG")
    assert (pdf.stat().st_mode & 0o777, b"Vries" in pdf.read_bytes()) == (0o600, False)
    assert states(site) == {"Ann de Vries": "expected"}


def refused(done: Done, words: str) -> bool:
    return done.returncode == 64 and words in done.stderr


def test_what_cannot_be_written_is_told_before_anybody_is_announced(site: Command, tmp_path: Path) -> None:
    inside = site.state.directory / "in.pdf"
    assert refused(site("visit", "expect", "--invitation", str(inside), said={"name": "Ann"}), "outside the state")
    assert refused(site("visit", "expect", "--invitation", str(tmp_path / "in.txt"), said={"name": "Ann"}), ".png")
    assert states(site) == {}


def test_where_no_invitations_are_given_that_is_said(portier: Command, tmp_path: Path) -> None:  # noqa: F811
    done = portier("visit", "expect", "--invitation", str(tmp_path / "in.pdf"), said={"name": "Ann"})
    assert refused(done, "invitations = true")
    visit = portier.answer("visit", "expect", said={"name": "Ann"})["visit"]
    done = portier("visit", "invitation", "--visit", visit, "--output", str(tmp_path / "in.pdf"))
    assert refused(done, "without an invitation")


@pytest.mark.parametrize("day", ["morgen", "2027-02-30", 3])
def test_a_day_that_is_none_is_said(site: Command, day: object) -> None:
    assert refused(site("visit", "expect", said={"name": "Ann", "day": day}), "2027-03-02")


def test_help_is_never_announced(site: Command) -> None:
    assert site("visit", "expect", said={"name": "Ann", "help": ["stairs"]}).returncode == 64
    assert site("visit", "group", said={"names": ["Ann"], "help": ["stairs"]}).returncode == 64
    assert states(site) == {}


def test_a_group_is_signed_in_as_one_or_not_at_all(site: Command) -> None:
    made = site.answer("visit", "group", said={"names": ["Ann", "Bo", "Cor"], "host": "Dirk"})
    assert len({one["pass"] for one in made}) == 3
    listed = site.answer("visit", "list")
    assert {(one["together"], one["host"]) for one in listed} == {(made[0]["together"], "Dirk")}
    assert refused(site("visit", "group", said={"names": ["Eef", "---"]}), "name 2 of the group")
    assert len(site.answer("visit", "list")) == 3


@pytest.mark.parametrize("said", [{}, {"names": []}, {"names": "Ann"}, {"names": ["A"] * 61}, {"names": [3]}])
def test_a_group_that_is_none_is_refused(site: Command, said: dict[str, object]) -> None:
    assert site("visit", "group", said=said).returncode == 64


def test_whoever_is_let_in_by_command_cannot_be_sent_away_by_it_afterwards(site: Command) -> None:
    visit = site.answer("visit", "sign-in", said={"name": "Ann"})["visit"]
    assert site("visit", "confirm", "--visit", visit).returncode == 0
    assert refused(site("visit", "refuse", "--visit", visit), "let this visitor in")
    (one,) = site.answer("visit", "list")
    assert (one["state"], "refused" in one) == ("on_site", False)
    assert refused(site("visit", "confirm", "--visit", "0" * 32), "no such visit")


def test_no_code_stands_in_what_a_list_tells(site: Command) -> None:
    site.answer("visit", "expect", said={"name": "Ann"})
    told = site("visit", "list", "--json").stdout
    assert not any(Invitation.read(word.strip('",')) for word in told.split())
