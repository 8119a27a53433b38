"""The voice of the kiosk: what it says, in which voice, through what; off the screen's thread and cut off at once."""
