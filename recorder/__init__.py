"""Cameras: capture, segments, gaps, timeline, clips. Packets are copied, never re-encoded; sound is never kept."""
