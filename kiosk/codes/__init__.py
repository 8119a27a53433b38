"""Codes that are shown at the door: the one on a tear-off, and what reads it (a camera, a scanner)."""
