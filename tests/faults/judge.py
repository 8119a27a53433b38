"""What the timeline says of faults whose moments are known: how many gaps, of what cause, with what edges."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from tests.faults.conftest import FPS, SECONDS
from tests.faults.site import Gap, Site
from tests.support.bars import Bars


@dataclass(frozen=True)
class Fault:
    """One fault of one camera: it began between `before` and `begun`, and was over between `ending` and `ended`."""

    kind: str
    camera: str
    before: datetime
    begun: datetime
    ending: datetime
    ended: datetime
    causes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Judgement:
    """What became of one fault. Seconds: how far the gap's start is from the fault's; its end from the fault's end."""

    fault: Fault
    gaps: list[Gap]

    @property
    def right_number(self) -> bool:
        return len(self.gaps) == (1 if self.fault.causes else 0)

    @property
    def right_cause(self) -> bool:
        return not self.fault.causes or any(gap.causes in self.fault.causes for gap in self.gaps[:1])

    @property
    def start_off(self) -> float:
        if not self.gaps:
            return 0.0
        start = self.gaps[0].start
        early, late = self.fault.before - start, start - self.fault.begun
        return max(early, late, timedelta()).total_seconds()

    @property
    def end_off(self) -> float:
        """Footage may go on earlier: some cameras send what they saw while nobody could reach them."""
        return max(self.gaps[-1].end - self.fault.ended, timedelta()).total_seconds() if self.gaps else 0.0

    def line(self) -> str:
        told = "; ".join(f"{gap.start:%T.%f} {gap.end:%T.%f} {','.join(gap.causes)}" for gap in self.gaps)
        return (
            f"{self.fault.kind:<10} {self.fault.camera} at {self.fault.before:%T.%f} to {self.fault.ended:%T.%f}: "
            f"start {self.start_off:.2f} end {self.end_off:.2f} gaps: {told or 'none'}"
        )


@dataclass(frozen=True)
class Findings:
    """What became of a series of faults."""

    faults: list[Judgement]
    unaccounted: float  # packets, of all cameras
    unplayable: list[str]
    skips: list[tuple[int, int]]

    @property
    def wrong(self) -> list[str]:
        return [one.line() for one in self.faults if not (one.right_number and one.right_cause)]


def findings(site: Site, since: datetime, faults: list[Fault]) -> Findings:
    """Hold everything that a site says against the faults it suffered, after its recorder ended well."""
    films = [film for camera in site.cameras for film in site.films(camera)]
    return Findings(
        judge(site, since, faults),
        sum(site.unaccounted(camera) for camera in site.cameras),
        [film.path.name for film in films if not film.playable],
        [skip for film in films for skip in film.skips(FPS * SECONDS)],
    )


def judge(site: Site, since: datetime, faults: list[Fault]) -> list[Judgement]:
    """Every gap goes to the last fault of its camera that began before the gap's end; one before all is nobody's."""
    judged = list[Judgement]()
    for camera in site.cameras:
        own = sorted((fault for fault in faults if fault.camera == camera), key=lambda fault: fault.before)
        gaps = [gap for gap in site.gaps(camera, since) if gap.causes != ("stopped",)]
        for number, fault in enumerate(own):
            following = own[number + 1].before if number + 1 < len(own) else datetime.max.replace(tzinfo=since.tzinfo)
            first = fault.before if number else since
            judged.append(Judgement(fault, [gap for gap in gaps if first < gap.end <= following]))
    return judged


def hold(bars: Bars, what: str, found: Findings, *, starts: float, returns: float) -> None:
    """The bars for every series of faults: how far a gap's start may be off, and how late footage may go on."""
    bars.at_least(f"{what}: as many gaps as are due", share(one.right_number for one in found.faults), 100, "%")
    bars.at_least(f"{what}: right cause", share(one.right_cause for one in found.faults), 99, "%")
    bars.at_most(f"{what}: median start off", median(one.start_off for one in found.faults), starts, "s")
    bars.at_most(f"{what}: largest start off", max(one.start_off for one in found.faults), starts, "s")
    bars.at_most(f"{what}: footage goes on after, median", median(one.end_off for one in found.faults), returns, "s")
    bars.at_most(f"{what}: footage goes on after, at most", max(one.end_off for one in found.faults), returns, "s")
    bars.at_most(f"{what}: packets not accounted for", found.unaccounted, 0)
    bars.at_most(f"{what}: files that do not play, or lack a frame", len(found.unplayable) + len(found.skips), 0)


def share(held: Iterable[bool]) -> float:
    """Percent."""
    told = list(held)
    return 100 * sum(told) / len(told)
