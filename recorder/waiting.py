"""Waiting for whichever of several descriptors has something to read; their numbers may pass select's 1,024."""

import select
from collections.abc import Iterable


def ready(descriptors: Iterable[int], seconds: float | None) -> list[int]:
    """Those that can be read, or whose other end is gone; none after so many seconds, never none where it is None."""
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    return [descriptor for descriptor, _ in poll.poll(None if seconds is None else round(seconds * 1000))]
