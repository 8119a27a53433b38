"""What a stream says of its colours, made into what libav can reckon with: it refuses pictures that say otherwise."""

import av

_RECKONED = frozenset({0, 1, 2, 4, 5, 6, 7, 9})  # matrices of ITU-T H.273 that libav turns into others
_USUAL = 1  # BT.709


def reckonable(frame: av.VideoFrame) -> av.VideoFrame:
    """The same picture; of a matrix that is reserved or seldom (YCgCo) its colours come out wrong, its shapes right."""
    if int(frame.colorspace) not in _RECKONED:
        frame.colorspace = _USUAL
    return frame
