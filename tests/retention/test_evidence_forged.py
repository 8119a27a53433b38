"""Files that somebody forged stop neither the verifier nor the keeper, nor hide anything: they are told."""

import json
from hashlib import sha256

import pytest

from retention.base.audit import Trail
from retention.base.state import State
from retention.evidence.digest import Digest, canonical
from tests.support.clock import ManualClock
from tests.support.edits import stand_alone
from tests.support.evidence import EvidenceSite


@pytest.fixture
def site(state: State, clock: ManualClock) -> EvidenceSite:
    site = EvidenceSite(state, clock)
    site.hours(100)
    return site


def _assert_told(site: EvidenceSite) -> None:
    """By both verifiers; and the next day is kept and signed all the same."""
    found, _ = stand_alone().verify(site.state.directory, [site.first_key()], [site.head()])
    assert site.verdict().problems
    assert found
    last = site.archive.days()[-1]
    site.start()
    site.clock.advance(days=2)
    site.keep()
    assert site.archive.days()[-1] > last


@pytest.mark.parametrize("listing", [b"x", b"x" * 103, b"\xff" * 104])
def test_a_list_of_what_was_open_that_is_none(site: EvidenceSite, listing: bytes) -> None:
    site.archive.path(site.archive.days()[1], ".open").write_bytes(listing)
    _assert_told(site)


@pytest.mark.parametrize("back", [1, 2])
def test_a_digest_that_states_nothing(site: EvidenceSite, back: int) -> None:
    day = site.archive.days()[-back]
    digest = site.archive.digest(day)
    assert digest is not None
    hashed = sha256(canonical({})).hexdigest()
    told = (digest.number, day, digest.previous, digest.key, digest.next, hashed, digest.signature)
    site.archive.path(day).write_bytes(Digest(*told, {}).image())
    site.archive.path(day, ".open").write_bytes(b"")
    _assert_told(site)


@pytest.mark.parametrize("number", ["[]", '"7"', "null"])
def test_a_digest_whose_number_is_none(site: EvidenceSite, number: str) -> None:
    path = site.archive.path(site.archive.days()[1])
    path.write_bytes(path.read_bytes().replace(b'"number":2', f'"number":{number}'.encode(), 1))
    _assert_told(site)


@pytest.mark.parametrize(
    "anchor",
    [
        {"before": "", "number": "x", "hash": "0" * 64, "torn": None},
        {"before": "", "number": None, "hash": "0" * 64, "torn": None},
        {"before": "soon", "number": 0, "hash": "0" * 64, "torn": None},
        {"before": 7, "number": 0, "hash": "0" * 64, "torn": None},
    ],
)
def test_an_anchor_that_is_none(site: EvidenceSite, anchor: dict[str, object]) -> None:
    (site.state.audit / "anchor.json").write_text(json.dumps(anchor))
    trail = Trail(site.state, site.clock)
    assert trail.kept_since() is None
    trail.note("footage.look", actor="staff:ann", about="entree")
    _assert_told(site)


def test_a_line_of_the_trail_at_no_certain_moment(site: EvidenceSite) -> None:
    path = sorted(site.state.audit.glob("*.jsonl"))[1]
    path.write_bytes(path.read_bytes().replace(b"+00:00", b"", 1))
    assert list(Trail(site.state, site.clock).entries(site.clock.now()))[:1] == []
    _assert_told(site)
