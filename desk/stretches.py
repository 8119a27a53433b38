"""What of the footage a request asks about is held, and why not, as a letter tells it by the minute. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from retention.asked.request import Span, Stretch
from retention.cases.case import Case

MOST_STRETCHES: Final = 12


def of_case(case: Case, span: Span) -> list[Stretch]:
    """What a case holds of the span."""
    found = list[Stretch]()
    for camera in span.cameras:
        gone = [(one.start, one.end, one.cause) for one in case.missing if one.camera == camera]
        before = [(span.start, case.start, "expired")] if case.start > span.start else []
        found += _tiled(camera, span, [*before, *gone])
    return found


def told_shortly(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """As a letter tells it by the minute: alike ones joined, gaps of seconds left out, of very many the longest."""
    long = [one for one in stretches if one.end - one.start >= timedelta(minutes=1)]
    joined = list[Stretch]()
    for one in long:
        last = joined[-1] if joined else None
        if last and (last.camera, last.held, last.cause) == (one.camera, one.held, one.cause):
            joined[-1] = replace(last, end=one.end)
        else:
            joined.append(one)
    kept = sorted(joined, key=lambda one: one.start - one.end)[:MOST_STRETCHES]
    return tuple(sorted(kept, key=lambda one: (one.camera, one.start)))


def _tiled(camera: str, span: Span, gone: list[tuple[datetime, datetime, str]]) -> list[Stretch]:
    """The span as what is held and what is gone, without overlap."""
    found, at = list[Stretch](), span.start
    for start, end, cause in sorted(gone):
        begin, stop = max(start, at), min(end, span.end)
        if stop <= begin:
            continue
        if begin > at:
            found.append(Stretch(camera, at, begin, True))
        found.append(Stretch(camera, begin, stop, False, cause))
        at = stop
    if at < span.end:
        found.append(Stretch(camera, at, span.end, True))
    return found
