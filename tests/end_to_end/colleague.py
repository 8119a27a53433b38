"""A colleague at the desk, in a real browser: makes the first account, looks at footage."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Page

from tests.support.lobby import Lobby

NAME, PASSWORD = "ans", "een deur met een uil erop"
ZONE = ZoneInfo("Europe/Amsterdam")
# The strip of blocks along the top of each picture is its number (tests.support.video), read from what is on screen.
READ_NUMBER = """video => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const pen = canvas.getContext('2d');
    pen.drawImage(video, 0, 0);
    const row = pen.getImageData(0, Math.floor(canvas.height / 32), canvas.width, 1).data;
    let number = 0;
    for (let bit = 0; bit < 32; bit++) {
        if (row[4 * Math.floor((bit + 0.5) * canvas.width / 32)] > 128) number += 2 ** bit;
    }
    return number;
}"""


@dataclass(frozen=True)
class Glimpse:
    """What was on screen at a moment of playing."""

    frame: int
    playhead: float


class Colleague:
    """Somebody who may look, and must say why."""

    def __init__(self, page: Page, lobby: Lobby) -> None:
        self.page, self._lobby = page, lobby

    def make_first_account(self) -> None:
        link = self._lobby.told(r"http://127\.0\.0\.1:\d+/first#\S+")
        self.page.goto(link)
        self.page.fill("[name=name]", NAME)
        self.page.fill("[name=password]", PASSWORD)
        self.page.fill("[name=again]", PASSWORD)
        self.page.click("main button.main")
        self.page.wait_for_url(lambda url: "/first" not in url)
        self.log_in()

    def log_in(self) -> None:
        """Log in, unless the desk has done so."""
        self.page.goto(f"{self._lobby.desk}/login")
        if self.page.locator("[name=password]").count():
            self.page.fill("[name=name]", NAME)
            self.page.fill("[name=password]", PASSWORD)
            self.page.click("main button.main")
            self.page.wait_for_url(lambda url: "/login" not in url)

    def look(self, camera: str, moment: datetime) -> None:
        """Give a reason, and choose a moment on the timeline."""
        micros = round(moment.timestamp() * 1_000_000)
        self.page.goto(f"{self._lobby.desk}/cameras/{camera}?at={micros}")
        self.page.check("[name=reason] >> nth=0")
        self.page.click("form.reason button.main")
        self.page.wait_for_selector("[data-video]")

    def play(self) -> Glimpse:
        """Say what is seen once pictures move: the player starts by itself."""
        video = self.page.locator("[data-video]")
        start = self.page.wait_for_function(
            "video => video.readyState >= 3 && !video.paused && video.currentTime",
            arg=video.element_handle(),
            timeout=20_000,
        ).json_value()
        self.page.wait_for_function(
            "([video, start]) => video.currentTime > start + 0.7", arg=[video.element_handle(), start], timeout=20_000
        )
        return Glimpse(int(video.evaluate(READ_NUMBER)), float(video.evaluate("video => video.currentTime")))
