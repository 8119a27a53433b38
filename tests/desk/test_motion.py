"""Movement: the strip as it is drawn and told, and finding the next one; all within a look and on record."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from desk import motion, timeline
from desk.timeline import Window
from retention.base.clock import microseconds
from retention.base.config import Config
from tests.desk.site import Site, watch
from tests.support.clock import ManualClock

NOON = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timeline.window(NOON, "hour", ZoneInfo("Europe/Amsterdam"))
TEN = timedelta(seconds=10)


@dataclass(frozen=True)
class Seen:
    at: datetime
    motion: float = 0.0
    blind: str | None = None


def looks(*shares: float, start: datetime = NOON) -> list[Seen]:
    return [Seen(start + number * TEN, share) for number, share in enumerate(shares)]


def spans(found: list[motion.Stretch]) -> list[tuple[float, float]]:
    return [((one.start - NOON).total_seconds(), (one.end - NOON).total_seconds()) for one in found]


def test_what_moves_shortly_after_one_another_is_one_movement() -> None:
    seen = looks(0, 0.1, 0, 0, 0, 0.1, 0.001, 0, 0, 0, 0.02)
    assert spans(list(motion.movements(seen))) == [(10, 60), (100, 110)]


def test_a_blind_camera_is_told_by_how_it_is_blind_and_is_no_movement() -> None:
    seen = [*looks(0, 0), Seen(NOON + 2 * TEN, 0.4, "covered"), Seen(NOON + 3 * TEN, 0, "covered")]
    assert list(motion.movements(seen)) == []
    assert list(motion.blindness(seen)) == [motion.Stretch(NOON + 2 * TEN, NOON + 4 * TEN, "covered")]


def test_the_strip_is_as_high_as_much_moves_and_flat_where_nothing_does() -> None:
    drawn = motion.strip(looks(0.3, 0.075, 0), HOUR).path
    assert drawn == "M0 100H0.0V0H2.8V50H5.6V100H1000V100Z"
    assert motion.strip([], HOUR).path == "M0 100H0.0V100H1000V100Z"


def test_one_moment_of_a_whole_day_is_drawn() -> None:
    day = timeline.window(NOON, "day", ZoneInfo("Europe/Amsterdam"))
    assert "V29" in motion.strip(looks(0, 0, 0.15, 0), day).path


def test_what_lies_outside_the_window_is_not_drawn() -> None:
    assert motion.strip(looks(0.5, start=HOUR.end), HOUR).looks == 0


@pytest.fixture
def seen(config: Config, clock: ManualClock) -> datetime:
    """Four minutes in which something moves after one minute and after three; where they begin."""
    start = clock.now() - timedelta(minutes=9)
    watch(config, "entree", start, [0.1 if number in (6, 7, 18) else 0.0 for number in range(24)])
    return start


def ask(client: httpx.Client, what: str, at: datetime, look: str, **more: str) -> httpx.Response:
    return client.get(f"/cameras/entree/{what}", params={"look": look, "at": microseconds(at), **more})


def begin(client: httpx.Client) -> str:
    answer = client.post("/cameras/entree/look", data={"reason": "incident", "at": "0", "zoom": "ten"})
    return answer.headers["Location"].partition("look=")[2].partition("&")[0]


@pytest.fixture
def look(client: httpx.Client) -> str:
    return begin(client)


def noted(site: Site, act: str) -> list[tuple[datetime, datetime]]:
    return [entry.span for entry in site.parts.trail.entries() if entry.act == act and entry.span]


@pytest.mark.parametrize("case", [("next", 0, 60), ("next", 65, 180), ("before", 240, 180), ("before", 100, 60)])
def test_the_next_movement_and_the_one_before_are_found(
    client: httpx.Client, seen: datetime, look: str, case: tuple[str, int, int]
) -> None:
    way, after, found = case
    answer = ask(client, "movement", seen + timedelta(seconds=after), look, way=way)
    assert answer.json() == {"at": microseconds(seen + timedelta(seconds=found))}


@pytest.mark.parametrize(("way", "after"), [("next", 200), ("before", 30)])
def test_there_may_be_none(client: httpx.Client, seen: datetime, look: str, way: str, after: int) -> None:
    assert ask(client, "movement", seen + timedelta(seconds=after), look, way=way).status_code == 204


def test_a_movement_three_days_back_is_found(
    client: httpx.Client, look: str, config: Config, clock: ManualClock
) -> None:
    start = clock.now() - timedelta(days=3)
    watch(config, "entree", start, [0.0] * 6 + [0.1])
    answer = ask(client, "movement", clock.now(), look, way="before")
    assert answer.json() == {"at": microseconds(start + 6 * TEN)}


def test_a_small_picture_is_footage_and_its_minute_goes_on_record(
    client: httpx.Client, site: Site, seen: datetime, look: str
) -> None:
    answer = ask(client, "thumbnail", seen + timedelta(seconds=75), look)
    assert (answer.content, answer.headers["Content-Type"]) == (b"\xff\xd8picture 7", "image/jpeg")
    assert answer.headers["X-Portier-At"] == str(microseconds(seen + timedelta(seconds=70)))
    assert answer.headers["Cache-Control"] == "no-store"
    minute = (seen + timedelta(seconds=70)).replace(second=0)
    assert noted(site, "footage.seen") == [(minute, minute + timedelta(minutes=1))]


@pytest.mark.parametrize("what", ["thumbnail", "movement"])
def test_without_a_look_there_is_neither_picture_nor_movement(client: httpx.Client, seen: datetime, what: str) -> None:
    assert ask(client, what, seen, "x", way="next").status_code == 403


@pytest.mark.parametrize("what", ["thumbnail", "movement"])
def test_nor_without_the_trail(client: httpx.Client, site: Site, seen: datetime, look: str, what: str) -> None:
    site.state.audit.rename(site.state.audit.with_name("away"))
    site.state.audit.write_text("")
    assert ask(client, what, seen + timedelta(seconds=75), look, way="next").status_code == 503


def test_the_strip_is_shown_within_a_look_alone_and_its_stretch_goes_on_record(
    client: httpx.Client, site: Site, seen: datetime, look: str
) -> None:
    page = {"at": microseconds(seen), "zoom": "ten"}
    assert 'class="motion"' not in client.get("/cameras/entree", params=page).text
    assert noted(site, "footage.motion") == []
    text = client.get("/cameras/entree", params={**page, "look": look}).text
    assert "Beweging: 2 keer, voor het eerst om 09:52:00, voor het laatst om 09:54:00" in text
    client.get("/cameras/entree", params={**page, "look": look})
    window: Window = timeline.window(seen, "ten", ZoneInfo("Europe/Amsterdam"))
    assert noted(site, "footage.motion") == [(window.start, site.parts.office.clock.now())]


def test_where_nobody_looked_it_is_not_said_that_nothing_moved(client: httpx.Client, look: str) -> None:
    text = client.get("/cameras/entree", params={"look": look, "zoom": "ten"}).text
    assert "Over beweging is hier niets bekend" in text
    assert "Niets bewoog" not in text


def test_a_blind_stretch_is_told_in_words(client: httpx.Client, look: str, config: Config, clock: ManualClock) -> None:
    start = clock.now() - timedelta(minutes=5)
    watch(config, "entree", start, [0.0] * 6, blind="covered")
    text = client.get("/cameras/entree", params={"look": look, "at": microseconds(start), "zoom": "ten"}).text
    assert "de camera zag niets (afgedekt)" in text


def test_nothing_past_its_deadline_is_shown_reaper_or_no_reaper(site: Site, seen: datetime, clock: ManualClock) -> None:
    clock.advance(hours=96)
    with site.client() as client:
        look = begin(client)
        assert ask(client, "thumbnail", seen + timedelta(seconds=75), look).status_code == 204
        assert ask(client, "movement", seen, look, way="next").status_code == 204
