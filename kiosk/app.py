"""The kiosk as a service: the flow, one worker for everything slow, and Kivy told what it may do before it is imported.

`run_kiosk` is the only entry. Kivy reads no arguments, keeps no log and no configuration of its own, and hears no keys
but those of a name. What fails in the worker is told to the flow, to the log (never with a name) and to health.
"""

import gc
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from kiosk import display, fonts
from kiosk.codes.code import Code
from kiosk.codes.readers import Readers
from kiosk.flow import Flow
from kiosk.guide import Guide
from kiosk.house import House, Seen
from kiosk.invitation import Invitation, Invited
from kiosk.keys import Keys
from kiosk.labels.handing import Labels
from kiosk.layout import Layout, Panel
from kiosk.lookout import Lookout
from kiosk.pace import Pace
from kiosk.passes import Pass
from kiosk.pin import PinLock
from kiosk.screens.setting import Setting
from kiosk.shutter import DayShutter
from kiosk.statement import load
from kiosk.steps import Step
from kiosk.taps import Taps
from kiosk.themefile import read_theme
from kiosk.visits import Details
from kiosk.voice.engine import Programs, Voices
from kiosk.voice.jack import Jack, find_jack
from kiosk.voice.speaker import Speaker
from kiosk.ways.coming import SignedIn
from retention.base.command import Office
from retention.base.config import KioskSection
from retention.base.errors import DiskRefused, PortierError, StateRefused, TryAgain
from retention.base.forgetful import give_back
from retention.base.health import Problem, Report, publish
from retention.base.service import Life
from retention.base.translations import N_

if TYPE_CHECKING:
    from retention.base.database import Database

log = logging.getLogger("portier.kiosk")

T = TypeVar("T")

HEALTH_SECONDS = 15.0
REST_SECONDS = 0.3
IN_A_SMALLER_DISPLAY = 0.9
UNTOUCHED = (Step.WELCOME, Step.PASS, Step.DONE, Step.JUST_LEFT, Step.ATTENTION, Step.EMERGENCY, Step.CLOSED)
"""Screens on which nobody is about to touch."""


def run_kiosk(office: Office, life: Life) -> None:
    """Show the screens until the service is told to stop; raises what keeps the kiosk from serving."""
    office.state.prepare()
    kiosk = office.config.kiosk
    display.check()
    fonts.check(kiosk.languages)
    tame_kivy(str(office.state.run / "kivy"), kiosk, window_size(kiosk, display.display_size()))
    from kiosk.screens.window import show  # noqa: PLC0415 - Kivy is imported after it is tamed

    counter = Counter(office, life)
    try:
        show(counter)
    finally:
        counter.close()
    if counter.refused is not None:
        raise counter.refused


class LateReception:
    """The reception, opened by the worker: the first screen does not wait for the database."""

    def __init__(self, office: Office, statement: str, pause: Callable[[float], object], labels: Labels) -> None:
        self._office, self._statement, self._labels = office, statement, labels
        self._pace = Pace(office.clock.monotonic, pause)
        self._opened = False

    def open(self) -> None:
        """Open database and reception; a second call changes nothing. Raises StateRefused for a wrong schema."""
        if self._opened:
            return
        from kiosk.commands import database_if_there  # noqa: PLC0415 - SQLAlchemy takes half a second to load
        from kiosk.reception import Reception as Real  # noqa: PLC0415

        self._database: Database | None = database_if_there(self._office)
        title = self._office.config.kiosk.title
        self._real = Real(self._office, self._database, kiosk=title, statement=self._statement)
        self._opened = True

    def come(self, comers: Sequence[Details | Invited]) -> Sequence[SignedIn]:
        self.open()
        return self._labels.with_stickers(len(comers), lambda codes: self._real.come(comers, codes=codes))

    def is_invited(self, invitation: Invitation) -> bool:
        self.open()
        return self._real.is_invited(invitation)

    def rewrite(self, visit: str, details: Details) -> None:
        self.open()
        self._real.rewrite(visit, details, by="visitor")

    def take_back(self, visit: str, pass_: Pass) -> None:
        self.open()
        from kiosk.takeback import take_back  # noqa: PLC0415 - loads SQLAlchemy, as above

        take_back(self._office.state, self._real, self._database, visit, pass_)

    def sign_out(self, pass_: Pass) -> str:
        self.open()
        with self._pace.even():
            return self._real.sign_out(pass_)

    def sign_out_by_code(self, code: Code) -> str:
        self.open()
        with self._pace.even():
            return self._real.sign_out_by_code(code)

    def put_back(self, token: str) -> None:
        self.open()
        with self._pace.even():
            self._real.put_back(token)

    def digits_in_use(self) -> bool:
        self.open()
        return self._real.digits_in_use()

    def doubted(self) -> dict[str, datetime]:
        """Where passes seem to be guessed, and until when that counts; nothing before the first visitor."""
        return self._real.doubted() if self._opened else {}

    def turn_the_day(self) -> None:
        """Let go of what belongs to a day that is over."""
        if self._opened:
            self._real.turn_the_day()

    def close(self) -> None:
        if self._opened:
            self._real.close()
            if self._database is not None:
                self._database.close()


