"""Clips: footage that leaves the system as an MP4 for any player, with a manifest of what it is and who took it.

The door to av for writing. Frames are copied as the camera sent them, unless the manifest says that they were
converted. A clip appears under its name only when it is whole; what fails or is interrupted leaves nothing behind. Gaps
are skipped in the picture and told in the manifest.
"""

import hashlib
import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import av
import av.error
from av.video.stream import VideoStream

from recorder.errors import ExportRefused, FootageErased
from recorder.timeline import Interval
from recorder.video import boxes
from retention.base.errors import DiskRefused
from retention.base.files import sync_folder
from retention.base.state import State
from retention.rules import export_deadline

_BASE = Fraction(1, boxes.TIMESCALE)
_OPTIONS = {"movflags": "faststart", "fflags": "+bitexact"}  # bitexact: nothing of the writing program or its time
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Piece:
    """A group of pictures of a clip, with the init it plays after and its span."""

    init: bytes
    media: bytes
    start: datetime
    end: datetime
    converted: bool = False


@dataclass(frozen=True)
class Story:
    """What a manifest tells besides the pictures."""

    camera: str
    start: datetime
    end: datetime
    intervals: list[Interval]
    reason: str
    actor: str
    made_at: datetime
    blurred: dict[str, Any] | None = None


@dataclass(frozen=True)
class Stretch:
    """Footage without a hole: where it stands in the clip, and when it was."""

    file: str
    offset_seconds: float
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Reel:
    """One MP4 of a clip."""

    name: str
    sha256: str
    frames: int
    codec: str


@dataclass(frozen=True)
class Manifest:
    """What stands beside a clip, as JSON."""

    camera: str
    asked_from: datetime
    asked_to: datetime
    start: datetime
    end: datetime
    stretches: tuple[Stretch, ...]
    gaps: tuple[dict[str, str], ...]
    files: tuple[Reel, ...]
    frames: int
    reason: str
    actor: str
    made_at: datetime
    made_by: str
    destroy_by: datetime
    converted: bool  # whether pictures were encoded anew: then they are not as the camera sent them
    blurred: dict[str, Any] | None  # how people were made unrecognisable, where they were

    def words(self) -> dict[str, Any]:
        """As JSON has it."""
        told: dict[str, Any] = json.loads(json.dumps(asdict(self), default=datetime.isoformat))
        return told


def refuse_place(state: State, destination: Path) -> None:
    """Raise ExportRefused where a clip must not or cannot be written."""
    folder = destination.absolute().parent.resolve()
    if folder.is_relative_to(state.directory.resolve()):
        raise ExportRefused(
            f"{destination} is under the state directory, which nothing leaves by: choose another place"
        )
    if destination.suffix.lower() != ".mp4" or not folder.is_dir():
        raise ExportRefused(f"{destination} will not do: name a file that ends in .mp4, in a folder that exists")
    for taken in (destination, destination.with_suffix(".json")):
        if taken.exists():
            raise ExportRefused(f"{taken} exists already: choose another name, or take it away")


def write_clip(destination: Path, pieces: Iterator[Piece], story: Story, progress: Progress | None = None) -> Manifest:
    """Make clip and manifest, or nothing. A change of format begins a further file: `name-2.mp4`.

    Raises FootageErased when nothing can be read any more, DiskRefused when nothing can be written.
    """
    clip = _Clip(destination)
    try:
        for piece in pieces:
            clip.add(piece)
            if progress:
                progress(min(1.0, max(0.0, (piece.end - story.start) / (story.end - story.start))))
        if not clip.reels:
            raise FootageErased(f"nothing of that span of {story.camera} can be read any more")
        return clip.publish(story)
    except (OSError, av.error.FFmpegError) as error:
        reason = error.strerror or type(error).__name__
        raise DiskRefused(f"{destination} cannot be written ({reason}): make room, or choose another disk") from error
    finally:
        clip.discard()


