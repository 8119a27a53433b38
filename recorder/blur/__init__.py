"""Copies of footage in which everybody but who is meant is made unrecognisable, for good."""
