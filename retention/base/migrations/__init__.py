"""Alembic's folder: one chain of revisions for all rooms, run in-process by `retention.base.migrate`.

A room that adds or changes a table adds `versions/000N_<room>.py`, whose `down_revision` is the newest there is.
"""
