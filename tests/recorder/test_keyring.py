"""One key slot is opened per seek at most, and a remembered key opens nothing that is erased or past its deadline."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from recorder.footage import Footage
from recorder.segments import epoch_of
from retention.base import hpke
from retention.base.slots import SlotFile
from retention.base.state import camera_stream
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, looped, packets_of


class CountingSuite:
    """Stands at the door of the crypto library and counts what is opened with the reader's own key."""

    def __init__(self, real: Any, reader: X25519PrivateKey) -> None:
        self._real, self._reader = real, reader.private_bytes_raw()
        self.slots_opened = 0

    def encrypt(self, *words: Any) -> bytes:
        return bytes(self._real.encrypt(*words))

    def decrypt(self, sealed: bytes, key: X25519PrivateKey, info: bytes) -> bytes:
        self.slots_opened += key.private_bytes_raw() == self._reader
        return bytes(self._real.decrypt(sealed, key, info))


@pytest.fixture
def door(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> CountingSuite:
    suite = CountingSuite(hpke._SUITE, stage.reader)
    monkeypatch.setattr(hpke, "_SUITE", suite)
    return suite


@pytest.fixture
def begin(stage: Stage, small_film: Path) -> datetime:
    """Two stretches of more than a minute, five minutes apart."""
    film, begin = looped(packets_of(small_film), 130), stage.clock.now()
    stage.capture(FakeCamera(stage.clock, film))
    stage.clock.advance(minutes=5)
    stage.capture(FakeCamera(stage.clock, film))
    return begin


def starts(footage: Footage, begin: datetime, seconds: float) -> float | None:
    found = footage.fragment(CAMERA, begin + timedelta(seconds=seconds))
    return (found.start - begin).total_seconds() if found else None


def test_a_seek_anywhere_opens_one_key_slot(stage: Stage, begin: datetime, door: CountingSuite) -> None:
    for seconds in (0, 17.3, 59.98, 60, 61, 129.5, 200, 431):  # inside minutes, over their edge, in the gap, after it
        door.slots_opened = 0
        assert starts(stage.footage, begin, seconds) is not None
        assert door.slots_opened == 1


def test_playing_on_opens_one_key_slot_a_minute(stage: Stage, begin: datetime, door: CountingSuite) -> None:
    footage = stage.footage
    played = [starts(footage, begin, seconds) for seconds in range(120)]
    assert (played, door.slots_opened) == ([float(second) for second in range(120)], 2)


def test_a_remembered_key_is_let_go_of_after_a_minute(stage: Stage, begin: datetime, door: CountingSuite) -> None:
    footage = stage.footage
    starts(footage, begin, 3)
    stage.clock.advance(seconds=61)
    footage.forget_keys()
    starts(footage, begin, 3)
    assert door.slots_opened == 2


def test_a_remembered_key_does_not_outlive_its_deadline(stage: Stage, begin: datetime) -> None:
    footage = stage.footage
    stage.clock.at = begin + timedelta(hours=96, seconds=-1)
    assert starts(footage, begin, 3) == 3
    stage.clock.at = begin + timedelta(hours=96)
    assert starts(footage, begin, 3) == 60


def test_a_remembered_key_does_not_outlive_the_erasing_of_its_slot(stage: Stage, begin: datetime) -> None:
    footage = stage.footage
    assert starts(footage, begin, 3) == 3
    SlotFile(stage.state, camera_stream(CAMERA)).erase(epoch_of(begin), stage.clock.now())
    assert starts(footage, begin, 3) == 60


def test_an_export_stops_at_what_reaches_its_deadline_while_it_is_made(
    stage: Stage, begin: datetime, tmp_path: Path
) -> None:
    def time_passes(share: float) -> None:
        if share > 0.25:
            stage.clock.at = begin + timedelta(hours=96)

    stage.clock.at = begin + timedelta(hours=95, minutes=59)
    span = (begin, begin + timedelta(seconds=120))
    told = stage.footage.export(
        CAMERA, *span, tmp_path / "a.mp4", reason="incident", actor="os:test", progress=time_passes
    )
    assert [(one.start - begin).total_seconds() for one in told.stretches] == [0, 60]
    assert told.stretches[0].end < begin + timedelta(seconds=40)
