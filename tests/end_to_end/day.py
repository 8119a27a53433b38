"""One day in a lobby, lived through on real input, and what is left of it five days later."""

import os
import shutil
import subprocess
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from kiosk.passes import Pass
from retention.base.clock import SystemClock
from retention.base.errors import EpochErased
from retention.base.readerkey import private_half
from retention.base.sealed import SealedFile
from retention.base.slots import SlotFile
from retention.base.state import State
from tests.end_to_end.colleague import Colleague, Glimpse
from tests.end_to_end.evidence import Secret, found_under, secrets
from tests.end_to_end.hands import Visitor
from tests.support.chromium import new_page
from tests.support.cups import PrintServer
from tests.support.lobby import Done, Lobby, until
from tests.support.rtsp import RtspCamera
from tests.support.xvfb import Display

CAMERA = "entree"
DAYS_ON = 5
PICTURES = Path(os.environ["PORTIER_PICTURES"]).absolute() if "PORTIER_PICTURES" in os.environ else None


@dataclass(frozen=True)
class Plan:
    """How long a day is lived: who comes, who leaves again, and for how long the camera is captured."""

    names: tuple[str, ...]
    leaving: int
    capture: timedelta


@dataclass
class Seen:
    """What was seen on the way, for tests to judge."""

    visits: list[dict[str, Any]] = field(default_factory=list)
    on_list: list[str] = field(default_factory=list)
    on_paper: str = ""
    glimpses: list[Glimpse] = field(default_factory=list)
    looks: str = ""
    before_the_cut: datetime | None = None
    visits_after_the_cut: list[dict[str, Any]] = field(default_factory=list)
    timeline: list[dict[str, Any]] = field(default_factory=list)
    recorder_check: Done | None = None
    found_while_alive: list[str] = field(default_factory=list)
    step: Done | None = None
    check: Done | None = None
    found_afterwards: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    exit_code: int | None = None


