"""Waiting for several descriptors at once."""

import os
import resource
from collections.abc import Iterator

import pytest

from recorder.waiting import ready


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_what_can_be_read_is_told(pipe: tuple[int, int]) -> None:
    assert ready([pipe[0]], 0) == []
    os.write(pipe[1], b"x")
    assert ready([pipe[0]], None) == [pipe[0]]


def test_a_high_number_is_a_descriptor_like_any_other(pipe: tuple[int, int]) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(before[0], 2100), before[1]))
    high = os.dup2(pipe[0], 2000)
    os.write(pipe[1], b"x")
    try:
        assert ready([high], None) == [high]
    finally:
        os.close(high)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
