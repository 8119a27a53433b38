"""What a program of its own sets before it imports Kivy: no settings of whoever runs the tests, no log kept."""

import tempfile

QUIET = {
    "KIVY_HOME": tempfile.mkdtemp(prefix="kivy-"),
    "KIVY_LOG_MODE": "PYTHON",
    "KIVY_NO_ARGS": "1",
    "KIVY_NO_CONFIG": "1",
    "KIVY_NO_CONSOLELOG": "1",
    "KIVY_NO_FILELOG": "1",
}
