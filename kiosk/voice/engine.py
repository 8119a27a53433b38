"""The door to a speech engine and to the sound: two programs, text in at one end and sound out at the other.

A program for every sentence costs some twenty milliseconds, and ends whatever it does by a kill, with all it started
itself: an engine or player may be a script. Text goes to the engine's standard input alone: names stand in no argument
and no file.
"""

import os
import signal
import subprocess
from array import array
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Final, Protocol

from kiosk.errors import VoiceSilent
from kiosk.voice.saying import Saying
from retention.base.serving import VoiceSection

CHUNK: Final = 4096
SHARES: Final = {0: 0.0, 1: 0.1, 2: 0.2, 3: 0.4, 4: 0.7, 5: 1.0}
"""How loud each volume is, as a share of what the engine gives; at 0 nothing is heard, and all is tried."""

_HEADER: Final = 12
_SIXTEEN_BITS: Final = 16


class Running(Protocol):
    """A sentence that is being spoken."""

    def finish(self) -> None:
        """Hand all of it on and wait until it has been heard; raises VoiceSilent."""

    def kill(self) -> None:
        """Be silent at once. From any thread."""


class Voices(Protocol):
    """The door to all that makes sound."""

    def start(self, saying: Saying, volume: int, *, headphone: bool) -> Running:
        """Begin to speak; raises VoiceSilent."""


class Programs:
    """The programs of the configuration."""

    def __init__(self, section: VoiceSection) -> None:
        self._section = section

    def start(self, saying: Saying, volume: int, *, headphone: bool) -> "Speech":
        section = self._section
        player = section.headphone_player if headphone and section.headphone_player else section.player
        filled = {
            "voice": section.voices.get(saying.language, saying.language),
            "language": saying.language,
            "speed": str(section.speed),
        }
        engine = _start([word.format(**filled) for word in section.command], subprocess.PIPE)
        try:
            heard = _start([word.format(**filled) for word in player], subprocess.DEVNULL)
            return Speech(engine, heard, saying.text, SHARES[volume])
        except VoiceSilent:
            _kill(engine)
            engine.communicate()
            raise


class Speech:
    """One sentence on its way through both programs."""

    def __init__(
        self, engine: subprocess.Popen[bytes], player: subprocess.Popen[bytes], text: str, share: float
    ) -> None:
        self._engine, self._player, self._text, self._share = engine, player, text, share

    def finish(self) -> None:
        try:
            self._hand_on()
        except OSError as error:
            raise VoiceSilent(_name(self._player), "takes no sound: try it by hand on this machine") from error
        finally:
            self._end(self._engine)
            self._end(self._player)
        for program in (self._engine, self._player):
            if program.returncode:
                raise VoiceSilent(_name(program), f"ended with {program.returncode}: try it by hand on this machine")

    def kill(self) -> None:
        _kill(self._engine)
        _kill(self._player)

    def _hand_on(self) -> None:
        into, sound, out = _pipe(self._engine.stdin), _pipe(self._engine.stdout), _pipe(self._player.stdin)
        # One line, and nothing that an engine takes for a command of its own.
        with suppress(BrokenPipeError):  # an engine that ends at once tells more by what it leaves unsaid
            into.write(" ".join(self._text.replace("[[", "(").split()).encode() + b"\n")
            into.flush()
        self._close(into)
        for piece in louder(sound, self._share, _name(self._engine)):
            out.write(piece)
            out.flush()
        out.close()

    @staticmethod
    def _end(program: subprocess.Popen[bytes]) -> None:
        for pipe in (program.stdin, program.stdout):
            if pipe is not None:
                Speech._close(pipe)
        program.wait()

    @staticmethod
    def _close(pipe: IO[bytes]) -> None:
        with suppress(OSError):  # it has gone with what it had not read
            pipe.close()


def louder(sound: IO[bytes], share: float, engine: str) -> Iterator[bytes]:
    """WAV as it comes, at this share of its loudness; raises VoiceSilent where it is none."""
    head = sound.read(_HEADER)
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise VoiceSilent(engine, "writes no WAV: see kiosk.voice.command")
    yield head
    deep = True
    while (part := sound.read(8)) and part[:4] != b"data":
        body = sound.read(int.from_bytes(part[4:8], "little"))
        if part[:4] == b"fmt ":
            deep = int.from_bytes(body[14:16], "little") == _SIXTEEN_BITS
        yield part + body
    yield part
    while piece := sound.read(CHUNK):
        yield _scaled(piece, share) if deep else piece


def _scaled(piece: bytes, share: float) -> bytes:
    samples = array("h", piece[: len(piece) // 2 * 2])
    return array("h", [int(sample * share) for sample in samples]).tobytes()


def _start(command: list[str], output: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - the program of the configuration; names come on its standard input
            command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.DEVNULL, process_group=0
        )
    except OSError as error:
        raise VoiceSilent(command[0], f"cannot be started ({error.strerror}): install it") from error


def _kill(program: subprocess.Popen[bytes]) -> None:
    """End it and what it started. Its number is its own until it was waited for, whatever has become of it."""
    if program.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _name(program: subprocess.Popen[bytes]) -> str:
    assert isinstance(program.args, list)
    return str(program.args[0])