class Counter:
    """Everything of the kiosk but its window: flow, worker, health. One for the life of the process."""

    def __init__(self, office: Office, life: Life, voices: Voices | None = None, jack: Jack | None = None) -> None:
        self.office, self.life = office, life
        self.refused: StateRefused | None = None
        self.bring: Callable[[Callable[[], None]], None] = lambda act: act()
        # What may be refused comes before whatever begins a thread: a refusal ends the process.
        self.theme = read_theme(office.config)
        statement = load(office.config.organisation, fonts.drawable)
        self.labels = Labels(office, lambda: self.flow.language)
        self._reception = LateReception(office, statement.mark, life.stop.wait, self.labels)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kiosk-worker")
        self._failed_at = ""
        self._next_report = 0.0
        self._is_ready = self._is_settled = False
        monotonic = office.clock.monotonic
        self._lookout = Lookout(office, self._look_round, self._bring)
        self._lock = PinLock(office.config.kiosk, office.state, office.clock)
        self._shutter = DayShutter(office)
        house = House(self._lookout, self._lock, self._shutter)
        drawable = fonts.drawable
        self.flow = Flow(
            office.config, self._reception, self.work, monotonic, drawable, statement=statement, house=house
        )
        self.flow.turn(is_closed=self._shutter.is_closed())
        self.readers = Readers(office.config.kiosk, self._read)
        self.taps = Taps(monotonic)
        voice = office.config.kiosk.voice
        self._jack = jack or find_jack(voice.jack if self.flow.listening.offered else "none")
        self._speaker = Speaker(voices or Programs(voice), self._jack.plugged)
        self.guide = Guide(self.flow, Keys(office.config.kiosk.keys, monotonic), self._speaker, self._jack)

    def setting(self, window: tuple[int, int]) -> Setting:
        """What pages are built with in a window of this size."""
        chosen, panel = self.flow.choices, Panel.of(self.office.config.kiosk, window)
        layout = Layout(panel, larger=chosen.larger, lower=chosen.lower)
        return Setting(self.flow, layout, self.theme, self.taps)

    def begin(self) -> None:
        """Open the reception in the worker, and look round the house; the window is up meanwhile."""
        self._lookout.begin()
        self.life.ready()  # the screen is drawn: from here on one that freezes is missed
        self.work(self._reception.open, lambda _: self._ready(), lambda: None)
        self.guide.probe()

    def _ready(self) -> None:
        self._is_ready = True
        self._next_report = 0.0
        self.labels.begin()
        self.readers.begin()

    def _read(self, text: str) -> None:
        """In the thread of a camera or a scanner: a code was shown."""
        self.bring(lambda: self.flow.showing.hear(text))

    def _look_round(self, seen: Seen) -> None:
        self.flow.look_round(seen)

    def _bring(self, act: Callable[[], None]) -> None:
        self.bring(act)

    def sweep(self) -> None:
        """Pages hold one another; what a visitor typed goes from memory now, not when memory runs short.

        Page by page that takes some milliseconds. Until all is loaded it takes longer: then only where nobody touches.
        """
        if not self._is_settled and self.flow.step not in UNTOUCHED:
            return
        gc.collect()
        if self.flow.step is Step.WELCOME:  # after each visitor, not after each page
            give_back()
        if self._is_ready and not self._is_settled and self._is_at_rest():
            self._settle()

    def _is_at_rest(self) -> bool:
        return self.flow.step is Step.WELCOME and self.office.clock.monotonic() - self.flow.since >= REST_SECONDS

    def _settle(self) -> None:
        # A collection in the middle of a touch takes a fifth of a second, which a visitor feels. So what is loaded by
        # now is left out, and the rest is collected by `sweep` alone. Only at rest: a page that somebody types on
        # while the database is still being opened would be left out with it, and keep their name.
        self._is_settled = True
        gc.freeze()
        gc.disable()

    def work(self, function: Callable[[], T], then: Callable[[T], None], failed: Callable[[], None]) -> None:
        """Do `function` in the worker and bring its answer to `then` on the screen's thread, or call `failed` there."""
        self._worker.submit(function).add_done_callback(lambda done: self._done(done, then, failed))

    def _done(self, done: Future[T], then: Callable[[T], None], failed: Callable[[], None]) -> None:
        """In the worker: whatever came of it, the counter stays open."""
        error = done.exception()
        if error is None:
            self.bring(lambda: then(done.result()))
            return
        if isinstance(error, StateRefused):
            self.refused = error
            self.life.stop.set()
        elif isinstance(error, PortierError):
            # The message names the thing and the remedy, never a person.
            log.error("a visitor was sent to reception: %s", error)
            self._tell_failure()
        else:
            self.log_fault(error)
        self.bring(failed)

    def log_fault(self, error: BaseException) -> None:
        """Where it happened and of which kind; not the message, which may hold what was typed."""
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("a fault of ours, %s:\n%s", type(error).__name__, where)
        self._tell_failure()

    def _tell_failure(self) -> None:
        self._failed_at = self._local(self.office.clock.now())
        self._next_report = 0.0

    def tick(self) -> None:
        """Called by the window several times a second: time for the flow, the watchdog and health."""
        self.flow.tick()
        self.guide.tick()
        self.readers.follow(self.flow.step)
        self.life.alive()
        now = self.office.clock.monotonic()
        if now >= self._next_report:
            self._next_report = now + HEALTH_SECONDS
            if self.flow.step is Step.WELCOME:
                self.sweep()
            self.work(self._report, lambda _: None, lambda: None)
            if self._speaker.trouble:
                self.guide.probe()
            if self.flow.is_closed and not self._shutter.is_closed():
                self.flow.turn(is_closed=False)  # another day

    def _report(self) -> None:
        try:
            self._reception.turn_the_day()
            publish(self.office.state, Report("kiosk", self.office.clock.now(), tuple(self._problems())))
        except (DiskRefused, TryAgain) as error:
            log.warning("%s", error)

    def _problems(self) -> Iterator[Problem]:
        if self.flow.listening.offered and self._speaker.trouble:
            sentence = N_(
                "the kiosk cannot speak, and whoever does not see cannot sign in alone: see why %(program)s fails there"
            )
            yield Problem("P4", sentence, {"program": self._speaker.trouble})
        if self._failed_at:
            sentence = N_("at %(time)s a visitor was sent to reception: ask them in, and read the kiosk's log")
            yield Problem("P1", sentence, {"time": self._failed_at})
        if self.flow.is_closed:
            yield Problem("P4", N_("staff closed the screen by the door for today: visitors sign in at reception"))
        if self._lock.unreadable:
            yield Problem(
                "P4",
                N_("the PIN of the screen by the door cannot be read: set it anew with `portier account pin`"),
            )
        if self._lock.guessed:
            yield Problem("P3", N_("somebody guesses the PIN of the screen by the door: look who stands there"))
        yield from self.labels.problems()
        yield from self.readers.problems()
        for until in self._reception.doubted().values():
            yield Problem(
                "P3",
                N_(
                    "passes are being guessed at the screen: who signs out there until %(time)s counts as "
                    "probably left; look who stands there"
                ),
                {"time": self._local(until)},
            )

    def _local(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.office.config.site.zone):%H:%M}"

    def close(self) -> None:
        """Finish what is being done, then let go of everything."""
        if self._is_settled:
            gc.unfreeze()
            gc.enable()
        self._speaker.close()
        self._jack.close()
        self._lookout.close()
        self._worker.shutdown(wait=True)
        self.labels.close()
        self.readers.close()
        self._reception.close()


