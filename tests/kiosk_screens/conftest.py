"""Kivy without a display: frames are drawn when a test asks, touches are handed in. Only these tests load Kivy."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

os.environ |= {
    "SDL_VIDEODRIVER": "offscreen",
    "KIVY_GL_BACKEND": "mock",
    "KIVY_NO_ARGS": "1",
    "KIVY_NO_CONFIG": "1",
    "KIVY_NO_CONSOLELOG": "1",
    "KIVY_NO_FILELOG": "1",
}


class Frames:
    """Kivy's frames, drawn only when the test asks."""

    def __init__(self, start: float) -> None:
        self.now = start

    def advance(self, seconds: float = 0.0) -> None:
        """Let time pass, then run what is due and lay the widgets out."""
        from kivy.base import EventLoop  # noqa: PLC0415

        self.now += seconds
        EventLoop.idle()


@pytest.fixture
def frames() -> Iterator[Frames]:
    with frames_by_hand() as frames:
        yield frames


@contextmanager
def frames_by_hand() -> Iterator[Frames]:
    """Kivy's clock in the test's hand; every widget and callback is gone afterwards."""
    from kivy.clock import Clock  # noqa: PLC0415
    from kivy.core.window import Window  # noqa: PLC0415

    gc.collect()
    gc.freeze()  # Kivy and what tests before left: the kiosk collects after each visitor
    frames = Frames(Clock.time())
    real_time, real_fps = Clock.time, Clock._max_fps
    Clock.time = lambda: frames.now
    Clock._max_fps = 0  # do not sleep between frames
    yield frames
    Clock.time, Clock._max_fps = real_time, real_fps
    for widget in Window.children[:]:
        Window.remove_widget(widget)
    for event in Clock.get_events():
        event.cancel()
