"""Copies with people made unrecognisable: nothing of what is hidden is in the file, and what is shown is as it was."""

import json
import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from recorder.blur.copy import blur_clip, blur_footage
from recorder.blur.plan import Plan, read_plan
from recorder.causes import Cause
from recorder.clips import Manifest
from recorder.errors import Cancelled, CaptureFailed, ExportRefused, FootageErased, PlanRefused
from recorder.video import boxes
from recorder.video.bits import prefixed
from retention.base.audit import Trail
from retention.base.errors import DiskRefused
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, disk_takes_no_more_than, looped, packets_of
from tests.recorder.faces import BEGIN, film_of, passer_by, pictures_of, pieces_of, story
from tests.recorder.test_eyes_blindness import as_h264
from tests.support.bars import Bars
from tests.support.video import Picture, draw, frame_numbers

HIDE_ALL = {"start": 0, "end": 600, "mode": "keep"}
MIDDLE = [0.25, 0.25, 0.5, 0.5]


def plan(*scenes: dict[str, Any], **more: Any) -> Plan:
    return read_plan(json.dumps({"scenes": scenes or [HIDE_ALL], **more}))


def copy_of(pictures: list[Picture], made: Plan, folder: Path, *, fps: int = 1) -> list[Picture]:
    """What can be seen in a veiled copy of a film of these pictures."""
    film = film_of(pictures, folder / "film.mp4", fps=fps)
    blur_clip(folder / "copy.mp4", pieces_of(film, fps=fps), made, story(len(pictures) / fps))
    return pictures_of(folder / "copy.mp4")


def folder(tmp_path: Path, name: str) -> Path:
    (tmp_path / name).mkdir()
    return tmp_path / name


def named(gallery: list[Picture], probes: list[Picture]) -> int:
    """How many an attacker names rightly, who has each of them in the same place and light, treated the same way."""
    known, asked = (
        [cv2.resize(one, (160, 90), interpolation=cv2.INTER_AREA).astype(np.int16) for one in set_]
        for set_ in (gallery, probes)
    )
    taken_for = [int(np.argmin([np.abs(one - probe).sum() for one in known])) for probe in asked]
    return sum(who == number for number, who in enumerate(taken_for))


def test_who_is_hidden_cannot_be_told_from_others(tmp_path: Path) -> None:
    first, second = ([passer_by(one, take) for one in range(24)] for take in (0, 1))
    veiled = (copy_of(film, plan(), folder(tmp_path, name)) for film, name in ((first, "a"), (second, "b")))
    assert named(first, second) == 24  # the attack is a good one
    assert named(*veiled) <= 4  # by chance it is one of them


def test_detail_under_the_veil_leaves_no_trace_in_the_copy(tmp_path: Path) -> None:
    plain, lettered = draw(7, (640, 360), 25), draw(7, (640, 360), 25)
    lettered[90:270:2, 160:480] = np.clip(lettered[90:270:2, 160:480].astype(int) + 40, 0, 255)
    lettered[91:270:2, 160:480] = np.clip(lettered[91:270:2, 160:480].astype(int) - 40, 0, 255)
    hiding = plan({"start": 0, "end": 600, "mode": "hide", "regions": [{"box": MIDDLE}]})

    one, other = (
        copy_of([picture] * 3, hiding, folder(tmp_path, name)) for picture, name in ((plain, "a"), (lettered, "b"))
    )

    inside = np.s_[100:260, 170:470]
    assert max(int(np.abs(a[inside].astype(int) - b[inside]).max()) for a, b in zip(one, other, strict=True)) <= 4


def test_what_is_hidden_is_flat_blocks_without_colour(tmp_path: Path) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (360, 640, 3), np.uint8)
    (seen,) = copy_of([noise], plan(HIDE_ALL | {"regions": [{"box": MIDDLE}]}), tmp_path)

    hidden = seen.astype(int)[:80]
    assert np.abs(hidden - hidden.mean(axis=2, keepdims=True)).max() <= 3
    assert len({round(float(shade) / 8) for shade in np.unique(hidden)}) <= 4 * 2
    assert float(np.abs(np.diff(hidden[:, :, 0], axis=1)).mean()) < 2
    assert float(seen[100:260, 180:460].std()) > 40


def test_what_is_kept_is_as_it_was(tmp_path: Path) -> None:
    picture = draw(1234, (640, 360), 25)
    (seen,) = copy_of([picture], plan(HIDE_ALL | {"regions": [{"box": [0, 0, 1, 0.6]}]}), tmp_path)
    assert float(np.abs(seen[:210].astype(int) - picture[:210]).mean()) < 4


def test_what_moves_under_the_veil_is_renewed_once_a_second_at_most(tmp_path: Path) -> None:
    walking = [draw(number * 40, (640, 360), 25) for number in range(30)]
    seen = copy_of(walking, plan(), tmp_path, fps=10)
    changes = [n for n in range(1, 30) if np.abs(seen[n].astype(int) - seen[n - 1]).max() > 20]
    assert set(changes) <= {10, 20}


