"""Blindings staged one after the other, by number: another room, light, sensor and mischief each; what the eyes say."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from recorder.eyes import blindness
from recorder.eyes.blindness import Watch
from tests.support.blindings import COVERS, Blinding, cap, defocus, lamp, turn
from tests.support.hours import STEP, Visitors, pictures
from tests.support.scenes import Grey, Lobby, Moment, Sensor

BEGIN = datetime(2027, 3, 2, 9, tzinfo=UTC)
QUIET = 30  # key frames before it happens
_LIGHT = (
    Moment(),
    Moment(lamps=0.012, daylight=0.012),
    Moment(lamps=0.01, daylight=0, infrared=True),
    Moment(lamps=0.6, daylight=0.03),
)
_NIGHT = 1
FREEZE, TURN = len(COVERS) + 4, len(COVERS) + 3
KINDS = len(COVERS) + 5


@dataclass(frozen=True)
class Outcome:
    """What was staged and what was told: the kinds that would be right, the kind, the seconds until then."""

    name: str
    right: tuple[str, ...]
    told: str | None
    seconds: float
    too_early: str | None

    @property
    def caught(self) -> bool:
        return self.told is not None and self.seconds <= 10 and self.too_early is None

    @property
    def named(self) -> bool:
        """Whether the right word was found as well."""
        return self.caught and self.told in self.right


def staged(number: int) -> Outcome:
    """Let a camera see for a minute, blind it, and look for twelve seconds."""
    rng = np.random.default_rng((number, 7))
    kind, light = number % KINDS, number // KINDS % len(_LIGHT)
    moment = Moment(_LIGHT[light].lamps, _LIGHT[light].daylight, _LIGHT[light].infrared)
    lobby, visitors = Lobby(5_000 + number), Visitors(rng, 4, 0.1)
    sensor = Sensor(number, noise=float(rng.uniform(0.6, 2.5)), quality=int(rng.integers(30, 80)))
    name, right, blinding = _what(kind, number, moment, dark=light == _NIGHT)
    watch, how, still, early = Watch(), int(rng.integers(10**9)), None, None
    sensor.settle(lobby.light(moment))
    for step in range(QUIET + 6):
        moment.people = visitors.step()
        seen = lobby.light(moment)
        if step >= QUIET and blinding is not None:
            seen = blinding(seen, np.random.default_rng(how))
        picture: Grey = sensor.picture(seen)
        if step >= QUIET and kind == FREEZE:
            picture = still = picture if still is None else still
        told = watch.look(picture, BEGIN + timedelta(seconds=STEP * step)).blind
        if told is not None and step < QUIET:
            early = told
        elif told is not None:  # it happened up to a key frame's distance before this one's turn
            return Outcome(name, right, told, (step - QUIET + 1) * STEP, early)
    return Outcome(name, right, None, float("inf"), early)


def alarms(story: str, seed: int, minutes: float) -> list[tuple[float, str]]:
    """What the eyes say of a part of an hour in which nobody blinds the camera: nothing, one hopes."""
    watch, told, before = Watch(), list[tuple[float, str]](), None
    for number, picture in enumerate(pictures(story, seed, minutes)):
        blind = watch.look(picture, BEGIN + timedelta(seconds=STEP * number)).blind
        if blind is not None and blind != before:
            told.append((number * STEP, blind))
        before = blind
    return told


def _what(kind: int, number: int, moment: Moment, *, dark: bool) -> tuple[str, tuple[str, ...], Blinding | None]:
    """Its name, what may be said of it, and the deed. A cover in the dark is black as much as it is a cover."""
    if kind < len(COVERS):
        covered = (blindness.COVERED, blindness.BLACK) if dark else (blindness.COVERED,)
        return COVERS[kind].__name__, covered, COVERS[kind]
    if kind == TURN:
        return "turned", (blindness.TURNED_AWAY,), turn(Lobby(9_000 + number).light(moment))
    if kind == FREEZE:
        return "frozen", (blindness.FROZEN,), None
    deed, word = ((cap, blindness.BLACK), (lamp, blindness.OVEREXPOSED), (defocus, blindness.OUT_OF_FOCUS))[
        kind - len(COVERS)
    ]
    return deed.__name__, (word,), deed
