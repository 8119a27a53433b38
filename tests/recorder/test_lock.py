"""One camera, one process: two recorders on one camera, and a disk that refuses from the first moment."""

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest

from recorder.camera import ELSEWHERE
from recorder.causes import Cause, cause_of
from recorder.footprints import every_file
from recorder.lock import CameraLock
from retention.base.errors import DiskRefused, EpochErased, NoFreeSlot
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, causes, looped, packets_of


def test_a_second_process_waits_says_so_and_writes_nothing(stage: Stage, small_film: Path) -> None:
    with CameraLock(stage.state, CAMERA) as other:
        assert other.take()
        turns = iter([False, False, True])
        stage.until(lambda: next(turns))
        stage.capture(FakeCamera(stage.clock, packets_of(small_film)))

    assert {status["message"] for status in stage.said} == {ELSEWHERE}
    assert every_file(stage.state, CAMERA) == []
    assert not stage.state.gaps(CAMERA).exists()


def test_it_takes_over_when_the_first_one_ends(stage: Stage, small_film: Path) -> None:
    begin = stage.clock.now()
    other = CameraLock(stage.state, CAMERA)
    with other:
        assert other.take()

        def turn() -> bool:
            other.__exit__(None, None, None)
            return False

        stage.until(turn)
        stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 10)))

    assert stage.said[0]["message"] == ELSEWHERE
    assert causes(stage.timeline(begin, stage.clock.now())) == ["disabled", "recorded"]


def test_the_lock_is_free_again_after_its_holder(stage: Stage) -> None:
    for _ in range(2):
        with CameraLock(stage.state, CAMERA) as lock:
            assert lock.take()
            assert not CameraLock(stage.state, CAMERA).take()


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (errno.ENOSPC, Cause.DISK_FULL),
        (errno.EDQUOT, Cause.DISK_FULL),
        (errno.EFBIG, Cause.DISK_FULL),
        (errno.EIO, Cause.DAMAGED),
        (errno.EROFS, Cause.DAMAGED),
        (errno.EACCES, Cause.DAMAGED),
    ],
)
def test_what_a_disk_says_has_its_cause(number: int, cause: Cause) -> None:
    error = DiskRefused("refused")
    error.__cause__ = OSError(number, os.strerror(number))

    assert cause_of(error) is cause_of(OSError(number, os.strerror(number))) is cause


def test_other_refusals_have_theirs() -> None:
    assert cause_of(NoFreeSlot("none")) is Cause.DISK_FULL
    assert cause_of(EpochErased("gone")) is Cause.EXPIRED
    assert cause_of(DiskRefused("does not hold what was written")) is Cause.DAMAGED


def test_where_not_even_slots_can_be_made_the_camera_lives_on_and_says_why(
    stage: Stage, small_film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, begin = os.posix_fallocate, stage.clock.now()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fault(number: int) -> None:
        monkeypatch.setattr(os, "posix_fallocate", full if 0 < number < 500 else real)

    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 30), before=fault))

    found = stage.timeline(begin, begin + timedelta(seconds=29))
    assert causes(found) == ["disk_full", "recorded"] or causes(found) == ["disabled", "disk_full", "recorded"]
    refused = [status for status in stage.said if status["cause"] == "disk_full"]
    assert len(refused) > 10
    assert "cannot be made (No space left on device)" in refused[0]["message"]
