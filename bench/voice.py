"""From handing a sentence to the voice until it sounds: to the first sample that can be heard, at the sound card."""

import statistics
import threading
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bench.table import Row
from kiosk.voice.engine import Programs
from kiosk.voice.saying import Saying
from kiosk.voice.speaker import Speaker
from retention.base.serving import VoiceSection

SENTENCES = 30
AUDIBLE = 300  # of 32,768
GOAL = "300 ms"
TEXT = {
    "nl": "Ik kom op bezoek.",
    "ar": "أنا هنا في زيارة.",
    "fa": "من برای بازدید آمده ام.",
    "uk": "Я прийшов у гості.",
}


def measure(folder: Path) -> Iterator[Row]:
    """With a player that leaves samples in a file as they come; real cards add the time of their own buffer."""
    times = [_first_sound(folder, language, text) for _ in range(SENTENCES) for language, text in TEXT.items()]
    yield Row("voice: first sound, median of 4 languages", statistics.median(times) * 1e3, "ms", goal=GOAL)
    yield Row("voice: first sound, slowest", max(times) * 1e3, "ms", goal=GOAL)
    yield Row("voice: silent after an interruption, slowest", max(_cut(folder) for _ in range(SENTENCES)) * 1e3, "ms")


def _first_sound(folder: Path, language: str, text: str) -> float:
    heard = folder / "heard.raw"
    heard.unlink(missing_ok=True)
    speaker = Speaker(Programs(VoiceSection(player=("dd", "bs=256", "status=none", f"of={heard}"))), lambda: False)
    try:
        begun = perf_counter()
        speaker.say([Saying(text, language)], 5)
        while not _audible(heard):
            threading.Event().wait(0.001)
        return perf_counter() - begun
    finally:
        speaker.close()


def _audible(heard: Path) -> bool:
    try:
        samples = memoryview(heard.read_bytes()[44:])
    except FileNotFoundError:
        return False
    whole = samples[: len(samples) // 2 * 2].cast("h")
    return any(abs(sample) > AUDIBLE for sample in whole[:4000])


def _cut(folder: Path) -> float:
    """From a touch until both programs have gone."""
    speaker = Speaker(Programs(VoiceSection(player=("sleep", "60"))), lambda: False)
    speaker.say([Saying("woord " * 1000, "nl")], 5)
    while not speaker.speaking:
        threading.Event().wait(0.001)
    threading.Event().wait(0.1)
    begun = perf_counter()
    speaker.hush()
    while speaker.speaking:
        threading.Event().wait(0.0005)
    took = perf_counter() - begun
    speaker.close()
    return took