def window_size(kiosk: KioskSection, glass: tuple[int, int] | None) -> tuple[int, int]:
    """The panel's own pixels; on a smaller display (a developer's) the same picture, smaller."""
    if glass is None:
        return kiosk.width, kiosk.height
    share = min(glass[0] / kiosk.width, glass[1] / kiosk.height)
    if share >= 1:
        return kiosk.width, kiosk.height
    share *= 1 if kiosk.fullscreen else IN_A_SMALLER_DISPLAY
    return round(kiosk.width * share), round(kiosk.height * share)


def tame_kivy(home: str, kiosk: KioskSection, size: tuple[int, int]) -> None:
    """Set what Kivy reads at its first import."""
    os.environ |= {
        "KIVY_HOME": home,
        "KIVY_LOG_MODE": "PYTHON",
        "KIVY_NO_ARGS": "1",
        "KIVY_NO_CONFIG": "1",
        "KIVY_NO_CONSOLELOG": "1",
        "KIVY_NO_FILELOG": "1",
        "KIVY_NO_ENV_CONFIG": "1",
    }
    # A filter and no level: Kivy sets its level itself.
    logging.getLogger("kivy").addFilter(lambda record: record.levelno >= logging.ERROR)
    import kivy.modules  # noqa: PLC0415
    from kivy.config import Config  # noqa: PLC0415

    # Kivy puts the folders of its modules on the path, and one of those is called `recorder`.
    sys.path[:] = [place for place in sys.path if place not in (kivy.kivy_modules_dir, kivy.kivy_usermodules_dir)]

    chosen: dict[str, dict[str, str | int]] = {
        "kivy": {"exit_on_escape": 0, "desktop": 1, "pause_on_minimize": 0},
        "graphics": {
            "width": size[0],
            "height": size[1],
            "fullscreen": "auto" if kiosk.fullscreen else 0,
            "show_cursor": int(not kiosk.fullscreen),
            "multisamples": 0,
            "allow_screensaver": 0,
        },
    }
    for section, values in chosen.items():
        for key, value in values.items():
            Config.set(section, key, value)
    # One pointer: no second finger made with the right button, no device read behind SDL's back.
    Config.remove_section("input")
    Config.add_section("input")
    Config.set("input", "mouse", "mouse,disable_multitouch")
