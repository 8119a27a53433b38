"""The voice: real programs with a sound card that writes a file, and the speaker with the doors of sound in hand."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.errors import VoiceSilent
from kiosk.voice.doctor import look_at_voice
from kiosk.voice.engine import Programs
from kiosk.voice.saying import Saying
from kiosk.voice.speaker import Speaker
from retention.base.command import Office
from retention.base.serving import VoiceSection
from retention.base.state import State
from tests.support.clock import ManualClock
from tests.support.sound import Ear, Socket, loudness, sound_card
from tests.support.state import make_config

OFFERED = ("nl", "en", "de", "fr", "pl", "tr", "ar", "uk", "es", "fa")
HELLO = {"ar": "مرحبا", "fa": "سلام", "uk": "Добрий день"}


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings, heard = sound_card(tmp_path)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return heard


@pytest.fixture
def speakers() -> Iterator[Callable[..., Speaker]]:
    made: list[Speaker] = []

    def make(ear: Ear, socket: Socket | None = None) -> Speaker:
        made.append(Speaker(ear, (socket or Socket()).plugged))
        return made[-1]

    yield make
    for speaker in made:
        speaker.close()


def until(reached: Callable[[], bool]) -> None:
    for _ in range(2000):
        if reached():
            return
        threading.Event().wait(0.005)
    raise AssertionError("it does not come")


def has_ended(stat: Path) -> bool:
    try:
        return stat.read_text().split()[2] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.mark.parametrize("language", OFFERED)
def test_a_sentence_becomes_sound_in_every_language(language: str, heard: Path):
    saying = Saying(HELLO.get(language, "Hallo"), language)
    Programs(VoiceSection()).start(saying, 5, headphone=False).finish()
    assert loudness(heard) > 0.1


def test_softer_is_softer_and_nothing_is_nothing(heard: Path):
    loud = {}
    for volume in (0, 1, 3, 5):
        Programs(VoiceSection()).start(Saying("Hallo", "nl"), volume, headphone=False).finish()
        loud[volume] = loudness(heard)
    assert loud[0] == 0 < loud[1] < loud[3] < loud[5]


def test_the_headphone_may_be_a_device_of_its_own(tmp_path: Path):
    section = VoiceSection(player=("false",), headphone_player=("dd", "status=none", f"of={tmp_path / 'ear.wav'}"))
    Programs(section).start(Saying("Hallo", "nl"), 5, headphone=True).finish()
    assert loudness(tmp_path / "ear.wav") > 0.1


def test_another_engine_is_a_matter_of_configuration(tmp_path: Path, heard: Path):
    engine = tmp_path / "engine"
    engine.write_text('#!/bin/sh\necho "$1" >"$0.voice"\nexec espeak-ng --stdin --stdout\n')
    engine.chmod(0o755)
    section = VoiceSection(command=(str(engine), "{voice}-{speed}"), voices={"nl": "anna"}, speed=120)
    Programs(section).start(Saying("Hallo", "nl"), 5, headphone=False).finish()
    assert (tmp_path / "engine.voice").read_text() == "anna-120\n"
    assert loudness(heard) > 0.1


def test_a_name_stands_in_no_argument(tmp_path: Path):
    engine = tmp_path / "engine"
    engine.write_text('#!/bin/sh\ncat "/proc/$$/cmdline" >"$0.seen"\nexec espeak-ng --stdin --stdout\n')
    engine.chmod(0o755)
    section = VoiceSection(command=(str(engine), "{voice}"), player=("dd", "status=none", "of=/dev/null"))
    Programs(section).start(Saying("Quetzalcoatl", "nl", personal=True), 5, headphone=False).finish()
    assert b"Quetzal" not in (tmp_path / "engine.seen").read_bytes()
    assert "Quetzal" not in repr(Saying("Quetzalcoatl", "nl"))


@pytest.mark.parametrize("text", ["[[_^_nonsense]]", "-v\n--help", "<speak>", "😀", "''''", "\x00\x1b"])
def test_no_text_is_taken_for_a_command(text: str, heard: Path):
    Programs(VoiceSection()).start(Saying(text, "nl"), 5, headphone=False).finish()
    assert heard.exists()


def test_an_engine_that_is_missing_is_named(tmp_path: Path):
    with pytest.raises(VoiceSilent, match="no-such-engine cannot be started"):
        Programs(VoiceSection(command=("no-such-engine",))).start(Saying("Hallo", "nl"), 5, headphone=False)


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"command": ("echo", "hello"), "player": ("cat",)}, "writes no WAV"),
        ({"player": ("false",)}, "false takes no sound|false ended with 1"),
        ({"command": ("false",), "player": ("cat",)}, "no WAV"),
    ],
)
def test_programs_that_fail_say_so(section: dict[str, tuple[str, ...]], said: str):
    with pytest.raises(VoiceSilent, match=said):
        Programs(VoiceSection(**section)).start(Saying("Hallo", "nl"), 5, headphone=False).finish()


def test_without_a_sound_card_the_speaker_knows_and_later_recovers(heard: Path, monkeypatch: pytest.MonkeyPatch):
    settings = os.environ["ALSA_CONFIG_PATH"]
    monkeypatch.setenv("ALSA_CONFIG_PATH", "/dev/null")
    speaker = Speaker(Programs(VoiceSection()), lambda: False)
    try:
        speaker.probe("nl")
        until(lambda: speaker.trouble != "" and not speaker.speaking)
        assert "aplay" in speaker.trouble
        monkeypatch.setenv("ALSA_CONFIG_PATH", settings)
        speaker.probe("nl")
        until(lambda: speaker.trouble == "")
        assert loudness(heard) == 0
    finally:
        speaker.close()


def test_what_comes_next_cuts_off_what_is_said(speakers):
    ear = Ear(holds=True)
    speaker = speakers(ear)
    speaker.say([Saying("one", "en"), Saying("two", "en")], 3)
    until(lambda: ear.text == ["one"])
    speaker.hush()
    speaker.say([Saying("three", "en")], 3)
    until(lambda: ear.text == ["one", "three"])
    assert ear.running[0].killed
    assert speaker.trouble == ""


def test_a_long_sentence_is_cut_off_at_once_in_real_programs(tmp_path: Path):
    section = VoiceSection(player=("sleep", "60"))
    speaker = Speaker(Programs(section), lambda: False)
    speaker.say([Saying("word " * 2000, "en")], 3)
    until(lambda: speaker.speaking)
    speaker.close()  # waits for the thread: it ends only if both programs did
    assert speaker.trouble == ""


def test_a_script_that_speaks_is_cut_off_with_what_it_started(tmp_path: Path):
    """A player in a pipe of programs, which would go on with a name after the headphone was pulled out."""
    numbers = tmp_path / "numbers"
    script = f"sleep 60 & echo $! >{numbers}; cat >/dev/null; wait"
    speaker = Speaker(Programs(VoiceSection(player=("sh", "-c", script))), lambda: False)
    speaker.say([Saying("word", "en")], 3)
    until(lambda: numbers.exists() and bool(numbers.read_text()))
    speaker.close()
    until(lambda: has_ended(Path("/proc", numbers.read_text().strip(), "stat")))


def test_what_is_personal_goes_through_the_headphone_alone(speakers):
    ear, socket = Ear(), Socket()
    speaker = speakers(ear, socket)
    speaker.say([Saying("Zoë", "nl", personal=True), Saying("Verder", "nl")], 3)
    until(lambda: ear.text == ["Verder"])
    socket.inside = True
    speaker.say([Saying("Zoë", "nl", personal=True)], 3)
    until(lambda: ear.text == ["Verder", "Zoë"])
    assert ear.places == ["loudspeaker", "headphone"]


def test_after_the_warning_it_goes_through_the_loudspeaker(speakers):
    ear = Ear()
    speakers(ear).say([Saying("Zoë", "nl", personal=True, allowed=True)], 3)
    until(lambda: ear.places == ["loudspeaker"])


def test_a_name_ends_the_moment_the_headphone_is_pulled_out(speakers):
    ear, socket = Ear(holds=True), Socket(inside=True)
    speaker = speakers(ear, socket)
    speaker.say([Saying("Zoë", "nl", personal=True)], 3)
    until(lambda: ear.text == ["Zoë"])
    socket.inside = False
    speaker.look()
    until(lambda: not speaker.speaking)
    assert ear.running[0].killed
    assert speaker.trouble == ""


def test_nothing_said_stays_in_memory(speakers):
    import gc  # noqa: PLC0415

    speaker = speakers(Ear())
    speaker._voices = Forgetful()
    speaker.say([Saying("Quetzalcoatl", "nl", personal=True, allowed=True)], 3)
    until(lambda: not speaker.speaking)
    gc.collect()
    assert [one for one in gc.get_objects() if type(one) is Saying and one.text == "Quetzalcoatl"] == []


class Forgetful(Ear):
    """An ear that writes nothing down."""

    def start(self, saying: Saying, volume: int, *, headphone: bool):
        running = super().start(saying, volume, headphone=headphone)
        self.sayings.clear()
        return running


def looked_at(state: State, **voice: object) -> list[tuple[str, bool]]:
    config = make_config(state.directory, kiosk={"voice": {"jack": "none", **voice}})
    return [(line.what, line.ok) for line in look_at_voice(Office(config, state, ManualClock()))]


def test_the_doctor_tries_the_voice_without_a_sound(state: State, heard: Path):
    assert looked_at(state) == [("voice", True), ("headphone", True)]
    assert loudness(heard) == 0
    assert looked_at(state, player=["false"]) == [("voice", False), ("headphone", True)]
    assert looked_at(state, speak="off") == [("voice", True)]
