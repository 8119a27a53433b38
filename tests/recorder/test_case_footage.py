"""Cases with real footage: sealed anew, played and exported from the case, long after the original died on its day."""

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from recorder.casefootage import CaseFootage, cases_of
from recorder.errors import FootageErased
from recorder.footprints import every_file
from recorder.room.holds import Holds
from retention.base.audit import Trail
from retention.base.clock import microseconds
from retention.base.sealed import SealedFile
from retention.cases.case import Case
from retention.cases.cases import Cases
from retention.reaper import Reaper
from tests.recorder import stranger
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, looped, packets_of
from tests.recorder.test_footage import numbers_in
from tests.support.video import frame_numbers


@pytest.fixture
def cases(stage: Stage) -> Cases:
    return cases_of(stage.office, stage.reader)


def placed(cases: Cases, start: datetime, end: datetime) -> Case:
    case = cases.propose([CAMERA], start, end, category="incident", reason="a fall at the door", by="staff:jan")
    return cases.secure(case.number)


def kept(cases: Cases, start: datetime, end: datetime) -> Case:
    return cases.confirm(placed(cases, start, end).number, by="staff:els")


def reading(stage: Stage, cases: Cases, case: Case) -> CaseFootage:
    standing = cases.find(case.number)
    assert standing is not None
    return CaseFootage(stage.office, stage.reader, standing.case)


def seconds_of(footage: CaseFootage, begin: datetime) -> list[float]:
    """The starts of the groups of pictures that can be played, in seconds from a moment."""
    found, at = list[float](), footage.begin(CAMERA)
    while at is not None and (fragment := footage.fragment(CAMERA, at)) is not None:
        found.append((fragment.start - begin).total_seconds())
        assert numbers_in(fragment)
        at = fragment.next_start
    return found


def test_a_case_plays_its_span_and_no_more_after_the_original_died(stage: Stage, slow_film: Path) -> None:
    begin, cases = stage.clock.now(), cases_of(stage.office, stage.reader)
    stage.capture(FakeCamera(stage.clock, looped(packets_of(slow_film), 100)))
    case = kept(cases, begin + timedelta(seconds=30), begin + timedelta(seconds=73))

    stage.clock.advance(hours=96)
    Reaper(stage.state).step(stage.clock.now())

    assert every_file(stage.state, CAMERA) == []
    assert stage.footage.fragment(CAMERA, begin + timedelta(seconds=40)) is None
    footage = reading(stage, cases, case)
    assert seconds_of(footage, begin) == list(range(28, 73, 4))  # from the key frame before it, a group each 4 s
    last = footage.fragment(CAMERA, begin + timedelta(seconds=72.5))
    assert last is not None
    assert last.end == begin + timedelta(seconds=73)  # and not the whole group


def test_a_case_is_exported_as_a_film_with_its_gaps_in_the_manifest(
    stage: Stage, small_film: Path, tmp_path: Path
) -> None:
    begin, cases = stage.clock.now(), cases_of(stage.office, stage.reader)
    film = packets_of(small_film)
    stage.capture(FakeCamera(stage.clock, looped(film, 10)))
    stage.clock.advance(seconds=30)
    stage.capture(FakeCamera(stage.clock, looped(film, 10)))
    case = kept(cases, begin, begin + timedelta(seconds=50))
    stage.clock.advance(days=5)

    manifest = reading(stage, cases, case).export(
        CAMERA, case.start, case.end, tmp_path / "case.mp4", reason="incident", actor="staff:jan"
    )

    assert manifest.frames == 500
    assert [gap["cause"] for gap in manifest.gaps] == ["stopped"]
    assert [(one.camera, one.cause) for one in case.missing] == [(CAMERA, "stopped")]
    assert cases_acts(stage) == ["case.place", "case.confirm", "case.export"]


def test_a_stranger_reads_a_case_from_the_documents_alone(stage: Stage, small_film: Path, tmp_path: Path) -> None:
    begin, cases = stage.clock.now(), cases_of(stage.office, stage.reader)
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 10)))
    number = kept(cases, begin, begin + timedelta(seconds=10)).number
    (record,) = stage.state.cases.glob("*.case")
    told = json.loads(record.read_bytes())
    assert hashlib.sha256(told["case"].encode()).hexdigest() == told["sum"]
    case = json.loads(told["case"])
    assert (case["number"], case["start"]) == (number, microseconds(begin))
    (path,) = stage.state.cases.glob("*.seg")

    raw = (stage.state.keys / "cases.slots").read_bytes()
    key = stranger.epoch_key(raw, int(path.name.partition("-")[0]), stage.reader)
    texts = [text for _, _, text in stranger.chunks(path.read_bytes(), key)]

    label, _, init = texts[0].partition(b"\n")
    assert json.loads(label)["camera"] == CAMERA
    film = tmp_path / "film.mp4"
    film.write_bytes(init + b"".join(texts[1:]))
    assert frame_numbers(film) == [number % 100 for number in range(250)]


def cases_acts(stage: Stage) -> list[str]:
    return [one.act for one in Trail(stage.state, stage.clock).entries() if one.act.startswith("case.")]


def test_nothing_of_a_case_plays_past_its_end_reaper_or_no_reaper(
    stage: Stage, small_film: Path, tmp_path: Path
) -> None:
    begin, cases = stage.clock.now(), cases_of(stage.office, stage.reader)
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 10)))
    case = kept(cases, begin, begin + timedelta(seconds=10))
    footage = reading(stage, cases, case)
    assert footage.fragment(CAMERA, begin) is not None

    stage.clock.step(days=28)  # a clock in doubt hides at once, and destroys nothing

    assert footage.fragment(CAMERA, begin) is None
    with pytest.raises(FootageErased):
        footage.export(CAMERA, case.start, case.end, tmp_path / "x.mp4", reason="incident", actor="staff:jan")
    stage.clock.step(days=-28)
    assert footage.fragment(CAMERA, begin) is not None


def test_what_is_damaged_is_left_out_and_listed(stage: Stage, slow_film: Path) -> None:
    begin, cases = stage.clock.now(), cases_of(stage.office, stage.reader)
    stage.capture(FakeCamera(stage.clock, looped(packets_of(slow_film), 20)))
    (path,) = every_file(stage.state, CAMERA)
    place = SealedFile(path).chunks[6]  # the second of four in its group
    content = bytearray(path.read_bytes())
    content[place.offset + 5] ^= 1
    path.write_bytes(content)

    case = placed(cases, begin, begin + timedelta(seconds=20))

    assert [(one.start - begin).total_seconds() for one in case.missing] == [5]
    assert [(one.end - begin).total_seconds() for one in case.missing] == [8]
    assert [one.cause for one in case.missing] == ["damaged"]
    assert seconds_of(reading(stage, cases, case), begin) == [0, 4, 8, 12, 16]


def test_the_span_is_held_while_it_is_secured_and_no_longer(stage: Stage, small_film: Path) -> None:
    begin, cases = stage.clock.now(), cases_of(stage.office, stage.reader)
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 10)))
    case = cases.propose([CAMERA], begin, begin + timedelta(seconds=10), category="incident", reason="x", by="a")
    seen = list[int]()

    cases.secure(case.number, lambda _: seen.append(len(Holds(stage.state, CAMERA).all())))

    assert seen == [1]
    assert Holds(stage.state, CAMERA).all() == []
