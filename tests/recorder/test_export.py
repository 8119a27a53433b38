"""Clips that leave the system: whole, playable by others' tools, told in a manifest and in the trail; or not at all."""

import hashlib
import json
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from recorder.causes import Cause
from recorder.errors import CaptureFailed, ExportRefused, FootageErased
from recorder.footage import REASONS, Footage
from retention.base.audit import Trail
from retention.base.errors import DiskRefused
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, disk_takes_no_more_than, looped, packets_of
from tests.support.video import frame_numbers, make_video


@pytest.fixture
def filmed(stage: Stage, small_film: Path) -> datetime:
    """Seventy seconds of footage; the moment it begins."""
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 70)))
    return begin


def export(stage: Stage, begin: datetime, end: datetime, path: Path, reason: str = "incident") -> dict[str, object]:
    return stage.footage.export(CAMERA, begin, end, path, reason=reason, actor="os:test").words()


def probe(path: Path) -> dict[str, str]:
    """What ffprobe counts in a file; it must have nothing to complain of."""
    words = ["ffprobe", "-v", "warning", "-count_frames", "-show_entries"]
    words += ["stream=codec_name,nb_read_frames,duration,start_time", "-of", "json", str(path)]
    ran = subprocess.run(words, capture_output=True, text=True, check=True)
    assert ran.stderr == ""
    (stream,) = json.loads(ran.stdout)["streams"]
    return dict(stream)


def test_the_clip_holds_the_frames_from_the_key_frame_before_to_the_end(
    stage: Stage, filmed: datetime, tmp_path: Path
) -> None:
    told = export(stage, filmed + timedelta(seconds=57.5), filmed + timedelta(seconds=63), tmp_path / "a.mp4")

    assert frame_numbers(tmp_path / "a.mp4") == [n % 100 for n in range(57 * 25, 63 * 25)]
    assert told["frames"] == 150
    assert probe(tmp_path / "a.mp4") | {"codec_name": "h264"} == {
        "codec_name": "h264",
        "nb_read_frames": "150",
        "duration": "6.000000",
        "start_time": "0.000000",
    }


def test_ffmpeg_plays_the_clip_without_a_word(stage: Stage, filmed: datetime, tmp_path: Path) -> None:
    export(stage, filmed, filmed + timedelta(seconds=65), tmp_path / "a.mp4")

    words = ["ffmpeg", "-v", "warning", "-i", str(tmp_path / "a.mp4"), "-f", "null", "-"]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stderr == ""


def test_the_manifest_says_what_it_is_and_who_took_it(stage: Stage, filmed: datetime, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    told = export(stage, filmed, filmed + timedelta(seconds=5), path)

    written = json.loads((tmp_path / "a.json").read_text())
    assert written == told
    assert (written["camera"], written["reason"], written["actor"]) == (CAMERA, "incident", "os:test")
    assert written["files"][0]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert datetime.fromisoformat(written["start"]) == filmed


def test_clip_and_manifest_are_for_who_made_them_alone(stage: Stage, filmed: datetime, tmp_path: Path) -> None:
    export(stage, filmed, filmed + timedelta(seconds=5), tmp_path / "a.mp4")

    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("a.mp4", "a.json")] == [0o600, 0o600]


def test_gaps_are_skipped_in_the_picture_and_told_in_the_manifest(
    stage: Stage, small_film: Path, tmp_path: Path
) -> None:
    film, begin = looped(packets_of(small_film), 10), stage.clock.now()
    failing = FakeCamera(stage.clock, film, ends=CaptureFailed(Cause.STALLED, "nothing comes"))
    stage.capture(failing, FakeCamera(stage.clock, film))

    told = export(stage, begin, stage.clock.now(), tmp_path / "a.mp4")

    assert probe(tmp_path / "a.mp4")["nb_read_frames"] == "500"
    (gap,) = told["gaps"]  # type: ignore[misc]
    assert gap["cause"] == "stalled"
    assert [one["offset_seconds"] for one in told["stretches"]] == [0.0, 10.0]  # type: ignore[attr-defined]


def test_frames_shown_out_of_order_play_in_order(stage: Stage, tmp_path: Path) -> None:
    words = ["ffmpeg", "-v", "error", "-i", str(make_video(tmp_path / "film.mp4", seconds=8, size=(320, 180)))]
    words += ["-c:v", "libx264", "-bf", "3", "-g", "60", "-b:v", "400k", str(tmp_path / "reordered.mp4")]
    subprocess.run(words, check=True)
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, packets_of(tmp_path / "reordered.mp4")))

    export(stage, begin, begin + timedelta(seconds=9), tmp_path / "a.mp4")

    assert frame_numbers(tmp_path / "a.mp4") == list(range(200))
    assert probe(tmp_path / "a.mp4")["nb_read_frames"] == "200"


