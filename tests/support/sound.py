"""The doors of sound in a test's hand: an engine that only listens, and a headphone that goes in and out."""

import threading
import wave
from array import array
from pathlib import Path

from kiosk.errors import VoiceSilent
from kiosk.voice.saying import Saying


class Heard:
    """A sentence that is heard at once, or only when the test lets it end."""

    def __init__(self, *, holds: bool) -> None:
        self.killed = False
        self._over = threading.Event()
        if not holds:
            self._over.set()

    def finish(self) -> None:
        self._over.wait(20)

    def kill(self) -> None:
        self.killed = True
        self._over.set()


class Ear:
    """Writes down every sentence handed to the engine, and where it sounds."""

    def __init__(self, *, holds: bool = False) -> None:
        self.holds, self.fails = holds, ""
        self.sayings: list[Saying] = []
        self.places: list[str] = []
        self.volumes: list[int] = []
        self.running: list[Heard] = []

    @property
    def text(self) -> list[str]:
        return [saying.text for saying in self.sayings]

    def start(self, saying: Saying, volume: int, *, headphone: bool) -> Heard:
        if self.fails:
            raise VoiceSilent(self.fails, "takes no sound")
        if volume:
            self.sayings.append(saying)
            self.volumes.append(volume)
            self.places.append("headphone" if headphone else "loudspeaker")
        self.running.append(Heard(holds=self.holds))
        return self.running[-1]

    def since(self, mark: int) -> list[str]:
        return self.text[mark:]


class Socket:
    """The jack of the headphone."""

    def __init__(self, *, inside: bool = False) -> None:
        self.inside = inside

    def plugged(self) -> bool:
        return self.inside

    def close(self) -> None:
        """Nothing to let go of."""


def sound_card(folder: Path) -> tuple[dict[str, str], Path]:
    """A sound card that writes a WAV file: the environment in which `aplay` finds it, and the file."""
    heard, settings = folder / "heard.wav", folder / "asound.conf"
    settings.write_text(
        f'pcm.!default {{ type file; slave.pcm silence; file "{heard}"; format wav; }}\npcm.silence {{ type null; }}\n'
    )
    return {"ALSA_CONFIG_PATH": str(settings)}, heard


def loudness(path: Path) -> float:
    """The loudest sample of a WAV file, as a share of the loudest there can be."""
    with wave.open(str(path)) as sound:
        samples = array("h", sound.readframes(sound.getnframes()))
    return max(map(abs, samples), default=0) / 32_768
