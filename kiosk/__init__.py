"""Visitors: the touch screen by the door, passes and visits, and the calamity list. Nothing heavy is imported here."""