def test_the_mean_of_a_block_that_is_partly_shown_is_not_told(tmp_path: Path) -> None:
    # The edge of what is kept runs through a block: bright on the hidden side, and its neighbours are dark.
    picture = np.full((360, 640, 3), 20, np.uint8)
    picture[:, 180:226] = 250
    kept = [0.0, 0.0, 200 / 640, 1.0]
    (seen,) = copy_of([picture], plan(HIDE_ALL | {"regions": [{"box": kept}]}), tmp_path)
    assert seen[100:260, 205:220].max() < 120


def test_a_solid_veil_leaves_nothing(tmp_path: Path) -> None:
    seen = copy_of([passer_by(one, 0, head=0.8) for one in range(3)], plan(fill="solid"), tmp_path)
    assert max(int(picture.max()) - int(picture.min()) for picture in seen) <= 2


def test_the_file_holds_one_track_of_new_pictures_and_nothing_else(tmp_path: Path) -> None:
    film = film_of([passer_by(one, 0) for one in range(20)], tmp_path / "film.mp4")
    blur_clip(tmp_path / "copy.mp4", pieces_of(film), plan(), story(20))
    content = (tmp_path / "copy.mp4").read_bytes()

    assert [word for word in (b"Lavf", b"Lavc", b"x264", b"covr") if word in content] == []
    assert content.count(b"ilst") == content.count(b"\0\0\0\x08ilst")  # the writer's place for titles is empty
    assert [sample for sample in samples(film) if sample[5:69] in content] == []
    assert {unit[0] & 31 for sample in samples(tmp_path / "copy.mp4") for unit in prefixed(sample)} == {1, 5}
    with av.open(str(tmp_path / "copy.mp4")) as container:
        assert (len(container.streams), container.metadata.get("creation_time")) == (1, None)
        assert len([packet for packet in container.demux() if packet.size]) == 20
    # An edit list could keep pictures back from the player that are in the file: the one here shows all of it.
    for entry in re.findall(rb"elst.{4}\x00{3}\x01(.{4})(.{4})", content, re.DOTALL):
        assert int.from_bytes(entry[1], "big", signed=True) == 0


def samples(film: Path) -> list[bytes]:
    with av.open(str(film)) as container:
        return [bytes(packet) for packet in container.demux() if packet.size]


def test_a_damaged_group_shows_nothing_that_is_hidden(tmp_path: Path) -> None:
    people = [passer_by(one, 0) for one in range(30)]
    pieces = list(pieces_of(film_of(people, tmp_path / "film.mp4")))
    spoilt = bytearray(pieces[1].media)
    for place in range(len(spoilt) // 2, len(spoilt) - 100, 97):
        spoilt[place] ^= 0x55
    pieces[1] = replace(pieces[1], media=bytes(spoilt))
    keep = plan(HIDE_ALL | {"regions": [{"box": [0, 0, 0.2, 1]}]})

    manifest = blur_clip(tmp_path / "copy.mp4", iter(pieces), keep, story(30))

    assert manifest.frames < 30
    assert len(manifest.stretches) == 2  # what was left out is told
    for picture in pictures_of(tmp_path / "copy.mp4"):
        assert float(np.abs(np.diff(picture.astype(int)[:, 140:, 0], axis=1)).mean()) < 2


def filmed(stage: Stage, film: Path, seconds: float = 10) -> Any:
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, looped(packets_of(film), seconds)))
    return begin


def blurred(stage: Stage, start: Any, end: Any, path: Path, **more: Any) -> Manifest:
    told = {"plan": plan(HIDE_ALL | {"regions": [{"box": [0, 0, 1, 0.3]}]}), "reason": "person_asked"} | more
    return blur_footage(stage.footage, CAMERA, start, end, path, actor="os:test", **told)