class Day:
    """The doors of one installation, and the day in order."""

    def __init__(self, folder: Path, plan: Plan, film: Path, browser: Browser) -> None:
        self.folder, self.plan, self.seen = folder, plan, Seen()
        self._film, self._browser = film, browser
        self._pause = threading.Event()

    def live(self) -> Seen:
        """Everything, in order; each step leaves what it saw in `seen`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with RtspCamera(self._film) as camera, Display() as display, PrintServer(self.folder / "paper") as printer:
            sections = {
                "site": {"name": "Kantoor Zuid", "assembly_point": "Grasveld bij de vijver"},
                "calamity": {"printers": ["paper"]},
                "camera": [{"name": CAMERA, "title": "Entree", "url": camera.url}],
            }
            surroundings = {**display.environment(), "CUPS_SERVER": printer.server}
            with Lobby(self.folder, sections, surroundings) as lobby:
                lobby.start()
                began = self._until_captured(lobby)
                self._visit(lobby, Visitor(display), display)
                self._print(lobby, printer)
                self._look(lobby, began)
                self._cut_the_power(lobby)
                self.seen.exit_code = lobby.stop()
                self._forget(lobby)
        return self.seen

    def _until_captured(self, lobby: Lobby) -> datetime:
        """The moment the first footage begins."""

        def first() -> str | None:
            done = lobby.command("footage", "timeline", "--camera", CAMERA, "--json")
            spans = done.json() if done.code == 0 else []
            return next((span["start"] for span in spans if span["state"] == "recorded"), None)

        return datetime.fromisoformat(until(first, f"footage appears: {lobby.log}"))

    def _visit(self, lobby: Lobby, visitor: Visitor, display: Display) -> None:
        """Visitors come, and some of them leave, by touching the screen."""
        until(lambda: display.colours() > 8, f"the kiosk's first screen: {lobby.log}")
        visitor.settle()
        self._keep(display, "welcome")
        try:
            for number, name in enumerate(self.plan.names):
                visitor.sign_in(name)
                if number == 0:
                    self._keep(display, "pass")
                visitor.done()
            given = {visit["name"]: visit["pass"] for visit in lobby.command("visit", "list", "--json").json()}
            for name in self.plan.names[: self.plan.leaving]:
                visitor.sign_out(Pass.parse(given[name]))
                visitor.walk_away()
        finally:
            display.screenshot(self.folder / "screen-last.png")
        self.seen.visits = lobby.command("visit", "list", "--json").json()

    def _print(self, lobby: Lobby, printer: PrintServer) -> None:
        listed = lobby.command("calamity", "list", "--format", "json").json()
        self.seen.on_list = [visitor["name"] for visitor in listed["visitors"]]
        done = lobby.command("calamity", "print")
        assert done.code == 0, done.err
        paper = printer.wait_for_paper()
        words = ["pdftotext", "-layout", str(paper), "-"]
        self.seen.on_paper = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        if PICTURES:
            words = ["pdftoppm", "-q", "-png", "-r", "60", "-f", "1", "-singlefile", str(paper), str(PICTURES / "list")]
            subprocess.run(words, check=True)

    def _look(self, lobby: Lobby, began: datetime) -> None:
        """A colleague looks at footage from the middle of it, twice."""
        self._pause.wait(max(0.0, (began + self.plan.capture - datetime.now(UTC)).total_seconds()))
        page = new_page(self._browser)
        colleague = Colleague(page, lobby)
        try:
            colleague.make_first_account()
            middle = began + (datetime.now(UTC) - began) / 2
            for moment in (middle, began + timedelta(seconds=2)):
                colleague.look(CAMERA, moment)
                self.seen.glimpses.append(colleague.play())
            if PICTURES:
                page.screenshot(path=PICTURES / "footage.png")
                page.goto(lobby.desk)
                page.screenshot(path=PICTURES / "desk.png")
        finally:
            page.screenshot(path=self.folder / "desk-last.png")
            page.context.close()
        self.seen.looks = lobby.command("audit", "list", "--json").out

    def _cut_the_power(self, lobby: Lobby) -> None:
        """Everything dies at once, and starts again."""
        self.seen.before_the_cut = datetime.now(UTC)
        lobby.kill()
        lobby.start()

        def again() -> bool:
            spans = lobby.command("footage", "timeline", "--camera", CAMERA, "--json").json()
            begun = [datetime.fromisoformat(span["start"]) for span in spans if span["state"] == "recorded"]
            assert self.seen.before_the_cut
            return bool(begun) and begun[-1] > self.seen.before_the_cut

        until(again, f"footage goes on after the power cut: {lobby.log}")
        self.seen.visits_after_the_cut = lobby.command("visit", "list", "--json").json()
        self.seen.timeline = lobby.command("footage", "timeline", "--camera", CAMERA, "--json").json()
        self.seen.recorder_check = lobby.command("recorder", "check")

    def _forget(self, lobby: Lobby) -> None:
        """Five days on: everything that opened something, or named somebody, is gone, in copies too."""
        state = State(lobby.directory)
        now = SystemClock().now()
        kept = secrets(state, now, now + timedelta(days=DAYS_ON), [*self.plan.names])
        copy = self.folder / "copy"
        shutil.copytree(state.directory, copy, ignore=shutil.ignore_patterns("keys", "run"))
        self.seen.found_while_alive = found_under(state.directory, kept)
        self.seen.step = lobby.command("retention", "step", "--trust-clock", "--json", days_on=DAYS_ON)
        self.seen.check = lobby.command("retention", "check", "--json", days_on=DAYS_ON)
        self.seen.found_afterwards = found_under(state.directory, kept)
        # A back-up of before, with the keys of after: what it still tells.
        shutil.copytree(state.keys, copy / "keys")
        self.seen.copies = self._told_by_the_copy(copy, kept)

    def _told_by_the_copy(self, copy: Path, kept: list[Secret]) -> list[str]:
        with_copy = Lobby(copy.parent / "restored", {"state": {"directory": copy}}, {})
        told = [
            with_copy.command(*words)
            for words in (
                ("visit", "list", "--json"),
                ("calamity", "list", "--format", "json"),
                ("footage", "timeline", "--camera", CAMERA, "--json"),
            )
        ]
        names = [secret.content.decode() for secret in kept if secret.what == "a name" and b"\0" not in secret.content]
        said = [name for name in names for done in told if name in done.out + done.err]
        opened = [str(path) for path in copy.rglob("*.seg") if _opens(State(copy), path)]
        return said + opened

    def _keep(self, display: Display, name: str) -> None:
        if PICTURES:
            display.screenshot(PICTURES / f"{name}.png")


def _opens(state: State, path: Path) -> bool:
    """Whether the keys of `state` still open a segment."""
    file = SealedFile(path)
    try:
        SlotFile(state, file.stream).open(file.epoch, private_half(state), SystemClock().now())
    except EpochErased:
        return False
    return True