class _Clip:
    """A clip in the making."""

    def __init__(self, destination: Path) -> None:
        self.reels: list[_Reel] = []
        self._destination = destination
        self._stretches: list[Stretch] = []
        self._manifest = destination.with_suffix(".json")
        self._draft = destination.with_name(f".{self._manifest.name}.part")
        self._whole = self._converted = False

    def add(self, piece: Piece) -> None:
        new_reel = not self.reels or self.reels[-1].init != piece.init
        if new_reel:
            if self.reels:
                self.reels[-1].close()
            number = len(self.reels) + 1
            path = (
                self._destination if number == 1 else self._destination.with_stem(f"{self._destination.stem}-{number}")
            )
            self.reels.append(_Reel(path, piece.init))
            self.reels[-1].begin()
        reel = self.reels[-1]
        if new_reel or self._stretches[-1].end != piece.start:
            offset = round(reel.ticks / boxes.TIMESCALE, 6)
            self._stretches.append(Stretch(reel.path.name, offset, piece.start, piece.end))
        else:
            self._stretches[-1] = replace(self._stretches[-1], end=piece.end)
        reel.add(piece.media)
        self._converted = self._converted or piece.converted

    def publish(self, story: Story) -> Manifest:
        """The manifest last: where it stands, the clip beside it is whole."""
        self.reels[-1].close()
        manifest = Manifest(
            camera=story.camera,
            asked_from=story.start,
            asked_to=story.end,
            start=self._stretches[0].start,
            end=self._stretches[-1].end,
            stretches=tuple(self._stretches),
            gaps=tuple(one.words() for one in story.intervals if one.state == "gap"),
            files=tuple(reel.told() for reel in self.reels),
            frames=sum(reel.frames for reel in self.reels),
            reason=story.reason,
            actor=story.actor,
            made_at=story.made_at,
            made_by=f"Portier {_version()}",
            destroy_by=export_deadline(story.made_at),
            converted=self._converted,
            blurred=story.blurred,
        )
        text = json.dumps(manifest.words(), indent=2, ensure_ascii=False)
        _make_private(self._draft)
        self._draft.write_text(text + "\n", encoding="utf-8")
        for reel in self.reels:
            reel.draft.replace(reel.path)
        self._draft.replace(self._manifest)
        sync_folder(self._destination.absolute().parent)
        self._whole = True
        return manifest

    def discard(self) -> None:
        """Take away every trace of what did not become whole."""
        for reel in self.reels:
            reel.discard()
            if not self._whole:
                reel.path.unlink(missing_ok=True)
        self._draft.unlink(missing_ok=True)


class _Reel:
    """One MP4 of one format, written aside until the clip is whole."""

    def __init__(self, path: Path, init: bytes) -> None:
        self.path, self.init, self.draft = path, init, path.with_name(f".{path.name}.part")
        self.ticks = self.frames = 0
        self._delay: int | None = None
        self._sha256 = ""
        self._open = False

    def begin(self) -> None:
        """Make the draft: by now whoever discards the clip knows of it, should an interrupt come at any moment."""
        _make_private(self.draft)
        self._container = av.open(str(self.draft), "w", format="mp4", options=_OPTIONS)
        self._open = True
        with av.open(io.BytesIO(self.init), format="mp4") as template:
            self._stream: VideoStream = self._container.add_stream_from_template(template.streams.video[0])
        self._stream.time_base = _BASE

    def add(self, media: bytes) -> None:
        """Append a group of pictures right after what is there."""
        for part in boxes.parts_of(media):
            samples = boxes.samples_of(part)
            if self._delay is None:
                self._delay = max(0, *(-sample.shift for sample in samples))
            for sample in samples:
                packet = av.Packet(sample.data)
                packet.stream, packet.time_base = self._stream, _BASE
                packet.pts, packet.duration = self.ticks + sample.shift, sample.duration
                packet.dts = min(self.ticks - self._delay, packet.pts)
                packet.is_keyframe = sample.key
                self._container.mux(packet)
                self.ticks += sample.duration
                self.frames += 1

    def close(self) -> None:
        """Finish the file, and take its finger-print."""
        if self._open:
            self._open = False
            self._container.close()
            with self.draft.open("rb") as file:
                os.fsync(file.fileno())
                self._sha256 = hashlib.file_digest(file, "sha256").hexdigest()

    def discard(self) -> None:
        if self._open:
            self._open = False
            with suppress(OSError, av.error.FFmpegError):  # what cannot be finished is taken away below
                self._container.close()
        self.draft.unlink(missing_ok=True)

    def told(self) -> Reel:
        """As the manifest tells it."""
        return Reel(self.path.name, self._sha256, self.frames, boxes.codec_of(self.init))


def _make_private(path: Path) -> None:
    """Footage outside the state directory is for whoever asked for it, not for everybody on the machine."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    path.chmod(0o600)


def _version() -> str:
    try:
        return version("portier")
    except PackageNotFoundError:
        return "(from a checkout)"
