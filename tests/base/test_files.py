"""Files that nobody knows yet are whole before they get their name."""

import os
from pathlib import Path

import pytest

from retention.base.files import write_new


@pytest.mark.parametrize("zeros", [0, 1, 65_535, 65_536, 200_000])
def test_so_many_zeros_follow_the_content(tmp_path: Path, zeros: int) -> None:
    write_new(tmp_path / "new", b"head", 0o640, zeros=zeros)
    assert (tmp_path / "new").read_bytes() == b"head" + bytes(zeros)


def test_a_disk_that_takes_less_at_once_gets_all_the_same_bytes(tmp_path: Path, monkeypatch) -> None:
    real = os.pwritev
    monkeypatch.setattr(os, "pwritev", lambda to, pieces, at: real(to, [pieces[0][:50_001]], at))
    write_new(tmp_path / "new", b"head", 0o640, zeros=200_000)
    assert (tmp_path / "new").read_bytes() == b"head" + bytes(200_000)
    assert (tmp_path / "new").stat().st_blocks * 512 >= 200_000