@pytest.mark.parametrize("kind", ["small_film", "slow_film", "heavy_film"])
def test_only_pictures_of_the_span_are_in_the_copy(
    stage: Stage, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    begin = filmed(stage, request.getfixturevalue(kind))
    manifest = blurred(stage, begin + timedelta(seconds=1.5), begin + timedelta(seconds=7.5), tmp_path / "a.mp4")

    length = 200 if kind == "slow_film" else 100
    numbers = frame_numbers(tmp_path / "a.mp4")
    assert manifest.frames == len(numbers)
    assert (numbers[0], numbers[-1]) == (38, 187 % length)
    assert len(numbers) == 150
    assert (manifest.start, manifest.end) == (begin + timedelta(seconds=1.52), begin + timedelta(seconds=7.5))


def test_manifest_and_trail_tell_of_the_copy_and_when_it_must_be_gone(
    stage: Stage, small_film: Path, tmp_path: Path
) -> None:
    begin = filmed(stage, small_film)
    told = blurred(stage, begin, begin + timedelta(seconds=5), tmp_path / "a.mp4").words()

    assert json.loads((tmp_path / "a.json").read_text()) == told
    assert (told["converted"], told["blurred"]["fill"], told["blurred"]["scenes"]) == (True, "blocks", 1)
    assert told["destroy_by"] == (stage.clock.now() + timedelta(days=28)).isoformat()
    (entry,) = Trail(stage.state, stage.clock).entries()
    assert (entry.act, entry.category, entry.about) == ("footage.blur", "person_asked", CAMERA)


def test_gaps_are_told_as_in_any_clip(stage: Stage, small_film: Path, tmp_path: Path) -> None:
    film, begin = looped(packets_of(small_film), 10), stage.clock.now()
    stage.capture(
        FakeCamera(stage.clock, film, ends=CaptureFailed(Cause.STALLED, "nothing comes")), FakeCamera(stage.clock, film)
    )
    manifest = blurred(stage, begin, stage.clock.now(), tmp_path / "a.mp4")
    assert [gap["cause"] for gap in manifest.gaps] == ["stalled"]
    assert [one.offset_seconds for one in manifest.stretches] == [0.0, 10.0]


def test_what_is_interrupted_leaves_nothing(stage: Stage, small_film: Path, tmp_path: Path) -> None:
    begin = filmed(stage, small_film)

    def stop(share: float) -> None:
        if share > 0.5:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        blurred(stage, begin, begin + timedelta(seconds=10), folder(tmp_path, "out") / "a.mp4", progress=stop)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_full_disk_is_told_and_leaves_nothing(stage: Stage, small_film: Path, tmp_path: Path) -> None:
    begin = filmed(stage, small_film)
    whole = plan(HIDE_ALL | {"regions": [{"box": [0, 0, 1, 1]}]})
    with disk_takes_no_more_than(20_000), pytest.raises(DiskRefused, match="make room"):
        blurred(stage, begin, begin + timedelta(seconds=10), folder(tmp_path, "out") / "a.mp4", plan=whole)
    assert list((tmp_path / "out").iterdir()) == []


def test_nothing_goes_under_the_state_directory_or_without_a_plan_for_all_of_it(
    stage: Stage, small_film: Path, tmp_path: Path
) -> None:
    begin = filmed(stage, small_film)
    span = (begin, begin + timedelta(seconds=5))
    with pytest.raises(ExportRefused, match="under the state directory"):
        blurred(stage, *span, stage.state.directory / "a.mp4")
    with pytest.raises(PlanRefused):
        blurred(stage, *span, tmp_path / "a.mp4", plan=plan({"start": 0, "end": 4, "mode": "keep"}))
    with pytest.raises(FootageErased):
        blurred(stage, begin - timedelta(hours=1), begin - timedelta(minutes=59), tmp_path / "a.mp4")
    assert list(Trail(stage.state, stage.clock).entries()) == []


def test_a_copy_can_be_made_from_pieces_of_anywhere(tmp_path: Path) -> None:
    film = film_of([draw(n, (320, 180), 25) for n in range(12)], tmp_path / "film.mp4")
    shown: list[float] = []
    manifest = blur_clip(tmp_path / "a.mp4", pieces_of(film), plan(), story(12), shown.append)
    assert (manifest.frames, shown[-1], boxes.TIMESCALE) == (12, 1.0, 90_000)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("head", [1 / 8, 1 / 4])
def test_of_forty_people_who_is_hidden_is_told_as_by_chance(bars: Bars, head: float, tmp_path: Path) -> None:
    first, second = ([passer_by(one, take, head=head) for one in range(40)] for take in (0, 1))
    veiled = (copy_of(film, plan(), folder(tmp_path, name)) for film, name in ((first, "a"), (second, "b")))
    bars.at_least(f"blur: named from sharp pictures, head 1/{round(1 / head)} high, of 40", named(first, second), 36)
    bars.at_most(f"blur: named from a copy, head 1/{round(1 / head)} high, of 40", named(*veiled), 5)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif("PORTIER_FILM" not in os.environ, reason="PORTIER_FILM names no film of a real, fixed camera")
def test_of_real_footage_no_detail_is_left(bars: Bars, tmp_path: Path) -> None:
    """How much of the fine detail that moves (people, not the place) can be found again in the copy."""
    film = as_h264(Path(os.environ["PORTIER_FILM"]), tmp_path / "film.mp4")
    with av.open(str(film)) as container:
        fps = round(container.streams.video[0].average_rate or 10)
    pieces = list(pieces_of(film, fps=fps))[:30]
    blur_clip(tmp_path / "copy.mp4", iter(pieces), plan(), story((pieces[-1].end - BEGIN).total_seconds()))
    seen = pictures_of(tmp_path / "copy.mp4")
    shown = [detail(one) for one in pictures_of(film)[: len(seen)]]
    left, still = [detail(one) for one in seen], np.mean(shown, axis=0)
    alike = [np.corrcoef((a - still).ravel(), b.ravel())[0, 1] for a, b in zip(shown[::5], left[::5], strict=True)]
    share = float(np.nanmean(np.square(alike)))
    bars.at_most("blur: share of the moving detail of real footage found in its copy", share, 0.01)


def detail(picture: Picture) -> Picture:
    """What of a picture is finer than a head: two people who look alike differ in nothing else."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    return np.asarray(grey - cv2.GaussianBlur(grey, (0, 0), 6))
