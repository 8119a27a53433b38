"""A QR code before a camera."""

from itertools import product

import cv2
import numpy as np


def read(image: np.ndarray) -> str:
    """As a camera sees it in the first moments of a hand that holds it up: nearer, turned, a little out of focus.

    OpenCV misses a code in one picture of fifty, which one depends on the grid of its pixels; a camera sends the next.
    """
    height, width = image.shape
    edged = cv2.copyMakeBorder(image, height, height, width, width, cv2.BORDER_CONSTANT, value=200)
    for turned, size in product((0, 4, -7), (1.0, 0.8, 1.3)):
        moved = cv2.getRotationMatrix2D((width * 1.5, height * 1.5), turned, size)
        seen = cv2.warpAffine(edged, moved, (width * 3, height * 3), flags=cv2.INTER_AREA, borderValue=200)
        text = cv2.QRCodeDetector().detectAndDecode(cv2.GaussianBlur(seen, (3, 3), 0))[0]
        if text:
            return str(text)
    return ""
