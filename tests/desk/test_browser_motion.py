"""Finding a moment as a colleague does: a small picture under the hand, and the next movement by button and key."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import cv2
import pytest
from playwright.sync_api import Page, expect

from retention.base.config import Config
from tests.desk.site import Site, record, watch
from tests.desk.test_browser_player import look_at, playing, wait_until_shown
from tests.support.clock import ManualClock
from tests.support.video import draw


def picture(number: int) -> bytes:
    return bytes(cv2.imencode(".jpg", draw(number, (320, 180), 25))[1].tobytes())


@pytest.fixture
def start(site: Site, config: Config, clock: ManualClock, film: Path) -> datetime:
    """A minute and a half of footage, in which something moves after 20 and after 80 seconds."""
    start = clock.now().replace(microsecond=0) - timedelta(minutes=9)
    record(config, clock, "entree", film, start, turns=9)
    watch(config, "entree", start, [0.1 if number in (2, 8) else 0.0 for number in range(9)], picture=picture)
    return start


def seen(site: Site) -> list[datetime]:
    return [entry.span[0] for entry in site.parts.trail.entries() if entry.act == "footage.seen" and entry.span]


def test_the_hand_over_the_timeline_shows_a_small_picture(desk_page: Page, site: Site, start: datetime) -> None:
    look_at(desk_page, site, start)
    playing(desk_page)
    desk_page.get_by_role("button", name="Pauze").click()
    track = desk_page.locator("[data-track]")
    box = track.bounding_box()
    assert box
    track.hover(position={"x": box["width"] * (60 + 75) / 600, "y": 60})  # the window begins a minute before
    preview = desk_page.locator(".preview")
    expect(preview).to_be_visible()
    expect(preview).to_have_text(re.compile("09:52:[01]0"))
    assert desk_page.evaluate("() => document.querySelector('.preview img').naturalWidth") == 320
    assert seen(site)[-1] == start + timedelta(minutes=1)
    desk_page.get_by_role("heading", name="Entree").hover()
    expect(preview).to_be_hidden()


def test_the_next_movement_is_a_button_and_a_key_away(desk_page: Page, site: Site, start: datetime) -> None:
    look_at(desk_page, site, start)
    playing(desk_page)
    desk_page.get_by_role("button", name="Pauze").click()
    desk_page.get_by_role("button", name="Volgende beweging").click()
    wait_until_shown(desk_page, "09:51:20")
    desk_page.locator("video").focus()
    desk_page.keyboard.press("n")
    wait_until_shown(desk_page, "09:52:20")
    desk_page.keyboard.press("p")
    expect(desk_page.locator("[data-time]")).to_have_text(re.compile("^09:51:2"))
    desk_page.keyboard.press("p")
    expect(desk_page.locator("[data-told]")).to_have_text("Hiervoor bewoog er niets, voor zover bekend.")
