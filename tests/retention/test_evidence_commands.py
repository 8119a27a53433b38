"""`portier audit verify` with heads kept elsewhere, and `portier retention certificate`, as an operator types them."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from retention.audit_commands import audit
from retention.base.command import Office
from retention.base.errors import UsageRefused
from retention.base.trusted import TrustedTime
from retention.check import check
from retention.commands import retention
from retention.evidence.doctor import look_at_evidence
from tests.support.clock import ManualClock
from tests.support.edits import ROOT
from tests.support.evidence import EvidenceSite


@pytest.fixture
def site(office: Office, clock: ManualClock) -> EvidenceSite:
    site = EvidenceSite(office.state, clock)
    site.hours(60)
    return site


def run(office: Office, group: object, *words: str) -> tuple[bytes, object]:
    result = CliRunner().invoke(group, words, obj=office, standalone_mode=False)  # type: ignore[arg-type]
    if isinstance(result.exception, Exception):
        raise result.exception
    return result.stdout_bytes, result.return_value


def test_verify_takes_the_first_key_and_a_head_kept_elsewhere(office: Office, site: EvidenceSite) -> None:
    number, head = site.head()
    output, code = run(office, audit, "verify", "--first-key", site.first_key(), "--head", f"{number}:{head}", "--json")
    told = json.loads(output)
    assert (code, told["problems"], told["digests"], told["digest_head"]) == (0, [], 2, f"{number}:{head}")
    assert told["remarks"] == []
    other = f"{number}:{'0' * 64}"
    output, code = run(office, audit, "verify", "--first-key", site.first_key(), "--head", other)
    assert (code, output.startswith(b"NOT  digest 2 is not the one")) == (70, True)


def test_verify_finds_the_heads_in_a_file_of_mails(office: Office, site: EvidenceSite, tmp_path: Path) -> None:
    number, head = site.head()
    mails = tmp_path / "mails"
    mails.write_text(f"Date: Thu\n\n2027-03-03 (UTC)\n{number}:{head}\nhier overschreven\n9:{'a' * 64}\n")
    output, code = run(office, audit, "verify", "--head-file", str(mails))
    assert code == 70
    assert b"number 9, the digests end at 2" in output


def test_a_head_that_is_none_is_refused(office: Office, site: EvidenceSite) -> None:
    with pytest.raises(UsageRefused, match="64 hexadecimal"):
        run(office, audit, "verify", "--head", "12")


def test_verify_says_what_it_could_not_prove(office: Office, site: EvidenceSite) -> None:
    output, code = run(office, audit, "verify")
    assert code == 0
    assert b"no head kept elsewhere was given" in output
    assert b"was read on this machine" in output


def test_a_pass_by_command_notes_signs_and_certifies(office: Office, clock: ManualClock, tmp_path: Path) -> None:
    site = EvidenceSite(office.state, clock)
    site.make(lives=timedelta(hours=2))
    run(office, retention, "step")
    clock.advance(hours=3)
    run(office, retention, "step")
    clock.advance(days=1)
    run(office, retention, "step")
    assert site.verdict().problems == []
    output = tmp_path / "certificate.pdf"
    run(office, retention, "certificate", "--day", "2027-03-02", "--output", str(output))
    assert output.read_bytes().startswith(b"%PDF-")
    assert run(office, retention, "certificate", "--day", "2027-03-02")[0].startswith(b"%PDF-")


def test_the_verifier_of_docs_needs_nothing_of_portier(site: EvidenceSite, tmp_path: Path) -> None:
    number, head = site.head()
    words = [str(site.state.directory), "--first-key", site.first_key(), "--head", f"{number}:{head}"]
    script = [sys.executable, "-I", str(ROOT / "docs/verify_evidence.py"), *words]
    done = subprocess.run(script, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout.split()[0]) == (0, "ok")
    script[-1] = f"{number + 1}:{head}"
    done = subprocess.run(script, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout.split()[0]) == (1, "NOT")


def test_doctor_says_how_far_it_is_signed_and_that_heads_are_kept_nowhere_else(
    office: Office, site: EvidenceSite, clock: ManualClock
) -> None:
    (line,) = look_at_evidence(office)
    assert (line.ok, "signed up to 2027-03-03; heads are kept nowhere else yet" in line.said) == (True, True)
    clock.advance(days=4)
    TrustedTime(office.state, clock).confirm()
    (line,) = look_at_evidence(office)
    assert (line.ok, "start the retention service" in line.said) == (False, True)


def test_a_certificate_is_not_poured_into_a_terminal(
    office: Office, site: EvidenceSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal of our own stands where the command writes to."""
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as terminal, monkeypatch.context() as there:
        there.setattr(sys, "stdout", terminal)
        with pytest.raises(UsageRefused, match="--output FILE"):
            retention.main(["certificate", "--day", "2027-03-03"], obj=office, standalone_mode=False)
    os.close(ours)


def test_check_finds_receipts_that_are_broken_or_days_that_nobody_signed(
    office: Office, site: EvidenceSite, clock: ManualClock
) -> None:
    def found() -> tuple[bool, str]:
        (one,) = [finding for finding in check(office, clock.now()) if finding.what == "evidence"]
        return one.holds, one.said

    TrustedTime(office.state, clock).confirm()
    assert found()[0]
    assert "signed up to 2027-03-03" in found()[1]
    clock.advance(days=4)
    TrustedTime(office.state, clock).confirm()
    assert found() == (False, "the last signed day is 2027-03-03: see that the retention service runs")
    path = site.archive.path(date(2027, 3, 2))
    path.write_bytes(path.read_bytes().replace(b'"late":0', b'"late":1'))
    assert (found()[0], "portier audit verify" in found()[1]) == (False, True)
