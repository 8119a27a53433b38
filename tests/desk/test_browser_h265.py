"""H.265 in a browser that plays none: converted as somebody looks, said so, and on record like any other look."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from retention.base.config import Config
from tests.desk.site import Site, record
from tests.desk.test_browser_player import PICTURE_NUMBER, look_at, playing, shown
from tests.support.clock import ManualClock
from tests.support.video import make_video

PLAYS_H265 = """() => MediaSource.isTypeSupported('video/mp4; codecs="hvc1.1.6.L93.B0"')"""
NOTE = "Deze beelden zijn omgezet voor deze browser."


@pytest.fixture(scope="session")
def heavy_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("heavy") / "heavy.mp4"
    return make_video(path, seconds=10, size=(320, 180), gop=50, codec="hevc", reordered=2)


@pytest.fixture
def start(site: Site, config: Config, clock: ManualClock, heavy_film: Path) -> datetime:
    """Half a minute of H.265."""
    start = clock.now().replace(microsecond=0) - timedelta(minutes=5)
    record(config, clock, "entree", heavy_film, start, turns=3)
    return start


def test_it_plays_all_the_same_and_says_that_it_is_converted(desk_page: Page, site: Site, start: datetime) -> None:
    assert not desk_page.evaluate(PLAYS_H265)
    look_at(desk_page, site, start + timedelta(seconds=4))
    first = playing(desk_page)
    playing(desk_page, first["time"] + 3)  # over the edge of a group of pictures
    expect(desk_page.locator("[data-converted]")).to_contain_text(NOTE)
    seen = [entry.span[0] for entry in site.parts.trail.entries() if entry.act == "footage.seen" and entry.span]
    assert seen == [start]


@pytest.mark.slow
def test_the_picture_shown_is_of_the_time_shown(desk_page: Page, site: Site, start: datetime) -> None:
    look_at(desk_page, site, start + timedelta(seconds=4))
    playing(desk_page)
    desk_page.get_by_role("button", name="Pauze").click()
    desk_page.wait_for_function("() => document.querySelector('video').paused")
    number = desk_page.evaluate(PICTURE_NUMBER)
    assert abs(number / 25 % 10 - float(shown(desk_page).split(":")[2]) % 10) <= 0.2


@pytest.mark.slow
def test_an_export_of_it_can_be_made_playable_everywhere(desk_page: Page, site: Site, start: datetime) -> None:
    look_at(desk_page, site, start + timedelta(seconds=4))
    desk_page.get_by_text("Een stuk exporteren").click()
    desk_page.get_by_label("Tot").fill("09:55:08")
    desk_page.get_by_label("Ook te bekijken zonder H.265").check()
    desk_page.get_by_role("button", name="Maak de export").click()
    expect(desk_page.get_by_role("link", name="Haal de film op")).to_be_visible(timeout=30_000)
    (made,) = site.parts.exports._exports.values()
    assert '"avc1.' in made.film.with_suffix(".json").read_text()
