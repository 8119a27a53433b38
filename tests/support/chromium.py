"""Debian's Chromium, driven by Playwright: what a colleague at the desk sees and does.

    with open_chromium() as browser:
        page = new_page(browser)
        page.goto(desk)

It plays H.264 through Media Source Extensions. It makes no connection of its own accord.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

PATH = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """One browser; every `new_page` of it starts without cookies."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PATH, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def new_page(browser: Browser, width: int = 1280, height: int = 800, language: str = "nl-NL") -> Page:
    """A page in a context of its own: no cookies, nothing stored. `page.context.close()` ends it."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=language, timezone_id="Europe/Amsterdam"
    )
    context.set_default_timeout(10_000)
    return context.new_page()
