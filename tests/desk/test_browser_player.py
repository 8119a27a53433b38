"""The player in a real Chromium: from the middle, over a gap, by keyboard, frame by frame; closed without the trail."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from recorder.causes import Cause
from retention.base.clock import microseconds
from retention.base.config import Config
from tests.desk.site import Site, missing, record
from tests.support.clock import ManualClock
from tests.support.video import make_video

PLAYED = """() => { const video = document.querySelector("video"); return video && {
  time: video.currentTime, paused: video.paused, frames: video.getVideoPlaybackQuality().totalVideoFrames,
  rate: video.playbackRate, width: video.videoWidth, shown: document.querySelector("[data-time]").textContent } }"""

# The number that the picture on the screen carries in its strip of blocks.
PICTURE_NUMBER = """() => { const v = document.querySelector('video'), c = document.createElement('canvas');
  c.width = v.videoWidth; c.height = v.videoHeight; const g = c.getContext('2d'); g.drawImage(v, 0, 0);
  let n = 0; for (let b = 0; b < 32; b++) {
    const p = g.getImageData(Math.floor((b + 0.5) * c.width / 32), Math.floor(c.height / 32), 1, 1).data;
    if (p[0] > 128) n += 2 ** b; } return n }"""


@pytest.fixture
def start(clock: ManualClock) -> datetime:
    return clock.now().replace(microsecond=0) - timedelta(minutes=9)


@pytest.fixture
def footage(site: Site, config: Config, clock: ManualClock, film: Path, start: datetime) -> datetime:
    """A minute and a half of footage, a gap of forty seconds, and a minute more; where the gap begins."""
    gap = record(config, clock, "entree", film, start, turns=9)
    missing(config, clock, "entree", gap, Cause.UNREACHABLE)
    end = record(config, clock, "entree", film, gap + timedelta(seconds=40), turns=6)
    missing(config, clock, "entree", end, Cause.STOPPED)
    return gap


def look_at(page: Page, site: Site, at: datetime, zoom: str = "ten") -> None:
    page.goto(f"{site.address}/cameras/entree?at={microseconds(at)}&zoom={zoom}")
    page.get_by_role("radio", name="Nagaan of de camera werkt").check()
    page.get_by_role("button", name="Kijken").click()


def playing(page: Page, beyond: float = 0.0) -> dict[str, Any]:
    """Wait until pictures move; what is played then."""
    page.wait_for_function(
        "(beyond) => { const v = document.querySelector('video');"
        " return v && !v.paused && v.currentTime > beyond && v.getVideoPlaybackQuality().totalVideoFrames > 5 }",
        arg=beyond,
        timeout=30_000,
    )
    return dict(page.evaluate(PLAYED))


def shown(page: Page) -> str:
    return page.locator("[data-time]").inner_text()


def wait_until_shown(page: Page, time: str) -> None:
    page.wait_for_function(
        "(time) => document.querySelector('[data-time]').textContent >= time", arg=time, timeout=30_000
    )


def test_footage_plays_from_the_middle_and_goes_on(
    desk_page: Page, site: Site, footage: datetime, start: datetime
) -> None:
    look_at(desk_page, site, start + timedelta(seconds=33))
    first = playing(desk_page)
    later = playing(desk_page, first["time"] + 1)
    assert first["shown"] >= "09:51:33"
    assert later["frames"] > first["frames"]
    assert later["width"] == 640
    seen = [entry.span[0] for entry in site.parts.trail.entries() if entry.act == "footage.seen" and entry.span]
    assert seen[0] == (start + timedelta(seconds=33)).replace(second=0)


def test_the_picture_shown_is_of_the_time_shown(
    desk_page: Page, site: Site, footage: datetime, start: datetime
) -> None:
    look_at(desk_page, site, start + timedelta(seconds=44))
    playing(desk_page)
    desk_page.get_by_role("button", name="Pauze").click()
    desk_page.wait_for_function("() => document.querySelector('video').paused")
    number = desk_page.evaluate(PICTURE_NUMBER)
    seconds = float(shown(desk_page).split(":")[2]) % 10
    assert abs(number / 25 % 10 - seconds) <= 0.2


def test_a_gap_is_said_and_jumped_over(desk_page: Page, site: Site, footage: datetime) -> None:
    look_at(desk_page, site, footage - timedelta(seconds=3))
    playing(desk_page)
    expect(desk_page.locator("[data-told]")).to_have_text(
        "Geen beeld van 09:52:30 tot 09:53:10: de camera was niet bereikbaar.", timeout=30_000
    )
    desk_page.wait_for_function(
        "() => document.querySelector('[data-time]').textContent >= '09:53:10.2'", timeout=30_000
    )


def test_a_gap_is_jumped_over_at_ten_pictures_a_second_too(
    *, desk_page: Page, site: Site, config: Config, clock: ManualClock, start: datetime, tmp_path: Path
) -> None:
    # A browser stops a good part of a picture before the end of what it has.
    slow = make_video(tmp_path / "slow.mp4", seconds=10, fps=10, gop=10)
    gap = record(config, clock, "entree", slow, start)
    missing(config, clock, "entree", gap, Cause.RESTARTED)
    end = record(config, clock, "entree", slow, gap + timedelta(seconds=5))
    missing(config, clock, "entree", end, Cause.STOPPED)
    look_at(desk_page, site, gap - timedelta(seconds=2))
    playing(desk_page)
    after = (gap + timedelta(seconds=5, milliseconds=300)).strftime("%M:%S")
    desk_page.wait_for_function(
        "(after) => document.querySelector('[data-time]').textContent.slice(3) > after", arg=after, timeout=30_000
    )


def test_a_start_inside_a_gap_begins_after_it_and_says_so(desk_page: Page, site: Site, footage: datetime) -> None:
    look_at(desk_page, site, footage + timedelta(seconds=20))
    playing(desk_page)
    assert shown(desk_page) >= "09:53:10"
    expect(desk_page.locator("[data-told]")).to_contain_text("Geen beeld van 09:52:50 tot 09:53:10")


def test_the_end_of_all_footage_is_said(desk_page: Page, site: Site, footage: datetime) -> None:
    look_at(desk_page, site, footage + timedelta(seconds=97))
    expect(desk_page.locator("[data-told]")).to_contain_text("is er nog niets opgenomen", timeout=30_000)


def test_the_timeline_is_worked_by_keyboard(desk_page: Page, site: Site, footage: datetime, start: datetime) -> None:
    desk_page.goto(f"{site.address}/cameras/entree?at={microseconds(start)}&zoom=ten")
    slider = desk_page.get_by_role("slider")
    slider.focus()
    desk_page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "dinsdag 2 maart 09:50:00, gat: geen beeld")
    desk_page.keyboard.press("Shift+PageUp")
    expect(slider).to_have_attribute("aria-valuetext", "dinsdag 2 maart 09:51:40")
    desk_page.keyboard.press("-")
    expect(desk_page.get_by_role("link", name="Uur")).to_have_attribute("aria-current", "true")
    expect(desk_page.get_by_role("slider")).to_be_focused()


def test_clicking_the_timeline_goes_there(desk_page: Page, site: Site, footage: datetime, start: datetime) -> None:
    look_at(desk_page, site, start)
    playing(desk_page)
    track = desk_page.locator("[data-track]")
    box = track.bounding_box()
    assert box
    track.click(position={"x": box["width"] * 0.2, "y": 10})
    desk_page.wait_for_function(
        "() => document.querySelector('[data-time]').textContent >= '09:52:00.2'", timeout=30_000
    )
    assert shown(desk_page) < "09:52:20"


def test_pictures_are_stepped_one_by_one(desk_page: Page, site: Site, footage: datetime, start: datetime) -> None:
    look_at(desk_page, site, start + timedelta(seconds=33))
    playing(desk_page)
    desk_page.get_by_role("button", name="Pauze").click()
    before = desk_page.evaluate(PLAYED)["time"]
    for _ in range(5):
        desk_page.get_by_role("button", name="Eén beeld verder").click()
    after = desk_page.evaluate(PLAYED)
    assert after["paused"]
    assert after["time"] - before == pytest.approx(0.2, abs=0.07)


def test_it_plays_faster(desk_page: Page, site: Site, footage: datetime, start: datetime) -> None:
    look_at(desk_page, site, start)
    first = playing(desk_page)
    desk_page.get_by_label("Snelheid").select_option("4")
    assert playing(desk_page, first["time"] + 5)["rate"] == 4


def test_before_a_reason_is_given_nothing_is_asked_for(
    desk_page: Page, site: Site, footage: datetime, start: datetime
) -> None:
    asked: list[str] = []
    desk_page.on("request", lambda request: asked.append(request.url))
    desk_page.goto(f"{site.address}/cameras/entree?at={microseconds(start)}&zoom=ten")
    desk_page.get_by_role("slider").focus()
    desk_page.keyboard.press("PageUp")
    expect(desk_page.locator("[data-time]")).to_have_text("09:51:10")
    desk_page.get_by_role("button", name="Kijken").click()  # the browser itself asks for the reason
    expect(desk_page.locator("video")).to_have_count(0)
    assert not [url for url in asked if "/fragment" in url]
    assert list(site.parts.trail.entries()) == []


def test_the_screen_stays_closed_when_the_trail_cannot_be_written(
    desk_page: Page, site: Site, footage: datetime, start: datetime
) -> None:
    opened = site.parts.looks.begin(
        site.parts.front_door.who(desk_page.context.cookies()[0]["value"]), "entree", "incident"
    )  # type: ignore[arg-type]
    folder = site.state.audit
    folder.rename(folder.with_name("audit-away"))
    folder.write_text("")
    desk_page.goto(f"{site.address}/cameras/entree?look={opened.id}&at={microseconds(start)}&zoom=ten")
    expect(desk_page.locator("[data-over]")).to_contain_text("het logboek kan niet worden geschreven")
    assert desk_page.evaluate(PLAYED)["frames"] == 0
    folder.unlink()
    folder.with_name("audit-away").rename(folder)
    playing(desk_page)
    expect(desk_page.locator("[data-over]")).to_be_hidden()


def test_two_colleagues_watch_at_once(
    desk_page: Page, second_page: Page, site: Site, footage: datetime, start: datetime
) -> None:
    look_at(desk_page, site, start)
    look_at(second_page, site, start + timedelta(seconds=60))
    assert playing(desk_page)["shown"] < "09:51:55"
    assert playing(second_page)["shown"] >= "09:52:00"


def test_an_export_is_made_and_fetched(desk_page: Page, site: Site, footage: datetime, start: datetime) -> None:
    look_at(desk_page, site, start + timedelta(seconds=10))
    desk_page.get_by_text("Een stuk exporteren").click()
    desk_page.get_by_label("Tot").fill("09:51:20")
    desk_page.get_by_role("button", name="Maak de export").click()
    with desk_page.expect_download(timeout=30_000) as download:
        desk_page.get_by_role("link", name="Haal de film op").click()
    assert download.value.suggested_filename == "entree-20270302T085110Z.mp4"
    assert Path(download.value.path()).read_bytes()[4:8] == b"ftyp"


def test_a_look_that_has_ended_asks_again_at_the_same_moment(
    desk_page: Page, site: Site, footage: datetime, start: datetime, clock: ManualClock
) -> None:
    look_at(desk_page, site, start)
    playing(desk_page)
    clock.uptime += 1_900
    desk_page.get_by_role("link", name=re.compile("^09:52:30")).click()
    expect(desk_page.get_by_role("heading", name="Waarom kijkt u?").first).to_be_visible()
    assert shown(desk_page) == "09:52:30"