def test_a_change_of_format_begins_a_further_file(stage: Stage, small_film: Path, tmp_path: Path) -> None:
    wide = packets_of(make_video(tmp_path / "wide.mp4", seconds=4, size=(640, 360), gop=25))
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, packets_of(small_film) + looped(wide, 4, start=4 * 90_000)))

    told = export(stage, begin, begin + timedelta(seconds=8), tmp_path / "a.mp4")

    assert [one["name"] for one in told["files"]] == ["a.mp4", "a-2.mp4"]  # type: ignore[attr-defined]
    assert len(frame_numbers(tmp_path / "a-2.mp4")) == 100


def test_every_export_is_in_the_trail_with_its_reason(stage: Stage, filmed: datetime, tmp_path: Path) -> None:
    span = (filmed, filmed + timedelta(seconds=5))
    export(stage, *span, tmp_path / "a.mp4", reason="damage_or_theft")

    (entry,) = Trail(stage.state, stage.clock).entries()
    assert (entry.act, entry.about, entry.category, entry.span) == ("footage.export", CAMERA, "damage_or_theft", span)


def test_without_the_trail_nothing_leaves(stage: Stage, filmed: datetime, tmp_path: Path) -> None:
    stage.state.audit.rmdir()
    stage.state.audit.write_text("in the way")

    with pytest.raises(DiskRefused):
        export(stage, filmed, filmed + timedelta(seconds=5), tmp_path / "a.mp4")
    assert not (tmp_path / "a.mp4").exists()


def test_without_a_known_reason_it_is_refused(stage: Stage, filmed: datetime, tmp_path: Path) -> None:
    for reason in ("", "curious"):
        with pytest.raises(ExportRefused, match=REASONS[0]):
            export(stage, filmed, filmed + timedelta(seconds=5), tmp_path / "a.mp4", reason)


def test_nothing_is_written_under_the_state_directory(stage: Stage, filmed: datetime, tmp_path: Path) -> None:
    (tmp_path / "beside").symlink_to(stage.state.footage)
    for place in (stage.state.directory / "a.mp4", tmp_path / "beside" / "a.mp4"):
        with pytest.raises(ExportRefused, match="state directory"):
            export(stage, filmed, filmed + timedelta(seconds=5), place)


def test_what_is_there_is_not_overwritten(stage: Stage, filmed: datetime, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")

    with pytest.raises(ExportRefused, match="exists already"):
        export(stage, filmed, filmed + timedelta(seconds=5), tmp_path / "a.mp4")


def test_a_span_without_footage_gives_no_file(stage: Stage, filmed: datetime, tmp_path: Path) -> None:
    with pytest.raises(FootageErased):
        export(stage, filmed - timedelta(hours=2), filmed - timedelta(hours=1), tmp_path / "a.mp4")
    assert list(tmp_path.glob("*a*.*")) == []


def test_an_export_that_is_interrupted_leaves_nothing(stage: Stage, filmed: datetime, tmp_path: Path) -> None:
    def interrupt(done: float) -> None:
        if done > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stage.footage.export(
            CAMERA,
            filmed,
            filmed + timedelta(seconds=60),
            tmp_path / "a.mp4",
            reason="incident",
            actor="os:test",
            progress=interrupt,
        )
    assert {path.name for path in tmp_path.iterdir()} == {"state"}


def test_a_disk_that_takes_no_more_leaves_nothing(stage: Stage, filmed: datetime, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()

    with disk_takes_no_more_than(60_000), pytest.raises(DiskRefused, match="make room"):
        export(stage, filmed, filmed + timedelta(seconds=60), tmp_path / "out" / "a.mp4")

    assert list((tmp_path / "out").iterdir()) == []


def test_while_the_disk_has_no_room_nothing_is_exported(stage: Stage, filmed: datetime, tmp_path: Path) -> None:
    recorder = stage.office.config.recorder.model_copy(update={"reserve": 10**18})
    full = replace(stage.office, config=stage.office.config.model_copy(update={"recorder": recorder}))
    span = (filmed, filmed + timedelta(seconds=5))
    with pytest.raises(DiskRefused, match="recording pauses"):
        Footage(full, stage.reader).export(CAMERA, *span, tmp_path / "a.mp4", reason="incident", actor="os:test")
    assert list(Trail(stage.state, stage.clock).entries()) == []


def test_progress_goes_up_to_the_end(stage: Stage, filmed: datetime, tmp_path: Path) -> None:
    seen: list[float] = []
    stage.footage.export(
        CAMERA,
        filmed,
        filmed + timedelta(seconds=60),
        tmp_path / "a.mp4",
        reason="incident",
        actor="os:test",
        progress=seen.append,
    )
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_clip_and_manifest_are_for_whoever_asked_and_nobody_else(
    stage: Stage, filmed: datetime, tmp_path: Path
) -> None:
    export(stage, filmed, filmed + timedelta(seconds=5), tmp_path / "a.mp4")

    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("a.*")} == {
        "a.mp4": 0o600,
        "a.json": 0o600,
    }
