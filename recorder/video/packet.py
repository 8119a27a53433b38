"""One picture on its way from a camera to the disk: what every part of capturing hands on, whatever it came from."""

from typing import NamedTuple

from recorder.video.boxes import VideoFormat


class Packet(NamedTuple):
    """One access unit as an MP4 sample; `pts` in ticks of 1/90000 s, never running back over a reconnect."""

    pts: int
    key: bool
    data: bytes
    format: VideoFormat
