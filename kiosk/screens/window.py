"""The window: Kivy's loop, the page of the moment, touches, the keys of a name; nothing of Kivy's own is in reach."""

from collections.abc import Callable
from typing import Any

from kivy.app import App
from kivy.base import ExceptionHandler, ExceptionManager
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.floatlayout import FloatLayout

from kiosk.app import REST_SECONDS, Counter
from kiosk.screens.all import page_for
from kiosk.screens.page import Page
from kiosk.screens.parts import Ground, draw_plainly
from kiosk.screens.reading import told
from kiosk.screens.ring import Ring
from kiosk.screens.shapes import rgba
from kiosk.steps import Step
from retention.base.errors import Unavailable

TICK_SECONDS = 0.25
FRAME_SECONDS = 1 / 30
SLOW_SECONDS = 0.4
SWEEP_SECONDS = REST_SECONDS + 0.1
BACKSPACE, ENTERS = 8, (13, 271)
BLACK = "#000000"


def show(counter: Counter) -> None:
    """Open the window and serve until the service is told to stop; Unavailable where no window can be opened."""
    if Window is None:
        raise Unavailable("no window can be opened: see what the display says, and that OpenGL works on it")
    KioskApp(counter).run()


class Root(FloatLayout):
    """The whole glass: every touch passes here first."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter, self._finger = counter, None

    def on_touch_down(self, touch: Any) -> bool:
        self._counter.flow.touched()
        if self._counter.guide.touched():
            return True
        if self._counter.flow.step is Step.WAIT:  # the answers of the page before are still on the glass
            return True
        turn = self._counter.taps.turn
        super().on_touch_down(touch)
        if self._counter.taps.turn != turn:
            self._finger = touch.uid
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.uid == self._finger:  # here, for the button itself may have gone with its page
            self._finger = None
            self._counter.taps.ended()
        taken = bool(super().on_touch_up(touch))
        self._counter.guide.acted()
        return taken


class KioskApp(App):
    """Shows the page of the flow's step; knows no rule of the visit itself."""

    title = "Portier"
    use_kivy_settings = False

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self.counter = counter
        self.page: Page | None = None
        self._slow: Any = None
        self._sweep = Clock.create_trigger(lambda _: self.counter.sweep(), SWEEP_SECONDS)
        self._typed: list[tuple[str, float]] = []

    def build(self) -> Root:
        draw_plainly()
        Window.bind(on_keyboard=self._key, on_key_up=self._key_up, on_textinput=self._text)
        Window.bind(on_request_close=self._closing, on_resize=self._resized)
        self.counter.bring = bring
        self.counter.flow.changed = self.changed
        self.root = Root(self.counter)
        self._ring = Ring()
        self.counter.guide.moved = self._show_focus
        self.show_page()
        self._attend = Attend(self.counter)
        ExceptionManager.add_handler(self._attend)
        Clock.schedule_interval(self.tick, TICK_SECONDS)
        return self.root

    def on_stop(self) -> None:
        self.let_go()

    def let_go(self) -> None:
        """Take our hands off Kivy's own objects, which outlive an app."""
        Window.unbind(on_keyboard=self._key, on_key_up=self._key_up, on_textinput=self._text)
        Window.unbind(on_request_close=self._closing, on_resize=self._resized)
        ExceptionManager.remove_handler(self._attend)

    def on_start(self) -> None:
        # After the first frames: opening the database would hold up what people see.
        Clock.schedule_once(lambda _: self.counter.begin(), 2 * FRAME_SECONDS)

    def tick(self, _: float) -> None:
        if self.counter.life.stop.is_set():
            self.stop()
        else:
            self.counter.tick()

    def changed(self) -> None:
        """Follow the flow: another page, or the same one refreshed. Waiting is shown only once it is felt."""
        flow = self.counter.flow
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None
        if flow.step is Step.WAIT:
            self._slow = Clock.schedule_once(lambda _: self.show_page(), SLOW_SECONDS)
        elif self.page is not None and self.page.shows == flow.shown:
            self.page.refresh()
            self.counter.guide.refreshed()
        else:
            self.show_page()

    def show_page(self) -> None:
        """Build the page of this moment and drop the one before, with all that stood on it."""
        page: Page = page_for(self.counter.setting(tuple(Window.size)))
        if self.page is not None:
            self.page.clear_widgets()  # nothing on it acts any more, though a finger lies there still
        Window.clearcolor = rgba(page.ground)
        self.root.clear_widgets()
        self.root.add_widget(page)
        self.root.add_widget(self._ring)
        if self.counter.flow.choices.dark and self.counter.flow.step is not Step.EMERGENCY:
            self.root.add_widget(Ground(ground=BLACK, size_hint=(None, None), size=page.size))
        self.page = page
        self._sweep.cancel()
        self._sweep()
        self.counter.guide.page(lambda: told(page))

    def _show_focus(self) -> None:
        if self.page is not None:
            self._ring.show(self.counter.guide.focus, self.page.layout.panel.density)

    def open_settings(self, *_: object) -> bool:
        """Kivy's settings are nobody's business at the door."""
        return False

    def _resized(self, *_: object) -> None:
        self.show_page()

    def _closing(self, *_: object, **__: object) -> bool:
        """The window's own close button ends the kiosk where there is one (a developer's display); else nothing does.

        The key that closes windows, or a window manager, asks for the same.
        """
        if not self.counter.office.config.kiosk.fullscreen:
            self.counter.life.stop.set()
        return True

    def _key_up(self, _: Any, key: int, *__: object) -> bool:
        self.counter.guide.released(key)
        return True

    def _text(self, _: Any, text: str) -> None:
        """Letters wait for the end of the frame, with the time they came at: drawing each hides how fast they are."""
        if self.counter.guide.wrote(text):
            return
        self._typed.append((text, self.counter.flow.monotonic()))
        if len(self._typed) == 1:
            Clock.schedule_once(lambda _: self._take_letters())

    def _take_letters(self) -> None:
        flow, typed = self.counter.flow, self._typed
        self._typed = []
        for text, at in typed:
            if flow.step is Step.PIN:
                flow.touched()
                for letter in text:
                    flow.staff.digit(letter)
            flow.typing.enter(text, at)
            if flow.typing.by_machine(at):
                flow.staff.no_pin()

    def _key(self, _: Any, key: int, *__: object, **___: object) -> bool:
        """Those that work the screen, and two beside what is typed, where something is; all others do nothing."""
        flow = self.counter.flow
        now = flow.monotonic()
        if key in (BACKSPACE, *ENTERS):
            self._take_letters()
            if flow.typing.by_machine(now):
                return True
        if self.counter.guide.pressed(key):
            return True
        erases = {Step.NAME: flow.typing.erase, Step.PIN: flow.staff.erase}
        goes_on = {Step.NAME: flow.coming.go_on, Step.PIN: flow.staff.enter}
        if flow.step in erases:
            flow.touched()
            if key == BACKSPACE:
                erases[flow.step]()
            elif key in ENTERS:
                goes_on[flow.step]()
        return True


class Attend(ExceptionHandler):
    """Whatever goes wrong on the screen's thread: tell the log and health, and show who helps."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def handle_exception(self, inst: BaseException) -> int:
        if not isinstance(inst, Exception):
            return int(ExceptionManager.RAISE)
        self._counter.log_fault(inst)
        self._counter.flow.needs_attention()
        return int(ExceptionManager.PASS)


def bring(act: Callable[[], None]) -> None:
    """Back on the screen's thread, with the next frame."""
    Clock.schedule_once(lambda _: act())
